"""Which identities the rules about non-human identities look at, and what can be said of them.

Input: ``RuleContext``. Output: users and roles, and reasons why one is left out.
Handled: service-linked roles (only their service uses them), roles that AWS makes, IAM Identity Center roles (for
people).
Not handled: whether an IAM user is a person. A user with a password and no other credential may be one; rules that
ask about owners say that they cannot tell, rules that ask about privilege judge it like any other.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from graph.kinds import IDENTITY_KINDS, NodeKind
from graph.model import Node

__all__ = ["identities", "made_by_aws", "may_be_person", "non_human", "policies_seen"]

_OF_AWS = (NodeKind.AWS_USER, NodeKind.AWS_ROLE, NodeKind.AWS_ROOT)
_IDENTITY_CENTER = "/aws-reserved/sso.amazonaws.com/"
_NAMES_OF_AWS = frozenset(
    {
        # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
        "OrganizationAccountAccessRole",
        # https://docs.aws.amazon.com/controltower/latest/userguide/roles-how.html
        "AWSControlTowerExecution",
    }
)


def identities(context: RuleContext) -> Iterator[Node]:
    """Yield IAM users and roles, by id; neither root users nor what only its service or people through SSO use."""
    for node in context.nodes(NodeKind.AWS_USER, NodeKind.AWS_ROLE):
        if not node.attributes.get("service_linked") and not _path(node).startswith(_IDENTITY_CENTER):
            yield node


def non_human(context: RuleContext) -> Iterator[Node]:
    """Yield the same, then the non-human identities of tenants; each by id."""
    yield from identities(context)
    yield from context.nodes(*(kind for kind in IDENTITY_KINDS if kind not in _OF_AWS))


def made_by_aws(node: Node) -> bool:
    """Return whether AWS made the role, so that no tag or declaration of its customer is to be expected."""
    return node.kind is NodeKind.AWS_ROLE and (
        bool(node.attributes.get("service_linked"))
        or _path(node).startswith("/aws-reserved/")
        or node.name in _NAMES_OF_AWS
    )


def policies_seen(node: Node) -> bool:
    """Return whether the identity's own listing was seen, not only its row of the credential report."""
    return bool(node.attributes.get("unique_id"))


def may_be_person(context: RuleContext, node: Node) -> bool:
    """Return whether a user signs in with a password and has no credential for programs."""
    if node.kind is not NodeKind.AWS_USER or node.attributes.get("has_password") is not True:
        return False
    return not context.credential_kinds.get(node.id, frozenset()) - {"password"}


def _path(node: Node) -> str:
    return str(node.attributes.get("path", ""))
