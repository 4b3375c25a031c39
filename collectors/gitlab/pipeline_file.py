"""Read a ``.gitlab-ci.yml``: jobs with their tokens, environments, variables, runners and when they run, and includes.

Input: YAML text (already redacted). Output: ``GitLabPipeline``.
Handled: ``id_tokens`` and ``secrets`` of jobs and of ``default``; ``extends`` of jobs in the same file; ``rules`` of
one comparison each, ``only`` by name; ``include`` in its forms, and whether a commit or checksum fixes what comes in.
Not handled: jobs that included files add (told by the include); ``inherit``; rules that join comparisons or match
regular expressions, and ``except`` (the job is then ``guarded``); child pipelines. Text of commands is not kept.

References
----------
https://docs.gitlab.com/ci/yaml/ and https://docs.gitlab.com/ci/secrets/id_token_authentication (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.ci.pipeline_text import has_variable, load_table, plain_address, secrets_written, variables_in, words
from collectors.ci.records import CiInclude, CiJob, CiToken

__all__ = ["GitLabPipeline", "read_pipeline"]

_NO_JOBS = frozenset(
    {
        *("default", "include", "stages", "variables", "workflow", "spec"),
        *("image", "services", "cache", "before_script", "after_script", "types"),
    }
)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_EQUALS = re.compile(r"\s*\$(\w+)\s*==\s*(?:\"([^\"]*)\"|'([^']*)'|\$(\w+))\s*")
_SET = re.compile(r"\s*\$(\w+)(?:\s*!=\s*null)?\s*")
_OF_NAME = {"CI_COMMIT_BRANCH": "branch", "CI_COMMIT_TAG": "tag", "CI_COMMIT_REF_NAME": "ref"}
_ONLY = {"branches": "branch", "tags": "tag", "merge_requests": "merge_request"}
_TRIGGERS = frozenset({"api", "chat", "external", "pipelines", "pushes", "schedules", "triggers", "web"})
_DEEPEST = 11
"""Levels of ``extends`` that GitLab allows."""


@dataclass(frozen=True, slots=True)
class GitLabPipeline:
    """What one file says."""

    jobs: tuple[CiJob, ...] = ()
    includes: tuple[CiInclude, ...] = ()
    written: tuple[str, ...] = ()
    problem: str = ""


def read_pipeline(text: str) -> GitLabPipeline:
    """Read one file; what cannot be read has a ``problem`` and no jobs."""
    table, problem = load_table(text)
    if problem:
        return GitLabPipeline(problem=problem)
    default = table.get("default")
    shared = default if isinstance(default, Mapping) else {}
    jobs, written = [], set(secrets_written(table.get("variables")))
    for name, body in table.items():
        if not isinstance(name, str) or name in _NO_JOBS or not isinstance(body, Mapping):
            continue
        written.update(secrets_written(body.get("variables")))
        if not name.startswith("."):
            jobs.append(_job(name, _extended(table, body), shared, table.get("variables")))
    return GitLabPipeline(tuple(jobs), tuple(_includes(table.get("include"))), tuple(sorted(written)))


def _extended(table: Mapping[Any, Any], body: Mapping[Any, Any], depth: int = 0) -> Mapping[Any, Any]:
    """Return a job with what it extends, tables merged and anything else replaced; ``?`` tells that some is missing."""
    merged: dict[Any, Any] = {}
    for parent in words(body.get("extends")):
        above = table.get(parent)
        if not isinstance(above, Mapping) or depth >= _DEEPEST:
            merged["?"] = True
            continue
        merged = _merged(merged, _extended(table, above, depth + 1))
    return _merged(merged, body)


def _merged(below: Mapping[Any, Any], above: Mapping[Any, Any]) -> dict[Any, Any]:
    found = dict(below)
    for key, value in above.items():
        known = found.get(key)
        found[key] = _merged(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return found


def _job(name: str, body: Mapping[Any, Any], shared: Mapping[Any, Any], variables: Any) -> CiJob:
    environment = body.get("environment")
    if isinstance(environment, Mapping):
        environment = environment.get("name")
    environment = str(environment or "")
    starts, guarded = _starts(body)
    used = [body, *(shared.get(key) for key in ("before_script", "after_script", "image", "services")), variables]
    return CiJob(
        id=name,
        tokens=_tokens(body.get("id_tokens", shared.get("id_tokens"))),
        environment="*" if has_variable(environment) else environment,
        variables=_outside(variables_in(used), body.get("variables"), variables),
        secrets=tuple(_secrets(body.get("secrets"))),
        labels=words(body.get("tags", shared.get("tags"))),
        starts=starts,
        guarded=guarded or "?" in body,
    )


def _outside(names: tuple[str, ...], *tables: Any) -> tuple[str, ...]:
    """Return the names that the file itself gives no value."""
    given = {str(name) for table in tables if isinstance(table, Mapping) for name in table}
    return tuple(name for name in names if name not in given)


def _tokens(value: Any) -> tuple[CiToken, ...]:
    if not isinstance(value, Mapping):
        return ()
    found = []
    for name, body in value.items():
        named = words(body.get("aud")) if isinstance(body, Mapping) else ()
        found.append(CiToken(str(name), tuple("*" if has_variable(each) else each for each in named)))
    return tuple(found)


def _secrets(value: Any) -> Iterator[str]:
    for name, body in value.items() if isinstance(value, Mapping) else ():
        store = (
            next((str(key) for key in body if key not in ("file", "token")), "") if isinstance(body, Mapping) else ""
        )
        yield f"{name} from {store}" if store else str(name)


def _starts(body: Mapping[Any, Any]) -> tuple[tuple[str, ...], bool]:
    """Return what a job runs for, and whether something stands before it that was not read."""
    rules, only = body.get("rules"), body.get("only")
    if isinstance(rules, list):
        return _by_rules(rules)
    if isinstance(only, Mapping):
        named, guarded = words(only.get("refs")), bool(set(only) - {"refs"})
    else:
        named, guarded = words(only), False
    return tuple(dict.fromkeys(map(_only, named))), guarded or "except" in body


def _only(word: str) -> str:
    if word in _ONLY:
        return _ONLY[word]
    return "other" if word in _TRIGGERS or word.startswith("/") or "@" in word else f"ref:{word}"


def _by_rules(rules: list[Any]) -> tuple[tuple[str, ...], bool]:
    found: dict[str, None] = {}
    guarded = False
    for rule in rules:
        if not isinstance(rule, Mapping):
            found["other"] = None
        elif rule.get("when") == "never":
            guarded = True
        else:
            guarded = guarded or bool(set(rule) & {"changes", "exists"})
            found[_condition(rule.get("if"))] = None
    return tuple(found), guarded


def _condition(text: Any) -> str:
    if text is None:
        return "any"
    if same := _EQUALS.fullmatch(str(text)):
        name, value, other = same[1], same[2] or same[3] or "", same[4]
        if other:
            return "default" if name == "CI_COMMIT_BRANCH" and other == "CI_DEFAULT_BRANCH" else "other"
        if name == "CI_PIPELINE_SOURCE":
            return "merge_request" if value == "merge_request_event" else "any" if value == "push" else "other"
        return f"{_OF_NAME[name]}:{value}" if name in _OF_NAME else "other"
    if there := _SET.fullmatch(str(text)):
        return _OF_NAME.get(there[1], "other") if there[1] != "CI_COMMIT_REF_NAME" else "any"
    return "other"


def _includes(value: Any) -> Iterator[CiInclude]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            remote = item.startswith(("http://", "https://"))
            yield CiInclude("remote" if remote else "local", plain_address(item), not remote)
        elif isinstance(item, Mapping):
            yield from _included(item)


def _included(item: Mapping[Any, Any]) -> Iterator[CiInclude]:
    if "remote" in item:
        yield CiInclude("remote", plain_address(str(item["remote"])), bool(item.get("integrity")))
    elif "project" in item:
        ref = str(item.get("ref") or "")
        for file in words(item.get("file")) or ("",):
            yield CiInclude("project", f"{item['project']}:{file}@{ref}", _COMMIT.fullmatch(ref) is not None)
    elif "component" in item:
        what = str(item["component"])
        yield CiInclude("component", what, _COMMIT.fullmatch(what.rpartition("@")[2]) is not None)
    elif "template" in item:
        yield CiInclude("template", str(item["template"]), False)
    elif "local" in item:
        yield CiInclude("local", str(item["local"]), True)
