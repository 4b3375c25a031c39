"""Rule cross-environment: an identity of one environment gets into another one.

Input: a snapshot. Output: one verdict for each user and role whose environment is known; a finding for each other
environment that it reaches.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from analytics.rules._context import RuleContext
from analytics.rules._environments import PRODUCTION, SHARED, Environments, environments
from analytics.rules._identities import identities, non_human, policies_seen
from analytics.steps import called, steps_of
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.engine import ReverseReach, reverse_reach
from graph.kinds import State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="cross-environment",
    title="Identity crosses environments",
    question="Does an identity of one environment reach an identity, an account or a marked resource of another?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "Test and development systems are guarded less and entered first. An identity that leads from them into "
        "production makes their weaknesses production's, and one that leads the other way carries its data out."
    ),
    remediation=(
        "Give each environment an identity of its own. Remove one of the listed grants, or let only a deployment "
        "pipeline cross, by a role that trusts exactly that pipeline and holds what a deployment needs."
    ),
    references=(
        Reference("https://owasp.org/www-project-non-human-identities-top-10/2025/"),
        Reference(
            "https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/organizing-your-aws-environment.html"
        ),
    ),
    frameworks=(
        "NHI8:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-4",
        "NIST SP 800-53 AC-6",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.8.31",
    ),
    since="0.2.0",
    limits=(
        "Environments are what a tag (environment, env, stage) or `declared/environments.csv` says of the identity, "
        "resource or account; nothing is read out of names.",
        "An identity without an environment is not judged, nor is one of an environment that is called shared, "
        "global, common or all; what belongs to those is no goal either.",
        "Resources count when they carry an environment themselves, identities and full control of an account also "
        "by their account's.",
        "Ways up to the policy's number of steps count, and only those that hold without open conditions are findings.",
        "The management account reaches every member account; declare its environment as shared.",
        "Which crossing is meant, as that of a deployment pipeline, is not known; suppress it where it is.",
        "Roles of IAM Identity Center and service-linked roles are not looked at.",
        "A managed identity belongs to the environment of its resource's subscription; another principal of a tenant "
        "to the one that is declared for it.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity, or one an environment that it gets into.

    Notes
    -----
    Two reverse searches for each environment, for all identities together.
    """
    known = environments(snapshot, context)
    if not known.names:
        accounts = sorted({node.scope for node in identities(context)})
        for account in accounts:
            yield Verdict.not_judged(f"aws:account:{account}", "Nothing says which environments there are.")
        return
    sure = _ways(snapshot, context, known, State.VERIFIED)
    open_ones = _ways(snapshot, context, known, State.UNVERIFIED)
    for node in non_human(context):
        home = known.of(snapshot.node_index(node.id))
        if not home or home in SHARED:
            why = f"Its environment, {home}, serves several." if home else "Nothing says which environment it is of."
            yield Verdict.not_judged(node.id, why)
        else:
            yield from _judge(snapshot, context, node, home, sure, open_ones)


def _ways(snapshot: Snapshot, context: RuleContext, known: Environments, level: State) -> Mapping[str, ReverseReach]:
    alive = np.asarray(context.levels >= level)
    most = context.policy.cross_environment_steps
    return {
        name: reverse_reach(snapshot.arrays, known.members(name), alive, max_hops=most)
        for name in known.names
        if name not in SHARED
    }


def _judge(
    snapshot: Snapshot,
    context: RuleContext,
    node: Node,
    home: str,
    sure: Mapping[str, ReverseReach],
    open_ones: Mapping[str, ReverseReach],
) -> Iterator[Verdict]:
    number = snapshot.node_index(node.id)
    found = [name for name in sure if name != home and sure[name].hops[number] >= 0]
    doubtful = [name for name in open_ones if name != home and name not in found and open_ones[name].hops[number] >= 0]
    for name in found:
        yield _failed(snapshot, context, node, home, name, sure[name].path_from(snapshot.arrays, number))
    for name in doubtful:
        yield Verdict.not_judged(
            node.id, f"The only ways into {name} of so many steps rest on open conditions or missing evidence."
        )
    if not found and not doubtful:
        yield (
            Verdict.passed(node.id)
            if policies_seen(node) or (node.source == "other" and node.scope in _tables_of_grants(snapshot, context))
            else Verdict.not_judged(node.id, "Its policies are not in the evidence.")
        )


def _tables_of_grants(snapshot: Snapshot, context: RuleContext) -> frozenset[str]:
    """Return the imported systems of which all grants could be used."""

    def make() -> frozenset[str]:
        rows = (row for row in snapshot.coverage if (row["source"], row["operation"]) == ("other", "grants"))
        return frozenset(str(row["scope"]) for row in rows if row["presence"] in ("present", "empty"))

    return context.shared("imported tables of grants", make)


def _failed(
    snapshot: Snapshot, context: RuleContext, node: Node, home: str, name: str, path: tuple[int, ...]
) -> Verdict:
    steps = tuple(steps_of(snapshot, path, context.levels))
    end = steps[-1].target
    usual = Severity.HIGH if name == PRODUCTION else Severity.LOW if home == PRODUCTION else Severity.MEDIUM
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"{node.name} belongs to {home} and reaches {called(snapshot, end)} of {name} in {len(steps)} "
        f"step{'s' if len(steps) > 1 else ''}: " + " ".join(step.text for step in steps),
        key=name,
        severity=context.severity_for(node.id, usual),
        steps=steps,
        grants=tuple(dict.fromkeys(grant for step in steps for grant in step.grants)),
        related=(end,),
    )
