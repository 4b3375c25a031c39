"""The whole set of cases, by family of techniques.

Input: the modules of this package. Output: ``all_cases``. Not handled: answers of any tool.
"""

from __future__ import annotations

from benchmarks.accuracy.case import Case
from benchmarks.accuracy.cases import (
    admins,
    assume_role,
    denies_removed,
    existing_code,
    existing_services,
    iam_principal,
    iam_self,
    passed_roles,
    state_changes,
)

__all__ = ["all_cases"]


def all_cases() -> tuple[Case, ...]:
    """Return every case, in a fixed order; names are unique."""
    modules = (
        iam_self,
        iam_principal,
        assume_role,
        admins,
        passed_roles,
        existing_code,
        existing_services,
        state_changes,
        denies_removed,
    )
    return tuple(one for module in modules for one in module.CASES)
