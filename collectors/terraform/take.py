"""Take one secret value out of a state: what stays is its kind, a keyed fingerprint, and ids that are public anyhow.

Input: a value under an attribute that is a secret. Output: what stands in its place; of a text that holds JSON, and of
a map, also each field by itself, since a credential is often one field of a stored secret.
Handled: names of fields stay where they are made of everyday words alone, since a name could be a secret itself; a
value that is nothing but an id that stands openly elsewhere in the file keeps it as a hint; the text inside base64 of
a key file of Google.
Not handled: parts of a text that is no JSON. Every fingerprint is of the value without blanks around it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from collectors.evidence.redact import Redaction, Redactor, is_redacted
from collectors.interface import EvidenceRef

__all__ = ["FIELDS", "Taker"]

FIELDS = "_fields"
"""What the name of an attribute gets behind it for the fields of its text, and ``_decoded`` for decoded text."""
_MOST_FIELDS, _DEEPEST = 200, 6
_EVERYDAY = frozenset(
    {
        *("access", "account", "active", "app", "application", "arm", "auth", "aws", "azure", "certificate", "client"),
        *(
            "credential",
            "credentials",
            "database",
            "db",
            "directory",
            "email",
            "endpoint",
            "google",
            "host",
            "id",
            "key",
        ),
        *("kid", "name", "object", "password", "port", "principal", "private", "project", "pwd", "region", "secret"),
        *(
            "service",
            "sp",
            "string",
            "subscription",
            "tenant",
            "tls",
            "token",
            "type",
            "uri",
            "url",
            "user",
            "username",
        ),
        "value",
    }
)
_WORD_END = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


class Taker:
    """Takes secrets out of one document.

    Parameters
    ----------
    redactor
        Knows the workspace's key.
    public
        Ids that stand openly in the document.
    """

    def __init__(self, redactor: Redactor, public: frozenset[str]) -> None:
        self._redactor = redactor
        self._public = public
        self.redactions: list[Redaction] = []

    def attribute(self, name: str, value: Any, kind: str, ref: EvidenceRef) -> Iterator[tuple[str, Any]]:
        """Yield the attributes that stand for a secret one; none for one that is not set."""
        if value is None:
            return
        if is_redacted(value):
            yield name, value
            return
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        yield name, self.text(text, kind, "", ref.child(name))
        fields = value if isinstance(value, Mapping) else _object(text)
        if fields:
            found = dict(self._fields(fields, kind, ref.child(name)))
            yield name + FIELDS, found
        if decoded := _decoded(text) if kind == "private_key" else "":
            yield f"{name}_decoded", self.text(decoded, kind, "", ref.child(name))

    def kept(self, name: str, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield what an earlier taking left beside an attribute, as far as it holds no value."""
        if name.endswith("_decoded") and is_redacted(value):
            yield name, value
        elif name.endswith(FIELDS) and isinstance(value, Mapping):
            yield name, {key: item for key, item in value.items() if is_redacted(item) and _label(key)}

    def text(self, value: str, kind: str, name: str, ref: EvidenceRef) -> Any:
        """Return what stands for one text that is a secret."""
        shown = value.strip() if value.strip() in self._public else ""
        new, redactions = self._redactor.take(value, kind, ref, name=name, hint=shown)
        self.redactions += redactions
        return new

    def _fields(self, fields: Mapping[str, Any], kind: str, ref: EvidenceRef) -> Iterator[tuple[str, Any]]:
        for number, (path, value) in enumerate(_leaves(fields, ())):
            if number >= _MOST_FIELDS:
                return
            label = ".".join(part if _everyday(part) else "…" for part in path)
            plain = path[-1] if _everyday(path[-1]) else ""
            new = self.text(value, kind, plain, ref)
            if is_redacted(new):
                yield f"{number}:{label}", new


def _label(key: Any) -> bool:
    return (
        isinstance(key, str)
        and bool(re.fullmatch(r"\d{1,3}:[A-Za-z0-9_.… -]*", key))
        and all(part == "…" or _everyday(part) for part in key.partition(":")[2].split("."))
    )


def _everyday(name: str) -> bool:
    words = [each.lower() for each in _WORD_END.split(name) if each]
    return (
        bool(words)
        and len(words) <= 6
        and all(word in _EVERYDAY or (word.isdigit() and len(word) < 4) for word in words)
    )


def _object(text: str) -> Mapping[str, Any]:
    if not text.lstrip().startswith("{"):
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every text below a value, at most so deep as nobody nests a credential."""
    if isinstance(value, str) and path:
        yield path, value
        if len(path) < _DEEPEST:
            for key, item in _object(value).items():
                yield from _leaves(item, (*path, str(key)))
    elif isinstance(value, Mapping) and len(path) < _DEEPEST:
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    elif isinstance(value, list) and len(path) < _DEEPEST:
        for number, item in enumerate(value):
            yield from _leaves(item, (*path, str(number)))


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
