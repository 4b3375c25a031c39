"""Keys that a request never carries, and keys that follow from caller, resource and action."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from graph.decision import Outcome
from graph.evaluate.aws.authorize import PolicyLayers
from graph.evaluate.aws.carried import claim_host, never_carried
from graph.evaluate.aws.context import (
    ABSENT,
    UNKNOWN,
    Context,
    OneOf,
    Principal,
    PrincipalKind,
    Request,
    Resource,
    Shape,
    request_context,
)
from tests.graph.evaluate_aws.builders import HOME, ask, document, role, session, statement, user

ROLE = f"arn:aws:iam::{HOME}:role/target"


def context(
    action: str = "s3:GetObject",
    who: Principal | None = None,
    arn: str = ROLE,
    facts: Mapping[str, tuple[str, ...]] | None = None,
) -> Context:
    return request_context(Request(who or user(), action, Resource(arn, HOME, extra=facts or {})))


@pytest.mark.parametrize(
    ("key", "action", "never"),
    [
        ("iam:passedtoservice", "iam:PassRole", False),
        ("iam:passedtoservice", "IAM:passrole", False),
        ("iam:passedtoservice", "iam:GetRole", True),
        ("iam:passedtoservice", "", False),
        ("iam:policyarn", "iam:AttachGroupPolicy", False),
        ("iam:policyarn", "iam:PutGroupPolicy", True),
        ("iam:permissionsboundary", "iam:DeleteRolePermissionsBoundary", False),
        ("iam:permissionsboundary", "iam:UpdateAssumeRolePolicy", True),
        ("iam:resourcetag/team", "sts:AssumeRole", False),
        ("sts:externalid", "sts:TagSession", False),
        ("sts:externalid", "sts:AssumeRoleWithSAML", True),
        ("sts:sourceidentity", "sts:AssumeRole", False),
        ("kms:viaservice", "s3:GetObject", True),
        ("s3:prefix", "sqs:SendMessage", False),
    ],
)
def test_keys_of_iam_sts_and_kms_belong_to_their_calls(key: str, action: str, never: bool) -> None:
    assert never_carried(key, action, PrincipalKind.USER) is never


@pytest.mark.parametrize("key", ["aws:sourceidentity", "lambda:sourcefunctionarn", "example.com/id/a:sub", "saml:aud"])
def test_what_only_sessions_carry(key: str) -> None:
    assert never_carried(key, "s3:GetObject", PrincipalKind.USER)
    assert not never_carried(key, "s3:GetObject", PrincipalKind.ROLE)
    assert not never_carried(key, "", PrincipalKind.ACCOUNT)


def test_whose_claims_a_key_is_of() -> None:
    assert claim_host("oidc.eks.eu-west-1.amazonaws.com/id/a1:sub") == "oidc.eks.eu-west-1.amazonaws.com/id/a1"
    assert claim_host("saml:aud") == "saml"
    assert claim_host("aws:principaltag/a.b:c") == claim_host("s3:prefix") == ""


def test_a_fact_of_the_target_does_not_make_a_call_carry_its_key() -> None:
    facts = {"iam:PermissionsBoundary": ("arn:aws:iam::111111111111:policy/edge",)}
    assert (
        context("iam:PutRolePolicy", facts=facts).lookup("iam:permissionsboundary") == facts["iam:PermissionsBoundary"]
    )
    assert context("iam:CreateLoginProfile", facts=facts).lookup("iam:permissionsboundary") is ABSENT


def test_the_region_of_iam_calls() -> None:
    assert context("iam:GetRole").lookup("aws:RequestedRegion") == ("us-east-1",)
    assert context("sts:AssumeRole").detail("aws:RequestedRegion") == Shape("*")
    china = Principal(PrincipalKind.USER, "arn:aws-cn:iam::111111111111:user/a", HOME)
    assert context("iam:GetRole", china, "*").detail("aws:RequestedRegion") == Shape("*")


def test_calls_by_services_are_open_where_the_key_is_always_there() -> None:
    assert context().detail("aws:ViaAWSService") == OneOf((("true",), ("false",)))
    assert context("ec2:RunInstances").detail("aws:ViaAWSService") is UNKNOWN


def test_two_notations_of_one_moment() -> None:
    stated = Request(user(), "s3:GetObject", Resource("*"), {"aws:CurrentTime": ("2026-01-01T00:00:00Z",)})
    assert request_context(stated).lookup("aws:EpochTime") == ("1767225600",)
    odd = Request(user(), "s3:GetObject", Resource("*"), {"aws:CurrentTime": ("soon",)})
    assert request_context(odd).lookup("aws:EpochTime") is UNKNOWN


def test_a_caller_of_whom_only_the_account_is_known_may_have_any_name() -> None:
    nobody = Principal(PrincipalKind.USER, "", HOME)
    assert context(who=nobody).lookup("aws:PrincipalArn") is UNKNOWN
    assert context(who=nobody).detail("aws:username") == Shape("*")


def test_two_named_sessions_are_two_ways_into_a_grant() -> None:
    names = [session(session_name=name).session_arn for name in ("s1", "s2")]
    layers = PolicyLayers(resource=document(statement(Principal={"AWS": names})))
    (alternative,) = ask(role(), layers).alternatives
    assert [atom.values for clause in alternative for atom in clause] == [("*:s1", "*:s2")]


def test_a_not_principal_deny_spares_a_role_under_the_listed_session_name() -> None:
    own = document(statement())
    listed = [role().arn, session().session_arn, HOME]
    layers = PolicyLayers(identity=(own,), resource=document(statement("Deny", NotPrincipal={"AWS": listed})))
    decision = ask(role(), layers)
    assert decision.outcome is Outcome.CONDITIONAL
    assert [str(atom) for part in decision.alternatives for clause in part for atom in clause] == [
        "aws:userid StringLike *:s1"
    ]
    assert ask(session(), layers).outcome is Outcome.ALLOWED
    assert ask(session(session_name="s2"), layers).outcome is Outcome.DENIED
