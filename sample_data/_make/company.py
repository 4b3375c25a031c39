"""Nordlicht Versand as a whole.

Input: the account modules. Output: every file of the evidence folder.
Not handled: the story and the expected findings, which are written by hand beside the folder.
"""

from __future__ import annotations

from sample_data._make.data_platform import data_platform
from sample_data._make.declared import declared_files
from sample_data._make.evidence import evidence_files
from sample_data._make.management import management
from sample_data._make.parts import Account
from sample_data._make.production import production
from sample_data._make.staging import staging

__all__ = ["accounts", "all_files"]


def accounts() -> tuple[Account, ...]:
    """Return the four accounts, ordered by number."""
    return management(), production(), staging(), data_platform()


def all_files() -> dict[str, str]:
    """Return the text of every file, keyed by path below the evidence root."""
    return dict(sorted((evidence_files(accounts()) | declared_files()).items()))
