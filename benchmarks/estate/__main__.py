"""Command of the generator: ``python -m benchmarks.estate --identities 3000 --seed 1 FOLDER``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.estate.generate import write_estate


def main(arguments: Sequence[str] | None = None) -> int:
    """Write an estate and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.estate", description="a generated AWS organization")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--identities", type=int, default=300, help="users, roles and root users (300 to 1,000,000)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    written = write_estate(options.folder, options.identities, options.seed)
    sys.stdout.write(
        f"{written.evidence}: {written.identities:,} identities in {written.accounts} accounts; "
        f"{written.truth}: {written.planted} planted, {written.decoys} decoys\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
