"""Everything that records read is selected, and nothing that may hold a secret's value is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from collectors.entra.graph_calls import CALLS
from collectors.entra.operations import OPERATIONS
from collectors.entra.queries import expansion_query, kept, query
from collectors.entra.to_records import to_records
from collectors.evidence.evidence import EvidenceSet
from collectors.evidence.reader import read_evidence
from tests.collectors.entra_live.running import world
from tests.fakes.graph.schema import PROPERTIES
from tests.worlds.entra import TENANT

EXPANDED = {
    "owners": "an expansion inside a list; the collector writes lines of their own",
    "members": "the same",
    "federatedIdentityCredentials": "the same",
    "inheritablePermissions": "asked of each blueprint",
    "appRoleAssignments": "told from the API's end",
    "sponsors": "of agent users expanded, of agent identities lines of their own",
}
NOT_SELECTED = {
    ("users", "identityParentId"): "agent users have a list of their own; v1.0 says the type of those in this one",
    ("users", "signInActivity"): "selected with --last-accessed alone: without the licence it refuses the list",
    ("users.microsoft.graph.agentUser", "signInActivity"): "the same",
    ("users.microsoft.graph.agentUser", "onPremisesSyncEnabled"): "agent users are not synchronised",
    ("servicePrincipals", "agentIdentityBlueprintId"): "agent identities have a list of their own",
    ("servicePrincipals.microsoft.graph.agentIdentityBlueprintPrincipal", "agentIdentityBlueprintId"): "the same",
    ("oauth2PermissionGrants", "startTime"): "of beta",
    ("roleManagement.directory.roleDefinitions", "isPrivileged"): "of beta; nothing is concluded from it",
    ("roleManagement.directory.roleEligibilityScheduleInstances", "assignmentType"): "the type has none",
    ("roleManagement.directory.roleAssignments", "assignmentType"): "the type has none",
    ("roleManagement.directory.roleAssignments", "startDateTime"): "the type has none",
    ("roleManagement.directory.roleAssignments", "endDateTime"): "the type has none",
}
"""Read where an answer has it, and not asked for; why."""
SECRETS = {"secretText", "key", "secret", "password", "value"}


class Watched(dict[str, Any]):
    """An object that notes which of its fields are looked at."""

    def __init__(self, body: dict[str, Any], seen: set[str]) -> None:
        super().__init__(body)
        self._seen = seen

    def get(self, key: str, default: Any = None) -> Any:
        self._seen.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self._seen.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._seen.add(str(key))
        return super().__contains__(key)


def watched(evidence: EvidenceSet) -> tuple[EvidenceSet, dict[str, set[str]]]:
    seen: defaultdict[str, set[str]] = defaultdict(set)
    store = {}
    for key, calls in evidence.store.items():
        made = []
        for call in calls:
            body = dict(call.response or {})
            if isinstance(body.get("value"), list):
                body["value"] = [Watched(each, seen[key[3]]) for each in body["value"]]
            elif body:
                body = Watched(body, seen[key[3]])
            made.append(replace(call, response=body))
        store[key] = tuple(made)
    return replace(evidence, store=MappingProxyType(store)), seen


def reads(folder: Path) -> Iterator[tuple[str, str]]:
    evidence, seen = watched(read_evidence([folder]))
    for operation in OPERATIONS:
        evidence.presence("entra", TENANT, operation)
    # What says that pages follow, whatever the vendor calls it: no field of an object.
    pages = {operation: set(names) for operation, names in seen.items()}
    to_records(evidence)
    for operation, names in seen.items():
        for name in names - pages.get(operation, set()):
            yield operation, name


def test_what_records_read_is_selected(tmp_path: Path) -> None:
    missing = {
        (operation, name)
        for operation, name in reads(world().build(tmp_path))
        if name not in CALLS[operation].fields and not name.startswith("@") and name not in EXPANDED and name != "value"
    }
    assert missing - NOT_SELECTED.keys() == set()


def test_the_exceptions_are_still_read(tmp_path: Path) -> None:
    """An exception that nobody needs any more would hide the next one."""
    read = set(reads(world().build(tmp_path)))
    assert {each for each in NOT_SELECTED if each not in read} == set()


def test_every_operation_has_a_call() -> None:
    assert set(OPERATIONS) <= set(CALLS)
    assert {name for name in OPERATIONS if OPERATIONS[name].per_object != ("{id}" in _text(name))} == set()


def _text(name: str) -> str:
    return CALLS[name].path + CALLS[name].filter


@pytest.mark.parametrize("name", sorted(CALLS))
def test_no_field_holds_a_secret(name: str) -> None:
    assert not SECRETS.intersection(CALLS[name].fields)


@pytest.mark.parametrize("name", [name for name in sorted(CALLS) if CALLS[name].path.strip("/") in PROPERTIES])
def test_a_selected_field_exists_in_its_version(name: str) -> None:
    call = CALLS[name]
    if not call.cut_here:
        assert set(call.fields) <= PROPERTIES[call.path.strip("/")]


def test_spelling() -> None:
    assert query(CALLS["groups"]).startswith("/groups?$select=id,displayName,")
    assert query(CALLS["groups"]).endswith("&$top=999")
    pim = "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances"
    assert query(CALLS[pim], "a b").endswith("$filter=groupId%20eq%20'a%20b'")
    assert query(CALLS["applications.owners"], "x/../y") == "/applications/x%2F..%2Fy/owners?$select=id&$top=999"
    expansion = CALLS["groups.members"].expansion
    assert expansion is not None
    assert expansion_query(expansion) == "/groups?$select=id&$top=999&$expand=members($select=id)"


def test_an_answer_is_cut_to_its_fields() -> None:
    body = {"@odata.context": "x", "@odata.type": "#t", "id": "1", "description": "d"}
    assert kept(CALLS["groupSettings"], body) == {"@odata.type": "#t", "id": "1"}
