"""Run every benchmark one after the other: ``python -m benchmarks [--quick]``."""

from __future__ import annotations

import sys

from benchmarks import build_aws, collect_aws, compare, engine, evaluator_aws, questions


def main() -> int:
    """Run all; ``--quick`` takes small sizes and leaves peers that need an environment of their own out."""
    quick = "--quick" in sys.argv[1:]
    sys.stdout.write("## Engine\n\n")
    engine.main(["--quick"] if quick else [])
    sys.stdout.write("\n## Two snapshots compared\n\n")
    sys.stdout.flush()
    compare.main(["--quick"] if quick else [])
    sys.stdout.write("\n## AWS evaluator\n\n")
    sys.stdout.flush()
    evaluator_aws.main(["--principals", "200", "--resources", "500", "--no-peer"] if quick else [])
    sys.stdout.write("\n## AWS build\n\n")
    build_aws.main(["--quick"] if quick else [])
    sys.stdout.write("\n## AWS collection\n\n")
    collect_aws.main(["--users", "100", "--keys", "10", "--roles", "100"] if quick else [])
    sys.stdout.write("\n## Questions from the shell\n\n")
    sys.stdout.flush()
    questions.main(["--runs", "1"] if quick else [])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
