"""What is seen in a ``bitbucket-pipelines.yml``, from Bitbucket's configuration reference."""

from __future__ import annotations

import pytest

from collectors.bitbucket.pipeline_file import read_pipeline


def _step(body: str) -> str:
    return f"pipelines:\n  default:\n    - step:\n        script: [x]\n        {body}\n"


@pytest.mark.parametrize(
    ("body", "audiences"),
    [
        ("oidc: true", ((),)),
        ("oidc: false", ()),
        ("name: a", ()),
        ("oidc: {audiences: [https://a, https://b]}", (("https://a", "https://b"),)),
        ("oidc: {audiences: [$AUDIENCE]}", (("*",),)),
    ],
)
def test_tokens(body: str, audiences: tuple[tuple[str, ...], ...]) -> None:
    (job,) = read_pipeline(_step(body)).jobs
    assert tuple(each.audiences for each in job.tokens) == audiences


def test_audiences_of_the_whole_file() -> None:
    text = "options: {oidc: {audiences: [https://a]}}\n" + _step("oidc: true")
    assert read_pipeline(text).jobs[0].tokens[0].audiences == ("https://a",)


FILE = """
definitions:
  steps:
    - step: &build
        name: build
        script: [echo $TOKEN $BITBUCKET_COMMIT]
pipelines:
  branches:
    main:
      - step: *build
      - parallel:
          - step: {name: a, script: [x]}
          - step: {name: b, script: [x], runs-on: [self.hosted, linux]}
      - stage:
          deployment: production
          steps:
            - step: {script: [{pipe: 'acme/deploy:1.0', variables: {API_TOKEN: a8f7d6e5c4b3}}]}
    "release/*":
      - step: {script: [x], condition: {changesets: {includePaths: [a]}}}
  tags: {v1: [{step: {script: [x]}}]}
  pull-requests: {"**": [{step: {script: [x]}}]}
  custom: {nightly: [{step: {script: [x], deployment: test}}]}
"""


def test_where_steps_stand() -> None:
    found = read_pipeline(FILE)
    assert {job.id: (job.starts, job.environment) for job in found.jobs} == {
        "branches/main/1 build": (("branch:main",), ""),
        "branches/main/2 a": (("branch:main",), ""),
        "branches/main/3 b": (("branch:main",), ""),
        "branches/main/4": (("branch:main",), "production"),
        "branches/release/*/1": (("branch",), ""),
        "tags/v1/1": (("tag:v1",), ""),
        "pull-requests/**/1": (("merge_request",), ""),
        "custom/nightly/1": (("other",), "test"),
    }
    assert found.jobs[0].variables == ("TOKEN",)
    assert found.jobs[2].labels == ("self.hosted", "linux")
    assert found.jobs[4].guarded
    assert found.written == ("API_TOKEN",)
    assert [(each.kind, each.what, each.pinned) for each in found.includes] == [("pipe", "acme/deploy:1.0", False)]


@pytest.mark.parametrize(("text", "problem"), [("image: x\n", "has no pipelines"), ("pipelines: [", "is not YAML")])
def test_files_that_cannot_be_read(text: str, problem: str) -> None:
    assert problem in read_pipeline(text).problem
