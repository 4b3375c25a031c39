"""Match a principal with a ``Principal`` or ``NotPrincipal`` element, and say how precisely it matched.

Input: a principal element and a principal. Output: the forms in which it matched.
Not handled: which account a canonical user id belongs to; group principals, which AWS does not have.

A unique id (``AIDA…``, ``AROA…``) in a policy is what AWS shows once the named user or role was deleted. It matches
only a principal known by that very id, so a deleted one is dead trust, also when a new role took the old name.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from graph.decision import Atom, Truth
from graph.evaluate.aws.conditions import negate, not_understood
from graph.evaluate.aws.document import Effect, PrincipalElement
from graph.evaluate.aws.globs import escape
from graph.evaluate.aws.principals import Principal, PrincipalKind, arn_account

__all__ = ["PrincipalMatch", "names_account", "not_principal_truth", "principal_match", "principal_matches"]

_K = PrincipalKind
_ROLES: Final = frozenset({_K.ROLE, _K.ROLE_SESSION})
_FEDERATED: Final = frozenset({_K.WEB_IDENTITY, _K.SAML})
_OUTSIDE: Final = frozenset({_K.WEB_IDENTITY, _K.SAML, _K.ANONYMOUS, _K.SERVICE})
_ACCOUNT_DIGITS: Final = 12


class PrincipalMatch(StrEnum):
    """How a principal element names a principal; what follows from each form is in ``decision_table.toml``."""

    NONE = "none"
    WILDCARD = "wildcard"
    ACCOUNT = "account"
    """By its account id or the account's root ARN."""
    EXACT_USER = "exact_user"
    EXACT_ROLE = "exact_role"
    EXACT_SESSION = "exact_session"
    POSSIBLE_SESSION = "possible_session"
    """A session of the role is named; the role's holder may or may not be in it."""
    FEDERATED_ISSUER = "federated_issuer"
    """The user is named who made this federated-user session."""
    SERVICE = "service"
    FEDERATED = "federated"
    CANONICAL = "canonical"
    """A canonical user id, whose account is not known here."""
    NOT_PRINCIPAL = "not_principal"


_BEST: Final = (
    PrincipalMatch.EXACT_SESSION,
    PrincipalMatch.EXACT_USER,
    PrincipalMatch.SERVICE,
    PrincipalMatch.FEDERATED,
    PrincipalMatch.WILDCARD,
    PrincipalMatch.EXACT_ROLE,
    PrincipalMatch.FEDERATED_ISSUER,
    PrincipalMatch.ACCOUNT,
    PrincipalMatch.POSSIBLE_SESSION,
    PrincipalMatch.CANONICAL,
)


_IN_PERSON: Final = frozenset(
    {PrincipalMatch.EXACT_USER, PrincipalMatch.EXACT_SESSION, PrincipalMatch.SERVICE, PrincipalMatch.FEDERATED}
)


def names_account(entry: str) -> str:
    """Return the account that an ``AWS`` principal entry stands for as a whole; empty when it is something else."""
    if len(entry) == _ACCOUNT_DIGITS and entry.isascii() and entry.isdigit():
        return entry
    parts = entry.split(":")
    if len(parts) == 6 and parts[0] == "arn" and parts[2] == "iam" and parts[5] == "root":
        return parts[4]
    return ""


def principal_match(element: PrincipalElement, principal: Principal) -> PrincipalMatch:
    """Return the strongest form in which the entries of an element name a principal.

    Notes
    -----
    For ``NotPrincipal`` too, this tells how the *listed* entries name the principal.
    """
    found = principal_matches(element, principal)
    return next((form for form in _BEST if form in found), PrincipalMatch.NONE)


def principal_matches(element: PrincipalElement, principal: Principal) -> dict[PrincipalMatch, Atom | None]:
    """Return every form in which an element names a principal.

    Returns
    -------
    dict
        Keyed by form; the value is the atom on which the match hangs, ``None`` when it is certain.
    """
    found: dict[PrincipalMatch, Atom | None] = {}
    if element.anyone or "*" in element.aws:
        found[PrincipalMatch.WILDCARD] = None
    if principal.kind is _K.SERVICE:
        if principal.arn.lower() in (service.lower() for service in element.service):
            found[PrincipalMatch.SERVICE] = None
        return found
    if principal.kind in _FEDERATED:
        if any(_same_provider(entry, principal.provider) for entry in element.federated):
            found[PrincipalMatch.FEDERATED] = None
        return found
    if principal.kind is _K.ANONYMOUS:
        return found
    for entry in element.aws:
        form, atom = _entry(entry, principal)
        if form is not PrincipalMatch.NONE:
            found[form] = _either(found.get(form, atom), atom)
    if element.canonical:
        found[PrincipalMatch.CANONICAL] = not_understood("principal", "CanonicalUser", *element.canonical)
    return found


def _either(first: Atom | None, second: Atom | None) -> Atom | None:
    """Return the atom that holds when one of two does; both are of one form, hence of one key and operator."""
    if first is None or second is None:
        return None
    return Atom(first.key, first.operator, tuple(sorted({*first.values, *second.values})))


def _same_provider(entry: str, provider: str) -> bool:
    """Compare provider ARNs, or a built-in provider (``accounts.google.com``) with the host of a token."""
    if entry == provider:
        return True
    if not provider or provider.startswith("arn:"):
        return False
    host = provider.removeprefix("https://").rstrip("/")
    # Some issuers end with a slash, and so do their providers and keys (https://sts.windows.net/<tenant>/).
    return host in (entry, entry.partition(":oidc-provider/")[2].rstrip("/"))


def _entry(entry: str, principal: Principal) -> tuple[PrincipalMatch, Atom | None]:
    kind = principal.kind
    account = names_account(entry)
    if account:
        return (PrincipalMatch.ACCOUNT if account == principal.account else PrincipalMatch.NONE), None
    if kind is _K.FEDERATED_USER:
        if entry == (principal.session_arn or principal.arn):
            return PrincipalMatch.EXACT_SESSION, None
        issued = ":user/" in principal.arn and entry == principal.arn
        return (PrincipalMatch.FEDERATED_ISSUER if issued else PrincipalMatch.NONE), None
    named = entry in (principal.arn, principal.unique_id) and bool(entry)
    if kind is _K.USER:
        return (PrincipalMatch.EXACT_USER if named else PrincipalMatch.NONE), None
    if kind not in _ROLES:
        return PrincipalMatch.NONE, None
    if named:
        return PrincipalMatch.EXACT_ROLE, None
    if kind is _K.ROLE_SESSION and principal.session_arn:
        return (PrincipalMatch.EXACT_SESSION if entry == principal.session_arn else PrincipalMatch.NONE), None
    return _possible_session(entry, principal)


def _possible_session(entry: str, principal: Principal) -> tuple[PrincipalMatch, Atom | None]:
    head, _, session = entry.rpartition("/")
    parts = head.split(":")
    if session and parts[2:] == ["sts", "", principal.account, f"assumed-role/{principal.friendly_name}"]:
        return PrincipalMatch.POSSIBLE_SESSION, Atom("aws:userid", "StringLike", (f"*:{escape(session)}",))
    return PrincipalMatch.NONE, None


def not_principal_truth(
    element: PrincipalElement, principal: Principal, effect: Effect, bounded: bool
) -> tuple[Truth, Atom | None]:
    """Tell whether a ``NotPrincipal`` statement applies to a principal.

    Parameters
    ----------
    element
        The element; its entries are the exceptions.
    principal
        The caller.
    effect
        Effect of the statement. AWS does not support ``Allow`` here: nothing for whoever is listed in person, and never
        better than unknown for all others.
    bounded
        Whether the user or role has a permissions boundary: then a deny always applies, as AWS documents.

    Notes
    -----
    AWS asks to list the account of an excepted principal too, and for a session its role, and says that otherwise the
    deny *may* apply: unknown. Its examples list a principal and its account, and say that all others are denied: an
    account that is listed beside some of its principals does not except the rest of them.
    """
    found = principal_matches(element, principal)
    unclear = not_understood("principal", "NotPrincipal", *element.aws, *element.service, *element.federated)
    if PrincipalMatch.WILDCARD in found:
        return Truth.FALSE, None
    if effect is Effect.ALLOW:
        return (Truth.FALSE, None) if _named_in_person(found, principal) else (Truth.UNKNOWN, unclear)
    if bounded and principal.kind in (_K.USER, *_ROLES):
        return Truth.TRUE, None
    if not found or _left_out(element, principal, found):
        return Truth.TRUE, None
    needed = needed_exceptions(principal)
    if principal.kind in _OUTSIDE or needed <= found.keys():
        return Truth.FALSE, None
    session = found.get(PrincipalMatch.POSSIBLE_SESSION)
    if session is not None and needed - {PrincipalMatch.EXACT_SESSION} <= found.keys():
        # Spared under the session names that are listed.
        return Truth.UNKNOWN, negate(session)
    return Truth.UNKNOWN, unclear


def _named_in_person(found: Mapping[PrincipalMatch, Atom | None], principal: Principal) -> bool:
    """Tell whether the caller itself is listed, not only its account or its role."""
    if principal.kind is _K.ROOT:
        return PrincipalMatch.ACCOUNT in found
    return not _IN_PERSON.isdisjoint(found)


def _left_out(element: PrincipalElement, principal: Principal, found: Mapping[PrincipalMatch, Atom | None]) -> bool:
    """Tell whether others of the caller's account, or other sessions of its role, are listed and the caller is not."""
    if principal.kind not in (_K.USER, _K.FEDERATED_USER, *_ROLES):
        return False
    if found.keys() == {PrincipalMatch.ACCOUNT}:
        return any(_of_account(entry, principal.account) for entry in element.aws)
    if found.keys() == {PrincipalMatch.ACCOUNT, PrincipalMatch.EXACT_ROLE} and principal.session_arn:
        role = principal.session_arn.rpartition("/")[0]
        return any(entry.rpartition("/")[0] == role for entry in element.aws)
    return False


def _of_account(entry: str, account: str) -> bool:
    """Tell whether an entry names one principal of an account."""
    return not names_account(entry) and arn_account(entry) == account != ""


def needed_exceptions(principal: Principal) -> set[PrincipalMatch]:
    """Return the forms in which AWS wants a principal listed to be surely excepted."""
    needed = {PrincipalMatch.ACCOUNT}
    if principal.kind is _K.USER:
        needed.add(PrincipalMatch.EXACT_USER)
    elif principal.kind is _K.FEDERATED_USER:
        needed.add(PrincipalMatch.EXACT_SESSION)
    elif principal.kind in _ROLES:
        needed |= {PrincipalMatch.EXACT_ROLE, PrincipalMatch.EXACT_SESSION}
    return needed
