"""Federated credentials: which tokens become an application.

Input: issuer, subject, or an expression on claims. Output: ``TokenTest``: subject pattern and further claims.
Handled: ``claims['x'] eq 'y'``, ``claims['x'] matches 'y'`` with ``*`` and ``?``, joined by ``and``; the issuers
for which expressions are supported; the audiences of the national clouds; an issuer that is spelt so that no
token, or perhaps none, bears it.
Not handled: any other expression or language version; such a credential is unverified.

References
----------
https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials,
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity (2026-11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from collectors.entra.credential_types import EntraFederatedCredential
from graph.decision import Atom, Residual, merge_residuals

__all__ = ["AUDIENCES", "TokenTest", "issuer_doubt", "issuer_name", "managed_identity_issuer", "token_test"]

AUDIENCES = frozenset(
    {"api://azureadtokenexchange", "api://azureadtokenexchangeusgov", "api://azureadtokenexchangechina"}
)
"""The audiences that Microsoft's pages tell workloads to ask for, in each of its clouds; lower case."""
_GITHUB, _TERRAFORM = r"token\.actions\.githubusercontent\.com", r"app\.(?:eu\.)?terraform\.io"
_FLEXIBLE = (
    (_GITHUB, frozenset({"sub", "job_workflow_ref"})),
    (r"gitlab\.(?:com|[^./]+\.(?:com|ca))", frozenset({"sub"})),
    (_TERRAFORM, frozenset({"sub"})),
)
"""Issuers for whose tokens expressions are supported, and the claims that they may test."""
_SLASHLESS = frozenset(
    {
        "token.actions.githubusercontent.com",
        "gitlab.com",
        "app.terraform.io",
        "app.eu.terraform.io",
        "accounts.google.com",
    }
)
"""Issuers whose tokens name them without a last slash."""
_TEST = re.compile(r"claims\['([^']+)'\]\s+(eq|matches)\s+'([^']*)'", re.IGNORECASE)
_ISSUER = re.compile(
    r"(?:login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net)/"
    r"([0-9a-f-]{36})(?:/v2\.0)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TokenTest:
    """What a token must carry."""

    subject: str
    """Exact subject or pattern; empty where only other claims are tested."""
    pattern: bool
    """True when ``*`` and ``?`` stand for other characters."""
    claims: Residual
    """Further claims, as conditions under ``<issuer>:<claim>``."""
    understood: bool = True
    doubt: str = ""
    """Why it is not sure that such a token is accepted."""


def issuer_name(issuer: str) -> str:
    """Return an issuer without scheme and last slash, as trust in AWS names it."""
    return re.sub(r"^https?://", "", issuer.strip()).rstrip("/")


def managed_identity_issuer(issuer: str) -> str:
    """Return the tenant whose managed identities an issuer speaks for; empty for any other issuer."""
    found = _ISSUER.fullmatch(issuer_name(issuer))
    return found.group(1).lower() if found else ""


def token_test(credential: EntraFederatedCredential) -> TokenTest:
    """Return what a token of the credential's issuer must carry.

    The standard audience is no condition: the workload that asks for the token names it. Another one is.
    """
    issuer = issuer_name(credential.issuer).lower()
    audience: Residual = ()
    if credential.audiences and not AUDIENCES & {each.lower() for each in credential.audiences}:
        audience = (_claim(issuer, "aud", "StringEquals", *credential.audiences),)
    if credential.subject:
        return TokenTest(credential.subject, False, audience)
    parsed = _parsed(credential.expression) if credential.expression_version == 1 else None
    if not parsed:
        return TokenTest("", False, audience, understood=False)
    subject, pattern, claims = "", False, [audience]
    for name, operator, value in parsed:
        if name == "sub" and not subject:
            subject, pattern = value, operator == "matches" and ("*" in value or "?" in value)
        else:
            claims.append((_claim(issuer, name, "StringLike" if operator == "matches" else "StringEquals", value),))
    return TokenTest(
        subject, pattern, merge_residuals(claims), doubt=_unsupported(issuer, [name for name, *_ in parsed])
    )


def issuer_doubt(issuer: str) -> tuple[bool, str]:
    """Return whether tokens of an issuer can be accepted at all, and why that is not sure.

    A token's issuer must equal it; with white space around it the exchange is blocked.
    """
    if issuer != issuer.strip():
        return False, ""
    name = issuer_name(issuer).lower()
    if issuer.endswith("/") and (name in _SLASHLESS or name.endswith("/v2.0")):
        return True, "The issuer ends with a slash, and tokens of this issuer name it without one."
    return True, ""


def _unsupported(issuer: str, claims: list[str]) -> str:
    """Return why an expression may not count: its issuer or a claim is not on Microsoft's list."""
    allowed = next((names for pattern, names in _FLEXIBLE if re.fullmatch(pattern, issuer)), None)
    if allowed is None:
        return "Microsoft's page lists GitHub, GitLab and Terraform Cloud alone as issuers for expressions."
    unknown = sorted({name for name in claims if name.lower() not in allowed})
    return f"Microsoft's page does not list {', '.join(unknown)} among the claims of this issuer." if unknown else ""


def _claim(issuer: str, name: str, operator: str, *values: str) -> tuple[Atom, ...]:
    return (Atom(f"{issuer}:{name.lower()}", operator, tuple(values), provider="entra"),)


def _parsed(expression: str) -> list[tuple[str, str, str]] | None:
    """Return claim, operator and value of each test; ``None`` when anything is left over."""
    tests: list[tuple[str, str, str]] = []
    rest = expression.strip()
    while rest:
        found = _TEST.match(rest)
        if found is None:
            return None
        tests.append((found.group(1), found.group(2).lower(), found.group(3)))
        rest = rest[found.end() :].strip()
        if rest:
            joint = re.match(r"and\s+", rest, re.IGNORECASE)
            if joint is None:
                return None
            rest = rest[joint.end() :]
    return tests
