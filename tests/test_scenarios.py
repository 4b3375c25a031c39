"""The sample company end to end: what `sample_data/expected.toml` plants is said, its safe twins stay silent."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from analytics.ends import end_name
from analytics.findings import evaluate
from analytics.paths import find_paths
from analytics.reach import BlastRadius, blast_radius, identities
from analytics.subjects import resolve_subject
from analytics.verdicts import RuleReport
from graph.build import build_snapshot
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot, open_snapshot

SURE = (State.VERIFIED,)
PEOPLE = (NodeKind.ENTRA_USER, NodeKind.GITHUB_USER, NodeKind.GITHUB_ANYONE)
RULES: Mapping[str, tuple[str, ...]] = {
    "two active access keys": ("aws-two-active-keys",),
    "old access key": ("aws-old-key",),
    "unused access key": ("aws-unused-key",),
    "inactive access key kept": ("aws-inactive-key",),
    "no owner": ("no-living-owner",),
    "owner left": ("no-living-owner",),
    "unused identity": ("aws-unused-privilege",),
    "credential without expiry": ("aws-stale-service-credential",),
    "console password": ("aws-no-mfa",),
    "no MFA": ("aws-no-mfa",),
    "NotAction grant": ("aws-wide-grant",),
    "wildcard grant": ("aws-wide-grant",),
    "shared execution role": ("aws-shared-execution-role",),
    "shared with unknown account": ("aws-open-resource-policy",),
    "access key": ("aws-two-active-keys", "aws-old-key", "aws-unused-key", "aws-inactive-key"),
    "action by tag": ("github-unpinned-action",),
    "administrator from another system": ("cross-system-admin",),
    "any run may enter": ("github-open-subject",),
    "app that writes everywhere": ("github-wide-app",),
    "deploy key that writes": ("github-write-deploy-key",),
    "fork code with secrets": ("github-fork-code",),
    "open default branch": ("github-open-default-branch",),
    "outsider who writes": ("github-outside-collaborator",),
    "person who left": ("github-departed-person",),
    "secret of all repositories": ("github-wide-secret",),
    "shared runner": ("github-shared-runner",),
    "static cloud key": ("github-static-cloud-key",),
    "suspended app": ("github-suspended-app",),
    "token without end": ("github-endless-token",),
    "unused secret": ("github-unused-secret",),
    "unused token": ("github-unused-token",),
    "agent without sponsor": ("entra-agent-without-sponsor",),
    "blueprint pool": ("entra-blueprint-pool",),
    "consent for everybody": ("entra-tenant-wide-consent",),
    "crosses environments": ("cross-environment",),
    "dormant vendor": ("entra-dormant-foreign-app",),
    "expired secret": ("entra-expired-credential",),
    "long-lived secret": ("entra-long-lived-secret",),
    "offline access": ("entra-mailbox-consent",),
    "orphan agent user": ("entra-orphan-agent-user",),
    "owner as escalation": ("entra-owner-escalation",),
    "owner of the tenant left": ("entra-departed-owner",),
    "secret beside a federation": ("entra-secret-beside-federation",),
    "standing directory role": ("entra-standing-role",),
    "unverified publisher": ("entra-unverified-publisher",),
    "wide federation": ("entra-weak-federation",),
}
"""Words of the story to rules of the product. Words that are missing here belong to rules that are not written yet."""
LATER = {"shared credential"}
TRUST_RULES = (
    "aws-external-trust",
    "aws-weak-oidc-trust",
    "aws-vendor-trust",
    "aws-stale-trust",
    "aws-dead-oidc-trust",
)


@cache
def expected() -> dict[str, Any]:
    return tomllib.loads(files("sample_data").joinpath("expected.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    workspace = tmp_path_factory.mktemp("sample")
    evidence = Path(str(files("sample_data").joinpath("evidence")))
    result = build_snapshot([evidence], workspace, product_version="test")
    return open_snapshot(result.snapshot_id, workspace)


@pytest.fixture(scope="session")
def radii(sample: Snapshot) -> dict[str, BlastRadius]:
    """Blast radii of every identity, and of the people whom the story names."""
    ids = {sample.node_id(int(number)) for number in identities(sample)}
    named = {row["subject"] for row in (*expected()["problem"], *expected()["twin"]) if row.get("subject")}
    people = {sample.node_id(int(number)) for number in sample.nodes_of_kind(*PEOPLE)}
    return {node: blast_radius(sample, resolve_subject(sample, node)) for node in sorted(ids | named & people)}


@pytest.fixture(scope="session")
def report(sample: Snapshot) -> RuleReport:
    return evaluate(sample)


def is_later(words: list[str]) -> bool:
    """Return whether a row is for a rule that is not written yet; an unknown word is a mistake."""
    later = bool(set(words) & LATER) and not set(words) & set(RULES)
    assert later or set(words) & set(RULES), f"no rule and not known to come later: {words}"
    return later


def problems(*kinds: str) -> list[Any]:
    rows = [row for row in expected()["problem"] if row["kind"] in kinds]
    if kinds == ("rule",):
        rows = [row for row in rows if not is_later(row["what"])]
    elif kinds == ("trust",):
        rows = [row for row in rows if not set(row["what"]) & LATER]
    return [pytest.param(row, id=row["id"]) for row in rows]


def twins() -> list[Any]:
    rows = [(row, never, index) for row in expected()["twin"] for index, never in enumerate(row["never"])]
    judged = [item for item in rows if item[1]["kind"] != "rule" or not is_later([item[1]["what"]])]
    return [pytest.param(row, never, id=f"{row['id']}-{index}") for row, never, index in judged]


@pytest.mark.parametrize("account", sorted(expected()["admins"]))
def test_administrators_are_exactly_those_planted(account: str, radii: dict[str, BlastRadius]) -> None:
    wanted = expected()["admins"][account]
    rows = {
        node: [row for row in radius.admin_of if row.scope.endswith(account)]
        for node, radius in radii.items()
        if radius.subject.kind not in PEOPLE
    }
    direct = {node for node, found in rows.items() if any(not row.steps and row.state in SURE for row in found)}
    reached = {node for node, found in rows.items() if any(row.steps and row.state in SURE for row in found)} - direct
    assert direct == set(wanted["direct"])
    assert reached == set(wanted["reached"]) - direct


@pytest.mark.parametrize("row", problems("technique"))
def test_planted_technique_is_found(row: dict[str, Any], radii: dict[str, BlastRadius]) -> None:
    own = [edge for edge in radii[row["subject"]].techniques if edge.source == row["subject"]]
    for technique in row["what"]:
        found = [edge for edge in own if edge.id == technique]
        assert found, f"{technique} is not among {sorted({edge.id for edge in own})}"
        if row.get("target"):
            assert row["target"] in {edge.target for edge in found}
        assert all(edge.grants for edge in found)


@pytest.mark.parametrize("row", problems("admin"))
def test_planted_way_to_administration_is_found(row: dict[str, Any], radii: dict[str, BlastRadius]) -> None:
    found = next(item for item in radii[row["subject"]].admin_of if item.scope.endswith(row["target"]))
    assert found.state in SURE
    techniques = [step.technique for step in found.steps if step.technique]
    assert len(techniques) <= len(row["via"])
    if len(row["via"]) == 1:
        own = {edge.id for edge in radii[row["subject"]].techniques if edge.source == row["subject"]}
        assert row["via"][0] in own


@pytest.mark.parametrize("row", problems("access"))
def test_planted_access_is_found(row: dict[str, Any], radii: dict[str, BlastRadius]) -> None:
    assert row["target"] in {item.id for item in radii[row["subject"]].reaches if item.state in SURE}


@pytest.mark.parametrize("row", problems("trust"))
def test_planted_trust_fault_is_a_finding(row: dict[str, Any], report: RuleReport) -> None:
    assert [finding for finding in report.findings if finding.rule in TRUST_RULES and finding.subject == row["subject"]]


@pytest.mark.parametrize("row", problems("rule"))
def test_planted_rule_is_a_finding(row: dict[str, Any], report: RuleReport) -> None:
    for word in (word for word in row["what"] if word in RULES):
        for subject in row.get("subjects") or [row["subject"]]:
            assert found_on(report, RULES[word], subject), (word, subject)


@pytest.mark.parametrize("word", ["shared execution role", "shared with unknown account"])
def test_the_rule_finds_what_was_planted_and_nothing_else(word: str, report: RuleReport) -> None:
    planted = {row["subject"] for row in expected()["problem"] if row["kind"] == "rule" and word in row["what"]}
    assert {finding.subject for finding in report.findings if finding.rule in RULES[word]} == planted


def found_on(report: RuleReport, rules: tuple[str, ...], subject: str) -> list[Any]:
    return [row for row in report.findings if row.rule in rules and subject in (row.subject, *row.related)]


@pytest.mark.parametrize(("row", "never"), twins())
def test_safe_twin_stays_silent(
    row: dict[str, Any], never: dict[str, str], sample: Snapshot, radii: dict[str, BlastRadius], report: RuleReport
) -> None:
    subject, kind, what, target = row["subject"], never["kind"], never["what"], never["target"]
    if kind == "rule":
        assert not found_on(report, RULES[what], subject)
        return
    if kind == "trust":
        assert not found_on(report, TRUST_RULES, subject)
        return
    radius = radii.get(subject) or blast_radius(sample, resolve_subject(sample, subject))
    if kind == "admin":
        assert not [item for item in radius.admin_of if item.scope.endswith(target) and item.state in SURE]
    elif kind == "technique":
        own = [edge for edge in radius.techniques if edge.source == subject and edge.state in SURE]
        assert not [edge for edge in own if what in ("", edge.id) and target in ("", edge.target)]
    elif row.get("direct") or subject.startswith("oidc://"):
        assert not direct_access(sample, subject, target)
    else:
        reached = {item.id for item in radius.reaches if item.state in SURE}
        assert not [item for item in reached if target == item or (not target and ":secret:" in item)]


def direct_access(sample: Snapshot, subject: str, target: str) -> bool:
    radius = blast_radius(sample, resolve_subject(sample, subject), max_hops=1)
    return any(item.id == target for item in radius.reaches)


@pytest.mark.parametrize("left_out", ["aws", "declared", "entra", "github", "azure"])
def test_leaving_out_a_source_makes_the_chain_unverified_and_never_none(left_out: str, tmp_path: Path) -> None:
    evidence, folder = Path(str(files("sample_data").joinpath("evidence"))), tmp_path / "evidence"
    shutil.copytree(evidence, folder, ignore=shutil.ignore_patterns(left_out, "manifest.json"))
    result = build_snapshot([folder], tmp_path, product_version="test")
    snapshot = open_snapshot(result.snapshot_id, tmp_path)
    source = resolve_subject(snapshot, "github:actions:nordlicht/reports")
    target = resolve_subject(snapshot, end_name(snapshot, "admin:nordlicht.example"))
    first = find_paths(snapshot, source, target).paths[0]
    # The chain has nothing of Azure in it.
    assert first.state is (State.VERIFIED if left_out == "azure" else State.UNVERIFIED)
