"""Which file of Terraform a JSON document is, and why one cannot be read.

Input: a parsed document. Output: ``Form``, or an error that says what to do.
Handled: state of format version 4, ``show -json`` of a state and of a plan (format version 1.x), the file in which
Terraform notes its backend; state that OpenTofu encrypted, binary plans, and other versions are refused in words.
Not handled: whether the content is complete.

References
----------
https://developer.hashicorp.com/terraform/internals/json-format (minor versions only add; another major one is refused),
https://opentofu.org/docs/language/state/encryption (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from collectors.errors import EvidenceError
from collectors.terraform.operations import BACKEND, PLAN, STATE

__all__ = ["Form", "form_of", "is_terraform", "operation_of"]

_MAJOR = "1"
_STATE_VERSION = 4


class Form(StrEnum):
    """A form of file."""

    STATE = "state"
    SHOWN_STATE = "state as show -json prints it"
    PLAN = "plan as show -json prints it"
    BACKEND = "note of the backend"


def operation_of(form: Form) -> str:
    """Return the operation that a form is evidence of."""
    return {Form.PLAN: PLAN, Form.BACKEND: BACKEND}.get(form, STATE)


def is_terraform(document: Any) -> bool:
    """Tell whether a document claims to be of Terraform or OpenTofu, readable or not."""
    if not isinstance(document, Mapping):
        return False
    state = "version" in document and ("lineage" in document or "terraform_version" in document)
    shown = "format_version" in document and ("terraform_version" in document or "values" in document)
    return state or shown or _encrypted(document)


def form_of(document: Any, place: str) -> Form:
    """Return the form of a document.

    Parameters
    ----------
    place
        File, with pointer; every error begins with it.

    Raises
    ------
    EvidenceError
        It is none of the forms, is encrypted, or is of a version that is not read.
    """
    if not isinstance(document, Mapping):
        raise EvidenceError(f"{place}: expected a JSON object of Terraform, found {type(document).__name__}")
    if _encrypted(document):
        raise EvidenceError(
            f"{place}: the file is encrypted by OpenTofu: give what `tofu show -json` or `tofu state pull` prints"
        )
    if "format_version" in document:
        return _shown(document, place)
    if "version" in document and isinstance(document.get("backend"), Mapping) and not document.get("resources"):
        return Form.BACKEND
    if document.get("version") == _STATE_VERSION:
        if not isinstance(document.get("resources", []), list):
            raise EvidenceError(f"{place}/resources: must be a list")
        return Form.STATE
    if "version" in document:
        version = document["version"] if isinstance(document["version"], int) else "unknown"
        raise EvidenceError(
            f"{place}: state of format version {version}, and only {_STATE_VERSION} is read: give what "
            "`terraform show -json` prints"
        )
    keys = ", ".join(sorted(map(str, document))[:5]) or "none"
    raise EvidenceError(f"{place}: no state or plan of Terraform (top-level keys: {keys})")


def _encrypted(document: Mapping[str, Any]) -> bool:
    return "encrypted_data" in document and "encryption_version" in document


def _shown(document: Mapping[str, Any], place: str) -> Form:
    version = document["format_version"]
    if not isinstance(version, str) or version.partition(".")[0] != _MAJOR:
        shown = version if isinstance(version, str) and len(version) < 20 else "unknown"
        raise EvidenceError(f"{place}: format_version {shown}, and only {_MAJOR}.x is read: use a newer Terraform")
    if "resource_changes" in document or "planned_values" in document:
        if not isinstance(document.get("resource_changes", []), list):
            raise EvidenceError(f"{place}/resource_changes: must be a list")
        return Form.PLAN
    return Form.SHOWN_STATE
