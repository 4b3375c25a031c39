"""Account 444455556666, data: roles of GitHub workflows, and the secrets of the tenant's applications that they read.

Input: none. Output: roles and secrets for ``data_platform``. Not handled: the workflows; they are in ``github``.
"""

from __future__ import annotations

from sample_data._make.documents import Condition, Json, allow, document, github_subject, web_identity_trust
from sample_data._make.parts import REGION, Role, Secret

__all__ = ["data_pipelines", "pipeline_secrets"]

_ID = "444455556666"
_PROVIDER = f"arn:aws:iam::{_ID}:oidc-provider/token.actions.githubusercontent.com"
_TAGS = {"owner": "noor.haddad@nordlicht.example", "team": "data", "environment": "data"}


def _role(name: str, created: float, condition: Condition, secret: str, *more: Json, used: float = 0.3) -> Role:
    read = allow("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{_ID}:secret:data/{secret}-*")
    return Role(
        name,
        created,
        web_identity_trust(_PROVIDER, condition),
        path="/ci/",
        inline={"read-secret": document(read, *more)},
        used=used,
        tags=_TAGS,
    )


def data_pipelines() -> tuple[Role, ...]:
    """Return the role that any run of a repository enters, and three beside it that lead nowhere."""
    decrypt = allow("kms:Decrypt", f"arn:aws:kms:{REGION}:{_ID}:key/*")
    return (
        _role(
            "gha-reports", 450, github_subject("StringLike", "repo:nordlicht/reports:*"), "release-bot-client-secret"
        ),
        # One branch alone, and what gets onto it was reviewed.
        _role(
            "gha-ledger",
            440,
            github_subject("StringEquals", "repo:nordlicht/ledger:ref:refs/heads/main"),
            "release-bot-client-secret",
        ),
        # The secret's key names somebody else.
        _role(
            "gha-invoices",
            430,
            github_subject("StringLike", "repo:nordlicht/invoices:*"),
            "release-bot-escrow",
            decrypt,
        ),
        # The application behind the secret owns one thing, and that is locked.
        _role(
            "gha-people-sync",
            420,
            github_subject("StringLike", "repo:nordlicht/people-sync:*"),
            "people-sync-client-secret",
        ),
    )


def pipeline_secrets() -> tuple[Secret, ...]:
    """Return the secrets that hold client secrets of the tenant."""
    return (
        Secret("data/release-bot-client-secret", 450, 450, 1, tags=_TAGS),
        Secret("data/release-bot-escrow", 430, 430, 1, kms="pseudonyms", tags=_TAGS),
        Secret("data/people-sync-client-secret", 420, 30, 1, tags=_TAGS),
    )
