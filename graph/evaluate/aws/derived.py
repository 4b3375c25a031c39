"""Condition keys whose values follow from who calls, what is called and which action it is.

Input: a ``Request``. Output: for a key all that is known of it.
Not handled: tags, claims and what the request states (``context``); keys that follow from none of the three.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html ("Availability" of each key)
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (principal key values)
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from graph.evaluate.aws.globs import escape
from graph.evaluate.aws.known import ABSENT, UNKNOWN, Detail, OneOf, Shape
from graph.evaluate.aws.principals import PrincipalKind, Request

__all__ = ["DERIVED", "UNSIGNED"]

_K = PrincipalKind
_ROLES: Final = frozenset({_K.ROLE, _K.ROLE_SESSION})
UNSIGNED: Final = frozenset({_K.ANONYMOUS, _K.WEB_IDENTITY, _K.SAML})
_TEMPORARY: Final = _ROLES | {_K.FEDERATED_USER}
_TYPES: Final = {
    _K.USER: "User",
    _K.ROLE: "AssumedRole",
    _K.ROLE_SESSION: "AssumedRole",
    _K.FEDERATED_USER: "FederatedUser",
    _K.ROOT: "Account",
    _K.ANONYMOUS: "Anonymous",
}
_PRESENT: Final = Shape("*")
_WITHOUT_ACCOUNT: Final = frozenset({_K.SERVICE, _K.WEB_IDENTITY, _K.SAML, _K.ANONYMOUS})
_WITHOUT_VIA: Final = frozenset({"ec2", "glue", "lakeformation", "opsworks"})


def _principal_arn(request: Request) -> Detail:
    principal = request.principal
    if principal.kind in UNSIGNED:
        return ABSENT
    if principal.kind in (_K.SERVICE, _K.ACCOUNT) or not principal.arn:
        return UNKNOWN
    if principal.kind is _K.FEDERATED_USER:
        return (principal.session_arn or principal.arn,)
    return (principal.arn,)


def _principal_account(request: Request) -> Detail:
    principal = request.principal
    if principal.kind is _K.ANONYMOUS:
        # One page says that the key is always there, another that anonymous requests return "anonymous".
        return OneOf((ABSENT, ("anonymous",)))
    if principal.kind in _WITHOUT_ACCOUNT or not principal.account:
        return UNKNOWN
    return (principal.account,)


def _organization(request: Request) -> Detail:
    principal = request.principal
    if principal.kind in UNSIGNED or principal.kind is _K.SERVICE:
        return ABSENT
    if principal.organization_id is None:
        return UNKNOWN
    return (principal.organization_id,) if principal.organization_id else ABSENT


def _organization_paths(request: Request) -> Detail:
    if _organization(request) is ABSENT:
        return ABSENT
    paths = request.principal.organization_paths
    return UNKNOWN if paths is None else paths or ABSENT


def _principal_type(request: Request) -> Detail:
    found = _TYPES.get(request.principal.kind)
    return UNKNOWN if found is None else (found,)


def _user_id(request: Request) -> Detail:
    principal = request.principal
    kind = principal.kind
    if kind is _K.USER:
        return (principal.unique_id,) if principal.unique_id else Shape("AIDA*")
    if kind in _ROLES:
        session = principal.session_name
        if principal.unique_id and session:
            return (f"{principal.unique_id}:{session}",)
        return Shape(f"{escape(principal.unique_id) or 'AROA*'}:{escape(session) or '*'}")
    if kind is _K.ROOT:
        return (principal.account,)
    if kind is _K.FEDERATED_USER:
        return (f"{principal.account}:{(principal.session_arn or principal.arn).rsplit('/', 1)[-1]}",)
    if kind is _K.ANONYMOUS:
        return OneOf((ABSENT, ("anonymous",)))
    return UNKNOWN


def _user_name(request: Request) -> Detail:
    principal = request.principal
    if principal.kind is _K.USER:
        return (principal.friendly_name,) if principal.friendly_name else _PRESENT
    return UNKNOWN if principal.kind is _K.ACCOUNT else ABSENT


def _is_service(request: Request) -> Detail:
    kind = request.principal.kind
    if kind in UNSIGNED:
        return ABSENT
    return ("true",) if kind is _K.SERVICE else ("false",)


def _service_name(request: Request) -> Detail:
    principal = request.principal
    return (principal.arn,) if principal.kind is _K.SERVICE else ABSENT


def _service_only(request: Request) -> Detail:
    """Keys that only a call made directly by a service principal carries."""
    return UNKNOWN if request.principal.kind is _K.SERVICE else ABSENT


def _mfa(request: Request) -> Detail:
    kind = request.principal.kind
    if kind in _TEMPORARY:
        # These credentials carry no MFA information, and the pages disagree whether that means absent or "false".
        return OneOf((ABSENT, ("false",)))
    return ABSENT if kind in UNSIGNED else UNKNOWN


def _mfa_age(request: Request) -> Detail:
    return ABSENT if request.principal.kind in _TEMPORARY | UNSIGNED else UNKNOWN


def _token_issue_time(request: Request) -> Detail:
    kind = request.principal.kind
    if kind in _TEMPORARY:
        return _PRESENT
    return ABSENT if kind in UNSIGNED else UNKNOWN


def _resource_account(request: Request) -> Detail:
    owner = request.resource.owner
    return (owner,) if owner else UNKNOWN


def _resource_organization(request: Request) -> Detail:
    found = request.resource.organization_id
    if found is None:
        return UNKNOWN
    return (found,) if found else ABSENT


def _resource_organization_paths(request: Request) -> Detail:
    if request.resource.organization_id == "":
        return ABSENT
    paths = request.resource.organization_paths
    return UNKNOWN if paths is None else paths or ABSENT


def _caller_account(request: Request) -> Detail:
    """``kms:CallerAccount``: in KMS requests the account of the caller."""
    if request.action.partition(":")[0].lower() != "kms" or request.principal.kind in _WITHOUT_ACCOUNT:
        return UNKNOWN
    return (request.principal.account,) if request.principal.account else UNKNOWN


def _requested_region(request: Request) -> Detail:
    """IAM of the standard partition has one endpoint, in us-east-1; other calls choose theirs."""
    arns = request.principal.arn, request.resource.arn
    if request.action.lower().startswith("iam:") and any(arn.startswith("arn:aws:") for arn in arns):
        return ("us-east-1",)
    return _PRESENT


def _via_service(request: Request) -> Detail:
    """``aws:ViaAWSService``: always carried, but by the requests of some services."""
    service = request.action.partition(":")[0].lower()
    return UNKNOWN if not service or service in _WITHOUT_VIA else _boolean(request)


def _always(request: Request) -> Detail:
    return _PRESENT


def _boolean(request: Request) -> Detail:
    return OneOf((("true",), ("false",)))


DERIVED: Final[Mapping[str, Callable[[Request], Detail]]] = {
    "aws:principalarn": _principal_arn,
    "aws:principalaccount": _principal_account,
    "aws:principalorgid": _organization,
    "aws:principalorgpaths": _organization_paths,
    "aws:principaltype": _principal_type,
    "aws:userid": _user_id,
    "aws:username": _user_name,
    "aws:principalisawsservice": _is_service,
    "aws:principalservicename": _service_name,
    "aws:principalservicenameslist": _service_only,
    "aws:sourcearn": _service_only,
    "aws:sourceaccount": _service_only,
    "aws:sourceorgid": _service_only,
    "aws:sourceorgpaths": _service_only,
    "aws:multifactorauthpresent": _mfa,
    "aws:multifactorauthage": _mfa_age,
    "aws:tokenissuetime": _token_issue_time,
    "aws:resourceaccount": _resource_account,
    "s3:resourceaccount": _resource_account,
    "aws:resourceorgid": _resource_organization,
    "aws:resourceorgpaths": _resource_organization_paths,
    "kms:calleraccount": _caller_account,
    "aws:currenttime": _always,
    "aws:epochtime": _always,
    "aws:requestedregion": _requested_region,
    "aws:useragent": _always,
    "aws:securetransport": _boolean,
    "aws:viaawsservice": _via_service,
}
