"""Run Cartography's permission evaluator on an estate, in its own environment.

Input: a JSON file with ``principals`` (ARN to policy id to statements), ``resources`` (ARNs) and ``permission``.
Output: JSON on standard output: version, CPU seconds and the allowed pairs by place.
Not handled: Neo4j; only the pure functions of ``cartography.intel.aws.permission_relationships`` are called.

This file runs outside the project's environment and must import nothing of it.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path


def main() -> None:
    """Evaluate the estate that the first argument names."""
    from cartography.intel.aws.permission_relationships import (  # type: ignore[import-not-found]
        calculate_permission_relationships,
        compile_statement,
    )

    estate = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    started = time.process_time()
    principals = {
        arn: {name: compile_statement(statements) for name, statements in policies.items()}
        for arn, policies in estate["principals"].items()
    }
    found = calculate_permission_relationships(principals, estate["resources"], [estate["permission"]])
    seconds = time.process_time() - started
    who = {arn: place for place, arn in enumerate(estate["principals"])}
    what = {arn: place for place, arn in enumerate(estate["resources"])}
    pairs = [[who[item["principal_arn"]], what[item["resource_arn"]]] for item in found]
    print(json.dumps({"version": version("cartography"), "cpu_seconds": seconds, "pairs": pairs}))


if __name__ == "__main__":
    main()
