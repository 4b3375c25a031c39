"""Cases of techniques by which an identity runs code as a role: passed roles and workloads taken over.

Input: none. Output: ``cases()``. Not handled: other services than Lambda, EC2 and Systems Manager.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, OTHER, A, B, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, public, trust

__all__ = ["cases"]

APP = A.role("app")
LAMBDA, EC2 = trust(service="lambda.amazonaws.com"), trust(service="ec2.amazonaws.com")
SLR = "/aws-service-role/lambda.amazonaws.com/"
LINKED = A.role("aws-service-role/lambda.amazonaws.com/AWSServiceRoleForX")
QUEUE = allow("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
JOB, BOX = A.function("job"), A.instance("i-1")
SHELL = "arn:aws:ssm:*:*:document/AWS-RunShellScript"


def _to(service: str) -> dict[str, dict[str, str]]:
    return {"StringEquals": {"iam:PassedToService": service}}


def _with_job() -> World:
    return here().role("app", trusts=LAMBDA).function("job", "app")


def _profiled() -> World:
    return here().role("app", trusts=EC2, profile=True)


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _new_function()
    yield from _existing_function()
    yield from _new_instance()
    yield from _existing_instance()
    yield from _managed_instance()


def _new_function() -> Iterator[Case]:
    ways: dict[str, tuple[str, tuple[Json, ...]]] = {
        "lambda-001": ("lambda:InvokeFunction", ()),
        "lambda-002": ("lambda:CreateEventSourceMapping", (QUEUE,)),
        "lambda-006": ("lambda:AddPermission", ()),
    }
    for one, (start, of_role) in ways.items():
        code = allow("lambda:CreateFunction", start)
        everything = allow("iam:PassRole", "lambda:CreateFunction", start)
        yield fires(one, "any role", here().user("ci", everything).role("app", *of_role, trusts=LAMBDA), APP)
        yield fires(
            one, "three policies, one permission each",
            here().user("ci", allow("iam:PassRole", on=APP), allow("lambda:CreateFunction"), allow(start))
            .role("app", *of_role, trusts=LAMBDA),
            APP,
        )  # fmt: skip
        yield fires(
            one, "passed to Lambda alone",
            here().user("ci", code, allow("iam:PassRole", when=_to("lambda.amazonaws.com")))
            .role("app", *of_role, trusts=LAMBDA),
            APP,
        )  # fmt: skip
        yield silent(
            one, "passed to EC2 alone",
            here().user("ci", code, allow("iam:PassRole", when=_to("ec2.amazonaws.com")))
            .role("app", *of_role, trusts=LAMBDA),
            APP,
        )  # fmt: skip
        yield silent(one, "role trusts EC2", here().user("ci", everything).role("app", *of_role, trusts=EC2), APP)
        yield silent(
            one,
            "another role may be passed",
            here().user("ci", code, allow("iam:PassRole", on=A.role("web"))).role("app", *of_role, trusts=LAMBDA),
            APP,
        )
        yield silent(one, "no role may be passed", here().user("ci", code).role("app", *of_role, trusts=LAMBDA), APP)
        yield silent(
            one,
            "a role of another account",
            here().user("ci", everything).account(OTHER).role("app", *of_role, trusts=LAMBDA),
            B.role("app"),
        )
        yield silent(
            one,
            "nothing may start it",
            here().user("ci", allow("iam:PassRole", "lambda:CreateFunction")).role("app", *of_role, trusts=LAMBDA),
            APP,
        )
        yield silent(
            one, "an SCP denies new functions",
            here().user("ci", everything).role("app", *of_role, trusts=LAMBDA)
            .organization(OTHER, {"r-a1": [OTHER], "ou-1": [ACCOUNT]})
            .scp("guard", deny("lambda:CreateFunction"), on="ou-1"),
            APP,
        )  # fmt: skip
    yield silent(
        "lambda-002", "the role can read no stream or queue",
        here().user("ci", allow("iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"))
        .role("app", trusts=LAMBDA),
        APP,
    )  # fmt: skip
    yield silent(
        "lambda-001", "a service-linked role cannot be passed",
        here().user("ci", allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"))
        .role("AWSServiceRoleForX", trusts=LAMBDA, path=SLR),
        LINKED,
    )  # fmt: skip


def _existing_function() -> Iterator[Case]:
    update = "lambda:UpdateFunctionCode"
    invoked = public(allow("lambda:InvokeFunction", on=JOB), {"Service": "events.amazonaws.com"})
    yield fires(
        "lambda-003", "nothing tells what invokes it", _with_job().user("ci", allow(update)), JOB,
        state=State.CONDITIONAL, keys={"nhi:function-is-invoked"},
    )  # fmt: skip
    yield fires(
        "lambda-003",
        "a service invokes it",
        here().role("app", trusts=LAMBDA).function("job", "app", invoked).user("ci", allow(update)),
        JOB,
    )
    yield silent(
        "lambda-003", "code of another function",
        here().role("app", trusts=LAMBDA).function("job", "app", invoked)
        .user("ci", allow(update, on=A.function("web"))),
        JOB,
    )  # fmt: skip
    named = public(allow("lambda:InvokeFunction", on=JOB), {"AWS": A.user("ci")})
    yield fires(
        "lambda-004", "the function's policy lets the caller invoke it",
        here().role("app", trusts=LAMBDA).function("job", "app", named).user("ci", allow(update)), JOB, grants=2,
    )  # fmt: skip
    yield silent(
        "lambda-004", "the function's policy lets somebody else invoke it",
        here().role("app", trusts=LAMBDA).function("job", "app", named).user("bob", allow(update)).user("ci"), JOB,
        A.user("bob"),
    )  # fmt: skip
    yield silent(
        "lambda-004", "the function's policy lets the caller invoke it and the caller is denied",
        here().role("app", trusts=LAMBDA).function("job", "app", named)
        .user("ci", allow(update), deny("lambda:InvokeFunction")), JOB,
    )  # fmt: skip
    for one, start in (("lambda-004", "lambda:InvokeFunction"), ("lambda-005", "lambda:AddPermission")):
        yield fires(
            one,
            "any function",
            _with_job().user("ci", allow(update, start)),
            JOB,
        )
        yield silent(
            one, "started on another function",
            _with_job()
            .user("ci", allow(update, on=JOB), allow(start, on=A.function("web"))),
            JOB,
        )  # fmt: skip
        yield silent(
            one,
            "code is denied",
            _with_job().user("ci", allow(update, start), deny(update)),
            JOB,
        )
        yield silent(
            one, "a boundary leaves it out",
            here().policy("edge", allow(start)).role("app", trusts=LAMBDA).function("job", "app")
            .user("ci", allow(update, start), boundary="edge"),
            JOB,
        )  # fmt: skip


def _new_instance() -> Iterator[Case]:
    one, both = "ec2-001", allow("iam:PassRole", "ec2:RunInstances")
    yield fires(
        one, "role with an instance profile", here().user("ci", both).role("app", trusts=EC2, profile=True), APP
    )
    yield silent(one, "no instance profile holds the role", here().user("ci", both).role("app", trusts=EC2), APP)
    yield silent(one, "role trusts Lambda", here().user("ci", both).role("app", trusts=LAMBDA, profile=True), APP)
    yield silent(
        one, "passed to Lambda alone",
        here().user("ci", allow("ec2:RunInstances"), allow("iam:PassRole", when=_to("lambda.amazonaws.com")))
        .role("app", trusts=EC2, profile=True),
        APP,
    )  # fmt: skip
    yield silent(
        one,
        "no role may be passed",
        here().user("ci", allow("ec2:*")).role("app", trusts=EC2, profile=True),
        APP,
    )


def _existing_instance() -> Iterator[Case]:
    one = "ec2-002"
    three = ("ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances")
    yield fires(one, "any instance", _profiled().instance("i-1", "app").user("ci", allow(*three)), BOX)
    yield silent(one, "no instance profile", here().instance("i-1").user("ci", allow(*three)), BOX)
    for name, when in (
        ("another attribute alone", {"StringEquals": {"ec2:Attribute": "InstanceType"}}),
        ("another attribute by its value", {"StringEquals": {"ec2:Attribute/InstanceType": "t3.micro"}}),
        ("every attribute but the user data", {"StringNotEquals": {"ec2:Attribute": ["UserData", "userData"]}}),
    ):
        yield silent(
            one, name,
            _profiled().instance("i-1", "app").user("ci", allow(three[0], when=when), allow(*three[1:])),
            BOX,
        )  # fmt: skip
    yield fires(
        one, "the user data alone, in both spellings",
        _profiled().instance("i-1", "app").user(
            "ci", allow(three[0], when={"StringEquals": {"ec2:Attribute": ["UserData", "userData"]}}), allow(*three[1:])
        ),
        BOX,
    )  # fmt: skip
    yield fires(
        one, "every attribute but one",
        _profiled().instance("i-1", "app").user(
            "ci", allow(three[0], when={"StringNotEquals": {"ec2:Attribute": "InstanceType"}}), allow(*three[1:])
        ),
        BOX,
    )  # fmt: skip
    yield silent(
        one, "it may not be stopped",
        _profiled().instance("i-1", "app")
        .user("ci", allow("ec2:ModifyInstanceAttribute", "ec2:StartInstances")),
        BOX,
    )  # fmt: skip
    yield silent(
        one,
        "it is terminated",
        _profiled().instance("i-1", "app", state="terminated").user("ci", allow(*three)),
        BOX,
    )
    two, down = ("ec2:ModifyInstanceAttribute", "ec2:StartInstances"), "stopped"
    yield fires(
        one, "it is stopped already", _profiled().instance("i-1", "app", state=down).user("ci", allow(*two)), BOX
    )
    yield silent(
        one, "it is stopped, and may not be started",
        _profiled().instance("i-1", "app", state=down).user("ci", allow("ec2:ModifyInstanceAttribute")),
        BOX,
    )  # fmt: skip
    yield silent(
        one, "its state is not known, and it may not be stopped",
        _profiled().instance("i-1", "app", state="").user("ci", allow(*two)),
        BOX,
    )  # fmt: skip
    tagged = {"StringEquals": {"aws:ResourceTag/env": "test"}}
    yield silent(
        one, "another tag on the instance",
        _profiled().instance("i-1", "app", tags={"env": "live"})
        .user("ci", allow(*three, when=tagged)),
        BOX,
    )  # fmt: skip


def _managed_instance() -> Iterator[Case]:
    for one, action in (("ssm-001", "ssm:StartSession"), ("ssm-002", "ssm:SendCommand")):
        grant = allow(action)

        yield fires(one, "a managed instance", _profiled().instance("i-1", "app", managed=True).user("ci", grant), BOX)
        yield silent(one, "it is not managed", _profiled().instance("i-1", "app").user("ci", grant), BOX)
        yield silent(
            one,
            "it is stopped",
            _profiled().instance("i-1", "app", managed=True, state="stopped").user("ci", grant),
            BOX,
        )
        yield silent(one, "no instance profile", here().instance("i-1", managed=True).user("ci", grant), BOX)
        yield fires(
            one, "nothing tells whether it is managed",
            _profiled().instance("i-1", "app").user("ci", grant).without("ssm.describe_instance_information"),
            BOX, state=State.UNVERIFIED,
        )  # fmt: skip
        yield silent(
            one,
            "on another instance",
            _profiled().instance("i-1", "app", managed=True).user("ci", allow(action, on=A.instance("i-2"))),
            BOX,
        )
    one = "ssm-002"
    yield fires(
        one,
        "the instance and the shell document",
        _profiled().instance("i-1", "app", managed=True).user("ci", allow("ssm:SendCommand", on=[BOX, SHELL])),
        BOX,
    )
    yield silent(
        one,
        "no document is allowed",
        _profiled().instance("i-1", "app", managed=True).user("ci", allow("ssm:SendCommand", on=BOX)),
        BOX,
    )
