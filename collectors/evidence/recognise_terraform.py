"""Recognise a state or plan of Terraform that stands alone.

Input: a file's path and its parsed documents. Output: workspace and operation, or nothing.
Not handled: the content (``collectors.terraform``), which is imported only where there is such a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collectors.evidence.layout import TERRAFORM, Location

__all__ = ["terraform_location"]


def terraform_location(path: Path, name: str, documents: Sequence[tuple[str, Any]]) -> Location | None:
    """Return where a bare file of Terraform belongs; ``None`` when it is none.

    Raises
    ------
    EvidenceError
        It is one, and cannot be read: encrypted, or of another version.
    """
    if len(documents) != 1 or not isinstance(documents[0][1], Mapping):
        return None
    document = documents[0][1]
    if not {"version", "format_version", "encrypted_data"} & document.keys():
        return None
    from collectors.terraform.forms import form_of, is_terraform, operation_of
    from collectors.terraform.workspaces import workspace_of_file

    if not is_terraform(document):
        return None
    return Location(TERRAFORM, workspace_of_file(path), "", operation_of(form_of(document, name)))
