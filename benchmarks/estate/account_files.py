"""Write one account: what is planted, scattered among the background, operation by operation.

Input: ``Planted`` and ``Background``. Output: the files of ``aws/<account>``.
Handled: every list that has nothing in it is present and empty: asked, there is none. Not handled: several regions.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from benchmarks.accuracy.empty import GLOBAL, REGIONAL
from benchmarks.accuracy.statements import Json
from benchmarks.estate.account import Person, Planted, add_key
from benchmarks.estate.background import Background
from benchmarks.estate.ids import REGION, ago, hexadecimal, source
from benchmarks.estate.kinds.across import GITHUB
from benchmarks.estate.stream import write_body, write_calls, write_report

__all__ = ["write_account"]

_Member = TypeVar("_Member")
_NONE: Final = "N/A"
_REPORT: Final = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
_UNREAD: Final = frozenset(
    {"batch.describe_job_queues", "dynamodbstreams.list_streams", "ecs.list_container_instances"}
)
"""Calls of other tools that the shared list of empty answers holds."""
_Calls = Iterator[tuple[Mapping[str, Any], Mapping[str, Any] | None, str]]


def write_account(folder: Path, planted: Planted, background: Background) -> None:
    """Write all files of an account."""
    add_key(planted, *background.key()[:2], [background.key()[2]])
    _write_iam(folder, planted, background)
    _write_global(folder, planted, background)
    _write_regional(folder / REGION, planted, background)


def _scattered(seed: int, label: str, planted: Sequence[_Member], rest: Iterable[_Member]) -> Iterator[_Member]:
    """Yield the background with planted members between, at places of the seed, and what is left at the end."""
    random, waiting = source(seed, "scatter", label), list(planted)
    random.shuffle(waiting)
    for member in rest:
        if waiting and random.random() < 0.3:
            yield waiting.pop()
        yield member
    yield from waiting


def _people(planted: Planted, background: Background) -> Iterator[Person]:
    return _scattered(background.seed, f"users {planted.id}", planted.users, background.people())


def _write_iam(folder: Path, planted: Planted, background: Background) -> None:
    account, seed = planted.id, background.seed
    collector = {"Account": account, "Arn": f"arn:aws:sts::{account}:assumed-role/nhi-collector/estate"}
    write_body(folder / "sts.get_caller_identity.json", {}, collector)
    write_body(
        folder / "iam.get_account_authorization_details.json",
        {
            "UserDetailList": (each.body for each in _people(planted, background)),
            "GroupDetailList": _scattered(seed, f"groups {account}", planted.groups, background.groups()),
            "RoleDetailList": _scattered(seed, f"roles {account}", planted.roles, background.role_bodies()),
            "Policies": _scattered(seed, f"policies {account}", planted.policies, background.policies()),
        },
        {"IsTruncated": False},
    )
    root = Person({"UserName": "<root_account>", "Arn": f"arn:aws:iam::{account}:root"}, mfa=True)
    people = itertools.chain([root], _people(planted, background))
    write_report(folder / "iam.get_credential_report.json", itertools.chain([_REPORT], map(_line, people)))
    write_calls(folder / "iam.list_access_keys.jsonl", map(_keys, _people(planted, background)))
    provider = f"arn:aws:iam::{account}:oidc-provider/{GITHUB}"
    write_body(folder / "iam.list_open_id_connect_providers.json", {"OpenIDConnectProviderList": [{"Arn": provider}]})
    asked = {"OpenIDConnectProviderArn": provider}
    write_calls(
        folder / "iam.get_open_id_connect_provider.jsonl",
        [(asked, {"Url": GITHUB, "ClientIDList": ["sts.amazonaws.com"]}, "")],
    )
    saml = f"arn:aws:iam::{account}:saml-provider/bg-workforce"
    write_body(folder / "iam.list_saml_providers.json", {"SAMLProviderList": [{"Arn": saml, "CreateDate": ago(700)}]})
    write_calls(
        folder / "iam.get_saml_provider.jsonl",
        [({"SAMLProviderArn": saml}, {"SAMLMetadataDocument": "<EntityDescriptor/>", "ValidUntil": ago(-900)}, "")],
    )


def _line(person: Person) -> str:
    body, root = person.body, person.body["UserName"] == "<root_account>"
    password = "not_supported" if root else str(person.password).lower()
    cells = [body["UserName"], body["Arn"], ago(700), password, _NONE, _NONE, _NONE, str(person.mfa).lower()]
    for place in (0, 1):
        if place >= len(person.keys):
            cells += ["false", *[_NONE] * 4]
            continue
        _, age, used = person.keys[place]
        cells += ["true", ago(age), *([_NONE] * 3 if used is None else [ago(used), REGION, "s3"])]
    return ",".join([*cells, "false", _NONE, "false", _NONE])


def _keys(person: Person) -> tuple[Json, Json, str]:
    name = person.body["UserName"]
    rows = [
        {"UserName": name, "AccessKeyId": key, "Status": "Active", "CreateDate": ago(age)}
        for key, age, _ in person.keys
    ]
    return {"UserName": name}, {"AccessKeyMetadata": rows, "IsTruncated": False}, ""


def _write_global(folder: Path, planted: Planted, background: Background) -> None:
    def buckets() -> Iterator[Json]:
        for number in range(background.buckets):
            yield {"Name": background.bucket(number), "CreationDate": ago(500), "BucketRegion": REGION}

    def policies() -> _Calls:
        said = {request["Bucket"]: response for request, response in planted.calls["s3.get_bucket_policy"]}
        for bucket in planted.bodies["s3.list_buckets"]:
            yield {"Bucket": bucket["Name"]}, said.get(bucket["Name"]), "NoSuchBucketPolicy"
        for number in range(background.buckets):
            policy = background.bucket_policy(number)
            response = {"Policy": json.dumps(policy)} if policy else None
            yield {"Bucket": background.bucket(number)}, response, "NoSuchBucketPolicy"

    listed = planted.bodies["s3.list_buckets"]
    write_body(
        folder / "s3.list_buckets.json",
        {"Buckets": _scattered(background.seed, f"buckets {planted.id}", listed, buckets())},
    )
    write_calls(folder / "s3.get_bucket_policy.jsonl", policies())
    blocks = planted.calls["s3.get_public_access_block"]
    on = blocks[0][1] if blocks else {"PublicAccessBlockConfiguration": {}}
    on = {"PublicAccessBlockConfiguration": dict.fromkeys(on["PublicAccessBlockConfiguration"], True)}
    own = ({"Bucket": background.bucket(number)} for number in range(background.buckets))
    write_calls(
        folder / "s3.get_public_access_block.jsonl",
        itertools.chain(
            ((request, response, "") for request, response in blocks), ((request, on, "") for request in own)
        ),
    )
    for name, body in GLOBAL.items():
        _write_empty(folder, name, body)


def _write_empty(folder: Path, name: str, body: Any) -> None:
    if isinstance(body, list):
        if not (folder / f"{name}.jsonl").exists():
            write_calls(folder / f"{name}.jsonl", [])
    elif not (folder / f"{name}.json").exists():
        write_body(folder / f"{name}.json", {}, body)


def _functions(background: Background) -> Iterator[Json]:
    for _, role in background.workloads("lambda"):
        arn = f"arn:aws:lambda:{REGION}:{background.account}:function:{role['name']}"
        yield {"FunctionName": role["name"], "FunctionArn": arn, "Role": role["arn"], "Runtime": "python3.12"}


def _instances(background: Background) -> Iterator[Json]:
    for number, role in background.workloads("ec2"):
        ident = "i-" + hexadecimal(background.seed, 17, "instance", background.account, number)
        profile = {"Arn": role["arn"].replace(":role/", ":instance-profile/"), "Id": f"AIPA{ident[2:].upper()}"}
        instance = {
            "InstanceId": ident,
            "State": {"Code": 16, "Name": "running"},
            "IamInstanceProfile": profile,
            "Tags": [],
        }
        yield {"ReservationId": f"r-{ident[2:]}", "OwnerId": background.account, "Groups": [], "Instances": [instance]}


def _registered(background: Background) -> Iterator[Json]:
    for number, _ in background.workloads("ec2"):
        ident = "i-" + hexadecimal(background.seed, 17, "instance", background.account, number)
        yield {"InstanceId": ident, "PingStatus": "Online", "PlatformType": "Linux", "ResourceType": "EC2Instance"}


def _projects(background: Background) -> _Calls:
    for _, role in background.workloads("codebuild"):
        name = role["name"]
        body = {"name": name, "arn": f"arn:aws:codebuild:{REGION}:{background.account}:project/{name}"}
        body |= {"serviceRole": role["arn"], "source": {"type": "NO_SOURCE", "buildspec": ""}}
        yield {"names": [name]}, {"projects": [body], "projectsNotFound": []}, ""


def _tasks(background: Background) -> _Calls:
    for _, role in background.workloads("ecs-tasks"):
        arn = f"arn:aws:ecs:{REGION}:{background.account}:task-definition/{role['name']}:1"
        container = {"name": "main", "image": f"{role['name']}:1", "environment": [], "secrets": []}
        body = {"taskDefinitionArn": arn, "family": role["name"], "revision": 1, "status": "ACTIVE"}
        body |= {"taskRoleArn": role["arn"], "containerDefinitions": [container]}
        yield {"taskDefinition": arn}, {"taskDefinition": body}, ""


def _write_regional(folder: Path, planted: Planted, background: Background) -> None:
    lists: dict[str, tuple[str, Iterable[Any]]] = {
        "lambda.list_functions": ("Functions", _functions(background)),
        "ec2.describe_instances": ("Reservations", _instances(background)),
        "ssm.describe_instance_information": ("InstanceInformationList", _registered(background)),
        "secretsmanager.list_secrets": ("SecretList", background.secrets()),
        "codebuild.list_projects": ("projects", (role["name"] for _, role in background.workloads("codebuild"))),
        "ecs.list_task_definitions": (
            "taskDefinitionArns",
            (request["taskDefinition"] for request, _, _ in _tasks(background)),
        ),
        "ecs.list_clusters": ("clusterArns", ()),
        "cloudformation.describe_stacks": ("Stacks", ()),
        "kms.list_keys": ("Keys", ()),
    }
    for name, (key, rest) in lists.items():
        members = _scattered(background.seed, f"{name} {planted.id}", planted.bodies[name], rest)
        write_body(folder / f"{name}.json", {key: members})
    own_secrets = (
        ({"SecretId": each["ARN"]}, {"ARN": each["ARN"], "Name": each["Name"]}, "") for each in background.secrets()
    )
    calls: dict[str, _Calls] = {
        "codebuild.batch_get_projects": _projects(background),
        "ecs.describe_task_definition": _tasks(background),
        "secretsmanager.get_resource_policy": own_secrets,
    }
    held = [name for name in planted.calls if not name.startswith("s3.")]
    for name in sorted({*calls, *held}):
        own = ((request, response, "") for request, response in planted.calls[name])
        write_calls(folder / f"{name}.jsonl", itertools.chain(own, calls.get(name, iter(()))))
    for name, body in REGIONAL.items():
        if name not in _UNREAD:
            _write_empty(folder, name, body)
    # A function without a policy of its own answers with an error that means "none".
    functions = itertools.chain(planted.bodies["lambda.list_functions"], _functions(background))
    write_calls(
        folder / "lambda.get_policy.jsonl",
        (({"FunctionName": each["FunctionName"]}, None, "ResourceNotFoundException") for each in functions),
    )
