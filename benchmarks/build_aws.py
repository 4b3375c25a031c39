"""How a build of AWS evidence grows with the estate: ``python -m benchmarks.build_aws [--quick]``.

Input: generated authorization details (by number, no randomness): roles that trust their account, each allowed to
assume any role, with an own inline policy; administrators; users with a policy on themselves.
Output: a table of CPU, wall, edges, and memory.
Not handled: regional resources; the truth of the answers, which tests hold.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ACCOUNT = "111122223333"


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(action: str, target: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": target}


def _role(number: int, administrators: int) -> dict[str, Any]:
    inline = (
        _policy(_allow("*"))
        if number < administrators
        else _policy(_allow("sts:AssumeRole"), _allow("s3:GetObject", f"arn:aws:s3:::bucket-{number}/*"))
    )
    trust = _policy(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    )
    return {
        "Path": "/",
        "RoleName": f"role-{number}",
        "RoleId": f"AROA{number:017d}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/role-{number}",
        "CreateDate": "2025-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": trust,
        "InstanceProfileList": [],
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": inline}],
        "AttachedManagedPolicies": [],
        "Tags": [],
        "RoleLastUsed": {},
    }


def _user(number: int) -> dict[str, Any]:
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
        "Tags": [],
    }


def _measure(principals: int, administrators: int) -> tuple[float, float, int, int]:
    from graph.build import build_snapshot

    users = principals // 4
    details = {
        "UserDetailList": [_user(number) for number in range(users)],
        "GroupDetailList": [],
        "RoleDetailList": [_role(number, administrators) for number in range(principals - users)],
        "Policies": [],
        "IsTruncated": False,
    }
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "gaad.json"
        dump.write_text(json.dumps(details))
        cpu, wall = time.process_time(), time.perf_counter()
        result = build_snapshot([dump], Path(folder) / "workspace", product_version="benchmark")
        return time.process_time() - cpu, time.perf_counter() - wall, result.nodes, result.edges


def _row(*cells: str) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build_aws", description="growth of an AWS build")
    parser.add_argument("--principals", type=int, nargs="+", default=[1_000, 3_000, 10_000])
    parser.add_argument("--administrators", type=int, default=50)
    parser.add_argument("--quick", action="store_true", help="small sizes")
    options = parser.parse_args(arguments)
    _row("principals", "nodes", "edges", "edges a principal", "CPU s", "CPU ms a principal", "wall s", "peak GiB")
    _row(*["---"] * 8)
    for principals in [200, 600] if options.quick else options.principals:
        cpu, wall, nodes, edges = _measure(principals, min(options.administrators, principals // 4))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)
        each, growth = f"{edges / principals:.1f}", f"{1000 * cpu / principals:.2f}"
        _row(f"{principals:,}", f"{nodes:,}", f"{edges:,}", each, f"{cpu:.2f}", growth, f"{wall:.2f}", f"{peak:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
