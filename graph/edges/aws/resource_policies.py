"""CAN_GRANT by resource policies: an identity writes a policy, or a KMS grant, that lets it at a resource's data.

Input: principals, resources of the same account. Output: edges to resources through classes of resources.
Handled: the right to write on the very resource, with its policy as it is (a key policy must consent); what the new
policy cannot lift: explicit denies of the caller, SCPs, RCPs, the KMS key of a secret or queue; a KMS grant leaves the
key policy's denies in force. Left out where the caller has the data by the very same grants: it gains nothing.
Not handled: callers of other accounts (S3, SQS, SNS and KMS refuse most of them); opening the resource to an outside
account; ``lambda:AddPermission`` alone, which lets the caller start a function and not become it; Block Public Access,
which concerns public policies alone.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/kms/latest/developerguide/grants.html (each read 2026-11)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from graph.decision import ALWAYS, Outcome, Residual, merge_residuals
from graph.edges.aws.access import could_do, denies_on, ways_in
from graph.edges.aws.access_assets import Protected, presented
from graph.edges.aws.caller_questions import CallerQuestions, about_caller, has_variables
from graph.edges.aws.capability import PrincipalView, capability, on_target
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.layers import authorize_view
from graph.edges.aws.own_policy import ways_on
from graph.edges.aws.resource_policies_writes import Writing, writings_of
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.document import Effect, PolicyDocument, compile_policy
from graph.evaluate.aws.principals import Principal, PrincipalKind
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["build_resource_policies"]

_KINDS = (PrincipalKind.USER, PrincipalKind.ROLE)
_REFUSED = (Outcome.DENIED, Outcome.NOT_ALLOWED)


def build_resource_policies(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_GRANT edge to a resource that the callers given could let themselves at."""
    callers = _Callers(views)
    by_technique: dict[tuple[object, ...], list[Writing]] = defaultdict(list)
    for writing in writings_of(world):
        shape = tuple((part.action, part.stated) for part in writing.parts)
        by_technique[(writing.technique, *shape)].append(writing)
    for group in by_technique.values():
        _technique(world, callers, group)


class _Callers:
    """Callers by account, by account and kind, and by node, so that no resource looks at each."""

    def __init__(self, views: Sequence[PrincipalView]) -> None:
        self.by_account: dict[str, list[PrincipalView]] = defaultdict(list)
        self.by_kind: dict[tuple[str, PrincipalKind], list[PrincipalView]] = defaultdict(list)
        self.by_node = {view.node: view for view in views}
        self.questions = CallerQuestions(views)
        for view in views:
            self.by_account[view.account].append(view)
            self.by_kind[view.account, view.principal.kind].append(view)
        self._asking: dict[tuple[str, PrincipalKind, str], bool] = {}

    def asking(self, writing: Writing, kind: PrincipalKind) -> bool:
        """Return whether any caller of a kind could gain by the technique on some resource of the account."""
        key = (writing.account, kind, writing.technique)
        if key not in self._asking:
            views = self.by_kind.get((writing.account, kind), ())
            self._asking[key] = any(_may_gain(view, writing) for view in views)
        return self._asking[key]


def _may_gain(view: PrincipalView, writing: Writing) -> bool:
    """Return whether the caller has a right to write that does not come with the data of every resource anyhow."""
    data, write, *_ = writing.parts
    if not view.may_allow(write.action):
        return False
    having = capability(view, data.action, data.presented(view.account))
    if having.ceilings or having.denies:
        return True
    whole = [
        set(way.grants)
        for way in having.ways
        if "*" in way.slice.patterns and not way.slice.negated and way.slice.residual == ALWAYS
    ]
    ways = capability(view, write.action, write.presented(view.account)).ways
    return any(not any(grants.issubset(way.grants) for grants in whole) for way in ways)


def _is_named(writing: Writing) -> bool:
    """Return whether the resource's own policy lets somebody write it."""
    write = writing.parts[1]
    return write.policy is not None and any(
        statement.effect is Effect.ALLOW
        and statement.principals is not None
        and (statement.principals.anyone or bool(statement.principals.aws))
        and statement.covers_action(write.action)
        for statement in write.policy.statements
    )


def _technique(world: AwsWorld, callers: _Callers, writings: Sequence[Writing]) -> None:
    first = writings[0]
    targets: dict[str, list[Target]] = defaultdict(list)
    for writing in writings:
        for kind in _KINDS:
            if callers.asking(writing, kind) or (_is_named(writing) and (writing.account, kind) in callers.by_kind):
                _sort(world, writing, kind, callers, targets)
    candidates = {group: Candidates(found) for group, found in targets.items()}
    impact = {writing.node: writing.impact.value for writing in writings}
    for account, views in callers.by_account.items():
        class_edges(
            world.identity_graph,
            [view for view in views if _may_gain(view, first)],
            [Need(part.action, presented(part.action, part.stated, account)) for part in first.parts],
            candidates.get,
            kind=EdgeKind.CAN_GRANT,
            technique=first.technique,
            implicit_first_need=True,
            unless_held=True,
            describe="resources",
            groups_of=callers.questions.groups_of,
            impact_of=lambda node: impact.get(node, ""),
        )


def _sort(
    world: AwsWorld,
    writing: Writing,
    kind: PrincipalKind,
    callers: _Callers,
    targets: dict[str, list[Target]],
) -> None:
    """Sort a resource into the classes of one kind of caller, or decide it pair by pair if it looks at the caller."""
    caller = Principal(kind, "", writing.account, tags=None, organization_id=world.organization_of(writing.account))
    blocked = denies_on(world, writing.data, caller)
    ways = [ways_in(world, part, caller) for part in writing.parts[1:]]
    if isinstance(blocked, str):
        return
    open_parts = [blocked or ALWAYS, *(item.conditions for way in ways for item in way or ())]
    if (
        blocked is None
        or any(way is None for way in ways)
        or any(item.implicit for way in ways for item in way or ())
        or any(about_caller(part) and has_variables(part) for part in open_parts)
    ):
        for view in callers.by_kind[writing.account, kind]:
            if all(could_do(view, part) for part in writing.parts[1:]):
                _pair(world, writing, view)
        return
    for grants, conditions in _joined([[(item.grants, item.conditions) for item in way or ()] for way in ways]):
        residual = merge_residuals([blocked, conditions])
        for answer in callers.questions.ask(writing.account, kind, residual, writing.data.resource):
            targets[answer.group].append(
                Target(
                    writing.data.resource.arn,
                    writing.node,
                    target_context(writing.data.resource),
                    tuple(part.resource.arn for part in writing.parts),
                    grants,
                    answer.still_open,
                    note=writing.note,
                    contexts=tuple(target_context(part.resource) for part in writing.parts),
                )
            )
    for view in _named(writing, kind, callers):
        _pair(world, writing, view)


def _joined(ways: list[list[tuple[tuple[str, ...], Residual]]]) -> Iterator[tuple[tuple[str, ...], Residual]]:
    found: list[tuple[tuple[str, ...], Residual]] = [((), ALWAYS)]
    for options in ways:
        found = [
            (tuple(sorted({*grants, *more})), merge_residuals([conditions, further]))
            for grants, conditions in found
            for more, further in options
        ]
    yield from found


def _named(writing: Writing, kind: PrincipalKind, callers: _Callers) -> list[PrincipalView]:
    """Return callers whom a policy in force names: it may give them what no identity policy does."""
    named = {
        value
        for part in writing.parts[1:]
        if part.policy is not None
        for statement in part.policy.statements
        if statement.effect is Effect.ALLOW and statement.principals is not None
        for value in statement.principals.aws
    }
    views = [callers.by_node[arn] for arn in sorted(named) if arn in callers.by_node]
    return [view for view in views if view.account == writing.account and view.principal.kind is kind]


# ---- pairs


@dataclass(frozen=True, slots=True)
class _Answer:
    alternatives: tuple[Residual, ...]
    state: State
    notes: tuple[str, ...]


@cache
def _open_to_all() -> PolicyDocument:
    """Return what the caller would write: it names everybody here, so no identity allow is needed any more."""
    return compile_policy(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
        }
    )


def _after(part: Protected) -> Protected:
    """Return the data permission under the policy as written; a grant leaves the key policy's denies in force."""
    kept = tuple(item for item in part.policy.statements if item.effect is Effect.DENY) if part.policy else ()
    written = _open_to_all()
    policy = PolicyDocument(written.version, (*written.statements, *kept), f"{written.digest}+{part.node}")
    return replace(part, policy=policy if kept else written)


def _decide(world: AwsWorld, view: PrincipalView, part: Protected) -> _Answer | None:
    decision = authorize_view(
        world,
        view,
        part.action,
        part.resource,
        policy=part.policy,
        mandatory=part.mandatory,
        stated=part.presented(view.account),
    )
    if decision.outcome in _REFUSED:
        return None
    state = State.UNVERIFIED if decision.outcome is Outcome.UNVERIFIED else State.VERIFIED
    return _Answer(decision.alternatives or (ALWAYS,), state, decision.notes)


def _pair(world: AwsWorld, writing: Writing, view: PrincipalView) -> None:
    """Decide one caller and one resource by the full evaluator."""
    data, *others = writing.parts
    answers = [_decide(world, view, part) for part in (_after(data), *others)]
    if any(answer is None for answer in answers):
        return
    grants = {grant for part in others for grant in _grants(view, part)}
    if _held(view, data, grants):
        return
    found = [answer for answer in answers if answer is not None]
    alternatives: list[Residual] = [ALWAYS]
    for answer in found:
        alternatives = [merge_residuals([one, two]) for one in alternatives for two in answer.alternatives]
    guards = {label for part in writing.parts for label in capability(view, part.action).guard_labels}
    notes = [note for answer in found for note in answer.notes]
    for residual in dict.fromkeys(alternatives):
        world.identity_graph.add_edge(
            Edge(
                view.node,
                writing.node,
                EdgeKind.CAN_GRANT,
                True,
                writing.technique,
                tuple(sorted(grants)),
                residual,
                tuple(sorted(guards)),
                min(answer.state for answer in found),
                writing.impact.value,
                note="; ".join([writing.note, *notes] if writing.note else notes)[:300],
            )
        )


def _grants(view: PrincipalView, part: Protected) -> tuple[str, ...]:
    """Return one sufficient grant set: the statement of the policy that names the caller, else its own."""
    for statement in part.policy.statements if part.policy else ():
        if (
            statement.effect is Effect.ALLOW
            and statement.principals is not None
            and (view.node in statement.principals.aws or statement.principals.anyone)
            and statement.covers_action(part.action)
        ):
            return (f"{part.grant_prefix}#{statement.index}",)
    ways = ways_on(view, part.action, part.resource, part.presented(view.account))
    return ways[0].grants if ways else ()


def _held(view: PrincipalView, data: Protected, grants: set[str]) -> bool:
    rights = capability(view, data.action, data.presented(view.account))
    context = target_context(data.resource)
    return any(
        grants.issuperset(way.grants) and ALWAYS in on_target(way.slice, rights, data.resource.arn, context)
        for way in rights.ways
    )
