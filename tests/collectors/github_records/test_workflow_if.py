"""What the ``if`` of a job does to outsiders; each form beside one that looks alike and cannot be told."""

from __future__ import annotations

import pytest

from collectors.github.workflow_if import gate_of

_HEAD = "github.event.pull_request.head.repo"


@pytest.mark.parametrize(
    ("value", "gate"),
    [
        (f"{_HEAD}.full_name == github.repository", "own"),
        (f"${{{{ github.repository == {_HEAD}.full_name }}}}", "own"),
        (f"!{_HEAD}.fork", "own"),
        (f"{_HEAD}.full_name != github.repository", "unknown"),
        (f"{_HEAD}.full_name == github.repository || always()", "unknown"),
        (f"{_HEAD}.full_name == github.repository && github.actor == 'x'", "own"),
        ("github.event.workflow_run.event == 'push'", "pushed"),
        ("github.event.workflow_run.event != 'push'", "unknown"),
        ("github.event.workflow_run.conclusion == 'success'", ""),
        ("github.event.comment.author_association == 'MEMBER'", "members"),
        ("github.event.comment.author_association == 'CONTRIBUTOR'", "unknown"),
        ("contains(github.event.pull_request.labels.*.name, 'safe to test')", "label"),
        ("!contains(github.event.pull_request.labels.*.name, 'safe to test')", "unknown"),
        ("github.event.issue.pull_request && contains(github.event.comment.body, '/go')", ""),
        ("github.event.issue.pull_request\n  && github.event.comment.body == '/go'", ""),
        ("github.actor == 'dependabot[bot]'", "unknown"),
        (True, "unknown"),
        ("", "unknown"),
    ],
)
def test_gate(value: object, gate: str) -> None:
    assert gate_of(value) == gate
