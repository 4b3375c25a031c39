"""JSON Web Tokens: whose they are by what they say, never by their signature, which nobody checks here.

Input: a token and the time of asking. Output: a match.
Handled: access and id tokens of Entra, application-only, delegated, and of managed identities; client assertions that
an application signs itself; tokens of any issuer that a trust of the inventory names (GitHub Actions, Kubernetes …).
Errs towards: nothing proven. A delegated token does what its user may within its scopes, which no path tells, so no
radius is told of one.

References
----------
https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (oid, appid, azp, idtyp, tid, roles)
https://learn.microsoft.com/entra/identity-platform/certificate-credentials (iss, sub, x5t; all read 2026-11)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from analytics.errors import AmbiguousSubjectError, UnknownSubjectError
from analytics.leaks.jwt import Claims, read_claims
from analytics.leaks.lookup import Lookup, thumbprint_of
from analytics.leaks.match import LeakMatch
from analytics.subjects import asked_claims, resolve_subject
from graph.evaluate.entra.federation import issuer_name
from graph.evaluate.entra.ids import node_of
from graph.model import Node

__all__ = ["token"]

_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ENTRA = re.compile(
    rf"https://(?:sts\.windows\.net|login\.microsoftonline\.(?:com|us)|(?:sts|login)\.(?:partner\.microsoftonline|"
    rf"chinacloudapi)\.cn)/({_GUID})(?:/v2\.0)?/?",
    re.IGNORECASE,
)
_TOKEN_ENDPOINT = re.compile(
    rf"https://login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn|chinacloudapi\.cn)/({_GUID})(?:/|$)",
    re.IGNORECASE,
)
_UNCHECKED = "Its signature was not checked."
_UPPER = "It opens its audience alone; what is told is what the identity reaches with tokens for every audience."
_DELEGATED = (
    "A delegated token: it does what this user may, within its scopes and at its audience alone. How much of the "
    "user's reach that is no path tells; `nhi blast-radius` of the user is the upper bound."
)
_ID_TOKEN = "An id token: it tells a client who signed in and opens nothing by itself."
_ASSERTION = (
    "A client assertion: whoever has it gets tokens of this application until it ends; whoever has the private key "
    "that signed it makes more of them."
)


@dataclass(frozen=True, slots=True)
class _Told:
    """What every token tells of itself."""

    claims: Claims
    active: bool | None
    expires_at: str
    note: str

    def match(self, kind: str, system: str) -> LeakMatch:
        subject = self.claims.text("sub") or self.claims.text("oid")
        return LeakMatch(
            public_id=f"token of {subject}" if subject else "token without subject",
            kind=kind,
            system=system,
            active=self.active,
            expires_at=self.expires_at,
            note=self.note,
            shown_claims=self.claims.shown(),
        )


def token(lookup: Lookup, text: str, at: datetime) -> LeakMatch:
    """Return whose a token is."""
    claims = read_claims(text)
    if claims is None:
        return LeakMatch(public_id="eyJ…", kind="JSON Web Token", system="", note="Its claims cannot be read.")
    told = _told(claims, at)
    issuer = claims.text("iss")
    if found := _ENTRA.fullmatch(issuer):
        return _entra(lookup, told, found.group(1).lower())
    audience = next((each for each in map(_TOKEN_ENDPOINT.match, claims.texts("aud")) if each), None)
    if audience and re.fullmatch(_GUID, issuer.lower()) and issuer == claims.text("sub"):
        return _assertion(lookup, told, audience.group(1).lower())
    return _federated(lookup, told, issuer)


def _told(claims: Claims, at: datetime) -> _Told:
    end, start = claims.time("exp"), claims.time("nbf")
    expires_at = f"{end:%Y-%m-%dT%H:%M:%SZ}" if end else ""
    if end is None:
        return _Told(claims, None, "", f"It says no end. {_UNCHECKED}")
    if end <= at:
        note = f"It ended at {expires_at} and cannot be used now; sessions that were taken with it may live on."
        return _Told(claims, False, expires_at, f"{note} {_UNCHECKED}")
    if start is not None and start > at:
        return _Told(claims, False, expires_at, f"It is not valid before {start:%Y-%m-%dT%H:%M:%SZ}. {_UNCHECKED}")
    return _Told(claims, True, expires_at, f"It ends at {expires_at}. {_UNCHECKED}")


def _entra(lookup: Lookup, told: _Told, issuer_tenant: str) -> LeakMatch:
    claims = told.claims
    kind = _entra_kind(claims)
    match = replace(told.match(kind, "entra"), account=issuer_tenant, account_source="token claims")
    said = claims.text("tid").lower()
    if said and said != issuer_tenant:
        return _noted(
            match, f"Its issuer is of tenant {issuer_tenant}, but it says tenant {said}: no such token is given."
        )
    if unknown := _elsewhere(lookup, issuer_tenant):
        return _noted(match, unknown)
    node = lookup.node(node_of(claims.text("oid").lower()))
    if node is None:
        named = _by_resource(lookup, claims)
        words = "No directory object that was collected has its object id; it is newer, or was removed."
        if named is None:
            return _noted(match, words)
        if claims.text("oid"):
            words = f"{words} The resource that it names has identity {named.name} here, with another object id."
            return _noted(replace(match, candidates=(named.id,)), words)
        node = named
    doubt = _contradiction(claims, node)
    if doubt:
        return _noted(replace(match, candidates=(node.id,)), doubt)
    match = replace(match, identity=node.id, matched_by="token claims")
    if not lookup.tenants_known:
        match = _noted(match, "The evidence does not say which tenant it is of, so the tenant was not compared.")
    if kind.endswith("id token"):
        return _noted(match, _ID_TOKEN)
    if kind.endswith("delegated access token"):
        return _noted(match, _DELEGATED)
    return replace(_noted(match, _UPPER), who=node.id)


def _entra_kind(claims: Claims) -> str:
    if not claims.text("appid") and not claims.text("azp"):
        return "Entra id token"
    if claims.text("idtyp") == "app":
        app = True
    elif claims.text("idtyp") == "user" or claims.text("scp"):
        app = False
    else:
        # Without the optional claim an application's own token has itself as subject.
        app = bool(claims.text("oid")) and claims.text("oid") == claims.text("sub")
    if not app:
        return "Entra delegated access token"
    return "managed identity access token" if claims.text("xms_mirid") else "Entra application access token"


def _elsewhere(lookup: Lookup, tenant: str) -> str:
    """Return why a token of a tenant says nothing of the inventory; ``""`` when it does."""
    if not lookup.tenants:
        return "No tenant was collected."
    if tenant in lookup.tenants or not lookup.tenants_known:
        return ""
    return f"It is of tenant {tenant}, which was not collected; an identity of the same app id here is another one."


def _by_resource(lookup: Lookup, claims: Claims) -> Node | None:
    """Return the managed identity that a token names by its resource."""
    wanted = "/" + claims.text("xms_mirid").strip("/").lower()
    if wanted == "/":
        return None
    found = [node for node in lookup.named(wanted) if node.source == "entra"]
    return found[0] if len(found) == 1 else None


def _contradiction(claims: Claims, node: Node) -> str:
    app = (claims.text("appid") or claims.text("azp")).lower()
    known = str(node.attributes.get("app_id") or "").lower()
    own = claims.text("idtyp") == "app" or claims.text("oid") == claims.text("sub")
    if own and app and known and app != known:
        return f"Its object id is {node.name}, whose app id is {known}, but it says app id {app}."
    resource = claims.text("xms_mirid").strip("/").lower()
    here = str(node.attributes.get("azure_resource") or "").strip("/").lower()
    if resource and here and resource != here:
        return f"Its object id is {node.name} of /{here}, but it says resource /{resource}."
    return ""


def _assertion(lookup: Lookup, told: _Told, tenant: str) -> LeakMatch:
    claims = told.claims
    match = replace(told.match("Entra client assertion", "entra"), account=tenant, account_source="token claims")
    if unknown := _elsewhere(lookup, tenant):
        return _noted(match, unknown)
    app = claims.text("iss").lower()
    nodes = [node for node in lookup.named(app) if node.source == "entra"]
    if len(nodes) != 1:
        return _noted(match, f"No application that was collected has app id {app}.")
    header = claims.header.get("x5t") or claims.header.get("x5t#S256") or ""
    digest = thumbprint_of(header) if isinstance(header, str) else ""
    keys = [each for each in lookup.certificates.get(digest, ()) if each.attributes.get("identity") == nodes[0].id]
    if len(keys) == 1:
        row = lookup.snapshot.credential(keys[0].id)
        usable = match.active is not False and row is not None and row.active
        note = _ASSERTION if usable else f"{_ASSERTION} The certificate that signed it was not valid by the evidence."
        return replace(
            _noted(match, note), identity=nodes[0].id, credential=keys[0].id, matched_by="thumbprint", who=keys[0].id
        )
    note = f"{_ASSERTION} The certificate that signed it is none that was collected of this application."
    return replace(_noted(match, note), identity=nodes[0].id, matched_by="token claims")


def _federated(lookup: Lookup, told: _Told, issuer: str) -> LeakMatch:
    name, subject = issuer_name(issuer), told.claims.text("sub")
    github = name == "token.actions.githubusercontent.com" or name.startswith("token.actions.githubusercontent.com/")
    kind = "GitHub Actions OIDC token" if github else "OIDC token"
    match = told.match(kind, "github" if github else "oidc")
    if not name or not subject:
        return _noted(match, "It names no issuer, or no subject.")
    who = f"oidc://{name}/{subject}"
    asked = {key.partition(f"{name.lower()}:")[2] for key in asked_claims(lookup.snapshot, name)}
    claims = told.claims.presented(asked)
    try:
        found = resolve_subject(lookup.snapshot, who, claims=claims)
    except (UnknownSubjectError, AmbiguousSubjectError):
        return _noted(match, f"No trust that was collected accepts tokens of issuer {name}.")
    # A subject that no trust names by itself is no node, and may be accepted by a pattern all the same.
    node = lookup.snapshot.find_id(found.id)
    match = replace(match, identity="" if node is None else found.id, matched_by="token claims")
    note = "What is told is what its subject and claims open where they are accepted, by each trust's own conditions."
    return replace(_noted(match, note), who=who, claims=claims)


def _noted(match: LeakMatch, note: str) -> LeakMatch:
    return replace(match, note=f"{note} {match.note}".strip())
