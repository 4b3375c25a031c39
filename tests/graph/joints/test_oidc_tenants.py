"""A tenant of Entra as issuer: which application's token becomes a role of AWS.

Written from https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (an app-only token's
subject is the object id), https://learn.microsoft.com/graph/api/resources/apiapplication (versions) and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html (what AWS compares).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.joints.joined import figures, join
from tests.graph.joints.trusts import ROLE, role_of, statement, trusting
from tests.worlds.azure import azure
from tests.worlds.entra import TENANT, VENDOR, EntraWorldFiles, app_id, entra, node, oid, token

JOINT = "OIDC subject: Entra"
FIRST, SECOND = f"sts.windows.net/{TENANT}/", f"login.microsoftonline.com/{TENANT}/v2.0"
URI = "api://aws-access"
JOB, JOB_ID = node("sp:job"), oid("sp:job")


def _tenant(
    *, version: int | None = None, uris: tuple[str, ...] = (URI,), required: bool = False, resource: bool = True
) -> EntraWorldFiles:
    """Return a tenant with a managed identity ``job``, an application ``reader``, and the resource tokens are for."""
    files = entra().managed_identity("job").app("reader", more=_api((), None))
    for row in files.lists["servicePrincipals"]:
        row |= {"appRoleAssignmentRequired": False, "servicePrincipalNames": [row["appId"]]}
    if resource:
        files = files.app("aws", more=_api(uris, version))
        names = {"appRoleAssignmentRequired": required, "servicePrincipalNames": [app_id("aws"), *uris]}
        files.lists["servicePrincipals"][-1] |= names
    return files


def _api(uris: tuple[str, ...], version: int | None) -> dict[str, Any]:
    return {"identifierUris": list(uris), "api": {"requestedAccessTokenVersion": version}}


@pytest.mark.parametrize(
    ("world", "issuer", "subject", "aud", "state", "figure"),
    [
        (_tenant(), FIRST, JOB_ID, URI, State.VERIFIED, (1, 0, 0, 0, 0)),
        (_tenant(), FIRST, JOB_ID, app_id("aws"), State.VERIFIED, (1, 0, 0, 0, 0)),
        # Another audience than any resource of the tenant has; a resource without a service principal.
        (_tenant(), FIRST, JOB_ID, "api://other", State.VOID, (0, 0, 0, 1, 0)),
        (_tenant(resource=False), FIRST, JOB_ID, URI, State.VOID, (0, 0, 0, 1, 0)),
        # Another tenant.
        (_tenant(), FIRST.replace(TENANT, VENDOR), JOB_ID, URI, State.VOID, (0, 0, 0, 0, 1)),
        # Case, another object, a person's object id.
        (_tenant(), FIRST, JOB_ID.upper(), URI, State.VOID, (0, 0, 0, 1, 0)),
        (_tenant(), FIRST, oid("sp:nobody"), URI, State.VOID, (0, 0, 0, 1, 0)),
        (_tenant().user("alice"), FIRST, oid("alice"), URI, State.VOID, (0, 0, 0, 1, 0)),
        # Tokens of version 2 have another issuer, and the reverse.
        (_tenant(version=2), FIRST, JOB_ID, URI, State.VOID, (0, 0, 0, 1, 0)),
        (_tenant(), SECOND, JOB_ID, app_id("aws"), State.VOID, (0, 0, 0, 1, 0)),
        # Version 2: the audience is read as azp or as aud, so each alone is not sure.
        (_tenant(version=2), SECOND, JOB_ID, app_id("aws"), State.UNVERIFIED, (0, 1, 0, 0, 0)),
        (_tenant(version=2), SECOND, JOB_ID, app_id("job"), State.UNVERIFIED, (0, 1, 0, 0, 0)),
        (_tenant(version=2), SECOND, JOB_ID, URI, State.VOID, (0, 0, 0, 1, 0)),
        # An issuer that no token of a tenant has, and one that lacks its slash.
        (_tenant(), f"login.microsoftonline.com/{TENANT}", JOB_ID, URI, State.VOID, (0, 0, 0, 1, 0)),
        (_tenant(), FIRST.rstrip("/"), JOB_ID, URI, State.UNVERIFIED, (0, 1, 0, 0, 0)),
        # Only who is assigned gets a token.
        (_tenant(required=True), FIRST, JOB_ID, URI, State.VOID, (0, 0, 0, 1, 0)),
        # Nobody looked at audiences.
        (entra().managed_identity("job"), FIRST, JOB_ID, URI, State.UNVERIFIED, (0, 1, 0, 0, 0)),
        # No list of service principals.
        (entra().without("servicePrincipals"), FIRST, JOB_ID, URI, State.VOID, (0, 0, 0, 0, 1)),
    ],
)
def test_what_a_managed_identity_can_have(
    tmp_path: Path,
    world: EntraWorldFiles,
    issuer: str,
    subject: str,
    aud: str,
    state: State,
    figure: tuple[int, ...],
) -> None:
    found = join(tmp_path, aws=trusting(issuer, subject, aud=aud), entra=world)
    assert found.reached(JOB, ROLE) is state
    assert figures(found.count(JOINT)) == figure


def test_an_application_that_asks_for_itself_in_version_2(tmp_path: Path) -> None:
    world = _tenant(version=2)
    own = oid("sp:aws")
    found = join(tmp_path, aws=trusting(SECOND, own, aud=app_id("aws")), entra=world)
    assert found.reached(node("sp:aws"), ROLE) is State.VERIFIED


def test_who_is_assigned_to_a_resource_that_asks_for_it(tmp_path: Path) -> None:
    row = {"id": "a1", "principalId": JOB_ID, "resourceId": oid("sp:aws"), "appRoleId": oid("role:x")}
    world = _tenant(required=True).line("servicePrincipals.appRoleAssignedTo", oid("sp:aws"), row)
    world = world.line("servicePrincipals.appRoleAssignments", JOB_ID, row)
    found = join(tmp_path, aws=trusting(FIRST, JOB_ID, aud=URI), entra=world)
    assert found.reached(JOB, ROLE) is State.VERIFIED


def test_a_group_that_is_assigned_may_have_the_caller_in_it(tmp_path: Path) -> None:
    row = {"id": "a1", "principalId": oid("group:ops"), "principalType": "Group", "resourceId": oid("sp:aws")}
    world = _tenant(required=True).group("ops", "sp:job")
    world = world.line("servicePrincipals.appRoleAssignedTo", oid("sp:aws"), {**row, "appRoleId": oid("role:x")})
    found = join(tmp_path, aws=trusting(FIRST, JOB_ID, aud=URI), entra=world)
    assert found.reached(JOB, ROLE) is State.UNVERIFIED


@pytest.mark.parametrize(
    ("subject", "like", "job", "reader"),
    [
        ("", False, State.VERIFIED, State.VERIFIED),
        ("*", True, State.VERIFIED, State.VERIFIED),
        ("*", False, State.VOID, State.VOID),
        (JOB_ID[:8] + "*", True, State.VERIFIED, State.VOID),
    ],
)
def test_a_trust_of_many(tmp_path: Path, subject: str, like: bool, job: State, reader: State) -> None:
    found = join(tmp_path, aws=trusting(FIRST, subject, like=like, aud=URI), entra=_tenant())
    assert found.reached(JOB, ROLE) is job
    assert found.reached(node("sp:reader"), ROLE) is reader
    if job is reader is State.VERIFIED:
        assert figures(found.count(JOINT)) == (0, 0, 1, 0, 0)
        # One class, no step from each application to each subject.
        direct = [e for e in found.view.graph.edges if e.source == JOB and e.target.startswith("oidc:")]
        assert direct == []


@pytest.mark.parametrize(
    ("claim", "value", "job", "reader"),
    [
        ("appid", app_id("reader"), State.VOID, State.CONDITIONAL),
        ("appid", app_id("job"), State.CONDITIONAL, State.VOID),
        ("oid", oid("sp:reader"), State.VOID, State.CONDITIONAL),
        ("tid", VENDOR, State.VOID, State.VOID),
        ("tid", TENANT, State.CONDITIONAL, State.CONDITIONAL),
        # Tokens of version 1 have no azp.
        ("azp", app_id("job"), State.VOID, State.VOID),
    ],
)
def test_a_claim_that_pins_the_caller(tmp_path: Path, claim: str, value: str, job: State, reader: State) -> None:
    world = trusting(FIRST, "*", like=True, aud=URI, more={"StringEquals": {claim: value}})
    found = join(tmp_path, aws=world, entra=_tenant())
    assert found.reached(JOB, ROLE) is job
    assert found.reached(node("sp:reader"), ROLE) is reader


def test_two_roles_of_one_subject_with_two_audiences(tmp_path: Path) -> None:
    other = statement(FIRST, JOB_ID, aud="api://elsewhere")
    world = trusting(FIRST, JOB_ID, aud=URI, audiences=(URI, "api://elsewhere")).role("other", trusts=[other])
    found = join(tmp_path, aws=world, entra=_tenant())
    assert found.reached(JOB, ROLE) is State.VERIFIED
    assert found.reached(JOB, role_of("other")) is State.VOID


def test_an_audience_that_is_no_pattern_under_an_exact_test(tmp_path: Path) -> None:
    exact = trusting(FIRST, JOB_ID, aud="api://*", audiences=("api://*",))
    assert join(tmp_path / "exact", aws=exact, entra=_tenant()).reached(JOB, ROLE) is State.VOID
    like = trusting(FIRST, JOB_ID, aud="", audiences=(URI,), more={"StringLike": {"aud": "api://*"}})
    assert join(tmp_path / "like", aws=like, entra=_tenant()).reached(JOB, ROLE) is State.VERIFIED


def test_a_disabled_application_waits_until_it_is_enabled(tmp_path: Path) -> None:
    world = _tenant().app("old", enabled=False, more=_api((), None))
    world.lists["servicePrincipals"][-1] |= {"appRoleAssignmentRequired": False, "servicePrincipalNames": []}
    found = join(tmp_path, aws=trusting(FIRST, oid("sp:old"), aud=URI), entra=world)
    assert found.reached(node("sp:old"), ROLE) is State.CONDITIONAL


def test_a_managed_identity_of_a_tenant_that_was_seen_through_azure_alone(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("job")
    found = join(tmp_path, aws=trusting(FIRST, JOB_ID, aud=URI), azure=world)
    assert found.reached(JOB, ROLE) is State.UNVERIFIED


def test_an_application_elsewhere_takes_tokens_of_managed_identities_alone(tmp_path: Path) -> None:
    foreign = token(JOB_ID, issuer=f"https://login.microsoftonline.com/{VENDOR}/v2.0")
    people = entra().managed_identity("job").app("deploy", federated=[foreign])
    found = join(tmp_path, entra=people)
    # The vendor's tenant was not collected, so nobody is known to have its tokens.
    assert found.reached(JOB, node("sp:deploy")) is State.VOID
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 1)


def test_a_trust_of_everybody_is_one_class(tmp_path: Path) -> None:
    world = _tenant()
    for index in range(12):
        world = world.managed_identity(f"m{index}")
    found = join(tmp_path, aws=trusting(FIRST, aud=URI), entra=world)
    edges = [edge for edge in found.view.graph.edges if edge.kind is EdgeKind.CAN_IMPERSONATE]
    principals = {edge.source for edge in edges if edge.target.startswith("hub:")}
    assert len(edges) == len(principals) + 1
    assert {node(f"sp:m{index}") for index in range(12)} < principals
