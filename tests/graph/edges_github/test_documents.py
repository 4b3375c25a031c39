"""The pages of GitHub techniques are what stands in docs/; ``NHI_WRITE_DOCS=1`` rewrites them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graph.catalog.document import CaseNames, technique_github_page, techniques_github_page
from graph.catalog.loader import techniques_github
from graph.kinds import State
from tests.graph.edges_github.test_techniques import CASES
from tests.repository import ROOT

pytestmark = pytest.mark.needs_checkout


def _case_names() -> dict[str, CaseNames]:
    return {
        technique: CaseNames(
            tuple(case.name for case in CASES if case.technique == technique and case.state is not State.VOID),
            tuple(case.name for case in CASES if case.technique == technique and case.state is State.VOID),
        )
        for technique in techniques_github()
    }


def _check(page: Path, text: str) -> None:
    if os.environ.get("NHI_WRITE_DOCS") == "1":
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == text, "run with NHI_WRITE_DOCS=1 to rewrite it"


def test_the_page_of_techniques() -> None:
    _check(ROOT / "docs" / "techniques" / "github.md", techniques_github_page(_case_names()))


def test_a_page_for_each_technique() -> None:
    folder, cases = ROOT / "docs" / "techniques" / "github", _case_names()
    for technique in techniques_github().values():
        _check(folder / f"{technique.id}.md", technique_github_page(technique, cases[technique.id]))
    surplus = {page.stem for page in folder.glob("*.md")} - set(techniques_github())
    assert not surplus, "pages of techniques that the catalogue does not have"
