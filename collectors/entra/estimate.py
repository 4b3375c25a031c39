"""How many requests a collection of a tenant would make, before it is made.

Input: settings. Output: rows of ``CallEstimate``, from how many objects Graph counts.
Handled: lists and expansions by their largest page, calls of which 20 share a request.
Not handled: how many objects are related to more than an expansion shows: a row then says ``at least``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from pathlib import Path

from collectors.entra.collect import who_am_i
from collectors.entra.graph_calls import CALLS
from collectors.entra.operations import OPERATIONS
from collectors.entra.sdk import GraphSession, open_session
from collectors.entra.session import EntraCollectSettings
from collectors.entra.transport import BATCH_LIMIT
from collectors.results import CallEstimate, Estimate

__all__ = ["estimate_calls"]

_COUNTED = ("servicePrincipals", "applications", "groups", "users")
_PIM = "identityGovernance.privilegedAccess.group."


def estimate_calls(settings: EntraCollectSettings, earlier: Path | None = None) -> Estimate:
    """Return the requests that ``collect_entra`` would make for the same settings.

    Parameters
    ----------
    settings
        As for the collection.
    earlier
        Not needed: Graph counts.

    Raises
    ------
    CredentialsUnusableError
        Nobody answers.

    Notes
    -----
    Makes five requests: which tenant, and how many service principals, applications, groups and users there are.
    """

    async def ask() -> Estimate:
        """Count in one session."""
        async with aclosing(open_session(settings)) as session:
            identity = await who_am_i(session, settings)
            counted = {name: await _count(session, settings, name) for name in _COUNTED}
            return Estimate(identity.account, tuple(_rows(settings, counted)))

    return asyncio.run(ask())


async def _count(session: GraphSession, settings: EntraCollectSettings, name: str) -> int | None:
    """Return how many objects there are; ``None`` where Graph does not say."""
    reply = await session.send(
        "GET", f"{settings.root}/v1.0/{name}/$count", {"ConsistencyLevel": "eventual", "Accept": "text/plain"}
    )
    text = reply.content.decode("utf-8", errors="replace").strip().removeprefix("\ufeff")
    return int(text) if reply.status == 200 and text.isdigit() else None


def _rows(settings: EntraCollectSettings, counted: Mapping[str, int | None]) -> Iterator[CallEstimate]:
    for operation in OPERATIONS.values():
        name = operation.name
        left_out = name.partition(".")[0] in settings.without or (
            operation.opt_in and not settings.service_last_accessed
        )
        if not left_out and name != "servicePrincipals.appRoleAssignments":
            calls, bound = _calls(name, counted)
            yield CallEstimate(name, operation.level, calls, bound)


def _calls(name: str, counted: Mapping[str, int | None]) -> tuple[int, str]:
    call = CALLS[name]
    if call.single:
        return 1, "exactly"
    if name.startswith(_PIM) and counted["groups"] is not None:
        return -(-counted["groups"] // BATCH_LIMIT), "at most"
    path, page = (call.expansion.path, call.expansion.page) if call.expansion else (call.path, call.page)
    number = counted.get(path.strip("/"))
    if number is None:
        return int(not OPERATIONS[name].per_object or call.expansion is not None), "at least"
    return max(1, -(-number // page)), "at least" if call.expansion else "exactly"
