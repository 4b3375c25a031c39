"""Calls, points, time and memory of one collection of GitHub: ``python -m benchmarks.collect_github``.

Input: a made-up organization behind the local GitHub of the tests, in a process of its own; the collection runs in
another, as an app. Output: a Markdown table of calls, points, wall (both processes) and CPU and peak memory (the
collecting process alone), one row for each depth and one for a repetition, and the calls by operation of the last.
Not handled: network latency, GitHub's own time for a query, and its secondary limits: the even pace is switched off.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["main"]

Json = dict[str, Any]
_ARCHIVED, _WORKFLOWS, _ENVIRONMENTS, _KEYS, _TOKENS = 20, 50, 10, 5, 40
"""Of a hundred repositories: archived; of the others, with workflow files, environments, deploy keys; of those with
workflow files, whose jobs ask for a token."""
_FILE = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n" + "      - run: make test # a step\n" * 60


def _organization(repositories: int) -> Any:
    """Return an organization with a tenth as many people and teams as repositories."""
    from tests.worlds.github import github

    files = github().base("read").owner("olga")
    people = [f"user{number}" for number in range(repositories // 2)]
    files.user(*people)
    for number in range(repositories):
        archived = number % 100 < _ARCHIVED
        files.repo(f"r{number:05}", archived=archived)
        files.access(people[number % len(people)], "write")
        files.branch("main", approvals=1, checks=True)
        if archived:
            continue
        live = (number * 7) % 100
        if live < _WORKFLOWS:
            asks = (number * 13) % 100 < _TOKENS
            files.workflow("ci.yml", _FILE)
            files.workflow("deploy.yml", ("permissions: {id-token: write}\n" if asks else "") + _FILE)
            files.secret("DEPLOY_KEY")
        if live < _ENVIRONMENTS:
            files.environment("production", reviewers=["olga"], branches=["main"]).environment("staging")
            files.secret("CLOUD", environment="production")
        if live < _KEYS:
            files.deploy_key(1_000_000 + number)
    for number in range(repositories // 10):
        roles = {f"r{(number * 10 + each) % repositories:05}": "write" for each in range(10)}
        files.team(f"team{number}", *(people[(number * 5 + each) % len(people)] for each in range(8)), **roles)
    return files


def _served(repositories: int) -> Any:
    from tests.fakes.github.organization import organization_of

    return organization_of(_organization(repositories))


def _serve(repositories: int) -> int:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    from tests.fakes.github.server import APP_ID, GitHubServer

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    with GitHubServer(_served(repositories), key=key.public_key()) as server:
        # What an installation has in an organization of this size; what is left is not what is measured.
        server.state.limits = {"core": 1_000_000, "graphql": 1_000_000, "audit_log": 1_750}
        environment = {
            "NHI_GITHUB_ENDPOINT": server.url, "GITHUB_APP_ID": APP_ID, "GITHUB_APP_PRIVATE_KEY": pem.decode()
        }  # fmt: skip
        sys.stdout.write(json.dumps(environment) + "\n")
        sys.stdout.flush()
        for _ in sys.stdin:
            used, server.state.used = dict(server.state.used), {}
            sent = sum(len(json.dumps(each.body)) for each in server.log)
            server.log.clear()
            sys.stdout.write(json.dumps({**used, "sent": sent}) + "\n")
            sys.stdout.flush()
    return 0


def _collect(folder: Path, depth: str, earlier: Path | None) -> int:
    from collectors.evidence.writer import EvidenceWriter
    from collectors.github.collect import collect_github
    from collectors.github.session import GitHubCollectSettings

    writer = EvidenceWriter(folder, "benchmark", lambda: datetime.now(UTC))
    result = collect_github(GitHubCollectSettings(depth=depth, earlier=earlier, calls_a_minute=0), writer)
    writer.finish()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "calls": result.calls,
        "unchanged": result.unchanged,
        "gaps": [f"{gap.operation}: {gap.reason}" for gap in result.gaps],
        "cpu": used.ru_utime + used.ru_stime,
        # Kilobytes, but bytes on macOS.
        "peak": used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10),
        "evidence": size / (1 << 20),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.collect_github", description="calls, points, time and memory of a collection"
    )
    parser.add_argument("--repositories", type=int, default=5_000)
    parser.add_argument("--serve", action="store_true", help="be the server, end with standard input")
    parser.add_argument("--collect", type=Path, help="be the collecting process, into this folder")
    parser.add_argument("--depth", default="usual")
    parser.add_argument("--earlier", type=Path)
    options = parser.parse_args(arguments)
    if options.serve:
        return _serve(options.repositories)
    if options.collect:
        return _collect(options.collect, options.depth, options.earlier)
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "benchmarks.collect_github"]
    rows: list[Sequence[object]] = []
    found: Json = {}
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(
            [*command, "--serve", "--repositories", str(options.repositories)], stdin=pipe, stdout=pipe, text=True
        ) as server,
    ):
        assert server.stdin is not None and server.stdout is not None
        environment = {**os.environ, **json.loads(server.stdout.readline())}
        usual = Path(home, "usual")
        for title, depth, more in (
            ("essential", "essential", []),
            ("usual", "usual", []),
            ("usual, repeated", "usual", ["--earlier", str(usual)]),
            ("full", "full", []),
        ):
            folder = Path(home, title.replace(", ", "-"))
            wall = time.perf_counter()
            ended = subprocess.run(
                [*command, "--collect", str(folder), "--depth", depth, *more],
                env=environment,
                stdout=pipe,
                text=True,
                check=True,
            )
            wall = time.perf_counter() - wall
            found = json.loads(ended.stdout)
            server.stdin.write("\n")
            server.stdin.flush()
            rows.append(_row(options.repositories, title, found, json.loads(server.stdout.readline()), wall))
        server.stdin.close()
    head = (
        "repositories", "depth", "REST calls", "of the budget", "GraphQL requests", "points", "wall s", "CPU s",
        "peak MiB", "evidence MiB", "gaps",
    )  # fmt: skip
    _table(head, rows)
    sys.stdout.write("\n")
    by_name = sorted(
        (pair for each in found["calls"].values() for pair in each.items()), key=lambda pair: (-pair[1], pair[0])
    )
    _table(("operation, depth full", "calls"), by_name)
    for gap in found["gaps"]:
        sys.stdout.write(f"gap: {gap}\n")
    return 0


def _row(repositories: int, title: str, found: Json, used: Json, wall: float) -> Sequence[object]:
    sums = {kind: sum(calls.values()) for kind, calls in found["calls"].items()}
    return (
        f"{repositories:,}",
        title,
        f"{sums['REST']:,}",
        f"{used.get('core', 0):,}",
        f"{sums['GraphQL']:,}",
        f"{used.get('graphql', 0):,}",
        f"{wall:.1f}",
        f"{found['cpu']:.1f}",
        f"{found['peak']:.0f}",
        f"{found['evidence']:.1f}",
        len(found["gaps"]),
    )


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    for cells in (head, ("---",) * len(head), *rows):
        sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")


if __name__ == "__main__":
    raise SystemExit(main())
