"""Addresses of calls: path, selection, page size, filter, expansion, as Graph wants them spelled.

Input: ``GraphCall``, the id of an object. Output: paths with queries, and what is kept of an answer.
Not handled: sending them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from collectors.entra.graph_calls import Expansion, GraphCall

__all__ = ["expansion_query", "headers_of", "kept", "query", "version"]

_SAFE = "$(),'/:=;"
"""Left as they are: OData gives them meaning, and Graph's own next links hold them plain."""


def version(beta: bool) -> str:
    """Return the version's part of an address."""
    return "beta" if beta else "v1.0"


def query(call: GraphCall, identity: str = "", *, page: int | None = None, expand: bool = True) -> str:
    """Return the path of a call below the version, with its query.

    Parameters
    ----------
    identity
        The object it is about.
    page
        Another page size than the call's own.
    expand
        False leaves the call's expansion out.
    """
    size = call.page if page is None else page
    options = {
        "$select": "" if call.cut_here else ",".join(call.fields),
        "$top": str(size) if size else "",
        "$count": "true" if call.eventual else "",
        "$filter": call.filter.replace("{id}", identity),
        "$expand": call.expand if expand else "",
    }
    return call.path.replace("{id}", quote(identity, safe="")) + _joined(options)


def expansion_query(expansion: Expansion, page: int | None = None) -> str:
    """Return the path of a list that tells a relationship of every object."""
    nested = f"($select={','.join(expansion.select)})" if expansion.select else ""
    return expansion.path + _joined(
        {
            "$select": "id",
            "$top": str(expansion.page if page is None else page),
            "$expand": f"{expansion.relation}{nested}",
        }
    )


def headers_of(call: GraphCall) -> dict[str, str]:
    """Return the headers of a call; every page needs them anew."""
    return {"ConsistencyLevel": "eventual"} if call.eventual else {}


def kept(call: GraphCall, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with the fields of the call alone, and what OData says of its type.

    What Graph adds unasked (identifiers of the answer, nulls of everything else) is left out.
    """
    names = {*call.fields, "@odata.type"}
    if call.expand:
        names.add(call.expand.partition("(")[0])
    return {name: value for name, value in item.items() if name in names}


def _joined(options: Mapping[str, str]) -> str:
    given = "&".join(f"{name}={quote(value, safe=_SAFE)}" for name, value in options.items() if value)
    return f"?{given}" if given else ""
