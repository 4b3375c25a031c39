"""What pipeline files and answers about them say, typed; one form for GitLab and Bitbucket.

Input: none (types only). Output: ``CiRecords`` and its parts. Not handled: judging them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.interface import EvidenceRef, Gap, Presence

__all__ = [
    "CiEnvironment",
    "CiInclude",
    "CiJob",
    "CiProject",
    "CiRecords",
    "CiScope",
    "CiToken",
    "CiVariable",
]


@dataclass(frozen=True, slots=True)
class CiToken:
    """A token that a job asks for."""

    name: str
    """Variable that holds it."""
    audiences: tuple[str, ...] = ()
    """Whom it is for; ``*`` where a variable says so; empty: the system's own default."""


@dataclass(frozen=True, slots=True)
class CiJob:
    """A job of GitLab or a step of Bitbucket; the text of commands is not kept, only what was seen in it."""

    id: str
    tokens: tuple[CiToken, ...] = ()
    environment: str = ""
    """Environment or deployment; ``*`` when a variable names it."""
    variables: tuple[str, ...] = ()
    """Names of variables that its text uses."""
    secrets: tuple[str, ...] = ()
    """Secrets that it fetches from elsewhere, as ``NAME from STORE``."""
    labels: tuple[str, ...] = ()
    """Tags of runners."""
    starts: tuple[str, ...] = ()
    """What it runs for: ``branch``, ``branch:NAME``, ``tag``, ``tag:NAME``, ``default`` (branch), ``merge_request``,
    ``ref:NAME`` (a branch or a tag), ``any``; ``other`` for what was not understood. Empty: nothing is told."""
    guarded: bool = False
    """Whether a rule stands before it that was not read."""


@dataclass(frozen=True, slots=True)
class CiInclude:
    """Configuration that comes from elsewhere."""

    kind: str
    """``local``, ``project``, ``remote``, ``template``, ``component``, ``pipe`` or ``image``."""
    what: str
    pinned: bool
    """Whether a commit or a digest fixes its content."""


@dataclass(frozen=True, slots=True)
class CiEnvironment:
    """An environment that is known by id."""

    name: str
    uuid: str
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class CiVariable:
    """A variable of a project, group, workspace or environment; never its value."""

    name: str
    ref: EvidenceRef
    environment: str = "*"
    """Environments that it is for, as a pattern."""
    protected: bool | None = None
    """For protected branches and tags alone."""
    masked: bool | None = None
    """Masked in logs, or secured."""
    kind: str = ""
    """What the redactor took its value for; empty where there was none."""
    fingerprint: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class CiProject:
    """A project of GitLab, a repository of Bitbucket."""

    path: str
    """With its group or workspace, as it is spelled."""
    ref: EvidenceRef
    id: str = ""
    """Number of GitLab, UUID of Bitbucket with its braces."""
    listed: bool = False
    """Whether an answer of the API describes it."""
    namespace_id: str = ""
    visibility: str = ""
    default_branch: str = ""
    archived: bool = False
    pipelines: bool | None = None
    """Whether pipelines run at all."""
    subject_keys: tuple[str, ...] = ()
    """``ci_id_token_sub_claim_components`` where it is told."""
    protected_branches: tuple[str, ...] = ()
    """Names or patterns."""
    protection_known: bool = False
    environments: tuple[CiEnvironment, ...] = ()
    environments_known: bool = False
    variables: tuple[CiVariable, ...] = ()
    variables_known: bool = False
    jobs: tuple[CiJob, ...] = ()
    includes: tuple[CiInclude, ...] = ()
    written: tuple[str, ...] = ()
    """Names of variables that the file itself gives a value that looks like a secret."""
    file: str = ""
    """Path of the pipeline file; empty where it was not looked at."""
    problem: str = ""
    """Why the file could not be read."""


@dataclass(frozen=True, slots=True)
class CiScope:
    """A top-level group of GitLab, a workspace of Bitbucket."""

    system: str
    """``gitlab`` or ``bitbucket``."""
    name: str
    id: str = ""
    issuer: str = ""
    """Issuer of its tokens without scheme; empty where it was not told."""
    projects: tuple[CiProject, ...] = ()
    variables: Mapping[str, tuple[CiVariable, ...]] = field(default_factory=dict)
    """By the path of the group, subgroup or workspace that has them."""
    presence: Mapping[str, Presence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CiRecords:
    """Everything that evidence of GitLab and Bitbucket says."""

    scopes: tuple[CiScope, ...] = ()
    gaps: tuple[Gap, ...] = ()
