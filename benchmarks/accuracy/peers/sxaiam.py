"""Ask sxaiam whether an escalation path leads from the principal to its administrator node.

Input: a JSON file: list of ``name``, ``folder``, ``who``. Output: one JSON line a case.
Not handled: its comparison with Security Hub.

Runs in the tool's own environment and imports nothing of the project but ``replay``, which is beside it.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from replay import replay  # type: ignore[import-not-found]

# This file has the name of the package, and its folder comes first on the path.
sys.path = [each for each in sys.path if Path(each or ".").resolve() != Path(__file__).resolve().parent]


def _ask(case: dict[str, Any]) -> str:
    import boto3
    from sxaiam.graph.builder import AttackGraph  # type: ignore[import-not-found]
    from sxaiam.graph.pathfinder import PathFinder  # type: ignore[import-not-found]
    from sxaiam.ingestion.client import IngestionClient  # type: ignore[import-not-found]
    from sxaiam.resolver.engine import PolicyResolver  # type: ignore[import-not-found]

    with replay(Path(case["folder"])):
        snapshot = IngestionClient(boto3.Session()).collect()
    resolved = PolicyResolver(snapshot).resolve_all()
    made = AttackGraph().build(snapshot, list(resolved.values()))
    principals = {each.arn: each for each in (*snapshot.users, *snapshot.roles)}
    admin = principals[case["who"]].is_admin
    return "yes" if admin or PathFinder(made).find_paths_from(case["who"]) else "no"


def main() -> None:
    """Answer every case of the file that the first argument names."""
    logging.disable(logging.CRITICAL)
    os.environ.update(AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY="not-a-secret")
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    for case in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        try:
            line = {"case": case["name"], "verdict": _ask(case)}
        except Exception as wrong:
            line = {"case": case["name"], "verdict": "error", "note": f"{type(wrong).__name__}: {wrong}"}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
