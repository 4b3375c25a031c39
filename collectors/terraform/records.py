"""State and plan files as records: resources with what names them, fingerprints of their secrets, planned changes.

Input: none (types only). Output: ``TerraformRecords`` and its parts.
Not handled: which node of the graph a resource is (``graph/edges/terraform``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collectors.interface import EvidenceRef, Gap

__all__ = [
    "TerraformChange",
    "TerraformRecords",
    "TerraformResource",
    "TerraformSecret",
    "TerraformState",
    "config_address",
]

_INSTANCE_KEY = re.compile(r"\[(?:\d+|\"(?:\\.|[^\"\\])*\")\]")


def config_address(address: str) -> str:
    """Return the address of what stands in the configuration, without keys of instances, as dependencies have it.

    Examples
    --------
    >>> config_address('module.ci["eu"].aws_iam_role.deploy[0]')
    'module.ci.aws_iam_role.deploy'
    """
    return _INSTANCE_KEY.sub("", address)


@dataclass(frozen=True, slots=True)
class TerraformSecret:
    """One secret value that a state has in plain text; the value itself is gone."""

    place: str
    """Attribute, and field behind ``/`` where it is a field of its text: ``secret_string/1:client_secret``."""
    kind: str
    fingerprint: str = ""
    """Keyed; empty when it was taken out without a key."""
    hint: str = ""
    """What the vendor shows, or the whole value where it is a public id."""

    @property
    def whole(self) -> bool:
        """Return whether it is an attribute's whole text."""
        return "/" not in self.place


@dataclass(frozen=True, slots=True)
class TerraformResource:
    """One instance of a resource or data source of a handled type."""

    state: str
    """Workspace: the folder that its file stands in."""
    address: str
    type: str
    mode: str
    """``managed`` or ``data``."""
    ref: EvidenceRef
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Attributes that stay; texts, numbers, lists of these."""
    secrets: tuple[TerraformSecret, ...] = ()
    dependencies: tuple[str, ...] = ()
    """Addresses in the configuration; Terraform writes also what they depend on themselves."""
    deposed: bool = False
    """Replaced, and not destroyed yet."""

    def text(self, name: str) -> str:
        """Return a fact that is text; empty where it is none."""
        value = self.facts.get(name)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class TerraformChange:
    """What a plan would do to one resource."""

    state: str
    address: str
    type: str
    actions: tuple[str, ...]
    """``create``, ``delete``, ``update``; both of the first two for a replacement."""
    ref: EvidenceRef
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    """Attributes that are known after the change alone."""


@dataclass(frozen=True, slots=True)
class TerraformState:
    """One workspace."""

    id: str
    ref: EvidenceRef
    terraform_version: str = ""
    serial: int | None = None
    lineage: str = ""
    present: bool = True
    """False where there is a plan or a note of the backend alone."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Resources of types that are not read, by type."""
    stored_in: str = ""
    bucket: str = ""
    key: str = ""
    kms_key: str = ""
    """Where the state is kept, as far as a note of the backend or a person says; the last three of S3 alone."""
    reads: tuple[str, ...] = ()
    """Places of other states that it reads."""


@dataclass(frozen=True, slots=True)
class TerraformRecords:
    """Everything that files of Terraform say, in file order."""

    states: tuple[TerraformState, ...] = ()
    resources: tuple[TerraformResource, ...] = ()
    changes: tuple[TerraformChange, ...] = ()
    gaps: tuple[Gap, ...] = ()
