"""Cases: a caller removes the deny that holds it back, or rewrites a state machine.

Input: none (data only). Output: ``CASES``. Not handled: boundaries (``state_changes``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.account import Account, call
from benchmarks.accuracy.case import IAM, Case, case
from benchmarks.accuracy.statements import BOSS, Json, allow, arn, deny, everything, role_arn, service

__all__ = ["CASES"]

_DENY = IAM + "reference_policies_evaluation-logic_policy-eval-denyallow.html"
_STATES = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html"
_ADMIN = "AdministratorAccess"
_THEN = "2025-06-01T00:00:00+00:00"


def _machine(role: str, *statements: Json) -> Account:
    where = arn("states", "stateMachine:flow")
    account = Account().boss(service("states")).role("worker", allow("s3:Get*"), trust=service("states"))
    short = {"stateMachineArn": where, "name": "flow", "type": "STANDARD", "creationDate": _THEN}
    full = {**short, "status": "ACTIVE", "roleArn": role, "definition": '{"StartAt": "A", "States": {}}'}
    account.has("stepfunctions.list_state_machines", {"stateMachines": [short]})
    account.has("stepfunctions.describe_state_machine", [call({"stateMachineArn": where}, full)])
    return account.user("mallory", *statements)


CASES: Final[tuple[Case, ...]] = (
    case(
        "nhi-iam-detachuserpolicy/deny-can-be-detached",
        "yes",
        "An attached policy denies all but its own detaching; AdministratorAccess is attached beside it.",
        _DENY,
        Account().policy("brake", deny("not iam:DetachUserPolicy")).user("mallory", attached=[_ADMIN, "brake"]),
    ),
    case(
        "nhi-iam-detachuserpolicy/deny-holds-itself",
        "no",
        "The attached policy denies all, its own detaching too.",
        _DENY,
        Account().policy("brake", deny("*")).user("mallory", attached=[_ADMIN, "brake"]),
    ),
    case(
        "nhi-iam-deleteuserpolicy/deny-can-be-deleted",
        "yes",
        "The inline policy denies all but its own deletion.",
        _DENY,
        Account().user("mallory", deny("not iam:DeleteUserPolicy"), attached=[_ADMIN]),
    ),
    case(
        "nhi-iam-deleteuserpolicy/deny-holds-itself",
        "no",
        "The inline policy denies changes of users.",
        _DENY,
        Account().user("mallory", deny("iam:* sts:*"), attached=[_ADMIN]),
    ),
    case(
        "nhi-iam-removeuserfromgroup/deny-of-a-group",
        "yes",
        "A group denies all but leaving it.",
        _DENY,
        Account()
        .group("limited", deny("not iam:RemoveUserFromGroup"))
        .user("mallory", attached=[_ADMIN], groups=["limited"]),
    ),
    case(
        "nhi-iam-removeuserfromgroup/second-group-holds",
        "no",
        "A second group denies everything, leaving groups too.",
        _DENY,
        Account()
        .group("limited", deny("not iam:RemoveUserFromGroup"))
        .group("frozen", deny("*"))
        .user("mallory", attached=[_ADMIN], groups=["limited", "frozen"]),
    ),
    case(
        "nhi-iam-untaguser/deny-by-tag",
        "yes",
        "All but removing tags is denied while the user carries a tag.",
        IAM + "access_iam-tags.html",
        Account().user(
            "mallory",
            everything(),
            deny("not iam:UntagUser", "*", {"StringEquals": {"aws:PrincipalTag/frozen": "true"}}),
            tags={"frozen": "true"},
        ),
    ),
    case(
        "nhi-iam-untaguser/untag-denied-too",
        "no",
        "Everything is denied while the user carries the tag.",
        IAM + "access_iam-tags.html",
        Account().user(
            "mallory",
            everything(),
            deny("*", "*", {"StringEquals": {"aws:PrincipalTag/frozen": "true"}}),
            tags={"frozen": "true"},
        ),
    ),
    case(
        "nhi-states-updatestatemachine/start",
        "yes",
        "The definition may be rewritten and started; it runs with the role that it has.",
        _STATES,
        _machine(BOSS, allow("states:UpdateStateMachine states:StartExecution")),
    ),
    case(
        "nhi-states-updatestatemachine/role-with-little",
        "no",
        "The state machine's role reads S3, and no other role may be passed.",
        _STATES,
        _machine(role_arn("worker"), allow("states:UpdateStateMachine states:StartExecution")),
    ),
)
