"""CAN_ACCESS: who reads data of storage accounts, databases, configuration stores and models, with its class of impact.

Input: rights, resources. Output: edges through classes of resources by scope.
Handled: data actions; keys that give all data, where a resource takes keys at all is not read (unverified).
Not handled: parts of an account (one container), which a condition or a scope inside it may mean: the account stands
for them, and a role at a part is told of the part's account.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.edges.azure.classes import Gain
from graph.edges.azure.context import AzureRights
from graph.edges.azure.ways import Need
from graph.evaluate.azure.ids import scope_node
from graph.kinds import EdgeKind, Impact, State

__all__ = ["DATA", "build_data_access"]

_STORAGE = "microsoft.storage/storageaccounts"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
_KEYS = "Whether the resource takes keys was not read."


@dataclass(frozen=True, slots=True)
class _Data:
    """One way to data of one type of resource."""

    name: str
    type: str
    need: Need
    impact: Impact
    technique: str = ""
    doubt: str = ""


DATA = (
    _Data("blobs", _STORAGE, Need(_BLOBS, True), Impact.H5),
    _Data(
        "files", _STORAGE, Need("Microsoft.Storage/storageAccounts/fileServices/fileshares/files/read", True), Impact.H5
    ),
    _Data(
        "tables",
        _STORAGE,
        Need("Microsoft.Storage/storageAccounts/tableServices/tables/entities/read", True),
        Impact.H5,
    ),
    _Data(
        "queues",
        _STORAGE,
        Need("Microsoft.Storage/storageAccounts/queueServices/queues/messages/read", True),
        Impact.H5,
    ),
    _Data(
        "storage-keys",
        _STORAGE,
        Need("Microsoft.Storage/storageAccounts/listKeys/action"),
        Impact.H5,
        "azure-storage-list-keys",
        _KEYS,
    ),
    _Data(
        "cosmos-keys",
        "microsoft.documentdb/databaseaccounts",
        Need("Microsoft.DocumentDB/databaseAccounts/listKeys/action"),
        Impact.H5,
        "azure-cosmos-list-keys",
        _KEYS,
    ),
    _Data(
        "settings",
        "microsoft.appconfiguration/configurationstores",
        Need("Microsoft.AppConfiguration/configurationStores/keyValues/read", True),
        Impact.H4,
    ),
    _Data(
        "models",
        "microsoft.cognitiveservices/accounts",
        Need("Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action", True),
        Impact.H11,
    ),
)


def build_data_access(rights: AzureRights) -> None:
    """Add the edges."""
    places = [(each.id, each.type) for each in rights.records.resources]
    places += [(each.id, each.type) for each in rights.records.workloads]
    for each in DATA:
        state = State.UNVERIFIED if each.doubt else State.VERIFIED
        gains = [
            Gain(place, scope_node(place), state, note=each.doubt, impact=each.impact)
            for place, kind in places
            if kind == each.type
        ]
        if gains:
            targets = rights.target_class(each.name, f"data: {each.name}", EdgeKind.CAN_ACCESS, gains)
            rights.reach(each.technique, [each.need], targets)
