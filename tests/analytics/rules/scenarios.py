"""One vulnerable world and one safe twin a rule, as evidence builders.

Input: a folder. Output: evidence in it; ``SCENARIOS`` names the subject that must, and the one that must not, be found.
Not handled: the finer cases of each rule; they stand in the test files beside this one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.analytics.rules.building import (
    ACCOUNT,
    AS_OF,
    LAMBDA,
    NAMES,
    OTHER,
    VENDOR,
    Key,
    Scenario,
    claims,
    found,
    github_role,
    judge,
    snapshot_of,
    user_world,
    with_keys,
)
from tests.analytics.rules.scenarios_entra import ENTRA_SCENARIOS
from tests.analytics.rules.scenarios_github import GITHUB_SCENARIOS
from tests.analytics.rules.scenarios_identity import IDENTITY_SCENARIOS
from tests.analytics.rules.scenarios_resources import RESOURCE_SCENARIOS
from tests.worlds.aws import world
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import allow, trust

__all__ = [
    "ACCOUNT",
    "AS_OF",
    "LAMBDA",
    "NAMES",
    "OTHER",
    "SCENARIOS",
    "VENDOR",
    "Key",
    "Scenario",
    "claims",
    "found",
    "github_role",
    "judge",
    "snapshot_of",
    "user_world",
    "with_keys",
]


def _path(resource: str) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        made = world().account(ACCOUNT).role("admin", trusts=LAMBDA, attached=[ADMINISTRATOR])
        made.role("plain", trusts=LAMBDA)
        functions = allow("lambda:CreateFunction", "lambda:InvokeFunction")
        return made.user("ci", allow("iam:PassRole", on=NAMES.role(resource)), functions).build(folder)

    return build


def _one_user(*statements: dict[str, Any], **options: Any) -> Callable[[Path], Path]:
    return lambda folder: world().account(ACCOUNT).user("ci", *statements, **options).build(folder)


def _vendor(when: dict[str, Any] | None) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        made = world().account(ACCOUNT).role("vendor", trusts=trust(VENDOR, when=when))
        return made.declared("accounts", {"account": VENDOR, "relation": "vendor"}).build(folder)

    return build


def _trusting(principal: str) -> Callable[[Path], Path]:
    return lambda folder: user_world("ci").role("deploy", trusts=trust(principal)).build(folder)


def _keyed(*keys: Key) -> Callable[[Path], Path]:
    return lambda folder: with_keys(user_world("ci").build(folder), keys)


def _root_keyed(keyed: bool) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        keys = [Key("<root_account>", 400)] if keyed else []
        return with_keys(user_world("ci").build(folder), keys)

    return build


def _quarantined(quarantined: bool) -> Callable[[Path], Path]:
    # Near-twin: a policy of the organization's own whose name merely speaks of a quarantine.
    name = "AWSCompromisedKeyQuarantineV3" if quarantined else "KeyQuarantine"
    denies = {"Effect": "Deny", "Action": "iam:CreateAccessKey", "Resource": "*"}
    made = world().account(ACCOUNT).policy(name, denies).user("ci", attached=[name], keys=1)
    return made.build


def _owned(active: bool) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        made = user_world("ci", tags={"owner": "ada@example.com"})
        return made.declared("people", {"login": "ada@example.com", "person": "Ada", "active": active}).build(folder)

    return build


CI, VENDOR_ROLE, DEPLOY = NAMES.user("ci"), NAMES.role("vendor"), NAMES.role("deploy")
SCENARIOS: dict[str, Scenario] = {
    "aws-path-to-admin": Scenario(_path("admin"), _path("plain"), CI),
    "aws-admin-identity": Scenario(
        _one_user(attached=[ADMINISTRATOR]), _one_user(allow("s3:*", "ec2:*", "lambda:*")), CI
    ),
    "aws-external-trust": Scenario(_trusting(OTHER), _trusting(ACCOUNT), DEPLOY),
    "aws-vendor-trust": Scenario(
        _vendor(None), _vendor({"StringEquals": {"sts:ExternalId": "nordlicht-4711"}}), VENDOR_ROLE
    ),
    "aws-stale-trust": Scenario(_trusting("AIDAQ3EGPZXEXAMPLE111"), _trusting(NAMES.user("ci")), DEPLOY),
    "aws-dead-oidc-trust": Scenario(
        lambda folder: github_role("deploy", claims("repo:acme/shop:*", operator="StringEquals")).build(folder),
        lambda folder: github_role("deploy", claims("repo:acme/shop:*")).build(folder),
        DEPLOY,
    ),
    "aws-weak-oidc-trust": Scenario(
        lambda folder: github_role("deploy", claims("repo:acme/*")).build(folder),
        lambda folder: github_role("deploy", claims("repo:acme/shop:*")).build(folder),
        DEPLOY,
    ),
    "aws-old-key": Scenario(_keyed(Key("ci", 91, 1)), _keyed(Key("ci", 90, 1)), CI),
    "aws-unused-key": Scenario(_keyed(Key("ci", 400, 91)), _keyed(Key("ci", 400, 90)), CI),
    "aws-two-active-keys": Scenario(
        _keyed(Key("ci", 9, 1), Key("ci", 5, 1)), _keyed(Key("ci", 9, 1), Key("ci", 5, 1, active=False)), CI
    ),
    "aws-root-key": Scenario(_root_keyed(True), _root_keyed(False), NAMES.root),
    "aws-quarantined-key": Scenario(_quarantined(True), _quarantined(False), CI),
    "aws-no-mfa": Scenario(
        lambda folder: user_world("ci", password=True).build(folder),
        lambda folder: user_world("ci", password=True, mfa=True).build(folder),
        CI,
    ),
    "aws-inactive-key": Scenario(_keyed(Key("ci", 9, 1, active=False)), _keyed(Key("ci", 9, 1)), CI),
    "aws-wide-grant": Scenario(_one_user(allow("s3:*")), _one_user(allow("s3:*", on="arn:aws:s3:::one/*")), CI),
    "no-living-owner": Scenario(_owned(False), _owned(True), CI),
    **ENTRA_SCENARIOS,
    **GITHUB_SCENARIOS,
    **IDENTITY_SCENARIOS,
    **RESOURCE_SCENARIOS,
}
