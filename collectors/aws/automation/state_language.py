"""Read of an Amazon States Language definition which services it calls, and with which roles.

Input: the text of a definition. Output: a reduced definition of the same form; names of integrations and roles.
Not handled: what is passed to the services, and expressions that choose a role at run time.
Form: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html (read 2026-11)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["integrations", "kept_definition", "roles_taken"]

_INSIDE = ("Iterator", "ItemProcessor")
"""What a Map state runs for each item; the older spelling first."""
_CALLED = ("ItemReader", "ResultWriter")
"""Further calls of a Map state."""
_INTEGRATION = ":states:::"


def kept_definition(text: str) -> dict[str, Any]:
    """Return the definition with types, resources and roles of its states only; empty when it does not parse."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return _machine(body) if isinstance(body, Mapping) else {}


def integrations(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a kept definition calls, sorted.

    Returns
    -------
    tuple of str
        Of a service integration what follows ``:states:::`` (``lambda:invoke``, ``aws-sdk:iam:createUser``); of
        a function or an activity its ARN.
    """
    return tuple(sorted({_integration(resource) for resource in _resources(definition)}))


def roles_taken(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the roles that tasks of a kept definition take for their calls, sorted.

    References
    ----------
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html (read 2026-11)
    """
    found = set()
    for state in _states(definition):
        credentials = state.get("Credentials")
        role = credentials.get("RoleArn") if isinstance(credentials, Mapping) else None
        if isinstance(role, str) and role.startswith("arn:"):
            found.add(role)
    return tuple(sorted(found))


def _machine(body: Mapping[str, Any]) -> dict[str, Any]:
    states = body.get("States")
    if not isinstance(states, Mapping):
        return {}
    return {"States": {name: _state(state) for name, state in states.items() if isinstance(state, Mapping)}}


def _state(state: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: state[name] for name in ("Type", "Resource") if isinstance(state.get(name), str)}
    credentials = state.get("Credentials")
    if isinstance(credentials, Mapping) and isinstance(credentials.get("RoleArn"), str):
        kept["Credentials"] = {"RoleArn": credentials["RoleArn"]}
    for name in _CALLED:
        called = state.get(name)
        if isinstance(called, Mapping) and isinstance(called.get("Resource"), str):
            kept[name] = {"Resource": called["Resource"]}
    for name in _INSIDE:
        inside = state.get(name)
        if isinstance(inside, Mapping):
            kept[name] = _machine(inside)
    branches = state.get("Branches")
    if isinstance(branches, list):
        kept["Branches"] = [_machine(branch) for branch in branches if isinstance(branch, Mapping)]
    return kept


def _states(machine: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for state in machine.get("States", {}).values():
        yield state
        for name in _INSIDE:
            yield from _states(state.get(name, {}))
        for branch in state.get("Branches", ()):
            yield from _states(branch)


def _resources(machine: Mapping[str, Any]) -> Iterator[str]:
    for state in _states(machine):
        for place in (state, *(state.get(name, {}) for name in _CALLED)):
            resource = place.get("Resource")
            if isinstance(resource, str) and resource:
                yield resource


def _integration(resource: str) -> str:
    _, found, rest = resource.partition(_INTEGRATION)
    return rest if found else resource
