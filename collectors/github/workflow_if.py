"""What the ``if`` before a job does to outsiders: nothing, keeps them out, waits for a label, or cannot be told.

Input: the value of ``if``. Output: a word of ``GATES``. The text itself is not kept.
Handled: terms joined by ``&&``; where the head of a pull request must stand, labels, who comments, what follows a run,
words of a comment (which an outsider writes).
Not handled: ``||``, parentheses, every other term: cannot be told.

References
----------
https://docs.github.com/actions/reference/workflows-and-actions/contexts,
https://docs.github.com/webhooks/webhook-events-and-payloads (read 2026-11).
"""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["GATES", "gate_of"]

GATES: Final = ("", "label", "unknown", "members", "own", "pushed")
"""From open to closed: no gate; somebody who may triage sets a label; cannot be told; only who has a role in the
organization or repository; only pull requests whose head is in the repository; only what followed a push to it."""

_EVENT = r"github\.event\."
_HEAD = rf"{_EVENT}pull_request\.head\.repo\."
_TERMS: Final = tuple(
    (word, re.compile(pattern))
    for word, pattern in (
        ("own", rf"{_HEAD}full_name == github\.repository|github\.repository == {_HEAD}full_name"),
        ("own", rf"!{_HEAD}fork|{_HEAD}fork == false"),
        ("pushed", rf"{_EVENT}workflow_run\.event == 'push'"),
        ("pushed", rf"{_EVENT}workflow_run\.head_repository\.full_name == github\.repository"),
        ("members", rf"{_EVENT}(?:comment|issue|pull_request)\.author_association == '(?:owner|member|collaborator)'"),
        ("label", rf"contains\({_EVENT}pull_request\.labels\.\*\.name, ?'[^']*'\)"),
        ("label", rf"{_EVENT}label\.name == '[^']*'"),
        ("", rf"{_EVENT}issue\.pull_request(?: != null)?"),
        ("", rf"(?:contains|startswith)\({_EVENT}comment\.body, ?'[^']*'\)|{_EVENT}comment\.body == '[^']*'"),
        ("", rf"{_EVENT}workflow_run\.conclusion == 'success'|{_EVENT}workflow_run\.event == 'pull_request'"),
    )
)


def gate_of(value: Any) -> str:
    """Return what an ``if`` does to outsiders; terms that all must hold are as closed as the most closed one."""
    text = " ".join(str(value).lower().split())
    text = text.removeprefix("${{").removesuffix("}}").strip()
    if "||" in text:
        return "unknown"
    return max(map(_term, text.split("&&")), key=GATES.index)


def _term(text: str) -> str:
    return next((word for word, pattern in _TERMS if pattern.fullmatch(text.strip())), "unknown")
