"""Policies of buckets, keys, secrets and other resources that outsiders get in by; near-twins that keep them out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.analytics.rules.building import ACCOUNT, NAMES, OTHER, VENDOR, judge
from tests.analytics.rules.evidence_files import asked, with_files, write_files
from tests.analytics.rules.scenarios_resources import account, bucket_files, queue_files
from tests.worlds.aws import World
from tests.worlds.names import REGION
from tests.worlds.statements import Json, allow, deny, public

BUCKET, KEY, SECRET, RESOURCE = (
    "aws-public-bucket",
    "aws-open-key-policy",
    "aws-open-secret-policy",
    "aws-open-resource-policy",
)
DATA, MAIN, DB = NAMES.bucket("data"), NAMES.key("1234abcd"), NAMES.secret("db")
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
ALL_OFF = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)


def read(when: Json | None = None, principal: Any = "*", on: str = f"{DATA}/*") -> Json:
    return public(allow("s3:GetObject", on=on, when=when), principal)


def bucket(folder: Path, *policy: Json, files: dict[str, Any] | None = None, made: World | None = None) -> Path:
    return with_files((made or account()).bucket("data", *policy), files or bucket_files())(folder)


# ---- conditions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "when",
    [
        {"StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}},
        {"StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d"}},
        {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
        {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.7/32"]}},
    ],
)
def test_conditions_that_fix_who_or_whence_keep_everybody_out(tmp_path: Path, when: Json) -> None:
    report = judge(bucket(tmp_path, read(when)), BUCKET)
    assert not report.findings
    assert report.passed[BUCKET] == 1


@pytest.mark.parametrize(
    "when",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringLike": {"aws:Referer": "https://example.com/*"}},
        {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}},
        {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
        {"StringEquals": {"aws:PrincipalTag/team": "shop"}},
    ],
)
def test_conditions_that_whoever_calls_can_meet_do_not(tmp_path: Path, when: Json) -> None:
    (finding,) = judge(bucket(tmp_path, read(when)), BUCKET).findings
    assert finding.message == "Anyone can read objects."
    assert finding.state.word == "verified"


def test_a_range_of_half_the_internet_is_conditional(tmp_path: Path) -> None:
    (finding,) = judge(bucket(tmp_path, read({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}})), BUCKET).findings
    assert (finding.state.word, finding.severity.word, finding.confidence) == ("conditional", "medium", "medium")
    assert "aws:sourceip" in finding.message


@pytest.mark.parametrize(
    "guard",
    [
        deny("s3:*", when={"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}}),
        deny("s3:*", when={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        deny("s3:*", when={"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}),
    ],
)
def test_a_deny_keeps_everybody_out(tmp_path: Path, guard: Json) -> None:
    assert not judge(bucket(tmp_path, read(), public({**guard, "Resource": [DATA, f"{DATA}/*"]})), BUCKET).findings


def test_the_organization_is_ours_or_not(tmp_path: Path) -> None:
    def in_organization(folder: Path, name: str) -> Path:
        made = account().organization(ACCOUNT, {"r-a1": [ACCOUNT]})
        policy = read({"StringEquals": {"aws:PrincipalOrgID": name}})
        return bucket(folder, policy, made=made)

    ours, theirs = in_organization(tmp_path / "ours", "o-a1"), in_organization(tmp_path / "theirs", "o-other")
    assert not judge(ours, RESOURCE).findings
    (finding,) = judge(theirs, RESOURCE).findings
    assert finding.message.startswith("Every account of organization o-other can read objects.")
    assert not judge(ours, BUCKET).findings
    assert not judge(theirs, BUCKET).findings


def test_an_rcp_for_the_organization_keeps_everybody_out(tmp_path: Path) -> None:
    def guarded(folder: Path, on: str) -> Path:
        made = account().organization(OTHER, {"r-a1": [OTHER], "ou-a1-x": [ACCOUNT]})
        only_ours = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1"}}
        made.rcp("perimeter", public(deny("s3:*", when=only_ours)), on=on).account(ACCOUNT)
        return bucket(folder, read(), read(principal={"AWS": VENDOR}), made=made)

    inside = guarded(tmp_path / "inside", "ou-a1-x")
    assert not judge(inside, BUCKET).findings
    assert not judge(inside, RESOURCE).findings
    outside = guarded(tmp_path / "outside", OTHER)
    assert len(judge(outside, BUCKET).findings) == 1
    assert len(judge(outside, RESOURCE).findings) == 1


# ---- buckets -------------------------------------------------------------------------------------------------------


def test_only_what_the_statement_speaks_of_is_open(tmp_path: Path) -> None:
    statement = read(on=f"{DATA}/public/*")
    guard = public(deny("s3:GetObject", on=f"{DATA}/public/*"))
    assert judge(bucket(tmp_path / "open", statement), BUCKET).findings
    assert not judge(bucket(tmp_path / "shut", statement, guard), BUCKET).findings


@pytest.mark.parametrize("place", ["bucket", "account"])
@pytest.mark.parametrize("setting", ["RestrictPublicBuckets", "BlockPublicPolicy"])
def test_a_block_on_public_buckets_counts_at_either_place(tmp_path: Path, place: str, setting: str) -> None:
    block = {"PublicAccessBlockConfiguration": ALL_OFF | {setting: True}}
    files = bucket_files()
    if place == "bucket":
        files["/s3.get_public_access_block"] = [asked({"Bucket": "data"}, block)]
    else:
        files["/s3control.get_public_access_block"] = [asked({"AccountId": ACCOUNT}, block)]
    findings = judge(bucket(tmp_path, read(), files=files), BUCKET).findings
    # BlockPublicPolicy refuses new policies and leaves the one that stands.
    assert bool(findings) is (setting == "BlockPublicPolicy")


@pytest.mark.parametrize(("group", "words"), [("AllUsers", "Anyone can"), ("AuthenticatedUsers", "AWS account")])
def test_an_access_control_list_for_everybody(tmp_path: Path, group: str, words: str) -> None:
    grantee = {"Type": "Group", "URI": f"http://acs.amazonaws.com/groups/global/{group}"}
    files = bucket_files({"Grants": [{"Grantee": grantee, "Permission": "WRITE"}]})
    (finding,) = judge(bucket(tmp_path / "open", files=files), BUCKET).findings
    assert words in finding.message
    assert finding.severity.word == "high"
    ignored = {"PublicAccessBlockConfiguration": ALL_OFF | {"IgnorePublicAcls": True}}
    files["/s3.get_public_access_block"] = [asked({"Bucket": "data"}, ignored)]
    assert not judge(bucket(tmp_path / "ignored", files=files), BUCKET).findings


def test_the_log_group_of_s3_is_not_everybody(tmp_path: Path) -> None:
    grantee = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
    report = judge(
        bucket(tmp_path, files=bucket_files({"Grants": [{"Grantee": grantee, "Permission": "WRITE"}]})), BUCKET
    )
    assert not report.findings
    assert report.passed[BUCKET] == 1


def test_what_was_not_looked_at_does_not_pass(tmp_path: Path) -> None:
    made = account().without("s3.get_bucket_policy").bucket("data")
    report = judge(made.build(tmp_path), BUCKET)
    assert {row.reason for row in report.not_judged} == {
        "Its policy is not in the evidence.",
        "Its access control list is not in the evidence.",
    }
    assert not report.passed[BUCKET]


def test_an_unknown_block_of_the_account_lowers_confidence(tmp_path: Path) -> None:
    files = {"/s3.get_bucket_acl": bucket_files()["/s3.get_bucket_acl"]}
    (finding,) = judge(bucket(tmp_path, read(), files=files), BUCKET).findings
    assert finding.confidence == "medium"
    assert "does not show whether a block" in finding.message


def test_a_bucket_for_an_unknown_account_is_no_public_one(tmp_path: Path) -> None:
    evidence = bucket(tmp_path, read(principal={"AWS": f"arn:aws:iam::{OTHER}:root"}))
    assert not judge(evidence, BUCKET).findings
    (finding,) = judge(evidence, RESOURCE).findings
    assert finding.key == f"account:{OTHER}"
    assert finding.related == (f"aws:account:{OTHER}",)
    assert finding.grants


@pytest.mark.parametrize("relation", ["own", "vendor"])
def test_a_declared_account_is_known(tmp_path: Path, relation: str) -> None:
    made = account().declared("accounts", {"account": OTHER, "relation": relation})
    assert not judge(bucket(tmp_path, read(principal={"AWS": OTHER}), made=made), RESOURCE).findings


@pytest.mark.parametrize(
    "whom",
    ["arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABCDEF", "arn:aws:iam::054676820928:root"],
)
def test_names_of_awss_own_are_no_unknown_accounts(tmp_path: Path, whom: str) -> None:
    assert not judge(bucket(tmp_path, read(principal={"AWS": whom})), RESOURCE).findings


# ---- keys ----------------------------------------------------------------------------------------------------------


def keyed(folder: Path, *policy: Json, grants: list[Json] | None = None, manager: str = "CUSTOMER") -> Path:
    made = account().key("1234abcd", *policy, manager=manager).build(folder)
    return write_files(made, {"kms.list_grants": [asked({"KeyId": "1234abcd"}, {"Grants": grants or []})]})


OWN = public(allow("kms:*"), {"AWS": NAMES.root})


def test_everything_for_everybody_is_critical(tmp_path: Path) -> None:
    (finding,) = judge(keyed(tmp_path, public(allow("kms:*"))), KEY).findings
    assert finding.severity.word == "critical"
    assert "rewrite the key policy" in finding.message


def test_a_service_alone_is_a_weak_condition(tmp_path: Path) -> None:
    via = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    (finding,) = judge(keyed(tmp_path / "weak", OWN, public(allow("kms:Decrypt", when=via))), KEY).findings
    assert finding.state.word == "conditional"
    via["StringEquals"]["kms:CallerAccount"] = ACCOUNT
    assert not judge(keyed(tmp_path / "ours", OWN, public(allow("kms:Decrypt", when=via))), KEY).findings


def test_keys_of_aws_are_not_looked_at(tmp_path: Path) -> None:
    report = judge(keyed(tmp_path, public(allow("kms:*")), manager="AWS"), KEY)
    assert not report.findings
    assert not report.passed[KEY]


def test_a_grant_to_an_unknown_account(tmp_path: Path) -> None:
    def grant(whom: str, *operations: str) -> Json:
        return {"GrantId": "g1", "KeyId": MAIN, "GranteePrincipal": whom, "Operations": list(operations)}

    stranger = f"arn:aws:iam::{OTHER}:role/reader"
    (finding,) = judge(keyed(tmp_path / "a", grants=[grant(stranger, "Decrypt", "CreateGrant")]), KEY).findings
    assert finding.severity.word == "critical"
    assert stranger in finding.message
    own = keyed(tmp_path / "b", grants=[grant(NAMES.role("app"), "Decrypt")])
    report = judge(own, KEY)
    assert not report.findings
    assert not report.not_judged


@pytest.mark.parametrize(
    ("policy", "locked"),
    [
        ([public(allow("kms:Decrypt"), {"AWS": NAMES.root})], True),
        ([public(allow("kms:*"), {"AWS": NAMES.role("app")})], False),
        ([public(allow("kms:*"), {"AWS": NAMES.role("gone")})], True),
        ([OWN], False),
        ([OWN, public(deny("kms:PutKeyPolicy"))], True),
    ],
)
def test_a_key_that_nobody_can_administer(tmp_path: Path, policy: list[Json], locked: bool) -> None:
    findings = [each for each in judge(keyed(tmp_path, *policy), KEY).findings if each.key == "locked-out"]
    assert bool(findings) is locked
    assert all(finding.severity.word == "low" for finding in findings)


# ---- secrets -------------------------------------------------------------------------------------------------------


def secret(folder: Path, key_policy: Json | None, kms: str = MAIN, reads: str = "*") -> Path:
    made = account()
    if key_policy is not None:
        made.key("1234abcd", OWN, key_policy)
    return made.secret("db", public(allow("secretsmanager:GetSecretValue"), reads), kms=kms).build(folder)


def test_anyone_reads_a_secret_whose_key_consents(tmp_path: Path) -> None:
    via = {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}}
    (finding,) = judge(secret(tmp_path, public(allow("kms:Decrypt", when=via))), SECRET).findings
    assert (finding.severity.word, finding.state.word) == ("critical", "verified")


@pytest.mark.parametrize("kms", ["", "alias/aws/secretsmanager", MAIN])
def test_the_key_keeps_the_value_closed(tmp_path: Path, kms: str) -> None:
    (finding,) = judge(secret(tmp_path, public(allow("kms:Encrypt"), {"AWS": ACCOUNT}), kms), SECRET).findings
    assert finding.severity.word == "medium"
    assert "alone keeps the value closed" in finding.message


def test_a_key_that_was_not_seen_lowers_confidence(tmp_path: Path) -> None:
    elsewhere = f"arn:aws:kms:{REGION}:{VENDOR}:key/aaaa"
    (finding,) = judge(secret(tmp_path, None, elsewhere), SECRET).findings
    assert finding.confidence == "medium"
    assert "not in the evidence" in finding.message


def test_a_secret_without_policy_passes(tmp_path: Path) -> None:
    report = judge(account().secret("db").build(tmp_path), SECRET)
    assert report.passed[SECRET] == 1
    assert not report.findings


# ---- other resources -----------------------------------------------------------------------------------------------


def topic(folder: Path, when: Json | None) -> Path:
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:news"
    policy = public(allow("sns:Publish", "sns:Subscribe", on=arn, when=when), {"AWS": "*"})
    body = json.dumps({"Version": "2008-10-17", "Statement": [policy]})
    return with_files(
        account(),
        {
            "sns.list_topics": {"Topics": [{"TopicArn": arn}]},
            "sns.get_topic_attributes": [asked({"TopicArn": arn}, {"Attributes": {"TopicArn": arn, "Policy": body}})],
        },
    )(folder)


def test_the_first_policy_of_a_topic_is_for_its_owner(tmp_path: Path) -> None:
    report = judge(topic(tmp_path / "own", {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}), RESOURCE)
    assert not report.findings
    assert not report.not_judged
    (finding,) = judge(topic(tmp_path / "open", None), RESOURCE).findings
    assert finding.severity.word == "high"
    (finding,) = judge(topic(tmp_path / "theirs", {"StringEquals": {"AWS:SourceOwner": OTHER}}), RESOURCE).findings
    assert finding.key == f"account:{OTHER}"


def test_not_principal_is_not_judged(tmp_path: Path) -> None:
    statement = allow("sqs:SendMessage", on=QUEUE) | {"NotPrincipal": {"AWS": NAMES.root}}
    report = judge(with_files(account(), queue_files(statement))(tmp_path), RESOURCE)
    assert [row.reason for row in report.not_judged] == ["Its policy names NotPrincipal, which is not evaluated."]
    assert not report.findings


def test_a_policy_that_does_not_parse_is_not_judged(tmp_path: Path) -> None:
    report = judge(with_files(account(), queue_files({"Effect": "Perhaps", "Action": "sqs:*"}))(tmp_path), RESOURCE)
    assert [row.reason for row in report.not_judged] == ["Its policy does not parse."]


def test_a_function_for_an_unknown_account(tmp_path: Path) -> None:
    made = account().function("hook", "app", public(allow("lambda:InvokeFunction"), {"AWS": OTHER}))
    (finding,) = judge(made.build(tmp_path), RESOURCE).findings
    assert finding.message.startswith(f"Account {OTHER} can invoke it.")
