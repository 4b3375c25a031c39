"""Which requests can carry a condition key at all.

Input: a condition key, an action, the kind of caller. Output: whether such a request never carries the key.
Not handled: keys of services other than IAM, STS and KMS: whether a request carries those stays unknown.

A key that no such request carries is absent, so that a test for it is decided: ``iam:PassedToService`` in a statement
for every action lets no other action than ``iam:PassRole`` through.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html (which action each is for;
"Available keys for AWS OIDC federation" for claims, https://aws.amazon.com/about-aws/whats-new/2026/01/
aws-sts-supports-validation-identity-provider-claims/)
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html ("Availability" of each key)
"""

from __future__ import annotations

from typing import Final

from graph.evaluate.aws.principals import PrincipalKind

__all__ = ["GITHUB_ISSUER", "GITHUB_KEYS", "claim_host", "never_carried"]

_K = PrincipalKind
_OWN_KEYS: Final = ("iam", "kms", "sts")
"""Services whose keys only their own requests carry."""
_PASS_ROLE: Final = frozenset({"iam:passrole"})
_ATTACH: Final = frozenset(
    f"iam:{verb}{kind}policy" for verb in ("attach", "detach") for kind in ("group", "role", "user")
)
_BOUNDARY_VERBS: Final = (
    "create{} put{}permissionsboundary delete{}permissionsboundary put{}policy delete{}policy attach{}policy "
    "detach{}policy"
)
_BOUNDARY: Final = frozenset(
    f"iam:{verb.format(kind)}" for verb in _BOUNDARY_VERBS.split() for kind in ("role", "user")
)
# sts:TagSession and sts:SetSourceIdentity are checked within the call that starts the session.
_WITHIN: Final = frozenset({"sts:tagsession", "sts:setsourceidentity", "sts:setcontext"})
_ASSUME: Final = frozenset({"sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
_ACTIONS: Final = {
    "iam:passedtoservice": _PASS_ROLE,
    "iam:associatedresourcearn": _PASS_ROLE,
    "iam:policyarn": _ATTACH,
    "iam:permissionsboundary": _BOUNDARY,
    "sts:externalid": frozenset({"sts:assumerole"}) | _WITHIN,
    "sts:rolesessionname": _ASSUME | _WITHIN,
}
_SESSION_KEYS: Final = (
    "aws:sourceidentity aws:federatedprovider aws:chatbotsourcearn aws:ec2instancesourcevpc "
    "aws:ec2instancesourceprivateipv4 ec2:sourceinstancearn ec2:roledelivery lambda:sourcefunctionarn "
    "ssm:sourceinstancearn glue:roleassumedby glue:credentialissuingservice identitystore:userid"
)
_OF_ROLE_SESSIONS: Final = frozenset(_SESSION_KEYS.split())
"""Keys that describe how a role session came about."""
_WITHOUT_ROLE: Final = frozenset({_K.USER, _K.ROOT, _K.SERVICE, _K.ANONYMOUS})
_WITHOUT_CLAIMS: Final = _WITHOUT_ROLE | {_K.FEDERATED_USER}
GITHUB_ISSUER: Final = "token.actions.githubusercontent.com"
_OF_GITHUB: Final = (
    "actor actor_id enterprise_id environment job_workflow_ref ref repository repository_id workflow "
    "amr aud azp email oaud sub"
)
GITHUB_KEYS: Final = frozenset(_OF_GITHUB.split())
"""Claims of GitHub's tokens that STS makes keys of: those that its page lists for GitHub, then those of any issuer
(2026-01 on). A key for another claim, such as ``repository_owner``, is in no request. The page speaks of this issuer;
that of one enterprise has a longer name, and its keys are left open.
"""


def claim_host(key: str) -> str:
    """Return whose claims a key is of: ``saml``, an issuer's host and path, or empty when it is no claim.

    Parameters
    ----------
    key
        Condition key, lower case.
    """
    host = key.rpartition(":")[0]
    return host if host == "saml" or "." in host.split("/", 1)[0] else ""


def never_carried(key: str, action: str, kind: PrincipalKind) -> bool:
    """Tell whether no request of an action and a kind of caller carries a key.

    Parameters
    ----------
    key
        Condition key, lower case.
    action
        ``service:Action``; empty when unknown, which rules nothing out.
    kind
        The caller.
    """
    if key in _OF_ROLE_SESSIONS:
        return kind in _WITHOUT_ROLE
    service, _, name = key.partition(":")
    if service in _OWN_KEYS and action and not name.startswith("resourcetag/"):
        folded = action.lower()
        actions = _ACTIONS.get(key)
        return folded not in actions if actions is not None else folded.partition(":")[0] != service
    return kind in _WITHOUT_CLAIMS and bool(claim_host(key))
