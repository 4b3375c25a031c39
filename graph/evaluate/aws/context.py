"""The request context: what is known of each condition key.

Input: a ``Request``. Output: for a key its values, ``ABSENT``, or ``UNKNOWN``; and where less than a value but more
than nothing is known, the ``Shape`` or the ``OneOf`` candidates of it.
Not handled: keys that follow neither from the principal nor from the resource: unknown unless the request states them.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html ("Availability" of each key)
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (principal key values)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from graph.evaluate.aws.globs import escape
from graph.evaluate.aws.keys import KeyFamily, key_family
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource

__all__ = [
    "ABSENT",
    "UNKNOWN",
    "Context",
    "KeyFamily",
    "Known",
    "Marker",
    "OneOf",
    "Principal",
    "PrincipalKind",
    "Request",
    "Resource",
    "Shape",
    "key_family",
    "request_context",
]


class Marker(Enum):
    """What stands in place of values."""

    ABSENT = "absent"
    """The request does not carry the key."""
    UNKNOWN = "unknown"


ABSENT: Final = Marker.ABSENT
UNKNOWN: Final = Marker.UNKNOWN
Known = tuple[str, ...] | Marker


@dataclass(frozen=True, slots=True)
class Shape:
    """The key is present with one value, of which only a pattern is known."""

    pattern: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """The key is in one of a few known states."""

    candidates: tuple[Known, ...]


_K = PrincipalKind
_ROLES: Final = frozenset({_K.ROLE, _K.ROLE_SESSION})
_UNSIGNED: Final = frozenset({_K.ANONYMOUS, _K.WEB_IDENTITY, _K.SAML})
_TYPES: Final = {
    _K.USER: "User",
    _K.ROLE: "AssumedRole",
    _K.ROLE_SESSION: "AssumedRole",
    _K.FEDERATED_USER: "FederatedUser",
    _K.ROOT: "Account",
    _K.ANONYMOUS: "Anonymous",
}
_PRESENT: Final = Shape("*")


class Context:
    """What is known of the condition keys of one request.

    Parameters
    ----------
    request
        The request; values that it states win over derived ones.
    """

    __slots__ = ("_absent", "_memo", "_stated", "request")

    def __init__(self, request: Request) -> None:
        self.request = request
        self._stated = {key.lower(): tuple(values) for key, values in request.resource.extra.items()}
        self._stated.update({key.lower(): tuple(values) for key, values in request.stated.items()})
        self._absent = frozenset(key.lower() for key in request.absent)
        self._memo: dict[str, Known | Shape | OneOf] = {}

    def lookup(self, key: str) -> Known:
        """Return the values of a key in any case, ``ABSENT`` or ``UNKNOWN``."""
        found = self.detail(key)
        return UNKNOWN if isinstance(found, (Shape, OneOf)) else found

    def detail(self, key: str) -> Known | Shape | OneOf:
        """Return all that is known of a key: as ``lookup``, or a ``Shape`` or ``OneOf``."""
        folded = key.lower()
        found = self._memo.get(folded)
        if found is None:
            found = self._memo[folded] = self._find(folded)
        return found

    def _find(self, key: str) -> Known | Shape | OneOf:
        if key in self._absent:
            return ABSENT
        if key in self._stated:
            return self._stated[key] or ABSENT
        derive = _DERIVED.get(key)
        if derive is not None:
            return derive(self.request)
        if key.startswith("aws:principaltag/"):
            return _principal_tag(self.request.principal, key.partition("/")[2])
        rest = key.partition(":")[2]
        if rest.startswith("resourcetag/"):
            return _tag(self.request.resource.tags, rest.partition("/")[2])
        return _claim(self.request.principal, key)


def request_context(request: Request) -> Context:
    """Return the context of a request, derived lazily from principal, resource and what is stated."""
    return Context(request)


def _tag(tags: Mapping[str, str] | None, name: str) -> Known:
    """Look a tag up: tag keys in condition keys match in any case; AWS does not say which of two such wins."""
    if tags is None:
        return UNKNOWN
    found = [value for key, value in tags.items() if key.lower() == name]
    if not found:
        return ABSENT
    return (found[0],) if len(found) == 1 else UNKNOWN


def _principal_tag(principal: Principal, name: str) -> Known:
    if principal.kind in _UNSIGNED or principal.kind in (_K.SERVICE, _K.ROOT):
        return ABSENT
    return _tag(principal.tags, name)


def _claim_prefix(principal: Principal) -> str:
    if principal.kind is _K.SAML:
        return "saml"
    _, found, tail = principal.provider.partition(":oidc-provider/")
    return (tail if found else principal.provider.removeprefix("https://")).lower().rstrip("/")


def _claim(principal: Principal, key: str) -> Known:
    if principal.kind not in (_K.WEB_IDENTITY, _K.SAML):
        return UNKNOWN
    prefix = _claim_prefix(principal)
    if not prefix or not key.startswith(prefix + ":"):
        return UNKNOWN
    name = key[len(prefix) + 1 :]
    for claim, value in principal.claims.items():
        if claim.lower() == name:
            return (value,) if isinstance(value, str) else value or ABSENT
    return UNKNOWN


def _principal_arn(request: Request) -> Known | Shape | OneOf:
    principal = request.principal
    if principal.kind in _UNSIGNED:
        return ABSENT
    if principal.kind in (_K.SERVICE, _K.ACCOUNT):
        return UNKNOWN
    if principal.kind is _K.FEDERATED_USER:
        return (principal.session_arn or principal.arn,)
    return (principal.arn,)


def _principal_account(request: Request) -> Known | Shape | OneOf:
    principal = request.principal
    if principal.kind is _K.ANONYMOUS:
        # One page says that the key is always there, another that anonymous requests return "anonymous".
        return OneOf((ABSENT, ("anonymous",)))
    if principal.kind in (_K.SERVICE, _K.WEB_IDENTITY, _K.SAML) or not principal.account:
        return UNKNOWN
    return (principal.account,)


def _organization(request: Request) -> Known | Shape | OneOf:
    principal = request.principal
    if principal.kind in _UNSIGNED or principal.kind is _K.SERVICE:
        return ABSENT
    if principal.organization_id is None:
        return UNKNOWN
    return (principal.organization_id,) if principal.organization_id else ABSENT


def _organization_paths(request: Request) -> Known | Shape | OneOf:
    if _organization(request) is ABSENT:
        return ABSENT
    paths = request.principal.organization_paths
    return UNKNOWN if paths is None else paths or ABSENT


def _principal_type(request: Request) -> Known | Shape | OneOf:
    found = _TYPES.get(request.principal.kind)
    return UNKNOWN if found is None else (found,)


def _user_id(request: Request) -> Known | Shape | OneOf:
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


def _user_name(request: Request) -> Known | Shape | OneOf:
    principal = request.principal
    if principal.kind is _K.USER:
        return (principal.friendly_name,)
    return UNKNOWN if principal.kind is _K.ACCOUNT else ABSENT


def _is_service(request: Request) -> Known | Shape | OneOf:
    kind = request.principal.kind
    if kind in _UNSIGNED:
        return ABSENT
    return ("true",) if kind is _K.SERVICE else ("false",)


def _service_name(request: Request) -> Known | Shape | OneOf:
    principal = request.principal
    return (principal.arn,) if principal.kind is _K.SERVICE else ABSENT


def _service_only(request: Request) -> Known | Shape | OneOf:
    """Keys that only a call made directly by a service principal carries."""
    return UNKNOWN if request.principal.kind is _K.SERVICE else ABSENT


def _mfa(request: Request) -> Known | Shape | OneOf:
    kind = request.principal.kind
    if kind in _ROLES:
        # AssumeRole credentials carry no MFA information, and the pages disagree whether that means absent or "false".
        return OneOf((ABSENT, ("false",)))
    return ABSENT if kind in _UNSIGNED else UNKNOWN


def _mfa_age(request: Request) -> Known | Shape | OneOf:
    return ABSENT if request.principal.kind in _ROLES | _UNSIGNED else UNKNOWN


def _token_issue_time(request: Request) -> Known | Shape | OneOf:
    kind = request.principal.kind
    if kind in _ROLES or kind is _K.FEDERATED_USER:
        return _PRESENT
    return ABSENT if kind in _UNSIGNED else UNKNOWN


def _resource_account(request: Request) -> Known | Shape | OneOf:
    owner = request.resource.owner
    return (owner,) if owner else UNKNOWN


def _resource_organization(request: Request) -> Known | Shape | OneOf:
    found = request.resource.organization_id
    if found is None:
        return UNKNOWN
    return (found,) if found else ABSENT


def _always(request: Request) -> Known | Shape | OneOf:
    return _PRESENT


def _boolean(request: Request) -> Known | Shape | OneOf:
    return OneOf((("true",), ("false",)))


_DERIVED: Final[Mapping[str, Callable[[Request], Known | Shape | OneOf]]] = {
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
    "aws:currenttime": _always,
    "aws:epochtime": _always,
    "aws:requestedregion": _always,
    "aws:useragent": _always,
    "aws:securetransport": _boolean,
}
