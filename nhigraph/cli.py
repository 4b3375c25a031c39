"""The command `nhi`: one application, exit codes, and errors as one line.

Input: the command line. Output: exit codes 0 done, 1 findings at or above --fail-on, 2 wrong use, configuration or input,
3 collection incomplete, 4 nothing could be read.
Not handled: what commands do; see ``nhigraph.commands``.
"""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from analytics.errors import AnalyticsError
from collectors.errors import CollectorError, NothingReadError
from graph.errors import GraphError
from nhigraph import __version__
from nhigraph.commands import evidence, findings, questions, service
from nhigraph.output.console import warn

__all__ = ["app", "main"]

WRONG = 2
NOTHING_READ = 4

app = typer.Typer(
    name="nhi",
    help="Inventory of non-human identities and identity-graph risk analyzer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _group in (evidence, questions, findings, service):
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
    """Run the command; errors that are raised on purpose become one line and an exit code."""
    try:
        app()
    except NothingReadError as error:
        _end(str(error), NOTHING_READ)
    except (CollectorError, GraphError, AnalyticsError) as error:
        _end(str(error), WRONG)
    except KeyboardInterrupt:
        _end("interrupted", 130)
    except BrokenPipeError:
        # The reader of a pipe went away (`nhi … | head`); nothing is left to say to it.
        sys.stderr.close()
        raise SystemExit(0) from None


def _end(text: str, code: int) -> None:
    warn(" ".join(text.split()))
    raise SystemExit(code)
