"""Rule entra-broad-managed-identity: a managed identity holds broad rights in the directory or in Azure.

Input: a snapshot. Output: one verdict for each managed identity.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analytics.rules._administrators import direct_ways
from analytics.rules._context import RuleContext
from analytics.rules._entra import HIGH_CLASSES, Estate, estate, named, privileges_of, rows_of, worst_class
from analytics.rules._entra_admin import grants_seen, tenant_witnesses, unseen_grants
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-broad-managed-identity",
    title="Managed identity with broad rights",
    question=(
        "Does a managed identity hold far-reaching permissions of the directory, or full control of a scope of Azure?"
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "A managed identity has no secret to steal: whoever runs code on the machine, function or pipeline "
        "that carries it asks for its token. Its rights are those of everybody who can deploy there."
    ),
    remediation=(
        "Give the identity the roles that its workload uses, at the resource that it uses, and a narrow "
        "permission of Microsoft Graph instead of one for everything. Split identities that several "
        "workloads share."
    ),
    references=(
        Reference(
            "https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identity-best-practice-recommendations"
        ),
        Reference("https://learn.microsoft.com/azure/role-based-access-control/best-practices"),
    ),
    frameworks=(
        "NHI5:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "CIS Controls 8.1 5.4",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.8.2",
    ),
    since="0.2.0",
    limits=(
        "A managed identity that is, or can become, administrator of the tenant is the rules "
        "entra-tenant-admin's and entra-path-to-admin's.",
        "Far-reaching are permissions of the product's classes H1 to H5.",
        "Of Azure, full control of a subscription, a management group or another scope counts, as far as role "
        "assignments were collected.",
    ),
)

_FAR = frozenset({"H1", "H2", "H3", "H4", "H5"})


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield up to two verdicts a managed identity: of the directory, and of each scope of Azure that it controls."""
    known = estate(context)
    yield from unseen_grants(known)
    yield from known.not_looked_at("servicePrincipals", "Other managed identities may exist")
    for node in known.identities:
        if node.kind is not NodeKind.ENTRA_MANAGED_IDENTITY or node.attributes.get("active") is False:
            continue
        found = [*_scopes(snapshot, context, node), *_directory(snapshot, context, known, node)]
        if found:
            yield from found
        elif node.id in tenant_witnesses(snapshot, context):
            continue  # told by another rule
        elif grants_seen(known, node):
            yield Verdict.passed(node.id)


def _scopes(snapshot: Snapshot, context: RuleContext, node: Node) -> Iterator[Verdict]:
    """Yield a finding for each scope of which the identity has full control, but for the tenant."""
    found: dict[str, Verdict] = {}
    for edge, state in direct_ways(snapshot, context, node.id):
        if edge.target.startswith("entra:admin:") or state < State.CONDITIONAL:
            continue
        end = context.node(edge.target)
        verdict = Verdict(
            Outcome.FAILED,
            node.id,
            f"The managed identity {node.name} has {end.name if end is not None else edge.target}.",
            key=edge.target,
            severity=Severity.HIGH if state is State.VERIFIED else Severity.MEDIUM,
            confidence=Confidence.HIGH if state is State.VERIFIED else Confidence.MEDIUM,
            state=state,
            grants=edge.grants,
            related=(edge.target,),
        )
        before = found.get(edge.target)
        if before is None or before.state < state:
            found[edge.target] = verdict
        elif before.state is state:
            found[edge.target] = replace(before, grants=tuple(dict.fromkeys((*before.grants, *edge.grants))))
    yield from found.values()


def _directory(snapshot: Snapshot, context: RuleContext, known: Estate, node: Node) -> Iterator[Verdict]:
    given = [row for row in privileges_of(node, tuple(sorted(_FAR))) if not _narrow(node, row[0])]
    witness = tenant_witnesses(snapshot, context).get(node.id)
    if not given or (witness is not None and witness.state >= State.CONDITIONAL):
        return
    worst = worst_class(known.held_classes(node))
    yield Verdict(
        Outcome.FAILED,
        node.id,
        f"The managed identity {node.name} holds {named([name for _, name in given])} ({worst}).",
        severity=Severity.HIGH if worst in HIGH_CLASSES else Severity.MEDIUM,
        grants=tuple(dict.fromkeys(grant for grant, _ in given)),
    )


def _narrow(node: Node, grant: str) -> bool:
    """Return whether a grant is a role of Azure over less than a subscription, as most managed identities have one."""
    row = next((row for row in rows_of(node, "azure_role_grants") if row["grant"] == grant), None)
    return row is not None and "/resourcegroups/" in str(row["scope"])
