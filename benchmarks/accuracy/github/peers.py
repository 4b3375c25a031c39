"""Ask zizmor, which reads workflow files without an account, the claims that such files alone can answer.

Input: cases. Output: its answers. Not handled: other tools (``docs/accuracy.md``).

It is asked, once a case, whether anyone with an account gets the first secret that the case asks about: yes where it
has a finding ``dangerous-triggers`` or ``template-injection`` in one of the repository's files. It sees neither the
settings of the repository nor files of others.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.accuracy.answers import Verdict
from benchmarks.accuracy.entra.score import Line
from benchmarks.accuracy.environments import NotRun, environment
from benchmarks.accuracy.github.case import ANYONE, Case, Claim

__all__ = ["ZIZMOR", "ask_zizmor", "asked"]

ZIZMOR: Final = "zizmor==1.32.0"
_AREAS: Final = ("forks", "text", "called")
_FINDINGS: Final = ("dangerous-triggers", "template-injection")
_SEVERITY: Final = range(11, 15)
"""Exit codes that tell the worst finding."""


def asked(one: Case) -> Claim | None:
    """Return the claim of a case that zizmor is asked; none where the case is about something else."""
    if one.area not in _AREAS or not one.organizations[0].workflows:
        return None
    about = (claim for claim in one.claims if claim.subject == ANYONE and claim.target.startswith("secret:"))
    claim = next(about, None)
    return None if claim is None or claim.expect == "conditional" else claim


def ask_zizmor(cases: Sequence[Case], scratch: Path) -> Iterator[Line]:
    """Ask it every claim that it is asked.

    Raises
    ------
    NotRun
        It could not be installed, or failed.
    """
    program = environment(ZIZMOR).parent / ("zizmor.exe" if os.name == "nt" else "zizmor")
    for place, one in enumerate(cases):
        claim = asked(one)
        if claim is None:
            continue
        folder = scratch / str(place)
        _write(folder, one)
        done = subprocess.run(
            [str(program), "--offline", "--format", "json", str(folder)],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        if done.returncode and done.returncode not in _SEVERITY:
            raise NotRun(f"failed on {one.name}: {(done.stderr.strip().splitlines() or ['no message'])[-1][:200]}")
        found = {each["ident"] for each in json.loads(done.stdout)}
        verdict: Verdict = "yes" if found.intersection(_FINDINGS) else "no"
        yield Line(one.name, claim.subject, claim.target, claim.expect, verdict)


def _write(folder: Path, one: Case) -> None:
    """Write the workflow files of the repository that a claim is about, as a checkout has them."""
    for (repo, file), text in one.organizations[0].workflows.items():
        if repo == "app":
            path = folder / ".github" / "workflows" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
