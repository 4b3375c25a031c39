"""Who is in which group, groups in groups included, as Azure counts memberships.

Input: Entra records of every tenant. Output: groups by member, members by group.
Handled: groups in groups; a role-assignable group takes no group as a member.
Not handled: members of dynamic groups that were not listed.

References
----------
https://learn.microsoft.com/azure/role-based-access-control/overview#groups (read 2026-11): assignments to a group are
transitive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from collectors.entra.records import EntraRecords

__all__ = ["groups_by_member"]


def groups_by_member(records: EntraRecords) -> Mapping[str, tuple[str, ...]]:
    """Return every group that a user, service principal or group is in, by object id."""
    above: dict[str, list[str]] = defaultdict(list)
    for tenant in records.tenants:
        nested = {group.id for group in tenant.groups}
        for group in tenant.groups:
            for member in group.members:
                if not (group.role_assignable and member in nested):
                    above[member].append(group.id)
    return {member: _all_above(member, above) for member in above}


def _all_above(member: str, above: Mapping[str, list[str]]) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    queue = list(above[member])
    while queue:
        group = queue.pop()
        if group not in seen and group != member:
            seen[group] = None
            queue += above.get(group, ())
    return tuple(sorted(seen))
