"""Grants taken away: for each kind, what needed it is gone and nothing else changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.access_types import AwsAccountAssignment, AwsIdentityCenterUser
from collectors.aws.resource_types import AwsKmsGrant
from graph.changes import RemoveGrant
from graph.changing import opens
from graph.errors import ChangeError
from graph.kinds import State
from graph.rebuild import rebuild
from graph.records import read_records
from graph.snapshot import Snapshot
from tests.graph.edges_aws.cases_entries import anywhere_trust
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, A, here
from tests.graph.edges_aws.test_federated_entries import SET, pool_trust, reserved
from tests.graph.edges_aws.test_techniques import CASES
from tests.worlds.aws import World, world
from tests.worlds.keep import keep, view_of
from tests.worlds.lay import REF, anchor, cluster, entry, lay, pool, profile
from tests.worlds.names import ADMINISTRATOR, REGION
from tests.worlds.statements import allow, deny, public, trust

pytestmark = pytest.mark.usefixtures("quick_writes")

ALL = allow("*")
INERT = allow("nhi:nothing")
ROLE = A.role("app")
KEY = A.key("k-1")


def hops(snapshot: Snapshot) -> set[Any]:
    """Edges with hubs resolved: what a change may alter."""
    return set(view_of(snapshot).all_hops)


def grant_ids(snapshot: Snapshot) -> set[str]:
    """Ids of all grants."""
    return {row["id"] for row in snapshot.table("grants").rows()}


def removed(snapshot: Snapshot, folder: Path, *grants: str) -> Snapshot:
    """Return the snapshot without grants."""
    return rebuild(snapshot, [RemoveGrant(grant) for grant in grants], folder / "hypothetical")


@dataclass(frozen=True, slots=True)
class Removal:
    """One kind of grant: a world that has it, the world that evidence would show without it."""

    name: str
    make: Callable[[bool], World]
    """True: with the grant."""
    grant: str
    goes_too: tuple[str, ...] = ()
    """Further grants that stand on it."""

    def __str__(self) -> str:
        return self.name


def _statements(there: bool) -> World:
    return here().user("ci", ALL if there else INERT, deny("s3:*"), allow("sqs:*")).role("app", trusts=trust(ACCOUNT))


def _policy(there: bool) -> World:
    own = here().policy("own", ALL if there else INERT, allow("sqs:*"))
    return own.user("ci", attached=["own"]).user("bob", attached=["own"]).user("eve", ALL, boundary="own")


def _attachment(there: bool) -> World:
    world_ = here().policy("own", allow("sqs:*")).user("ci", attached=["own", ADMINISTRATOR] if there else ["own"])
    return world_.user("bob", attached=[ADMINISTRATOR])


def _group(there: bool) -> World:
    groups = ["ops", "dev"] if there else ["dev"]
    return here().group("ops", ALL).group("dev", allow("sqs:*")).user("ci", groups=groups).user("bob", groups=["ops"])


def _trusts(there: bool) -> World:
    first = trust(CI) if there else trust(CI, action="nhi:nothing")
    return here().user("ci", ALL).user("bob").role("app", trusts=[first, trust(A.user("bob"))])


def _bucket(there: bool) -> World:
    first = allow("s3:*", on="arn:aws:s3:::data/*") if there else allow("nhi:nothing", on="arn:aws:s3:::data/*")
    lines = [public(first, {"AWS": CI}), public(allow("s3:GetObject", on="arn:aws:s3:::data/*"), {"AWS": ROLE})]
    return here().user("ci").role("app", trusts=trust(ACCOUNT)).bucket("data", *lines)


def _password(there: bool) -> World:
    return here().user("ci", ALL, password=there, keys=1)


def _held(there: bool) -> World:
    rows = [{"secret": A.secret("db"), "identity": CI, "type": "password"}]
    return (
        here()
        .user("ci", ALL)
        .user("bob", allow("secretsmanager:GetSecretValue"))
        .secret("db")
        .declared("secrets", *(rows if there else []))
    )


def _assigned(there: bool) -> World:
    user = AwsIdentityCenterUser("u-1", "ada", "USER", "d-1", REF)
    made = reserved(here()).amend(lay("permission_sets", SET)).amend(lay("identity_center_users", user))
    given = [AwsAccountAssignment(SET.arn, ACCOUNT, "USER", "u-2", REF)]
    more = [AwsAccountAssignment(SET.arn, ACCOUNT, "USER", "u-1", REF)] if there else []
    return made.amend(lay("account_assignments", *more, *given))


def _member(there: bool) -> World:
    ada = AwsIdentityCenterUser("u-1", "ada", "USER", "d-1", REF, groups=("g-1", "g-2") if there else ("g-2",))
    groups = [AwsIdentityCenterUser(each, each, "GROUP", "d-1", REF) for each in ("g-1", "g-2")]
    return here().user("ci").amend(lay("identity_center_users", ada, *groups))


def _certificates(there: bool) -> World:
    roles = (ROLE, A.role("web")) if there else (A.role("web"),)
    made = here().role("app", ALL, trusts=anywhere_trust()).role("web", trusts=anywhere_trust())
    made.amend(lay("trust_anchors", anchor(ACCOUNT, "corp")))
    return made.amend(lay("roles_anywhere_profiles", profile(ACCOUNT, "jobs", *roles)))


def _entry(there: bool) -> World:
    entries = (entry(CI), entry(A.user("bob"))) if there else (entry(A.user("bob")),)
    return here().user("ci").user("bob").amend(lay("clusters", cluster(ACCOUNT, access_entries=entries)))


def _pool(there: bool) -> World:
    more = {"allows_guests": True, "guest_role_arn": ROLE, "classic_flow": True} if there else {
        "allows_guests": False, "classic_flow": False,
    }  # fmt: skip
    return here().role("app", ALL, trusts=pool_trust()).amend(lay("identity_pools", pool(ACCOUNT, **more)))


def _kms(there: bool) -> World:
    rows = [AwsKmsGrant("0b", KEY, ACCOUNT, REGION, A.user("bob"), ("Decrypt",), REF)]
    if there:
        rows.append(AwsKmsGrant("0a", KEY, ACCOUNT, REGION, CI, ("Decrypt",), REF))
    return here().user("ci").user("bob").key("k-1").amend(lay("kms_grants", *rows))


def _boundary(there: bool) -> World:
    return here().policy("edge", allow("s3:*")).user("ci", ALL, boundary="edge" if there else "")


def _organization(there: bool) -> World:
    made = world().account(ACCOUNT).user("ci", ALL)
    made.organization("555555555555", {"r-a1": ["555555555555"], "ou-1": [ACCOUNT]})
    return made.scp("stop", deny("*"), on="ou-1") if there else made.scp("stop", deny("*"), on="r-none")


def _denied(there: bool) -> World:
    return here().user("ci", deny("s3:*") if there else INERT, allow("s3:GetObject")).bucket("data")


def _denied_by_bucket(there: bool) -> World:
    line = public(deny("s3:*", on=["arn:aws:s3:::data/*", "arn:aws:s3:::data"]), {"AWS": CI})
    return here().user("ci", allow("s3:GetObject")).bucket("data", *([line] if there else []))


REMOVALS = [
    Removal("statement", _statements, f"aws:statement:{CI}:inline:inline-1#0"),
    Removal("statement of a customer policy", _policy, f"aws:statement:{A.policy('own')}#0"),
    Removal("attachment", _attachment, f"aws:attachment:{CI}:{ADMINISTRATOR}"),
    Removal("membership", _group, f"aws:membership:{CI}:ops"),
    Removal("trust", _trusts, f"aws:trust:{ROLE}#0"),
    Removal("resource_policy", _bucket, "aws:resource_policy:arn:aws:s3:::data#0"),
    Removal("password", _password, f"aws:password:{CI}"),
    Removal("declared secret", _held, f"declared:secret:{A.secret('db')}:{CI}"),
    Removal("assignment", _assigned, f"aws:assignment:{SET.arn}:{ACCOUNT}:u-1"),
    Removal("membership of Identity Center", _member, "aws:identity-center-membership:u-1:g-1"),
    Removal("profile", _certificates, f"aws:roles-anywhere-profile:{profile(ACCOUNT, 'jobs').arn}:{ROLE}"),
    Removal("access_entry", _entry, f"aws:eks-access-entry:{cluster(ACCOUNT).arn}:{CI}"),
    Removal("pool_roles", _pool, f"aws:identity-pool-roles:{ACCOUNT}:eu-west-1:pool-1"),
    Removal("kms_grant", _kms, f"aws:kms-grant:{KEY}:0a"),
]


@pytest.mark.parametrize("case", REMOVALS, ids=str)
def test_what_needed_it_is_gone_and_nothing_else_changed(case: Removal, tmp_path: Path) -> None:
    before = keep(case.make(True), tmp_path / "with")
    assert any(case.grant in hop.grants for hop in hops(before)), "the world does not show the grant"
    after, without = removed(before, tmp_path, case.grant), keep(case.make(False), tmp_path / "without")
    left = hops(after)
    assert left == hops(without)
    assert not [hop for hop in left if case.grant in hop.grants]
    assert grant_ids(before) - grant_ids(after) == {case.grant, *case.goes_too}
    assert grant_ids(after) <= grant_ids(before)
    assert {after.node_id(each) for each in range(after.node_count)} == {
        without.node_id(each) for each in range(without.node_count)
    }


@pytest.mark.parametrize(
    ("make", "guard", "word"),
    [
        (_boundary, f"aws:boundary:{CI}", "boundary"),
        (_organization, "aws:scp:p-stop:ou-1", "service control policy"),
        (_denied, f"aws:statement:{CI}:inline:inline-1#0", "deny statement"),
        (_denied_by_bucket, "aws:resource_policy:arn:aws:s3:::data#0", "deny statement"),
    ],
)
def test_a_guard_that_goes_opens_what_it_closed(
    make: Callable[[bool], World], guard: str, word: str, tmp_path: Path
) -> None:
    before = keep(make(True), tmp_path / "with")
    if guard.startswith("aws:scp"):
        (policy,) = [row for row in read_records(before).aws.organization_policies if row.name == "stop"]
        guard = f"aws:scp:{policy.id}:ou-1"
    after = removed(before, tmp_path, guard)
    assert hops(before) < hops(after)
    (told,) = opens(read_records(before), before, [RemoveGrant(guard)])
    assert word in told
    assert guard in told
    assert hops(after) == hops(keep(make(False), tmp_path / "without"))


def test_a_deny_of_a_group_is_told_and_an_allow_is_not(tmp_path: Path) -> None:
    before = keep(here().group("calm", deny("*")).group("ops", ALL).user("ci", ALL, groups=["calm", "ops"]), tmp_path)
    kept = read_records(before)
    assert opens(kept, before, [RemoveGrant(f"aws:membership:{CI}:calm")])
    assert not opens(kept, before, [RemoveGrant(f"aws:membership:{CI}:ops")])
    assert not opens(kept, before, [RemoveGrant(f"aws:statement:{CI}:inline:inline-1#0")])


def test_a_key_goes_with_what_a_secret_was_said_to_hold(tmp_path: Path) -> None:
    made = here().user("ci", ALL, keys=2).user("bob", allow("secretsmanager:GetSecretValue")).secret("db")
    first = keep(made, tmp_path / "first")
    key, other = sorted(row for row in grant_ids(first) if row.startswith("aws:key:"))
    row = {"secret": A.secret("db"), "identity": CI, "credential": key.removeprefix("aws:key:"), "type": "access key"}
    before = keep(made.declared("secrets", row), tmp_path / "second")
    link = f"declared:secret:{A.secret('db')}:{key}"
    assert link in grant_ids(before)
    after = removed(before, tmp_path, key)
    assert grant_ids(before) - grant_ids(after) == {key, link}
    assert view_of(after).state(A.secret("db"), CI) is State.VOID
    assert view_of(after).state(other, CI) is State.VERIFIED


@pytest.mark.parametrize(
    ("grant", "message"),
    [
        (f"aws:statement:{CI}:inline:inline-1#7", f"did you mean `aws:statement:{CI}:inline:inline-1#0`"),
        ("nonsense", "there is no grant `nonsense`"),
        ("aws:boundary:arn:aws:iam::111111111111:user/bob", "there is no grant"),
        ("aws:rcp:p-RCPFullAWSAccess", "there is no grant"),
        (f"aws:attachment:{CI}:{ADMINISTRATOR}", "there is no grant"),
    ],
)
def test_what_is_not_there_is_named(grant: str, message: str, tmp_path: Path) -> None:
    before = keep(here().user("ci", ALL).user("bob"), tmp_path)
    with pytest.raises(ChangeError, match="change 1: ") as caught:
        removed(before, tmp_path, grant)
    assert message in str(caught.value)
    with pytest.raises(ChangeError, match=r"change 2: .*any more"):
        removed(before, tmp_path, *[f"aws:statement:{CI}:inline:inline-1#0"] * 2)


def test_the_last_scp_of_a_target_stays(tmp_path: Path) -> None:
    before = keep(_organization(True), tmp_path)
    full = [row for row in read_records(before).aws.organization_policies if row.name == "FullAWSAccess"]
    with pytest.raises(ChangeError, match="last SCP"):
        removed(before, tmp_path, f"aws:scp:{full[0].id}:r-a1")


def test_the_attachment_of_a_customer_policy_can_go_although_it_is_no_grant(tmp_path: Path) -> None:
    before = keep(_policy(True), tmp_path)
    after = removed(before, tmp_path, f"aws:attachment:{CI}:{A.policy('own')}")
    assert view_of(before).state(CI, ADMIN) is State.VERIFIED
    assert view_of(after).state(CI, ADMIN) is State.VOID
    assert view_of(after).state(A.user("bob"), ADMIN) is State.VERIFIED


def test_an_inline_policy_that_cannot_be_read_goes_whole(tmp_path: Path) -> None:
    made = here().user("ci", allow("sqs:*"))
    made.here.users["ci"]["UserPolicyList"].append({"PolicyName": "odd", "PolicyDocument": {"Version": "2012-10-17"}})
    before = keep(made, tmp_path)
    odd = f"aws:statement:{CI}:inline:odd"
    assert odd in grant_ids(before)
    after = removed(before, tmp_path, odd)
    assert grant_ids(before) - grant_ids(after) == {odd}
    assert "policy that could not be read" not in opens(read_records(before), before, [RemoveGrant(odd)])


FIRING = [case for case in CASES if case.state is not State.VOID]


@pytest.mark.parametrize("case", FIRING[::9], ids=str)
def test_no_technique_outlives_the_grants_that_it_needs(case: Any, tmp_path: Path) -> None:
    before = keep(case.world, tmp_path)
    found = [hop for hop in view_of(before).hops(case.technique, source=case.source, target=case.target) if hop.grants]
    for grant in sorted({grant for hop in found for grant in hop.grants}):
        after = removed(before, tmp_path, grant)
        assert grant not in grant_ids(after)
        assert not [hop for hop in view_of(after).all_hops if grant in hop.grants]
