"""The organization ``nordlicht``: who is in it, what is in it, each problem beside the twin that looks alike.

Input: none. Output: people, teams, repositories, apps, tokens. Not handled: how GitHub's answers look.
"""

from __future__ import annotations

from sample_data._make.entra.names import TENANT, guid
from sample_data._make.github.parts import App, DeployKey, Environment, Protection, Repository, Team, Token
from sample_data._make.github.workflows import (
    BUILD_ON_PULL_REQUEST,
    DEPLOY_SHOP,
    DOCS,
    NIGHTLY_UPLOAD,
    PREVIEW,
    assume_role,
)

__all__ = ["APPS", "LOGINS", "MEMBERS", "OUTSIDE", "OWNERS", "TEAMS", "TOKENS", "repositories"]

OWNERS = ("mats-ekberg",)
MEMBERS = ("erik-holm", "jonas-weber", "lena-brandt", "noor-haddad", "petra-nowak", "tom-ziegler")
OUTSIDE = ("kari-olsen",)
LOGINS = {login: login.replace("-", ".") for login in (*OWNERS, *MEMBERS)}
"""Name in the tenant by login, as single sign-on tells it; whoever is outside has none."""

TEAMS = (
    Team("shop", ("lena-brandt", "erik-holm"), (("shop", "push"), ("storefront", "push"), ("tools", "push"))),
    Team(
        "data",
        ("noor-haddad", "tom-ziegler"),
        (("invoices", "push"), ("ledger", "push"), ("reports", "push"), ("reports-preview", "push")),
    ),
    Team("people", ("petra-nowak",), (("people-sync", "push"),)),
    Team("data-leads", ("noor-haddad",), (("ledger", "maintain"),), parent="data"),
)

APPS = (
    # Nobody remembers what it was for; it still writes everywhere.
    App("release-train", 610, {"contents": "write", "workflows": "write", "metadata": "read"}),
    App("parcel-notifier", 200, {"contents": "read", "metadata": "read"}, ("shop",)),
    App("old-linter", 900, {"contents": "write", "workflows": "write", "metadata": "read"}, suspended=300),
)

TOKENS = (
    Token("laptop", "tom-ziegler", 420, 210, None, ("tools",), {"contents": "write", "workflows": "write"}),
    Token("release notes", "lena-brandt", 20, 1, 40, ("handbook",), {"contents": "write"}),
)

_BOT, _SYNC = "release-bot-client-secret", "people-sync-client-secret"


def _reader(name: str, role: str, secret: str) -> dict[str, str]:
    command = f"aws secretsmanager get-secret-value --secret-id data/{secret}"
    return {f"{name}.yml": assume_role(name, "push:", f"arn:aws:iam::444455556666:role/ci/{role}", command)}


def repositories() -> tuple[Repository, ...]:
    """Return the repositories, by name."""
    return (*_of_the_shop(), *_of_the_chain(), *_beside())


def _of_the_shop() -> tuple[Repository, ...]:
    return (
        Repository(
            "shop",
            1400,
            protection=Protection(),
            environments=(
                Environment("production", ("mats-ekberg", "petra-nowak"), ("main",), (("PAYMENT_SANDBOX_KEY", 120),)),
            ),
            variables=(
                ("AZURE_CLIENT_ID", guid("appid", "gha-azure-deploy")),
                ("AZURE_SUBSCRIPTION_ID", guid("subscription", "nordlicht-prod")),
                ("AZURE_TENANT_ID", TENANT),
            ),
            workflows={"deploy.yml": DEPLOY_SHOP},
        ),
        # Anybody may open a pull request here, and two workflows run what is in it.
        Repository(
            "storefront",
            900,
            visibility="public",
            protection=Protection(),
            secrets=(("PREVIEW_TOKEN", 300),),
            workflows={"ci.yml": BUILD_ON_PULL_REQUEST, "preview.yml": PREVIEW},
        ),
        Repository("handbook", 800, visibility="public", protection=Protection(), workflows={"docs.yml": DOCS}),
    )


def _of_the_chain() -> tuple[Repository, ...]:
    """Return the repository from which the tenant falls, and those beside it."""
    return (
        Repository("reports", 500, workflows=_reader("refresh", "gha-reports", _BOT)),
        Repository("ledger", 480, protection=Protection(), workflows=_reader("close", "gha-ledger", _BOT)),
        # It asks for a role whose trust names another repository.
        Repository("reports-preview", 90, workflows=_reader("refresh", "gha-ledger", _BOT)),
        Repository("invoices", 470, workflows=_reader("export", "gha-invoices", "release-bot-escrow")),
        Repository("people-sync", 460, workflows=_reader("sync", "gha-people-sync", _SYNC)),
    )


def _beside() -> tuple[Repository, ...]:
    return (
        Repository(
            "tools",
            1300,
            secrets=(("AWS_ACCESS_KEY_ID", 1301), ("AWS_SECRET_ACCESS_KEY", 1301)),
            keys=(DeployKey("mirror", 1200, None, "anna-lindqvist", read_only=False),),
            outside=(("kari-olsen", "push"),),
            workflows={"nightly.yml": NIGHTLY_UPLOAD},
        ),
        Repository(
            "wiki",
            1200,
            secrets=(("WIKI_MIRROR_TOKEN", 700),),
            keys=(DeployKey("reader", 100, 2, "lena-brandt"),),
        ),
        Repository("label-service", 1500, archived=True, workflows={"release.yml": DOCS}),
    )
