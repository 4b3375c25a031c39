"""Options that many commands share, declared once.

Input: none. Output: annotated types for typer. Not handled: options of one command.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analytics.errors import AnalyticsError
from analytics.json_file import read_json_object
from nhigraph.output.write import Format

if TYPE_CHECKING:
    from graph.kinds import State

__all__ = [
    "ClaimsOption",
    "ContextOption",
    "DepthOption",
    "FormatOption",
    "LimitOption",
    "OrganizationOption",
    "SessionPolicyOption",
    "SnapshotOption",
    "StateOption",
    "SubscriptionOption",
    "TenantOption",
    "WorkspaceOption",
    "asked_state",
    "read_claims",
    "stated_context",
]

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", envvar="NHI_WORKSPACE", help="Workspace folder; default `.nhi`.", show_default=False),
]
SnapshotOption = Annotated[
    str | None, typer.Option("--snapshot", help="Snapshot id or path; default: the newest.", show_default=False)
]
FormatOption = Annotated[Format, typer.Option("--format", help="Form of the answer.")]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Cut long lists after so many rows.", show_default=False)
]
TenantOption = Annotated[
    str,
    typer.Option(
        help="Entra, Azure: id of the tenant that must answer; default: the credentials'.", show_default=False
    ),
]
SubscriptionOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Azure: id of a subscription, may be repeated; default: every one that can be seen.",
        show_default=False,
    ),
]
OrganizationOption = Annotated[
    str,
    typer.Option(
        help="GitHub: login of the organization; default: the only one that the credentials are of.",
        show_default=False,
    ),
]
DepthOption = Annotated[
    str,
    typer.Option(
        help="GitHub: essential, usual or full: how much is asked of each repository by a call of its own; "
        "default: usual.",
        show_default=False,
    ),
]
ContextOption = Annotated[
    list[str] | None,
    typer.Option(
        "--context",
        help="KEY=VALUE that the holder presents, e.g. `sts:ExternalId=x1`; may be repeated.",
        show_default=False,
    ),
]
ClaimsOption = Annotated[
    Path | None,
    typer.Option("--claims", help="JSON file with exactly the claims of a token.", show_default=False),
]
SessionPolicyOption = Annotated[
    Path | None,
    typer.Option("--session-policy", help="JSON file with the policy of a role's session.", show_default=False),
]
StateOption = Annotated[
    str | None,
    typer.Option(
        "--state", help="Only what is at least so sure: verified, conditional, unverified.", show_default=False
    ),
]


def asked_state(word: str | None) -> State:
    """Return the least state that an answer is about; nothing named means any.

    Raises
    ------
    typer.BadParameter
        The word is no state.
    """
    from graph.kinds import State

    words = {state.word: state for state in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED)}
    if word is not None and word not in words:
        raise typer.BadParameter(f"`{word}` is none of {', '.join(words)}", param_hint="--state")
    return words[word] if word else State.UNVERIFIED


def stated_context(pairs: list[str] | None) -> dict[str, tuple[str, ...]]:
    """Return stated condition keys; a key given twice has several values.

    Raises
    ------
    typer.BadParameter
        A pair without ``=``.
    """
    stated: dict[str, tuple[str, ...]] = {}
    for pair in pairs or []:
        key, mark, value = pair.partition("=")
        if not mark or not key:
            raise typer.BadParameter(f"`{pair}` is not KEY=VALUE", param_hint="--context")
        stated[key.lower()] = (*stated.get(key.lower(), ()), value)
    return stated


def read_claims(file: Path | None) -> dict[str, str | tuple[str, ...]] | None:
    """Return the claims of a token; numbers and truth values as JSON writes them.

    Raises
    ------
    typer.BadParameter
        The file cannot be read or holds no JSON object.
    """
    if file is None:
        return None
    try:
        body = read_json_object(file, "must be a JSON object of claims")
    except AnalyticsError as error:
        raise _bad_claims(str(error)) from error
    return {
        key: tuple(_claim(item) for item in value) if isinstance(value, list) else _claim(value)
        for key, value in body.items()
    }


def _claim(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _bad_claims(text: str) -> typer.BadParameter:
    return typer.BadParameter(text, param_hint="--claims")
