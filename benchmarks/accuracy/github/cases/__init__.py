"""All cases of the held-out set for GitHub, in the order of the report.

Input: none. Output: ``all_cases``. Not handled: asking.
"""

from __future__ import annotations

from benchmarks.accuracy.github.case import Case
from benchmarks.accuracy.github.cases import (
    aws_trusts,
    branches,
    called,
    entra,
    environments,
    forks,
    given_secrets,
    people,
    runners,
    subjects,
    texts,
    tokens,
)

__all__ = ["all_cases"]


def all_cases() -> tuple[Case, ...]:
    """Return every case.

    Raises
    ------
    ValueError
        Two cases have one name.
    """
    found = (
        *people.CASES,
        *given_secrets.CASES,
        *environments.CASES,
        *branches.CASES,
        *forks.CASES,
        *texts.CASES,
        *called.CASES,
        *runners.CASES,
        *tokens.CASES,
        *subjects.CASES,
        *aws_trusts.CASES,
        *entra.CASES,
    )
    names = [one.name for one in found]
    if len(set(names)) != len(names):
        raise ValueError("two cases have one name")
    return found
