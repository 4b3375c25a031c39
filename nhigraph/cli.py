"""The command `nhi`: one application, exit codes, and errors as one line.

Input: the command line. Output: exit codes 0 done, 1 findings at or above --fail-on, 2 wrong use, configuration or
input, 3 collection incomplete, 4 nothing could be read.
Not handled: what commands do; see ``nhigraph.commands``.
"""

from __future__ import annotations

import logging
import os
import sys
from io import TextIOWrapper
from typing import Annotated, NoReturn

import typer

from analytics.errors import AnalyticsError
from collectors.errors import CollectorError, NothingReadError
from graph.errors import GraphError
from nhigraph import __version__
from nhigraph.commands import (
    apps,
    chains,
    cut,
    decisions,
    diff,
    evidence,
    findings,
    jewels,
    leak,
    path,
    pools,
    privilege,
    questions,
    score,
    service,
    terraform,
    what_if,
)
from nhigraph.output.console import warn

__all__ = ["app", "main"]

WRONG = 2
NOTHING_READ = 4
INTERRUPTED = 130

app = typer.Typer(
    name="nhi",
    help="Inventory of non-human identities and identity-graph risk analyzer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _group in (
    evidence,
    questions,
    path,
    decisions,
    leak,
    jewels,
    pools,
    chains,
    cut,
    what_if,
    diff,
    privilege,
    apps,
    score,
    findings,
    terraform,
    service,
):
    _group.register(app)


def _version(show: bool) -> None:
    if show:
        sys.stdout.write(f"nhi {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log to standard error.")] = False,
) -> None:
    """Inventory of non-human identities and identity-graph risk analyzer."""
    del version
    logging.basicConfig(
        level=logging.INFO if verbose else logging.ERROR, stream=sys.stderr, format="%(name)s: %(message)s"
    )


def main() -> None:
    """Run the command; errors that are raised on purpose, or by the system, become one line and an exit code."""
    output = sys.stdout
    for stream in (output, sys.stderr):
        # Names of the evidence may hold what the terminal's encoding cannot; in JSON the replacement is an escape.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            app()
        except SystemExit:
            # Typer answers a broken pipe with another sys.stdout and exit code 1, which means findings here.
            if sys.stdout is not output:
                raise BrokenPipeError from None
            output.flush()
            raise
    except NothingReadError as error:
        _end(str(error), NOTHING_READ)
    except (CollectorError, GraphError, AnalyticsError) as error:
        _end(str(error), WRONG)
    except BrokenPipeError:
        # The reader of a pipe went away (`nhi … | head`): nothing is left to say to it, and the interpreter must not
        # try again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
        raise SystemExit(0) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _end(f"{where}{error.strerror or error}", WRONG)
    except KeyboardInterrupt:
        _end("interrupted", INTERRUPTED)


def _end(text: str, code: int) -> NoReturn:
    warn(" ".join(text.split()))
    raise SystemExit(code)
