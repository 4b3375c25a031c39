"""Hypothesis strategies for small worlds: few names, so that policies often meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from graph.evaluate.aws.authorize import LabelledDocument
from graph.evaluate.aws.bulk import PrincipalLayers, ResourceLayers
from graph.evaluate.aws.context import Principal, PrincipalKind, Resource
from graph.evaluate.aws.document import compile_policy
from tests.graph.evaluate_aws.builders import HOME, OTHER, policy, role, session, user

ACTION = "s3:GetObject"
ARNS = ("arn:aws:s3:::a/x", "arn:aws:s3:::a/y", "arn:aws:s3:::b/alice", "arn:aws:s3:::b/red")
_ACTIONS = st.sampled_from(["s3:GetObject", "S3:Get*", "*", "s3:PutObject", ["s3:PutObject", "s3:getobject"]])
_RESOURCES = st.sampled_from(
    ["*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/x", "arn:aws:s3:::b/${aws:username}",
     "arn:aws:s3:::b/${aws:PrincipalTag/team}", ["arn:aws:s3:::a/?", "arn:aws:s3:::b/red"], "arn:aws:s3:::*/*"]
)  # fmt: skip
_CONDITIONS = st.sampled_from(
    [
        {"StringEquals": {"aws:PrincipalTag/team": "red"}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"StringLike": {"aws:userid": ["AROAWORKER:*", "AIDAALICE"]}},
        {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
        {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
        {"Odd": {"a:b": "c"}},
    ]
)
NAMES = (
    "*", HOME, f"arn:aws:iam::{HOME}:root", OTHER, user().arn, role().arn, session().session_arn,
    user("bob", OTHER).arn, "AIDAALICE", "AROAGONE",
)  # fmt: skip


@st.composite
def statements(draw: st.DrawFn, *, named: bool = False, effect: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"Effect": effect or draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    body[draw(st.sampled_from(["Action"] * 5 + ["NotAction"]))] = draw(_ACTIONS)
    body[draw(st.sampled_from(["Resource"] * 5 + ["NotResource"]))] = draw(_RESOURCES)
    if draw(st.integers(0, 3)) == 0:
        body["Condition"] = draw(_CONDITIONS)
    if named:
        kind = "NotPrincipal" if body["Effect"] == "Deny" and draw(st.integers(0, 5)) == 0 else "Principal"
        aws = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2))
        body[kind] = draw(
            st.sampled_from(["*", {"AWS": aws}, {"AWS": aws, "CanonicalUser": "c"}, {"Service": "x.amazonaws.com"}])
        )
    return body


def bodies(*, named: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(statements(named=named), min_size=1, max_size=3).map(lambda found: policy(*found))


def documents(*, named: bool = False) -> st.SearchStrategy[LabelledDocument]:
    known = bodies(named=named).map(lambda body: LabelledDocument("p", compile_policy(body)))
    return st.integers(0, 12).flatmap(lambda roll: st.just(LabelledDocument("lost", None)) if roll == 0 else known)


def levels(*, named: bool = False) -> st.SearchStrategy[tuple[tuple[LabelledDocument, ...], ...]]:
    full = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if named:
        full["Principal"] = "*"
    open_level = LabelledDocument("full", compile_policy(policy(full)))
    level = (
        st.tuples(st.just(open_level), documents(named=named))
        | st.just((open_level,))
        | documents(named=named).map(lambda found: (found,))
    )
    return st.just(()) | st.lists(level, max_size=2).map(tuple)


PRINCIPALS: tuple[Principal, ...] = (
    user(organization_id="o-1"),
    user(tags=None, organization_id=""),
    user("bob", OTHER, tags={"team": "red"}),
    role(tags={"team": "red"}),
    role(service_linked=True),
    session(organization_id="o-1"),
    Principal(PrincipalKind.ROOT, f"arn:aws:iam::{HOME}:root", HOME),
    Principal(PrincipalKind.SERVICE, "x.amazonaws.com", ""),
    Principal(PrincipalKind.ANONYMOUS, "", ""),
    Principal(PrincipalKind.FEDERATED_USER, user().arn, HOME, session_arn=f"arn:aws:sts::{HOME}:federated-user/f"),
)

principal_layers = st.builds(
    PrincipalLayers,
    principal=st.sampled_from(PRINCIPALS),
    identity=st.lists(documents(), max_size=2).map(tuple),
    boundary=st.none() | documents(),
    scps=levels(),
    session=st.none() | st.lists(documents(), max_size=1).map(tuple),
)
resources = st.builds(
    Resource,
    arn=st.sampled_from(ARNS),
    account=st.sampled_from([HOME, HOME, OTHER, None]),
    tags=st.sampled_from([None, {}, {"team": "red"}]),
)
resource_layers = st.builds(
    ResourceLayers,
    resource=resources,
    policy=st.none() | documents(named=True),
    mandatory=st.sampled_from([False, False, True]),
    rcps=levels(named=True),
)
