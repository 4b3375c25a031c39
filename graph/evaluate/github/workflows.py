"""What a workflow file lets outsiders do: run their code, or put text of theirs into a command.

Input: a workflow and one of its jobs. Output: ``Opening``s: by which event, how sure, and why not surer.
Handled: checkouts of a pull request's head in events that have secrets, followed by a step that runs files; the refusal
of ``actions/checkout`` from version 7 on; labels that somebody must set; expressions by the event that fills them.
Not handled: an ``if`` that ``collectors.github.workflow_if`` does not know (told as not sure); artifacts, caches;
``pull_request``, which has no secrets.

References
----------
https://docs.github.com/actions/reference/security/securely-using-pull_request_target,
https://docs.github.com/actions/concepts/security/script-injections (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.github.workflow_types import GitHubJob, GitHubStep, GitHubWorkflow

__all__ = ["CALLED", "Opening", "fork_code", "has_token", "injections", "started_by"]

_WITH_SECRETS = ("pull_request_target", "issue_comment", "workflow_run")
_FILLED = {
    "github.event.issue.": ("issues", "issue_comment"),
    "github.event.comment.": ("issue_comment", "discussion_comment"),
    "github.event.pull_request.": ("pull_request_target",),
    "github.head_ref": ("pull_request_target",),
    "github.event.discussion.": ("discussion", "discussion_comment"),
    "github.event.workflow_run.": ("workflow_run",),
}
"""Events with secrets that fill an expression with an outsider's text."""
_OUTSIDE = frozenset(event for events in _FILLED.values() for event in events)
_ABOUT = {"label": "pull_request_target", "own": "pull_request_target", "pushed": "workflow_run"}
"""By word of ``collectors.github.workflow_if``: the one event that it speaks of; in another its fields are empty."""
CALLED = re.compile(r"([A-Za-z0-9._-]+/[A-Za-z0-9._-]+)(?:/[^@]*)?@(.+)")
_SHA = re.compile(r"[0-9a-f]{40}")
_SENT = (
    ("workflow_dispatch", "actions", "inputs."),
    ("repository_dispatch", "contents", "github.event.client_payload."),
)
"""Events that an app or token sends: permission, and how the expressions begin that it fills."""
_GUARDED = "The job has a condition that is not evaluated here."
_VERSION = "actions/checkout is pinned to a commit; from version 7 on it refuses such a checkout."
_OTHER_EVENT = "actions/checkout refuses code of forks from version 7 on; the page speaks of pull_request_target."
_NO_BUILD = "Steps follow the checkout; whether one of them runs what was checked out cannot be told."


@dataclass(frozen=True, slots=True)
class Opening:
    """A way into a job."""

    event: str
    sure: bool = True
    note: str = ""
    label: bool = False
    """Whether somebody who may triage must set a label first."""
    members: bool = False
    """Whether only those get in who have a role in the organization or the repository."""


def pinned(ref: str) -> bool:
    """Return whether a reference names one commit for good."""
    return _SHA.fullmatch(ref.lower()) is not None


def _major(uses: str) -> int | None:
    """Return the major version of an action; ``None`` where a commit is named. A branch is the newest."""
    ref = uses.rpartition("@")[2]
    if pinned(ref):
        return None
    found = re.match(r"v?(\d+)", ref)
    return int(found.group(1)) if found else 99


def fork_code(workflow: GitHubWorkflow, job: GitHubJob) -> Opening | None:
    """Return how code of a fork runs in a job that has secrets; ``None`` where it does not."""
    event = next((each for each in _WITH_SECRETS if each in workflow.triggers), "")
    best: Opening | None = None
    for number, step in enumerate(job.steps):
        if not event or step.checks_out != "head":
            continue
        opening = _after(event, step, job.steps[number + 1 :], own=step)
        if opening is not None and (best is None or (opening.sure and not best.sure)):
            best = opening
    return None if best is None else _less_sure(workflow, job, best)


def _after(event: str, step: GitHubStep, rest: tuple[GitHubStep, ...], own: GitHubStep) -> Opening | None:
    runs = any(each.builds for each in rest) or (own.command and own.builds)
    if not runs and not rest:
        return None
    doubts = [] if runs else [_NO_BUILD]
    if step.uses and not step.unsafe_allowed:
        major = _major(step.uses)
        if major is None:
            doubts.append(_VERSION)
        elif major >= 7:
            if event == "pull_request_target":
                return None
            doubts.append(_OTHER_EVENT)
    return Opening(event, not doubts, " ".join(doubts))


def _less_sure(workflow: GitHubWorkflow, job: GitHubJob, opening: Opening) -> Opening | None:
    """Return an opening with what stands before the job; ``None`` where that keeps outsiders out."""
    about = _ABOUT.get(job.gate, "")
    told = job.gate in ("", "members") or (bool(about) and _OUTSIDE.intersection(workflow.triggers) == {about})
    if told and job.gate in ("own", "pushed"):
        return None
    labeled = opening.event == "pull_request_target" and set(workflow.target_types) == {"labeled"}
    return Opening(
        opening.event,
        opening.sure and told,
        opening.note if told else f"{opening.note} {_GUARDED}".strip(),
        labeled or (told and job.gate == "label"),
        job.gate == "members",
    )


def injections(workflow: GitHubWorkflow, job: GitHubJob) -> Opening | None:
    """Return how an outsider's text becomes part of a command in a job that has secrets."""
    for event in _events(workflow, job):
        opening = _less_sure(workflow, job, Opening(event))
        if opening is not None:
            return opening
    return None


def _events(workflow: GitHubWorkflow, job: GitHubJob) -> Iterator[str]:
    for step in job.steps:
        for expression in step.injected:
            for start, events in _FILLED.items():
                if expression.startswith(start):
                    yield from (event for event in events if event in workflow.triggers)


def started_by(workflow: GitHubWorkflow, job: GitHubJob) -> Iterator[tuple[str, str]]:
    """Yield events whose sender gives text that becomes part of a command, and the permission that each needs."""
    for event, permission, start in _SENT:
        filled = any(start in expression for step in job.steps for expression in step.injected)
        if event in workflow.triggers and filled:
            yield event, permission


def has_token(job: GitHubJob) -> bool | None:
    """Return whether a job can ask for a token of its own; ``None`` where ``write-all`` leaves that open.

    The default permissions never have it.
    """
    given = job.permissions or {}
    if given.get("id-token") == "write":
        return True
    return None if given.get("*") == "write" else False
