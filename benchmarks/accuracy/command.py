"""Call a command of this product within the process, as a shell would.

Input: its arguments. Output: what it printed on standard output. Not handled: standard input.
"""

from __future__ import annotations

import contextlib
import io

__all__ = ["CommandFailed", "command"]


class CommandFailed(RuntimeError):
    """A command ended with another exit code than 0."""


def command(*arguments: str) -> str:
    """Run ``nhi`` with these arguments and return what it printed.

    Raises
    ------
    CommandFailed
        It ended with another code than 0.
    """
    from nhigraph.cli import app

    said, logged = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(logged):
        try:
            code = app(list(arguments), standalone_mode=False)
        except SystemExit as stopped:
            code = stopped.code
    if code:
        raise CommandFailed(f"nhi {arguments[0]} ended with {code}: {logged.getvalue().strip()[-300:]}")
    return said.getvalue()
