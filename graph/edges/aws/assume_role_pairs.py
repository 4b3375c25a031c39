"""CAN_ASSUME caller by caller: principals that a trust line names, deleted ones, and those of accounts not collected.

Input: trust lines, callers. Output: edges from principals, accounts and full control of accounts to roles.
Handled: the full evaluator for each caller and line; sessions that are named by ARN; what full control of the named
principal's account adds; unique ids that live or are dead.
Not handled: callers by class; see ``assume_role``.
Errs towards: unverified where an outside account was not collected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph.decision import ALWAYS, Atom, Outcome, Residual, Truth, merge_residuals
from graph.edges.aws.admin import allow_everything
from graph.edges.aws.assume_role_callers import ACTION, TECHNIQUE, stand_in, trust_residual
from graph.edges.aws.capability import DocumentInForce, PrincipalView, capability, on_target, resolve_residual
from graph.edges.aws.layers import authorize_view, role_resource
from graph.edges.aws.partition import account_partition, in_partition
from graph.edges.aws.session_keys import session_residual, session_ways
from graph.edges.aws.trust import TrustForm, TrustLine
from graph.edges.aws.world import AwsWorld, account_id_of, admin_id, target_context
from graph.evaluate.aws.conditions import evaluate_conditions
from graph.evaluate.aws.context import request_context
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Node

__all__ = ["add_outside", "add_pairs", "add_pairs_of", "admin_view", "dead_line", "principal_line"]


def admin_view(world: AwsWorld, account: str) -> PrincipalView:
    """Return full control of an account as a caller: any identity permission, under the account's SCPs."""
    everything = DocumentInForce("identity", "full control", allow_everything(), "", False)
    principal = Principal(
        PrincipalKind.ACCOUNT,
        in_partition(f"arn:aws:iam::{account}:root", account_partition(world, account)),
        account,
        tags=None,
        organization_id=world.organization_of(account),
    )
    return PrincipalView(admin_id(account), principal, (everything,), None, world.scps.get(account, ()), world.index)


def add_pairs(world: AwsWorld, line: TrustLine, account: str, kind: PrincipalKind) -> None:
    """Decide a line that names or spares some of the callers for each caller that may ask at all."""
    for principal in world.callers_by_kind(account).get(kind, ()):
        add_pairs_of(world, line, world.states_of(principal.node))


def add_pairs_of(world: AwsWorld, line: TrustLine, views: Iterable[PrincipalView]) -> None:
    """Add the edges of callers that a line names or spares; whoever may not ask at all is passed over."""
    role = role_resource(world, line.role)
    for view in views:
        if _may_hold(line, view, role) and (_for_everybody(line) or capability(view, ACTION).ways):
            _pair(world, line, view)


def _may_hold(line: TrustLine, view: PrincipalView, role: Resource) -> bool:
    """Return whether the conditions of the line itself leave room for a caller: a quick first look."""
    context = request_context(Request(view.principal, ACTION, role, dict(view.presents), frozenset()))
    return evaluate_conditions(line.statement.conditions, context).truth is not Truth.FALSE


def _for_everybody(line: TrustLine) -> bool:
    return line.form is TrustForm.ANYONE or line.excepts


def principal_line(world: AwsWorld, line: TrustLine) -> None:
    """Add what a line gives that names one principal by ARN, collected or not."""
    named = _role_of_session(world, line.value)
    if views := world.states_of(named):
        for view in views:
            _pair(world, line, view, session=named != line.value)
        _administrators_as(world, line, views[0], session=named != line.value)
        return
    graph = world.identity_graph
    collected = world.is_collected(line.account)
    graph.add_node(
        Node(
            line.value,
            NodeKind.AWS_EXTERNAL_PRINCIPAL,
            line.value.split(":", 5)[-1],
            "aws",
            line.account,
            {"account_id": line.account, "missing": collected},
            collected=False,
        )
    )
    graph.add_edge(Edge(line.value, line.role, EdgeKind.TRUSTS, False, grants=(line.grant,)))
    if not collected:
        add_outside(world, line, line.value)


def _administrators_as(world: AwsWorld, line: TrustLine, view: PrincipalView, *, session: bool) -> None:
    """Add what full control of the named principal's account opens: it may give the principal what it lacks.

    At home the role itself belongs to that account, and full control includes it anyway. AWS lets nobody change a
    service-linked role.
    """
    if view.account == account_id_of(line.role) or view.principal.service_linked:
        return
    granted = replace(view, node=admin_id(view.account), documents=admin_view(world, view.account).documents)
    note = f"It may give {view.principal.name or view.node} the permission."
    _pair(world, line, replace(granted, boundary=None), session=session, as_administrator=note)


def _role_of_session(world: AwsWorld, arn: str) -> str:
    """Return the role's ARN of an assumed-role ARN, else the ARN itself.

    The session's ARN leaves the role's path out; role names are unique in an account whatever the path.
    """
    if ":assumed-role/" not in arn:
        return arn
    account, name = account_id_of(arn), arn.split(":assumed-role/", 1)[1].split("/", 1)[0]
    found = (role.arn for role in world.roles.values() if role.account == account and role.name == name)
    return next(found, arn)


def _pair(
    world: AwsWorld, line: TrustLine, view: PrincipalView, *, session: bool = False, as_administrator: str = ""
) -> None:
    """Add the edges of one caller and one trust line, by the full evaluator.

    Parameters
    ----------
    as_administrator
        What is told where the caller stands for full control of its account.
    """
    if view.principal.arn == line.role and not session:
        return
    asking = view
    if session:
        asking = replace(
            view, principal=replace(view.principal, kind=PrincipalKind.ROLE_SESSION, session_arn=line.value)
        )
    decision = authorize_view(world, asking, ACTION, role_resource(world, line.role), policy=line.alone, mandatory=True)
    if decision.outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED):
        return
    state = State.UNVERIFIED if decision.outcome is Outcome.UNVERIFIED else State.VERIFIED
    alternatives = decision.alternatives or (ALWAYS,)
    extra: Residual = (
        ((Atom("nhi:session-name", "StringEquals", (line.value.rsplit("/", 1)[-1],)),),) if session else ALWAYS
    )
    ways = [way for residual in alternatives for way in session_ways(world, line, view, asking, residual)]
    for grants, guards in _identity_grants(world, line, view):
        for more, residual, sure in ways:
            edge = Edge(
                view.node,
                line.role,
                EdgeKind.CAN_ASSUME,
                True,
                TECHNIQUE,
                tuple(sorted({line.grant, *grants, *more})),
                merge_residuals([residual, extra]),
                guards,
                min(state, sure),
                via=view.principal.arn if as_administrator else "",
                note="; ".join((*decision.notes, *filter(None, [as_administrator])))[:300],
            )
            world.identity_graph.add_edge(edge)
            if not as_administrator:
                world.named_assumptions.append(edge)


def _identity_grants(
    world: AwsWorld, line: TrustLine, view: PrincipalView
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the caller's own grants that are needed beside the trust: none when a same-account trust names it."""
    rights = capability(view, ACTION)
    same = view.account == account_id_of(line.role)
    if same and (line.form is TrustForm.PRINCIPAL or _for_everybody(line)):
        yield (), rights.guard_labels
        return
    context = target_context(role_resource(world, line.role))
    ways = [way for way in rights.ways if on_target(way.slice, rights, line.role, context)]
    if not ways:
        yield (), rights.guard_labels
    for way in ways:
        yield way.grants, rights.guard_labels


def add_outside(world: AwsWorld, line: TrustLine, node: str) -> None:
    """Add the edge of an account or principal that was not collected: what it may do at home is not known."""
    residual = trust_residual(world, line, stand_in(world, line.role, line.account, PrincipalKind.ACCOUNT))
    residual = None if residual is None else session_residual(line.document, residual)
    if residual is None:
        return
    relation = world.accounts[line.account].relation if line.account in world.accounts else "unknown"
    own = relation == "own"
    whole = line.form is TrustForm.ACCOUNT
    note = (
        "The account is ours and was not collected: which of its principals can do this is not known."
        if own
        else ""
        if whole
        else "The account was not collected: whether it lets this principal do so is not known."
    )
    state = State.VERIFIED if whole and not own else State.UNVERIFIED
    resolved = resolve_residual(residual, target_context(role_resource(world, line.role)))
    if resolved is not None:
        world.identity_graph.add_edge(
            Edge(node, line.role, EdgeKind.CAN_ASSUME, True, TECHNIQUE, (line.grant,), resolved, (), state, note=note)
        )


def dead_line(world: AwsWorld, line: TrustLine) -> None:
    """Add what a line gives that names a unique id: the principal that has it, or the trust in a deleted one."""
    graph = world.identity_graph
    living = world.with_unique_id(line.value)
    if living is not None:
        _pair(world, replace(line, form=TrustForm.PRINCIPAL, value=living.node, account=living.account), living)
        return
    graph.add_node(
        Node(
            f"aws:deleted:{line.value}",
            NodeKind.AWS_EXTERNAL_PRINCIPAL,
            line.value,
            "aws",
            account_id_of(line.role),
            {"deleted": True, "unique_id": line.value},
            collected=False,
        )
    )
    graph.add_edge(
        Edge(
            f"aws:deleted:{line.value}",
            line.role,
            EdgeKind.TRUSTS,
            False,
            grants=(line.grant,),
            note="The principal was deleted; nobody can enter through this line.",
        )
    )
