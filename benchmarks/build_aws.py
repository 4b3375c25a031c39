"""How a build of AWS evidence grows with the estate: ``python -m benchmarks.build_aws [--quick] [--shape tags]``.

Input: generated evidence (by number, no randomness): roles that trust their account, each allowed to assume any role,
with an own inline policy; administrators; users with a policy on themselves; buckets, functions, secrets and queues,
one in ten of them with a policy of its own. Shape ``tags``: principals of 20 teams by tag, roles whose trust and
buckets whose policy look at that tag of the caller, and one role that may tag every other.
Output: a table of CPU, wall, edges, and memory; each size in a process of its own, so that peaks do not add up.
Not handled: the truth of the answers, which tests hold.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ACCOUNT = "111122223333"
TEAMS = 20
PLAIN, TAGS = "plain", "tags"
_TEAM = "aws:PrincipalTag/team"


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(action: str, target: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": target}


def _team(number: int) -> str:
    return f"team-{number % TEAMS}"


def _trust(number: int, shape: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    if shape == TAGS:
        # Half by a literal, half by the role's own tag, which says the same.
        wanted = _team(number) if number % 2 else "${aws:ResourceTag/team}"
        statement["Condition"] = {"StringEquals": {_TEAM: wanted}}
    return _policy(statement)


def _role(number: int, administrators: int, shape: str) -> dict[str, Any]:
    inline = (
        _policy(_allow("*"))
        if number < administrators
        else _policy(_allow("sts:AssumeRole"), _allow("s3:GetObject", f"arn:aws:s3:::bucket-{number}/*"))
    )
    if shape == TAGS and number == administrators:
        inline = _policy(_allow("iam:TagRole"))
    return {
        "Path": "/",
        "RoleName": f"role-{number}",
        "RoleId": f"AROA{number:017d}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/role-{number}",
        "CreateDate": "2025-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": _trust(number, shape),
        "InstanceProfileList": [],
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": inline}],
        "AttachedManagedPolicies": [],
        "Tags": _tags(number, shape),
        "RoleLastUsed": {},
    }


def _tags(number: int, shape: str) -> list[dict[str, str]]:
    return [{"Key": "team", "Value": _team(number)}] if shape == TAGS else []


def _user(number: int, shape: str) -> dict[str, Any]:
    inline = _policy(
        _allow("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"), _allow("sqs:SendMessage")
    )
    return {
        "Path": "/",
        "UserName": f"user-{number}",
        "UserId": f"AIDA{number:017d}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/user-{number}",
        "CreateDate": "2025-01-01T00:00:00Z",
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": inline}],
        "GroupList": [],
        "AttachedManagedPolicies": [],
        "Tags": _tags(number, shape),
    }


def _resources(folder: Path, count: int, shape: str) -> None:
    """Write ``count`` resources: 4 in 10 buckets, 2 functions, 2 secrets, 2 queues."""
    regional = folder / "aws" / ACCOUNT / "eu-west-1"
    regional.mkdir(parents=True)
    tenth = count // 10
    buckets = [{"Name": f"bucket-{n}", "CreationDate": "2025-01-01T00:00:00Z"} for n in range(4 * tenth)]
    _write(folder / "aws" / ACCOUNT / "s3.list_buckets.json", {"Buckets": buckets})
    opened = [
        {
            "request": {"Bucket": f"bucket-{n}"},
            "response": {"Policy": json.dumps(_bucket_policy(n, shape))},
        }
        for n in range(0, 4 * tenth, 10)
    ]
    _lines(folder / "aws" / ACCOUNT / "s3.get_bucket_policy.jsonl", opened)
    functions = [
        {
            "FunctionName": f"function-{n}",
            "FunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:function-{n}",
            "Role": f"arn:aws:iam::{ACCOUNT}:role/role-{n}",
        }
        for n in range(2 * tenth)
    ]
    _write(regional / "lambda.list_functions.json", {"Functions": functions})
    secrets = [
        {"ARN": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:secret-{n}-AbCdEf", "Name": f"secret-{n}"}
        for n in range(2 * tenth)
    ]
    _write(regional / "secretsmanager.list_secrets.json", {"SecretList": secrets})
    queues = [f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/queue-{n}" for n in range(2 * tenth)]
    _write(regional / "sqs.list_queues.json", {"QueueUrls": queues})
    attributes = [
        {
            "request": {"QueueUrl": url},
            "response": {"Attributes": {"QueueArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{url.rsplit('/', 1)[-1]}"}},
        }
        for url in queues
    ]
    _lines(regional / "sqs.get_queue_attributes.jsonl", attributes)


def _bucket_policy(number: int, shape: str) -> dict[str, Any]:
    objects = f"arn:aws:s3:::bucket-{number}/*"
    if shape == PLAIN:
        return _policy(_opened(objects, "s3:GetObject", number))
    other_teams = {"StringNotEquals": {_TEAM: _team(number)}}
    return _policy(
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": objects, "Condition": other_teams}
    )


def _opened(resource: str, action: str, number: int) -> dict[str, Any]:
    role = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/role-{number}"}
    return {"Effect": "Allow", "Principal": role, "Action": action, "Resource": resource}


def _write(file: Path, body: dict[str, Any]) -> None:
    file.write_text(json.dumps(body))


def _lines(file: Path, lines: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


def _details(principals: int, administrators: int, shape: str) -> dict[str, Any]:
    users = principals // 4
    return {
        "UserDetailList": [_user(number, shape) for number in range(users)],
        "GroupDetailList": [],
        "RoleDetailList": [_role(number, administrators, shape) for number in range(principals - users)],
        "Policies": [],
        "IsTruncated": False,
    }


def _measure(principals: int, resources: int, administrators: int, shape: str) -> tuple[float, float, int, int, float]:
    """Return CPU and wall seconds, nodes, edges, and the peak of memory in GiB of the build of one size."""
    from graph.build import build_snapshot

    with tempfile.TemporaryDirectory() as folder:
        evidence = Path(folder) / "evidence"
        evidence.mkdir()
        _resources(evidence, resources, shape)
        details = evidence / "aws" / ACCOUNT / "iam.get_account_authorization_details.json"
        _write(details, _details(principals, administrators, shape))
        cpu, wall = time.process_time(), time.perf_counter()
        result = build_snapshot([evidence], Path(folder) / "workspace", product_version="benchmark")
        spent = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)
    return *spent, result.nodes, result.edges, peak


def _apart(principals: int, resources: int, administrators: int, shape: str) -> tuple[float, float, int, int, float]:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, principals, resources, administrators, shape).result()


def _row(*cells: str) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build_aws", description="growth of an AWS build")
    parser.add_argument("--principals", type=int, nargs="+", default=[1_000, 3_000, 10_000])
    parser.add_argument("--resources", type=int, help="resources; default: five a principal")
    parser.add_argument("--administrators", type=int, default=200)
    parser.add_argument("--shape", choices=[PLAIN, TAGS], default=PLAIN, help="tags: trusts look at the caller's tag")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    options = parser.parse_args(arguments)
    _row("principals", "resources", "nodes", "edges", "CPU s", "CPU ms a principal", "wall s", "peak GiB")
    _row(*["---"] * 8)
    for principals in [200, 600] if options.quick else options.principals:
        resources = 5 * principals if options.resources is None else options.resources
        cpu, wall, nodes, edges, peak = _apart(
            principals, resources, min(options.administrators, principals // 4), options.shape
        )
        growth = f"{1000 * cpu / principals:.2f}"
        _row(
            f"{principals:,}", f"{resources:,}", f"{nodes:,}", f"{edges:,}", f"{cpu:.2f}", growth, f"{wall:.2f}",
            f"{peak:.2f}",
        )  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
