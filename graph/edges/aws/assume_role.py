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
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from graph.decision import Atom, Residual, merge_residuals
from graph.edges.aws.assume_role_callers import (
    ACTION,
    TECHNIQUE,
    kinds_of_callers,
    lists_some_of,
    stand_in,
    trust_residual,
)
from graph.edges.aws.assume_role_pairs import (
    add_outside,
    add_pairs,
    add_pairs_of,
    admin_view,
    dead_line,
    principal_line,
)
from graph.edges.aws.caller_questions import CallerQuestions, about_caller
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.layers import role_resource
from graph.edges.aws.session_keys import asked_of_session, decided_by_line, session_residual
from graph.edges.aws.strangers import POSITIVE
from graph.edges.aws.trust import TrustForm, TrustLine, trust_lines
from graph.edges.aws.world import AwsWorld, account_id_of, account_node, target_context
from graph.evaluate.aws.document import Effect, PrincipalElement
from graph.evaluate.aws.matching import names_account
from graph.evaluate.aws.principals import Principal, PrincipalKind, arn_account
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Node

__all__ = ["ANYONE", "build_assume_role"]

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
            principal_line(world, line)
        elif line.form is TrustForm.DEAD:
            dead_line(world, line)
        elif line.form is TrustForm.NOT_UNDERSTOOD:
            _not_understood_line(world, line, open_to)
    _class_edges(world, open_to, groups)
    return {group: targets for group, targets in open_to.items() if _BESIDE not in group}


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
        add_outside(world, line, account_node(line.account))
        return
    _open(world, line, line.account, open_to, f"{line.account}/")


def _open(world: AwsWorld, line: TrustLine, account: str, open_to: dict[str, list[Target]], group: str) -> None:
    named = _named_by_denies(world, line)
    for kind in kinds_of_callers(world, account):
        residual = trust_residual(world, line, stand_in(world, line.role, account, kind))
        asked = asked_of_session(residual) if residual is not None else None
        if residual is None or asked is None or session_residual(line.document, residual) is None:
            continue
        residual, actions = asked
        if named is None or (actions and (group.startswith("named:") or not decided_by_line(line, actions))):
            add_pairs(world, line, account, kind)
            continue
        session = "".join(f"{action}{_BESIDE}" for action in actions)
        if named:
            residual = merge_residuals([residual, _other_than(named)])
            for arn in named:
                add_pairs_of(world, line, [view for view in world.states_of(arn) if _is_of(view, account, kind)])
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
    residual = trust_residual(world, line, Principal(PrincipalKind.USER, "", "", tags=None, organization_id=None))
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


def _not_understood_line(world: AwsWorld, line: TrustLine, open_to: dict[str, list[Target]]) -> None:
    named = line.statement.principals
    if line.excepts and named is not None and (named.anyone or "*" in named.aws):
        return
    residual = trust_residual(world, line, Principal(PrincipalKind.USER, "", "", tags=None, organization_id=None))
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
        for kind in kinds_of_callers(world, account):
            residual = trust_residual(world, line, stand_in(world, line.role, account, kind))
            if residual is None:
                continue
            if line.has_denies or about_caller(residual) or lists_some_of(named, account):
                add_pairs(world, line, account, kind)
            else:
                open_to[f"{group}{kind.value}"].append(_target(world, line, merge_residuals([residual, unclear])))
