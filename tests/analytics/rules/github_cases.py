"""What cases of the rules about GitHub are made of: clouds that trust it, workflow files, evidence of several systems.

Input: worlds. Output: builders of evidence. Not handled: which case belongs to which rule.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.analytics.rules.building import ACCOUNT, NAMES, claims
from tests.worlds.aws import World, world
from tests.worlds.entra import EntraWorldFiles, entra, token
from tests.worlds.github import GitHubWorldFiles, github
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import allow, web_trust

__all__ = [
    "ANY",
    "HEAD",
    "MAIN",
    "PROD",
    "SHA",
    "app",
    "declare",
    "deploying",
    "file",
    "step",
    "tenant",
    "together",
    "trusting",
]

Builder = Callable[[Path], Path]
ANY, MAIN, PROD = "repo:acme/app:*", "repo:acme/app:ref:refs/heads/main", "repo:acme/app:environment:production"
HEAD = "${{ github.event.pull_request.head.sha }}"
SHA = "8f4b7f84864484a7bf31766abe9204da3cbe65b3"


def trusting(*subjects: str, admin: bool = True, when: dict[str, Any] | None = None) -> World:
    """Return an account whose role ``deploy`` takes tokens of GitHub, as administrator or with little."""
    condition = claims(subjects[0]) if len(subjects) == 1 else claims(None)
    if len(subjects) != 1:
        condition["StringLike"] = {"token.actions.githubusercontent.com:sub": list(subjects)}
    for operator, tests in (when or {}).items():
        condition.setdefault(operator, {}).update(tests)
    made = world().account(ACCOUNT).oidc()
    statements = () if admin else (allow("s3:GetObject", on="arn:aws:s3:::one/*"),)
    return made.role(
        "deploy", *statements, trusts=web_trust(NAMES.oidc(), condition), attached=[ADMINISTRATOR] if admin else []
    )


def tenant(*subjects: str, admin: bool = True) -> EntraWorldFiles:
    """Return a tenant whose application ``relay`` takes tokens of GitHub."""
    files = entra().app("relay", federated=[token(each, name=f"f{at}") for at, each in enumerate(subjects)])
    return files.role("sp:relay", "Global Administrator") if admin else files


def together(*worlds: Any) -> Builder:
    """Return a builder of the evidence of several worlds in one folder."""

    def build(folder: Path) -> Path:
        for each in worlds:
            getattr(each, "build", each)(folder)
        return folder

    return build


def declare(name: str, header: str, *rows: str) -> Builder:
    """Return a builder of a file that people declare."""

    def build(folder: Path) -> Path:
        (folder / "declared").mkdir(exist_ok=True, parents=True)
        (folder / "declared" / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return folder

    return build


def app(text: str = "", **more: Any) -> GitHubWorldFiles:
    """Return an organization with one repository, ``app``, to which bob writes."""
    made = github().user("bob").repo("app", **more).access("bob", "write")
    return made.workflow("ci.yml", text) if text else made


def file(on: str = "push", job: str = "", steps: str = "      - run: make\n", top: str = "") -> str:
    """Return a workflow file with one job, ``build``; ``job`` and ``top`` are lines of their own."""
    return f"on: {on}\n{top}jobs:\n  build:\n    runs-on: ubuntu-latest\n{job}    steps:\n{steps}"


def step(secret: str) -> str:
    """Return a step that is given a secret."""
    return f"      - run: deploy\n        env:\n          K: ${{{{ secrets.{secret} }}}}\n"


def deploying(**branch: Any) -> GitHubWorldFiles:
    """Return an organization whose repository deploys from its default branch, and how that branch is kept."""
    text = file(job="    permissions: {id-token: write, contents: read}\n")
    made = app(text)
    return made.branch("main", **branch) if branch else made
