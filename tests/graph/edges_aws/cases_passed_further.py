"""Cases of techniques that pass a role, where more than permissions and trust decides.

Input: none. Output: ``cases()``. Not handled: what every such technique has in common (``cases_passed``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, OTHER, A, B, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, trust
from tests.worlds.workloads import cluster, ecs_cluster, looked_at, put, workload

__all__ = ["cases"]

APP, BASE = A.role("app"), A.role("base")
EC2, GLUE = trust(service="ec2.amazonaws.com"), trust(service="glue.amazonaws.com")
CFN, PIPELINE = trust(service="cloudformation.amazonaws.com"), trust(service="datapipeline.amazonaws.com")
ECS, BUILD = trust(service="ecs-tasks.amazonaws.com"), trust(service="codebuild.amazonaws.com")
SAGEMAKER = trust(service="sagemaker.amazonaws.com")
JOB = f"arn:aws:glue:eu-west-1:{ACCOUNT}:job/nightly"
STACK_SET = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stackset/base:1"
WEB = f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/web"


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _spot()
    yield from _trust_conditions()
    yield from _clusters()
    yield from _batch_jobs()
    yield from _batch_role()
    yield from _jobs()
    yield from _notebooks()
    yield from _stack_sets()
    yield from _data_pipeline()
    yield from _automation()
    yield from _pods()
    yield from _targets()


def _spot() -> Iterator[Case]:
    one, both = "ec2-003", allow("iam:PassRole", "ec2:RequestSpotInstances")
    own = f"arn:aws:ec2:*:{ACCOUNT}:"
    parts = [own + "spot-instances-request/*", own + "subnet/*", own + "security-group/*", "arn:aws:ec2:*::image/*"]
    yield fires(one, "role with a profile", here().role("app", trusts=EC2, profile=True).user("ci", both), APP)
    yield fires(
        one, "on each resource type of the call",
        here().role("app", trusts=EC2, profile=True)
        .user("ci", allow("iam:PassRole", on=APP), allow("ec2:RequestSpotInstances", on=parts)), APP,
    )  # fmt: skip
    yield silent(
        one, "no image is allowed",
        here().role("app", trusts=EC2, profile=True)
        .user("ci", allow("iam:PassRole", on=APP), allow("ec2:RequestSpotInstances", on=parts[:3])), APP,
    )  # fmt: skip
    yield silent(one, "no instance profile holds the role", here().role("app", trusts=EC2).user("ci", both), APP)
    two = "nhi-autoscaling-createlaunchconfiguration"
    group = allow("iam:PassRole", "autoscaling:*")
    yield silent(two, "no instance profile holds the role", here().role("app", trusts=EC2).user("ci", group), APP)


def _with(statement: Json, grant: Json) -> World:
    return here().role("app", trusts=statement).user("ci", grant)


def _trust_conditions() -> Iterator[Case]:
    one, service = "codebuild-001", "codebuild.amazonaws.com"
    grant = allow("iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild")

    def only(key: str, value: str, operator: str = "ArnLike") -> Json:
        return trust(service=service, when={operator: {key: value}})

    arn = f"arn:aws:codebuild:*:{ACCOUNT}:"
    yield fires(
        one, "for workloads of its own account", _with(only("aws:SourceAccount", ACCOUNT, "StringEquals"), grant), APP
    )
    yield silent(
        one, "for workloads of another account", _with(only("aws:SourceAccount", OTHER, "StringEquals"), grant), APP
    )
    yield fires(one, "for any project of the account", _with(only("aws:SourceArn", arn + "project/*"), grant), APP)
    yield fires(one, "for anything of the service", _with(only("aws:SourceArn", arn + "*"), grant), APP)
    yield fires(
        one, "for one project", _with(only("aws:SourceArn", arn + "project/release"), grant), APP,
        state=State.CONDITIONAL, keys={"aws:sourcearn"},
    )  # fmt: skip
    yield silent(
        one, "for a project of another account", _with(only("aws:SourceArn", arn.replace(ACCOUNT, OTHER) + "*"), grant),
        APP,
    )  # fmt: skip
    yield silent(
        one, "for another service's work", _with(only("aws:SourceArn", f"arn:aws:glue:*:{ACCOUNT}:*"), grant), APP
    )
    for two, other in (("sagemaker-002", SAGEMAKER), ("glue-003", GLUE)):
        everything = allow("*")
        yield silent(
            two, "the statement is a deny",
            here().role("app", trusts={**other, "Effect": "Deny"}).user("ci", everything), APP,
        )  # fmt: skip


def _clusters() -> Iterator[Case]:
    for one, start in (("ecs-003", "CreateService"), ("ecs-004", "RunTask"), ("ecs-005", "StartTask")):
        grant = allow("iam:PassRole", "ecs:RegisterTaskDefinition", f"ecs:{start}")

        def world(grant: Json = grant) -> World:
            return here().role("app", trusts=ECS).user("ci", grant)

        yield fires(one, "clusters were not looked at", world(), APP, state=State.UNVERIFIED, noted=True)
        yield silent(one, "there is no cluster", looked_at(world(), ACCOUNT, "ecs.list_clusters"), APP)
        gone = put(looked_at(world(), ACCOUNT, "ecs.list_clusters"), ecs_cluster(WEB, status="INACTIVE"))
        yield silent(one, "the cluster was deleted", gone, APP)
        other = put(world().account(OTHER).account(ACCOUNT), ecs_cluster(WEB.replace(ACCOUNT, OTHER), 1))
        yield silent(one, "the cluster is in another account", looked_at(other, ACCOUNT, "ecs.list_clusters"), APP)
    start_task = allow("iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:StartTask")
    base = here().role("app", trusts=ECS).user("ci", start_task)
    yield silent("ecs-005", "no container instance is registered", put(base, ecs_cluster(WEB, 0)), APP)
    base = here().role("app", trusts=ECS).user("ci", start_task)
    yield fires(
        "ecs-005", "nothing tells of container instances", put(base, ecs_cluster(WEB, None)), APP,
        state=State.UNVERIFIED, noted=True,
    )  # fmt: skip
    family = f"arn:aws:ecs:*:{ACCOUNT}:task-definition/"
    one_family = (allow("ecs:RegisterTaskDefinition", on=family + "a:*"), allow("ecs:RunTask", on=family + "b:*"))
    base = here().role("app", trusts=ECS).user("ci", allow("iam:PassRole"), *one_family)
    yield silent("ecs-004", "what it may register it may not run", put(base, ecs_cluster(WEB)), APP)
    only = allow("ecs:RunTask", when={"ArnEquals": {"ecs:cluster": WEB}})
    both = allow("iam:PassRole", "ecs:RegisterTaskDefinition")
    yield fires(
        "ecs-004", "in one cluster", put(here().role("app", trusts=ECS).user("ci", both, only), ecs_cluster(WEB)), APP,
        state=State.CONDITIONAL, keys={"ecs:cluster"},
    )  # fmt: skip


def _batch_jobs() -> Iterator[Case]:
    one = "nhi-batch-registerjobdefinition"
    grant = allow("iam:PassRole", "batch:RegisterJobDefinition", "batch:SubmitJob")
    environment = workload(
        WorkloadKind.BATCH_COMPUTE_ENVIRONMENT, f"arn:aws:batch:eu-west-1:{ACCOUNT}:compute-environment/main"
    )
    queue = frozenset({"nhi:batch-job-queue-exists"})
    asked = "batch.describe_compute_environments"
    base = f"arn:aws:batch:*:{ACCOUNT}:"
    on = [base + "job-definition/*", base + "job-queue/*"]
    yield fires(
        one, "a compute environment exists", put(_with(ECS, grant), environment), APP,
        state=State.CONDITIONAL, keys=queue,
    )  # fmt: skip
    parts = (allow("iam:PassRole", on=APP), allow("batch:RegisterJobDefinition", on=on[0]))
    yield fires(
        one, "each permission on its own resource types",
        put(here().role("app", trusts=ECS).user("ci", *parts, allow("batch:SubmitJob", on=on)), environment), APP,
        state=State.CONDITIONAL, keys=queue,
    )  # fmt: skip
    yield silent(
        one, "no queue is allowed",
        put(here().role("app", trusts=ECS).user("ci", *parts, allow("batch:SubmitJob", on=on[0])), environment), APP,
    )  # fmt: skip
    yield silent(one, "no compute environment exists", looked_at(_with(ECS, grant), ACCOUNT, asked), APP)
    yield silent(
        one, "role trusts Batch itself", put(_with(trust(service="batch.amazonaws.com"), grant), environment), APP
    )
    yield silent(
        one, "the role may not be passed",
        put(_with(ECS, allow("batch:RegisterJobDefinition", "batch:SubmitJob")), environment), APP,
    )  # fmt: skip


def _batch_role() -> Iterator[Case]:
    grant = allow("iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuildBatch")
    yield fires(
        "codebuild-004", "the role may not start builds itself", _with(BUILD, grant), APP,
        state=State.CONDITIONAL, keys={"nhi:batch-service-role-can-be-passed"},
    )  # fmt: skip


def _jobs() -> Iterator[Case]:
    job = workload(WorkloadKind.GLUE_JOB, JOB, "base")
    trigger = allow("glue:CreateTrigger", on=f"arn:aws:glue:*:{ACCOUNT}:trigger/*")
    for one, also in (("glue-005", allow("glue:StartJobRun", on=JOB)), ("glue-006", trigger)):
        grants = (allow("iam:PassRole", on=APP), allow("glue:UpdateJob", on=JOB), also)

        def world(*granted: Json) -> World:
            return here().role("app", trusts=GLUE).role("base", trusts=GLUE).user("ci", *granted)

        yield fires(one, "on a job that exists", put(world(*grants), job), APP)
        yield silent(one, "there is no job", world(*grants), APP)
        yield silent(
            one,
            "the job's own role alone may be passed",
            put(world(allow("iam:PassRole", on=BASE), *grants[1:]), job),
            APP,
        )
        yield silent(one, "another job", put(world(grants[0], allow("glue:UpdateJob", on=JOB + "-2"), also), job), APP)
        yield silent(one, "nothing may start it", put(world(*grants[:2]), job), APP)
        yield silent(one, "the job may not be updated", put(world(grants[0], also), job), APP)
        yield silent(one, "updates are denied", put(world(*grants, deny("glue:UpdateJob")), job), APP)


def _notebooks() -> Iterator[Case]:
    one, create = "sagemaker-001", ("iam:PassRole", "sagemaker:CreateNotebookInstance")
    lifecycle = "sagemaker:CreateNotebookInstanceLifecycleConfig"
    notebooks = f"arn:aws:sagemaker:*:{ACCOUNT}:notebook-instance/"
    yield fires(
        one, "opened by a presigned address",
        _with(SAGEMAKER, allow(*create, "sagemaker:CreatePresignedNotebookInstanceUrl")), APP,
    )  # fmt: skip
    yield fires(one, "a script of its own runs when it starts", _with(SAGEMAKER, allow(*create, lifecycle)), APP)
    yield fires(
        one, "no way in of its own", _with(SAGEMAKER, allow(*create)), APP,
        state=State.CONDITIONAL, keys={"nhi:somebody-opens-the-notebook"},
    )  # fmt: skip
    yield fires(
        one, "another notebook may be opened",
        here().role("app", trusts=SAGEMAKER).user(
            "ci", allow("iam:PassRole"), allow("sagemaker:CreateNotebookInstance", on=notebooks + "a"),
            allow("sagemaker:CreatePresignedNotebookInstanceUrl", on=notebooks + "b"),
        ),
        APP, state=State.CONDITIONAL, keys={"nhi:somebody-opens-the-notebook"},
    )  # fmt: skip
    yield silent(one, "role trusts Glue", _with(GLUE, allow(*create, lifecycle)), APP)
    yield silent(one, "no role may be passed", _with(SAGEMAKER, allow("sagemaker:*")), APP)


def _stack_sets() -> Iterator[Case]:
    created = allow("iam:PassRole", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances")
    updated = allow("iam:PassRole", "cloudformation:UpdateStackSet")
    stack_set = workload(WorkloadKind.CLOUDFORMATION_STACK_SET, STACK_SET, settings={"PermissionModel": "SELF_MANAGED"})
    instances = frozenset({"nhi:stack-set-has-instances"})

    def world(grant: Json, base: Json = CFN, own: Json | None = None) -> World:
        may = allow("sts:AssumeRole", on="arn:aws:iam::*:role/*") if own is None else own
        return here().role("base", may, trusts=base).role("app", trusts=trust(BASE)).user("ci", grant)

    one, two = "cloudformation-003", "cloudformation-004"
    yield fires(one, "an execution role trusts the passed role", world(created), APP, via=BASE)
    yield fires(
        one, "one role for both",
        here().role("app", allow("*"), trusts=[CFN, trust(APP)]).user("ci", created), APP, via=APP,
    )  # fmt: skip
    yield fires(
        one, "an execution role of another account",
        world(created).account(OTHER).role("app", trusts=trust(BASE)), B.role("app"),
    )  # fmt: skip
    yield silent(one, "the administration role is not what is gained", world(created), BASE)
    yield silent(one, "the passed role does not trust CloudFormation", world(created, EC2), APP)
    yield silent(one, "the passed role may assume nothing", world(created, CFN, allow("s3:*")), APP)
    yield silent(one, "no stack instances", world(allow("iam:PassRole", "cloudformation:CreateStackSet")), APP)
    yield silent(
        one, "CreateStackSet on stack sets, though it knows no resource type",
        here().role("base", allow("sts:AssumeRole"), trusts=CFN).role("app", trusts=trust(BASE))
        .user("ci", allow("iam:PassRole"), allow("cloudformation:*", on=STACK_SET.replace("base:1", "*"))), APP,
    )  # fmt: skip
    yield silent(
        one, "the execution role alone may be passed",
        here().role("base", allow("sts:AssumeRole"), trusts=CFN).role("app", trusts=trust(BASE))
        .user("ci", allow("iam:PassRole", on=APP), allow("cloudformation:*")), APP,
    )  # fmt: skip
    yield fires(
        two, "a stack set exists", put(world(updated), stack_set), APP,
        state=State.CONDITIONAL, keys=instances, via=BASE,
    )  # fmt: skip
    yield from _placed_stack_sets(two, lambda: world(updated))
    yield silent(two, "no stack set exists", world(updated), APP)
    managed = workload(
        WorkloadKind.CLOUDFORMATION_STACK_SET, STACK_SET, settings={"PermissionModel": "SERVICE_MANAGED"}
    )
    yield silent(two, "the organization manages its roles", put(world(updated), managed), APP)
    yield silent(two, "the passed role does not trust CloudFormation", put(world(updated, EC2), stack_set), APP)
    yield silent(two, "no role may be passed", put(world(allow("cloudformation:*")), stack_set), APP)


def _placed_stack_sets(two: str, world: Callable[[], World]) -> Iterator[Case]:
    """Yield cases of stack sets whose instances are known, between the accounts of two execution roles."""

    def placed(number: int, *accounts: str) -> AwsWorkload:
        settings = {"PermissionModel": "SELF_MANAGED", "InstanceAccounts": ",".join(accounts)}
        arn = STACK_SET.replace("base:1", f"base-{number}:{number}")
        return workload(WorkloadKind.CLOUDFORMATION_STACK_SET, arn, settings=settings)

    def both(*sets: AwsWorkload) -> World:
        one = world().user("dev", allow("iam:PassRole"), allow("cloudformation:UpdateStackSet", on=placed(1).arn))
        return put(one.account(OTHER).role("app", trusts=trust(BASE)), *sets)

    there = B.role("app")
    yield fires(two, "an instance in the execution role's account", put(world(), placed(1, ACCOUNT)), APP, via=BASE)
    yield silent(two, "the stack set has no instances", put(world(), placed(1)), APP)
    yield silent(two, "instances in other accounts alone", put(world(), placed(1, OTHER)), APP)
    yield fires(two, "an instance in another account", both(placed(1, OTHER)), there, via=BASE)
    yield silent(two, "an execution role in an account without instances", both(placed(1, ACCOUNT)), there)
    yield fires(two, "each of two stack sets in one account", both(placed(1, ACCOUNT), placed(2, OTHER)), there)
    dev, sets = A.user("dev"), (placed(1, ACCOUNT), placed(2, OTHER))
    yield fires(two, "the stack set that may be updated has its instances here", both(*sets), APP, dev)
    yield silent(two, "the stack set that may be updated has its instances elsewhere", both(*sets), there, dev)


def _data_pipeline() -> Iterator[Case]:
    one = "datapipeline-001"
    four = allow(
        "iam:PassRole", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
    )  # fmt: skip
    launches = allow("ec2:RunInstances", "iam:PassRole")

    def world(grant: Json = four, own: Json = launches, base: Json = PIPELINE, *, profile: bool = True) -> World:
        return here().role("base", own, trusts=base).role("app", trusts=EC2, profile=profile).user("ci", grant)

    yield fires(one, "the role of the instances", world(), APP)
    yield fires(
        one, "the pipeline's role for the service's calls", world(), BASE,
        state=State.CONDITIONAL, keys={"nhi:call-is-one-that-data-pipeline-makes"},
    )  # fmt: skip
    yield fires(
        one, "one role for both",
        here().role("app", allow("*"), profile=True, trusts=[PIPELINE, EC2]).user("ci", four), APP,
    )  # fmt: skip
    yield silent(one, "no instance profile holds the role", world(profile=False), APP)
    yield silent(one, "no role trusts the service", world(base=GLUE), APP)
    yield silent(one, "the pipeline's role cannot launch instances", world(own=allow("s3:*")), APP)
    yield silent(
        one, "it is never activated",
        world(allow("iam:PassRole", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition")), APP,
    )  # fmt: skip
    yield silent(one, "no role may be passed", world(allow("datapipeline:*")), APP)


def _automation() -> Iterator[Case]:
    one, ssm = "nhi-ssm-startautomationexecution", trust(service="ssm.amazonaws.com")
    start, passing = "ssm:StartAutomationExecution", allow("iam:PassRole", on=APP)
    own = f"arn:aws:ssm:*:{ACCOUNT}:"
    yield fires(one, "a document that another account shares", _with(ssm, allow("iam:PassRole", start)), APP)
    yield fires(
        one, "a document that it writes",
        here().role("app", trusts=ssm).user(
            "ci", passing, allow("ssm:CreateDocument", on=own + "document/*"),
            allow(start, on=own + "automation-definition/*"),
        ), APP,
    )  # fmt: skip
    yield fires(
        one, "authorised on document and execution",
        here().role("app", trusts=ssm).user(
            "ci", passing, allow("ssm:CreateDocument", on=own + "document/*"),
            allow(start, on=[own + "document/*", own + "automation-execution/*"]),
        ), APP,
    )  # fmt: skip
    yield silent(
        one, "documents of this account alone, and none may be written",
        here().role("app", trusts=ssm).user("ci", passing, allow(start, on=own + "*")), APP,
    )  # fmt: skip
    yield silent(one, "role trusts EC2", _with(EC2, allow("iam:PassRole", start)), APP)
    yield silent(one, "no role may be passed", _with(ssm, allow("ssm:*")), APP)


def _pods() -> Iterator[Case]:
    one = "nhi-eks-createpodidentityassociation"
    grant = allow("iam:PassRole", "eks:CreatePodIdentityAssociation")
    main = f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/main"
    both = trust(service="pods.eks.amazonaws.com", action=["sts:AssumeRole", "sts:TagSession"])
    yield silent(one, "there is no cluster", _with(both, grant), APP)
    yield silent(
        one,
        "the session may not be tagged",
        put(_with(trust(service="pods.eks.amazonaws.com"), grant), cluster(main)),
        APP,
    )
    tagged = {"StringEquals": {"aws:ResourceTag/env": "test"}}
    narrow = (allow("iam:PassRole"), allow("eks:CreatePodIdentityAssociation", when=tagged))
    live = cluster(main, tags={"env": "live"})
    yield silent(
        one, "on clusters with another tag", put(here().role("app", trusts=both).user("ci", *narrow), live), APP
    )


def _targets() -> Iterator[Case]:
    one, grant = "nhi-events-puttargets", allow("iam:PassRole", "events:PutRule", "events:PutTargets")
    yield silent(one, "the role holds no call of a target", _with(trust(service="events.amazonaws.com"), grant), APP)
