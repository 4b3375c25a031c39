"""What a role's trust asks before IAM Roles Anywhere may take the role for a certificate.

Input: a role's trust policy. Output: ``Accepted`` lines, each of which answers for an anchor.
Handled: the anchor as ``aws:SourceArn``, its account, other conditions as open atoms; denies of the trust policy;
``sts:TagSession`` and ``sts:SetSourceIdentity``, without which the service cannot take the role.
Not handled: conditions on those two actions alone.

References
----------
https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html (read 2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.decision import Atom, Residual, Truth, merge_residuals
from graph.edges.aws.layers import role_resource
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.conditions import evaluate_conditions, negated_residual
from graph.evaluate.aws.context import Principal, PrincipalKind, Request, request_context
from graph.evaluate.aws.document import ConditionTest, Effect, PolicyDocument, Statement

__all__ = ["Accepted", "accepted_lines"]

SERVICE = "rolesanywhere.amazonaws.com"
_OF_CERTIFICATE = ("aws:principaltag/", "aws:requesttag/", "sts:sourceidentity", "sts:rolesessionname", "aws:tagkeys")
"""Keys whose values Roles Anywhere takes from the certificate."""
_BESIDE = ("sts:TagSession", "sts:SetSourceIdentity")


@dataclass(frozen=True, slots=True)
class Accepted:
    """An allow statement that lets the service in."""

    world: AwsWorld
    role: str
    statement: Statement
    document: PolicyDocument

    @property
    def grant(self) -> str:
        """Return the id of the trust statement as a removable unit."""
        return f"aws:trust:{self.role}#{self.statement.index}"

    def residual(self, anchor: str, account: str, *, certificate: bool = False) -> Residual | None:
        """Return what stays open for a session through an anchor; ``None``: the anchor is refused.

        Parameters
        ----------
        anchor, account
            The trust anchor's ARN and its account.
        certificate
            True for a caller that issues its own certificates: positive tests on what a certificate says are met.
        """
        asked = self._tests(self.statement, anchor, account)
        if asked is None:
            return None
        decided, about_certificate = asked
        open_tests = () if certificate else about_certificate
        clauses: list[Residual] = [decided, tuple((_atom(test),) for test in open_tests)]
        for statement in self.document.statements:
            if statement.effect is not Effect.DENY or not statement.covers_action("sts:AssumeRole"):
                continue
            escaped = self._escape(statement, anchor, account)
            if escaped is None:
                return None
            clauses.append(escaped)
        return merge_residuals(clauses)

    def _tests(
        self, statement: Statement, anchor: str, account: str
    ) -> tuple[Residual, tuple[ConditionTest, ...]] | None:
        of_certificate = tuple(test for test in statement.conditions if test.key.startswith(_OF_CERTIFICATE))
        others = tuple(test for test in statement.conditions if test not in of_certificate)
        principal = Principal(PrincipalKind.SERVICE, SERVICE, "", tags=None, organization_id=None)
        stated = {"aws:sourcearn": (anchor,), "aws:sourceaccount": (account,)}
        request = Request(principal, "sts:AssumeRole", role_resource(self.world, self.role), stated, frozenset())
        outcome = evaluate_conditions(others, request_context(request))
        return None if outcome.truth is Truth.FALSE else (outcome.residual, of_certificate)

    def _escape(self, statement: Statement, anchor: str, account: str) -> Residual | None:
        """Return what must hold for a deny not to speak of the session."""
        named = statement.principals
        if named is not None and not named.not_principal and not named.anyone and SERVICE not in named.service:
            return ()
        asked = self._tests(statement, anchor, account)
        if asked is None:
            return ()
        decided, about_certificate = asked
        escapes = (*negated_residual(decided), *(_atom(test, negated=True) for test in about_certificate))
        return (tuple(sorted(escapes)),) if escapes else None


def _atom(test: ConditionTest, *, negated: bool = False) -> Atom:
    return Atom(test.key, test.name, test.values, negated)


def accepted_lines(world: AwsWorld, role: str) -> Iterator[Accepted]:
    """Yield the allow statements of a role's trust that name the service, or nothing when the trust is not readable."""
    document = world.trust.get(role)
    if document is None:
        return
    naming = [statement for statement in document.statements if _names_service(statement)]
    if all(any(statement.covers_action(action) for statement in naming) for action in _BESIDE):
        for statement in naming:
            if statement.covers_action("sts:AssumeRole"):
                yield Accepted(world, role, statement, document)


def _names_service(statement: Statement) -> bool:
    named = statement.principals
    return (
        statement.effect is Effect.ALLOW and named is not None and not named.not_principal and SERVICE in named.service
    )
