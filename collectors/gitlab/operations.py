"""Files and answers of GitLab that are read, with the least right and what is lost without each.

Input: none (data only). Output: ``OPERATIONS``, ``READABLE``, ``REGIONAL``. Not handled: making the calls.
Names are the path of the REST API with dots for slashes, without the ids, which stand in each line's request.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collectors.evidence.layout import FILE_OPERATIONS
from collectors.interface import Operation

__all__ = ["FILES", "OPERATIONS", "PROJECTS", "READABLE", "REGIONAL"]

FILES = FILE_OPERATIONS["gitlab"]
PROJECTS = "projects"


def _each(name: str, permission: str, lost: str, *, guard: bool = False) -> Operation:
    return Operation(
        name, permission, lost, level="resource", per_object=True, guard=guard, may_be_empty=True,
        not_found_codes=("404",) if guard else (),
    )  # fmt: skip


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        operation.name: operation
        for operation in (
            _each(FILES, "read_repository", "Jobs, their tokens and variables, configuration from elsewhere."),
            Operation(
                PROJECTS,
                "read_api, Reporter",
                "Ids, default branch, form of subjects; which instance, hence which issuer.",
                may_be_empty=True,
            ),
            _each(
                "projects.protected_branches",
                "read_api, Maintainer",
                "Which branches only some may push to; a step onto a named branch is then unverified.",
                guard=True,
            ),
            _each("projects.variables", "api, Maintainer", "Names of a project's variables; values are taken out."),
            _each("groups.variables", "api, Owner", "Names of a group's variables; values are taken out."),
        )
    }
)
"""By name, in the order of the documentation."""
READABLE: Mapping[str, Operation] = OPERATIONS
REGIONAL: frozenset[str] = frozenset()
