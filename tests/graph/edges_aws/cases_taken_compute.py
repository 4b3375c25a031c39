"""Cases of taking over launch templates, instances by a pushed key, functions by configuration or by their triggers.

Input: none. Output: ``cases()``. Not handled: what ``cases_code`` has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectors.aws.records import AwsRecords
from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, A, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, public, trust
from tests.worlds.workloads import put, template, trigger, workload

__all__ = ["cases"]

TEMPLATE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:launch-template/lt-1"
GROUP = f"arn:aws:autoscaling:eu-west-1:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/web"
EC2, LAMBDA = trust(service="ec2.amazonaws.com"), trust(service="lambda.amazonaws.com")
BOX, JOB = A.instance("i-1"), A.function("job")
INVOKED = frozenset({"nhi:function-is-invoked"})


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _templates()
    yield from _keys()
    yield from _started()
    yield from _configured()
    yield from _by_policy()


def _group(version: str = "$Latest", definition: str = "lt-1") -> AwsWorkload:
    settings = {"LaunchTemplateVersion": version} if version else {}
    return workload(WorkloadKind.AUTO_SCALING_GROUP, GROUP, "app", definition_arn=definition, settings=settings)


def _templates() -> Iterator[Case]:
    one, both = "ec2-004", ("ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate")

    def world(*grants: Json, profile: str = "app") -> World:
        return put(here().role("app", trusts=EC2, profile=True).user("ci", *grants), template(TEMPLATE, profile))

    used = frozenset({"nhi:template-is-launched"})
    yield fires(one, "a group starts its latest version", put(world(allow(*both)), _group()), TEMPLATE, noted=True)
    yield fires(one, "a group starts its default version", put(world(allow(*both)), _group("$Default")), TEMPLATE)
    yield fires(one, "a group names it", put(world(allow(*both, on=TEMPLATE)), _group("", "lt-1")), TEMPLATE)
    for words, where in {
        "a group starts a version of its own": put(world(allow(*both)), _group("3")),
        "no group starts it": world(allow(*both)),
        "a group starts another one": put(world(allow(*both)), _group(definition="lt-2")),
    }.items():
        yield fires(one, words, where, TEMPLATE, state=State.CONDITIONAL, keys=used)
    yield silent(one, "it has no profile", put(world(allow(*both), profile=""), _group()), TEMPLATE)
    yield silent(one, "its profile holds no role", put(world(allow(*both), profile="nobody"), _group()), TEMPLATE)
    for missing in both:
        kept = [action for action in both if action != missing]
        yield silent(one, f"without {missing}", put(world(allow(*kept)), _group()), TEMPLATE)
    yield silent(one, "another template", put(world(allow(*both, on=TEMPLATE + "2")), _group()), TEMPLATE)
    tagged = allow(*both, when={"StringEquals": {"ec2:ResourceTag/env": "test"}})
    yield silent(one, "templates with a tag that it lacks", put(world(tagged), _group()), TEMPLATE)
    configuration = template(TEMPLATE, "app", launch_configuration=True)
    base = here().role("app", trusts=EC2, profile=True).user("ci", allow(*both))
    yield silent(one, "a launch configuration cannot be changed", put(base, configuration), TEMPLATE)


def _keys() -> Iterator[Case]:
    one = "ec2instanceconnect-003"
    push, see = "ec2-instance-connect:SendSSHPublicKey", "ec2:DescribeInstances"

    def world(*grants: Json, profile: str = "app", state: str = "running") -> World:
        base = here().role("app", trusts=EC2, profile=True).instance("i-1", profile, state=state)
        return base.user("ci", *grants)

    def windows(records: AwsRecords) -> AwsRecords:
        return replace(records, instances=tuple(replace(each, platform="Windows") for each in records.instances))

    yield fires(one, "a running instance", world(allow(push, see)), BOX, noted=True)
    yield fires(one, "on the very instance", world(allow(push, on=BOX), allow(see)), BOX, noted=True)
    yield fires(
        one, "as one user of it",
        world(allow(see), allow(push, when={"StringEquals": {"ec2:osuser": "ec2-user"}})), BOX, state=State.CONDITIONAL,
        keys={"ec2:osuser"},
    )  # fmt: skip
    yield fires(one, "nothing tells whether it runs", world(allow(push, see), state=""), BOX, state=State.UNVERIFIED)
    yield silent(one, "it is stopped", world(allow(push, see), state="stopped"), BOX)
    yield silent(one, "no instance profile", world(allow(push, see), profile=""), BOX)
    yield silent(one, "another instance", world(allow(push, on=A.instance("i-2")), allow(see)), BOX)
    yield silent(one, "without ec2:DescribeInstances", world(allow(push)), BOX)
    yield silent(one, "without the push", world(allow(see)), BOX)
    yield silent(
        one, "ec2:DescribeInstances on one instance, though it knows no resource type",
        world(allow(push), allow(see, on=BOX)), BOX,
    )  # fmt: skip
    yield silent(one, "it runs Windows", world(allow(push, see)).amend(windows), BOX)


def _function(*grants: Json) -> World:
    return here().role("app", trusts=LAMBDA).function("job", "app").user("ci", *grants)


def _started() -> Iterator[Case]:
    one, grant = "lambda-003", allow("lambda:UpdateFunctionCode")
    source = trigger("event-source", JOB, enabled=True)
    address = trigger("function-url", JOB, enabled=True, public=True, id=f"{JOB}#url")
    yield fires(one, "an event source starts it", put(_function(grant), source), JOB)
    yield fires(one, "a schedule starts it", put(_function(grant), trigger("schedule", JOB, enabled=True)), JOB)
    yield fires(one, "anybody may call its address", put(_function(grant), address), JOB)
    for words, what in {
        "the event source is off": replace(source, enabled=False),
        "nothing tells whether the event source is on": replace(source, enabled=None),
        "its address asks for credentials": replace(address, public=False),
        "a published version is started": replace(source, target_arn=f"{JOB}:7"),
        "the address is of an alias": replace(address, id=f"{JOB}:live#url"),
        "another function is started": replace(source, target_arn=A.function("web")),
    }.items():
        where = put(_function(grant), what)
        yield fires(one, words, where, JOB, state=State.CONDITIONAL, keys=INVOKED)
    yield silent(one, "it may not be changed", put(_function(allow("lambda:InvokeFunction")), source), JOB)


def _configured() -> Iterator[Case]:
    one, change = "nhi-lambda-updatefunctionconfiguration", "lambda:UpdateFunctionConfiguration"
    yield fires(one, "it may be invoked", _function(allow(change, "lambda:InvokeFunction")), JOB)
    yield fires(
        one, "an event source starts it",
        put(_function(allow(change, on=JOB)), trigger("event-source", JOB, enabled=True)), JOB,
    )  # fmt: skip
    yield fires(
        one, "nothing tells what starts it", _function(allow(change)), JOB, state=State.CONDITIONAL, keys=INVOKED
    )
    yield silent(one, "another function", _function(allow(change, "lambda:InvokeFunction", on=A.function("web"))), JOB)
    yield silent(one, "it may be invoked alone", _function(allow("lambda:InvokeFunction")), JOB)
    yield silent(one, "it is denied", _function(allow("lambda:*"), deny(change)), JOB)
    yield silent(
        one, "for the function's own role it is no gain",
        here().role("app", allow("lambda:*"), trusts=LAMBDA).function("job", "app"), JOB, A.role("app"),
    )  # fmt: skip


def _by_policy() -> Iterator[Case]:
    """The function's own policy gives the rights."""
    update, invoke = "lambda:UpdateFunctionCode", "lambda:InvokeFunction"

    def world(*given: Json, mine: tuple[Json, ...] = ()) -> World:
        return here().role("app", trusts=LAMBDA).function("job", "app", *given).user("ci", *mine)

    def to(*actions: str, who: str = A.user("ci")) -> Json:
        return public(allow(*actions, on=JOB), {"AWS": who})

    yield fires("lambda-004", "its policy gives both rights", world(to(update, invoke)), JOB, grants=1)
    yield fires("lambda-004", "its policy gives both rights apart", world(to(update), to(invoke)), JOB, grants=2)
    yield fires("lambda-004", "its policy gives one right", world(to(update), mine=(allow(invoke),)), JOB, grants=2)
    yield silent("lambda-004", "its policy names another user", world(to(update, invoke, who=A.user("bob"))), JOB)
    yield silent(
        "lambda-004", "its policy gives both, one is denied", world(to(update, invoke), mine=(deny(update),)), JOB
    )
    yield fires(
        "lambda-003", "its policy lets it be changed", world(to(update)), JOB, state=State.CONDITIONAL, keys=INVOKED
    )
    yield silent("lambda-003", "its policy lets it be invoked", world(to(invoke)), JOB)
    one = "nhi-lambda-updatefunctionconfiguration"
    yield fires(one, "its policy gives both rights", world(to("lambda:UpdateFunctionConfiguration", invoke)), JOB)
    yield silent(one, "its policy gives the code alone", world(to(update, invoke)), JOB)
