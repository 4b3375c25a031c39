"""What a stored secret says of the credential that it holds: ids, hints and names in its name, description and tags.

Input: the node of a stored secret, the index of credentials. Output: ``Claim`` rows and the ``Keeper``.
Handled: key ids anywhere; app ids and object ids under a tag or a word that says so; names of applications inside the
secret's name when the words around it say that it is an application's credential. A tag that says who made, owns or
uses the secret tells nothing of what it holds.
Not handled: values; names of AWS users, which are too often those of systems; free text beside ids.
Errs towards silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from collectors.evidence.times import parse_time
from graph.joints.credentials import GUID, KEY_ID, Credentials, words
from graph.joints.resolve import Claim, Keeper, Rank
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["claims_of", "is_stored_secret", "keeper_of", "named_applications"]

_ABOUT_OTHERS = re.compile(
    r"creat|modif|updat|owner|contact|team|manage|by$|user$|usedby|consum|reader|request|approv|rotat"
    r"|parent|source|cost|allow|grant|permit|trust|audience|previous|former|old|access(?!key)"
)
"""A tag key (letters and digits alone) that says who has to do with the secret, and not what is in it."""
_APP_ID = re.compile(r"(app|application|client)(registration)?id$")
_ENTRA_APP_ID = re.compile(r"(entra|aad|azuread|azure|arm)\w*(app|application|client)(registration)?id$")
_OBJECT_ID = re.compile(r"(app|application|client|object|principal|serviceprincipal|sp|identity)(object)?id$")
_TENANT = re.compile(r"(tenant|directory)(id)?$")
_HINT = re.compile(r"(secret|credential|password|value)?hint$")
_NAMES_AN_IDENTITY = re.compile(
    r"^(entra|aad|azuread|azure|ms)?(serviceprincipal|spn|identity|appregistration|credentialof)(name)?$"
    r"|^(entra|aad|azuread)(app|application|client)(name)?$"
)
_SAYS_APP_ID = re.compile(r"\b(?:app(?:lication)?|client)[ _-]?id\b\W{0,3}$", re.IGNORECASE)
_NOT_THIS_ONE = re.compile(
    r"\b(?:by|from|replac\w*|instead|previous\w*|former\w*|old|was|not|allow\w*|grant\w*|owner)\b[^.;\n]{0,20}$",
    re.IGNORECASE,
)
"""Words before an id in free text after which it is another's, or an earlier one."""
_OF_DIRECTORY = frozenset({"entra", "entraid", "aad", "azuread", "spn", "serviceprincipal"})
_PAIRS = (("client", "secret"), ("app", "secret"), ("client", "credential"), ("client", "credentials"))
_JOINED = frozenset({"clientsecret", "appsecret", "clientcredential", "clientcredentials", "clientcertificate"})
_CERTIFICATE = frozenset({"certificate", "cert", "pfx", "pkcs12", "pem"})


def is_stored_secret(node: Node) -> bool:
    """Return whether a node is a secret of Secrets Manager or a key vault, or an encrypted parameter."""
    if node.kind is NodeKind.SSM_PARAMETER:
        return bool(node.attributes.get("secret"))
    return node.kind in (NodeKind.SECRET, NodeKind.AZURE_KEY_VAULT_SECRET)


def _tags(node: Node) -> Mapping[str, str]:
    return node.attributes.get("tags") or {}


def _plain(key: str) -> str:
    return "".join(words(key))


def _description(node: Node) -> str:
    settings = node.attributes.get("settings") or {}
    return str(node.attributes.get("description") or settings.get("Description") or "")


def keeper_of(node: Node) -> Keeper:
    """Return what is known of a stored secret."""
    facts = node.attributes
    tags = {_plain(key): str(value) for key, value in _tags(node).items()}
    tenants = {value.strip().lower() for key, value in tags.items() if _TENANT.search(key) and GUID.fullmatch(value)}
    hint = next((value for key, value in tags.items() if _HINT.search(key)), "").rstrip("….*")
    return Keeper(
        node.id,
        _written(facts),
        tenants.pop() if len(tenants) == 1 else "",
        _kind(node),
        hint if len(hint) == 3 else "",
    )


def _written(facts: Mapping[str, object]) -> datetime | None:
    times = [parse_time(facts.get(name)) for name in ("last_changed_at", "updated_at", "created_at")]
    return max((each for each in times if each), default=None)


def _kind(node: Node) -> str:
    said = words(f"{node.name} {node.attributes.get('content_type', '')}")
    if _CERTIFICATE & set(said):
        return "certificate"
    return "client_secret" if _says_client_secret(said) else ""


def _says_client_secret(said: tuple[str, ...]) -> bool:
    return bool(_JOINED & set(said)) or any(pair in _PAIRS for pair in pairwise(said))


def claims_of(node: Node, known: Credentials) -> Iterator[Claim]:
    """Yield what a stored secret's own metadata says, in no order."""
    for key, value in sorted(_tags(node).items()):
        if not _ABOUT_OTHERS.search(_plain(key)):
            yield from _of_tag(node, key, str(value), known)
    yield from _of_text(node, "name", node.name, known)
    yield from _of_text(node, "description", _description(node), known)
    yield from _of_name(node, known)


def named_applications(node: Node) -> Iterator[str]:
    """Yield app ids under tags that say that they are of Entra, whether or not the application was collected."""
    for key, value in sorted(_tags(node).items()):
        plain = _plain(key)
        if GUID.fullmatch(str(value).strip()) and _ENTRA_APP_ID.search(plain) and not _ABOUT_OTHERS.search(plain):
            yield str(value).strip().lower()


def _ids(text: str, where: str, known: Credentials, evidence: str) -> Iterator[Claim]:
    """Yield the credentials whose public ids stand in a text."""
    for found in (*GUID.finditer(text), *KEY_ID.finditer(text)):
        for held in known.with_id(found.group()) if not _NOT_THIS_ONE.search(text[: found.start()]) else ():
            yield Claim(Rank.ID, f"{where} has its id", held.node, held.identity, evidence)


def _of_tag(node: Node, key: str, value: str, known: Credentials) -> Iterator[Claim]:
    plain, where = _plain(key), f"tag {key}"
    yield from _ids(value, where, known, node.evidence)
    if _HINT.search(plain):
        for held in known.with_hint(value.rstrip("….*")):
            keeper = keeper_of(node)
            if _stored_when_made(keeper.written_at, held.starts_at):
                why = f"{where} has its first characters, and it was made when the secret was written"
                yield Claim(Rank.HINT, why, held.node, held.identity, node.evidence)
    if GUID.fullmatch(value.strip()):
        named = _APP_ID.search(plain) or _OBJECT_ID.search(plain)
        for identity in known.identities(value.strip()):
            rank = Rank.ID if named else Rank.TAG
            yield Claim(rank, f"{where} names its identity", identity=identity, evidence=node.evidence)
    elif _NAMES_AN_IDENTITY.search(plain):
        for identity, around in known.named_in(words(value)):
            if not around:
                yield Claim(Rank.TAG, f"{where} has the name of its identity", "", identity, node.evidence)


def _stored_when_made(written_at: datetime | None, starts_at: datetime | None) -> bool:
    return bool(written_at and starts_at) and abs((written_at - starts_at).total_seconds()) <= 2 * 86_400  # type: ignore[operator]  # both are there


def _of_text(node: Node, where: str, text: str, known: Credentials) -> Iterator[Claim]:
    yield from _ids(text, where, known, node.evidence)
    for found in GUID.finditer(text):
        before = text[: found.start()]
        told = _SAYS_APP_ID.search(before) or _says_client_secret(words(text))
        for identity in known.identities(found.group()) if told and not _NOT_THIS_ONE.search(before) else ():
            yield Claim(Rank.ID, f"{where} has its app id", identity=identity, evidence=node.evidence)


def _of_name(node: Node, known: Credentials) -> Iterator[Claim]:
    """Yield the applications that the secret's name names, beside words that say what it is."""
    beside = words(f"{node.attributes.get('content_type', '')} {_description(node)}")
    for identity, around in known.named_in(words(node.name)):
        if _OF_DIRECTORY & {*around, *beside} or _says_client_secret(around) or _says_client_secret(beside):
            yield Claim(Rank.NAME, "its name has the application's", identity=identity, evidence=node.evidence)
