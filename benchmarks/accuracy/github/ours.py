"""Ask this product the claims of a case: ``nhi build`` once, ``nhi blast-radius WHO --format json`` for each subject.

Input: a case and a temporary folder. Output: a verdict for each claim. Not handled: any other command.
Nodes are called as ``docs/adr/0014-github-in-the-graph.md`` says. Anyone is the node of whoever has an account, and the
subject of a stranger's own repository, which whoever has an account can have.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

from benchmarks.accuracy.asking import Answer, ask_claims, asked
from benchmarks.accuracy.asking import Given as AnyGiven
from benchmarks.accuracy.command import command
from benchmarks.accuracy.entra.tenant import TENANT
from benchmarks.accuracy.github.answers import number
from benchmarks.accuracy.github.case import ANYONE, AS_OF, Case, write_case
from benchmarks.accuracy.github.trust import ISSUER
from benchmarks.accuracy.statements import role_arn

__all__ = ["Given", "ask_us"]

Given: TypeAlias = AnyGiven[Case]
_STRANGER: Final = f"oidc://{ISSUER}/repo:stranger/own:ref:refs/heads/main"


def ask_us(one: Case, folder: Path) -> Iterator[Given]:
    """Build a snapshot of the case in the folder and ask each of its claims.

    Yields
    ------
    Given
        As ``ask_claims``; anyone is not known where nothing is open to anyone, and reaches nothing.
    """
    evidence, workspace = folder / "evidence", folder / "workspace"

    def build() -> str:
        return command("build", str(evidence), "--as-of", AS_OF, "--workspace", str(workspace)).split()[-1]

    def answers(subject: str, snapshot: str) -> list[Answer]:
        return [answer for who in _who(one, subject) if (answer := asked(who, snapshot, workspace))]

    write_case(evidence, one)
    yield from ask_claims(one, build, answers, lambda answer, target: _states(answer, one, target))


def _who(one: Case, subject: str) -> Iterator[str]:
    kind, _, name = subject.rpartition(":")
    if subject == ANYONE:
        yield from ("github:anyone", _STRANGER)
    elif not kind:
        yield f"github:user:{name.lower()}"
    elif kind == "app":
        yield f"github:app:{number('installation', name)}"
    elif kind == "key":
        yield f"github:key:{number('key', name)}"
    elif kind == "token":
        yield f"github:token:fine-grained:{number('token', name)}"
    else:
        yield f"github:token:classic:{number('classic', name)}"


def _states(answer: Answer, one: Case, target: str) -> Iterator[str]:
    organization = one.organizations[0].name
    if target in ("org", "tenant"):
        scope = f"github:org:{organization}" if target == "org" else TENANT
        yield from (each["state"] for each in answer["admin_of"] if each["scope"].endswith(scope))
        return
    node = _node(one, target)
    yield from (each["state"] for each in answer["reaches"] if each["id"] == node)


def _node(one: Case, target: str) -> str:
    kind, *owners, name = target.split(":")
    organization = owners[0] if owners else one.organizations[0].name
    if kind == "role":
        return role_arn(name)
    if kind == "entra":
        assert one.tenant is not None
        return f"entra:{one.tenant.id(name)}"
    if kind == "runner":
        return f"github:runner:{_holder(one, name)}:{number('runner', name)}"
    if kind == "shared":
        return f"github:secret:{organization}:{name}"
    if kind == "secret":
        repository, *rest = name.split("/")
        return f"github:secret:{organization}/{repository}:{':'.join(rest)}"
    return f"github:{'actions' if kind == 'code' else kind}:{organization}/{name}"


def _holder(one: Case, runner: str) -> str:
    """Return the organization or repository that a runner stands in."""
    organization = one.organizations[0]
    return next(
        (
            f"{organization.name}/{repo}"
            for repo, described in organization.repos.items()
            if any(each["name"] == runner for each in described["runners"])
        ),
        organization.name,
    )
