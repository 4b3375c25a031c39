"""Workflow files of the cases, written from a few words.

Input: events and steps. Output: YAML text, and a public repository with one such file.
Not handled: more than one job; a case adds others by hand.

Tokens of jobs read contents alone unless a case says otherwise, so that what is asked is the secret.
"""

from __future__ import annotations

from benchmarks.accuracy.github.organization import Organization

__all__ = ["checkout", "one_job", "public", "with_secret"]


def public(workflow: str, *, archived: bool = False) -> Organization:
    """Return a public repository with two secrets, one writer and this workflow."""
    return (
        Organization()
        .owner("olga")
        .member("anna", "ben")
        .repo(people={"anna": "write"}, public=True, archived=archived)
        .secret("KEY", "OTHER")
        .workflow(workflow)
    )


def one_job(on: str, *steps: str, extra: str = "", job: str = "", permissions: str = "contents: read") -> str:
    """Return a workflow with one job; each step is YAML that begins with ``- ``."""
    indented = "\n".join("      " + line for step in steps for line in step.splitlines())
    return (
        f"name: ci\non:\n{_in(on, 2)}\npermissions:\n{_in(permissions, 2)}\njobs:\n  build:\n"
        f"    runs-on: ubuntu-latest\n{_in(job, 4)}    steps:\n{indented}\n{extra}"
    )


def _in(text: str, by: int) -> str:
    return "".join(" " * by + line + "\n" for line in text.splitlines())


def checkout(ref: str = "") -> str:
    """Return a step that checks out a ref, the event's own where none is named."""
    return "- uses: actions/checkout@v4" + (f"\n  with:\n    ref: {ref}" if ref else "")


def with_secret(command: str, secret: str = "KEY") -> str:
    """Return a step whose command is given a secret."""
    return f"- run: {command}\n  env:\n    TOKEN: ${{{{ secrets.{secret} }}}}"
