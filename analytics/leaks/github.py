"""Tokens of GitHub: kind, checksum, the digest that its audit log names, the app of an installation token.

Input: a token. Output: a match.
Handled: personal (classic and fine-grained), OAuth, app user, refresh and installation tokens, old and new form.
Not handled: which repositories a token reaches unless the inventory knows its digest.

References
----------
https://docs.github.com/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/identifying-audit-log-events-performed-by-an-access-token
https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats (read 2026-11)
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import replace

from analytics.leaks.lookup import Lookup
from analytics.leaks.match import Alternative, LeakMatch

__all__ = ["DIGEST", "checksum_fits", "github_token", "hashed_token"]

DIGEST = "github hashed_token"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_KINDS = {
    "ghp_": "GitHub personal access token (classic)",
    "gho_": "GitHub OAuth access token",
    "ghu_": "GitHub App user access token",
    "ghr_": "GitHub App refresh token",
    "ghs_": "GitHub App installation token",
}
_CLASSIC = re.compile(r"gh[pours]_([A-Za-z0-9]{30})([A-Za-z0-9]{6})")
_STATELESS = re.compile(r"ghs_(\d+)_eyJ[\w-]+\.[\w-]+\.[\w-]+")


def checksum_fits(token: str) -> bool | None:
    """Return whether a token's last six characters are the checksum of the rest; ``None`` where it has none.

    Notes
    -----
    CRC-32 of the thirty characters after the prefix, in base 62, padded on the left with zeros.
    """
    found = _CLASSIC.fullmatch(token)
    if found is None:
        return None
    number, digits = zlib.crc32(found.group(1).encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits.rjust(6, "0") == found.group(2)


def hashed_token(token: str) -> str:
    """Return the digest by which GitHub's audit log names a token: base64 of SHA-256."""
    return base64.b64encode(hashlib.sha256(token.encode()).digest()).decode()


def github_token(lookup: Lookup, token: str) -> LeakMatch:
    """Return what a token tells, and whose it is where the inventory knows its digest or its app."""
    fine = token.startswith("github_pat_")
    prefix = "github_pat_" if fine else token[:4]
    kind = "GitHub personal access token (fine-grained)" if fine else _KINDS[prefix]
    checksum, digest = checksum_fits(token), hashed_token(token)
    match = LeakMatch(
        public_id=f"{prefix}…", kind=kind, system="github", checksum=checksum, digests={DIGEST: digest}
    )  # fmt: skip
    if checksum is False:
        return replace(
            match,
            digests={},
            note="Its checksum does not fit: GitHub gave out no such token. It is mistyped, cut, masked or made up.",
        )
    if known := _by_digest(lookup, digest, match):
        return known
    if stateless := _STATELESS.fullmatch(token):
        return _of_app(lookup, match, stateless.group(1))
    note = (
        "No source of this kind was collected."
        if "github" not in lookup.sources
        else "No token that was collected has its digest."
    )
    return replace(match, note=f"{note} The organization's audit log names it by its digest, hashed_token.")


def _by_digest(lookup: Lookup, digest: str, match: LeakMatch) -> LeakMatch | None:
    snapshot = lookup.snapshot
    rows = lookup.credentials_named(digest) or snapshot.credentials_with_fingerprint(digest)
    if len(rows) == 1:
        row = rows[0]
        return replace(match, identity=row.identity, credential=row.node, matched_by="digest", active=row.active,
                       expires_at=row.expires_at, who=row.node)  # fmt: skip
    if not rows:
        return None
    alternatives = tuple(
        Alternative(row.node, row.identity, "it has this digest", row.active, row.created_at, row.expires_at)
        for row in rows
    )
    candidates = tuple(dict.fromkeys(row.identity for row in rows))
    return replace(match, matched_by="digest", alternatives=alternatives, candidates=candidates)


def _of_app(lookup: Lookup, match: LeakMatch, app: str) -> LeakMatch:
    match = replace(match, public_id=f"ghs_{app}_…")
    found = [
        node
        for node in lookup.named(app)
        if node.source == "github" and str(node.attributes.get("app_id") or "") == app
    ]
    if len(found) == 1:
        note = f"It is of an installation of app {app}; which one the token does not say. It lives one hour at most."
        return replace(match, identity=found[0].id, matched_by="key text", note=note, who=found[0].id)
    lacking = (
        "No source of this kind was collected." if "github" not in lookup.sources else "That app was not collected."
    )
    return replace(match, note=f"It is of GitHub App {app}. {lacking} It lives one hour at most.")
