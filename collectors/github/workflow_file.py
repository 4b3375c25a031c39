"""Read a workflow file: triggers, permissions, secrets, tokens, environments, runners, code that it calls.

Input: YAML text (already redacted) with its place. Output: ``GitHubWorkflow``.
Handled: ``on`` as text, list or table (also where a reader of YAML 1.1 takes it for *true*); permissions of file and
job; ``secrets.X`` anywhere in a job or in the file's ``env``; ``secrets: inherit`` and ``toJSON(secrets)``; checkouts
of a pull request's head; expressions of outsiders inside commands; what steps are given by name; anchors.
Not handled: conditions of single steps; matrices; what a called action does. Text of commands is not kept.

References
----------
https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax,
https://docs.github.com/actions/reference/security/securely-using-pull_request_target (read 2026-11).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from collectors.github.workflow_if import gate_of
from collectors.github.workflow_inputs import given
from collectors.github.workflow_types import GitHubJob, GitHubStep, GitHubWorkflow
from collectors.interface import EvidenceRef

__all__ = ["read_workflow"]

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_SECRET = re.compile(r"\bsecrets\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_-]*)|\[\s*'([^']+)'\s*\])")
_ALL_SECRETS = re.compile(r"tojson\(\s*secrets\s*\)|\bsecrets\s*\[\s*[^'\s]", re.IGNORECASE)
_HEAD = re.compile(
    r"github\.event\.pull_request\.head\.|github\.event\.workflow_run\.head_|github\.head_ref|"
    r"refs/pull/|github\.event\.pull_request\.merge_commit_sha|github\.event\.(?:issue|pull_request)\.number",
    re.IGNORECASE,
)
_FETCHES = re.compile(r"\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|checkout|pull)\b[^\n]*(?:pull/|head_ref|head\.)", re.I)
_BUILDS = re.compile(
    r"(?:^|[\n;&|(]|\bthen\b|\bdo\b)\s*(?:sudo\s+)?(?:env\s+\S+\s+)?(?:"
    r"make|npm|npx|yarn|pnpm|bun|pip3?\s+install|python3?\s+(?:-m\s+\S+|[^-\s]\S*)|pytest|tox|nox|poetry|uv|go\s+(?:test|build|run|generate)|"
    r"cargo|mvn|gradle|bundle|rake|composer|dotnet|terraform|docker\s+(?:build|compose)|(?:node|ruby)\s+[^-\s]\S*|"
    r"(?:ba|z)?sh\s+[^-\s]\S*|\./\S+|pre-commit)(?:\s|$)",
)
_OUTSIDERS = re.compile(
    r"github\.(?:event\.(?:issue\.(?:title|body)|pull_request\.(?:title|body|head\.(?:ref|label|repo\.default_branch))|"
    r"comment\.body|review\.body|review_comment\.body|discussion\.(?:title|body)|"
    r"workflow_run\.head_branch|workflow_run\.head_commit\.(?:message|author\.(?:name|email)))|head_ref)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_INPUTS = re.compile(
    r"\b(?:(?:github\.event\.)?inputs|github\.event\.client_payload)\.[A-Za-z_][A-Za-z0-9_-]*", re.IGNORECASE
)


def read_workflow(text: str, path: str, ref: EvidenceRef) -> GitHubWorkflow:
    """Read one file; what cannot be read has a ``problem`` and no jobs."""
    try:
        document = yaml.load(text, Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        place = f" (line {where.line + 1})" if where is not None else ""
        return GitHubWorkflow(path, "", ref, problem=f"is not YAML{place}")
    if not isinstance(document, Mapping):
        return GitHubWorkflow(path, "", ref, problem="is no table")
    # YAML 1.1 reads the plain word `on` as true.
    on = document.get("on", document.get(True))
    jobs = document.get("jobs")
    if not isinstance(jobs, Mapping):
        return GitHubWorkflow(path, "", ref, _triggers(on), problem="has no jobs")
    shared = {"env": document.get("env")}
    permissions = _permissions(document.get("permissions"))
    return GitHubWorkflow(
        path,
        str(document.get("name") or ""),
        ref,
        _triggers(on),
        _listed(on, "pull_request_target", "types"),
        tuple(_job(str(key), job, permissions, shared) for key, job in jobs.items() if isinstance(job, Mapping)),
        push_branches=_listed(on, "push", "branches"),
        push_limited=_push_limited(on),
    )


def _triggers(on: Any) -> tuple[str, ...]:
    if isinstance(on, str):
        return (on,)
    return tuple(sorted(str(each) for each in on)) if isinstance(on, list | Mapping) else ()


def _listed(on: Any, trigger: str, key: str) -> tuple[str, ...]:
    body = on.get(trigger) if isinstance(on, Mapping) else None
    found = body.get(key) if isinstance(body, Mapping) else None
    if isinstance(found, str):
        return (found,)
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _push_limited(on: Any) -> bool:
    body = on.get("push") if isinstance(on, Mapping) else None
    if not isinstance(body, Mapping):
        return False
    return "branches-ignore" in body or ("branches" not in body and ("tags" in body or "tags-ignore" in body))


def _permissions(value: Any) -> dict[str, str] | None:
    if isinstance(value, str):
        return {"*": {"write-all": "write", "read-all": "read"}.get(value, "none")}
    if isinstance(value, Mapping):
        return {str(key): str(level) for key, level in value.items()}
    return None


def _job(name: str, job: Mapping[Any, Any], permissions: dict[str, str] | None, shared: Any) -> GitHubJob:
    own = _permissions(job.get("permissions"))
    environment = job.get("environment")
    if isinstance(environment, Mapping):
        environment = environment.get("name")
    environment = str(environment or "")
    labels, hosted = _runs_on(job.get("runs-on"))
    steps = job.get("steps")
    return GitHubJob(
        id=name,
        environment="*" if "${{" in environment else environment,
        permissions=permissions if own is None else own,
        secrets=_secrets(job, shared),
        labels=labels,
        self_hosted=hosted,
        uses=str(job.get("uses") or ""),
        steps=tuple(_step(step) for step in steps if isinstance(step, Mapping)) if isinstance(steps, list) else (),
        gate=gate_of(job["if"]) if "if" in job else "",
        given=given(shared["env"], job.get("env"), job.get("with"), job.get("secrets")),
    )


def _runs_on(value: Any) -> tuple[tuple[str, ...], bool | None]:
    group = False
    if isinstance(value, Mapping):
        group, value = "group" in value, value.get("labels")
    labels = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    words = tuple(str(label).lower() for label in labels)
    if any("${{" in word for word in words) or (not words and (group or value is None)):
        return (), None
    return words, "self-hosted" in words or None if group else "self-hosted" in words


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _secrets(job: Mapping[Any, Any], shared: Any) -> tuple[str, ...]:
    if job.get("secrets") == "inherit":
        return ("*",)
    found: set[str] = set()
    for text in _texts([job, shared]):
        for expression in _EXPRESSION.findall(text):
            if _ALL_SECRETS.search(expression):
                return ("*",)
            found.update((plain or quoted).upper() for plain, quoted in _SECRET.findall(expression))
    return tuple(sorted(found - {"GITHUB_TOKEN"}))


def _step(step: Mapping[Any, Any]) -> GitHubStep:
    uses, run = str(step.get("uses") or ""), str(step.get("run") or "")
    inputs = step.get("with")
    inputs = inputs if isinstance(inputs, Mapping) else {}
    # What stands in a command, or in a script, is put together before it runs.
    script = run or (str(inputs.get("script") or "") if uses.startswith("actions/github-script@") else "")
    injected = {
        found.group(0).lower()
        for expression in _EXPRESSION.findall(script)
        for pattern in (_OUTSIDERS, _INPUTS)
        for found in pattern.finditer(expression)
    }
    checkout = ""
    if uses.lower().startswith("actions/checkout@"):
        checkout = (
            "head" if _HEAD.search(json.dumps([inputs.get("ref"), inputs.get("repository")], default=str)) else "base"
        )
    elif run and _FETCHES.search(run):
        checkout = "head"
    return GitHubStep(
        uses,
        checkout,
        str(inputs.get("allow-unsafe-pr-checkout", "")).lower() == "true",
        bool(_BUILDS.search(run)) or uses.startswith("./"),
        bool(run),
        tuple(sorted(injected)),
        _role(inputs),
        given(step.get("env"), inputs),
        uses.lower().startswith("actions/checkout@") and not inputs.get("repository") and not inputs.get("ref"),
    )


def _role(given: Mapping[Any, Any]) -> str:
    text = str(given.get("role-to-assume") or "")
    return text if _ROLE.fullmatch(text) else ""
