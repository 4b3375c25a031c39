"""Reads the corpus of Azure evaluation cases.

Input: ``tests/cases/evaluate_azure/*.toml``. Output: ``AzureCase`` objects, sorted by file, then in the file's order.
Not handled: what an evaluator answers; docs/evaluation/azure-cases.md explains the format.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["PLACES", "AzureCase", "load_azure_cases", "place"]

FOLDER = Path(__file__).resolve().parent / "evaluate_azure"
WANTS = ("allowed", "denied", "not_allowed", "conditional", "unverified")
REQUIRED = {"name", "family", "rule", "source", "who", "action", "scope", "assign", "want"}
OPTIONAL = {
    "data", "roles", "deny", "groups", "attributes", "activation", "state", "absent", "want_keys", "want_keys_exactly",
}  # fmt: skip
_MG = "/providers/microsoft.management/managementgroups/"
_SUB = "/subscriptions/11111111-1111-1111-1111-111111111111"
_STORAGE = f"{_SUB}/resourcegroups/web/providers/microsoft.storage/storageaccounts/data"
PLACES: Mapping[str, tuple[str, str]] = {
    "root": ("/", ""),
    "corp": (f"{_MG}corp", "root"),
    "team": (f"{_MG}team", "corp"),
    "lab": (f"{_MG}lab", "root"),
    "sub": (_SUB, "team"),
    "sub2": ("/subscriptions/22222222-2222-2222-2222-222222222222", "lab"),
    "rg": (f"{_SUB}/resourcegroups/web", "sub"),
    "rg2": (f"{_SUB}/resourcegroups/other", "sub"),
    "rgprod": (f"{_SUB}/resourcegroups/web-prod", "sub"),
    "vm": (f"{_SUB}/resourcegroups/web/providers/microsoft.compute/virtualmachines/one", "rg"),
    "site": (f"{_SUB}/resourcegroups/web/providers/microsoft.web/sites/shop", "rg"),
    "vault": (f"{_SUB}/resourcegroups/web/providers/microsoft.keyvault/vaults/safe", "rg"),
    "identity": (f"{_SUB}/resourcegroups/web/providers/microsoft.managedidentity/userassignedidentities/ci", "rg"),
    "storage": (_STORAGE, "rg"),
    "container": (f"{_STORAGE}/blobservices/default/containers/c", "storage"),
    "blob": (f"{_STORAGE}/blobservices/default/containers/c/blobs/b", "container"),
}
"""Scopes by short name: ARM id, and the scope right above it."""


@dataclass(frozen=True, slots=True)
class AzureCase:
    """One request, what is assigned, and the answer that the vendor's documentation gives."""

    name: str
    family: str
    rule: str
    source: str
    row: Mapping[str, Any]
    want: str
    want_keys: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


def place(name: str) -> str:
    """Return the ARM id of a scope by its short name."""
    return PLACES[name][0]


def load_azure_cases() -> tuple[AzureCase, ...]:
    """Return the whole corpus.

    Raises
    ------
    ValueError
        A case has an unknown or lacks a required field, or a scope that is none; the text names file and case.
    """
    found: list[AzureCase] = []
    for path in sorted(FOLDER.glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            wrong = (row.keys() - REQUIRED - OPTIONAL) | (REQUIRED - row.keys())
            scopes = {row.get("scope"), *(each["scope"] for each in (*row.get("assign", ()), *row.get("deny", ())))}
            if wrong or row["want"] not in WANTS or not scopes <= PLACES.keys():
                raise ValueError(f"{path.name}: {row.get('name', '?')}: {sorted(map(str, wrong or scopes))}")
            texts = (row["name"], row["family"], row["rule"], row["source"])
            found.append(AzureCase(*texts, row, row["want"], tuple(row.get("want_keys", ()))))
    return tuple(found)
