"""What holds for every rule.

Complete metadata, a page, a world that fires, a twin that does not, one answer whatever the order.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType

import pytest

import analytics.rules
from analytics.findings import evaluate
from analytics.findings_document import report_data
from analytics.rules import RULES
from graph.snapshot import open_snapshot
from tests.analytics.rules.scenarios import SCENARIOS, found, judge, snapshot_of
from tests.repository import ROOT

IDS = sorted(RULES)
PAGES = ROOT / "docs" / "rules"
FRAMEWORK = re.compile(
    r"NHI\d{1,2}:2025|ASI\d\d|NIST CSF 2\.0 [A-Z]{2}\.[A-Z]{2}-\d\d|NIST SP 800-53 [A-Z]{2}-\d+(\(\d+\))?"
    r"|CIS Controls 8\.1 \d+\.\d+|PCI DSS 4\.0\.1 \d+(\.\d+)+|ISO/IEC 27001:2022 A\.\d+\.\d+"
)


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_each_file_is_registered_and_each_rule_has_its_file() -> None:
    folder = Path(analytics.rules.__path__[0])
    files = {path.stem.replace("_", "-") for path in folder.glob("*.py") if not path.stem.startswith("_")}
    assert files == set(RULES) == set(SCENARIOS)
    for rule_id, rule in RULES.items():
        assert isinstance(rule, ModuleType)
        assert rule.META.id == rule_id
        assert rule.__name__.rpartition(".")[2] == rule_id.replace("-", "_")


@pytest.mark.parametrize("rule_id", IDS)
def test_metadata_is_complete(rule_id: str) -> None:
    meta = RULES[rule_id].META
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule_id)
    for text in (meta.title, meta.question, meta.rationale, meta.remediation, meta.since):
        assert text.strip()
    assert meta.question.endswith("?")
    assert not re.search(r"\b\d+\b", meta.title + meta.question), "thresholds are the policy's"
    assert meta.references
    assert all(
        item.url.startswith("https://") and re.fullmatch(r"(\d{4}-\d\d)?", item.as_of) for item in meta.references
    )
    assert meta.frameworks
    assert [name for name in meta.frameworks if not FRAMEWORK.fullmatch(name)] == []
    assert meta.limits
    assert all(limit.endswith(".") for limit in meta.limits)


@pytest.mark.needs_checkout
@pytest.mark.parametrize("rule_id", IDS)
def test_page_says_what_the_rule_says(rule_id: str) -> None:
    meta = RULES[rule_id].META
    page = _plain((PAGES / f"{rule_id}.md").read_text(encoding="utf-8"))
    for text in (meta.title, meta.question, meta.rationale, meta.remediation, *meta.limits, *meta.frameworks):
        assert _plain(text) in page
    for reference in meta.references:
        assert reference.url in page
    for heading in ("What is looked at", "Before and after", "Example", "Limits"):
        assert f"## {heading} " in page


@pytest.mark.needs_checkout
def test_the_index_lists_every_rule_and_no_other() -> None:
    index = (PAGES / "index.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(([a-z-]+)\.md\)", index)) == set(RULES)
    assert {path.stem for path in PAGES.glob("*.md")} == {*RULES, "index"}


@pytest.mark.parametrize("rule_id", IDS)
def test_vulnerable_world_fires(rule_id: str, tmp_path: Path) -> None:
    scenario = SCENARIOS[rule_id]
    findings = found(judge(scenario.vulnerable(tmp_path), rule_id), scenario.subject)
    assert findings
    assert all(finding.message and finding.evidence for finding in findings)


@pytest.mark.parametrize("rule_id", IDS)
def test_safe_twin_is_silent_and_passes(rule_id: str, tmp_path: Path) -> None:
    scenario = SCENARIOS[rule_id]
    report = judge(scenario.safe(tmp_path), rule_id)
    assert not found(report, scenario.subject)
    assert report.passed[rule_id] >= 1


@pytest.mark.parametrize("rule_id", IDS)
def test_answer_does_not_depend_on_order_or_repetition(rule_id: str, tmp_path: Path) -> None:
    evidence = SCENARIOS[rule_id].vulnerable(tmp_path / "one")
    first = judge(evidence, rule_id)
    for path in sorted(evidence.rglob("iam.get_account_authorization_details.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        turned = {key: value[::-1] if isinstance(value, list) else value for key, value in reversed(body.items())}
        path.write_text(json.dumps(turned), encoding="utf-8")
    for path in sorted(evidence.glob("entra/*/*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        turned = {key: value[::-1] if isinstance(value, list) else value for key, value in reversed(body.items())}
        path.write_text(json.dumps(turned), encoding="utf-8")
    for path in sorted(evidence.glob("entra/*/*.jsonl")):
        path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[::-1]), encoding="utf-8")
    for path in sorted(evidence.glob("github/*/*.jsonl")):
        path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[::-1]), encoding="utf-8")
    for path in sorted(evidence.glob("github/*/*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(body[::-1] if isinstance(body, list) else body), encoding="utf-8")
    second = evaluate(snapshot_of(evidence, tmp_path / "two"), rules=dict(reversed(list(RULES.items()))))
    mine = [finding for finding in second.findings if finding.rule == rule_id]
    assert [row.id for row in first.findings] == [row.id for row in mine]
    assert [row.message for row in first.findings] == [row.message for row in mine]


@pytest.mark.needs_checkout
def test_document_fits_its_schema(tmp_path: Path) -> None:
    jsonschema, referencing = pytest.importorskip("jsonschema"), pytest.importorskip("referencing")
    snapshot = snapshot_of(SCENARIOS["aws-path-to-admin"].vulnerable(tmp_path), tmp_path / "ws")
    data = report_data(evaluate(snapshot), snapshot.coverage)
    schema = json.loads((ROOT / "docs" / "schemas" / "findings.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    common = json.loads((ROOT / "docs" / "schemas" / "common.schema.json").read_text(encoding="utf-8"))
    parts = referencing.Registry().with_resource("common.schema.json", referencing.Resource.from_contents(common))
    # The command adds what needs a clock or an option.
    answer = {**data, "as_of_known": True, "age": "1 day", "truncated": False, "coverage": []}
    jsonschema.Draft202012Validator(schema, registry=parts).validate(json.loads(json.dumps(answer)))
    assert data["findings"]
    assert open_snapshot(snapshot.folder).id == data["snapshot"]
