"""What a state keeps: stored secrets lead to the credentials that they were made from, and the state to all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import CI, A, here
from tests.graph.joints.joined import Joined, figures, join
from tests.worlds.aws import World, unique_id
from tests.worlds.entra import EntraWorldFiles, app_id, entra, node, oid, secret
from tests.worlds.github import github, place
from tests.worlds.statements import allow
from tests.worlds.terraform import Terraform, tf

SECRET = A.secret("hr")
KEY_ID = secret("one")["keyId"]
PASSWORD = f"entra:password:{oid('app:hr')}:{KEY_ID}"
VALUE = "abc8Q~ThisIsTheVerySecretOfTheApplicatio"
STATE = "terraform:prod"
STORED, IN_STATE, OTHERS = "stored secret", "Terraform state", "secret in a state"
CI_SECRETS = "Actions secret"
AWS_KEY = "AKIA" + unique_id("AIDA", A.user("svc"))[4:19] + "A"
AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NEEDS = ("azuread_application.hr", "azuread_application_password.hr")


def tenant(*secrets: dict[str, Any]) -> EntraWorldFiles:
    """Return a tenant with one application that may write directory roles; its name is in no secret's."""
    return entra().app("hr", secrets=secrets or (secret("one"),)).grants("hr", "RoleManagement.ReadWrite.Directory")


def account(**more: Any) -> World:
    """Return an account with a secret that ``ci`` reads."""
    world = here().secret("hr").user("ci", allow("secretsmanager:GetSecretValue"))
    world.here.secrets["hr"] |= {"SecretVersionsToStages": {"v2": ["AWSCURRENT"], "v1": ["AWSPREVIOUS"]}, **more}
    return world


def password(value: str = VALUE, key: str = KEY_ID, state: Terraform | None = None, name: str = "hr") -> Terraform:
    """Return a state that made a client secret."""
    application = oid("app:hr")
    values = {"id": f"{application}/password/{key}", "key_id": key, "application_id": f"/applications/{application}"}
    return (state or tf()).resource("azuread_application_password", name, {**values, "value": value})


def keeps(state: Terraform, value: str, *, version: str = "v2", needs: tuple[str, ...] = (), **more: Any) -> Terraform:
    """Let a state write a value into the account's secret."""
    row = {"arn": SECRET, "secret_id": SECRET, "version_id": version, "secret_string": value}
    return state.resource("aws_secretsmanager_secret_version", "hr", row, needs=needs, **more)


def joined(
    folder: Path, state: Terraform, *, aws: World | None = None, people: EntraWorldFiles | None = None
) -> Joined:
    """Join account, tenant and state."""
    state.build(folder)
    return join(folder, aws=aws or account(), entra=people or tenant())


# ---- equal values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        VALUE,
        f" {VALUE}\n",
        json.dumps({"client_id": app_id("hr"), "client_secret": VALUE}),
        json.dumps({"any": {"name": [VALUE]}}),
        json.dumps({"azure": json.dumps({"password": VALUE})}),
    ],
)
def test_a_secret_with_the_value_of_a_client_secret_holds_it(tmp_path: Path, value: str) -> None:
    found = joined(tmp_path, keeps(password(), value))
    assert found.held(SECRET) == {PASSWORD: State.VERIFIED}
    (edge,) = found.holds(SECRET)
    assert "state prod" in edge.note
    assert "aws_secretsmanager_secret_version.hr" in edge.note
    assert edge.evidence.startswith("terraform/prod/state.json#/resources/1")
    assert figures(found.count(STORED)) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    "value",
    [
        f"{VALUE}2",
        VALUE.lower(),
        "",
        json.dumps({"client_secret": f"{VALUE}x"}),
        app_id("hr"),  # the id of the application opens nothing
        KEY_ID,
    ],
)
def test_another_value_is_no_link(tmp_path: Path, value: str) -> None:
    found = joined(tmp_path, keeps(password(), value))
    assert found.holds(SECRET) == []
    assert figures(found.count(STORED)) == (0, 0, 0, 0, 1)


def test_the_path_goes_on_to_the_tenant(tmp_path: Path) -> None:
    view = joined(tmp_path, keeps(password(), VALUE)).view
    assert view.state(CI, SECRET, kind=EdgeKind.CAN_ACCESS) is State.VERIFIED
    (proof,) = view.hops(source=PASSWORD)
    assert proof.target == node("sp:hr")


def test_values_meet_across_states(tmp_path: Path) -> None:
    password().build(tmp_path, "identity")
    keeps(tf(), VALUE).build(tmp_path, "storage")
    found = join(tmp_path, aws=account(), entra=tenant())
    assert found.held(SECRET) == {PASSWORD: State.VERIFIED}
    # The second state has the value as well, so whoever reads it has the credential.
    assert found.held("terraform:storage") == found.held("terraform:identity") == {PASSWORD: State.VERIFIED}


def test_two_credentials_in_one_value_are_both_kept_and_neither_is_sure(tmp_path: Path) -> None:
    people = tenant(secret("one"), secret("two"))
    other = secret("two")["keyId"]
    state = password("second~value", other, password(), name="two")
    found = joined(tmp_path, keeps(state, json.dumps({"a": VALUE, "b": "second~value"})), people=people)
    assert set(found.held(SECRET).values()) == {State.UNVERIFIED}
    assert len(found.held(SECRET)) == 2


# ---- the cloud says otherwise ----------------------------------------------------------------------------------------


def test_a_version_that_is_no_longer_current_says_nothing(tmp_path: Path) -> None:
    found = joined(tmp_path, keeps(password(), VALUE, version="v1"))
    assert found.holds(SECRET) == []
    assert figures(found.count(OTHERS)) == (0, 0, 0, 1, 0)


def test_where_no_version_is_told_a_later_writing_makes_it_a_guess(tmp_path: Path) -> None:
    later = {"LastChangedDate": "2026-06-01T00:00:00Z", "SecretVersionsToStages": {}}
    found = joined(tmp_path, keeps(password(), VALUE), aws=account(**later))
    assert found.held(SECRET) == {PASSWORD: State.UNVERIFIED}
    assert "written later" in found.holds(SECRET)[0].note


def test_a_client_secret_that_the_application_lists_no_more_is_gone(tmp_path: Path) -> None:
    found = joined(tmp_path, keeps(password(key="11111111-2222-4333-8444-555555555555"), VALUE, needs=NEEDS))
    assert found.holds(SECRET) == []
    assert found.holds(STATE) == []
    assert figures(found.count(IN_STATE)) == (0, 0, 0, 1, 0)
    assert found.facts(STATE)["not_in_cloud"] == ["azuread_application_password.hr"]


def test_a_client_secret_that_ended_before_the_secret_was_written_is_not_it(tmp_path: Path) -> None:
    old = secret("one", starts="2024-01-01T00:00:00Z", ends="2025-01-01T00:00:00Z")
    found = joined(
        tmp_path, keeps(password(), VALUE), people=tenant(old), aws=account(LastChangedDate="2026-01-01T00:00:00Z")
    )
    assert found.holds(SECRET) == []
    assert figures(found.count(STORED)) == (0, 0, 0, 1, 0)


# ---- weaker evidence -------------------------------------------------------------------------------------------------


def test_a_dependency_alone_is_a_guess(tmp_path: Path) -> None:
    found = joined(tmp_path, keeps(password(), f"tenant=x;secret={VALUE}", needs=NEEDS))
    assert found.held(SECRET) == {PASSWORD: State.UNVERIFIED}
    assert "azuread_application_password.hr" in found.holds(SECRET)[0].note


@pytest.mark.parametrize("value", [app_id("hr"), KEY_ID])
def test_a_value_that_is_an_id_and_depends_on_the_credential_holds_nothing(tmp_path: Path, value: str) -> None:
    state = password().resource("azuread_application", "hr", {"object_id": oid("app:hr"), "client_id": app_id("hr")})
    assert joined(tmp_path, keeps(state, value, needs=NEEDS)).holds(SECRET) == []


def test_a_dependency_on_the_application_alone_is_no_link(tmp_path: Path) -> None:
    found = joined(tmp_path, keeps(password(), "something", needs=("azuread_application.hr",)))
    assert found.holds(SECRET) == []


def test_instances_of_one_resource_are_alternatives(tmp_path: Path) -> None:
    other = secret("two")["keyId"]
    state = tf()
    for number, key in enumerate((KEY_ID, other)):
        values = {"key_id": key, "application_object_id": oid("app:hr"), "value": f"{VALUE}{number}"}
        state.resource("azuread_application_password", "hr", values, key=number)
    found = joined(tmp_path, keeps(state, "x=y", needs=NEEDS), people=tenant(secret("one"), secret("two")))
    assert list(found.held(SECRET).values()) == [State.UNVERIFIED] * 2
    assert figures(found.count(STORED)) == (0, 0, 1, 0, 0)


def test_an_id_beside_a_secret_names_the_credential_that_no_state_made(tmp_path: Path) -> None:
    value = json.dumps({"client_id": app_id("hr"), "client_secret": "not in any state"})
    found = joined(tmp_path, keeps(tf(), value))
    assert found.held(SECRET) == {PASSWORD: State.VERIFIED}
    alone = json.dumps({"client_id": app_id("hr"), "tenant_id": app_id("x")})
    assert joined(tmp_path / "b", keeps(tf(), alone)).holds(SECRET) == []


# ---- access keys, parameters, Actions --------------------------------------------------------------------------------


def key_state(state: Terraform | None = None) -> Terraform:
    """Return a state that made an access key."""
    values = {"id": AWS_KEY, "user": "svc", "status": "Active", "secret": AWS_SECRET, "ses_smtp_password_v4": "smtp"}
    user = {"arn": A.user("svc"), "name": "svc"}
    return (state or tf()).resource("aws_iam_user", "svc", user).resource("aws_iam_access_key", "svc", values)


def with_key() -> World:
    """Return an account in which ``svc`` has that key."""
    return account().user("svc", allow("*"), keys=1)


@pytest.mark.parametrize("value", [AWS_SECRET, json.dumps({"id": AWS_KEY, "secret": AWS_SECRET})])
def test_a_secret_with_the_value_of_an_access_key_holds_it(tmp_path: Path, value: str) -> None:
    found = joined(tmp_path, keeps(key_state(), value), aws=with_key())
    assert found.held(SECRET) == {f"aws:key:{AWS_KEY}": State.VERIFIED}
    assert found.held(STATE) == {f"aws:key:{AWS_KEY}": State.VERIFIED}


@pytest.mark.parametrize("value", [AWS_KEY, "smtp", json.dumps({"id": AWS_KEY, "user": "svc"})])
def test_an_id_or_the_mail_password_is_not_the_key(tmp_path: Path, value: str) -> None:
    found = joined(tmp_path, keeps(key_state(), value), aws=with_key())
    assert found.holds(SECRET) == []


def test_a_key_that_the_account_lists_no_more_is_gone(tmp_path: Path) -> None:
    found = joined(tmp_path, keeps(key_state(), AWS_SECRET), aws=account().user("svc", allow("*")))
    assert found.holds(SECRET) == []
    assert found.holds(STATE) == []


def actions_state(value: str, updated: str = "2026-01-01T00:00:00Z") -> Terraform:
    """Return a state that writes a key into a secret of Actions."""
    row = {"repository": "app", "secret_name": "AWS_SECRET", "updated_at": updated, "plaintext_value": value}
    return key_state().resource("github_actions_secret", "a", row, needs=["aws_iam_access_key.svc"])


def actions(folder: Path, state: Terraform, updated: str = "2026-01-01T00:00:00Z") -> Joined:
    """Join an organization, an account and a state."""
    world = github().owner("olga").repo("app").secret("AWS_SECRET")
    world.build(folder)
    for file in folder.rglob("actions.list-repo-secrets.jsonl"):
        file.write_text(file.read_text().replace("2025-01-01T00:00:00Z", updated))
    state.build(folder)
    return join(folder, aws=with_key())


def test_an_actions_secret_with_the_value_of_a_key_holds_it(tmp_path: Path) -> None:
    found = actions(tmp_path, actions_state(AWS_SECRET))
    assert found.held(place("secret:app:AWS_SECRET")) == {f"aws:key:{AWS_KEY}": State.VERIFIED}
    assert figures(found.count(CI_SECRETS)) == (1, 0, 0, 0, 0)


def test_an_actions_secret_that_was_written_since_holds_something_unknown(tmp_path: Path) -> None:
    found = actions(tmp_path, actions_state(AWS_SECRET), updated="2026-03-01T00:00:00Z")
    assert found.holds(place("secret:app:AWS_SECRET")) == []
    assert figures(found.count(OTHERS)) == (0, 0, 0, 1, 0)


def test_an_actions_secret_with_the_id_alone_holds_nothing(tmp_path: Path) -> None:
    found = actions(tmp_path, actions_state(AWS_KEY))
    assert found.holds(place("secret:app:AWS_SECRET")) == []
    assert figures(found.count(CI_SECRETS)) == (0, 0, 0, 0, 1)


# ---- what only a state knows -----------------------------------------------------------------------------------------


def test_what_a_state_alone_knows_is_never_verified(tmp_path: Path) -> None:
    state = keeps(password(), VALUE, needs=NEEDS)
    state.build(tmp_path)
    found = join(tmp_path, aws=account())  # no tenant was collected
    assert found.held(SECRET) == {PASSWORD: State.UNVERIFIED}
    assert found.held(STATE) == {PASSWORD: State.UNVERIFIED}
    known = found.view.graph.nodes[PASSWORD]
    assert (known.collected, known.attributes["observed"]) == (False, False)
    assert PASSWORD not in found.view.graph.credentials


def test_a_secret_that_a_state_alone_knows_is_never_verified(tmp_path: Path) -> None:
    keeps(password(), VALUE).build(tmp_path)
    found = join(tmp_path, entra=tenant())  # no account was collected
    assert found.held(SECRET) == {PASSWORD: State.UNVERIFIED}
    assert found.view.graph.nodes[SECRET].collected is False
    # The state itself was read, and the credential is there.
    assert found.held(STATE) == {PASSWORD: State.VERIFIED}


def test_a_key_file_of_google_is_known_from_the_state_alone(tmp_path: Path) -> None:
    import base64

    name = "projects/p/serviceAccounts/x@p.iam.gserviceaccount.com"
    inner = json.dumps({"private_key": "pem", "client_email": "x@p"})
    key = {"name": f"{name}/keys/1", "service_account_id": name}
    state = tf().resource("google_service_account", "x", {"name": name, "email": "x@p.iam.gserviceaccount.com"})
    state.resource("google_service_account_key", "x", {**key, "private_key": base64.b64encode(inner.encode()).decode()})
    found = joined(tmp_path, keeps(state, inner))
    assert found.held(SECRET) == {f"gcp:{name}/keys/1": State.UNVERIFIED}
    assert found.held(f"gcp:{name}/keys/1") == {f"gcp:{name}": State.UNVERIFIED}


def test_a_private_key_in_a_state_is_the_deploy_key_of_its_public_half(tmp_path: Path) -> None:
    world = github().owner("olga").repo("app").deploy_key(7)
    world.build(tmp_path)
    public = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIexample"
    state = tf().resource("tls_private_key", "d", {"public_key_openssh": f"{public}\n", "private_key_openssh": "PRIV"})
    state.resource("github_repository_deploy_key", "d", {"id": "app:7", "repository": "app", "key": public})
    found = joined(tmp_path, keeps(state, "PRIV"))
    assert found.held(STATE) == {"github:key:7": State.VERIFIED}
    assert found.held(SECRET) == {"github:key:7": State.VERIFIED}


def test_a_public_key_of_another_pair_is_no_link(tmp_path: Path) -> None:
    github().owner("olga").repo("app").deploy_key(7).build(tmp_path)
    state = tf().resource(
        "tls_private_key", "d", {"public_key_openssh": "ssh-ed25519 B", "private_key_openssh": "PRIV"}
    )
    state.resource("github_repository_deploy_key", "d", {"id": "app:7", "repository": "app", "key": "ssh-ed25519 A"})
    assert joined(tmp_path, state).holds(STATE) == []


def test_a_state_without_the_value_leads_nowhere(tmp_path: Path) -> None:
    state = tf().resource("azuread_application_password", "hr", {"key_id": KEY_ID, "application_id": oid("app:hr")})
    found = joined(tmp_path, state)
    assert found.holds(STATE) == []
    assert found.facts(PASSWORD)["managed_by"] == ["prod: azuread_application_password.hr"]


def test_a_data_source_that_read_a_secret_brings_its_value_into_the_state(tmp_path: Path) -> None:
    password().build(tmp_path, "identity")
    keeps(tf(), VALUE, mode="data").build(tmp_path, "consumer")
    found = join(tmp_path, aws=account(), entra=tenant())
    assert found.held("terraform:consumer") == {PASSWORD: State.VERIFIED}
    assert "managed_by" not in found.facts(SECRET)


def test_without_a_key_a_state_still_leads_to_what_it_made_and_joins_nothing(tmp_path: Path) -> None:
    from collectors.evidence.reader import read_evidence
    from graph.build import build_graph
    from tests.worlds.view import View

    account().build(tmp_path)
    tenant().build(tmp_path)
    keeps(password(), VALUE).build(tmp_path)
    found = Joined(View(*build_graph(read_evidence([tmp_path]))))
    assert found.holds(SECRET) == []
    assert found.held(STATE) == {PASSWORD: State.VERIFIED}
