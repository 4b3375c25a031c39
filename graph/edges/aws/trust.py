"""Trust policies read apart: who is named, in which form, under which conditions.

Input: compiled trust policies. Output: ``TrustLine`` rows, one for each principal that an allow statement names.
Handled: account, user, role, role session, wildcard, service, OIDC, SAML, dead unique ids.
Not handled: what ``NotPrincipal`` with ``Allow`` grants, as AWS supports it nowhere (one line of form
``not_understood`` that ``excepts`` the listed principals).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from graph.edges.aws.world import AwsWorld, account_id_of
from graph.evaluate.aws.document import Effect, PolicyDocument, Statement

__all__ = ["TrustForm", "TrustLine", "oidc_issuer", "policy_lines", "trust_lines"]

_ACCOUNT_ID = re.compile(r"^\d{12}$")
_UNIQUE_ID = re.compile(r"^(AIDA|AROA|AGPA|ANPA)[A-Z0-9]{12,}$")
_WELL_KNOWN_OIDC = ("accounts.google.com", "www.amazon.com", "graph.facebook.com", "cognito-identity.amazonaws.com")


class TrustForm(StrEnum):
    """How a trust statement names a principal."""

    ANYONE = "anyone"
    ACCOUNT = "account"
    PRINCIPAL = "principal"
    """A user, role, or role session by ARN."""
    DEAD = "dead"
    """A unique id of a principal that no longer exists."""
    SERVICE = "service"
    OIDC = "oidc"
    SAML = "saml"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class TrustLine:
    """One principal of one allow statement of one role's trust policy."""

    role: str
    statement: Statement
    document: PolicyDocument
    form: TrustForm
    value: str
    """Account id, ARN, unique id, service name, provider ARN or ``*``."""
    account: str
    """Account of the named principal; ``""`` when it has none."""

    @property
    def grant(self) -> str:
        """Return the id of the trust statement as a removable unit."""
        return f"aws:trust:{self.role}#{self.statement.index}"

    @property
    def alone(self) -> PolicyDocument:
        """Return the document with this allow statement and every deny: what this line gives by itself."""
        kept = tuple(item for item in self.document.statements if item is self.statement or item.effect is Effect.DENY)
        return PolicyDocument(
            version=self.document.version, statements=kept, digest=f"{self.document.digest}#{self.statement.index}"
        )

    @property
    def excepts(self) -> bool:
        """Return whether the statement names whom it does not speak of (``NotPrincipal``)."""
        return self.statement.principals is not None and self.statement.principals.not_principal

    @property
    def has_denies(self) -> bool:
        """Return whether the trust policy also denies somebody."""
        return any(item.effect is Effect.DENY for item in self.document.statements)


def oidc_issuer(provider: str) -> str:
    """Return the issuer host and path of an OIDC provider ARN or of a built-in provider name."""
    return provider.split(":oidc-provider/", 1)[1] if ":oidc-provider/" in provider else provider


def trust_lines(world: AwsWorld) -> Iterator[TrustLine]:
    """Yield every line of every readable trust policy, in role order."""
    for role_arn in world.roles:
        document = world.trust.get(role_arn)
        if document is not None:
            yield from policy_lines(role_arn, document)


def policy_lines(holder: str, document: PolicyDocument) -> Iterator[TrustLine]:
    """Yield every line of one resource or trust policy; ``role`` of a line is then the resource that holds it."""
    for statement in document.statements:
        if statement.effect is Effect.ALLOW:
            yield from _lines(holder, document, statement)


def _lines(role: str, document: PolicyDocument, statement: Statement) -> Iterator[TrustLine]:
    principals = statement.principals
    if principals is None or principals.not_principal:
        yield TrustLine(role, statement, document, TrustForm.NOT_UNDERSTOOD, "NotPrincipal", "")
        return
    if principals.anyone:
        yield TrustLine(role, statement, document, TrustForm.ANYONE, "*", "")
    for value in principals.aws:
        yield TrustLine(role, statement, document, *_aws(value))
    for value in principals.service:
        yield TrustLine(role, statement, document, TrustForm.SERVICE, value, "")
    for value in principals.federated:
        if ":saml-provider/" in value:
            yield TrustLine(role, statement, document, TrustForm.SAML, value, account_id_of(value))
        elif ":oidc-provider/" in value or value in _WELL_KNOWN_OIDC:
            yield TrustLine(role, statement, document, TrustForm.OIDC, value, account_id_of(value))
        else:
            yield TrustLine(role, statement, document, TrustForm.NOT_UNDERSTOOD, value, "")


def _aws(value: str) -> tuple[TrustForm, str, str]:
    if value == "*":
        return TrustForm.ANYONE, value, ""
    if _ACCOUNT_ID.match(value):
        return TrustForm.ACCOUNT, value, value
    if _UNIQUE_ID.match(value):
        return TrustForm.DEAD, value, ""
    account = account_id_of(value)
    if value.endswith(":root") and account:
        return TrustForm.ACCOUNT, account, account
    if account:
        return TrustForm.PRINCIPAL, value, account
    return TrustForm.NOT_UNDERSTOOD, value, ""
