"""A stored secret leads to the credential that it holds: by id, hint, rotation, tag and name, strongest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.records import AwsRecords
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import CI, A, here
from tests.graph.joints.joined import Joined, figures, join
from tests.worlds.aws import World
from tests.worlds.azure import azure
from tests.worlds.entra import ADMIN, TENANT, EntraWorldFiles, app_id, entra, node, oid, secret
from tests.worlds.statements import allow

SECRET = A.secret("hr")
JOINT = "stored secret"
OLD = {"starts": "2024-01-01T00:00:00Z", "ends": "2025-01-01T00:00:00Z"}
OTHER = {"starts": "2024-06-01T00:00:00Z", "ends": "2028-01-01T00:00:00Z"}


def password(app: str, key: str) -> str:
    """Return the node of a client secret of an application's registration."""
    return f"entra:password:{oid(f'app:{app}')}:{secret(key)['keyId']}"


def tenant(*secrets: dict[str, Any], name: str = "hr-provisioning") -> EntraWorldFiles:
    """Return a tenant with one application that may write directory roles."""
    return entra().app(name, secrets=secrets or (secret("one"),)).grants(name, "RoleManagement.ReadWrite.Directory")


def stored(name: str = "hr", tags: dict[str, str] | None = None, **more: Any) -> World:
    """Return an account with a secret that ``ci`` reads."""
    world = here().secret(name, tags=tags).user("ci", allow("secretsmanager:GetSecretValue"))
    world.here.secrets[name] |= more
    return world


def aws_and_tenant(folder: Path, world: World, people: EntraWorldFiles | None = None) -> Joined:
    """Join an account with the tenant."""
    return join(folder, aws=world, entra=people or tenant())


@pytest.mark.parametrize(
    "world",
    [
        stored(tags={"keyId": secret("one")["keyId"]}),
        stored(tags={"entra-app-id": app_id("hr-provisioning")}),
        stored(tags={"ClientId": app_id("hr-provisioning").upper()}),
        stored(tags={"sp-object-id": oid("sp:hr-provisioning")}),
        stored(tags={"application_object_id": oid("app:hr-provisioning")}),
        stored(Description=f"client id: {app_id('hr-provisioning')}"),
        stored(Description=f"Client secret of {app_id('hr-provisioning')}"),
        stored(Description=f"Client secret for application {app_id('hr-provisioning')}"),
        stored(Description=f"key id {secret('one')['keyId']}, rotate yearly"),
    ],
)
def test_an_id_is_a_step(world: World, tmp_path: Path) -> None:
    found = aws_and_tenant(tmp_path, world)
    assert found.held(SECRET) == {password("hr-provisioning", "one"): State.VERIFIED}
    assert figures(found.count(JOINT)) == (1, 0, 0, 0, 0)


def test_the_path_crosses_systems(tmp_path: Path) -> None:
    view = aws_and_tenant(tmp_path, stored(tags={"entra-app-id": app_id("hr-provisioning")})).view
    assert view.state(CI, SECRET, kind=EdgeKind.CAN_ACCESS) is State.VERIFIED
    (hop,) = view.hops(source=SECRET)
    assert "tag entra-app-id" in hop.note
    (proof,) = view.hops(source=hop.target)
    assert (proof.target, proof.keys) == (node("sp:hr-provisioning"), {"nhi:currenttime"})
    assert view.state(proof.target, ADMIN) is State.VERIFIED


@pytest.mark.parametrize(
    "tags",
    [
        {"created-by": app_id("hr-provisioning")},
        {"used_by_app_id": app_id("hr-provisioning")},
        {"LastModifiedBy": secret("one")["keyId"]},
        {"app-id": app_id("another")},
        {"app-id": "hr-provisioning"},
        {"application": "hr-provisioning"},
        {"allowed-client-id": app_id("hr-provisioning")},
        {"previous-key-id": secret("one")["keyId"]},
        {"cost-center": "hr-provisioning"},
        {"hint": "abc"},
    ],
)
def test_a_tag_about_something_else_says_nothing(tags: dict[str, str], tmp_path: Path) -> None:
    found = aws_and_tenant(tmp_path, stored(tags=tags))
    assert found.holds(SECRET) == []
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 1)


@pytest.mark.parametrize(
    "description",
    [
        f"rotated from {secret('one')['keyId']}",
        f"Replaces {secret('one')['keyId']}",
        f"created by client id {app_id('hr-provisioning')}",
        f"Allowed for app id: {app_id('hr-provisioning')}",
        f"ticket {app_id('hr-provisioning')}",
    ],
)
def test_a_description_of_somebody_else_or_of_an_earlier_one_says_nothing(description: str, tmp_path: Path) -> None:
    assert aws_and_tenant(tmp_path, stored(Description=description)).holds(SECRET) == []


def test_an_id_under_a_tag_that_does_not_say_what_it_is_of_is_unverified(tmp_path: Path) -> None:
    found = aws_and_tenant(tmp_path, stored(tags={"purpose": app_id("hr-provisioning")}))
    assert found.held(SECRET) == {password("hr-provisioning", "one"): State.UNVERIFIED}
    assert figures(found.count(JOINT)) == (0, 1, 0, 0, 0)


def test_a_secret_written_when_one_of_two_was_made_holds_that_one(tmp_path: Path) -> None:
    world = stored(tags={"app-id": app_id("hr-provisioning")}, LastChangedDate="2025-01-01T08:00:00Z")
    found = aws_and_tenant(tmp_path, world, tenant(secret("one"), secret("two", **OTHER)))
    assert found.held(SECRET) == {password("hr-provisioning", "one"): State.VERIFIED}


def test_either_of_two_good_secrets_is_the_application(tmp_path: Path) -> None:
    world = stored(tags={"app-id": app_id("hr-provisioning")}, LastChangedDate="2025-09-01T08:00:00Z")
    found = aws_and_tenant(tmp_path, world, tenant(secret("one"), secret("two", **OTHER)))
    edges = found.holds(SECRET)
    assert {(edge.target, edge.state) for edge in edges} == {(node("sp:hr-provisioning"), State.VERIFIED)}
    assert all("which of 2" in edge.note for edge in edges)
    ends = {edge.grants: edge.conditions[0][0].values for edge in edges}
    assert ends == {
        (password("hr-provisioning", "one"),): ("2027-01-01T00:00:00Z",),
        (password("hr-provisioning", "two"),): ("2028-01-01T00:00:00Z",),
    }, "each as long as that credential lasts"


def test_a_disabled_application_is_no_step_further(tmp_path: Path) -> None:
    people = entra().app("hr-provisioning", secrets=(secret("one"), secret("two", **OTHER)), enabled=False)
    found = aws_and_tenant(tmp_path, stored(tags={"app-id": app_id("hr-provisioning")}), people)
    assert found.held(SECRET) == {}
    assert len(found.holds(SECRET)) == 2


def test_a_secret_that_may_be_the_one_that_ended_is_ambiguous(tmp_path: Path) -> None:
    world = stored(tags={"app-id": app_id("hr-provisioning")}, LastChangedDate="2024-12-01T08:00:00Z")
    ended = {"starts": "2024-06-01T00:00:00Z", "ends": "2025-06-01T00:00:00Z"}
    people = tenant(secret("one", **ended), secret("two", **OTHER))
    found = join(tmp_path, aws=world, entra=people, as_of=datetime(2026, 6, 1, tzinfo=UTC))
    assert set(found.held(SECRET).values()) == {State.UNVERIFIED}
    assert set(found.held(SECRET)) == {password("hr-provisioning", "one"), password("hr-provisioning", "two")}
    assert figures(found.count(JOINT)) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("tags", "more", "of_app"),
    [
        ({}, {"LastChangedDate": "2025-03-01T00:00:00Z"}, secret("one", **OLD)),
        ({}, {"LastChangedDate": "2024-03-01T00:00:00Z"}, secret("one")),
        ({"tenant-id": "bbbbbbbb-0000-4000-8000-000000000009"}, {}, secret("one")),
        ({"secret-hint": "xyz"}, {}, secret("one")),
        ({}, {"Name": "hr/certificate.pfx"}, secret("one")),
    ],
    ids=["ended before", "begins later", "other tenant", "other hint", "other type"],
)
def test_what_cannot_be_is_counted_and_dropped(
    tags: dict[str, str], more: dict[str, Any], of_app: dict[str, Any], tmp_path: Path
) -> None:
    world = stored(tags={"app-id": app_id("hr-provisioning"), **tags}, **more)
    found = aws_and_tenant(tmp_path, world, tenant(of_app))
    assert found.holds(SECRET) == []
    assert figures(found.count(JOINT)) == (0, 0, 0, 1, 0)


def test_its_own_tenant_and_hint_rule_nothing_out(tmp_path: Path) -> None:
    tags = {"app-id": app_id("hr-provisioning"), "tenant-id": TENANT, "secret-hint": "abc"}
    assert aws_and_tenant(tmp_path, stored(tags=tags)).held(SECRET) != {}


def test_a_key_id_that_begins_later_is_doubted(tmp_path: Path) -> None:
    world = stored(tags={"key-id": secret("one")["keyId"]}, LastChangedDate="2024-03-01T00:00:00Z")
    found = aws_and_tenant(tmp_path, world)
    assert found.held(SECRET) == {password("hr-provisioning", "one"): State.UNVERIFIED}


def test_two_applications_in_one_secret_are_alternatives(tmp_path: Path) -> None:
    people = tenant().app("mail", secrets=[secret("two")])
    tags = {"app-id": app_id("hr-provisioning"), "client-id": app_id("mail")}
    found = aws_and_tenant(tmp_path, stored(tags=tags), people)
    assert found.held(SECRET) == {
        password("hr-provisioning", "one"): State.UNVERIFIED,
        password("mail", "two"): State.UNVERIFIED,
    }
    assert all("Ambiguous: one of 2" in edge.note for edge in found.holds(SECRET))
    assert figures(found.count(JOINT)) == (0, 0, 1, 0, 0)


def test_a_hint_counts_with_the_time_and_never_alone(tmp_path: Path) -> None:
    near = stored(tags={"hint": "abc"}, LastChangedDate="2025-01-01T09:00:00Z")
    found = aws_and_tenant(tmp_path / "near", near)
    assert found.held(SECRET) == {password("hr-provisioning", "one"): State.UNVERIFIED}
    far = stored(tags={"hint": "abc"}, LastChangedDate="2025-02-01T09:00:00Z")
    assert aws_and_tenant(tmp_path / "far", far).holds(SECRET) == []


def test_a_hint_of_two_applications_is_ambiguous(tmp_path: Path) -> None:
    world = stored(tags={"hint": "abc"}, LastChangedDate="2025-01-01T09:00:00Z")
    found = aws_and_tenant(tmp_path, world, tenant().app("mail", secrets=[secret("two")]))
    assert len(found.held(SECRET)) == 2
    assert figures(found.count(JOINT)) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("prod/hr-provisioning/client-secret", True),
        ("HrProvisioningClientSecret", True),
        ("entra_hr_provisioning", True),
        ("prod/hr-provisioning/db-password", False),
        ("prod/hr/client-secret", False),
        ("prod/hr-provisioning", False),
    ],
)
def test_a_name_is_a_guess_and_says_so(name: str, counts: bool, tmp_path: Path) -> None:
    found = aws_and_tenant(tmp_path, stored(name))
    expected = {password("hr-provisioning", "one"): State.UNVERIFIED} if counts else {}
    assert found.held(A.secret(name)) == expected


def test_the_longer_name_is_meant(tmp_path: Path) -> None:
    people = tenant().app("hr-provisioning-eu", secrets=[secret("two")])
    found = aws_and_tenant(tmp_path, stored("hr-provisioning-eu-client-secret"), people)
    assert set(found.held(A.secret("hr-provisioning-eu-client-secret"))) == {password("hr-provisioning-eu", "two")}


def test_an_id_makes_the_name_not_count(tmp_path: Path) -> None:
    people = tenant().app("mail-sender", secrets=[secret("two")])
    world = stored("mail-sender-client-secret", tags={"app-id": app_id("hr-provisioning")})
    found = aws_and_tenant(tmp_path, world, people)
    assert found.held(A.secret("mail-sender-client-secret")) == {password("hr-provisioning", "one"): State.VERIFIED}


def test_the_id_of_an_access_key_is_a_step_and_a_name_of_a_user_is_not(tmp_path: Path) -> None:
    world = here().user("bob", keys=1).secret("bob/access-key").user("ci", allow("s3:*"))
    key = next(each["AccessKeyId"] for each in world.here._keys_of("bob"))
    world.secret("plain", tags={"aws-access-key-id": key})
    found = join(tmp_path, aws=world)
    assert found.held(A.secret("plain")) == {f"aws:key:{key}": State.VERIFIED}
    assert found.holds(A.secret("bob/access-key")) == []


def _rotated(records: AwsRecords) -> AwsRecords:
    secrets = tuple(replace(each, rotation_function_arn=A.function("rotate")) for each in records.secrets)
    return replace(records, secrets=secrets)


@pytest.mark.parametrize(("users", "known"), [(("bob",), True), (("*",), False)])
def test_a_rotation_function_of_one_user_tells_whose_key_it_is(
    users: tuple[str, ...], known: bool, tmp_path: Path
) -> None:
    lambda_trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    rights = allow("iam:CreateAccessKey", on=[A.user(each) for each in users])
    world = here().secret("key").role("rotator", rights, trusts=lambda_trust).function("rotate", "rotator")
    for name in ("bob", *(f"other{number}" for number in range(5))):
        world.user(name, keys=1)
    key = next(each["AccessKeyId"] for each in world.here._keys_of("bob"))
    found = join(tmp_path, aws=world.amend(_rotated))
    assert found.held(A.secret("key")) == ({f"aws:key:{key}": State.UNVERIFIED} if known else {})


def test_a_key_vault_says_it_by_content_type_tags_and_times(tmp_path: Path) -> None:
    def vault(**told: Any) -> Joined:
        world = azure().subscription("prod").vault("kv", secrets=["sso"])
        row = world.lines[world.current]["keyvault.vaults.secrets"][world.arm("vault:kv")][0]
        row |= {"properties": told.pop("properties", {}), **told}
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        return join(folder, entra=tenant(), azure=world)

    def source(found: Joined) -> str:
        return next(each for each in found.view.graph.nodes if each.endswith("/vaults/kv/secrets/sso"))

    tags = {"app-id": app_id("hr-provisioning")}
    good = vault(tags=tags, properties={"contentType": "client secret", "attributes": {"created": 1735689600}})
    assert good.held(source(good)) == {password("hr-provisioning", "one"): State.VERIFIED}
    (edge,) = good.holds(source(good))
    assert edge.technique == "azure-key-vault-get-secret"
    certificate = vault(tags=tags, properties={"contentType": "application/x-pkcs12 certificate"})
    assert certificate.holds(source(certificate)) == []
    early = vault(tags=tags, properties={"attributes": {"created": 1704067200, "updated": 1706745600}})
    assert early.holds(source(early)) == []
    assert figures(early.count(JOINT)) == (0, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("tags", "collected", "there"),
    [
        ({"entra-app-id": app_id("hr-provisioning")}, False, True),
        ({"entra-app-id": app_id("other"), "tenant-id": oid("elsewhere")}, True, True),
        ({"entra-app-id": app_id("other")}, True, False),
        ({"entra-app-id": app_id("other"), "tenant-id": TENANT}, True, False),
        ({"client-id": app_id("hr-provisioning")}, False, False),
        ({"created-by-entra-app-id": app_id("hr-provisioning")}, False, False),
    ],
)
def test_an_application_of_a_tenant_that_was_not_looked_at(
    tags: dict[str, str], collected: bool, there: bool, tmp_path: Path
) -> None:
    found = join(tmp_path, aws=stored(tags=tags), entra=tenant() if collected else None)
    target = f"entra:app:{tags.get('entra-app-id', '')}"
    assert found.held(SECRET) == ({target: State.UNVERIFIED} if there else {})
    if there:
        assert not found.view.graph.nodes[target].collected
    assert figures(found.count(JOINT)) == ((0, 1, 0, 0, 0) if there else (0, 0, 0, 0, 1))


@pytest.mark.parametrize(("more", "held"), [({}, True), ({"DeletedDate": "2026-10-30T00:00:00+00:00"}, False)])
def test_nobody_reads_a_secret_that_waits_for_deletion(more: dict[str, str], held: bool, tmp_path: Path) -> None:
    found = aws_and_tenant(tmp_path, stored(tags={"entra-app-id": app_id("hr-provisioning")}, **more))
    assert bool(found.held(SECRET)) is held
    (edge,) = found.holds(SECRET)
    assert ("marked for deletion" in edge.note) is not held
