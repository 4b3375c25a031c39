"""What a workflow file says, typed.

Input: none (types only). Output: frozen dataclasses that ``workflow_file`` fills. Not handled: judging them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.interface import EvidenceRef

__all__ = ["GitHubJob", "GitHubStep", "GitHubWorkflow"]


@dataclass(frozen=True, slots=True)
class GitHubStep:
    """A step of a job; the text of commands is not kept, only what was seen in it."""

    uses: str = ""
    """``owner/repo[/path]@ref``, ``./path`` or ``docker://…``; empty for a command."""
    checks_out: str = ""
    """``head`` where the code of a pull request is fetched, ``base`` for any other checkout; else empty."""
    unsafe_allowed: bool = False
    """Whether ``allow-unsafe-pr-checkout`` is set."""
    builds: bool = False
    """Whether a command runs files of the working directory: a build tool, an interpreter with a file, a script."""
    command: bool = False
    injected: tuple[str, ...] = ()
    """Expressions whose text becomes part of a command or script."""
    assumes: str = ""
    """ARN of the role of AWS that it asks for (``role-to-assume``), where it stands there as text."""
    given: Mapping[str, str] = field(default_factory=dict)
    """``secrets.X``, ``vars.X`` or a public id by the name of an input or variable of the step."""
    own_code: bool = False
    """Whether it checks out what the run is about: ``actions/checkout`` without ``repository`` and ``ref``."""


@dataclass(frozen=True, slots=True)
class GitHubJob:
    """A job."""

    id: str
    environment: str = ""
    """Its environment; ``*`` when an expression names it."""
    permissions: Mapping[str, str] | None = None
    """Its own, or the workflow's; ``None`` where the defaults of the repository count. ``*``: all."""
    secrets: tuple[str, ...] = ()
    """Names that it is given; ``*``: all in scope."""
    labels: tuple[str, ...] = ()
    """``runs-on``; empty when an expression names it."""
    self_hosted: bool | None = None
    uses: str = ""
    """Reusable workflow that it calls."""
    steps: tuple[GitHubStep, ...] = ()
    gate: str = ""
    """What the ``if`` before it does to outsiders, a word of ``workflow_if.GATES``."""
    given: Mapping[str, str] = field(default_factory=dict)
    """The same for the whole job: of its own ``env`` and the file's, and what a called workflow is given."""


@dataclass(frozen=True, slots=True)
class GitHubWorkflow:
    """A workflow file of a repository's default branch."""

    path: str
    name: str
    ref: EvidenceRef
    triggers: tuple[str, ...] = ()
    target_types: tuple[str, ...] = ()
    """``types`` of ``pull_request_target``; empty: the default ones."""
    jobs: tuple[GitHubJob, ...] = ()
    problem: str = ""
    """Why it could not be read."""
    push_branches: tuple[str, ...] = ()
    """``branches`` of ``push``; empty: any."""
    push_limited: bool = False
    """Whether ``push`` is limited by ``branches-ignore`` or, without branches, by tags."""
