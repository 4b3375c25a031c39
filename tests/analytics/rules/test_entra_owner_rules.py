"""Owners of applications and groups: what they gain, who they are, and where there is none.

What owners may do: https://learn.microsoft.com/entra/fundamentals/users-default-permissions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.analytics.rules.entra_cases import Case, check, names
from tests.analytics.rules.scenarios_entra import HIGH
from tests.worlds.entra import EntraWorldFiles, entra, node

GAIN, GUEST, LEFT = "entra-owner-escalation", "entra-guest-owner", "entra-departed-owner"
NOBODY, GROUP = "entra-privileged-without-owner", "entra-role-group-owner"
TENANT_WIDE = "RoleManagement.ReadWrite.Directory"
ROLE = "Application Administrator"
LOCKED = {"isEnabled": True, "allProperties": True}


def owned(*permissions: str, role: str = "", eligible: bool = False, **options: Any) -> EntraWorldFiles:
    """Return a tenant where Ada owns an application with permissions."""
    files = entra().user("ada").app("deploy", owners=["ada"], **options).grants("deploy", *permissions)
    return files.role("ada", role, eligible=eligible) if role else files


def group(*, role: str = "", owner: str = "ada", **options: Any) -> EntraWorldFiles:
    """Return a tenant where somebody owns a role-assignable group."""
    files = entra().user("ada").user("gast", guest=True).user("gone", enabled=False)
    files.group("ops", owners=[owner], role_assignable=True, **options).role("group:ops", ROLE)
    return files.role(owner, role) if role else files


CASES = [
    Case(GAIN, "mail", owned("Mail.Read"), ("deploy medium",), says="rights of class H5"),
    Case(GAIN, "who reads mail anyway", owned("Mail.Read", role="Exchange Administrator")),
    Case(GAIN, "nothing of worth", owned("User.Read.All")),
    Case(GAIN, "the same tier", owned(HIGH, role=ROLE)),
    Case(
        GAIN, "a lower tier", owned(TENANT_WIDE, role="Reports Reader"), ("deploy high",), says="a way to full control"
    ),
    Case(GAIN, "who could become administrator anyway", owned(TENANT_WIDE, role="Privileged Role Administrator")),
    Case(
        GAIN,
        "who could activate the role",
        owned(TENANT_WIDE, role="Global Administrator", eligible=True),
        ("deploy medium",),
    ),
    Case(
        GAIN,
        "by the service principal",
        entra().user("ada").app("deploy", sp_owners=["ada"]).grants("deploy", TENANT_WIDE),
        ("deploy high",),
    ),
    Case(
        GAIN,
        "by the service principal, locked",
        entra().user("ada").app("deploy", sp_owners=["ada"], lock=LOCKED).grants("deploy", TENANT_WIDE),
    ),
    Case(GAIN, "by the application, locked", owned(TENANT_WIDE, lock=LOCKED), ("deploy high",)),
    Case(
        GAIN,
        "of a vendor's service principal",
        entra().user("ada").sp("mailer", owners=["ada"]).grants("mailer", TENANT_WIDE),
        (),
        ("another tenant",),
    ),
    Case(
        GAIN,
        "a guest is told elsewhere",
        entra().user("gast", guest=True).app("deploy", owners=["gast"]).grants("deploy", TENANT_WIDE),
    ),
    Case(
        GAIN,
        "who left is told elsewhere",
        entra().user("gone", enabled=False).app("deploy", owners=["gone"]).grants("deploy", TENANT_WIDE),
    ),
    Case(
        GAIN,
        "by a group",
        entra()
        .user("ada")
        .group("ga", "ada", role_assignable=True)
        .role("group:ga", "Global Administrator")
        .app("deploy", owners=["ada"])
        .grants("deploy", TENANT_WIDE),
    ),
    Case(
        GAIN,
        "of a blueprint",
        entra().user("ada").blueprint("helper", owners=["ada"]).grants("helper", TENANT_WIDE),
        ("helper high",),
    ),
    Case(GAIN, "owners not looked at", owned(TENANT_WIDE).without("applications.owners"), (), ("owners are not",)),
    Case(GAIN, "people not looked at", owned(TENANT_WIDE).without("users"), (), ("not collected",)),
    Case(
        GUEST,
        "of a privileged application",
        entra().user("gast", guest=True).app("deploy", owners=["gast"]).grants("deploy", HIGH),
        ("deploy high",),
    ),
    Case(
        GUEST,
        "application and service principal are one",
        entra().user("gast", guest=True).app("deploy", owners=["gast"], sp_owners=["gast"]),
        ("deploy medium",),
    ),
    Case(GUEST, "of a plain group", entra().user("gast", guest=True).group("team", owners=["gast"]), ("team low",)),
    Case(GUEST, "of a role-assignable group", group(owner="gast"), ("ops high",)),
    Case(GUEST, "a member of the tenant", group()),
    Case(
        GUEST,
        "a guest that is disabled",
        entra().user("gast", guest=True, enabled=False).app("deploy", owners=["gast"]),
    ),
    Case(GUEST, "people not looked at", owned().without("users"), (), ("Who owns what",)),
    Case(
        LEFT,
        "one of two",
        entra().user("ada").user("gone", enabled=False).app("deploy", owners=["ada", "gone"]),
        ("deploy low",),
        says="an owner of",
    ),
    Case(
        LEFT,
        "the only one of a privileged application",
        entra().user("gone", enabled=False).app("deploy", owners=["gone"]).grants("deploy", HIGH),
        ("deploy high",),
    ),
    Case(LEFT, "of a group", group(owner="gone"), ("ops high",), says="the group ops"),
    Case(LEFT, "people not looked at", owned().without("users"), (), ("Who owns what",)),
    Case(NOBODY, "not privileged", entra().app("deploy").grants("deploy", "Mail.Read")),
    Case(NOBODY, "a vendor's", entra().sp("mailer").grants("mailer", HIGH), ("mailer medium",)),
    Case(NOBODY, "a way to full control", entra().app("deploy").grants("deploy", TENANT_WIDE), ("deploy high",)),
    Case(
        NOBODY,
        "an owner of the service principal",
        entra().user("ada").app("deploy", sp_owners=["ada"]).grants("deploy", HIGH),
    ),
    Case(
        NOBODY,
        "who left is told elsewhere",
        entra().user("gone", enabled=False).app("deploy", owners=["gone"]).grants("deploy", HIGH),
    ),
    Case(NOBODY, "a managed identity", entra().managed_identity("worker").grants("sp:worker", HIGH)),
    Case(
        NOBODY,
        "owners not looked at",
        entra().app("deploy").grants("deploy", HIGH).without("applications.owners"),
        (),
        ("owners are not",),
    ),
    Case(GROUP, "who holds nothing", group(), ("ops high",), says="can join it"),
    Case(GROUP, "who is Global Administrator", group(role="Global Administrator")),
    Case(GROUP, "a guest is told elsewhere", group(owner="gast")),
    Case(GROUP, "who left is told elsewhere", group(owner="gone")),
    Case(GROUP, "no role assigned", entra().user("ada").group("ops", owners=["ada"], role_assignable=True)),
    Case(
        GROUP,
        "only eligible",
        entra()
        .user("ada")
        .group("ops", owners=["ada"], role_assignable=True)
        .role("group:ops", "Exchange Administrator", eligible=True),
    ),
    Case(GROUP, "owners not looked at", group().without("groups.owners"), (), ("owners are not",)),
]


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


def test_several_owners_are_several_findings(tmp_path: Path) -> None:
    files = entra().user("ada").user("bob").app("deploy", owners=["ada", "bob"]).grants("deploy", TENANT_WIDE)
    report = check(Case(GAIN, "", files, ("deploy high", "deploy high")), tmp_path)
    assert {finding.key for finding in report.findings} == {node("ada"), node("bob")}
    for finding in report.findings:
        (grant,) = finding.grants
        assert grant.text.endswith("owns deploy")
        assert grant.evidence
        assert "RoleManagement.ReadWrite.Directory of Microsoft Graph" in finding.message
