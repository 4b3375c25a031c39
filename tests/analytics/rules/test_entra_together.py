"""All rules about Entra together: a tenant kept well is silent, and no two rules tell one thing of one subject."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from analytics.findings import evaluate
from analytics.rules import RULES
from collectors.entra.operations import OPERATIONS
from tests.analytics.rules.building import snapshot_of
from tests.analytics.rules.scenarios_entra import HIGH, LOW, NOBODY, RECENT, SHOP, VERIFIED, months
from tests.worlds.azure import azure
from tests.worlds.entra import TENANT, EntraWorldFiles, entra, oid, token

ENTRA = {rule_id: rule for rule_id, rule in RULES.items() if rule_id.startswith("entra-")}
MANAGED = f"https://login.microsoftonline.com/{TENANT}/v2.0"
GLOBAL = "Global Administrator"


def well_kept() -> EntraWorldFiles:
    """Return a tenant in which everything has its near-twin's good form."""
    files = entra().user("ada").user("bob").settings(register=False, consent=[LOW])
    files.role("ada", GLOBAL, eligible=True).activation(GLOBAL, mfa=True)
    files.app("deploy", owners=["ada"], federated=[token(SHOP + "environment:production")])
    files.app("report", owners=["bob"], secrets=[months("k", 6)]).grants("report", "User.Read.All")
    files.managed_identity("worker").grants("sp:worker", "Sites.Selected")
    files.sp("mailer", owners=["bob"], more=VERIFIED).consent("mailer", "User.Read openid")
    files.blueprint("helper", owners=["ada"], federated=[token(oid("sp:worker"), issuer=MANAGED)])
    files.agent("one", "helper", sponsors=["ada"]).agent("two", "helper", sponsors=["bob"]).agent_user("u", "one")
    return files.signed_in(deploy=RECENT, report=RECENT, mailer=RECENT)


def ill_kept() -> EntraWorldFiles:
    """Return a tenant in which much is wrong with few things."""
    files = entra().user("gaby").role("gaby", GLOBAL).user("dev").user("gone", enabled=False)
    files.app("deploy", owners=["dev", "gone"], secrets=[months("k", 24)]).grants("deploy", HIGH).app("boss")
    files.role("sp:boss", GLOBAL).managed_identity("worker").grants("sp:worker", "RoleManagement.ReadWrite.Directory")
    files.sp("mailer", more=NOBODY).consent("mailer", "Mail.Read offline_access")
    return files.app("old", enabled=False).grants("old", HIGH).signed_in(deploy="2025-06-01T00:00:00Z")


def test_a_tenant_kept_well_is_silent(tmp_path: Path) -> None:
    report = evaluate(snapshot_of(well_kept().build(tmp_path / "e"), tmp_path / "w"), rules=ENTRA)
    assert [finding.message for finding in report.findings] == []
    assert [(row.rule, row.reason) for row in report.not_judged] == []
    assert sum(1 for count in report.passed.values() if count) >= 20


def test_what_is_told_of_a_tenant_kept_ill(tmp_path: Path) -> None:
    report = evaluate(snapshot_of(ill_kept().build(tmp_path / "e"), tmp_path / "w"), rules=ENTRA)
    told: dict[str, list[str]] = defaultdict(list)
    for finding in report.findings:
        told[finding.subject_name].append(finding.rule.removeprefix("entra-"))
    assert {name: sorted(rules) for name, rules in told.items()} == {
        "Gaby": ["standing-role"],
        "deploy": [
            "departed-owner",
            "long-lived-secret",
            "owner-escalation",
            "path-to-admin",
            "secret-on-privileged",
            "unused-privileged-app",
        ],
        "boss": ["privileged-without-owner", "tenant-admin", "unused-privileged-app"],
        "worker": ["path-to-admin"],
        "mailer": ["dormant-foreign-app", "mailbox-consent", "unverified-publisher"],
        "old": ["disabled-privileged", "privileged-without-owner"],
    }
    assert all(finding.evidence for finding in report.findings)


def test_nothing_is_clean_that_was_not_looked_at(tmp_path: Path) -> None:
    files = well_kept().without(*OPERATIONS)
    files.absent.discard("organization")
    report = evaluate(snapshot_of(files.build(tmp_path / "e"), tmp_path / "w"), rules=ENTRA)
    assert not report.findings
    assert not any(report.passed.values())
    assert {row.rule for row in report.not_judged} == set(ENTRA)


def test_azure_alone_shows_managed_identities_of_a_tenant_that_was_not_collected(tmp_path: Path) -> None:
    files = azure().subscription("prod").identity("worker")
    report = evaluate(snapshot_of(files.build(tmp_path / "e"), tmp_path / "w"), rules=ENTRA)
    assert not report.findings
    assert not any(report.passed.values())
    told = {row.rule for row in report.not_judged}
    assert {"entra-broad-managed-identity", "entra-path-to-admin", "entra-tenant-admin"} <= told
