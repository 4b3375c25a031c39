"""Rule entra-shared-across-environments: workloads of several environments act as one application.

Input: a snapshot. Output: one verdict for each identity that is used in a known environment.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate, named
from analytics.rules._entra_credentials import federated
from analytics.rules._entra_federation import fault_of
from analytics.rules._environments import PRODUCTION, SHARED, Environments, environments, spelled
from analytics.token_subjects import issuer_of
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.evaluate.entra.federation import issuer_name
from graph.kinds import EdgeKind, State
from graph.model import Edge
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-shared-across-environments",
    title="One application for several environments",
    question="Do workloads of several environments act as this one application?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "What is shared by test and production is guarded as well as test is. A workflow of the staging "
        "environment that gets the same tokens as production's makes the approval of the production "
        "environment worthless."
    ),
    remediation=(
        "Register an application for each environment and give each its own federated credential and its own rights."
    ),
    references=(
        Reference("https://owasp.org/www-project-non-human-identities-top-10/2025/"),
        Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),
    ),
    frameworks=(
        "NHI8:2025",
        "NHI9:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-4",
        "ISO/IEC 27001:2022 A.8.31",
    ),
    since="0.2.0",
    limits=(
        "Environments are those that a GitHub subject names (environment:) and those that tags or "
        "`declared/environments.csv` give to workloads and identities; nothing is read out of other names.",
        "An identity declared to serve several environments is not judged.",
        "Which scopes an identity reaches is the rule cross-environment's for AWS; for Azure only direct rights count.",
    ),
)

_INTO = (EdgeKind.FEDERATES_INTO, EdgeKind.RUNS_AS)
_OUT = (EdgeKind.ADMIN_OF, EdgeKind.CAN_ACCESS)


@dataclass(frozen=True, slots=True)
class _Sign:
    """One thing that says of which environment an identity is used."""

    environment: str
    what: str
    grants: tuple[str, ...]


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity that is used in a known environment."""
    known, places = estate(context), environments(snapshot, context)
    yield from known.not_looked_at("applications.federatedIdentityCredentials", "Who may federate is not known in full")
    signs = _signs(snapshot, context, places)
    for node in known.identities:
        rows = signs.get(node.id, [])
        home = places.of(snapshot.node_index(node.id))
        if rows and home and home not in SHARED:
            rows = [*rows, _Sign(home, "its declaration", ())]
        names = sorted({row.environment for row in rows} - SHARED)
        if not names:
            continue
        if home in SHARED:
            yield Verdict.not_judged(node.id, f"Its environment, {home}, serves several.")
        elif len(names) == 1:
            yield Verdict.passed(node.id)
        else:
            used = named([f"{row.what} ({row.environment})" for row in rows])
            yield Verdict(
                Outcome.FAILED,
                node.id,
                f"{node.name} serves {', '.join(names)}: {used}.",
                severity=known.severity(node, Severity.MEDIUM if PRODUCTION in names else Severity.LOW),
                grants=tuple(dict.fromkeys(grant for row in rows for grant in row.grants)),
            )


def _signs(snapshot: Snapshot, context: RuleContext, places: Environments) -> Mapping[str, list[_Sign]]:
    found: dict[str, list[_Sign]] = defaultdict(list)
    for item in federated(context):
        name = _github_environment(item.issuer, item.subject)
        if name and not fault_of(context, item).dead:
            found[item.identity.id].append(_Sign(name, item.subject, (item.node.id,)))
    for edge in _edges(snapshot, context):
        into = edge.kind in _INTO
        identity, other = (edge.target, edge.source) if into else (edge.source, edge.target)
        number = snapshot.node_index(other)
        environment = places.of(number)
        if environment:
            found[identity].append(_Sign(environment, snapshot.node(number).name, edge.grants))
    return {identity: sorted(set(rows), key=_order) for identity, rows in found.items()}


def _edges(snapshot: Snapshot, context: RuleContext) -> Iterator[Edge]:
    """Yield steps into and out of Entra identities whose other end is declared to be of an environment."""
    known, arrays = estate(context), snapshot.arrays
    if not environments(snapshot, context).names:
        return
    codes = {snapshot.edge_kind_code(kind): kind for kind in (*_INTO, *_OUT)}
    for node in known.identities:
        number = snapshot.node_index(node.id)
        out = range(int(arrays.indptr[number]), int(arrays.indptr[number + 1]))
        into = arrays.r_edge[int(arrays.r_indptr[number]) : int(arrays.r_indptr[number + 1])].tolist()
        for edges, kinds in ((out, _OUT), (into, _INTO)):
            for edge in edges:
                kind = codes.get(int(arrays.edge_kind[edge]))
                if kind in kinds and context.levels[edge] >= State.CONDITIONAL:
                    yield snapshot.edge(int(edge))


def _github_environment(issuer: str, subject: str) -> str:
    """Return the environment that a subject of GitHub names."""
    if issuer_of(issuer_name(issuer).lower()).name != "GitHub":
        return ""
    return spelled(subject.partition(":environment:")[2])


def _order(row: _Sign) -> tuple[str, str, tuple[str, ...]]:
    return (row.environment, row.what, row.grants)
