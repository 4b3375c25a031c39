"""CAN_ACCESS: who can read which secret, bucket, key, queue, topic, table or repository (impact classes H4, H5, H10).

Input: principals, collected resources with their policies. Output: edges to resources through classes of resources, so
that 200 administrators over 50,000 buckets stay 200 + 50,000.
Handled: identity, boundary, SCP, RCP and resource policy layers; same and cross-account; key policies as mandatory; the
KMS key's consent for a secret under a customer key; public and cross-account resource policies; conditions on the
caller (``caller_questions``); resource policies that deny somebody in particular, pair by pair through the full
evaluator.
Not handled: object ACLs, KMS grants (``resource_policies_kms_grants``), access points; parts of a bucket (one object
that no policy names stands for all).
Errs towards: leaving a state as it is where a resource policy was not looked at (coverage names it).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from graph.decision import ALWAYS, Atom, Clause, Outcome, Residual, Truth, merge_residuals
from graph.edges.aws.access_assets import Asset, Protected, Stated, assets_of, presented
from graph.edges.aws.access_assets_resources import resource_assets
from graph.edges.aws.access_states import state_assets
from graph.edges.aws.assume_role import ANYONE
from graph.edges.aws.caller_questions import CallerQuestions, about_caller, has_variables
from graph.edges.aws.capability import PrincipalView, ResourceSlice, capability, on_target, resolve_residual
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.layers import authorize_view
from graph.edges.aws.strangers import STRANGERS, accounts_named, open_to_strangers
from graph.edges.aws.trust import TrustForm, TrustLine, policy_lines
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.conditions import evaluate_conditions, negated_residual
from graph.evaluate.aws.context import request_context
from graph.evaluate.aws.document import Effect, Statement
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource
from graph.evaluate.aws.statements import resource_patterns
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Node

__all__ = ["WayIn", "build_access", "combine_ways", "could_do", "denies_on", "ways_in"]

_KINDS = (PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.ROOT, PrincipalKind.ACCOUNT)


_Shape = tuple[tuple[str, Stated], ...]
"""Action and stated keys of each permission that is needed."""
_ByKind = dict[PrincipalKind, list[PrincipalView]]


def build_access(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_ACCESS edge of the callers given."""
    questions = CallerQuestions(views)
    by_shape: dict[_Shape, list[Asset]] = defaultdict(list)
    for asset in itertools.chain(assets_of(world), resource_assets(world), state_assets(world)):
        by_shape[tuple((part.action, part.stated) for part in asset.parts)].append(asset)
    for shape, group in by_shape.items():
        _shape(world, views, shape, group, questions)


def _shape(
    world: AwsWorld,
    views: Sequence[PrincipalView],
    shape: _Shape,
    assets: Sequence[Asset],
    questions: CallerQuestions,
) -> None:
    classes = _Classes(questions)
    by_node = {view.node: view for view in views}
    by_account: dict[str, _ByKind] = defaultdict(lambda: defaultdict(list))
    for view in views:
        by_account[view.account][view.principal.kind].append(view)
    for asset in assets:
        for account in _accounts_in_question(world, asset, by_account):
            _classes_of(world, asset, account, classes, by_account)
        for view in _named_principals(world, asset, by_node):
            if view.account == asset.account or not asset.home_only:
                _pair(world, asset, view)
        _public(world, asset)
    impact = {asset.node: asset.impact.value for asset in assets}
    for targets, implicit in ((classes.opened, False), (classes.named, True)):
        candidates = {group: Candidates(found) for group, found in targets.items()}
        for account, kinds in by_account.items():
            class_edges(
                world.identity_graph,
                [view for found in kinds.values() for view in found],
                [Need(action, presented(action, stated, account)) for action, stated in shape],
                candidates.get,
                kind=EdgeKind.CAN_ACCESS,
                technique="",
                implicit_first_need=implicit,
                describe="resources",
                groups_of=questions.groups_of,
                impact_of=lambda node: impact.get(node, ""),
                purpose="+".join(action for action, _ in shape),
            )


@dataclass(slots=True)
class _Classes:
    """Targets by the callers that they accept."""

    questions: CallerQuestions
    opened: dict[str, list[Target]] = field(default_factory=lambda: defaultdict(list))
    """To callers whose own policies must allow, by group."""
    named: dict[str, list[Target]] = field(default_factory=lambda: defaultdict(list))
    """To callers who need no identity allow for the first permission."""

    def add(self, target: Target, account: str, kind: PrincipalKind, way: WayIn, resource: Resource) -> None:
        """Add a target for the callers of an account and kind who pass what its policy asks of them."""
        groups = self.named if way.implicit else self.opened
        for answer in self.questions.ask(account, kind, way.conditions, resource):
            groups[answer.group].append(replace(target, conditions=answer.still_open))


# ---- classes
# -----------------------------------------------------------------------------------------------------------


def _lines(part: Protected) -> list[TrustLine]:
    if part.policy is None:
        return []
    return [line for line in policy_lines(part.node, part.policy) if line.statement.covers_action(part.action)]


def _accounts_in_question(world: AwsWorld, asset: Asset, by_account: dict[str, _ByKind]) -> list[str]:
    found = {asset.account} & set(by_account)
    if asset.home_only:
        return sorted(found)
    for line in _lines(asset.parts[0]):
        if line.form is TrustForm.ACCOUNT and line.account in by_account:
            found.add(line.account)
        elif line.form is TrustForm.ANYONE:
            found |= set(by_account)
    return sorted(found)


def _classes_of(
    world: AwsWorld,
    asset: Asset,
    account: str,
    classes: _Classes,
    by_account: dict[str, _ByKind],
) -> None:
    """Sort an asset into the classes of one account's callers, or decide it pair by pair if it looks at the caller."""
    for kind in _KINDS:
        callers = by_account[account].get(kind)
        if not callers:
            continue
        caller = Principal(kind, "", account, tags=None, organization_id=world.organization_of(account))
        ways = [ways_in(world, part, caller) for part in asset.parts]
        if any(way is None for way in ways) or any(
            item.implicit or _on_pair(item) for way in ways[1:] for item in way or ()
        ):
            # A key that lets everybody of the account in leaves only the first permission to the caller's own policies.
            for view in callers:
                if all(could_do(view, part) for part in asset.parts):
                    _pair(world, asset, view)
            continue
        for way in combine_ways([way for way in ways if way is not None]):
            target = Target(
                asset.parts[0].resource.arn,
                asset.node,
                target_context(asset.parts[0].resource),
                tuple(part.resource.arn for part in asset.parts),
                way.grants,
                note=asset.note,
                contexts=tuple(target_context(part.resource) for part in asset.parts),
            )
            classes.add(target, account, kind, way, asset.parts[0].resource)


def _on_pair(way: WayIn) -> bool:
    """Return whether a policy compares the caller with a fact of its resource that is not there or not known."""
    return about_caller(way.conditions) and has_variables(way.conditions)


@dataclass(frozen=True, slots=True)
class WayIn:
    """How callers of a class pass a resource policy: ``implicit`` without, else with an identity allow of their own."""

    implicit: bool
    """No identity allow is needed."""
    grants: tuple[str, ...]
    """Of the resource policy."""
    conditions: Residual
    """Still open."""


def combine_ways(ways: list[list[WayIn]]) -> Iterator[WayIn]:
    """Join the ways of all parts. Only the first permission may come from the resource's own policy."""
    if len(ways) == 1:
        yield from ways[0]
        return
    for first in ways[0]:
        for second in ways[1]:
            if not second.implicit:
                yield WayIn(
                    first.implicit,
                    tuple(sorted({*first.grants, *second.grants})),
                    merge_residuals([first.conditions, second.conditions]),
                )


def ways_in(world: AwsWorld, part: Protected, caller: Principal) -> list[WayIn] | None:
    """Return the ways for a caller class; ``[]``: none; ``None``: the policy names some of the callers.

    What a policy asks of its callers stays open in ``conditions`` (``caller_questions``).
    """
    if part.policy is None and not world.rcps.get(part.resource.account or ""):
        return [WayIn(False, (), ALWAYS)] if caller.account == part.resource.account and not part.mandatory else []
    context = request_context(Request(caller, part.action, part.resource, part.presented(caller.account), frozenset()))
    blocked = denies_on(world, part, caller)
    if blocked is None:
        return None
    if isinstance(blocked, str):
        return []
    same = caller.account == part.resource.account
    found: list[WayIn] = []
    if same and not part.mandatory:
        found.append(WayIn(False, (), blocked))
    for line in _lines(part):
        if line.form is TrustForm.NOT_UNDERSTOOD:
            return None
        if not (line.form is TrustForm.ANYONE or (line.form is TrustForm.ACCOUNT and line.account == caller.account)):
            continue
        outcome = evaluate_conditions(line.statement.conditions, context)
        if outcome.truth is Truth.FALSE or not _speaks_of(line.statement, part, world, caller):
            continue
        if line.statement.problems:
            return None
        implicit = line.form is TrustForm.ANYONE and same
        grants = (f"{part.grant_prefix}#{line.statement.index}",)
        if same and not implicit and not part.mandatory:
            continue
        found.append(WayIn(implicit, grants, merge_residuals([blocked, outcome.residual])))
    return found


def _speaks_of(statement: Statement, part: Protected, world: AwsWorld, caller: Principal) -> bool:
    context = request_context(Request(caller, part.action, part.resource, part.presented(caller.account), frozenset()))
    found = resource_patterns(statement, context)
    if not statement.resources or found.undecided or found.broken:
        return True
    return ResourceSlice(found.patterns, statement.not_resource).matches(part.resource.arn)


def denies_on(world: AwsWorld, part: Protected, caller: Principal) -> Residual | str | None:
    """Return open clauses of resource policy and RCP denies, ``"denied"``, or ``None``: a deny names some callers."""
    context = request_context(Request(caller, part.action, part.resource, part.presented(caller.account), frozenset()))
    documents = [part.policy] if part.policy else []
    documents += [
        item.document for level in world.rcps.get(part.resource.account or "", ()) for item in level if item.document
    ]
    clauses: list[Clause] = []
    for document in documents:
        for statement in document.statements:
            if (
                statement.effect is not Effect.DENY
                or not statement.covers_action(part.action)
                or not _speaks_of(statement, part, world, caller)
            ):
                continue
            principals = statement.principals
            if principals is None or principals.not_principal or not (principals.anyone or "*" in principals.aws):
                return None
            outcome = evaluate_conditions(statement.conditions, context)
            if outcome.truth is Truth.FALSE:
                continue
            if outcome.truth is Truth.TRUE:
                return "denied"
            clauses.append(negated_residual(outcome.residual))
    return merge_residuals([tuple(clauses)])


def could_do(view: PrincipalView, part: Protected) -> bool:
    """Return whether an identity statement of the caller, or one for everybody, allows the action on the resource."""
    if view.account == part.resource.account and any(line.form is TrustForm.ANYONE for line in _lines(part)):
        return True
    rights = capability(view, part.action, part.presented(view.account))
    return any(way.slice.matches(part.resource.arn) for way in rights.ways)


# ---- pairs
# -------------------------------------------------------------------------------------------------------------


def _named_principals(world: AwsWorld, asset: Asset, by_node: dict[str, PrincipalView]) -> list[PrincipalView]:
    named = {line.value for part in asset.parts for line in _lines(part) if line.form is TrustForm.PRINCIPAL}
    return [by_node[view.node] for arn in sorted(named) for view in world.states_of(arn) if view.node in by_node]


def _pair(world: AwsWorld, asset: Asset, view: PrincipalView) -> None:
    """Decide one caller and one asset by the full evaluator and add its edges."""
    alternatives: list[Residual] = [ALWAYS]
    state = State.VERIFIED
    grants: set[str] = set()
    guards: set[str] = set()
    notes: list[str] = [asset.note] if asset.note else []
    for part in asset.parts:
        decision = authorize_view(
            world,
            view,
            part.action,
            part.resource,
            policy=part.policy,
            mandatory=part.mandatory,
            stated=part.presented(view.account),
        )
        if decision.outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED):
            return
        if decision.outcome is Outcome.UNVERIFIED:
            state = State.UNVERIFIED
        notes.extend(decision.notes)
        alternatives = [
            merge_residuals([one, two]) for one in alternatives for two in (decision.alternatives or (ALWAYS,))
        ]
        grants |= _pair_grants(world, view, part)
        guards |= set(capability(view, part.action, part.presented(view.account)).guard_labels)
    for residual in alternatives:
        world.identity_graph.add_edge(
            Edge(
                view.node,
                asset.node,
                EdgeKind.CAN_ACCESS,
                True,
                "",
                tuple(sorted(grants)),
                residual,
                tuple(sorted(guards)),
                state,
                asset.impact.value,
                note="; ".join(notes)[:300],
            )
        )


def _pair_grants(world: AwsWorld, view: PrincipalView, part: Protected) -> set[str]:
    """Return one sufficient grant set: the resource policy's statement that names the caller, or its own statement."""
    same = view.account == part.resource.account
    by_policy = [
        line
        for line in _lines(part)
        if line.value == view.principal.arn
        or line.form is TrustForm.ANYONE
        or (line.form is TrustForm.ACCOUNT and line.account == view.account)
    ]
    direct = [line for line in by_policy if line.form is not TrustForm.ACCOUNT]
    if same and direct:
        return {f"{part.grant_prefix}#{direct[0].statement.index}"}
    rights = capability(view, part.action, part.presented(view.account))
    context = target_context(part.resource)
    own = next(
        (set(way.grants) for way in rights.ways if on_target(way.slice, rights, part.resource.arn, context)), set()
    )
    if (not same or part.mandatory) and by_policy:
        own |= {f"{part.grant_prefix}#{by_policy[0].statement.index}"}
    return own


def _public(world: AwsWorld, asset: Asset) -> None:
    """Add what any AWS principal gets by a resource policy, and outside accounts that are named."""
    graph = world.identity_graph
    part, *others = asset.parts
    elsewhere = any(other.node != part.node for other in others)
    if elsewhere or asset.home_only or graph.nodes[asset.node].kind is NodeKind.KMS_KEY:
        return
    for line in _lines(part):
        if not all(line.statement.covers_action(other.action) for other in others):
            continue
        named = {line.account} if line.form is TrustForm.ACCOUNT else set()
        if line.form is TrustForm.ANYONE:
            named = set(accounts_named(line.statement.conditions))
            ways = (_way_of(world, part, line, stranger) for stranger in STRANGERS)
            residual = next((way for way in ways if way is not None and open_to_strangers(way)), None)
            if residual is not None:
                graph.add_node(Node(ANYONE, NodeKind.AWS_ANYONE, "any AWS principal of any account", "aws", ""))
                _outside_edge(world, asset, line, ANYONE, residual)
        for account in sorted(named - {asset.account}):
            if world.is_collected(account):
                continue
            caller = Principal(PrincipalKind.ACCOUNT, "", account, tags=None, organization_id=None)
            residual = _way_of(world, part, line, caller)
            if residual is not None:
                facts = {"account_id": account, "relation": "unknown"}
                node = f"aws:account:{account}"
                graph.add_node(Node(node, NodeKind.AWS_ACCOUNT, account, "aws", account, facts, collected=False))
                _outside_edge(world, asset, line, node, residual)


def _way_of(world: AwsWorld, part: Protected, line: TrustLine, caller: Principal) -> Residual | None:
    """Return what stays open of a line for an outsider; ``None``: it is not let in."""
    context = request_context(Request(caller, part.action, part.resource, {}, frozenset()))
    outcome = evaluate_conditions(line.statement.conditions, context)
    denied = denies_on(world, part, caller)
    if outcome.truth is Truth.FALSE or denied == "denied":
        return None
    unknown: Residual = ((Atom("policy", "?", ("a deny that looks at the caller",)),),)
    open_clauses = denied if isinstance(denied, tuple) and not about_caller(denied) else unknown
    return resolve_residual(merge_residuals([outcome.residual, open_clauses]), target_context(part.resource))


def _outside_edge(world: AwsWorld, asset: Asset, line: TrustLine, node: str, residual: Residual) -> None:
    grants = (f"{asset.parts[0].grant_prefix}#{line.statement.index}",)
    impact = asset.impact.value
    world.identity_graph.add_edge(
        Edge(node, asset.node, EdgeKind.CAN_ACCESS, True, "", grants, residual, impact=impact)
    )
