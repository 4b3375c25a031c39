"""Compare our AWS evaluator with Cartography's: which principals may s3:GetObject on which buckets' objects.

Input: options (``python -m benchmarks.evaluator_aws --help``). Output: a Markdown table, or JSON with ``--json``.
Not handled: Cartography's loading and Neo4j; its pure evaluation functions are called on the same policies.

Cartography (Apache-2.0) is installed into a virtual environment of its own under the user's cache folder. Its
published evaluator reads identity policies alone, so that two estates are made of one seed: *plain* has identity
policies only and answers are compared pair by pair; *layered* adds what it does not read (conditions, boundaries,
SCPs, bucket policies, a second account), and disagreements are counted by that reason. Both sides are timed in CPU
seconds, one after the other, from parsed JSON to the list of allowed pairs. Because it visits each pair, the peer
gets a part of the principals (``--peer-pairs``); ours is also timed on exactly that part.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from graph.decision import Outcome
from graph.evaluate.aws.authorize import LabelledDocument
from graph.evaluate.aws.bulk import PairResult, PrincipalLayers, ResourceLayers, allowed_pairs
from graph.evaluate.aws.context import Principal, PrincipalKind, Resource
from graph.evaluate.aws.document import PolicyLibrary

ACTION: Final = "s3:GetObject"
PEER: Final = "cartography==0.143.0"
HOME: Final = "111111111111"
AWAY: Final = "222222222222"
TARGET: Final = 10 * 43_000
JUDGED: Final = 1_000_000
"""Smaller estates are not held against the target: preparing the policies outweighs the pairs."""
Body = dict[str, Any]


@dataclass(slots=True)
class Estate:
    """Generated principals and buckets, as plain JSON."""

    principals: list[tuple[Principal, list[Body], Body | None]] = field(default_factory=list)
    """Each with identity policies and boundary."""
    buckets: list[tuple[Resource, Body | None]] = field(default_factory=list)
    """Each with its policy."""
    scp: Body | None = None


def _policy(*statements: Body) -> Body:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(action: Any, resource: Any, **more: Any) -> Body:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def generate(principals: int, buckets: int, seed: int, layered: bool) -> Estate:
    """Make an estate: teams with buckets of their own, managed and inline policies, some administrators."""
    rng = random.Random(seed)
    teams = max(4, principals // 25)
    names = [
        f"{rng.choice(['prod', 'dev', 'test'])}-team{rng.randrange(teams)}-{place:05d}" for place in range(buckets)
    ]
    arns = [f"arn:aws:s3:::{name}/object" for name in names]
    managed = [
        _policy(_allow("*", "*")),
        _policy(_allow(["s3:Get*", "s3:List*"], "*")),
        _policy(_allow(["ec2:*", "logs:*", "cloudwatch:*"], "*")),
        _policy({"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::prod-*"}),
        _policy({"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}),
    ]
    managed += [
        _policy(_allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::*-team{team}-*/*")) for team in range(teams)
    ]
    estate = Estate()
    conditions = [
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"StringEquals": {"aws:SourceVpce": "vpce-1"}},
        {"StringEquals": {"aws:PrincipalTag/team": "team1"}},
    ]
    for place in range(principals):
        kind = PrincipalKind.USER if place % 4 == 0 else PrincipalKind.ROLE
        noun = "user" if kind is PrincipalKind.USER else "role"
        arn = f"arn:aws:iam::{HOME}:{noun}/p{place:05d}"
        who = Principal(kind, arn, HOME, unique_id=f"{'AIDA' if noun == 'user' else 'AROA'}{place:017d}", tags={})
        policies = [managed[2]]
        roll = rng.random()
        if roll < 0.02:
            policies.append(managed[0])
        elif roll < 0.04:
            policies.append(managed[4])
        elif roll < 0.12:
            policies.append(managed[1])
        policies += [managed[5 + rng.randrange(teams)] for _ in range(rng.randrange(3))]
        inline = _allow("s3:GetObject", [f"{arns[rng.randrange(buckets)]}*" for _ in range(rng.randrange(1, 6))])
        boundary = None
        if layered and rng.random() < 0.15:
            inline["Condition"] = rng.choice(conditions)
        if layered and rng.random() < 0.05:
            boundary = _policy(_allow("s3:*", "arn:aws:s3:::dev-*"), _allow("ec2:*", "*"))
        policies.append(_policy(inline))
        if rng.random() < 0.1:
            policies.append(managed[3])
        estate.principals.append((who, policies, boundary))
    for arn in arns:
        account, policy = HOME, None
        if layered:
            account = AWAY if rng.random() < 0.1 else HOME
            roll = rng.random()
            if roll < 0.05:
                guest = rng.choice(estate.principals)[0].arn
                policy = _policy(_allow("s3:GetObject", f"{arn}*", Principal={"AWS": guest}))
            elif roll < 0.08:
                condition = {"Bool": {"aws:SecureTransport": "false"}}
                policy = _policy(
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": f"{arn}*",
                        "Condition": condition,
                    }
                )
        estate.buckets.append((Resource(arn, account, {}), policy))
    if layered:
        estate.scp = _policy(
            _allow("*", "*"), {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::test-team1-*"}
        )
    return estate


def ours(estate: Estate) -> tuple[PairResult, dict[tuple[int, int], Outcome], float]:
    """Evaluate an estate; CPU seconds run from JSON to the dictionary of pairs."""
    started = time.process_time()
    library = PolicyLibrary()

    def label(name: str, body: Body) -> LabelledDocument:
        return LabelledDocument(name, library.compile(body))

    scps = ((label("scp", estate.scp),),) if estate.scp else ()
    principals = [
        PrincipalLayers(
            who,
            tuple(label(f"policy {place}", body) for place, body in enumerate(policies)),
            label("boundary", boundary) if boundary else None,
            scps,
        )
        for who, policies, boundary in estate.principals
    ]
    resources = [
        ResourceLayers(resource, label("bucket policy", policy) if policy else None)
        for resource, policy in estate.buckets
    ]
    result = allowed_pairs(ACTION, principals, resources)
    pairs = {(pair.principal, pair.resource): pair.outcome for pair in result}
    return result, pairs, time.process_time() - started


def environment() -> Path | None:
    """Return the interpreter of the peer's own environment, made on first use; ``None`` when it cannot be made."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "nhigraph" / "benchmarks" / PEER.replace("==", "-")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    marker = folder / "complete"
    if marker.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        steps = [
            [uv, "venv", "-q", "--python", sys.executable, str(folder)],
            [uv, "pip", "install", "-q", "--python", str(python), PEER],
        ]
    else:
        steps = [[sys.executable, "-m", "venv", str(folder)], [str(python), "-m", "pip", "install", "-q", PEER]]
    folder.parent.mkdir(parents=True, exist_ok=True)
    for step in steps:
        done = subprocess.run(step, check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"{PEER} could not be installed: {done.stderr.strip()[-300:]}", file=sys.stderr)
            return None
    marker.touch()
    return python


def _lowered(body: Body) -> list[Body]:
    """Write statements as Cartography stores them: lower-case keys, lists, conditions as JSON text."""
    statements = []
    for place, item in enumerate(body["Statement"]):
        one: Body = {"id": str(place), "effect": item["Effect"]}
        for key in ("Action", "NotAction", "Resource", "NotResource"):
            if key in item:
                one[key.lower()] = [item[key]] if isinstance(item[key], str) else list(item[key])
        if "Condition" in item:
            one["condition"] = json.dumps([item["Condition"]])
        statements.append(one)
    return statements


def theirs(python: Path, estate: Estate) -> Mapping[str, Any]:
    """Run the peer on an estate and return what it printed."""
    body = {
        "permission": ACTION,
        "principals": {
            who.arn: {str(place): _lowered(policy) for place, policy in enumerate(policies)}
            for who, policies, _ in estate.principals
        },
        "resources": [resource.arn for resource, _ in estate.buckets],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "estate.json"
        path.write_text(json.dumps(body), encoding="utf-8")
        script = Path(__file__).with_name("evaluator_aws_peer.py")
        done = subprocess.run([str(python), str(script), str(path)], check=True, capture_output=True, text=True)
    answer: Mapping[str, Any] = json.loads(done.stdout)
    return answer


def _reasons(
    estate: Estate, ours_found: Mapping[tuple[int, int], Outcome], peer: Sequence[Sequence[int]]
) -> Counter[str]:
    """Count the pairs on which the answers differ, by what the peer does not read."""
    listed = {(pair[0], pair[1]) for pair in peer}
    reasons: Counter[str] = Counter()
    for pair in listed | ours_found.keys():
        outcome = ours_found.get(pair)
        if (pair in listed) == (outcome is Outcome.ALLOWED):
            continue
        _, policies, boundary = estate.principals[pair[0]]
        resource, policy = estate.buckets[pair[1]]
        if pair not in listed:
            reasons["bucket policy grants" if policy else "unexplained"] += 1
        elif outcome is not None:
            reasons["condition decides"] += 1
        elif resource.account != HOME:
            reasons["bucket of another account"] += 1
        elif boundary is not None:
            reasons["boundary"] += 1
        elif estate.scp is not None and resource.arn.startswith("arn:aws:s3:::test-team1-"):
            reasons["SCP"] += 1
        elif any("Condition" in item for body in policies for item in body["Statement"]):
            reasons["condition never holds"] += 1
        else:
            reasons["unexplained"] += 1
    return reasons


@dataclass(slots=True)
class Row:
    """One measured estate."""

    estate: str
    principals: int
    buckets: int
    pairs: int
    who: str
    cpu_seconds: float
    pairs_per_cpu_second: float
    allowed: int
    excluded_by_index: int = 0
    evaluated_by_pair: int = 0
    disagreements: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


def _row(name: str, estate: Estate, who: str, seconds: float, allowed: int) -> Row:
    pairs = len(estate.principals) * len(estate.buckets)
    return Row(
        name,
        len(estate.principals),
        len(estate.buckets),
        pairs,
        who,
        round(seconds, 3),
        round(pairs / seconds),
        allowed,
    )


def measure(name: str, estate: Estate, python: Path | None, peer_pairs: int) -> list[Row]:
    """Measure one estate: ours on all of it, then both on the part that the peer gets."""
    part = replace(estate, principals=estate.principals[: max(1, peer_pairs // len(estate.buckets))])
    rows = []
    for label, some in ((name, estate), (f"{name}, part", part)):
        result, found, seconds = ours(some)
        row = _row(label, some, "ours", seconds, sum(outcome is Outcome.ALLOWED for outcome in found.values()))
        row.excluded_by_index, row.evaluated_by_pair = result.excluded, result.evaluated
        rows.append(row)
    if python is None:
        rows.append(Row(f"{name}, part", 0, 0, 0, PEER, 0, 0, 0, note="not run: not installed, or --no-peer"))
        return rows
    peer = theirs(python, part)
    row = _row(f"{name}, part", part, f"cartography {peer['version']}", peer["cpu_seconds"], len(peer["pairs"]))
    row.disagreements = dict(_reasons(part, found, peer["pairs"]))
    row.note = f"ours is {row.cpu_seconds / rows[-1].cpu_seconds:.0f} times as fast on this part"
    rows.append(row)
    return rows


def print_table(rows: Sequence[Row]) -> None:
    """Print the rows as a Markdown table."""
    print("| estate | who | pairs | CPU s | pairs / CPU s | allowed | excluded by sets | looked at | differs | note |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        why = ", ".join(f"{reason}: {count:,}" for reason, count in sorted(row.disagreements.items()))
        cells = (
            row.estate,
            row.who,
            f"{row.pairs:,}",
            f"{row.cpu_seconds:.2f}",
            f"{row.pairs_per_cpu_second:,.0f}",
            f"{row.allowed:,}",
            f"{row.excluded_by_index:,}" if row.who == "ours" else "",
            f"{row.evaluated_by_pair:,}" if row.who == "ours" else f"{row.pairs:,}",
            why if row.who == "ours" or not row.pairs else why or "none",
            row.note,
        )
        print(f"| {' | '.join(cells)} |")


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit code is 1 when the target or the comparison is missed."""
    parser = argparse.ArgumentParser(description="AWS evaluator: ours and Cartography's on the same estate")
    parser.add_argument("--principals", type=int, default=1000)
    parser.add_argument("--resources", type=int, default=5000)
    parser.add_argument("--peer-pairs", type=int, default=250_000, help="pairs given to the peer (default 250,000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-peer", action="store_true", help="do not install or run Cartography")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    python = None if options.no_peer else environment()
    rows: list[Row] = []
    for name, layered in (("plain", False), ("layered", True)):
        estate = generate(options.principals, options.resources, options.seed, layered)
        rows += measure(name, estate, python, options.peer_pairs)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        print_table(rows)
    whole = [row for row in rows if row.who == "ours" and "part" not in row.estate]
    slow = [row.estate for row in whole if row.pairs >= JUDGED and row.pairs_per_cpu_second < TARGET]
    unexplained = sum(row.disagreements.get("unexplained", 0) for row in rows)
    print(f"target {TARGET:,} pairs per CPU-second: {'missed: ' + ', '.join(slow) if slow else 'met'}", file=sys.stderr)
    print(f"disagreements without a known reason: {unexplained}", file=sys.stderr)
    return 1 if slow or unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main())
