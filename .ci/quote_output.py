"""Keep the command output that the documentation quotes equal to what the command prints.

Input: README.md and docs/**/*.md, in which a quotation stands as

    <!-- output of: nhi --help -->
    ```text
    ...
    ```

Output: the same files with each quotation renewed; with ``--check`` nothing is written and stale ones are
named, exit 1.
Not handled: commands other than ``nhi … --help``; output that depends on data or time has no place in a quotation.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 100
QUOTATION = re.compile(
    r"(?P<head><!-- output of: (?P<command>nhi[^\n]*?) -->\n```text\n)(?P<body>.*?)(?P<tail>^```$)",
    re.DOTALL | re.MULTILINE,
)


def command_output(command: str) -> str:
    """Run one help command of the product at a fixed width, without colour.

    Parameters
    ----------
    command
        ``nhi [COMMAND …] --help``.

    Returns
    -------
    str
        Standard output, no trailing blanks, one final newline.

    Raises
    ------
    ValueError
        The command is not a help command.
    subprocess.CalledProcessError
        The command failed.
    """
    program, *arguments = command.split()
    if program != "nhi" or arguments[-1:] != ["--help"]:
        raise ValueError(f"only `nhi … --help` may be quoted, not `{command}`")
    environment = os.environ | {
        "COLUMNS": str(WIDTH),
        "TERMINAL_WIDTH": str(WIDTH),
        "NO_COLOR": "1",
        "TERM": "dumb",
        "PYTHONIOENCODING": "utf-8",
    }
    # CI systems ask for colour through these, and they win over NO_COLOR.
    for forcing in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "CLICOLOR_FORCE"):
        environment.pop(forcing, None)
    start = "import sys; from nhigraph.cli import main; sys.argv[0] = 'nhi'; sys.exit(main())"
    result = subprocess.run(
        [sys.executable, "-c", start, *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return "\n".join(line.rstrip() for line in result.stdout.strip("\n").splitlines()) + "\n"


def renew(text: str) -> str:
    """Return a document with each of its quotations renewed."""
    return QUOTATION.sub(lambda match: match["head"] + command_output(match["command"]) + match["tail"], text)


def documents() -> list[Path]:
    """List the documents that may quote, in a stable order."""
    return [path for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))] if path.is_file()]


def main() -> int:
    """Renew or check every document; return the exit code."""
    checking = "--check" in sys.argv[1:]
    stale = 0
    for path in documents():
        text = path.read_text(encoding="utf-8")
        renewed = renew(text)
        if renewed == text:
            continue
        stale += 1
        name = path.relative_to(ROOT)
        if checking:
            print(f"{name}: quoted output is stale; run `make docs`", file=sys.stderr)
        else:
            path.write_text(renewed, encoding="utf-8")
            print(f"{name}: renewed")
    return 1 if checking and stale else 0


if __name__ == "__main__":
    sys.exit(main())
