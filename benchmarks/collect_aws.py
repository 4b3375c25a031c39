"""Calls and time of one AWS collection of one region against moto: ``python -m benchmarks.collect_aws``.

Input: moto, seeded, in a process of its own; a first collection makes it import its services. Output: a Markdown table
of calls by level, wall (client and moto) and CPU (client), and one of calls by service.
Not handled: network latency, throttling and paging of a real account; moto answers authorization details in one page.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.aws.collect import AwsCollectResult

ACCOUNT = "123456789012"


def _seed(users: int, keys: int, roles: int) -> None:
    from moto.iam.models import iam_backends

    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    backend = iam_backends[ACCOUNT]["aws"]
    for number in range(users):
        backend.create_user("us-east-1", f"user-{number}")
    for number in range(keys):
        backend.create_access_key(f"user-{number}")
    for number in range(roles):
        backend.create_role(f"role-{number}", document, "/", None, "", [], "3600")


def _serve(users: int, keys: int, roles: int) -> int:
    from moto.server import ThreadedMotoServer

    # moto logs every request, and a traceback for each operation that it lacks.
    logging.disable(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _seed(users, keys, roles)
    host, port = server.get_host_and_port()
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop()
    return 0


def _collect() -> AwsCollectResult:
    from collectors.aws.collect import collect_aws
    from collectors.aws.session import AwsCollectSettings
    from collectors.evidence.writer import EvidenceWriter

    with tempfile.TemporaryDirectory() as folder:
        writer = EvidenceWriter(Path(folder) / "evidence", "benchmark", lambda: datetime.now(UTC))
        result = collect_aws(AwsCollectSettings(regions=("us-east-1",)), writer, report_nothing)
        writer.finish()
    return result


def main(arguments: list[str] | None = None) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.collect_aws", description="calls and time of a collection"
    )
    parser.add_argument("--users", type=int, default=3_500)
    parser.add_argument("--keys", type=int, default=500)
    parser.add_argument("--roles", type=int, default=3_500)
    parser.add_argument(
        "--serve", action="store_true", help="be the server: print its address, end with standard input"
    )
    options = parser.parse_args(arguments)
    os.environ.update(
        AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="us-east-1"
    )
    if options.serve:
        return _serve(options.users, options.keys, options.roles)
    sizes = ("--users", str(options.users), "--keys", str(options.keys), "--roles", str(options.roles))
    command = [sys.executable, "-m", "benchmarks.collect_aws", "--serve", *sizes]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        os.environ["AWS_ENDPOINT_URL"] = server.stdout.readline().strip()
        _collect()  # moto imports each service when it is asked first
        wall, cpu = time.perf_counter(), time.process_time()
        result = _collect()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        server.stdin.close()
    keys = sum(calls.get("iam.list_access_keys", 0) for calls in result.calls.values())
    levels = ", ".join(f"{level} {sum(calls.values())}" for level, calls in result.calls.items())
    head = ("identities", "calls by level", "of these ListAccessKeys", "wall s", "CPU s (client)", "gaps")
    row = (f"{options.users + options.roles:,}", levels, keys, f"{wall:.1f}", f"{cpu:.1f}", len(result.gaps))
    _table(head, [row])
    sys.stdout.write("\n")
    by_service: Counter[str] = Counter()
    for calls in result.calls.values():
        for name, number in calls.items():
            by_service[name.partition(".")[0]] += number
    _table(("service", "calls"), sorted(by_service.items()))
    return 0


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    for cells in (head, ("---",) * len(head), *rows):
        sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")


def report_nothing(line: str) -> None:
    """Take a progress line and drop it."""


if __name__ == "__main__":
    raise SystemExit(main())
