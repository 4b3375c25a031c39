"""Ask nhinsight (MIT) whether the principal is privileged, or an attack path leads from it to one that is.

Input: a JSON file: list of ``name``, ``folder``, ``who``. Output: one JSON line a case.
Not handled: its other findings; other clouds.

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
    from nhinsight.analyzers.attack_paths import analyze_attack_paths  # type: ignore[import-not-found]
    from nhinsight.analyzers.classification import classify_identities  # type: ignore[import-not-found]
    from nhinsight.analyzers.graph import build_graph  # type: ignore[import-not-found]
    from nhinsight.analyzers.risk import analyze_risk  # type: ignore[import-not-found]
    from nhinsight.core.config import NHInsightConfig  # type: ignore[import-not-found]
    from nhinsight.providers.aws import AWSProvider  # type: ignore[import-not-found]

    config = NHInsightConfig()
    with replay(Path(case["folder"])):
        found = AWSProvider(config).discover()
    found = classify_identities(found) or found
    analyze_risk(found, config)
    own = {each.id for each in found if each.arn == case["who"]}
    privileged = {node.id for node in build_graph(found).privileged_nodes()}
    starts = {path.entry_point.node_id for path in analyze_attack_paths(found).paths if path.entry_point}
    return "yes" if own & (privileged | starts) else "no"


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
