"""What a trust line leaves open for callers of whom only the account and the kind are known.

Input: a trust line, an account, a kind of principal. Output: residual conditions; ``None``: such a caller never enters.
Handled: conditions of the line, denies of its own policy, resource control policies of the role's account.
Not handled: callers that are known one by one; see ``assume_role_pairs``.
"""

from __future__ import annotations

from graph.decision import Atom, Clause, Residual, Truth, merge_residuals
from graph.edges.aws.layers import role_resource
from graph.edges.aws.partition import in_partition, partition_of
from graph.edges.aws.trust import TrustLine
from graph.edges.aws.world import AwsWorld, account_id_of
from graph.evaluate.aws.conditions import evaluate_conditions, negated_residual
from graph.evaluate.aws.context import Context, request_context
from graph.evaluate.aws.document import Effect, PrincipalElement
from graph.evaluate.aws.matching import names_account
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource, arn_account
from graph.evaluate.aws.statements import match_statement

__all__ = ["ACTION", "TECHNIQUE", "kinds_of_callers", "lists_some_of", "stand_in", "trust_residual"]

ACTION = "sts:AssumeRole"
TECHNIQUE = "sts-001"


def trust_residual(world: AwsWorld, line: TrustLine, principal: Principal) -> Residual | None:
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
            if lists_some_of(named, principal.account):
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


def lists_some_of(element: PrincipalElement, account: str) -> bool:
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


def stand_in(world: AwsWorld, role: str, account: str, kind: PrincipalKind) -> Principal:
    """Return a caller of a role of whom only account and kind are known."""
    root = in_partition(f"arn:aws:iam::{account}:root", partition_of(role))
    arn = root if kind in (PrincipalKind.ROOT, PrincipalKind.ACCOUNT) else ""
    return Principal(kind, arn, account, tags=None, organization_id=world.organization_of(account) if account else None)


def kinds_of_callers(world: AwsWorld, account: str) -> list[PrincipalKind]:
    """Return the kinds of principals that an account has, and the account as a whole last; empty: none."""
    found = world.callers_by_kind(account)
    return [*sorted(found), PrincipalKind.ACCOUNT] if found else []
