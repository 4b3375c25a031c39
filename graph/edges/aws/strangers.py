"""Who stands for anyone, where a policy lets in ``*``: callers of no account of ours, and accounts that a line names.

Input: the condition block of a statement. Output: principals to evaluate it with.
Not handled: members of another organization that a condition names, and accounts of our own that were not collected
(rules judge such openings by the policy itself); tags, which a stranger gives itself, stay open.

Anonymous requests carry neither account, organization nor ARN of a principal, and a stranger's account is none that a
policy names: ``*`` under ``aws:PrincipalAccount`` or ``aws:PrincipalOrgID`` is not anyone.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (read 2026-11)
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.decision import Atom, Residual
from graph.evaluate.aws.document import ConditionTest
from graph.evaluate.aws.principals import Principal, PrincipalKind, arn_account

__all__ = ["POSITIVE", "STRANGERS", "accounts_named", "open_to_strangers"]

_ACCOUNT, _ORGANIZATION = "000000000000", "o-nhiprobe7f3a9c"
STRANGERS = (
    Principal(PrincipalKind.USER, "", _ACCOUNT, tags=None, organization_id=_ORGANIZATION),
    Principal(PrincipalKind.USER, "", _ACCOUNT, tags=None, organization_id=""),
    Principal(PrincipalKind.ANONYMOUS, "", "", tags=None, organization_id=""),
)
"""A user of an unknown account in an organization of its own, one in none, and a request without a signature."""
POSITIVE = frozenset({"StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike"})
"""Operators that name what they accept."""
_ARN, _OWNER = "aws:principalarn", "aws:principalaccount"


def accounts_named(tests: Sequence[ConditionTest]) -> frozenset[str]:
    """Return accounts that a condition block asks its callers to be of, by ``aws:PrincipalAccount`` or their ARN."""
    found = {
        value if test.key == _OWNER else arn_account(value)
        for test in tests
        if test.key in (_ARN, _OWNER) and test.operator in POSITIVE
        for value in test.values
    }
    return frozenset(account for account in found if account.isdigit() and len(account) == len(_ACCOUNT))


def open_to_strangers(residual: Residual) -> bool:
    """Return whether open conditions leave a stranger a way: no clause asks for ARNs of accounts that it names."""
    return not any(clause and all(_asks_for_another(atom) for atom in clause) for clause in residual)


def _asks_for_another(atom: Atom) -> bool:
    if atom.key != _ARN or atom.negated or atom.operator.removesuffix("IfExists") not in POSITIVE:
        return False
    return all(arn_account(value) not in ("", _ACCOUNT) for value in atom.values)
