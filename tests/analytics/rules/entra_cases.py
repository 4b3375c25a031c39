"""Cases of the rules about Entra as rows: a small tenant and what one rule says of it.

Input: a world and an expectation. Output: ``check``. Not handled: evidence, paths and texts; tests ask for those apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.policy import Policy
from analytics.verdicts import RuleReport
from tests.analytics.rules.building import AS_OF, judge

__all__ = ["Case", "check", "names"]


@dataclass(frozen=True)
class Case:
    """One tenant before one rule."""

    rule: str
    title: str
    world: Any
    """Anything with ``build``, or a builder itself."""
    failed: tuple[str, ...] = ()
    """``name severity`` of each finding."""
    unjudged: tuple[str, ...] = ()
    """Texts, each of which some reason holds; none: everything was judged."""
    says: str = ""
    """Text that some message holds."""
    timeless: bool = False
    """The evidence states no time."""


def names(cases: list[Case]) -> list[str]:
    """Return test ids."""
    return [f"{case.rule.removeprefix('entra-')}: {case.title}" for case in cases]


def check(case: Case, folder: Path, policy: Policy | None = None) -> RuleReport:
    """Judge a case and compare."""
    build = getattr(case.world, "build", case.world)
    report = judge(build(folder), case.rule, policy, None if case.timeless else AS_OF)
    assert sorted(f"{row.subject_name} {row.severity.word}" for row in report.findings) == sorted(case.failed)
    reasons = [row.reason for row in report.not_judged]
    assert bool(reasons) == bool(case.unjudged), reasons
    for text in case.unjudged:
        assert any(text in reason for reason in reasons), reasons
    assert not case.says or any(case.says in row.message for row in report.findings), [
        r.message for r in report.findings
    ]
    return report
