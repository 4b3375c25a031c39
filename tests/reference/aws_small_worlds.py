"""Hypothesis strategies for small concrete AWS worlds.

Input: none. Output: ``worlds()``: every key that a generated policy asks for is stated.
Not handled, because the vendor's pages leave it open or contradict each other: variables without value beside negated
operators, several values of a key without set operator, the boundary of a user whom a trust policy names, the wildcard
principal for tokens of an identity provider. Sessions of a role that is held under an unknown session name.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.reference.aws_world import Json, What, Who, World

A, B = "111111111111", "222222222222"
PROVIDER = f"arn:aws:iam::{A}:oidc-provider/token.actions.githubusercontent.com"
SUBJECT = "token.actions.githubusercontent.com:sub"
ORGANIZATION = "o-x"
PATH = "o-x/r-1/ou-1/"


def _user(name: str, account: str) -> Who:
    arn = f"arn:aws:iam::{account}:user/{name}"
    return Who("user", arn, account, tags={"team": "pay"}, organization_id="o-x", organization_paths=(PATH,))


def _role(kind: str, account: str) -> Who:
    session = f"arn:aws:sts::{account}:assumed-role/app/s1" if kind == "role_session" else ""
    paths = ("o-y/r-2/",)
    return Who(
        kind, f"arn:aws:iam::{account}:role/app", account, session, tags={}, organization_id="o-y",
        organization_paths=paths,
    )  # fmt: skip


def _root(account: str) -> Who:
    arn = f"arn:aws:iam::{account}:root"
    return Who("root", arn, account, tags={}, organization_id="o-x", organization_paths=(PATH,))


FEDERATED = Who(
    "federated_user", f"arn:aws:iam::{A}:user/alice", A, f"arn:aws:sts::{A}:federated-user/bob", {}, organization_id=""
)
CALLERS = (
    _user("alice", A), _user("eve", B), _role("role_session", A), _role("role_session", B), _role("role", A),
    FEDERATED, _root(A), _root(B), Who("service", service="events.amazonaws.com"), Who("anonymous"),
)  # fmt: skip
WEB = Who("web_identity", provider=PROVIDER, claims={"sub": "repo:acme/app:main", "aud": "sts.amazonaws.com"})
RESOURCES = {
    "s3:GetObject": "arn:aws:s3:::b/alice/k", "s3:PutObject": "arn:aws:s3:::b/x/k",
    "sqs:SendMessage": f"arn:aws:sqs:us-east-1:{A}:q", "ec2:StartInstances": f"arn:aws:ec2:us-east-1:{A}:instance/i-1",
    "sts:AssumeRole": f"arn:aws:iam::{A}:role/target", "kms:Decrypt": f"arn:aws:kms:us-east-1:{A}:key/k1",
    "sts:AssumeRoleWithWebIdentity": f"arn:aws:iam::{A}:role/target",
    "iam:PassRole": f"arn:aws:iam::{A}:role/target", "iam:AttachUserPolicy": f"arn:aws:iam::{A}:user/bob",
}  # fmt: skip
ACTION_PATTERNS = (
    *["*"] * 6, "s3:*", "s3:Get*", "S3:GETOBJECT", "s3:?utObject", "sqs:SendMessage", "sqs:*", "sts:AssumeRole",
    "sts:*", "kms:Decrypt", "kms:D*", "ec2:Start*", "ec2:*", "iam:*", "iam:*Role", "iam:A*Policy",
)  # fmt: skip
RESOURCE_PATTERNS = (
    *["*"] * 6, "arn:aws:s3:::b/*", "arn:aws:s3:::b/?/k", "arn:aws:s3:::B/*", "arn:aws:s3:::b", "arn:aws:sqs:*",
    f"arn:aws:iam::{A}:role/*", f"arn:aws:kms:us-east-1:{A}:key/k?", "arn:aws:ec2:*:*:instance/*",
)  # fmt: skip
VARIABLE_RESOURCES = (
    "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${aws:username, 'x'}/*", "arn:aws:s3:::b/${*}/k",
)  # fmt: skip
PRINCIPALS = tuple(
    sorted(
        {c.arn for c in CALLERS if c.arn} | {c.session_arn for c in CALLERS if c.session_arn}
        | {A, B, "AIDAEXAMPLEDELETED001", f"arn:aws:iam::{A}:user/*"}
    )
)  # fmt: skip
VALUES: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws:SourceIp": (("10.1.2.3",), ("203.0.113.9",), ("2001:db8::1",)),
    "aws:SourceVpc": (("vpc-1",), ("vpc-2",), ("VPC-1",)),
    "aws:MultiFactorAuthPresent": (("true",), ("false",)),
    "s3:max-keys": (("9",), ("10",), ("100",)),
    "aws:CurrentTime": (("2026-01-01T00:00:00Z",), ("1767225601",)),
    "aws:TagKeys": ((), ("team",), ("team", "cost"), ("owner",)),
    "aws:SourceArn": (("arn:aws:sns:us-east-1:111111111111:t",), ("arn:aws:sns:x:y:111111111111:t",)),
    "aws:SourceOrgID": (("o-x",), ("o-y",)),
    "aws:TokenIssueTime": (("2025-12-31T23:59:59Z",), ("2026-01-01T00:00:00Z",)),
    "aws:ViaAWSService": (("true",), ("false",)),
}
TESTS: dict[str, tuple[tuple[str, ...], tuple[Any, ...]]] = {
    "aws:SourceIp": (("IpAddress", "NotIpAddress"), ("10.0.0.0/8", ["203.0.113.9", "2001:DB8::/32"], "0.0.0.0/0")),
    "AWS:sourcevpc": (
        ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"),
        ("vpc-1", ["vpc-1", "vpc-2"], "vpc-*", "VPC-?"),
    ),
    "aws:MultiFactorAuthPresent": (("Bool",), ("true", "false", True)),
    "s3:max-keys": (
        ("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"),
        ("10", 10, ["9", "100"], "10.0"),
    ),
    "aws:CurrentTime": (
        ("DateLessThan", "DateGreaterThanEquals", "DateEquals"),
        ("2026-01-01T02:00:00+02:00", 1767225601),
    ),
    "aws:SourceArn": (("ArnLike", "ArnNotLike", "ArnEquals", "StringLike"), ("arn:aws:sns:*:111111111111:*",)),
    "aws:PrincipalArn": (
        ("ArnLike", "ArnNotEquals", "StringEquals", "StringNotLike"),
        (f"arn:aws:iam::{A}:role/app", f"arn:aws:iam::{A}:user/alice", "arn:aws:iam::*:user/*"),
    ),
    "aws:PrincipalAccount": (("StringEquals", "StringNotEquals"), (A, [A, B])),
    "aws:PrincipalOrgID": (("StringEquals", "StringNotEquals"), ("o-x",)),
    "aws:ResourceOrgID": (("StringEquals", "StringNotEquals"), ("o-x", "${aws:PrincipalOrgID}")),
    "aws:ResourceAccount": (("StringEquals", "StringNotEquals"), (A, B, "${aws:PrincipalAccount}")),
    "aws:SourceOrgID": (("StringEquals", "StringNotEquals"), ("o-x",)),
    "aws:TokenIssueTime": (("DateLessThan", "DateGreaterThanEquals"), ("2026-01-01T00:00:00Z",)),
    "aws:EpochTime": (("DateLessThan", "NumericGreaterThanEquals"), (1767225600, "1767225601")),
    "aws:ViaAWSService": (("Bool",), ("true", "false")),
    "iam:PassedToService": (("StringEquals", "StringNotEquals"), ("ec2.amazonaws.com",)),
    "iam:PolicyARN": (("ArnEquals", "ArnNotLike"), ("arn:aws:iam::aws:policy/*",)),
    "kms:CallerAccount": (("StringEquals", "StringNotEquals"), (A,)),
    "sts:ExternalId": (("StringEquals", "StringNotEquals"), ("x-1",)),
    "aws:RequestedRegion": (("StringEquals", "StringNotEquals"), ("us-east-1", ["eu-west-1", "eu-west-2"])),
    "aws:PrincipalTag/TEAM": (("StringEquals", "StringNotEquals", "StringLike"), ("pay", "p*")),
    "aws:ResourceTag/team": (("StringEquals", "StringNotEquals", "StringLike"), ("pay", "web", "*")),
    "aws:PrincipalIsAWSService": (("Bool",), ("true", "false")),
    SUBJECT: (("StringEquals", "StringLike", "StringNotLike"), ("repo:acme/*", "repo:acme/app:main")),
}
OF_ACTION: dict[str, dict[str, tuple[tuple[str, ...], ...]]] = {
    "": {"aws:RequestedRegion": (("us-east-1",), ("eu-west-1",))},
    "iam:PassRole": {"iam:PassedToService": (("ec2.amazonaws.com",), ("lambda.amazonaws.com",))},
    "iam:Attach": {
        "iam:PolicyARN": (("arn:aws:iam::aws:policy/x",), (f"arn:aws:iam::{A}:policy/x",)),
        "iam:PermissionsBoundary": ((f"arn:aws:iam::{A}:policy/edge",),),
    },
    "sts:AssumeRole": {"sts:ExternalId": (("x-1",), ("x-2",))},
}
"""Keys that only some actions carry, in others derived as absent; a start of the action."""
SET_TESTS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")
DERIVED = ("aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalTag/team", "aws:username")


@st.composite
def _condition(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    kind = draw(st.sampled_from(("plain", "plain", "plain", "plain", "set", "null", "owner", "paths")))
    if kind == "null":
        keys = (*sorted(VALUES), "aws:PrincipalOrgPaths", "iam:PassedToService", "iam:PermissionsBoundary")
        return {"Null": {draw(st.sampled_from(keys)): draw(st.sampled_from(("true", "false")))}}
    if kind == "paths":
        qualifier = draw(st.sampled_from(("ForAllValues", "ForAnyValue")))
        operator = draw(st.sampled_from(("StringLike", "StringNotLike", "StringEquals")))
        return {f"{qualifier}:{operator}": {"aws:PrincipalOrgPaths": draw(st.sampled_from((["o-x/*"], [PATH])))}}
    if kind == "owner":
        return {"StringEquals": {"aws:ResourceTag/owner": "${aws:username}"}}
    if kind == "set":
        qualifier = draw(st.sampled_from(("ForAllValues", "ForAnyValue")))
        wanted = draw(st.sampled_from((["team"], ["team", "cost"], ["t*", "c?st"])))
        return {f"{qualifier}:{draw(st.sampled_from(SET_TESTS))}": {"aws:TagKeys": wanted}}
    key = draw(st.sampled_from(sorted(TESTS)))
    operators, values = TESTS[key]
    suffix = draw(st.sampled_from(("", "", "IfExists")))
    return {draw(st.sampled_from(operators)) + suffix: {key: draw(st.sampled_from(values))}}


@st.composite
def _statement(
    draw: st.DrawFn, with_principal: bool, caller: Who, allow_bias: bool, exceptions: bool
) -> dict[str, Any]:
    effect = draw(st.sampled_from(("Allow",) * (9 if allow_bias else 4) + ("Deny",)))
    statement: dict[str, Any] = {"Effect": effect}
    if exceptions and with_principal and draw(st.integers(0, 3 if effect == "Deny" else 12)) == 0:
        statement["NotPrincipal"] = draw(_exceptions(caller))
    elif with_principal:
        statement["Principal"] = draw(_principal(caller))
    patterns = draw(st.lists(st.sampled_from(ACTION_PATTERNS), min_size=1, max_size=2))
    statement[draw(st.sampled_from(("Action",) * 5 + ("NotAction",)))] = patterns
    resources: Any = draw(st.lists(st.sampled_from(RESOURCE_PATTERNS), min_size=1, max_size=2))
    name = draw(st.sampled_from(("Resource",) * 5 + ("NotResource", "variable")))
    if name == "variable":
        name, resources = "Resource", draw(st.sampled_from(VARIABLE_RESOURCES))
    statement[name] = resources
    condition: dict[str, Any] = {}
    for _ in range(draw(st.sampled_from((0, 0, 0, 0, 1, 1, 2)))):
        condition |= draw(_condition())
    return statement | ({"Condition": condition} if condition else {})


@st.composite
def _principal(draw: st.DrawFn, caller: Who) -> Any:
    choice = draw(st.sampled_from(("*", "star", "AWS", "AWS", "own", "own", "own", "Service", "Federated")))
    if choice in ("*", "star") and caller.kind == "web_identity":
        return {"Federated": PROVIDER}
    if choice == "*" or (choice == "star" and caller.kind == "service"):
        return "*"
    if choice == "star":
        return {"AWS": "*"}
    if choice == "Service":
        return {"Service": ["lambda.amazonaws.com", "events.amazonaws.com"]}
    if choice == "Federated":
        return {"Federated": PROVIDER}
    if choice == "own" and caller.kind in ("service", "web_identity"):
        return {"Service": caller.service} if caller.service else {"Federated": caller.provider}
    if choice == "own" and caller.account:
        return {"AWS": draw(st.sampled_from([n for n in (caller.arn, caller.session_arn, caller.account) if n]))}
    return {"AWS": draw(st.lists(st.sampled_from(_others(caller)), min_size=1, max_size=2))}


def _others(caller: Who) -> list[str]:
    """Whether the holder of a role is in a session of it that is named, nobody can say."""
    return [name for name in PRINCIPALS if caller.kind != "role" or ":assumed-role/" not in name]


@st.composite
def _exceptions(draw: st.DrawFn, caller: Who) -> Any:
    """Return a NotPrincipal element: half the time the caller as the pages want it listed, or in part."""
    if caller.kind in ("service", "web_identity", "anonymous") or draw(st.booleans()):
        return draw(_principal(caller).filter(lambda element: element != {"AWS": "*"}))
    listed = [name for name in (caller.arn, caller.session_arn, caller.account) if name]
    if caller.kind == "federated_user":
        listed = [caller.session_arn, caller.account]
    left_out = draw(st.none() | st.sampled_from(listed))
    return {"AWS": sorted({name for name in listed if name != left_out} | {draw(st.sampled_from(_others(caller)))})}


@st.composite
def _document(
    draw: st.DrawFn, caller: Who, with_principal: bool = False, ceiling: bool = False, exceptions: bool = False
) -> Json:
    statements = draw(st.lists(_statement(with_principal, caller, ceiling, exceptions), min_size=1, max_size=2))
    if ceiling and draw(st.booleans()):
        statements = [{"Effect": "Allow", "Action": "*", "Resource": "*"}, *statements]
        if with_principal:
            statements[0]["Principal"] = draw(_principal(caller))
    version = draw(st.sampled_from(("2012-10-17",) * 4 + ("2008-10-17",)))
    return {"Version": version, "Statement": statements}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a world of one caller, one request, and up to seven kinds of policies."""
    caller = draw(st.sampled_from((*CALLERS, WEB)))
    actions = sorted(RESOURCES.keys() - {"sts:AssumeRoleWithWebIdentity"})
    action = "sts:AssumeRoleWithWebIdentity" if caller is WEB else draw(st.sampled_from(actions))
    unsigned_or_federated = caller.kind in ("anonymous", "federated_user")
    if unsigned_or_federated and action.startswith(("sts:", "kms:")):
        action = "s3:GetObject"  # AssumeRole takes neither; the pages tell little of either at KMS
    trust_of_user = action == "sts:AssumeRole" and caller.kind == "user"
    owner = draw(st.sampled_from(({}, {"owner": "alice", "team": "pay"})))
    context, absent = draw(_context(caller, action))
    ceiling = _document(caller, ceiling=True)
    rcp = draw(st.lists(_document(caller, with_principal=True, ceiling=True), max_size=1))
    named = _document(caller, with_principal=True, ceiling=True, exceptions=True)
    resource_policy = draw(named if action.startswith(("sts:", "kms:")) else st.none() | named)
    return World(
        who=caller,
        action=action,
        what=What(RESOURCES[action], A, owner, organization_id=ORGANIZATION, organization_paths=(PATH,)),
        context=context,
        absent=absent,
        identity=tuple(draw(st.lists(ceiling, max_size=2))),
        boundary=None if trust_of_user else draw(st.none() | st.none() | ceiling),
        scps=tuple((document,) for document in draw(st.lists(ceiling, max_size=2))),
        rcps=tuple(({"Version": "2012-10-17", "Statement": [RCP_FULL]}, document) for document in rcp),
        resource_policy=resource_policy,
        resource_mandatory=action.startswith(("sts:", "kms:")),
        session=tuple(draw(st.lists(ceiling, max_size=2))) if caller.kind in ("role_session", "federated_user") else (),
    )


RCP_FULL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


@st.composite
def _context(draw: st.DrawFn, caller: Who, action: str) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    context: dict[str, tuple[str, ...]] = {}
    absent: list[str] = [] if caller.kind == "web_identity" else [SUBJECT]
    own = {key: values for start, keys in OF_ACTION.items() if action.startswith(start) for key, values in keys.items()}
    if action.startswith("iam:"):
        own.pop("aws:RequestedRegion")
    for key, values in {**VALUES, **own}.items():
        value = draw(st.none() | st.sampled_from(values))
        if value is None:
            absent.append(key)
        else:
            context[key] = value
    if caller.kind in ("service", "anonymous", "web_identity"):
        absent += [*DERIVED, "kms:CallerAccount"]
        absent += [] if caller.kind == "service" else ["aws:PrincipalIsAWSService"]
    return context, tuple(absent)
