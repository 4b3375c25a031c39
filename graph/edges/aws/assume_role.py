"""CAN_ASSUME: who can obtain a session of which role through sts:AssumeRole (technique sts-001).

Input: trust lines and principals. Output: edges from principals, hubs, outside accounts and "anyone" to roles.
Handled: account-root and wildcard trust as caller class × trust class, also where its conditions look at the caller
(``caller_questions``); principals named by ARN, in an allow or a deny, pair by pair through the full evaluator;
same-account trust that names the caller (no identity allow needed); cross-account (both sides); boundary, SCP, RCP,
explicit denies on both sides; ExternalId, MFA and other open conditions as residuals; dead unique ids.
NotPrincipal: a deny reaches every account that its list leaves out, and is decided caller by caller in the others; an
allow, which AWS does not support, gives unverified edges to all but those listed in person.
Session tags and source identities that a trust asks for need permissions of their own (``session_keys``).
Not handled: session names of role-session principals stay conditional.
Errs towards: unverified where an outside account was not collected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from graph.decision import ALWAYS, Atom, Clause, Outcome, Residual, Truth, merge_residuals
from graph.edges.aws.admin import allow_everything
from graph.edges.aws.caller_questions import CallerQuestions, about_caller
from graph.edges.aws.capability import DocumentInForce, PrincipalView, capability, on_target, resolve_residual
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.layers import authorize_view, role_resource
from graph.edges.aws.partition import account_partition, in_partition, partition_of
from graph.edges.aws.session_keys import asked_of_session, decided_by_line, session_residual, session_ways
from graph.edges.aws.strangers import POSITIVE
from graph.edges.aws.trust import TrustForm, TrustLine, trust_lines
from graph.edges.aws.world import AwsWorld, account_id_of, account_node, admin_id, target_context
from graph.evaluate.aws.conditions import evaluate_conditions, negated_residual
from graph.evaluate.aws.context import Context, request_context
from graph.evaluate.aws.document import Effect, PrincipalElement
from graph.evaluate.aws.matching import names_account
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource, arn_account
from graph.evaluate.aws.statements import match_statement
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Node

__all__ = ["ANYONE", "admin_view", "build_assume_role"]

ACTION = "sts:AssumeRole"
TECHNIQUE = "sts-001"
ANYONE = "aws:anyone"
_BESIDE = "|"
"""Ends each action that callers need beside sts:AssumeRole in the name of a group of targets."""


def build_assume_role(world: AwsWorld, groups: Sequence[PrincipalView]) -> dict[str, list[Target]]:
    """Add every CAN_ASSUME edge; groups that can be joined take part as callers.

    Returns
    -------
    dict
        Caller group (see ``caller_questions``) to roles that accept the account as a whole; ``named:<group>`` to roles
        that accept every principal of the account without an identity allow.
    """
    open_to: dict[str, list[Target]] = defaultdict(list)
    changed = [view for views in world.changed.values() for view in views]
    world.asked = CallerQuestions([*_may_call(world), *changed])
    for line in trust_lines(world):
        if not line.statement.covers_action(ACTION):
            continue
        if line.form is TrustForm.ACCOUNT:
            _account_line(world, line, open_to)
        elif line.form is TrustForm.ANYONE:
            _anyone_line(world, line, open_to)
        elif line.form is TrustForm.PRINCIPAL:
            _principal_line(world, line)
        elif line.form is TrustForm.DEAD:
            _dead_line(world, line)
        elif line.form is TrustForm.NOT_UNDERSTOOD:
            _not_understood_line(world, line, open_to)
    _class_edges(world, open_to, groups)
    return {group: targets for group, targets in open_to.items() if _BESIDE not in group}


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


# ---- accounts and wildcards
# --------------------------------------------------------------------------------------------


def _trust_residual(world: AwsWorld, line: TrustLine, principal: Principal) -> Residual | None:
    """Return what stays open of a trust line for a caller of which only account and kind are known; ``None``: never."""
    resource = role_resource(world, line.role)
    context = request_context(Request(principal, ACTION, resource, {}, frozenset()))
    outcome = evaluate_conditions(line.statement.conditions, context)
    if outcome.truth is Truth.FALSE:
        return None
    clauses: list[Clause] = list(outcome.residual)
    denied = _trust_denies(line, principal, context)
    if denied is None:
        return None
    clauses.extend(denied)
    if line.statement.problems:
        clauses.append((Atom("policy", "?", line.statement.problems),))
    return _resource_controls(world, line.role, resource, principal, merge_residuals([tuple(clauses)]))


def _trust_denies(line: TrustLine, principal: Principal, context: Context) -> list[Clause] | None:
    """Return what must hold to escape the denies of the line's own trust policy; ``None``: a caller class cannot.

    A deny of one principal leaves the rest of its account alone; whom it names is decided pair by pair where the caller
    is known.
    """
    clauses: list[Clause] = []
    for statement in line.document.statements:
        if statement.effect is not Effect.DENY or not statement.covers_action(ACTION):
            continue
        named = statement.principals
        if named is None:
            clauses.append((Atom("policy", "?", ("a deny that names nobody",)),))
            continue
        if named.not_principal:
            if named.anyone or "*" in named.aws:
                continue
            if _lists_some_of(named, principal.account):
                clauses.append((Atom("policy", "?", ("a deny for everybody but some principals",)),))
                continue
            whole = True
        else:
            whole = named.anyone or "*" in named.aws or _names_whole(named, line.account)
        if not whole and line.value not in named.aws:
            continue
        outcome = evaluate_conditions(statement.conditions, context)
        if outcome.truth is Truth.TRUE and not statement.problems:
            return None
        if outcome.truth is not Truth.FALSE:
            unclear = (Atom("policy", "?", statement.problems),) if statement.problems else ()
            clauses.append((*negated_residual(outcome.residual), *unclear))
    return clauses


def _names_whole(element: PrincipalElement, account: str) -> bool:
    return any(names_account(item) == account != "" for item in element.aws)


def _lists_some_of(element: PrincipalElement, account: str) -> bool:
    """Tell whether a list may hold an account or principals of it; a unique id does not tell whose it is."""
    if not account:
        return False
    accounts = {names_account(item) or arn_account(item) for item in element.aws}
    return account in accounts or "" in accounts


def _resource_controls(
    world: AwsWorld, role: str, resource: Resource, principal: Principal, residual: Residual
) -> Residual | None:
    """Apply the RCPs of the role's account to a caller class."""
    request = Request(principal, ACTION, resource, {}, frozenset())
    context = request_context(request)
    clauses: list[Clause] = []
    for level in world.rcps.get(account_id_of(role), ()):
        for item in level:
            if item.document is None:
                clauses.append((Atom("policy", "?", (f"{item.label} is missing",)),))
                continue
            for statement in item.document.statements:
                if statement.effect is not Effect.DENY:
                    continue
                found = match_statement(statement, request, context)
                if found.truth is Truth.TRUE:
                    return None
                if found.truth is Truth.UNKNOWN:
                    clauses.append(negated_residual(found.residual))
    return merge_residuals([residual, tuple(clauses)])


def _stand_in(world: AwsWorld, role: str, account: str, kind: PrincipalKind) -> Principal:
    """Return a caller of a role of whom only account and kind are known."""
    root = in_partition(f"arn:aws:iam::{account}:root", partition_of(role))
    arn = root if kind in (PrincipalKind.ROOT, PrincipalKind.ACCOUNT) else ""
    return Principal(kind, arn, account, tags=None, organization_id=world.organization_of(account) if account else None)


def _kinds(world: AwsWorld, account: str) -> list[PrincipalKind]:
    found = world.callers_by_kind(account)
    return [*sorted(found), PrincipalKind.ACCOUNT] if found else []


def _account_line(world: AwsWorld, line: TrustLine, open_to: dict[str, list[Target]]) -> None:
    graph = world.identity_graph
    if account_node(line.account) not in graph.nodes:
        graph.add_node(
            Node(
                account_node(line.account),
                NodeKind.AWS_ACCOUNT,
                line.account,
                "aws",
                line.account,
                {"account_id": line.account, "relation": "unknown"},
                collected=False,
            )
        )
    if line.account != account_id_of(line.role):
        graph.add_edge(Edge(account_node(line.account), line.role, EdgeKind.TRUSTS, False, grants=(line.grant,)))
    if not world.is_collected(line.account):
        _outside(world, line, account_node(line.account))
        return
    _open(world, line, line.account, open_to, f"{line.account}/")


def _open(world: AwsWorld, line: TrustLine, account: str, open_to: dict[str, list[Target]], group: str) -> None:
    named = _named_by_denies(world, line)
    for kind in _kinds(world, account):
        residual = _trust_residual(world, line, _stand_in(world, line.role, account, kind))
        asked = asked_of_session(residual) if residual is not None else None
        if residual is None or asked is None or session_residual(line.document, residual) is None:
            continue
        residual, actions = asked
        if named is None or (actions and (group.startswith("named:") or not decided_by_line(line, actions))):
            _pairs(world, line, account, kind)
            continue
        session = "".join(f"{action}{_BESIDE}" for action in actions)
        if named:
            residual = merge_residuals([residual, _other_than(named)])
            for arn in named:
                _pairs_of(world, line, [view for view in world.states_of(arn) if _is_of(view, account, kind)])
        if kind is PrincipalKind.ACCOUNT and (_denies_assumption(line) or about_caller(residual)):
            continue
        for answer in world.asked.ask(account, kind, residual, role_resource(world, line.role)):
            prefix = group.removesuffix(f"{account}/")
            open_to[f"{session}{prefix}{answer.group}"].append(_target(world, line, answer.still_open))


def _denies_assumption(line: TrustLine) -> bool:
    """Return whether the trust policy denies the assumption itself to anybody, and not only a tag of its session."""
    return any(
        statement.effect is Effect.DENY and statement.covers_action(ACTION) for statement in line.document.statements
    )


def _named_by_denies(world: AwsWorld, line: TrustLine) -> list[str] | None:
    """Return ARNs of the users and roles that denies of the trust policy name, to be decided one by one.

    ``None``: a deny names others in a way that leaves every caller to be decided by itself.
    """
    names: set[str] = set()
    for statement in line.document.statements if line.has_denies else ():
        named = statement.principals
        if statement.effect is not Effect.DENY or not statement.covers_action(ACTION):
            continue
        if named is None or named.not_principal or named.canonical:
            return None
        if named.anyone or "*" in named.aws:
            continue
        if any(names_account(item) or ":sts:" in item for item in named.aws):
            return None
        names.update(named.aws)
    known = (world.views.get(name) or world.with_unique_id(name) for name in names)
    return sorted({view.node for view in known if view is not None})


def _other_than(arns: Sequence[str]) -> Residual:
    return ((Atom("aws:principalarn", "StringEquals", tuple(arns), negated=True),),)


def _is_of(view: PrincipalView, account: str, kind: PrincipalKind) -> bool:
    return view.account == account and view.principal.kind is kind


def _target(world: AwsWorld, line: TrustLine, residual: Residual) -> Target:
    return Target(
        line.role, line.role, target_context(role_resource(world, line.role)), grants=(line.grant,), conditions=residual
    )


def _anyone_line(world: AwsWorld, line: TrustLine, open_to: dict[str, list[Target]]) -> None:
    graph = world.identity_graph
    graph.add_node(Node(ANYONE, NodeKind.AWS_ANYONE, "any AWS principal of any account", "aws", ""))
    residual = _trust_residual(world, line, Principal(PrincipalKind.USER, "", "", tags=None, organization_id=None))
    residual = None if residual is None else session_residual(line.document, residual)
    if residual is not None and not _asks_for_our_own(world, line):
        graph.add_edge(Edge(ANYONE, line.role, EdgeKind.CAN_ASSUME, True, TECHNIQUE, (line.grant,), residual))
    own = account_id_of(line.role)
    for account in world.caller_accounts:
        # In its own account the wildcard names every principal, so none needs an identity allow; elsewhere each does.
        _open(world, line, account, open_to, f"named:{own}/" if account == own else f"{account}/")


def _asks_for_our_own(world: AwsWorld, line: TrustLine) -> bool:
    """Return whether a wildcard is narrowed to accounts or the organization of ours, so that no stranger passes."""
    ours = {account for account, row in world.accounts.items() if row.collected or row.relation == "own"}
    organizations = {world.organization_of(account) for account in ours} - {None, ""}
    owners = {
        "aws:principalarn": lambda value: arn_account(value) in ours,
        "aws:principalaccount": lambda value: value in ours,
        "aws:principalorgid": lambda value: value in organizations,
    }
    return any(
        test.key in owners
        and test.operator in POSITIVE
        and not test.if_exists  # a caller of no organization lacks the key
        and not test.quantifier
        and all(owners[test.key](value) for value in test.values)
        for test in line.statement.conditions
    )


def _class_edges(world: AwsWorld, open_to: dict[str, list[Target]], groups: Sequence[PrincipalView]) -> None:
    candidates = {group: Candidates(targets) for group, targets in open_to.items()}
    administrators = [admin_view(world, account) for account in world.caller_accounts]
    changed = [view for views in world.changed.values() for view in views]
    views = [*_may_call(world), *groups, *changed, *administrators]
    class_edges(
        world.identity_graph,
        views,
        [Need(ACTION)],
        candidates.get,
        kind=EdgeKind.CAN_ASSUME,
        technique=TECHNIQUE,
        describe="roles that trust the account,",
        groups_of=world.asked.groups_of,
    )
    class_edges(
        world.identity_graph,
        views,
        [Need(ACTION)],
        lambda group: candidates.get(f"named:{group}"),
        kind=EdgeKind.CAN_ASSUME,
        technique=TECHNIQUE,
        implicit_first_need=True,
        describe="roles that trust anyone,",
        groups_of=world.asked.groups_of,
    )
    for beside in sorted({group[: group.rindex(_BESIDE) + 1] for group in open_to if _BESIDE in group}):
        class_edges(
            world.identity_graph,
            views,
            [Need(ACTION), *(Need(action) for action in beside.split(_BESIDE) if action)],
            partial(_beside, candidates, beside),
            kind=EdgeKind.CAN_ASSUME,
            technique=TECHNIQUE,
            describe="roles that trust the account and the tags of its sessions,",
            groups_of=world.asked.groups_of,
        )


def _beside(candidates: Mapping[str, Candidates], beside: str, group: str) -> Candidates | None:
    return candidates.get(f"{beside}{group}")


def _may_call(world: AwsWorld) -> Iterator[PrincipalView]:
    """Yield principals that STS serves: AssumeRole is refused to root users.

    References
    ----------
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (read 2026-11).
    """
    return (view for view in world.views.values() if view.principal.kind is not PrincipalKind.ROOT)


def _for_everybody(line: TrustLine) -> bool:
    return line.form is TrustForm.ANYONE or line.excepts


def _pairs(world: AwsWorld, line: TrustLine, account: str, kind: PrincipalKind) -> None:
    """Decide a line that names or spares some of the callers for each caller that may ask at all."""
    for principal in world.callers_by_kind(account).get(kind, ()):
        _pairs_of(world, line, world.states_of(principal.node))


def _pairs_of(world: AwsWorld, line: TrustLine, views: Iterable[PrincipalView]) -> None:
    role = role_resource(world, line.role)
    for view in views:
        if _may_hold(line, view, role) and (_for_everybody(line) or capability(view, ACTION).ways):
            _pair(world, line, view)


def _may_hold(line: TrustLine, view: PrincipalView, role: Resource) -> bool:
    """Return whether the conditions of the line itself leave room for a caller: a quick first look."""
    context = request_context(Request(view.principal, ACTION, role, dict(view.presents), frozenset()))
    return evaluate_conditions(line.statement.conditions, context).truth is not Truth.FALSE


# ---- principals by ARN
# -------------------------------------------------------------------------------------------------


def _principal_line(world: AwsWorld, line: TrustLine) -> None:
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
        _outside(world, line, line.value)


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


def _outside(world: AwsWorld, line: TrustLine, node: str) -> None:
    """Add the edge of an account or principal that was not collected: what it may do at home is not known."""
    residual = _trust_residual(world, line, _stand_in(world, line.role, line.account, PrincipalKind.ACCOUNT))
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


def _dead_line(world: AwsWorld, line: TrustLine) -> None:
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


def _not_understood_line(world: AwsWorld, line: TrustLine, open_to: dict[str, list[Target]]) -> None:
    named = line.statement.principals
    if line.excepts and named is not None and (named.anyone or "*" in named.aws):
        return
    residual = _trust_residual(world, line, Principal(PrincipalKind.USER, "", "", tags=None, organization_id=None))
    if residual is not None:
        graph = world.identity_graph
        graph.add_node(Node(ANYONE, NodeKind.AWS_ANYONE, "any AWS principal of any account", "aws", ""))
        note = f"The trust names {line.value}, which is not understood."
        if line.excepts:
            note = "The trust allows by NotPrincipal, which AWS does not support: whom it lets in is not known."
        edge = Edge(
            ANYONE,
            line.role,
            EdgeKind.CAN_ASSUME,
            True,
            TECHNIQUE,
            (line.grant,),
            residual,
            (),
            State.UNVERIFIED,
            note=note,
        )
        graph.add_edge(edge)
    if line.excepts and named is not None:
        _open_but_for(world, line, named, open_to)


def _open_but_for(world: AwsWorld, line: TrustLine, named: PrincipalElement, open_to: dict[str, list[Target]]) -> None:
    """Open a role, unverified, to every account that a list leaves out; decide caller by caller in the others."""
    own = account_id_of(line.role)
    unclear: Residual = ((Atom("policy", "?", ("NotPrincipal with Allow",)),),)
    for account in world.caller_accounts:
        group = f"named:{own}/" if account == own else f"{account}/"
        for kind in _kinds(world, account):
            residual = _trust_residual(world, line, _stand_in(world, line.role, account, kind))
            if residual is None:
                continue
            if line.has_denies or about_caller(residual) or _lists_some_of(named, account):
                _pairs(world, line, account, kind)
            else:
                open_to[f"{group}{kind.value}"].append(_target(world, line, merge_residuals([residual, unclear])))
