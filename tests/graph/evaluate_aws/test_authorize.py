"""How layers combine: the corners where tools disagree with AWS, and what stays open."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from graph.decision import Atom, Outcome
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers
from graph.evaluate.aws.context import Principal, PrincipalKind
from graph.evaluate.aws.matching import PrincipalMatch
from graph.evaluate.aws.table import decision_table
from tests.graph.evaluate_aws.builders import HOME, OBJECT, OTHER, ask, document, role, session, statement, user

ALLOW = document(statement())
NOTHING = document(statement(action="ec2:RunInstances"), label="nothing")
ROLE_ARN = f"arn:aws:iam::{HOME}:role/target"


def grant(principal: Any, **more: Any) -> LabelledDocument:
    return document(statement(Principal=principal, **more), label="bucket policy")


def trust(principal: Any, action: str = "sts:AssumeRole", **more: Any) -> LabelledDocument:
    body = statement(action=action, resource=None, Principal=principal, **more)
    return dataclasses.replace(document(body, label="trust"), layer="trust")


def assume(principal: Principal, layers: PolicyLayers, action: str = "sts:AssumeRole", **more: Any) -> Outcome:
    layers = dataclasses.replace(layers, resource_mandatory=True)
    return ask(principal, layers, action=action, arn=ROLE_ARN, **more).outcome


def test_identity_allow_and_explicit_deny_name_their_statements() -> None:
    allowed = ask(user(), PolicyLayers(identity=(ALLOW,)))
    assert allowed.outcome is Outcome.ALLOWED
    assert [(item.layer, item.document, item.statement) for item in allowed.deciding] == [("identity", "p", 0)]
    denied = ask(user(), PolicyLayers(identity=(ALLOW, document(statement(), statement("Deny", Sid="No"), label="d"))))
    assert denied.outcome is Outcome.DENIED
    assert [(item.document, item.statement, item.sid) for item in denied.deciding] == [("d", 1, "No")]


def test_missing_allow_names_the_layer() -> None:
    decision = ask(user(), PolicyLayers(identity=(ALLOW,), boundary=NOTHING, scps=((ALLOW,), (NOTHING,))))
    assert decision.outcome is Outcome.NOT_ALLOWED
    assert [(item.layer, item.effect) for item in decision.deciding] == [("scp", "missing"), ("boundary", "missing")]


@pytest.mark.parametrize(
    ("principal", "names", "want"),
    [
        (user(), {"AWS": f"arn:aws:iam::{HOME}:user/alice"}, Outcome.ALLOWED),
        (role(), {"AWS": f"arn:aws:iam::{HOME}:role/worker"}, Outcome.NOT_ALLOWED),
        (session(), {"AWS": f"arn:aws:iam::{HOME}:role/worker"}, Outcome.NOT_ALLOWED),
        (session(), {"AWS": f"arn:aws:sts::{HOME}:assumed-role/worker/s1"}, Outcome.ALLOWED),
        (session(), {"AWS": f"arn:aws:sts::{HOME}:assumed-role/worker/s2"}, Outcome.NOT_ALLOWED),
        (role(), {"AWS": f"arn:aws:sts::{HOME}:assumed-role/worker/s2"}, Outcome.CONDITIONAL),
        (user(), "*", Outcome.ALLOWED),
        (session(), {"AWS": "*"}, Outcome.ALLOWED),
        (user(), {"AWS": HOME}, Outcome.NOT_ALLOWED),
        (user(), {"AWS": f"arn:aws:iam::{HOME}:root"}, Outcome.NOT_ALLOWED),
        (user(), {"AWS": "AIDAALICE"}, Outcome.ALLOWED),
        (user(), {"AWS": "AIDADELETED"}, Outcome.NOT_ALLOWED),
        (user(), {"AWS": f"arn:aws:iam::{HOME}:user/*"}, Outcome.NOT_ALLOWED),
        (user(), {"Service": "lambda.amazonaws.com"}, Outcome.NOT_ALLOWED),
    ],
)
def test_resource_policy_against_a_boundary_that_does_not_allow(
    principal: Principal, names: Any, want: Outcome
) -> None:
    assert ask(principal, PolicyLayers(boundary=NOTHING, resource=grant(names))).outcome is want


def test_role_grant_is_limited_by_boundary_and_session_not_by_identity() -> None:
    named = grant({"AWS": f"arn:aws:iam::{HOME}:role/worker"})
    assert ask(role(), PolicyLayers(resource=named)).outcome is Outcome.ALLOWED
    assert ask(session(), PolicyLayers(resource=named, session=(NOTHING,))).outcome is Outcome.NOT_ALLOWED
    assert ask(session(), PolicyLayers(resource=named, session=(NOTHING, ALLOW))).outcome is Outcome.ALLOWED


@pytest.mark.parametrize("names", ["*", {"AWS": HOME}, {"AWS": f"arn:aws:iam::{HOME}:user/alice"}])
def test_across_accounts_both_sides_must_allow(names: Any) -> None:
    there = PolicyLayers(resource=grant(names))
    assert ask(user(), there, owner=OTHER).outcome is Outcome.NOT_ALLOWED
    both = PolicyLayers(identity=(ALLOW,), resource=grant(names))
    assert ask(user(), both, owner=OTHER).outcome is Outcome.ALLOWED
    assert ask(user(), PolicyLayers(identity=(ALLOW,)), owner=OTHER).outcome is Outcome.NOT_ALLOWED


def test_unknown_owner_is_unverified_only_where_it_matters() -> None:
    assert ask(user(), PolicyLayers(identity=(ALLOW,)), owner=None).outcome is Outcome.UNVERIFIED
    assert ask(user(), PolicyLayers(), owner=None).outcome is Outcome.NOT_ALLOWED
    both = PolicyLayers(identity=(ALLOW,), resource=grant("*"))
    assert ask(user(), both, owner=None).outcome is Outcome.ALLOWED


def test_trust_policies() -> None:
    may = document(statement(action="sts:AssumeRole"))
    named = {"AWS": f"arn:aws:iam::{HOME}:user/alice"}
    assert assume(user(), PolicyLayers(identity=(may,), resource=trust({"AWS": HOME}))) is Outcome.ALLOWED
    assert assume(user(), PolicyLayers(resource=trust({"AWS": HOME}))) is Outcome.NOT_ALLOWED
    assert assume(user(), PolicyLayers(resource=trust(named))) is Outcome.ALLOWED
    assert assume(user(), PolicyLayers(resource=trust(named), boundary=NOTHING)) is Outcome.NOT_ALLOWED
    assert assume(user(), PolicyLayers(identity=(may,), resource=trust({"AWS": "AROADEAD"}))) is Outcome.NOT_ALLOWED
    assert assume(user(account=OTHER), PolicyLayers(resource=trust("*"))) is Outcome.NOT_ALLOWED
    assert assume(user(), PolicyLayers(identity=(may,))) is Outcome.UNVERIFIED
    root = Principal(PrincipalKind.ROOT, f"arn:aws:iam::{HOME}:root", HOME)
    assert assume(root, PolicyLayers(resource=trust({"AWS": HOME}))) is Outcome.NOT_ALLOWED


def test_oidc_trust_down_to_the_subject() -> None:
    provider = f"arn:aws:iam::{HOME}:oidc-provider/token.actions.githubusercontent.com"
    sub = "token.actions.githubusercontent.com:sub"
    condition = {"StringLike": {sub: "repo:acme/app:*"}}
    layers = PolicyLayers(resource=trust({"Federated": provider}, "sts:AssumeRoleWithWebIdentity", Condition=condition))

    def bearer(claims: dict[str, str]) -> Principal:
        return Principal(PrincipalKind.WEB_IDENTITY, "", "", provider=provider, claims=claims)

    action = "sts:AssumeRoleWithWebIdentity"
    assert assume(bearer({"sub": "repo:acme/app:ref:refs/heads/main"}), layers, action) is Outcome.ALLOWED
    assert assume(bearer({"sub": "repo:evil/app:ref:refs/heads/main"}), layers, action) is Outcome.NOT_ALLOWED
    assert assume(bearer({}), layers, action) is Outcome.CONDITIONAL
    assert assume(bearer({}), layers, action, absent=frozenset({sub})) is Outcome.NOT_ALLOWED
    stranger = dataclasses.replace(bearer({"sub": "repo:acme/app:x"}), provider="accounts.google.com")
    assert assume(stranger, layers, action) is Outcome.NOT_ALLOWED
    for_anyone = PolicyLayers(resource=trust("*", action))
    assert assume(bearer({}), for_anyone, action) is Outcome.UNVERIFIED


def test_service_principals_need_the_resource_policy_alone() -> None:
    service = Principal(PrincipalKind.SERVICE, "cloudtrail.amazonaws.com", "")
    condition = {"StringEquals": {"aws:SourceAccount": HOME}}
    layers = PolicyLayers(
        scps=((NOTHING,),), resource=grant({"Service": "cloudtrail.amazonaws.com"}, Condition=condition)
    )
    assert ask(service, layers).outcome is Outcome.CONDITIONAL
    assert ask(service, layers, stated={"aws:SourceAccount": (HOME,)}).outcome is Outcome.ALLOWED
    assert ask(service, layers, stated={"aws:SourceAccount": (OTHER,)}).outcome is Outcome.NOT_ALLOWED
    assert ask(user(), PolicyLayers(resource=grant("*", Condition=condition))).outcome is Outcome.NOT_ALLOWED


def test_kms_key_policy_must_enable_iam_policies() -> None:
    may = document(statement(action="kms:*"))
    arn = f"arn:aws:kms:eu-west-1:{HOME}:key/1"
    for names, want in (
        ({"AWS": HOME}, Outcome.ALLOWED),
        ({"AWS": f"arn:aws:iam::{HOME}:role/x"}, Outcome.NOT_ALLOWED),
    ):
        key = document(statement(action="kms:*", Principal=names))
        layers = PolicyLayers(identity=(may,), resource=key, resource_mandatory=True)
        assert ask(user(), layers, action="kms:Decrypt", arn=arn).outcome is want


def test_root_account_service_linked_and_free_calls() -> None:
    root = Principal(PrincipalKind.ROOT, f"arn:aws:iam::{HOME}:root", HOME)
    assert ask(root, PolicyLayers()).outcome is Outcome.ALLOWED
    assert ask(root, PolicyLayers(scps=((NOTHING,),))).outcome is Outcome.NOT_ALLOWED
    linked = role("aws-service-role/x.amazonaws.com/AWSServiceRoleForX", service_linked=True)
    limits = PolicyLayers(identity=(ALLOW,), scps=((NOTHING,),), rcps=((document(statement("Deny", Principal="*")),),))
    assert ask(linked, limits).outcome is Outcome.ALLOWED
    assert ask(role(), limits).outcome is Outcome.DENIED
    denied = PolicyLayers(identity=(document(statement("Deny", "*")),))
    assert ask(user(), denied, action="sts:GetCallerIdentity", arn="*", owner=None).outcome is Outcome.ALLOWED


def test_federated_user_sessions() -> None:
    arn = f"arn:aws:sts::{HOME}:federated-user/bob"
    federated = Principal(PrincipalKind.FEDERATED_USER, f"arn:aws:iam::{HOME}:user/alice", HOME, session_arn=arn)
    assert ask(federated, PolicyLayers(identity=(ALLOW,))).outcome is Outcome.NOT_ALLOWED
    assert ask(federated, PolicyLayers(identity=(ALLOW,), session=(ALLOW,))).outcome is Outcome.ALLOWED
    assert ask(federated, PolicyLayers(resource=grant({"AWS": arn}))).outcome is Outcome.ALLOWED
    issuer = grant({"AWS": f"arn:aws:iam::{HOME}:user/alice"})
    assert ask(federated, PolicyLayers(resource=issuer)).outcome is Outcome.NOT_ALLOWED
    assert ask(federated, PolicyLayers(resource=issuer, session=(ALLOW,))).outcome is Outcome.ALLOWED


def test_not_principal_deny() -> None:
    exact, whole = f"arn:aws:iam::{HOME}:user/alice", f"arn:aws:iam::{HOME}:root"
    other = document(statement("Deny", NotPrincipal={"AWS": [exact, whole]}))
    layers = PolicyLayers(identity=(ALLOW,), resource=other)
    assert ask(user(), layers).outcome is Outcome.ALLOWED
    assert ask(user("bob", OTHER), layers).outcome is Outcome.DENIED
    assert ask(user("bob"), layers).outcome is Outcome.DENIED
    assert ask(user(), dataclasses.replace(layers, boundary=ALLOW)).outcome is Outcome.DENIED


def test_rcps_of_services_without_support_do_not_count() -> None:
    deny = ((document(statement("Deny", "*", Principal="*")),),)
    may = document(statement(action="*"))
    assert ask(user(), PolicyLayers(identity=(may,), rcps=deny)).outcome is Outcome.DENIED
    decision = ask(user(), PolicyLayers(identity=(may,), rcps=deny), action="iam:GetUser", arn=user().arn)
    assert decision.outcome is Outcome.ALLOWED
    assert decision.notes


def test_conditional_alternatives_carry_denies_and_drop_dominated_ways() -> None:
    mfa, vpc = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    layers = PolicyLayers(
        identity=(
            document(
                statement(Condition=mfa),
                statement(Condition={**mfa, **vpc}),
                statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}),
            ),
        )
    )
    decision = ask(user(), layers)
    assert decision.outcome is Outcome.CONDITIONAL
    wanted = Atom("aws:multifactorauthpresent", "Bool", ("true",))
    barred = Atom("aws:sourcevpc", "StringNotEquals", ("vpc-1",), negated=True)
    assert decision.alternatives == (((wanted,), (barred,)),)
    stated = {"aws:MultiFactorAuthPresent": ("true",), "aws:SourceVpc": ("vpc-1",)}
    assert ask(user(), layers, stated=stated).outcome is Outcome.ALLOWED


def test_an_allow_that_only_holds_where_a_deny_holds_is_no_allow() -> None:
    vpc = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    layers = PolicyLayers(identity=(document(statement(Condition=vpc), statement("Deny", Condition=vpc)),))
    assert ask(user(), layers).outcome is Outcome.NOT_ALLOWED


@pytest.mark.parametrize(
    ("layers", "want"),
    [
        (PolicyLayers(identity=(ALLOW, LabelledDocument("lost", None))), Outcome.UNVERIFIED),
        (PolicyLayers(identity=(LabelledDocument("lost", None),)), Outcome.UNVERIFIED),
        (PolicyLayers(identity=(LabelledDocument("lost", None),), boundary=NOTHING), Outcome.NOT_ALLOWED),
        (PolicyLayers(identity=(ALLOW,), scps=((LabelledDocument("lost", None),),)), Outcome.UNVERIFIED),
        (PolicyLayers(identity=(LabelledDocument("lost", None), document(statement("Deny")))), Outcome.DENIED),
        (PolicyLayers(identity=(document(statement(Condition={"Odd": {"a:b": "c"}})),)), Outcome.UNVERIFIED),
        (
            PolicyLayers(identity=(ALLOW, document(statement("Deny", Condition={"Odd": {"a:b": "c"}})))),
            Outcome.UNVERIFIED,
        ),
    ],
)
def test_missing_or_odd_documents_matter_only_where_they_could_change_the_answer(
    layers: PolicyLayers, want: Outcome
) -> None:
    decision = ask(user(), layers)
    assert decision.outcome is want
    assert decision.notes or want in (Outcome.DENIED, Outcome.NOT_ALLOWED)


def test_unknown_variable_in_a_resource() -> None:
    layers = PolicyLayers(identity=(document(statement(resource="arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*")),))
    arn = "arn:aws:s3:::bucket/red/x"
    assert ask(user(tags=None), layers, arn=arn).outcome is Outcome.CONDITIONAL
    assert ask(user(tags=None), layers).outcome is Outcome.NOT_ALLOWED
    assert ask(user(tags={"team": "red"}), layers, arn=arn).outcome is Outcome.ALLOWED
    assert ask(user(tags={}), layers, arn=arn).outcome is Outcome.NOT_ALLOWED
    waiting = ask(user(tags=None), layers, arn=arn).alternatives[0][0][0]
    assert waiting.key == "aws:principaltag/team"


def test_decision_table_covers_every_form() -> None:
    table = decision_table()
    for form in PrincipalMatch:
        if form not in (PrincipalMatch.NONE, PrincipalMatch.SERVICE, PrincipalMatch.FEDERATED):
            assert table.row("same", form, "s3:GetObject", PrincipalKind.USER) is not None, form
        assert table.row("cross", form, "s3:GetObject", PrincipalKind.USER) is not None
        assert table.row("none", form, "s3:GetObject", PrincipalKind.SERVICE) is not None
    assert OBJECT.startswith("arn:")
