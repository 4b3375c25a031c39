"""What to call the workspace of a file, by where it stands.

Input: a path. Output: a name that can be a folder. Not handled: reading the file.
Handled: ``terraform.tfstate.d/NAME/terraform.tfstate`` (the local backend's own layout), ``NAME.tfstate``,
``NAME/terraform.tfstate``, ``NAME/.terraform/terraform.tfstate``.
"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["workspace_of_backend", "workspace_of_file"]

_PLAIN = frozenset({"terraform", "state", "plan", "tfplan", "show", "errored", "backend", "tfstate", "tofu"})
"""Names of files that say nothing of the workspace."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_DATA = ".terraform"


def workspace_of_file(path: Path) -> str:
    """Return the name of a workspace; ``default`` where no part of the path is a name.

    Examples
    --------
    >>> workspace_of_file(Path("/iac/prod/terraform.tfstate")), workspace_of_file(Path("/iac/billing.tfstate.json"))
    ('prod', 'billing')
    """
    whole = path.absolute()
    stem = whole.name.split(".")[0]
    if stem.lower() not in _PLAIN and stem:
        return _safe(stem)
    folders = [each for each in reversed(whole.parts[1:-1]) if each != _DATA]
    return _safe(folders[0]) if folders else "default"


def _safe(name: str) -> str:
    return _UNSAFE.sub("-", name).strip("-.") or "default"


def workspace_of_backend(path: Path) -> str:
    """Return the workspace that is selected beside ``.terraform/terraform.tfstate``; ``""`` for the default one."""
    selected = path.parent / "environment"
    if path.parent.name != _DATA or not selected.is_file():
        return ""
    return selected.read_text(encoding="utf-8", errors="replace").strip()
