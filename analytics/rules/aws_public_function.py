"""Rule aws-public-function: everybody can start a function, at its own address or by invoking it.

Input: a snapshot. Output: one verdict or two for each function.
Handled: an address without authentication needs a policy that lets everybody use it; conditions, denies and RCPs, by
the evaluator.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from analytics.rules._context import RuleContext
from analytics.rules._regional import looked_at_everywhere
from analytics.rules._resource_policies import PolicyReader, ResourcePolicy
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.edges.aws.trust import TrustForm
from graph.evaluate.aws.principals import Principal, PrincipalKind
from graph.kinds import NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-public-function",
    title="Function open to everybody",
    question="Can everybody start this function, at its own address or by invoking it?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Whoever starts the function chooses its input, and the function answers with the rights of its role. Every "
        "fault of its code is then open to the world, as is its bill."
    ),
    remediation=(
        "Set the address's AuthType to AWS_IAM, or put CloudFront or an API with an authorizer before it. In the "
        "policy, name the service with aws:SourceArn, or the account, that invokes the function."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html", "2026-11"),
        Reference("https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI6:2025",
        "ASI02",
        "NIST CSF 2.0 PR.AA-03",
        "NIST SP 800-53 AC-3",
        "CIS Controls 8.1 3.3",
        "ISO/IEC 27001:2022 A.8.3",
    ),
    since="0.2.0",
    limits=(
        "What the function checks by itself, such as a signature of a webhook, cannot be seen.",
        "Policies of aliases and versions are not in the evidence, so an address of an alias is not judged.",
        "Addresses made before October 2025 may work with lambda:InvokeFunctionUrl alone; where only that is open, "
        "confidence is medium.",
        "APIs and load balancers before a function are not looked at.",
    ),
)

_URLS = "lambda.list_function_url_configs"
_DIRECT, _BY_URL = "lambda:InvokeFunction", "lambda:InvokeFunctionUrl"
_ADDRESS = {"lambda:functionurlauthtype": ("NONE",), "lambda:invokedviafunctionurl": ("true",)}
_NO_ADDRESS = frozenset({"lambda:functionurlauthtype"})
_NOT_BY_ADDRESS = {"lambda:invokedviafunctionurl": ("false",)}
_ANONYMOUS = Principal(PrincipalKind.ANONYMOUS, "", "", organization_id="")
_STRANGER = Principal(
    PrincipalKind.USER,
    "arn:aws:iam::000000000000:user/nhi-probe-7f3a9c",
    "000000000000",
    tags={},
    organization_id="",
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each way in, else one that passes or is not judged."""
    addresses: defaultdict[str, list[Node]] = defaultdict(list)
    for trigger in context.nodes(NodeKind.EVENT_TRIGGER):
        # `public` is false where the address asks for signed calls, or where the function's policy lets nobody use it.
        if trigger.attributes.get("kind") == "function-url" and trigger.attributes.get("public") is not False:
            addresses[str(trigger.attributes.get("target", ""))].append(trigger)
    for policy in PolicyReader(snapshot, context).policies(NodeKind.LAMBDA_FUNCTION):
        verdicts = [*_judge(policy, addresses.get(policy.node.id, ()), context)]
        yield from verdicts if verdicts else [Verdict.passed(policy.node.id)]


def _judge(policy: ResourcePolicy, addresses: Sequence[Node], context: RuleContext) -> Iterator[Verdict]:
    if policy.gap:
        yield Verdict.not_judged(policy.node.id, policy.gap)
        return
    yield from _direct(policy, context)
    state, grants = _opened(policy, _BY_URL, _ANONYMOUS, _ADDRESS)
    if state is State.VOID:
        return
    if not looked_at_everywhere(context, policy.node.scope, _URLS):
        why = "Its policy opens an address to everybody; whether it has one is not in the evidence."
        yield Verdict.not_judged(policy.node.id, why)
    own = [each for each in addresses if each.id == f"{policy.node.id}#url"]
    if any(each not in own for each in addresses):
        yield Verdict.not_judged(
            policy.node.id, "An alias has an address; policies of aliases are not in the evidence."
        )
    if own:
        yield from _by_address(policy, own[0], state, grants, context)


def _opened(
    policy: ResourcePolicy,
    action: str,
    caller: Principal,
    stated: Mapping[str, tuple[str, ...]],
    absent: frozenset[str] = frozenset(),
) -> tuple[State, tuple[str, ...]]:
    """Return how surely a caller gets in, and the statements that let it."""
    best, grants = State.VOID, []
    for line in policy.lines:
        if line.form is not TrustForm.ANYONE or not line.statement.covers_action(action):
            continue
        state = policy.state(line, caller, action, stated=stated, absent=absent)
        if state > State.VOID:
            grants.append(policy.grant(line))
        best = max(best, state)
    return best, tuple(dict.fromkeys(grants))


def _direct(policy: ResourcePolicy, context: RuleContext) -> Iterator[Verdict]:
    state, grants = _opened(policy, _DIRECT, _STRANGER, _NOT_BY_ADDRESS, _NO_ADDRESS)
    if state is State.UNVERIFIED:
        why = "Its policy names everybody under conditions or denies that are not understood."
        yield Verdict.not_judged(policy.node.id, why)
    elif state is not State.VOID:
        yield _failed(policy, "invoke", "Every AWS account can invoke the function", state, grants, context)


def _by_address(
    policy: ResourcePolicy, address: Node, state: State, grants: tuple[str, ...], context: RuleContext
) -> Iterator[Verdict]:
    if state is State.UNVERIFIED:
        yield Verdict.not_judged(
            policy.node.id, "Its policy opens its address under conditions or denies that are not understood."
        )
        return
    second, more = _opened(policy, _DIRECT, _ANONYMOUS, _ADDRESS)
    old = second is State.VOID
    text = "Anyone can start the function at its address, without credentials"
    if old:
        text += ", if the address is from before October 2025 (later ones need lambda:InvokeFunction as well)"
    found = State.CONDITIONAL if old else min(state, second)
    yield _failed(policy, "address", text, found, (*grants, *more), context, address)


def _failed(
    policy: ResourcePolicy,
    key: str,
    text: str,
    state: State,
    grants: tuple[str, ...],
    context: RuleContext,
    address: Node | None = None,
) -> Verdict:
    role = str(policy.node.attributes.get("role", ""))
    sure = state is State.VERIFIED
    holder = context.node(role)
    much = holder is not None and holder.impact in ("H1", "H2", "H3", "H4")
    severity = Severity.HIGH if much else Severity.MEDIUM
    return Verdict(
        Outcome.FAILED,
        policy.node.id,
        text + ("." if sure or "if the" in text else ", as far as its conditions let it."),
        key=key,
        severity=context.severity_for(role, severity),
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        state=state,
        grants=tuple(dict.fromkeys(grants)),
        evidence=(address.evidence,) if address is not None and address.evidence else (),
        related=tuple(each for each in (role, address.id if address is not None else "") if each),
    )
