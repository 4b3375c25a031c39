"""Which roles let an AWS service take them for a workload of their own account, and under what conditions.

Input: trust policies. Output: for a service the roles that trust it, and what their trust leaves
open. Handled: ``aws:SourceAccount`` (the workload is of the role's account), ``aws:SourceArn`` (met when any
workload of the service's form meets it, impossible when it names another service or account), explicit denies.
Not handled: a service that is trusted through ``Principal: "*"``; only a service that is named counts.
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html (read 2026-11).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graph.decision import Clause, Residual, Truth, merge_residuals
from graph.edges.aws.layers import role_resource
from graph.edges.aws.partition import CHINA, CHINA_SUFFIX, home_region, in_partition, partition_of
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.conditions import evaluate_conditions, negated_residual
from graph.evaluate.aws.context import Context, request_context
from graph.evaluate.aws.document import Effect, PolicyDocument, Statement
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request

__all__ = ["ServiceTrust", "ServiceTrusts"]

_ASSUME = "sts:AssumeRole"
_SOURCE_ARN = "aws:sourcearn"
_POSITIVE = ("ArnEquals", "ArnLike", "StringEquals", "StringLike")
_NAME = "nhi-probe-7f3a9c"
_REGIONAL = re.compile(r"^([a-z0-9-]+)\.[a-z]{2}(?:-[a-z]+)+-\d\.(amazonaws\.com(?:\.cn)?)$")


@dataclass(frozen=True, slots=True)
class ServiceTrust:
    """A role that trusts a service by one statement."""

    role: str
    conditions: Residual
    """What stays open."""
    grant: str
    """The statement, as the unit that can be removed."""


class ServiceTrusts:
    """Roles by the service that their trust policies name; read once, so that each service costs its own roles."""

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        self._named: dict[str, list[str]] = defaultdict(list)
        for role in world.roles.values():
            document = world.trust.get(role.arn)
            if document is None or role.service_linked:
                continue
            for service in dict.fromkeys(_general(name) for name in _services(document)):
                self._named[service].append(role.arn)

    def of(self, service: str, form: str = "*", also: tuple[str, ...] = ()) -> list[ServiceTrust]:
        """Return the roles that the service may take, in ARN order.

        Parameters
        ----------
        service
            Service principal as the trust spells it, e.g. ``lambda.amazonaws.com``; the spelling of China counts for
            roles there alone.
        form
            ARN form of the workload that the service acts for, with ``{region}``, ``{account}`` and ``{name}``.
        also
            Further STS actions that the same statement must allow.
        """
        found = []
        for role in self._named.get(service, ()):
            if service.endswith(CHINA_SUFFIX) and partition_of(role) != CHINA:
                continue
            found.extend(self._statements(role, service, form, also))
        return found

    def between(self, role: str, service: str, form: str = "*", also: tuple[str, ...] = ()) -> list[ServiceTrust]:
        """Return how the service may take one collected role; parameters as of ``of``."""
        return self._statements(role, service, form, also)

    def _statements(self, role: str, service: str, form: str, also: tuple[str, ...]) -> list[ServiceTrust]:
        document = self._world.trust[role]
        assert document is not None
        account = self._world.roles[role].account
        principal = Principal(PrincipalKind.SERVICE, service, "", tags=None, organization_id=None)
        stated = {"aws:sourceaccount": (account,)}
        context = request_context(Request(principal, _ASSUME, role_resource(self._world, role), stated, frozenset()))
        open_denies = _denies(document, service, context)
        if open_denies is None:
            return []
        found: dict[tuple[Residual, str], ServiceTrust] = {}
        for statement in document.statements:
            if statement.effect is not Effect.ALLOW or not _names(statement, service):
                continue
            if not all(statement.covers_action(action) for action in (_ASSUME, *also)):
                continue
            outcome = evaluate_conditions(statement.conditions, context)
            if outcome.truth is Truth.FALSE:
                continue
            residual = _source_arn(outcome.residual, in_partition(form, partition_of(role)), account)
            if residual is not None:
                conditions = merge_residuals([residual, open_denies])
                grant = f"aws:trust:{role}#{statement.index}"
                found[conditions, grant] = ServiceTrust(role, conditions, grant)
        return list(found.values())


def _services(document: PolicyDocument) -> Iterable[str]:
    for statement in document.statements:
        principals = statement.principals
        if statement.effect is Effect.ALLOW and principals is not None and not principals.not_principal:
            yield from principals.service


def _general(service: str) -> str:
    """Return a service principal without the region that it may be spelt with.

    References
    ----------
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html (read 2026-11)
    """
    return _REGIONAL.sub(r"\1.\2", service)


def _names(statement: Statement, service: str) -> bool:
    """Return whether a statement names the service, in one region or in all."""
    principals = statement.principals
    if principals is None or principals.not_principal:
        return False
    return any(service in (name, _general(name)) for name in principals.service)


def _denies(document: PolicyDocument, service: str, context: Context) -> Residual | None:
    """Return what the denies leave open; ``None``: denied."""
    clauses: list[Residual] = []
    for statement in document.statements:
        principals = statement.principals
        if statement.effect is not Effect.DENY or principals is None or not statement.covers_action(_ASSUME):
            continue
        if principals.not_principal or not (principals.anyone or service in principals.service):
            continue
        outcome = evaluate_conditions(statement.conditions, context)
        if outcome.truth is Truth.TRUE:
            return None
        if outcome.truth is Truth.UNKNOWN:
            clauses.append((negated_residual(outcome.residual),))
    return merge_residuals(clauses)


def _source_arn(residual: Residual, form: str, account: str) -> Residual | None:
    """Decide tests on the workload's ARN that any, or no, workload of the form meets."""
    kept: list[Clause] = []
    for clause in residual:
        if not all(atom.key == _SOURCE_ARN and atom.operator in _POSITIVE and not atom.negated for atom in clause):
            kept.append(clause)
            continue
        values = [value for atom in clause for value in atom.values]
        if any(_met_by_any(value, form, account) for value in values):
            continue
        if not any(_met_by_some(value, form, account) for value in values):
            return None
        kept.append(clause)
    return merge_residuals([tuple(kept)])


def _met_by_any(pattern: str, form: str, account: str) -> bool:
    region = pattern.split(":")[3] if pattern.count(":") >= 3 else ""
    plain = region if region and "*" not in region and "?" not in region else home_region(partition_of(form))
    return glob_matches(pattern, form.format(region=plain, account=account, name=_NAME))


def _met_by_some(pattern: str, form: str, account: str) -> bool:
    """Return whether service and account of the pattern are those of the form."""
    mine = form.format(region=home_region(partition_of(form)), account=account, name=_NAME).split(":", 5)
    other = pattern.split(":", 5)
    if len(mine) != 6 or len(other) != 6:
        return True
    return glob_matches(other[2], mine[2]) and (not mine[4] or glob_matches(other[4], mine[4]))
