"""Make each tool's own environment, and run its script there.

Input: a ``Peer``, cases with their evidence folders. Output: answers, or the reason why there are none.
Not handled: anything within the project's environment; nothing is installed there.
Environments are kept in the user's cache folder, outside the repository.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy.answers import Answer
from benchmarks.accuracy.case import Case
from benchmarks.accuracy.peers.registry import Peer

__all__ = ["NotRun", "ask_peer", "environment"]

_MINUTES = 20


class NotRun(Exception):
    """A tool could not be installed or run; the message is the reason."""


def _uv() -> str | None:
    return os.environ.get("UV") or shutil.which("uv")


def environment(package: str) -> Path:
    """Return the interpreter of the environment of a distribution with its version, made on first use.

    Raises
    ------
    NotRun
        When it cannot be installed.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "nhigraph" / "benchmarks" / package.replace("==", "-")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    marker = folder / "complete"
    if marker.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    uv = _uv()
    if uv:
        steps = [
            [uv, "venv", "-q", "--python", sys.executable, str(folder)],
            [uv, "pip", "install", "-q", "--python", str(python), package],
        ]
    else:
        steps = [
            [sys.executable, "-m", "venv", str(folder)],
            [str(python), "-m", "pip", "install", "-q", package],
        ]
    folder.parent.mkdir(parents=True, exist_ok=True)
    for step in steps:
        done = subprocess.run(step, check=False, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise NotRun(f"could not be installed: {last[:200]}")
    marker.touch()
    return python


def _scps(one: Case) -> list[list[Mapping[str, Any]]] | None:
    """Return the SCPs by level, root first, as an organization's tree gives them."""
    account = one.accounts[0]
    if not account.organization:
        return None
    full = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    own: list[Mapping[str, Any]] = [*account.scps] if account.scp_replaces else [full, *account.scps]
    return [[full], own]


def ask_peer(peer: Peer, cases: Sequence[Case], folders: Mapping[str, Path], scratch: Path) -> dict[str, Answer]:
    """Ask a tool the cases.

    Parameters
    ----------
    peer
        The tool.
    cases
        What it is asked.
    folders
        Evidence folder by case name.
    scratch
        Folder for the list of cases; also the tool's home, so that it neither finds nor leaves anything.

    Raises
    ------
    NotRun
        When the tool cannot be installed, or ends without an answer.
    """
    python = environment(peer.package)
    listed = [
        {
            "name": one.name,
            "folder": str(folders[one.name] / "aws"),
            "who": one.who,
            "target": one.target,
            "scps": _scps(one),
        }
        for one in cases
    ]
    path = scratch / "cases.json"
    path.write_text(json.dumps(listed), encoding="utf-8")
    script = Path(__file__).parent / "peers" / peer.script
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    clean |= {"HOME": str(scratch), "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(
        [str(python), str(script), str(path), *peer.options],
        check=False,
        capture_output=True,
        text=True,
        env=clean,
        timeout=_MINUTES * 60,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise NotRun(f"gave no answer: {(done.stderr.strip().splitlines() or ['no message'])[-1][:200]}")
    return {each["case"]: Answer(each["case"], each["verdict"], note=each.get("note", "")) for each in lines}
