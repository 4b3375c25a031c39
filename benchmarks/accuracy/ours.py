"""Ask this product: ``nhi build`` and ``nhi blast-radius WHO --format json`` on a case's evidence.

Input: a case and a temporary folder. Output: an ``Answer``. Not handled: any other command.
The commands are called within this process, since starting Python twice a case takes longer than answering.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy.answers import Answer, Verdict
from benchmarks.accuracy.case import ADMIN, Case, write_case
from benchmarks.accuracy.command import command

__all__ = ["ask_us"]

_VERDICTS: Final[Mapping[str, Verdict]] = {"verified": "yes", "conditional": "conditional", "unverified": "unknown"}
_BEST: Final = ("verified", "conditional", "unverified")


def _states(answer: Mapping[str, Any], one: Case) -> Iterator[str]:
    if one.target == ADMIN:
        home = one.accounts[0].id
        yield from (each["state"] for each in answer["admin_of"] if home in each["scope"])
    else:
        yield from (each["state"] for each in answer["reaches"] if each["id"] == one.target)


def ask_us(one: Case, folder: Path) -> Answer:
    """Build a snapshot of the case in the folder and ask its question.

    Returns
    -------
    Answer
        ``yes`` for a verified reach, ``conditional``, ``unknown`` for an unverified one, else ``no``;
        ``techniques`` are the ids of all technique edges that the answer names.
    """
    evidence, workspace = folder / "evidence", folder / "workspace"
    write_case(evidence, one)
    snapshot = command("build", str(evidence), "--workspace", str(workspace)).split()[-1]
    printed = command(
        "blast-radius", one.who, "--workspace", str(workspace), "--snapshot", snapshot, "--format", "json"
    )
    answer = json.loads(printed)
    states: Sequence[str] = list(_states(answer, one))
    best = next((each for each in _BEST if each in states), "")
    named = tuple(sorted({each["id"] for each in answer["techniques"] if each["id"]}))
    return Answer(one.name, _VERDICTS.get(best, "no"), named)
