"""All cases of the held-out set.

Input: the modules beside. Output: ``all_cases``. Not handled: writing or asking them.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.accuracy.entra.case import Case

__all__ = ["all_cases"]


def all_cases() -> Sequence[Case]:
    """Return every case, Entra's first, in the order of their files; names are distinct."""
    from benchmarks.accuracy.entra.cases import (
        apps,
        azure_admins,
        azure_compute,
        azure_vaults,
        credentials,
        groups,
        permissions,
        resets,
        roles,
        second_azure,
        second_entra,
    )

    first = (roles, resets, groups, apps, permissions, credentials, azure_admins, azure_compute, azure_vaults)
    modules = (*first, second_entra, second_azure)
    cases = [one for module in modules for one in module.CASES]
    names = [one.name for one in cases]
    if len(names) != len(set(names)):
        msg = f"a case's name is there twice: {sorted({one for one in names if names.count(one) > 1})}"
        raise ValueError(msg)
    return cases
