"""What a state writes on nodes of the cloud, what it alone knows, and who reads the state itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graph.kinds import EdgeKind, NodeKind, State
from tests.graph.edges_aws.technique_case import A, here
from tests.graph.joints.joined import Joined, join
from tests.worlds.aws import World
from tests.worlds.entra import entra, oid
from tests.worlds.names import ADMINISTRATOR, READ_ONLY
from tests.worlds.statements import allow
from tests.worlds.terraform import Terraform, change, plan, tf

STATE = "terraform:prod"
ROLE, CI = A.role("deploy"), A.user("ci")
BUCKET, OBJECT = "acme-states", "net/prod.tfstate"
KEY = A.key("states")


def account() -> World:
    """Return an account with a role that has an attached and an inline policy."""
    return here().role("deploy", allow("s3:*"), attached=[ADMINISTRATOR]).user("ci", allow("sts:AssumeRole"))


def role(state: Terraform | None = None, **more: Any) -> Terraform:
    return (state or tf()).resource("aws_iam_role", "deploy", {"arn": ROLE, "name": "deploy"}, **more)


def joined(folder: Path, state: Terraform, world: World | None = None, **more: Any) -> Joined:
    state.build(folder)
    return join(folder, aws=world or account(), **more)


# ---- where to change something ---------------------------------------------------------------------------------------


def test_a_node_says_which_state_manages_it(tmp_path: Path) -> None:
    found = joined(tmp_path, role(module='module.ci["eu"]', key=0))
    assert found.facts(ROLE)["managed_by"] == ['prod: module.ci["eu"].aws_iam_role.deploy[0]']
    assert found.view.graph.nodes[ROLE].kind is NodeKind.AWS_ROLE
    assert "managed_by" not in found.facts(CI)


def test_a_data_source_manages_nothing(tmp_path: Path) -> None:
    assert "managed_by" not in joined(tmp_path, role(mode="data")).facts(ROLE)


def test_two_states_that_manage_one_thing_are_both_told(tmp_path: Path) -> None:
    role().build(tmp_path, "old")
    found = joined(tmp_path, role())
    assert found.facts(ROLE)["managed_by"] == ["old: aws_iam_role.deploy", "prod: aws_iam_role.deploy"]


def test_attachments_and_inline_policies_are_managed_grants_of_their_holder(tmp_path: Path) -> None:
    inline = next(grant for grant in _grants(tmp_path / "a", account()) if ":inline:" in grant and ROLE in grant)
    policy = inline.rpartition(":inline:")[2].partition("#")[0]
    state = role()
    state.resource("aws_iam_role_policy_attachment", "admin", {"role": "deploy", "policy_arn": ADMINISTRATOR})
    state.resource("aws_iam_role_policy", "own", {"role": "deploy", "name": policy})
    # A state that says more than the cloud does adds no grant.
    state.resource("aws_iam_role_policy_attachment", "gone", {"role": "deploy", "policy_arn": READ_ONLY})
    found = joined(tmp_path / "b", state)
    assert found.facts(ROLE)["managed_grants"] == {
        f"aws:attachment:{ROLE}:{ADMINISTRATOR}": "prod: aws_iam_role_policy_attachment.admin",
        inline: "prod: aws_iam_role_policy.own",
    }
    assert f"aws:attachment:{ROLE}:{READ_ONLY}" not in found.view.graph.grants


def _grants(folder: Path, world: World) -> list[str]:
    return list(join(folder, aws=world).view.graph.grants)


def test_an_app_role_is_found_by_the_id_of_its_assignment(tmp_path: Path) -> None:
    people = entra().app("hr").grants("hr", "RoleManagement.ReadWrite.Directory")
    (grant,) = [each for each in join(tmp_path / "a", entra=people).view.graph.grants if "app-role" in each]
    identity = grant.removeprefix("entra:app-role-assignment:")
    state = tf().resource("azuread_app_role_assignment", "x", {"id": f"{oid('sp:g')}/appRoleAssignment/{identity}"})
    found = joined(tmp_path / "b", state, entra=people)
    assert found.facts(f"entra:{oid('sp:hr')}")["managed_grants"] == {grant: "prod: azuread_app_role_assignment.x"}


# ---- what a state alone knows, and what the cloud says otherwise -----------------------------------------------------


def test_a_role_that_the_account_does_not_list_is_no_node(tmp_path: Path) -> None:
    gone = A.role("gone")
    found = joined(tmp_path, role().resource("aws_iam_role", "gone", {"arn": gone, "name": "gone"}))
    assert gone not in found.view.graph.nodes
    assert found.facts(STATE)["not_in_cloud"] == ["aws_iam_role.gone"]


def test_a_role_of_an_account_that_nobody_looked_at_is_not_seen(tmp_path: Path) -> None:
    far = "arn:aws:iam::999999999999:role/far"
    found = joined(tmp_path, tf().resource("aws_iam_role", "far", {"arn": far, "name": "far"}))
    known = found.view.graph.nodes[far]
    assert (known.kind, known.collected, known.attributes["observed"]) == (NodeKind.AWS_ROLE, False, False)
    assert known.attributes["managed_by"] == ["prod: aws_iam_role.far"]
    assert "not_in_cloud" not in found.facts(STATE)


def test_a_listing_that_was_not_made_leaves_it_open(tmp_path: Path) -> None:
    world = account().without("secretsmanager.list_secrets")
    secret = A.secret("x")
    state = tf().resource("aws_secretsmanager_secret", "x", {"arn": secret, "name": "x"})
    assert joined(tmp_path / "a", state, world).view.graph.nodes[secret].collected is False
    found = joined(tmp_path / "b", state)
    assert secret not in found.view.graph.nodes
    assert found.facts(STATE)["not_in_cloud_count"] == 1


def test_a_state_changes_nothing_of_what_the_cloud_shows(tmp_path: Path) -> None:
    plain = join(tmp_path / "a", aws=account()).view.graph
    wrong = {"arn": ROLE, "name": "deploy", "assume_role_policy": json.dumps({"Statement": []}), "path": "/other/"}
    found = joined(tmp_path / "b", tf().resource("aws_iam_role", "deploy", wrong)).view.graph
    assert set(plain.edges) == set(found.edges)
    facts = dict(found.nodes[ROLE].attributes)
    assert facts.pop("managed_by")
    assert facts == dict(plain.nodes[ROLE].attributes)


def test_a_key_that_a_state_alone_knows_proves_its_user_unverified(tmp_path: Path) -> None:
    far = "arn:aws:iam::999999999999:user/far"
    state = tf().resource("aws_iam_user", "far", {"arn": far, "name": "far"})
    state.resource("aws_iam_access_key", "far", {"id": "AKIAIOSFODNN7EXAMPLE", "user": "far", "secret": "s"})
    found = joined(tmp_path, state)
    assert found.held("aws:key:AKIAIOSFODNN7EXAMPLE") == {far: State.UNVERIFIED}
    assert found.held(STATE) == {"aws:key:AKIAIOSFODNN7EXAMPLE": State.UNVERIFIED}


def test_the_node_of_a_state_counts_what_it_has(tmp_path: Path) -> None:
    state = role().resource("aws_instance", "web", {}).resource("aws_instance", "db", {})
    state.resource("aws_iam_access_key", "k", {"id": "AKIAIOSFODNN7EXAMPLE", "user": "x", "secret": "s"})
    facts = joined(tmp_path, state).facts(STATE)
    assert facts["skipped_types"] == {"aws_instance": 2}
    assert (facts["resources"], facts["secrets"], facts["serial"]) == (2, 1, 7)


def test_planned_changes_are_facts_of_the_state(tmp_path: Path) -> None:
    row = {"role": "deploy", "policy_arn": READ_ONLY}
    body = plan(change("aws_iam_role_policy_attachment", "a", ["create"], None, row), prior=role())
    place = tmp_path / "terraform" / "prod"
    place.mkdir(parents=True)
    (place / "plan.json").write_text(json.dumps(body), encoding="utf-8")
    found = join(tmp_path, aws=account())
    assert found.facts(STATE)["planned_changes"] == ["create aws_iam_role_policy_attachment.a"]
    assert found.facts(ROLE)["managed_by"] == ["prod: aws_iam_role.deploy"]
    assert f"aws:attachment:{ROLE}:{READ_ONLY}" not in found.view.graph.grants


# ---- who reads the state ---------------------------------------------------------------------------------------------


def kept(folder: Path, world: World, **config: str) -> Joined:
    """Join an account with a state that lies in a bucket of it."""
    place = folder / "terraform" / "prod"
    place.mkdir(parents=True)
    backend = {"type": "s3", "config": {"bucket": BUCKET, "key": OBJECT, **config}}
    (place / "backend.json").write_text(json.dumps({"version": 3, "backend": backend}), encoding="utf-8")
    return joined(folder, role(), world)


def readers(found: Joined) -> dict[str, State]:
    """Return who has the state, by node."""
    view = found.view
    return {who: view.state(who, STATE) for who in (CI, A.user("dev")) if view.state(who, STATE) is not State.VOID}


def bucket(*statements: dict[str, Any], policy: tuple[dict[str, Any], ...] = ()) -> World:
    return here().bucket(BUCKET, *policy).user("ci", *statements).user("dev", allow("ec2:*"))


@pytest.mark.parametrize(
    "resource",
    ["*", f"arn:aws:s3:::{BUCKET}/*", f"arn:aws:s3:::{BUCKET}/net/*", f"arn:aws:s3:::{BUCKET}/{OBJECT}"],
)
def test_who_may_read_the_object_has_the_state(tmp_path: Path, resource: str) -> None:
    found = kept(tmp_path, bucket(allow("s3:GetObject", on=resource)))
    assert readers(found) == {CI: State.VERIFIED}


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:GetObject", on=f"arn:aws:s3:::{BUCKET}/app/*"),
        allow("s3:GetObject", on=f"arn:aws:s3:::{BUCKET}"),
        allow("s3:PutObject", on="*"),
        allow("s3:ListBucket", on="*"),
        allow("s3:GetObject", on="arn:aws:s3:::other/*"),
    ],
)
def test_who_may_read_other_objects_has_it_not(tmp_path: Path, statement: dict[str, Any]) -> None:
    assert readers(kept(tmp_path, bucket(statement))) == {}


def test_a_bucket_that_denies_the_object_keeps_it(tmp_path: Path) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/net/*"}
    world = bucket(allow("s3:GetObject"), policy=(deny,))
    found = kept(tmp_path, world)
    assert readers(found) == {}
    assert found.view.state(CI, f"arn:aws:s3:::{BUCKET}") is State.VERIFIED, "other objects are read all the same"


def test_the_bucket_policy_alone_lets_in_and_its_statement_is_the_grant(tmp_path: Path) -> None:
    let = {"Effect": "Allow", "Principal": {"AWS": A.user("dev")}, "Action": "s3:GetObject"}
    world = bucket(allow("ec2:*"), policy=({**let, "Resource": f"arn:aws:s3:::{BUCKET}/*"},))
    found = kept(tmp_path, world)
    assert readers(found) == {A.user("dev"): State.VERIFIED}
    grants = {grant for edge in found.view.graph.edges if edge.target == STATE for grant in edge.grants}
    assert grants == {f"aws:resource_policy:arn:aws:s3:::{BUCKET}#0"}


def test_the_key_that_the_backend_names_must_consent(tmp_path: Path) -> None:
    read = allow("s3:GetObject")
    assert readers(kept(tmp_path / "a", bucket(read).key("states"), kms_key_id=KEY)) == {}
    both = bucket(allow("s3:GetObject", "kms:Decrypt")).key("states")
    assert readers(kept(tmp_path / "b", both, kms_key_id=KEY)) == {CI: State.VERIFIED}


def test_where_nobody_says_where_the_state_is_no_bucket_leads_to_it(tmp_path: Path) -> None:
    found = joined(tmp_path, role(), bucket(allow("s3:GetObject")))
    assert [edge for edge in found.view.graph.edges if edge.target == STATE] == []
    assert "stored_in" not in found.facts(STATE)


def test_a_bucket_that_was_not_collected_is_a_fact(tmp_path: Path) -> None:
    found = kept(tmp_path, here().user("ci", allow("s3:GetObject")).user("dev"))
    assert [edge for edge in found.view.graph.edges if edge.target == STATE] == []
    assert found.facts(STATE)["stored_in"] == f"s3://{BUCKET}/{OBJECT}"


def test_a_state_that_reads_another_one_says_so(tmp_path: Path) -> None:
    config = {"backend": "s3", "config": {"bucket": BUCKET, "key": OBJECT}, "outputs": {"x": "secret"}}
    tf().resource("terraform_remote_state", "net", config, mode="data").build(tmp_path, "app")
    found = kept(tmp_path, bucket(allow("ec2:*")))
    (edge,) = [each for each in found.view.graph.edges if each.source == "terraform:app"]
    assert (edge.target, edge.kind, edge.traversable) == (STATE, EdgeKind.RELATES_TO, False)
