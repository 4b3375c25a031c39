"""Evidence that the builder of worlds does not write, put beside what it wrote, in the vendor's own form.

Input: a folder, an operation, its answer. Output: a file; ``Call`` lines for operations that are asked an object each.
Not handled: whether the answer makes sense; tests write what they need.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.analytics.rules.building import ACCOUNT
from tests.worlds.aws import World
from tests.worlds.names import REGION

__all__ = ["Files", "asked", "with_files", "write_files"]

Files = Mapping[str, Any]
"""Answer by operation; a list is one call a line. ``/`` before the name: an operation that is asked once an account."""


def asked(request: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, Any]:
    """Return one call of an operation that is asked for each object."""
    return {"request": dict(request), "response": dict(response)}


def write_files(folder: Path, files: Files, account: str = ACCOUNT) -> Path:
    """Write answers into evidence; a file of the same operation is replaced."""
    for name, body in files.items():
        place = folder / "aws" / account / ("" if name.startswith("/") else REGION)
        place.mkdir(parents=True, exist_ok=True)
        stem = name.removeprefix("/")
        if isinstance(body, list):
            (place / f"{stem}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in body), encoding="utf-8")
        else:
            (place / f"{stem}.json").write_text(json.dumps(body), encoding="utf-8")
    return folder


def with_files(made: World, files: Files) -> Callable[[Path], Path]:
    """Return a builder of a world's evidence with further files in it."""
    return lambda folder: write_files(made.build(folder), files)
