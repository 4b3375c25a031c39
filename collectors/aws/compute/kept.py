"""What is written of answers that describe containers: no commands, labels, log options or parameters.

Input: answers of ECS, Batch and App Runner. Output: copies with less in them.
Not handled: values of environment variables, which the redactor replaces by fingerprints.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["keep_containers"]

_DROPPED = frozenset(
    {
        "args",
        "BuildCommand",
        "command",
        "dockerLabels",
        "driverOpts",
        "entryPoint",
        "healthCheck",
        "logConfiguration",
        "parameters",
        "StartCommand",
    }
)
"""Free text of which nothing is read, and into which people write passwords."""
_NAMED_BY_USERS = frozenset({"RuntimeEnvironmentSecrets", "RuntimeEnvironmentVariables", "tags"})
"""Objects whose keys the customer chose."""


def keep_containers(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy without what nobody reads and may hold secrets, at any depth."""
    return {
        key: value if key in _NAMED_BY_USERS else _kept(value) for key, value in body.items() if key not in _DROPPED
    }


def _kept(value: Any) -> Any:
    if isinstance(value, Mapping):
        return keep_containers(value)
    return [_kept(item) for item in value] if isinstance(value, list) else value
