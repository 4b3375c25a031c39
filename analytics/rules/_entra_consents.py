"""Delegated consents by which an application may go on reading mail or files when nobody signs in any more.

Input: a service principal and its rows of consents. Output: scopes, and whether the consent keeps working.
Handled: mail, files and sites of Microsoft Graph and of the older mail protocols; ``offline_access`` in another row.
Not handled: applications of one's own tenant, whose publisher one is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.evaluate.entra.rights import impact_of_permission
from graph.model import Node

__all__ = ["far_reaching", "keeps_mail_or_files", "mail_or_files"]

_OFFLINE = "offline_access"
_BEGINS = ("mail.", "files.", "sites.")
_WHOLE = frozenset({"ews.accessasuser.all", "imap.accessasuser.all", "pop.accessasuser.all", "full_access_as_user"})
_HARMLESS = (".readbasic", ".selected", ".appfolder", ".send")
"""Names of mail without bodies, of single chosen files, of an application's own folder; sending reads nothing."""


def far_reaching(row: Mapping[str, Any]) -> list[str]:
    """Return the scopes of a consent that the tiering gives a class."""
    return [scope for scope in row["scopes"] if row["microsoft_graph"] and impact_of_permission(scope)]


def mail_or_files(scopes: Sequence[str]) -> list[str]:
    """Return the scopes with which contents of mail, files or sites are read."""
    return [
        scope
        for scope in scopes
        if scope.lower() in _WHOLE
        or (scope.lower().startswith(_BEGINS) and not any(part in scope.lower() for part in _HARMLESS))
    ]


def keeps_mail_or_files(
    node: Node, row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], *, only: Sequence[str] = ()
) -> bool:
    """Return whether another tenant's application reads mail or files by a row and needs no user to go on.

    Parameters
    ----------
    only
        Ask whether these scopes are all of that kind.
    """
    if not node.attributes.get("foreign") or node.attributes.get("active") is False:
        return False
    reading = mail_or_files(row["scopes"])
    if not reading or any(scope not in reading for scope in only):
        return False
    return any(_offline(each) and (each is row or each["everyone"]) for each in rows)


def _offline(row: Mapping[str, Any]) -> bool:
    return any(scope.lower() == _OFFLINE for scope in row["scopes"])
