"""For which audiences a tenant of Entra gives tokens to applications, and to whom.

Input: records of one tenant. Output: ``TenantAudiences``.
Handled: identifier URIs and app ids of applications registered there; service principal names of others; the version of
tokens that an application asks for; resources that give tokens to who is assigned alone.
Not handled: conditional access for workloads, which can refuse a token (told on the service principal).

An application gets a token as itself for any resource that has a service principal in the tenant:
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collectors.entra.records import EntraTenantRecords
from collectors.interface import Presence
from graph.evaluate.aws.globs import glob_matches

__all__ = ["TenantAudiences"]


@dataclass(frozen=True, slots=True)
class _Resource:
    names: tuple[str, ...]
    """URIs and the app id."""
    app_id: str
    version: int
    """0: not told."""
    assigned: frozenset[str] | None
    """Who gets tokens; ``None``: everybody."""
    by_group: bool
    """Whether members of an assigned group get them as well."""
    sure: bool
    """Whether its names and its service principal were looked at."""


class TenantAudiences:
    """What tokens of a tenant can be for; a tenant that was not collected knows nothing."""

    def __init__(self, records: EntraTenantRecords | None) -> None:
        self._known = False
        self._resources: tuple[_Resource, ...] = ()
        if records is not None:
            self._resources = tuple(_resources(records))
            self._known = all(_looked(records, name) for name in ("applications", "servicePrincipals"))
            self._known = self._known and all(each.identifier_uris_known for each in records.applications)
            own = {each.app_id for each in records.applications}
            self._known = self._known and all(
                each.names_known for each in records.service_principals if _offers(each.kind) and each.app_id not in own
            )

    def depends(self, accepted: Sequence[str]) -> bool:
        """Return whether it depends on who asks whether a token for an accepted audience can be had."""
        return any(each.assigned is not None for each in self._resources if self._named(each, accepted))

    def obtainable(self, accepted: Sequence[str], caller: str, app_id: str, version: int) -> bool | None:
        """Return whether a token can be had whose audience a trust accepts; ``None`` where that is not sure.

        Parameters
        ----------
        accepted
            Patterns; none where the audience was not told.
        caller, app_id
            Object id and app id of who asks.
        version
            Of tokens of the trusted issuer.
        """
        if not accepted:
            return None
        if version == 1:
            return self._first(accepted, caller)
        return self._second(accepted, caller, app_id)

    def _named(self, resource: _Resource, accepted: Sequence[str]) -> bool:
        return any(glob_matches(each, name) for each in accepted for name in resource.names)

    def _first(self, accepted: Sequence[str], caller: str) -> bool | None:
        answers = {
            True if each.version == 1 and each.sure and given else None
            for each in self._resources
            if self._named(each, accepted) and each.version != 2 and (given := _gives(each, caller)) is not False
        }
        if True in answers:
            return True
        return None if answers or not self._known else False

    def _second(self, accepted: Sequence[str], caller: str, app_id: str) -> bool | None:
        """Tokens of version 2 name the resource's app id as audience, and the caller's as ``azp``."""
        by_azp = bool(app_id) and any(glob_matches(each, app_id) for each in accepted)
        usable = [each for each in self._resources if each.version != 1 and _gives(each, caller) is not False]
        by_aud = [each for each in usable if any(glob_matches(pattern, each.app_id) for pattern in accepted)]
        own = next((each for each in by_aud if each.app_id == app_id), None)
        if by_azp and own is not None and own.version == 2 and own.sure and _gives(own, caller):
            return True
        if by_aud or (by_azp and usable):
            return None
        return None if not self._known else False


def _looked(records: EntraTenantRecords, operation: str) -> bool:
    return records.presence.get(operation, Presence.ABSENT) in (Presence.PRESENT, Presence.EMPTY)


def _offers(kind: str) -> bool:
    """Return whether a service principal can be what a token is for."""
    return kind in ("application", "other", "blueprint")


def _gives(resource: _Resource, caller: str) -> bool | None:
    """Return whether a caller gets tokens for a resource; ``None`` where that depends on a group that it may be in."""
    if resource.assigned is None or not caller or caller in resource.assigned:
        return True
    return None if resource.by_group else False


def _resources(records: EntraTenantRecords) -> list[_Resource]:
    principals = {each.app_id: each for each in records.service_principals if _offers(each.kind)}
    assigned: dict[str, set[str]] = {}
    groups = {each.id for each in records.groups}
    by_group: set[str] = set()
    for row in records.app_role_assignments:
        assigned.setdefault(row.resource_id, set()).add(row.principal_id)
        if row.principal_type == "Group" or row.principal_id in groups:
            by_group.add(row.resource_id)
    applications = {each.app_id: each for each in records.applications}
    found = []
    listed = _looked(records, "servicePrincipals")
    for app_id in {**applications, **principals}:
        application, principal = applications.get(app_id), principals.get(app_id)
        if principal is None and listed:
            continue  # no token is given for what has no service principal in the tenant
        if principal is not None and principal.enabled is False:
            continue
        uris = (*(application.identifier_uris if application else ()), *(principal.names if principal else ()))
        only = principal is not None and principal.assignment_required is True
        found.append(
            _Resource(
                tuple(dict.fromkeys((*uris, app_id))),
                app_id,
                application.token_version if application else 0,
                frozenset(assigned.get(principal.id, ())) if only and principal is not None else None,
                only and principal is not None and principal.id in by_group,
                principal is not None and principal.assignment_required is not None,
            )
        )
    return found
