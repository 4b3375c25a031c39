"""Worlds of GitLab and Bitbucket in code: a builder that writes pipeline files and answers of their APIs.

Input: ``gitlab().project("api", file=…).variable("api", "TOKEN")``. Output: ``build(folder)`` writes evidence.
Not handled: refused calls.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

__all__ = ["BITBUCKET", "WORKSPACE", "Pipelines", "bitbucket", "gitlab", "number", "uuid"]

Json = dict[str, Any]
BITBUCKET = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"


def number(name: str) -> int:
    """Return the made-up id of a project or group."""
    return uuid5(NAMESPACE_URL, f"gitlab:{name}").int % 100_000


def uuid(name: str) -> str:
    """Return the made-up UUID of a repository, ``env:NAME`` or ``workspace``, with braces."""
    return f"{{{uuid5(NAMESPACE_URL, f'bitbucket:{name}')}}}"


WORKSPACE = uuid("workspace")


@dataclass(slots=True)
class Pipelines:
    """A group or workspace ``acme``; every method adds to it and returns it."""

    system: str
    listing: list[Json] | None = None
    files: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[Json]] = field(default_factory=dict)
    singles: dict[str, Any] = field(default_factory=dict)

    def project(self, name: str, *, file: str = "", listed: bool = True, **more: Any) -> Pipelines:
        """Add a project, and its pipeline file."""
        if file:
            self.files[name] = file
        if not listed:
            return self
        self.listing = self.listing or []
        if self.system == "bitbucket":
            self.listing.append({"full_name": f"acme/{name}", "uuid": uuid(name), **more})
            return self
        path = f"acme/{name}"
        body: Json = {
            "id": number(name),
            "path_with_namespace": path,
            "default_branch": "main",
            "visibility": "private",
            "web_url": f"https://gitlab.com/{path}",
            "namespace": {"id": number(path.rpartition("/")[0]), "full_path": path.rpartition("/")[0]},
            "ci_id_token_sub_claim_components": ["project_path", "ref_type", "ref"],
        }
        self.listing.append({key: value for key, value in {**body, **more}.items() if value is not None})
        return self

    def line(self, operation: str, request: Json, response: Any) -> Pipelines:
        """Add an answer about one object."""
        self.lines.setdefault(operation, []).append({"request": request, "response": response})
        return self

    def protected(self, name: str, *branches: str) -> Pipelines:
        """Say which branches of a project are protected."""
        return self.line("projects.protected_branches", {"id": number(name)}, [{"name": each} for each in branches])

    def variable(self, name: str, key: str, value: str = "v4lue-of-it", **more: Any) -> Pipelines:
        """Add a variable of a project as the API shows it, with its value."""
        body = {"key": key, "value": value, "variable_type": "env_var", "environment_scope": "*", **more}
        return self.line("projects.variables", {"id": number(name)}, [body])

    def environment(self, name: str, *environments: str) -> Pipelines:
        """Add deployment environments of a repository of Bitbucket."""
        rows = [{"name": each, "uuid": uuid(f"env:{each}")} for each in environments]
        return self.line("repositories.environments", {"repo_slug": name}, {"values": rows})

    def single(self, operation: str, body: Any) -> Pipelines:
        """Add an answer that stands in a file of its own."""
        self.singles[operation] = body
        return self

    def build(self, folder: Path) -> Path:
        """Write everything and return the folder."""
        root = folder / self.system / "acme"
        root.mkdir(parents=True, exist_ok=True)
        if self.listing is not None:
            wrapped = self.listing if self.system == "gitlab" else {"values": self.listing}
            name = "projects" if self.system == "gitlab" else "repositories"
            (root / f"{name}.json").write_text(json.dumps(wrapped))
        for operation, body in self.singles.items():
            (root / f"{operation}.json").write_text(json.dumps(body))
        for operation, calls in self.lines.items():
            (root / f"{operation}.jsonl").write_text("".join(json.dumps(call) + "\n" for call in calls))
        for name, text in self.files.items():
            file = ".gitlab-ci.yml" if self.system == "gitlab" else "bitbucket-pipelines.yml"
            place = root / "files" / name
            place.mkdir(parents=True, exist_ok=True)
            (place / file).write_text(text)
        return folder


def gitlab() -> Pipelines:
    """Return a group of gitlab.com with nothing in it."""
    return Pipelines("gitlab")


def bitbucket() -> Pipelines:
    """Return a workspace with nothing in it, whose UUID is known."""
    return Pipelines("bitbucket").single("workspaces", {"slug": "acme", "uuid": WORKSPACE})
