"""Files and answers of Bitbucket Cloud that are read, with the least scope and what is lost without each.

Input: none (data only). Output: ``OPERATIONS``, ``READABLE``, ``REGIONAL``. Not handled: making the calls.
Names are the path of the REST API with dots for slashes, without workspace and ids, which stand in each line's request.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collectors.evidence.layout import FILE_OPERATIONS
from collectors.interface import Operation

__all__ = ["FILES", "OPERATIONS", "READABLE", "REPOSITORIES", "REGIONAL", "WORKSPACE"]

FILES = FILE_OPERATIONS["bitbucket"]
REPOSITORIES, WORKSPACE = "repositories", "workspaces"


def _each(name: str, permission: str, lost: str) -> Operation:
    return Operation(name, permission, lost, level="resource", per_object=True, may_be_empty=True)


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        operation.name: operation
        for operation in (
            _each(FILES, "repository", "Steps, the tokens and variables that they use, pipes that they call."),
            Operation(
                REPOSITORIES,
                "repository",
                "UUIDs: without them no subject of a token can be compared.",
                may_be_empty=True,
            ),
            Operation(
                WORKSPACE,
                "account",
                "Its UUID, which the usual audience of tokens names.",
                may_be_empty=True,
            ),
            _each(
                "repositories.environments",
                "pipeline",
                "UUIDs of deployment environments, which subjects of steps that deploy have.",
            ),
            _each(
                "repositories.pipelines_config.variables",
                "pipeline:variable",
                "Names of a repository's variables; values are taken out.",
            ),
            _each(
                "repositories.deployments_config.environments.variables",
                "pipeline:variable",
                "Names of an environment's variables; values are taken out.",
            ),
            Operation(
                "workspaces.pipelines-config.variables",
                "pipeline:variable",
                "Names of the workspace's variables; values are taken out.",
                may_be_empty=True,
            ),
        )
    }
)
"""By name, in the order of the documentation."""
READABLE: Mapping[str, Operation] = OPERATIONS
REGIONAL: frozenset[str] = frozenset()
