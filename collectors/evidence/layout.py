"""Where evidence files stand and what their names mean.

Input: paths relative to an evidence root. Output: source, scope, region and operation, or nothing.
Not handled: the content of a file; ``recognise`` looks at that.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from collectors.interface import Operation

__all__ = [
    "DECLARED",
    "FILE_OPERATIONS",
    "JOURNAL",
    "LISTING",
    "MANIFEST",
    "OTHER",
    "PARTIAL",
    "SCHEMA_VERSION",
    "SOURCES",
    "TERRAFORM",
    "TFSTATE",
    "FileLocation",
    "Location",
    "is_regional",
    "locate",
    "locate_file",
    "operations_of",
    "relative_path",
]

SCHEMA_VERSION = "1.0"
"""Of the manifest; a reader accepts any minor version of its own major one."""
MANIFEST = "manifest.json"
JOURNAL = "manifest.journal.jsonl"
"""Coverage records of an unfinished collection, one a line."""
DECLARED = "declared"
OTHER = "other"
"""Folder of systems that no collector reads: ``other/<system>/<scope>/<table>.csv``."""
PARTIAL = ".partial"

SOURCES = frozenset(
    {
        "agents",
        "anthropic",
        "atlassian",
        "aws",
        "azure",
        "bitbucket",
        "databricks",
        "entra",
        "gcp",
        "github",
        "gitlab",
        "google_workspace",
        "kubernetes",
        "mcp",
        "okta",
        "openai",
        "opengraph",
        "other",
        "salesforce",
        "slack",
        "snowflake",
        "spiffe",
        "terraform",
        "vault",
    }
)
"""First folder names that the evidence form knows."""

_OPERATION_TABLES = {
    "aws": "collectors.aws.operations",
    "azure": "collectors.azure.operations",
    "entra": "collectors.entra.operations",
    "opengraph": "collectors.opengraph.operations",
    "other": "collectors.other.operations",
    "github": "collectors.github.operations",
    "gitlab": "collectors.gitlab.operations",
    "bitbucket": "collectors.bitbucket.operations",
    "terraform": "collectors.terraform.operations",
}
"""Modules with ``READABLE``, operations by name, and ``REGIONAL``; a source without one has no reader yet."""

TERRAFORM = "terraform"
TFSTATE = ".tfstate"
"""How Terraform ends the name of a state, which is JSON."""

_SAFE_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+=,~-]{0,200}")


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """What a file of the evidence form is about."""

    source: str
    scope: str
    region: str
    """Empty where not regional."""
    operation: str
    lines: bool = False
    """True for ``.jsonl``: one line a call."""


@dataclass(frozen=True, slots=True)
class FileLocation:
    """What a file of a repository is, which stands in the evidence as it is."""

    organization: str
    """Organization, group or workspace: the scope."""
    repository: str
    path: str
    """In the repository, with forward slashes."""
    source: str = "github"


LISTING = frozenset({"github", "gitlab"})
"""Sources whose answers can be a list."""
FILE_OPERATIONS: Mapping[str, str] = {
    "github": "repos.get-content",
    "gitlab": "projects.repository.files",
    "bitbucket": "repositories.src",
}
"""The call of each source that answers with a file."""
_PIPELINES = {"gitlab": ".gitlab-ci.yml", "bitbucket": "bitbucket-pipelines.yml"}
"""Where each source keeps what its pipelines do, at the top of a repository."""


def locate_file(path: PurePosixPath) -> FileLocation | None:
    """Read the path of a workflow or pipeline file, or of a folder above one; ``None`` for anything else.

    Files stand at ``github/ORGANIZATION/files/REPOSITORY/.github/workflows/…``,
    ``gitlab/GROUP/files/PROJECT PATH/.gitlab-ci.yml`` and
    ``bitbucket/WORKSPACE/files/REPOSITORY/bitbucket-pipelines.yml``.
    """
    parts = path.parts
    if len(parts) < 5 or parts[2] != "files":
        return None
    if parts[-1] == _PIPELINES.get(parts[0]) and (parts[0] == "gitlab" or len(parts) == 5):
        return FileLocation(parts[1], "/".join(parts[3:-1]), parts[-1], parts[0])
    if parts[0] != "github" or parts[4] != ".github" or (len(parts) > 5 and parts[5] != "workflows"):
        return None
    return FileLocation(parts[1], parts[3], "/".join(parts[4:]))


def locate(path: PurePosixPath) -> Location | None:
    """Read a path relative to the evidence root; ``None`` when it is not of the form."""
    if path.parts[:1] == (OTHER,):
        return _table(path)
    if path.suffix == TFSTATE:
        return Location(TERRAFORM, path.parts[1], "", "state") if _in_workspace(path) else None
    if (
        path.suffix not in (".json", ".jsonl")
        or path.parts[2:3] == ("files",)
        or not 3 <= len(path.parts) <= 4
        or path.parts[0] not in SOURCES
    ):
        return None
    region = path.parts[2] if len(path.parts) == 4 else ""
    return Location(path.parts[0], path.parts[1], region, path.name[: -len(path.suffix)], path.suffix == ".jsonl")


def _in_workspace(path: PurePosixPath) -> bool:
    return len(path.parts) == 3 and path.parts[0] == TERRAFORM


def _table(path: PurePosixPath) -> Location | None:
    """Return the place of a table of another system; its scope names system and scope."""
    known = len(path.parts) == 4 and path.suffix in (".csv", ".jsonl") and path.stem in operations_of(OTHER)
    return Location(OTHER, "/".join(path.parts[1:3]), "", path.stem, path.suffix == ".jsonl") if known else None


def relative_path(location: Location) -> str:
    """Return the path below the evidence root, with forward slashes.

    Raises
    ------
    ValueError
        A part could not stand in a file name on every system.
    """
    parts = [location.source, location.scope, *([location.region] if location.region else []), location.operation]
    for part in parts:
        if not _SAFE_PART.fullmatch(part) or part.endswith("."):
            raise ValueError(f"{part!r} cannot be part of an evidence path")
    return "/".join(parts) + (".jsonl" if location.lines else ".json")


def operations_of(source: str) -> Mapping[str, Operation]:
    """Return the operations of a source whose files are understood; empty for a source without a reader."""
    module = _OPERATION_TABLES.get(source)
    if module is None:
        return {}
    table: Mapping[str, Operation] = importlib.import_module(module).READABLE
    return table


def is_regional(source: str, operation: str) -> bool:
    """Tell whether an operation's evidence stands in a folder for each region."""
    module = _OPERATION_TABLES.get(source)
    return module is not None and operation in importlib.import_module(module).REGIONAL
