"""Run every benchmark one after the other: ``python -m benchmarks [--quick]``."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import (
    build_aws,
    build_microsoft,
    collect_aws,
    collect_azure,
    collect_entra,
    collect_github,
    compare,
    cuts,
    engine,
    estate_score,
    evaluator_aws,
    everyone,
    questions,
    rules_github,
)

_QUICK = ["--quick"]
_PARTS: tuple[tuple[str, Callable[[list[str]], int], list[str], list[str]], ...] = (
    ("Engine", engine.main, [], _QUICK),
    ("Everyone's reach", everyone.main, [], _QUICK),
    ("Exact cuts", cuts.main, [], _QUICK),
    ("Two snapshots compared", compare.main, [], _QUICK),
    ("Generated estates", estate_score.main, ["--identities", "300", "3000"], _QUICK),
    ("AWS evaluator", evaluator_aws.main, [], ["--principals", "200", "--resources", "500", "--no-peer"]),
    ("AWS build", build_aws.main, [], _QUICK),
    ("Entra and Azure build", build_microsoft.main, [], _QUICK),
    ("GitHub build and rules", rules_github.main, [], _QUICK),
    ("AWS collection", collect_aws.main, [], ["--users", "100", "--keys", "10", "--roles", "100"]),
    (
        "Azure collection",
        collect_azure.main,
        [],
        ["--subscriptions", "2", "--resources", "200", "--assignments", "200"],
    ),
    ("Entra collection", collect_entra.main, [], ["--principals", "200"]),
    ("GitHub collection", collect_github.main, [], ["--repositories", "60"]),
    ("Questions from the shell", questions.main, [], ["--runs", "1"]),
)
"""Title, what runs, and its arguments: whole and quick."""


def main() -> int:
    """Run all; ``--quick`` takes small sizes and leaves peers that need an environment of their own out."""
    quick = "--quick" in sys.argv[1:]
    for title, run, whole, small in _PARTS:
        sys.stdout.write(f"\n## {title}\n\n")
        sys.stdout.flush()
        if status := run(small if quick else whole):
            return status
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
