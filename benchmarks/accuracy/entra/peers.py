"""Ask azath, the one other tool found that computes escalation from such evidence without a live tenant.

Input: cases. Output: its answers to the claims that it claims to answer.
Not handled: other tools (``docs/accuracy.md``).

It is asked who reaches full control of a subscription or management group: people, service principals and managed
identities, by role assignments, groups, managed identities of resources, owners and administrators of applications.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy.answers import Verdict
from benchmarks.accuracy.entra.case import Case, Claim, write_case
from benchmarks.accuracy.entra.score import Line
from benchmarks.accuracy.entra.tenant import TENANT, identifier
from benchmarks.accuracy.environments import NotRun, environment

__all__ = ["AZATH", "ask_azath", "asked"]

AZATH: Final = "azath==0.1.1"
_SCRIPT: Final = Path(__file__).parent.parent / "peers" / "azath_claims.py"
_FULL: Final = ("sub:", "mg:")
_MINUTES: Final = 10


def asked(one: Case, claim: Claim) -> bool:
    """Tell whether azath claims to answer a claim."""
    person = not claim.subject.startswith(("key:", "oidc:"))
    return bool(one.scope) and person and claim.target.startswith(_FULL) and claim.expect != "conditional"


def ask_azath(cases: Sequence[Case], scratch: Path) -> Iterator[Line]:
    """Ask it every claim that it claims to answer.

    Raises
    ------
    NotRun
        It could not be installed, or gave no answer.
    """
    python = environment(AZATH)
    some = [one for one in cases if any(asked(one, claim) for claim in one.claims)]
    listed = [_case(one, scratch / str(place)) for place, one in enumerate(some)]
    path = scratch / "claims.json"
    path.write_text(json.dumps(listed), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "PYTHON"))}
    done = subprocess.run(
        [str(python), str(_SCRIPT), str(path)],
        check=False,
        capture_output=True,
        text=True,
        env=clean | {"HOME": str(scratch)},
        timeout=_MINUTES * 60,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not answers:
        raise NotRun(f"gave no answer: {(done.stderr.strip().splitlines() or ['no message'])[-1][:200]}")
    by_name = {one.name: one for one in some}
    for answer in answers:
        claim = by_name[answer["case"]].claims[answer["claim"]]
        verdict: Verdict = answer["verdict"]
        yield Line(answer["case"], claim.subject, claim.target, claim.expect, verdict)


def _case(one: Case, folder: Path) -> dict[str, Any]:
    assert one.scope is not None
    write_case(folder, one)
    return {
        "name": one.name,
        "entra": str(folder / "entra" / TENANT),
        "azure": str(folder / "azure"),
        "scopes": [identifier("subscription", each) for each in one.scope.subscriptions],
        "claims": [
            {"index": place, "subject": one.tenant.id(claim.subject), "places": one.scope.covering(claim.target)}
            for place, claim in enumerate(one.claims)
            if asked(one, claim)
        ],
    }
