"""Rule aws-guest-identity-pool: guests of a Cognito identity pool become a role that can do harm.

Input: a snapshot. Output: one verdict or more for each identity pool.
Handled: the trust policies of the roles; the classic flow, in which a guest's token takes any role that trusts the
pool; the enhanced flow, which narrows a guest's session (conditional).
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from analytics.rules._context import RuleContext
from analytics.rules._identities import policies_seen
from analytics.rules._regional import looked_at_everywhere
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.edges.aws.assume_role import ANYONE
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-guest-identity-pool",
    title="Harmful role for guests",
    question="Do guests of this identity pool become a role that reads secrets or data, or changes anything?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "Guests prove nothing: the pool's id, which stands in every app that uses it, is enough to get the role's "
        "credentials. What the role may do, the whole world may do."
    ),
    remediation=(
        "Turn guests off, or give them a role with the single calls that the app makes before signing in. Keep the "
        "classic flow off."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html", "2026-11"),
        Reference("https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html", "2026-11"),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI5:2025",
        "NIST CSF 2.0 PR.AA-03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "ISO/IEC 27001:2022 A.5.15",
    ),
    since="0.2.0",
    limits=(
        "Harm means the impact classes H1 to H6 of the catalogue, or a way to administrator; other actions, such as "
        "sending messages, do not count.",
        "Which of its actions the enhanced flow leaves a guest is not worked out; such findings are conditional.",
        "Rights that a role has under conditions only do not count.",
    ),
)

_HARM = frozenset({"H1", "H2", "H3", "H4", "H5", "H6"})
_POOLS = "cognito-identity.list_identity_pools"


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each harmful role, else one that passes or is not judged."""
    for account, node in sorted(context.accounts.items()):
        if node.collected and not looked_at_everywhere(context, account, _POOLS):
            yield Verdict.not_judged(node.id, "Its identity pools are not all in the evidence.")
    entered = _entered(snapshot, context)
    for pool in context.nodes(NodeKind.COGNITO_IDENTITY_POOL):
        verdicts = [*_judge(pool, entered.get(pool.id, ()), context)]
        yield from verdicts if verdicts else [Verdict.passed(pool.id)]


def _entered(snapshot: Snapshot, context: RuleContext) -> dict[str, list[tuple[Edge, State]]]:
    """Return the edges by which anyone becomes a role through a pool, with their states, by pool."""
    found: defaultdict[str, list[tuple[Edge, State]]] = defaultdict(list)
    if context.node(ANYONE) is None:
        return found
    arrays, source = snapshot.arrays, snapshot.node_index(ANYONE)
    code = snapshot.edge_kind_code(EdgeKind.FEDERATES_INTO)
    for number in range(int(arrays.indptr[source]), int(arrays.indptr[source + 1])):
        if arrays.edge_kind[number] == code:
            edge, state = snapshot.edge(number), State(int(context.levels[number]))
            if edge.via and state is not State.VOID:
                found[edge.via].append((edge, state))
    return found


def _judge(pool: Node, edges: Sequence[tuple[Edge, State]], context: RuleContext) -> Iterator[Verdict]:
    guests = pool.attributes.get("allows_guests")
    if guests is False:
        return
    if guests is None:
        yield Verdict.not_judged(pool.id, "The evidence does not say whether the pool lets guests in.")
        return
    ways: dict[str, list[tuple[Edge, State]]] = {}
    for edge, state in edges:
        ways.setdefault(edge.target, []).append((edge, state))
    for arn, found in sorted(ways.items()):
        yield from _role(pool, arn, found, context)
    guest = str(pool.attributes.get("guest_role") or "")
    node = context.node(guest) if guest else None
    if guest and (node is None or not node.collected):
        yield Verdict.not_judged(pool.id, f"The role of its guests, {guest}, is not in the evidence.")


def _role(pool: Node, arn: str, ways: Sequence[tuple[Edge, State]], context: RuleContext) -> Iterator[Verdict]:
    role = context.node(arn)
    best = max(state for _, state in ways)
    if role is None or not policies_seen(role):
        yield Verdict.not_judged(pool.id, f"The policies of {arn}, which guests become, are not in the evidence.")
        return
    classes = [name for name in role.attributes.get("impact_classes") or () if name in _HARM]
    if not classes and not context.privileged(arn):
        return
    if best is State.UNVERIFIED:
        yield Verdict.not_judged(pool.id, f"Whether its guests become {role.name} is not understood.")
        return
    sure = best is State.VERIFIED
    severity = context.severity_for(arn, Severity.HIGH)
    holds = ", ".join(classes) if classes else "a way to administrator"
    narrowed = "" if sure else ", within the services that Cognito leaves to guests"
    yield Verdict(
        Outcome.FAILED,
        pool.id,
        f"Guests become {role.name}, which holds {holds}{narrowed}.",
        key=f"role:{arn}",
        severity=severity if sure else severity.raised(-1),
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        state=best,
        grants=tuple(dict.fromkeys(grant for edge, state in ways if state is best for grant in edge.grants)),
        related=(arn,),
    )
