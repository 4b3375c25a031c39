"""What must hold for every decision, and product against reference, on random small worlds."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.azure_loader import PLACES
from tests.graph.azure_worlds import decide_row
from tests.graph.test_azure_cases import PUBLISHED
from tests.reference.azure_reference import decide

WHO = ("alice", "bob", "ops", "all")
ROLES = ("Owner", "Contributor", "Reader", "User Access Administrator", "Key Vault Secrets User", "odd")
ACTIONS = (
    "Microsoft.Compute/virtualMachines/write",
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.KeyVault/vaults/secrets/getSecret/action",
)
PATTERNS = ("*", "*/read", "Microsoft.Compute/*", "*/write", "Microsoft.Authorization/*/Write", "Microsoft.KeyVault/*")
SCOPES = tuple(PLACES)

patterns = st.lists(st.sampled_from(PATTERNS), max_size=2, unique=True)
permissions = st.fixed_dictionaries(
    {"actions": patterns, "not_actions": patterns, "data_actions": patterns, "not_data_actions": patterns}
)
assignments = st.fixed_dictionaries(
    {"who": st.sampled_from(WHO), "role": st.sampled_from(ROLES), "scope": st.sampled_from(SCOPES)},
    optional={"eligible": st.just(True)},
)
denies = st.builds(
    lambda permission, rest: {**permission, **rest},
    permissions,
    st.fixed_dictionaries(
        {
            "scope": st.sampled_from(SCOPES),
            "everyone": st.booleans(),
            "who": st.lists(st.sampled_from(WHO), max_size=1),
            "excluded": st.lists(st.sampled_from(WHO), max_size=1),
            "children": st.booleans(),
        }
    ),
)
worlds = st.fixed_dictionaries(
    {
        "who": st.just("alice"),
        "groups": st.fixed_dictionaries({"alice": st.lists(st.sampled_from(("ops", "all")), unique=True)}),
        "roles": permissions.map(lambda permission: [{"name": "odd", **permission}]),
        "assign": st.lists(assignments, max_size=4),
        "deny": st.lists(denies, max_size=2),
        "action": st.sampled_from(ACTIONS),
        "data": st.booleans(),
        "scope": st.sampled_from(SCOPES),
    }
)
_SURE = {"denied": 0, "not_allowed": 0, "unverified": 1, "conditional": 2, "allowed": 3}


def _level(row: dict[str, Any]) -> int:
    return _SURE[decide_row(row).outcome.value]


@settings(max_examples=400, deadline=None)
@given(worlds)
def test_product_and_reference_agree(row: dict[str, Any]) -> None:
    assert {"conditional": "open"}.get(decide_row(row).outcome.value, decide_row(row).outcome.value) == decide(
        row, PUBLISHED
    )


@settings(max_examples=200, deadline=None)
@given(worlds, denies)
def test_one_more_deny_never_adds(row: dict[str, Any], deny: dict[str, Any]) -> None:
    assert _level({**row, "deny": [*row["deny"], deny]}) <= _level(row)


@settings(max_examples=200, deadline=None)
@given(worlds, assignments)
def test_one_more_assignment_never_takes(row: dict[str, Any], assignment: dict[str, Any]) -> None:
    assert _level({**row, "assign": [*row["assign"], assignment]}) >= _level(row)


@settings(max_examples=200, deadline=None)
@given(worlds)
def test_a_wider_scope_never_narrows(row: dict[str, Any]) -> None:
    wider = [{**each, "scope": PLACES[each["scope"]][1] or "root"} for each in row["assign"]]
    assert _level({**row, "assign": wider}) >= _level(row)


@settings(max_examples=200, deadline=None)
@given(worlds, st.sampled_from(PATTERNS))
def test_not_actions_take_from_their_own_role_alone(row: dict[str, Any], pattern: str) -> None:
    narrower = {**row["roles"][0], "not_actions": [*row["roles"][0]["not_actions"], pattern]}
    changed = {**row, "roles": [narrower]}
    assert _level(changed) <= _level(row)
    others = [each for each in row["assign"] if each["role"] != "odd"]
    assert _level({**changed, "assign": others}) == _level({**row, "assign": others})


@settings(max_examples=200, deadline=None)
@given(worlds)
def test_an_exclusion_never_takes(row: dict[str, Any]) -> None:
    spared = [{**each, "excluded": [*each["excluded"], "alice"]} for each in row["deny"]]
    assert _level({**row, "deny": spared}) >= _level(row)
