"""What is seen in a ``.gitlab-ci.yml``, from https://docs.gitlab.com/ci/yaml/."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.ci.records import CiInclude, CiJob
from collectors.gitlab.pipeline_file import read_pipeline


def _job(text: str, name: str = "job") -> CiJob:
    (found,) = [each for each in read_pipeline(text).jobs if each.id == name]
    return found


def test_tokens_with_one_audience_several_and_one_that_a_variable_names() -> None:
    job = _job("job:\n  id_tokens:\n    A: {aud: https://a}\n    B: {aud: [https://b, https://c]}\n    C: {aud: $X}\n")
    assert {each.name: each.audiences for each in job.tokens} == {
        "A": ("https://a",),
        "B": ("https://b", "https://c"),
        "C": ("*",),
    }


def test_a_job_without_a_token_and_one_with_the_default_s() -> None:
    assert _job("job:\n  script: [x]\n").tokens == ()
    assert _job("default:\n  id_tokens: {A: {aud: a}}\njob:\n  script: [x]\n").tokens[0].name == "A"
    assert _job("default:\n  id_tokens: {A: {aud: a}}\njob:\n  id_tokens: {B: {aud: b}}\n").tokens[0].name == "B"


@pytest.mark.parametrize(
    ("body", "starts", "guarded"),
    [
        ("rules: [{if: '$CI_COMMIT_BRANCH == \"main\"'}]", ("branch:main",), False),
        ("rules: [{if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'}]", ("default",), False),
        ("rules: [{if: $CI_COMMIT_TAG}]", ("tag",), False),
        ("rules: [{if: '$CI_PIPELINE_SOURCE == \"merge_request_event\"'}]", ("merge_request",), False),
        ("rules: [{if: '$CI_PIPELINE_SOURCE == \"schedule\"'}]", ("other",), False),
        ("rules: [{if: '$CI_COMMIT_BRANCH =~ /^release/'}]", ("other",), False),
        ("rules: [{if: $CI_COMMIT_TAG, when: never}, {when: on_success}]", ("any",), True),
        ("only: [main, tags]", ("ref:main", "tag"), False),
        ("only: [/^v/]", ("other",), False),
        ("only: {refs: [branches], changes: [a]}", ("branch",), True),
        ("except: [main]", (), True),
        ("script: [x]", (), False),
    ],
)
def test_when_a_job_runs(body: str, starts: tuple[str, ...], guarded: bool) -> None:
    job = _job(f"job:\n  {body}\n")
    assert (job.starts, job.guarded) == (starts, guarded)


@pytest.mark.parametrize(
    ("include", "kind", "pinned"),
    [
        ("{remote: 'https://x.example/ci.yml'}", "remote", False),
        ("{remote: 'https://x.example/ci.yml', integrity: sha256-abc=}", "remote", True),
        ("https://x.example/ci.yml", "remote", False),
        ("/ci/build.yml", "local", True),
        ("{project: acme/ci, ref: main, file: a.yml}", "project", False),
        (f"{{project: acme/ci, ref: {'a' * 40}, file: a.yml}}", "project", True),
        ("{component: gitlab.com/acme/ci/deploy@1.0}", "component", False),
        (f"{{component: gitlab.com/acme/ci/deploy@{'b' * 40}}}", "component", True),
        ("{template: Auto-DevOps.gitlab-ci.yml}", "template", False),
    ],
)
def test_configuration_from_elsewhere(include: str, kind: str, pinned: bool) -> None:
    (found,) = read_pipeline(f"include: [{include}]\njob: {{script: [x]}}\n").includes
    assert (found.kind, found.pinned) == (kind, pinned)


def test_an_address_loses_who_signs_in() -> None:
    (found,) = read_pipeline("include: 'https://bot:s3cr3t@x.example/ci.yml?private_token=t0k3n'\n").includes
    assert found == CiInclude("remote", "https://x.example/ci.yml", False)


def test_variables_that_a_job_uses_and_that_nobody_gave_it_here() -> None:
    script = "['$TOKEN ${KEY} $REGION $NAME $CI_JOB_TOKEN']"
    text = f"variables: {{REGION: eu}}\njob:\n  variables: {{NAME: x}}\n  script: {script}\n"
    assert _job(text).variables == ("KEY", "TOKEN")


def test_secrets_written_into_the_file_are_told_by_name_alone() -> None:
    text = "variables: {DB_PASSWORD: hunter22, REGION: eu}\n"
    text += "job:\n  variables: {API_TOKEN: {value: a8f7d6e5c4b3}}\n  script: [x]\n"
    found = read_pipeline(text)
    assert found.written == ("API_TOKEN", "DB_PASSWORD")
    assert "hunter22" not in repr(found) and "a8f7d6e5c4b3" not in repr(found)
    assert read_pipeline("variables: {DB_PASSWORD: $FROM_ELSEWHERE}\njob: {script: [x]}\n").written == ()


def test_what_a_job_extends_and_what_is_no_job() -> None:
    text = ".base:\n  id_tokens: {A: {aud: a}}\n  tags: [deploy]\njob:\n  extends: .base\n  environment: {name: prod}\n"
    job = _job(text)
    assert (job.tokens[0].name, job.labels, job.environment, job.guarded) == ("A", ("deploy",), "prod", False)
    assert _job("job:\n  extends: .elsewhere\n").guarded
    assert [each.id for each in read_pipeline(text).jobs] == ["job"]


def test_secrets_that_a_job_fetches() -> None:
    assert _job("job:\n  secrets: {PW: {vault: a/b/c@d, token: $T}}\n").secrets == ("PW from vault",)


def _doubling(times: int) -> str:
    """Return a small file whose anchors stand for twice as many values in every line."""
    return "v0: &v0 [1]\n" + "".join(f"v{at}: &v{at} [*v{at - 1}, *v{at - 1}]\n" for at in range(1, times))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("job: [", "is not YAML (line"),
        ("- a\n", "is no table"),
        ("a: &a [*a]\n", "refers to itself"),
        (_doubling(20), "too large"),
    ],
)
def test_files_that_cannot_be_read(text: str, problem: str) -> None:
    found: Any = read_pipeline(text)
    assert problem in found.problem and not found.jobs


def test_tags_of_gitlab_s_own_and_a_header_before_the_configuration() -> None:
    text = "spec:\n  inputs: {a: }\n---\njob:\n  script: [!reference [.base, script], 'echo $TOKEN']\n"
    assert _job(text).variables == ("TOKEN",)
