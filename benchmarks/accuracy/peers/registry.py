"""The other tools: package, script, and which cases each is asked.

Input: a case. Output: ``PEERS`` and ``asked``. Not handled: running a script (``environments``).

A tool is asked only what it claims to answer: techniques that it names in its own code or documentation, one account,
yes or no. ``covers`` lists those techniques; cases about administrators and guards are asked of every tool that tells
who is administrator, and not of one that judges policies one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from benchmarks.accuracy.case import ADMIN, Case

__all__ = ["PEERS", "Peer", "asked"]


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool of the comparison."""

    name: str
    package: str
    """Distribution with its version."""
    script: str
    claim: str
    """In one sentence, what it is asked."""
    covers: frozenset[str]
    prefixes: tuple[str, ...] = ()
    """Families that it covers as a whole."""
    options: tuple[str, ...] = ()
    licence: str = ""


_DIRECT: Final = ("admin-", "guard-")


def _to(**last: int) -> frozenset[str]:
    """Return the numbered ids of services, from the first to the last."""
    return frozenset(f"{name}-{number:03}" for name, end in last.items() for number in range(1, end + 1))


_PMAPPER: Final = (
    _to(iam=12, ec2=1, ssm=2, sts=1, sagemaker=3, cloudformation=2, codebuild=4)
    | _to(**{"lambda": 6})
    | {"cloudformation-005", "nhi-lambda-updatefunctionconfiguration", "nhi-autoscaling-createautoscalinggroup"}
)
_SPLAINED: Final = (
    _to(iam=21, ec2=4, ecs=5, glue=6, sagemaker=5, apprunner=1, bedrock=2, cloudformation=1, codebuild=1)
    | _to(datapipeline=1, **{"lambda": 6})
    | {"cloudformation-003", "cloudformation-004", "cloudformation-005", "codebuild-004", "ec2instanceconnect-003"}
    | {"nhi-iam-setdefaultpolicyversion", "nhi-ecs-executecommand"}
)
_SXAIAM: Final = frozenset({"iam-001", "iam-002", "iam-004", "iam-006", "iam-008", "iam-009", "iam-013"}) | {
    "nhi-iam-setdefaultpolicyversion",
    "lambda-001",
    "sts-001",
}

PEERS: Final[tuple[Peer, ...]] = (
    Peer(
        "PMapper",
        "principalmapper==1.1.5",
        "pmapper.py",
        "Administrators, and principals that become one by the services that its edge checkers name.",
        _PMAPPER,
        _DIRECT,
        licence="AGPL-3.0",
    ),
    Peer(
        "cloudsplaining",
        "cloudsplaining==0.9.1",
        "cloudsplaining.py",
        "Principals whose policies hold one of the escalation combinations that it lists.",
        _SPLAINED,
        licence="BSD-3-Clause",
    ),
    Peer(
        "cloudsplaining, all risky",
        "cloudsplaining==0.9.1",
        "cloudsplaining.py",
        "The same with its option --flag-all-risky-actions (conditions and resources are ignored).",
        _SPLAINED,
        options=("--all-risky",),
        licence="BSD-3-Clause",
    ),
    Peer(
        "nhinsight",
        "nhinsight==0.2.3",
        "nhinsight.py",
        "Privileged principals, and attack paths by role trust.",
        frozenset({"sts-001"}),
        _DIRECT,
        licence="MIT",
    ),
    Peer(
        "sxaiam",
        "sxaiam==0.1.0",
        "sxaiam.py",
        "Its nine techniques, and administrators.",
        _SXAIAM,
        _DIRECT,
    ),
)


def asked(peer: Peer, one: Case) -> bool:
    """Tell whether the tool claims to answer the case."""
    if len(one.accounts) > 1 or one.expect == "conditional" or one.declared:
        return False
    if peer.name != "PMapper" and one.target != ADMIN:
        return False
    return one.technique in peer.covers or one.technique.startswith(peer.prefixes)
