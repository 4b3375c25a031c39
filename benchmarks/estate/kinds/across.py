"""Planted: identities that become administrator of another account, or come from outside.

Input: a ``Lab``. Output: ``KINDS``. Not handled: data of other accounts (``data``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.statements import Json, allow, assume
from benchmarks.estate.account import Planted
from benchmarks.estate.ids import ROOT_ID, unit_id
from benchmarks.estate.lab import SEALED, Kind, Lab

__all__ = ["GITHUB", "KINDS", "github_trust"]

_GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_ORGANIZATIONS: Final = "https://docs.aws.amazon.com/organizations/latest/userguide/"
_STS: Final = "sts:AssumeRole"
GITHUB: Final = "token.actions.githubusercontent.com"
"""The issuer of GitHub's workflows."""


def github_trust(account: str, operator: str, subject: str, audience: str = "sts.amazonaws.com") -> Json:
    """Return a trust statement for tokens of GitHub's workflows with that subject."""
    test: dict[str, Json] = {"StringEquals": {f"{GITHUB}:aud": audience}}
    test.setdefault(operator, {})[f"{GITHUB}:sub"] = subject
    return {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{GITHUB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": test,
    }


def _boss(lab: Lab, there: Planted, trust: Json, path: str = "") -> str:
    return lab.administrator(trust, at=there, path=path or lab.path())


def _account(lab: Lab) -> None:
    there = lab.other()
    if lab.is_twin("named-another"):
        # An administrator at home can give that other role the allow that it lacks, and take it.
        trusted = lab.role(lab.trusts_service("lambda"))
        boss = _boss(lab, there, assume(trusted))
        lab.opens(lab.home, there, granting=True)
    else:
        path = f"/{SEALED}{lab.path()}" if lab.is_twin("scp") else ""
        boss = _boss(lab, there, lab.trusts_account(lab.home), path)
        if not lab.variant:
            lab.opens(lab.home, there)
    lab.admin(lab.user(allow(_STS, boss)), ("sts-001",), account=there)


def _external_id(lab: Lab) -> None:
    there = lab.other()
    boss = _boss(lab, there, lab.trusts_account(lab.home, {"StringEquals": {"sts:ExternalId": lab.word("ext")}}))
    lab.opens(lab.home, there, "conditional")
    target = lab.role(lab.trusts_account()) if lab.is_twin("no-allow") else boss
    lab.admin(lab.user(allow(_STS, target)), ("sts-001",), state="conditional", account=there)


def _organization(lab: Lab) -> None:
    there = lab.other()
    organization = "o-zz0therorg" if lab.is_twin("other-organization") else lab.estate.organization
    when = {"StringEquals": {"aws:PrincipalOrgID": organization, "aws:PrincipalAccount": lab.home.id}}
    boss = _boss(lab, there, assume("*", when=when))
    if not lab.variant:
        lab.opens(lab.home, there)
    lab.admin(lab.role(lab.trusts_service("ec2"), allow(_STS, boss)), ("sts-001",), account=there)


def _unit(lab: Lab) -> None:
    there = lab.other()
    others = [each.unit for each in lab.estate.members if each.unit != lab.home.unit]
    unit = others[0] if lab.is_twin("other-unit") else lab.home.unit
    paths = f"{lab.estate.organization}/{ROOT_ID}/{unit_id(unit)}/*"
    when: Json = {
        "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": paths},
        "StringEquals": {"aws:PrincipalAccount": lab.home.id},
    }
    boss = _boss(lab, there, assume("*", when=when))
    if not lab.variant:
        lab.opens(lab.home, there)
    lab.admin(lab.user(allow(_STS, boss)), ("sts-001",), account=there)


def _repository(lab: Lab) -> None:
    owner, name = lab.word("org"), lab.word("repo")
    mine = f"repo:{owner}/{name}:ref:refs/heads/main"
    pinned, operator = f"repo:{owner}/{name}:*", "StringLike"
    if lab.is_twin("other-repository"):
        pinned = f"repo:{owner}/{lab.word('repo')}:*"
    if lab.is_twin("literal-wildcard"):
        operator = "StringEquals"
    if lab.is_twin("other-environment"):
        pinned, operator = f"repo:{owner}/{name}:environment:production", "StringEquals"
    audience = "https://github.com/another" if lab.is_twin("other-audience") else "sts.amazonaws.com"
    lab.administrator(github_trust(lab.home.id, operator, pinned, audience))
    lab.admin(f"oidc://{GITHUB}/{mine}")


KINDS: Final = (
    Kind(
        "across/account",
        "The role trusts the caller's account, and the caller is allowed to assume it.",
        _GUIDE + "reference_policies_evaluation-logic-cross-account.html",
        {
            "scp": "A service control policy of the caller's account denies it.",
            "named-another": "The role trusts another role of the caller's account by name.",
        },
        _account,
    ),
    Kind(
        "across/external-id",
        "The trust asks for an external id, which the caller may or may not know.",
        _GUIDE + "id_roles_common-scenarios_third-party.html",
        {"no-allow": "The caller's own policy allows another role alone."},
        _external_id,
    ),
    Kind(
        "across/organization",
        "The trust lets in the caller's account by organization, and the caller is allowed.",
        _GUIDE + "reference_policies_condition-keys.html#condition-keys-principalorgid",
        {"other-organization": "The organization is another one."},
        _organization,
    ),
    Kind(
        "across/unit",
        "The trust lets in accounts below the caller's organizational unit.",
        _GUIDE + "reference_policies_condition-keys.html#condition-keys-principalorgpaths",
        {"other-unit": "The unit is another one."},
        _unit,
    ),
    Kind(
        "across/repository",
        "The role accepts every token of this repository.",
        _GUIDE + "id_roles_providers_create_oidc.html",
        {
            "other-repository": "The trust is pinned to another repository of the same owner.",
            "other-audience": "The trust asks for an audience that the token lacks and the provider does not accept.",
            "literal-wildcard": "StringEquals compares the star as a character.",
            "other-environment": "The trust is pinned to an environment; a branch's token has another subject.",
        },
        _repository,
    ),
)
"""Kinds of this module."""
