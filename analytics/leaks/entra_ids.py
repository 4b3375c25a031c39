"""GUIDs of Entra and Azure, certificate thumbprints and certificates: public ids that name a credential or identity.

Input: an id, or a certificate as PEM. Output: matches.
Handled: key ids of secrets and certificates; app and object ids; tenants and subscriptions; one certificate that is
registered at several applications.
Not handled: the private key, from which no id is computed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence

from analytics.leaks.entra_secret import in_time
from analytics.leaks.lookup import Lookup, thumbprint_of
from analytics.leaks.match import Alternative, LeakMatch
from graph.kinds import Category, NodeKind, category_of
from graph.model import Credential, Node

__all__ = ["certificate", "guid", "thumbprint"]

_WORDS = {
    NodeKind.ENTRA_APPLICATION: "Entra application",
    NodeKind.ENTRA_BLUEPRINT: "Entra agent identity blueprint",
    NodeKind.ENTRA_BLUEPRINT_PRINCIPAL: "Entra agent identity blueprint principal",
    NodeKind.ENTRA_SERVICE_PRINCIPAL: "Entra service principal",
    NodeKind.ENTRA_MICROSOFT_PRINCIPAL: "Entra service principal of Microsoft's own",
    NodeKind.ENTRA_MANAGED_IDENTITY: "Entra managed identity",
    NodeKind.ENTRA_AGENT_IDENTITY: "Entra agent identity",
    NodeKind.ENTRA_AGENT_USER: "Entra agent user",
    NodeKind.ENTRA_USER: "Entra user",
    NodeKind.ENTRA_GROUP: "Entra group",
    NodeKind.ENTRA_TENANT: "Entra tenant",
    NodeKind.AZURE_SUBSCRIPTION: "Azure subscription",
}
_PUBLIC = "An id opens nothing by itself; what is told is what a credential of it would open."
_SIGNS = "It signs the tokens that the application gives out; it does not prove the application."
_WHOLE = "A certificate is public; whoever has its private key proves what is told here."


def guid(lookup: Lookup, value: str, alone: bool) -> LeakMatch | None:
    """Return what a GUID is; ``None`` when the inventory lacks it and the input holds other text as well."""
    value = value.lower()
    rows = lookup.credentials_named(value)
    if rows:
        return _credentials(lookup, value, rows, "exact id", "It is the key id of this credential, which is no secret.")
    nodes = [node for node in lookup.named(value) if node.source in ("entra", "azure")]
    if nodes:
        return _object(lookup, value, nodes)
    if not alone:
        return None
    return LeakMatch(
        public_id=value,
        kind="GUID",
        system="entra",
        note=(
            "No tenant was collected."
            if not lookup.sources & {"entra", "azure"}
            else "No key, application, directory object, tenant or subscription that was collected has this id."
        ),
    )


def _object(lookup: Lookup, value: str, nodes: Sequence[Node]) -> LeakMatch:
    acting = [node for node in nodes if category_of(node.kind) not in (Category.SCOPE, Category.RESOURCE)]
    if len(acting) > 1:
        return LeakMatch(
            public_id=value, kind="GUID", system="entra", matched_by="exact id",
            candidates=tuple(each.id for each in acting), note="Several things bear this id.",
        )  # fmt: skip
    # The root management group bears the id of its tenant.
    scopes = sorted(nodes, key=lambda each: each.kind is not NodeKind.ENTRA_TENANT)
    node = acting[0] if acting else scopes[0]
    kind = _WORDS.get(node.kind, node.kind.value)
    if not acting:
        return LeakMatch(
            public_id=value, kind=kind, system=node.source, account=node.scope, account_source="inventory",
            resource=node.id, matched_by="exact id", note="It names a scope and opens nothing.",
        )  # fmt: skip
    acts = str(node.attributes.get("service_principal") or "") or node.id
    return LeakMatch(
        public_id=value,
        kind=kind,
        system=node.source,
        account=node.scope,
        account_source="inventory",
        identity=acts,
        matched_by="exact id",
        active=node.attributes.get("active"),
        note=_PUBLIC,
        who=acts,
    )


def thumbprint(lookup: Lookup, value: str, alone: bool) -> LeakMatch | None:
    """Return which certificate a thumbprint names; ``None`` when none and the input holds other text as well."""
    digest = thumbprint_of(value)
    if not digest:
        return None
    nodes = lookup.certificates.get(digest, ())
    if not nodes and not alone:
        return None
    return _certificate(lookup, digest, nodes, "")


def certificate(lookup: Lookup, pem: str) -> LeakMatch | None:
    """Return which credential a certificate is; ``None`` when the text is no certificate."""
    body = (
        pem.partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END")[0].replace("\\r", "").replace("\\n", "")
    )
    try:
        data = base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if data[:1] != b"\x30":
        return None
    # Thumbprints are SHA-1 because the vendor's are; nothing here relies on its being hard to forge.
    sha1, sha256 = hashlib.sha1(data, usedforsecurity=False).hexdigest(), hashlib.sha256(data).hexdigest()
    nodes = lookup.certificates.get(sha1) or lookup.certificates.get(sha256, ())
    return _certificate(lookup, sha1, nodes, _WHOLE)


def _certificate(lookup: Lookup, digest: str, nodes: Sequence[Node], note: str) -> LeakMatch:
    shown = digest.upper()
    rows = [row for node in nodes if (row := lookup.snapshot.credential(node.id)) is not None]
    if rows:
        return _credentials(lookup, shown, rows, "thumbprint", note)
    return LeakMatch(
        public_id=shown,
        kind="certificate thumbprint",
        system="entra",
        note=(
            "No tenant was collected."
            if "entra" not in lookup.sources
            else "No certificate that was collected has this thumbprint."
        ),
    )


def _credentials(lookup: Lookup, shown: str, rows: Sequence[Credential], how: str, note: str) -> LeakMatch:
    word = {"client_secret": "Entra client secret", "certificate": "Entra certificate"}
    kind = word.get(rows[0].kind, rows[0].kind.replace("_", " "))
    if len(rows) == 1:
        row = rows[0]
        node, identity = lookup.node(row.node), lookup.node(row.identity)
        signs = node is not None and str(node.attributes.get("usage") or "").lower() == "sign"
        notes = (note, _SIGNS if signs else in_time(row))
        return LeakMatch(
            public_id=shown,
            kind=kind,
            system=node.source if node else "entra",
            account=identity.scope if identity else "",
            account_source="inventory" if identity else "",
            identity=row.identity,
            credential=row.node,
            matched_by=how,
            active=row.active,
            expires_at=row.expires_at,
            note=" ".join(filter(None, notes)),
            who=row.node,
        )
    alternatives = tuple(
        Alternative(row.node, row.identity, f"it has this {how.replace('exact ', '')}; {in_time(row)}", row.active,
                    row.created_at, row.expires_at)
        for row in sorted(rows, key=lambda each: (not each.active, each.node))
    )  # fmt: skip
    return LeakMatch(
        public_id=shown,
        kind=kind,
        system="entra",
        matched_by=how,
        candidates=tuple(dict.fromkeys(each.identity for each in alternatives)),
        alternatives=alternatives,
        note=f"{note} It is registered in {len(rows)} places and proves each of them.".strip(),
    )
