"""Workflow files: what is read of them, and what is not understood."""

from __future__ import annotations

import pytest

from collectors.github.workflow_file import read_workflow
from collectors.github.workflow_types import GitHubJob, GitHubWorkflow
from collectors.interface import EvidenceRef

REF = EvidenceRef("github/acme/files/app/.github/workflows/ci.yml")


def _read(text: str) -> GitHubWorkflow:
    return read_workflow(text, ".github/workflows/ci.yml", REF)


def _job(body: str, head: str = "on: push\n") -> GitHubJob:
    (job,) = _read(f"{head}jobs:\n  build:\n    runs-on: ubuntu-latest\n{body}").jobs
    return job


@pytest.mark.parametrize(
    ("on", "triggers"),
    [
        ("push", ("push",)),
        ("[push, pull_request]", ("pull_request", "push")),
        ("{push: {branches: [main]}, schedule: [{cron: '0 0 * * *'}]}", ("push", "schedule")),
    ],
)
@pytest.mark.parametrize("key", ["on", '"on"'])
def test_triggers(key: str, on: str, triggers: tuple[str, ...]) -> None:
    assert _read(f"{key}: {on}\njobs: {{a: {{runs-on: x}}}}").triggers == triggers


def test_permissions_of_a_job_replace_those_of_the_file() -> None:
    head = "on: push\npermissions: {contents: read, id-token: write}\n"
    assert _job("", head).permissions == {"contents": "read", "id-token": "write"}
    assert _job("    permissions: {contents: read}\n", head).permissions == {"contents": "read"}
    assert _job("    permissions: write-all\n", head).permissions == {"*": "write"}
    assert _job("").permissions is None


def test_secrets_of_a_job_and_of_the_file() -> None:
    head = "on: push\nenv: {A: '${{ secrets.SHARED }}'}\n"
    body = "    steps:\n      - run: x\n        env: {B: \"${{ secrets['own'] }}\", C: '${{ secrets.GITHUB_TOKEN }}'}\n"
    assert _job(body, head).secrets == ("OWN", "SHARED")
    assert _job("    steps: [{run: 'secrets.NOT_AN_EXPRESSION'}]\n").secrets == ()


def test_secrets_of_another_job_are_not_this_one_s() -> None:
    text = "on: push\njobs:\n  a: {runs-on: x, env: {K: '${{ secrets.K }}'}}\n  b: {runs-on: x}\n"
    assert [job.secrets for job in _read(text).jobs] == [("K",), ()]


@pytest.mark.parametrize("how", ["secrets: inherit", "env: {A: '${{ toJSON(secrets) }}'}"])
def test_all_secrets(how: str) -> None:
    (job,) = _read(f"on: push\njobs:\n  a:\n    uses: o/r/.github/workflows/x.yml@v1\n    {how}\n").jobs
    assert job.secrets == ("*",)


@pytest.mark.parametrize(
    ("given", "environment"),
    [("prod", "prod"), ("{name: prod, url: x}", "prod"), ("'${{ inputs.place }}'", "*")],
)
def test_environment(given: str, environment: str) -> None:
    assert _job(f"    environment: {given}\n").environment == environment


@pytest.mark.parametrize(
    ("given", "hosted"),
    [
        ("ubuntu-latest", False),
        ("self-hosted", True),
        ("[self-hosted, linux]", True),
        ("'${{ matrix.os }}'", None),
        ("{group: big}", None),
        ("{group: big, labels: [self-hosted]}", True),
    ],
)
def test_runs_on(given: str, hosted: bool | None) -> None:
    (job,) = _read(f"on: push\njobs:\n  a:\n    runs-on: {given}\n").jobs
    assert job.self_hosted is hosted


@pytest.mark.parametrize(
    ("command", "builds"),
    [
        ("npm ci", True),
        ("make test", True),
        ("cd app && ./build.sh", True),
        ("python setup.py", True),
        ("python -m pytest", True),
        ("python -c pass", False),
        ("echo make", False),
        ("gh pr comment 7", False),
        ("git status", False),
    ],
)
def test_commands_that_run_files(command: str, builds: bool) -> None:
    (step,) = _job(f"    steps:\n      - run: {command}\n").steps
    assert step.builds is builds


def test_text_of_commands_is_not_kept() -> None:
    assert "very-own-words" not in repr(_job("    steps:\n      - run: echo very-own-words\n"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("on: [push\n", "is not YAML (line 2)"),
        ("- a\n", "is no table"),
        ("on: push\n", "has no jobs"),
        ("", "is no table"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, problem: str) -> None:
    workflow = _read(text)
    assert (workflow.problem, workflow.jobs) == (problem, ())


def test_yaml_makes_no_objects() -> None:
    assert _read("on: push\njobs: !!python/object/apply:os.system ['true']\n").problem.startswith("is not YAML")


@pytest.mark.parametrize(
    ("push", "branches", "limited"),
    [
        ("push", (), False),
        ("{push: {branches: [main, 'v*']}}", ("main", "v*"), False),
        ("{push: {branches: main, tags: [x]}}", ("main",), False),
        ("{push: {branches-ignore: [main]}}", (), True),
        ("{push: {tags: ['v*']}}", (), True),
        ("{push: {paths: ['src/**']}}", (), False),
        ("{pull_request: {branches: [main]}}", (), False),
    ],
)
def test_which_pushes_start_it(push: str, branches: tuple[str, ...], limited: bool) -> None:
    found = _read(f"on: {push}\njobs: {{a: {{runs-on: x}}}}")
    assert (found.push_branches, found.push_limited) == (branches, limited)


@pytest.mark.parametrize(
    ("step", "own"),
    [
        ("uses: actions/checkout@v4", True),
        ("{uses: actions/checkout@v4, with: {fetch-depth: 0}}", True),
        ("{uses: actions/checkout@v4, with: {repository: acme/web}}", False),
        ("{uses: actions/checkout@v4, with: {ref: main}}", False),
        ("run: git fetch", False),
    ],
)
def test_a_checkout_of_what_was_pushed(step: str, own: bool) -> None:
    assert [each.own_code for each in _job(f"    steps:\n      - {step}\n").steps] == [own]
