"""Consents, publishers, audiences, use, disabled identities, settings of the tenant.

Consents and what they allow: https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant; settings of users:
https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.policy import Policy
from tests.analytics.rules.entra_cases import Case, check, names
from tests.analytics.rules.scenarios_entra import HIGH, LEGACY, LOW, NOBODY, OLD, RECENT, VERIFIED
from tests.worlds.entra import EntraWorldFiles, entra

WIDE, MAIL, PUBLISHER = "entra-tenant-wide-consent", "entra-mailbox-consent", "entra-unverified-publisher"
LOCK, OPEN = "entra-unlocked-multitenant-app", "entra-internal-app-open"
UNUSED, DORMANT, DISABLED = "entra-unused-privileged-app", "entra-dormant-foreign-app", "entra-disabled-privileged"
REGISTER, CONSENT = "entra-open-registration", "entra-open-consent"
MANY, BOTH = "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount"
AS_USER = "Directory.AccessAsUser.All"


def vendor(*scopes: str, user: str = "", **options: Any) -> EntraWorldFiles:
    """Return a vendor's application with consents."""
    files = entra().user("ada").user("bob").sp("mailer", **options)
    for scope in scopes:
        files.consent("mailer", scope, user=user)
    return files


def own(*permissions: str, **options: Any) -> EntraWorldFiles:
    """Return an application of one's own with permissions."""
    return entra().app("deploy", **options).grants("deploy", *permissions)


def unknown_home() -> EntraWorldFiles:
    """Return a tenant of which nothing tells the id."""
    return vendor("Mail.Read offline_access").without("organization")


def build_unnamed(folder: Path) -> Path:
    """Write such a tenant into a folder that is no id either."""
    unknown_home().build(folder)
    (place,) = (folder / "entra").iterdir()
    place.rename(folder / "entra" / "estate")
    return folder


CONSENTS = [
    Case(WIDE, "a vendor's directory", vendor("Directory.ReadWrite.All"), ("mailer high",)),
    Case(WIDE, "mail without lasting", vendor("Mail.Read"), ("mailer medium",)),
    Case(WIDE, "lasting mail is told elsewhere", vendor("Mail.Read offline_access")),
    Case(
        WIDE,
        "lasting mail of one's own",
        entra().app("deploy").consent("deploy", "Mail.Read offline_access"),
        ("deploy medium",),
    ),
    Case(
        WIDE,
        "lasting mail and the directory",
        vendor("Mail.Read Directory.ReadWrite.All offline_access"),
        ("mailer high",),
    ),
    Case(WIDE, "who signs in, and nothing else", vendor("openid profile email User.Read offline_access")),
    Case(WIDE, "one user", vendor("Directory.ReadWrite.All", user="ada")),
    Case(
        WIDE, "another API's scope of that name", entra().sp("erp").app("deploy").consent("deploy", AS_USER, api="erp")
    ),
    Case(
        WIDE,
        "a step to full control is told by the path",
        entra().user("gaby").role("gaby", "Global Administrator").app("deploy").consent("deploy", AS_USER),
    ),
    Case(
        WIDE,
        "not looked at",
        vendor("Directory.ReadWrite.All").without("oauth2PermissionGrants"),
        (),
        ("Who consented",),
    ),
    Case(MAIL, "everybody", vendor("Mail.ReadWrite offline_access"), ("mailer high",), says="as every user"),
    Case(MAIL, "files", vendor("Files.Read offline_access", user="ada"), ("mailer medium",), says="as 1 user"),
    Case(MAIL, "offline access in a row of its own", vendor("Mail.Read", "offline_access"), ("mailer high",)),
    Case(
        MAIL,
        "offline access of another user",
        vendor("Mail.Read", user="ada").consent("mailer", "offline_access", user="bob"),
    ),
    Case(MAIL, "mail without lasting", vendor("Mail.Read")),
    Case(MAIL, "chosen sites", vendor("Sites.Selected offline_access")),
    Case(MAIL, "sending", vendor("Mail.Send offline_access")),
    Case(MAIL, "one's own application", entra().app("deploy").consent("deploy", "Mail.Read offline_access")),
    Case(MAIL, "disabled", vendor("Mail.Read offline_access", enabled=False)),
    Case(MAIL, "not looked at", vendor().without("oauth2PermissionGrants"), (), ("Who consented",)),
    Case(MAIL, "no tenant of one's own", build_unnamed, (), ("Which tenant this is",)),
    Case(PUBLISHER, "tier 1 by itself", vendor(more=NOBODY).grants("mailer", HIGH), ("mailer high",)),
    Case(PUBLISHER, "as a user", vendor("Mail.Read", more=NOBODY), ("mailer medium",)),
    Case(PUBLISHER, "verified", vendor("Mail.Read", more=VERIFIED)),
    Case(PUBLISHER, "nothing that reaches far", vendor("User.Read", more=NOBODY)),
    Case(PUBLISHER, "one's own", own(HIGH)),
    Case(PUBLISHER, "not asked for", vendor("Mail.Read"), (), ("publisher is verified",)),
    Case(PUBLISHER, "no tenant of one's own", build_unnamed, (), ("Which tenant this is",)),
]

APPLICATIONS = [
    Case(LOCK, "no lock and personal accounts", own("Mail.Read", audience=BOTH), ("deploy (application) medium",)),
    Case(LOCK, "privileged", own(HIGH, audience=MANY), ("deploy (application) high",)),
    Case(
        LOCK,
        "signing keys locked alone",
        own("Mail.Read", audience=MANY, lock={"isEnabled": True, "credentialsWithUsageSign": True}),
        ("deploy (application) medium",),
    ),
    Case(
        LOCK,
        "verifying keys locked",
        own("Mail.Read", audience=MANY, lock={"isEnabled": True, "credentialsWithUsageVerify": True}),
    ),
    Case(
        LOCK,
        "lock turned off",
        own("Mail.Read", audience=MANY, lock={"isEnabled": False, "allProperties": True}),
        ("deploy (application) medium",),
    ),
    Case(LOCK, "single tenant", own("Mail.Read")),
    Case(LOCK, "nothing that reaches far", own("User.Read.All", audience=MANY)),
    Case(LOCK, "not looked at", own("Mail.Read", audience=MANY).without("applications"), (), ("Other multi-tenant",)),
    Case(OPEN, "privileged", own(HIGH, audience=MANY, more=NOBODY), ("deploy (application) medium",)),
    Case(OPEN, "a product with a verified publisher", own("User.Read.All", audience=MANY, more=VERIFIED)),
    Case(OPEN, "no permission of its own", own(audience=MANY, more=NOBODY)),
    Case(OPEN, "publisher not asked for", own("User.Read.All", audience=MANY), (), ("publisher is verified",)),
    Case(OPEN, "audience not asked for", own("User.Read.All", audience="", more=NOBODY), (), ("audience",)),
    Case(UNUSED, "not in the report", own(HIGH).signed_in(), ("deploy medium",), says="no sign-in of it"),
    Case(
        UNUSED,
        "a way to full control",
        own("RoleManagement.ReadWrite.Directory").signed_in(deploy=OLD),
        ("deploy high",),
    ),
    Case(UNUSED, "not privileged", own("Mail.Read").signed_in(deploy=OLD)),
    Case(UNUSED, "disabled is told elsewhere", own(HIGH, enabled=False).signed_in(deploy=OLD)),
    Case(UNUSED, "a vendor's is told elsewhere", vendor().grants("mailer", HIGH).signed_in(mailer=OLD)),
    Case(
        UNUSED,
        "a managed identity",
        entra().managed_identity("w").grants("sp:w", HIGH).signed_in(),
        (),
        ("identities of its kind",),
    ),
    Case(UNUSED, "no report", own(HIGH), (), ("sign-in report",)),
    Case(
        DORMANT,
        "with consents",
        vendor("Mail.Read").signed_in(mailer=OLD),
        ("mailer medium",),
        says="it keeps 1 grant.",
    ),
    Case(DORMANT, "privileged", vendor().grants("mailer", HIGH).signed_in(mailer=OLD), ("mailer high",)),
    Case(DORMANT, "one's own", own().signed_in(deploy=OLD)),
    Case(DORMANT, "disabled", vendor(enabled=False).signed_in(mailer=OLD)),
    Case(DORMANT, "no report", vendor(), (), ("sign-in report",)),
    Case(DISABLED, "tier 1", own(HIGH, enabled=False), ("deploy medium",)),
    Case(DISABLED, "a directory role", own(enabled=False).role("sp:deploy", "Exchange Administrator"), ("deploy low",)),
    Case(DISABLED, "enabled", own(HIGH)),
    Case(DISABLED, "nothing that reaches far", own(enabled=False)),
    Case(
        DISABLED,
        "app roles not looked at",
        own(enabled=False).without("servicePrincipals.appRoleAssignments", "servicePrincipals.appRoleAssignedTo"),
        (),
        ("others may hold as much",),
    ),
    Case(REGISTER, "not looked at", entra(), (), ("register applications",)),
    Case(CONSENT, "nothing", entra().settings(consent=[])),
    Case(
        CONSENT,
        "Microsoft's recommendation",
        entra().settings(consent=["ManagePermissionGrantsForSelf.microsoft-user-default-recommended"]),
    ),
    Case(CONSENT, "any, beside a narrow one", entra().settings(consent=[LOW, LEGACY]), ("Nordlicht medium",)),
    Case(
        CONSENT,
        "a policy for group owners",
        entra().settings(
            consent=["ManagePermissionGrantsForOwnedResource.microsoft-all-application-permissions-for-group"]
        ),
    ),
    Case(
        CONSENT,
        "a policy of one's own",
        entra().settings(consent=["ManagePermissionGrantsForSelf.my-policy"]),
        (),
        ("my-policy",),
    ),
    Case(CONSENT, "field not asked for", entra().settings(register=True), (), ("may consent to is not",)),
    Case(CONSENT, "not looked at", entra(), (), ("may consent to is not",)),
]
CASES = CONSENTS + APPLICATIONS


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


def test_consents_of_many_users_are_one_finding_and_many_grants(tmp_path: Path) -> None:
    files = vendor("Mail.Read offline_access", user="ada").consent("mailer", "Mail.Read offline_access", user="bob")
    (finding,) = check(Case(MAIL, "", files, ("mailer medium",), says="as 2 users"), tmp_path).findings
    assert len(finding.grants) == 2


def test_the_policy_decides_what_is_dormant(tmp_path: Path) -> None:
    check(
        Case(DORMANT, "", vendor().signed_in(mailer=RECENT), ("mailer low",)),
        tmp_path,
        Policy(unused_app_days=10),
    )


@pytest.mark.parametrize(("permission", "told_by"), [(AS_USER, "entra-path-to-admin"), ("Mail.Read", WIDE)])
def test_one_consent_is_told_by_one_rule(permission: str, told_by: str, tmp_path: Path) -> None:
    from tests.analytics.rules.building import judge

    files = entra().user("gaby").role("gaby", "Global Administrator").app("deploy").consent("deploy", permission)
    report = judge(files.build(tmp_path), WIDE, also=("entra-path-to-admin", MAIL))
    assert [finding.rule for finding in report.findings] == [told_by]
