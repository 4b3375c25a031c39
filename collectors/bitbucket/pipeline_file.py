"""Read a ``bitbucket-pipelines.yml``: steps with their token, deployment, variables and when they run, and pipes.

Input: YAML text (already redacted). Output: ``BitbucketPipeline``.
Handled: steps below ``default``, ``branches``, ``tags``, ``bookmarks``, ``pull-requests``, ``custom``; parallel steps
and stages; anchors; ``oidc`` as a switch or with audiences, also of ``options``; pipes, and whether a digest fixes one.
Not handled: conditions by changed files (the step is ``guarded``); imported pipelines of other repositories. Text of
commands is not kept.

References
----------
https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/ and
https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/ (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.ci.pipeline_text import has_variable, load_table, secrets_written, texts, variables_in, words
from collectors.ci.records import CiInclude, CiJob, CiToken

__all__ = ["BitbucketPipeline", "read_pipeline"]

_TOKEN = "BITBUCKET_STEP_OIDC_TOKEN"
"""Name of the variable that holds a step's token."""
_PARTS = {"branches": "branch", "tags": "tag", "bookmarks": "branch", "pull-requests": "merge_request"}


@dataclass(frozen=True, slots=True)
class BitbucketPipeline:
    """What one file says."""

    jobs: tuple[CiJob, ...] = ()
    includes: tuple[CiInclude, ...] = ()
    written: tuple[str, ...] = ()
    problem: str = ""


def read_pipeline(text: str) -> BitbucketPipeline:
    """Read one file; what cannot be read has a ``problem`` and no jobs."""
    table, problem = load_table(text)
    if problem:
        return BitbucketPipeline(problem=problem)
    pipelines, options = table.get("pipelines"), table.get("options")
    if not isinstance(pipelines, Mapping):
        return BitbucketPipeline(problem="has no pipelines")
    whole = options.get("oidc") if isinstance(options, Mapping) else None
    jobs: list[CiJob] = []
    includes: dict[CiInclude, None] = {}
    written: set[str] = set()
    for place, start, steps in _pipelines(pipelines):
        for index, (step, deployment) in enumerate(_steps(steps)):
            jobs.append(_job(f"{place}/{index + 1}", start, step, deployment, whole))
            includes.update(dict.fromkeys(_pipes(step)))
            for body in step.get("script") or () if isinstance(step.get("script"), list) else ():
                written.update(secrets_written(body.get("variables")) if isinstance(body, Mapping) else ())
    return BitbucketPipeline(tuple(jobs), tuple(includes), tuple(sorted(written)))


def _pipelines(table: Mapping[Any, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield each pipeline with its name and what it runs for."""
    for part, body in table.items():
        if part == "default":
            yield "default", "branch", body
        elif isinstance(body, Mapping):
            for name, steps in body.items():
                kind = _PARTS.get(str(part), "other")
                whole = kind in ("other", "merge_request") or any(sign in str(name) for sign in "*?{[")
                yield f"{part}/{name}", kind if whole else f"{kind}:{name}", steps


def _steps(value: Any, deployment: str = "") -> Iterator[tuple[Mapping[Any, Any], str]]:
    """Yield steps with the deployment of the stage around them, those inside parallel groups and stages too."""
    if isinstance(value, list):
        for item in value:
            yield from _steps(item, deployment)
    elif isinstance(value, Mapping):
        if isinstance(value.get("step"), Mapping):
            yield value["step"], deployment
        if isinstance(stage := value.get("stage"), Mapping):
            yield from _steps(stage.get("steps"), str(stage.get("deployment") or deployment))
        inner = value.get("parallel")
        yield from _steps(inner.get("steps") if isinstance(inner, Mapping) else inner, deployment)


def _job(place: str, start: str, step: Mapping[Any, Any], deployment: str, whole: Any) -> CiJob:
    environment = str(step.get("deployment") or deployment)
    name = step.get("name")
    return CiJob(
        id=f"{place} {name}" if isinstance(name, str) and name else place,
        tokens=_tokens(step.get("oidc", None), whole),
        environment="*" if has_variable(environment) else environment,
        variables=variables_in(step),
        labels=words(step.get("runs-on")),
        starts=(start,),
        guarded="condition" in step,
    )


def _tokens(value: Any, whole: Any) -> tuple[CiToken, ...]:
    """Return the token of a step: asked for by a switch, or by audiences of its own or of the whole file."""
    if value is None or value is False:
        return ()
    own = words(value.get("audiences")) if isinstance(value, Mapping) else ()
    shared = words(whole.get("audiences")) if isinstance(whole, Mapping) else ()
    return (CiToken(_TOKEN, tuple("*" if has_variable(each) else each for each in own or shared)),)


def _pipes(step: Mapping[Any, Any]) -> Iterator[CiInclude]:
    script = step.get("script")
    for item in script if isinstance(script, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get("pipe"), str):
            yield CiInclude("pipe", item["pipe"], "@sha256:" in item["pipe"])
    for image in texts(step.get("image")):
        if "/" in image or ":" in image:
            yield CiInclude("image", image, "@sha256:" in image)
            return
