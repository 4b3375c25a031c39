"""What a question from the shell does not import; its time is a benchmark (``benchmarks/questions.py``)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.nhigraph.running import Command
from tests.repository import ROOT

SUMMARISER = "arn:aws:iam::444455556666:role/service/ai-summariser"
HEAVY = ("azure", "boto3", "botocore", "duckdb", "msgraph", "networkx", "numba", "pandas", "scipy", "streamlit")


@pytest.mark.parametrize(
    "arguments",
    [
        ["blast-radius", SUMMARISER],
        ["path", SUMMARISER, "admin:444455556666"],
        ["explain", SUMMARISER, "s3:GetObject", "arn:aws:s3:::x"],
        ["inventory"],
        ["leak", "AKIATHPRDSKWOABHLRME"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_questions_do_not_import_what_they_do_not_need(sample: Command, arguments: list[str]) -> None:
    if arguments == ["inventory"]:
        sample(*arguments)  # the first look keeps the analysis that the next ones read
    program = (
        "import sys; from nhigraph.cli import main\n"
        "try:\n    main()\n"
        f"finally:\n    sys.stderr.write('loaded: ' + ' '.join(m for m in {HEAVY!r} if m in sys.modules) + '\\n')"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *arguments, "--workspace", sample.workspace],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert result.stderr.splitlines()[-1] == "loaded: "


def test_help_is_quick_to_import() -> None:
    program = (
        "import sys, nhigraph.cli; print(' '.join(m for m in ('numpy', 'pyarrow', 'rich.table') if m in sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert not result.stdout.split()
