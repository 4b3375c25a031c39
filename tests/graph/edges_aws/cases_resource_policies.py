"""Cases of techniques by which an identity lets itself at a resource, and of secrets that hold a credential.

Input: none. Output: ``cases()``. Not handled: reading by rights that are there already (``test_access``).
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.resource_types import ResourceKind
from collectors.aws.workload_types import AwsTrigger, AwsWorkload, WorkloadKind
from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, OTHER, A, B, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.lay import REF, lay, resource
from tests.worlds.names import REGION
from tests.worlds.statements import Json, allow, deny, public, trust

__all__ = ["cases"]

DATA, OBJECTS = A.bucket("data"), f"{A.bucket('data')}/*"
KEY, SECRET = A.key("k-1"), A.secret("db")
BOB = A.user("bob")
FOR_SERVICES = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
TO_BOB = public(allow("kms:*"), {"AWS": BOB})


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _buckets()
    yield from _keys()
    yield from _secrets()
    yield from _resources()
    yield from _held_credentials()
    yield from _scripts()


def _buckets() -> Iterator[Case]:
    one = "nhi-s3-putbucketpolicy"
    put = allow("s3:PutBucketPolicy")
    yield fires(one, "may write the policy, may not read", here().bucket("data").user("ci", put), DATA, grants=1)
    yield fires(
        one, "the bucket alone is allowed, its objects are not",
        here().bucket("data").user("ci", allow("s3:*", on=DATA)), DATA,
    )  # fmt: skip
    yield silent(one, "the same statement lets it read", here().bucket("data").user("ci", allow("s3:*")), DATA)
    yield fires(
        one, "another statement lets it read and may go", here().bucket("data").user("ci", put, allow("s3:Get*")), DATA
    )
    yield silent(
        one, "on another bucket", here().bucket("data").user("ci", allow("s3:PutBucketPolicy", on=A.bucket("x"))), DATA
    )
    yield silent(
        one, "reading is denied, which no policy of the bucket lifts",
        here().bucket("data").user("ci", put, deny("s3:GetObject", on=OBJECTS)), DATA,
    )  # fmt: skip
    yield silent(
        one, "the bucket's policy refuses the caller",
        here().bucket("data", public(deny("s3:PutBucketPolicy", on=DATA), {"AWS": CI})).user("ci", put), DATA,
    )  # fmt: skip
    yield fires(
        one, "the bucket's policy denies reading, and goes when it is written anew",
        here().bucket("data", public(deny("s3:GetObject", on=OBJECTS), {"AWS": CI})).user("ci", put), DATA,
    )  # fmt: skip
    yield fires(
        one, "the bucket's policy lets the caller write it",
        here().bucket("data", public(allow("s3:PutBucketPolicy", on=DATA), {"AWS": CI})).user("ci"), DATA, grants=1,
    )  # fmt: skip
    yield silent(
        one, "a boundary leaves writing out",
        here().policy("edge", allow("s3:Get*")).bucket("data").user("ci", put, boundary="edge"), DATA,
    )  # fmt: skip
    yield silent(
        one, "an SCP keeps everybody from reading",
        here().bucket("data").user("ci", put).organization(OTHER, {"r-a1": [OTHER], "ou-1": [ACCOUNT]})
        .scp("guard", deny("s3:GetObject"), on="ou-1"),
        DATA,
    )  # fmt: skip
    yield silent(
        one, "a bucket of another account",
        here().user("ci", put).account(OTHER).bucket("theirs", public(allow("s3:*"), {"AWS": CI})), B.bucket("theirs"),
    )  # fmt: skip


def _keys() -> Iterator[Case]:
    one, two = "nhi-kms-putkeypolicy", "nhi-kms-creategrant"
    put, grant = allow("kms:PutKeyPolicy"), allow("kms:CreateGrant")
    for technique, right in ((one, put), (two, grant)):
        yield fires(technique, "may not decrypt", here().key("k-1").user("ci", right), KEY, grants=2)
        yield silent(technique, "the same statement decrypts", here().key("k-1").user("ci", allow("kms:*")), KEY)
        yield silent(
            technique, "the key policy leaves the account out", here().key("k-1", TO_BOB).user("bob").user("ci", right),
            KEY,
        )  # fmt: skip
        yield silent(
            technique,
            "decrypting is denied to the caller",
            here().key("k-1").user("ci", right, deny("kms:Decrypt")),
            KEY,
        )
        yield silent(technique, "a key of AWS", here().key("k-1", manager="AWS").user("ci", right), KEY)
    yield silent(
        two, "only for services of AWS", here().key("k-1").user("ci", allow("kms:CreateGrant", when=FOR_SERVICES)), KEY
    )
    own = public(allow("kms:*"), {"AWS": A.root})
    denies = public(deny("kms:Decrypt"), {"AWS": CI})
    yield fires(one, "the key policy's deny goes with it", here().key("k-1", own, denies).user("ci", put), KEY)
    yield silent(two, "the key policy's deny stays", here().key("k-1", own, denies).user("ci", grant), KEY)


def _secrets() -> Iterator[Case]:
    one = "nhi-secretsmanager-putresourcepolicy"
    put, decrypt = allow("secretsmanager:PutResourcePolicy"), allow("kms:Decrypt")
    yield fires(one, "default key", here().secret("db").user("ci", put), SECRET, grants=1)
    yield silent(one, "the same statement reads", here().secret("db").user("ci", allow("secretsmanager:*")), SECRET)
    yield fires(
        one, "own key that the caller may use", here().key("k-1").secret("db", kms=KEY).user("ci", put, decrypt),
        SECRET, grants=3,
    )  # fmt: skip
    yield silent(
        one, "own key that the caller may not use", here().key("k-1").secret("db", kms=KEY).user("ci", put), SECRET
    )
    yield silent(
        one, "reading is denied", here().secret("db").user("ci", put, deny("secretsmanager:GetSecretValue")), SECRET
    )


def _resources() -> Iterator[Case]:
    rows = (
        (ResourceKind.SQS_QUEUE, "nhi-sqs-setqueueattributes", "sqs:SetQueueAttributes", "sqs:ReceiveMessage"),
        (ResourceKind.SNS_TOPIC, "nhi-sns-settopicattributes", "sns:SetTopicAttributes", "sns:Subscribe"),
        (
            ResourceKind.DYNAMODB_TABLE,
            "nhi-dynamodb-putresourcepolicy",
            "dynamodb:PutResourcePolicy",
            "dynamodb:GetItem",
        ),
        (ResourceKind.ECR_REPOSITORY, "nhi-ecr-setrepositorypolicy", "ecr:SetRepositoryPolicy", "ecr:BatchGetImage"),
    )
    for kind, one, write, read in rows:
        thing = resource(kind, ACCOUNT, "x")
        there = lay("resources", thing)
        yield fires(one, "may not read", here().user("ci", allow(write)).amend(there), thing.arn, grants=1)
        yield silent(one, "the same statement reads", here().user("ci", allow(write, read)).amend(there), thing.arn)
        yield silent(one, "reading is denied", here().user("ci", allow(write), deny(read)).amend(there), thing.arn)
        yield silent(one, "another one", here().user("ci", allow(write, on=thing.arn + "y")).amend(there), thing.arn)
    queue = resource(ResourceKind.SQS_QUEUE, ACCOUNT, "x", kms=KEY)
    plain = resource(ResourceKind.SQS_QUEUE, ACCOUNT, "x", kms="alias/aws/sqs")
    fill = allow("sqs:SetQueueAttributes")
    one = "nhi-sqs-setqueueattributes"
    yield fires(one, "under AWS's own key", here().user("ci", fill).amend(lay("resources", plain)), plain.arn)
    yield silent(
        one, "under a key that the caller may not use",
        here().key("k-1").user("ci", fill).amend(lay("resources", queue)), queue.arn,
    )  # fmt: skip


def _declared(where: World, secret: str, **row: str) -> World:
    return where.declared("secrets", {"secret": secret, "credential": "", "identity": "", "type": "access key"} | row)


def _held_credentials() -> Iterator[Case]:
    one, two = "nhi-secretsmanager-getsecretvalue", "nhi-ssm-getparameter"
    yield fires(
        one,
        "declared to hold a user's key",
        _declared(here().secret("db").user("bob"), SECRET, identity=BOB),
        BOB,
        SECRET,
    )
    yield fires(
        one, "by the secret's name", _declared(here().secret("db").user("bob"), "db", identity=BOB), BOB, SECRET
    )
    yield silent(one, "named by a tag alone", here().secret("db", tags={"for": BOB}).user("bob"), BOB, SECRET)
    yield silent(
        one, "declared to hold what is not there", _declared(here().secret("db").user("bob"), SECRET, identity="x"),
        BOB, SECRET,
    )  # fmt: skip
    for technique, secret, there in ((two, True, fires), (two, False, silent)):
        parameter = resource(ResourceKind.SSM_PARAMETER, ACCOUNT, "db", secret=secret)
        where = _declared(here().user("bob").amend(lay("resources", parameter)), parameter.arn, identity=BOB)
        yield there(technique, "SecureString" if secret else "plain text is no secret", where, BOB, parameter.arn)


JOB = f"arn:aws:glue:{REGION}:{ACCOUNT}:job/nightly"
SCRIPT = f"{DATA}/jobs/nightly.py"


def _nightly(*policy: Json, place: str = "s3://data/jobs/nightly.py", enabled: bool | None = True) -> World:
    """Return a job that a schedule starts and whose script is in a bucket."""
    job = AwsWorkload(
        JOB, "nightly", WorkloadKind.GLUE_JOB, ACCOUNT, REGION, REF, A.role("etl"), settings={"ScriptLocation": place}
    )
    schedule = AwsTrigger(f"{JOB}#daily", "schedule", ACCOUNT, REGION, JOB, REF, enabled=enabled)
    where = here().role("etl", trusts=trust(service="glue.amazonaws.com")).bucket("data", *policy)
    return where.amend(lay("workloads", job)).amend(lay("triggers", schedule))


def _scripts() -> Iterator[Case]:
    one, put = "nhi-s3-putobject", allow("s3:PutObject", on=SCRIPT)
    yield fires(one, "the script of a job on a schedule", _nightly().user("ci", put), JOB, via=DATA, grants=1)
    yield fires(
        one, "nothing starts the job", _nightly(enabled=False).user("ci", put), JOB, state=State.CONDITIONAL,
        keys={"nhi:job-is-run"},
    )  # fmt: skip
    yield silent(one, "another object", _nightly().user("ci", allow("s3:PutObject", on=SCRIPT + "x")), JOB)
    yield silent(one, "may read it alone", _nightly().user("ci", allow("s3:GetObject")), JOB)
    yield silent(one, "a script of AWS", _nightly(place="s3://aws-glue-assets/x.py").user("ci", allow("s3:*")), JOB)
    yield silent(
        one, "the bucket's policy refuses the caller",
        _nightly(public(deny("s3:PutObject", on=OBJECTS), {"AWS": CI})).user("ci", put), JOB,
    )  # fmt: skip
    yield fires(
        one, "the bucket's policy lets the caller write",
        _nightly(public(allow("s3:PutObject", on=OBJECTS), {"AWS": CI})).user("ci"), JOB, grants=1,
    )  # fmt: skip
