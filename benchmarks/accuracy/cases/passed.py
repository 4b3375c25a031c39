"""Build cases where a role is passed to a service: one that works, and its near-twins.

Input: what a technique needs. Output: cases. Not handled: techniques on what exists already.
The rules: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.case import IAM, PF, Case, case
from benchmarks.accuracy.statements import BOSS, Json, allow, deny, role_arn, service

__all__ = ["Passed", "nothing", "passed_cases"]

_PASS = IAM + "id_roles_use_passrole.html"
_KEYS = IAM + "reference_policies_iam-condition-keys.html"
_TRUST = IAM + "id_roles_create_for-service.html"


def nothing(account: Account) -> Account:
    """Add nothing: the technique needs no resource that exists."""
    return account


@dataclass(frozen=True, slots=True)
class Passed:
    """A technique that passes a role."""

    technique: str
    service: str
    """Name of the service that takes the role, without ``.amazonaws.com``; several, separated by blanks."""
    actions: str
    """What is needed beside ``iam:PassRole``, separated by blanks."""
    start: str = ""
    """The action without which nothing runs; its absence is a twin."""
    source: str = ""
    """The vendor's page of the first action."""
    profile: bool = False
    """The role must be in an instance profile."""
    trust: str = "sts:AssumeRole"
    """What the trust must allow the service."""
    world: Callable[[Account], Account] = field(default=nothing)
    """Adds what must exist."""


def _account(one: Passed, *statements: Json, trusted: str = "", profile: bool = True) -> Account:
    trust = service(*(trusted or one.service).split(), actions=one.trust)
    account = Account().boss(trust, profile=profile and one.profile)
    return one.world(account.user("mallory", *statements))


def passed_cases(one: Passed, twin: str) -> Iterator[Case]:
    """Yield the positive case, the twin of a role that trusts another service, and one more twin.

    Parameters
    ----------
    one
        The technique.
    twin
        ``key`` (``iam:PassedToService`` names another service), ``resource`` (another role may be passed), ``start``
        (the start action is missing), ``profile`` (no instance profile), ``boundary``, ``scp`` or ``deny``.
    """
    name, page = one.technique, one.source or PF + one.technique
    public = page if one.technique.startswith("nhi-") else PF + one.technique
    # Half of the rows pass any role, half this one: some tools judge only statements without a resource.
    may, give = allow(one.actions), allow("iam:PassRole", BOSS if twin in ("start", "resource") else "*")
    yield case(f"{name}/works", "yes", "The role trusts the service.", public, _account(one, may, give))
    other = "lambda" if one.service.split()[0] != "lambda" else "ec2"
    yield case(
        f"{name}/trusts-another-service",
        "no",
        f"The role trusts {other}.amazonaws.com alone.",
        _TRUST,
        _account(one, may, give, trusted=other),
    )
    if twin == "key":
        keyed = allow("iam:PassRole", "*", {"StringEquals": {"iam:PassedToService": "monitoring.rds.amazonaws.com"}})
        account, why, page = _account(one, may, keyed), "Roles may be passed to RDS alone.", _KEYS
    elif twin == "resource":
        elsewhere = allow("iam:PassRole", role_arn("worker"))
        account = _account(one, may, elsewhere)
        account.role("worker", allow("s3:Get*"), trust=service(*one.service.split()), profile=one.profile)
        why, page = "Only a role with little may be passed.", _PASS
    elif twin == "start":
        fewer = " ".join(each for each in one.actions.split() if each != one.start)
        account, why = _account(one, allow(fewer), give), f"{one.start} is missing, and nothing else starts it."
    elif twin == "profile":
        account = _account(one, may, give, profile=False)
        why, page = "The role is in no instance profile.", IAM + "id_roles_use_switch-role-ec2_instance-profiles.html"
    elif twin == "boundary":
        account = _account(one).policy("limit", may)
        account.user("mallory", may, give, boundary="limit")
        why, page = "The boundary of the caller does not let roles be passed.", IAM + "access_policies_boundaries.html"
    elif twin == "scp":
        account = _account(one, may, give).scp(deny(one.actions.split()[0]))
        why = "An SCP denies the first action in the account."
        page = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html"
    else:
        account = _account(one, may, give, deny("iam:PassRole", BOSS))
        why, page = (
            "Passing this role is denied.",
            IAM + "reference_policies_evaluation-logic_policy-eval-denyallow.html",
        )
    yield case(f"{name}/twin-{twin}", "no", why, page, account)
