"""What the name of a permission says: its class of impact, and whether it opens mail, files or all that the user may.

Input: an API and a name. Output: class and whether anything is known; yes, no or unknown for data.
Handled: APIs of Microsoft's by the product's tiering; data of Exchange Online and SharePoint Online by their names.
Not handled: what other APIs mean by their names: no class, and not known.
Errs towards: unknown where an API was not collected, so that its app id is not told.
"""

from __future__ import annotations

from analytics.privilege.answers import Answer
from collectors.entra.records import EntraServicePrincipal
from graph.catalog.entra import entra_catalog
from graph.evaluate.entra.credentials import is_first_party
from graph.evaluate.entra.holdings import MICROSOFT_GRAPH
from graph.evaluate.entra.rights import impact_of_permission, is_unclassified

__all__ = ["OFFLINE", "holds_data", "rated"]

OFFLINE = "offline_access"
_BASIC = frozenset({"openid", "profile", "email", OFFLINE})
_OFFICE = frozenset({MICROSOFT_GRAPH, "00000002-0000-0ff1-ce00-000000000000", "00000003-0000-0ff1-ce00-000000000000"})
"""App ids of Microsoft Graph, Exchange Online and SharePoint Online:
https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in (read 2026-11)."""
_DATA = ("mail.", "files.", "sites.", "allsites.", "myfiles.")
_NO_DATA = ("mail.readbasic", ".selected", ".appfolder")
"""Headers alone; what is named later, one by one; the application's own folder."""
_AS_USER = frozenset(
    {
        "user_impersonation",
        "directory.accessasuser.all",
        "ews.accessasuser.all",
        "eas.accessasuser.all",
        "imap.accessasuser.all",
        "pop.accessasuser.all",
    }
)
"""Scopes that do whatever the user may with an API. Own APIs call theirs ``user_impersonation`` as well, where it says
nothing, so an API of Microsoft's is asked for: https://learn.microsoft.com/graph/permissions-reference and
https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
(read 2026-11)."""


def rated(api: EntraServicePrincipal | None, name: str) -> tuple[str, bool]:
    """Return the class of impact of a permission, and whether anything is known of it.

    Parameters
    ----------
    api
        The API's service principal; ``None`` where it was not collected: then a name that the tiering has is taken
        to be Microsoft Graph's, and not to be known for sure.
    """
    if api is None:
        return impact_of_permission(name), False
    key = "" if api.app_id == MICROSOFT_GRAPH else api.app_id
    row = entra_catalog().permission(name, key)
    if row is not None:
        return row.impact, not row.reach_unknown
    return "", name.lower() in _BASIC or (not key and not is_unclassified(name))


def holds_data(api: EntraServicePrincipal | None, name: str) -> Answer:
    """Return whether a delegated permission opens mail, files, or whatever the user may."""
    plain = name.lower()
    if plain not in _AS_USER and not plain.startswith(_DATA):
        return Answer.NO
    if plain.startswith(_DATA) and any(part in plain for part in _NO_DATA):
        return Answer.NO
    if api is None:
        return Answer.UNKNOWN
    if api.app_id in _OFFICE or (plain in _AS_USER and is_first_party(api)):
        return Answer.YES
    return Answer.NO
