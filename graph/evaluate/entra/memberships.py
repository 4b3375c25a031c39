"""Which groups each member is in, nested ones included.

Input: the records of one tenant. Output: ids of groups by member.
Not handled: who may become a member; that is an edge.
"""

from __future__ import annotations

from collections import defaultdict

from collectors.entra.records import EntraTenantRecords

__all__ = ["groups_of"]


def groups_of(records: EntraTenantRecords) -> dict[str, tuple[str, ...]]:
    """Return the groups of each member, nested ones included; a role-assignable group takes no group as a member."""
    parents: dict[str, list[str]] = defaultdict(list)
    groups = {each.id: each for each in records.groups}
    for group in records.groups:
        for member in group.members:
            if not (group.role_assignable and member in groups):
                parents[member].append(group.id)
    found: dict[str, tuple[str, ...]] = {}
    for member, above in parents.items():
        if member not in groups:
            seen: dict[str, None] = {}
            queue = list(above)
            while queue:
                group_id = queue.pop()
                if group_id not in seen:
                    seen[group_id] = None
                    queue += parents.get(group_id, ())
            found[member] = tuple(seen)
    return found
