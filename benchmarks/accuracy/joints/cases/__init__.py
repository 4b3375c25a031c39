"""The cases, one file a joint or two.

Input: none. Output: ``all_cases()``. Not handled: their scoring.
"""

from __future__ import annotations

from benchmarks.accuracy.joints.case import Case
from benchmarks.accuracy.joints.cases import (
    azure,
    chains,
    ci_secrets,
    clusters,
    issuers,
    people,
    stated_issuers,
    states,
    stored,
    stored_not,
    twists,
    workloads,
)

__all__ = ["all_cases"]


def all_cases() -> tuple[Case, ...]:
    """Return every case, in the order of the table."""
    return (
        *issuers.CASES,
        *clusters.CASES,
        *stated_issuers.CASES,
        *stored.CASES,
        *stored_not.CASES,
        *workloads.CASES,
        *azure.CASES,
        *ci_secrets.CASES,
        *states.CASES,
        *people.CASES,
        *chains.CASES,
        *twists.CASES,
    )
