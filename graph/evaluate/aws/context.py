"""The request context: what is known of each condition key.

Input: a ``Request``. Output: for a key its values, ``ABSENT``, or ``UNKNOWN``; and where less than a value but more
than nothing is known, the ``Shape`` or the ``OneOf`` candidates of it.
Handled: what the request states; keys that follow from caller, resource and action (``derived``); keys that such a
request never carries (``carried``); tags, tag names in any case; claims of a token, of
GitHub's those that STS compares.
Not handled: any other key: unknown unless the request states it. Session tags of a role count as none unless
``Principal.open_tags`` says that they are not known.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html ("Availability" of each key)
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from graph.evaluate.aws.carried import GITHUB_ISSUER, GITHUB_KEYS, claim_host, never_carried
from graph.evaluate.aws.compare import instant
from graph.evaluate.aws.derived import DERIVED, UNSIGNED
from graph.evaluate.aws.keys import KeyFamily, key_family
from graph.evaluate.aws.known import ABSENT, UNKNOWN, Detail, Known, Marker, OneOf, Shape
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

_K = PrincipalKind
_SAME_MOMENT: Final = {"aws:currenttime": "aws:epochtime", "aws:epochtime": "aws:currenttime"}

_ENCRYPTION: Final = "kms:encryptioncontext:"
_ENCRYPTION_NAMES: Final = "kms:encryptioncontextkeys"


class Context:
    """What is known of the condition keys of one request.

    Parameters
    ----------
    request
        The request; values that it states win over derived ones.
    """

    __slots__ = ("_absent", "_facts", "_memo", "_stated", "request")

    def __init__(self, request: Request) -> None:
        self.request = request
        self._facts = {key.lower(): tuple(values) for key, values in request.resource.extra.items()}
        self._stated = {key.lower(): tuple(values) for key, values in request.stated.items()}
        self._absent = frozenset(key.lower() for key in request.absent)
        self._memo: dict[str, Detail] = {}

    def lookup(self, key: str) -> Known:
        """Return the values of a key in any case, ``ABSENT`` or ``UNKNOWN``."""
        found = self.detail(key)
        return UNKNOWN if isinstance(found, (Shape, OneOf)) else found

    def detail(self, key: str) -> Detail:
        """Return all that is known of a key: as ``lookup``, or a ``Shape`` or ``OneOf``."""
        folded = key.lower()
        found = self._memo.get(folded)
        if found is None:
            found = self._memo[folded] = self._find(folded)
        return found

    def _find(self, key: str) -> Detail:
        if key in self._absent:
            return ABSENT
        if key in self._stated:
            return self._stated[key] or ABSENT
        principal = self.request.principal
        if never_carried(key, self.request.action, principal.kind):
            return ABSENT
        if key in self._facts:
            return self._facts[key] or ABSENT
        if key.startswith(_ENCRYPTION) and self._is_outside_encryption(key):
            return ABSENT
        twin = _SAME_MOMENT.get(key, "")
        if twin in self._absent:
            return ABSENT
        if twin in self._stated:
            return _same_moment(key, self._stated[twin])
        derive = DERIVED.get(key)
        if derive is not None:
            return derive(self.request)
        if key.startswith("aws:principaltag/"):
            return _principal_tag(principal, key.partition("/")[2])
        rest = key.partition(":")[2]
        if rest.startswith("resourcetag/"):
            return _tag(self.request.resource.tags, rest.partition("/")[2])
        return _claim(principal, key)

    def _is_outside_encryption(self, key: str) -> bool:
        """Return whether the names in the encryption context are known and a key's is none of them."""
        names = self._stated.get(_ENCRYPTION_NAMES) or self._facts.get(_ENCRYPTION_NAMES)
        return bool(names) and key.removeprefix(_ENCRYPTION) not in {name.lower() for name in names or ()}


def request_context(request: Request) -> Context:
    """Return the context of a request, derived lazily from principal, resource and what is stated."""
    return Context(request)


def _same_moment(key: str, stated: tuple[str, ...]) -> Known:
    """``aws:CurrentTime`` and ``aws:EpochTime`` are one moment in two notations; date operators read both."""
    if key == "aws:currenttime":
        return stated
    found = [instant(value) for value in stated]
    return UNKNOWN if None in found else tuple(str(value) for value in found)


def _tag(tags: Mapping[str, str] | None, name: str) -> Known:
    """Look a tag up: tag keys in condition keys match in any case; AWS does not say which of two such wins."""
    if tags is None:
        return UNKNOWN
    found = [value for key, value in tags.items() if key.lower() == name]
    if not found:
        return ABSENT
    return (found[0],) if len(found) == 1 else UNKNOWN


def _principal_tag(principal: Principal, name: str) -> Known:
    if principal.kind in UNSIGNED or principal.kind in (_K.SERVICE, _K.ROOT):
        return ABSENT
    # A session tag stands before the role's own tag of that name.
    return UNKNOWN if principal.open_tags else _tag(principal.tags, name)


def _claim_prefix(principal: Principal) -> str:
    if principal.kind is _K.SAML:
        return "saml"
    _, found, tail = principal.provider.partition(":oidc-provider/")
    return (tail if found else principal.provider.removeprefix("https://")).lower().rstrip("/")


def _claim(principal: Principal, key: str) -> Known:
    if principal.kind not in (_K.WEB_IDENTITY, _K.SAML):
        return UNKNOWN
    prefix, host = _claim_prefix(principal), claim_host(key)
    if not prefix or not host:
        return UNKNOWN
    if host.rstrip("/") != prefix:
        # A token holds the claims of its own issuer.
        return ABSENT
    name = key[len(host) + 1 :]
    if prefix == GITHUB_ISSUER and name not in GITHUB_KEYS:
        return ABSENT
    for claim, value in principal.claims.items():
        if claim.lower() == name:
            return (value,) if isinstance(value, str) else value or ABSENT
    return UNKNOWN
