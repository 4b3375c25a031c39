"""What trusts tokens of GitHub Actions in a case: roles of one AWS account, applications of one Entra tenant.

Input: subjects and other claims. Output: an ``Account`` with the OIDC provider, condition blocks, a ``Tenant``.
Not handled: other issuers' tokens, but to name one that is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from benchmarks.accuracy.account import Account, call
from benchmarks.accuracy.entra.tenant import Tenant
from benchmarks.accuracy.statements import ACCOUNT, Json

__all__ = ["ISSUER", "Trusting", "account", "like", "same", "tenant"]

ISSUER: Final = "token.actions.githubusercontent.com"
_STS: Final = "sts.amazonaws.com"


class Trusting(Account):
    """An account with GitHub's OIDC provider."""

    def trust(
        self,
        name: str,
        *conditions: Json,
        audience: str | None = _STS,
        issuer: str = ISSUER,
        action: str = "sts:AssumeRoleWithWebIdentity",
    ) -> Trusting:
        """Add a role that tokens of GitHub Actions may take where all conditions hold."""
        merged: Json = {}
        for one in ({"StringEquals": {f"{issuer}:aud": audience}} if audience else {}, *conditions):
            for operator, keys in one.items():
                merged.setdefault(operator, {}).update(keys)
        self.role(
            name,
            {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{self.id}:oidc-provider/{issuer}"},
                "Action": action,
                **({"Condition": merged} if merged else {}),
            },
        )
        return self


def account(*, provider: bool = True, audiences: Sequence[str] = (_STS,)) -> Trusting:
    """Return an account with GitHub's OIDC provider, which accepts these audiences."""
    made = Trusting()
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
    if provider:
        made.has_global("iam.list_open_id_connect_providers", {"OpenIDConnectProviderList": [{"Arn": arn}]})
        body = {
            "Url": ISSUER,
            "ClientIDList": list(audiences),
            "ThumbprintList": ["6938fd4d98bab03faadb97b34396831e3780aea1"],
            "CreateDate": "2025-01-01T00:00:00+00:00",
            "Tags": [],
        }
        made.has_global("iam.get_open_id_connect_provider", [call({"OpenIDConnectProviderArn": arn}, body)])
    return made


def same(value: Any, claim: str = "sub", operator: str = "StringEquals") -> Json:
    """Return a condition on a claim."""
    return {operator: {f"{ISSUER}:{claim}": value}}


def like(value: Any, claim: str = "sub") -> Json:
    """Return a condition that matches a claim with wildcards."""
    return same(value, claim, "StringLike")


def tenant(*subjects: str, expression: str | None = None, issuer: str = f"https://{ISSUER}") -> Tenant:
    """Return a tenant whose application ``deploy`` trusts these subjects, or what an expression accepts."""
    made = Tenant().app("deploy").app("wiki")
    for subject in subjects:
        made.federated("deploy", issuer, subject)
    if expression:
        made.federated("deploy", issuer, None, expression)
    return made
