"""One way over three systems: a developer at GitHub, a role and a secret of AWS, control of an Entra tenant.

Input: what differs (tags of the secret, sources left out). Output: an evidence folder.
Not handled: anything beside that way.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.worlds.aws import World, world
from tests.worlds.entra import app_id, entra, secret
from tests.worlds.github import ORG, github
from tests.worlds.names import GITHUB
from tests.worlds.statements import allow, web_trust

__all__ = ["ACCOUNT", "APP", "ROLE", "SECRET", "TAG", "chain"]

ACCOUNT = "111111111111"
APP = "hr-provisioning"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
TAG = {"entra-app-id": app_id(APP)}
"""Names the application: the secret holds its client secret."""
_MAIN = f"repo:{ORG}/app:ref:refs/heads/main"


def _account(tags: Mapping[str, str]) -> World:
    made = world().account(ACCOUNT).oidc()
    when = {"StringEquals": {f"{GITHUB}:sub": _MAIN, f"{GITHUB}:aud": "sts.amazonaws.com"}}
    rights = allow("secretsmanager:GetSecretValue")
    return made.secret("hr", tags=dict(tags)).role("deploy", rights, trusts=web_trust(made.names.oidc(GITHUB), when))


SECRET = world().account(ACCOUNT).names.secret("hr")


def chain(folder: Path, tags: Mapping[str, str] = TAG, *, github_too: bool = True, entra_too: bool = True) -> Path:
    """Write the evidence and return its folder."""
    _account(tags).build(folder)
    if github_too:
        github().owner("olga").user("bob", "ann").repo("app").access("bob", "write").branch("main").build(folder)
    if entra_too:
        entra().app(APP, secrets=[secret("one")]).grants(APP, "RoleManagement.ReadWrite.Directory").build(folder)
    return folder
