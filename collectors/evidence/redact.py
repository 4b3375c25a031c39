"""Take secrets out of vendor answers, on reading and before anything is written.

Input: parsed JSON of any source. Output: the same with each secret replaced, and a list of what was replaced where.
Not handled: secrets without a shape under an ordinary field name; nothing that looks random is redacted for that alone,
because ids, names and hashes look random too. Inside policy documents only unmistakable tokens are replaced, as text,
so that a document keeps its structure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.evidence.environment_values import names_application, secret_kind
from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.redact_azure import (
    AZURE_FIELDS,
    AZURE_KINDS,
    AZURE_LOOKED_AT,
    Treatment,
    azure_treatment,
    is_vault_reference,
)
from collectors.evidence.token_shapes import TOKEN_SHAPES, Match, TokenShape, find_tokens, shapes_in
from collectors.interface import EvidenceRef

__all__ = ["FingerprintKey", "Look", "Redaction", "Redactor", "is_redacted", "plain_text"]

_KIND_OF_FIELD = {
    "secretaccesskey": "secret_access_key",
    "awssecretaccesskey": "secret_access_key",
    "sessiontoken": "session_token",
    "awssessiontoken": "session_token",
    "secretstring": "secret_value",
    "secretbinary": "secret_value",
    "privatekey": "private_key",
    "privatekeydata": "private_key",
    "privatekeypem": "private_key",
    "clientsecret": "client_secret",
    "secrettext": "client_secret",
    "password": "password",
    "passwd": "password",
    "masteruserpassword": "password",
    "adminpassword": "password",
    "newpassword": "password",
    "servicepassword": "password",
    "servicecredentialsecret": "password",
    "accesstoken": "token",
    "refreshtoken": "token",
    "idtoken": "token",
    "base32stringseed": "mfa_seed",
    "qrcodepng": "mfa_seed",
    "userdata": "user_data",
    "splunktoken": "token",
    "activationcode": "token",
    "authtoken": "token",
    "oauthtoken": "token",
    **AZURE_KINDS,
}
"""Field names, lower case without ``_`` and ``-``, whose text is a secret whatever it looks like."""

_ENVIRONMENT_MAPS = frozenset(
    {
        "Arguments",
        "DefaultArguments",
        "NonOverridableArguments",
        "RuntimeEnvironmentVariables",
        "environmentVariables",
    }
)
_CI_VARIABLE = frozenset({"environment_scope", "variable_type", "masked", "protected", "secured"})
"""Fields of which a variable of GitLab or Bitbucket has one beside ``key`` and ``value``, which it tells."""
_NAMED_VALUES = {"ParameterValue": "ParameterKey", "ResolvedValue": "ParameterKey", "OutputValue": "OutputKey"}
"""Fields that hold the value of what another field of the object names: parameters and outputs of a stack."""
_KIND_BY_NEIGHBOUR = frozenset({"Input", *_NAMED_VALUES})
_GIVEN = "target_input"
"""Kind of the ``Input`` beside a target's ``Arn``: what a rule or schedule gives to what it starts."""
_ENVIRONMENT_LISTS = frozenset({"env", "environment", "environmentVariables", "EnvironmentVariables"})
_POLICY_FIELDS = frozenset(
    {"PolicyDocument", "AssumeRolePolicyDocument", "Document", "Policy", "Content", "ResourcePolicy"}
)
_NOT_A_SECRET = frozenset({"", "true", "false", "yes", "no", "none", "null", "n/a", "not_supported", "*"})
_PUBLIC_ID = re.compile(r"(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}|arn:aws[a-z-]*:[a-z0-9-]+:[^\s\"'\\]{2,400}")
_KEY_ID = re.compile(r"A[KS]IA[A-Z0-9]{16}")
_SHORTEST_TOKEN = 16
_VARIABLE = "environment_variable"
"""Kind of a variable's value that nothing shows to be a secret; what ``secret_kind`` names is one."""
_SEPARATORS = str.maketrans("", "", "_-")
_LOOKED_AT_BY_NAME = tuple(
    f'"{name}"'
    for name in (
        *(*_KIND_OF_FIELD, "env", "environment", "environmentvariables", "input"),
        *(name.lower() for name in (*_ENVIRONMENT_MAPS, *_NAMED_VALUES)),
        *(name.replace("_", "") for name in _CI_VARIABLE),
        *AZURE_LOOKED_AT,
        "updatedat",  # of a listed variable
    )
)
_CHUNK = 1 << 22
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Redaction:
    """A secret that was taken out: what kind, where; never the value."""

    kind: str
    ref: EvidenceRef
    fingerprint: str = ""
    """``hmac-sha256:<key id>:<hex>``; empty when no key was given."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a text can hold that must go."""

    shapes: Sequence[TokenShape]
    """Tokens whose literal occurs in it."""
    fields: bool
    """True when it names a field that is looked at by its name."""


def is_redacted(value: object) -> bool:
    """Tell whether a value is what the redactor left in place of a secret."""
    return isinstance(value, Mapping) and "redacted" in value and value.keys() <= {"redacted", "fingerprint", "hint"}


def plain_text(value: object) -> str | None:
    """Return the text of a text field; a redacted one gives ``<redacted:kind>``, anything else ``None``."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and is_redacted(value):
        return f"<redacted:{value['redacted']}>"
    return None


class Redactor:
    """Replace secrets by what may stay: kind, keyed fingerprint, and the hint that the vendor itself shows.

    Parameters
    ----------
    key
        The workspace's fingerprint key; without one, redacted values carry no fingerprint and cannot be joined.
    """

    __slots__ = ("_key",)

    def __init__(self, key: FingerprintKey | None = None) -> None:
        self._key = key

    @property
    def key_id(self) -> str:
        """Id of the fingerprint key; empty without one."""
        return self._key.key_id if self._key else ""

    def look_at(self, raw: str) -> Look:
        """Return what a text can hold at all: once for a file, for all the documents in it."""
        # JSON may spell any letter of a token \uXXXX and any slash \/: such text is looked at value by value.
        if "\\u00" in raw or "\\/" in raw:
            return Look(TOKEN_SHAPES, True)
        return Look(shapes_in(raw), _names_secret_field(raw))

    def clean(
        self, value: Any, ref: EvidenceRef, *, raw: str | None = None, look: Look | None = None
    ) -> tuple[Any, tuple[Redaction, ...]]:
        """Return a value without secrets, and what was taken out.

        Parameters
        ----------
        value
            Parsed JSON; never changed itself, and returned as it is when nothing had to go.
        ref
            Where the value stands, for the redactions' places.
        raw
            The text that the value was parsed from, if at hand: lets a clean file be skipped without a walk.
        look
            What ``look_at`` of that text gave, instead of ``raw``, where several values are of one text.

        Notes
        -----
        Linear in the size of the value.
        """
        seen = self.look_at(raw) if look is None and raw is not None else look or Look(TOKEN_SHAPES, True)
        if not seen.shapes and not seen.fields:
            return value, ()
        walk = _Walk(self._key, seen.shapes, ref)
        return walk.visit(value, False), tuple(walk.redactions)

    def take(
        self, value: str, kind: str, ref: EvidenceRef, *, name: str = "", hint: str = ""
    ) -> tuple[Any, tuple[Redaction, ...]]:
        """Return what stands for a text that is a secret because of where it stands, and what was taken out.

        Parameters
        ----------
        name
            What the text is called, as a variable is: a name such as ``client_id`` lets a public id stay as its hint.
        hint
            Shown in place of the hint that the text's own form gives.
        """
        walk = _Walk(self._key, TOKEN_SHAPES, ref)
        return walk.take(value, kind, name, hint), tuple(walk.redactions)

    def clean_text(self, text: str, ref: EvidenceRef) -> tuple[str, tuple[Redaction, ...]]:
        """Return free text (an error message, a CSV file) with tokens replaced in place."""
        walk = _Walk(self._key, TOKEN_SHAPES, ref)
        return walk.replace_tokens(text), tuple(walk.redactions)


class _Walk:
    """One pass over one value; ``_at`` is the path to where it stands, turned into text only for a redaction."""

    __slots__ = ("_at", "_key", "_literals", "_ref", "_shapes", "redactions")

    def __init__(self, key: FingerprintKey | None, shapes: Sequence[TokenShape], ref: EvidenceRef) -> None:
        self._key = key
        self._shapes = shapes
        self._literals = tuple(dict.fromkeys(literal for shape in shapes for literal in shape.literals))
        self._ref = ref
        self._at: list[str | int] = []
        self.redactions: list[Redaction] = []

    def visit(self, value: Any, in_policy: bool) -> Any:
        if isinstance(value, str):
            return self._text(value, in_policy)
        if isinstance(value, Mapping):
            return value if is_redacted(value) else self._mapping(value, in_policy)
        if isinstance(value, list | tuple):
            return self._list(value, in_policy)
        return value

    def _mapping(self, value: Mapping[Any, Any], in_policy: bool) -> Any:
        changed: dict[Any, Any] | None = None
        if not in_policy and _is_listed_variable(value):
            value = {**value, "value": self._variable("value", value["value"], value["name"])}
        tag_kind = None if in_policy else _tag_kind(value)
        ci_variable = not in_policy and "value" in value and isinstance(value.get("key"), str)
        ci_variable = ci_variable and not _CI_VARIABLE.isdisjoint(value)
        for key, item in value.items():
            self._at.append(key)
            if ci_variable and key == "value":
                new = self._ci_value(item, str(value["key"]))
            elif tag_kind and key in ("Value", "value"):
                new = self._secret(item, tag_kind)
            elif key in _KIND_BY_NEIGHBOUR and not in_policy and (kind := _value_kind(value, key, item)):
                new = self._secret(item, kind)
            elif in_policy:
                new = self.visit(item, True)
            elif key in AZURE_FIELDS and (treatment := azure_treatment(value, key, item)):
                new = self._treated(item, treatment)
            else:
                new = self._field(key, item)
            new_key = self.replace_tokens(key) if isinstance(key, str) and self._shapes else key
            self._at.pop()
            if new is not item or new_key != key:
                if changed is None:
                    changed = dict(value)
                if new_key != key:
                    del changed[key]
                changed[new_key] = new
        return value if changed is None else changed

    def _field(self, key: Any, item: Any) -> Any:
        if not isinstance(key, str):
            return self.visit(item, False)
        kind = _KIND_OF_FIELD.get(key.translate(_SEPARATORS).lower())
        if kind is not None and isinstance(item, str | bytes):
            return self._secret(item, kind)
        if kind == "user_data" and isinstance(item, Mapping) and isinstance(item.get("Value"), str):
            return {**item, "Value": self._below("Value", item["Value"], kind)}
        if key in ("Environment", "environment") and isinstance(item, Mapping):
            return self._environment(item)
        if key in _ENVIRONMENT_MAPS and isinstance(item, Mapping):
            return {name: self._variable(name, value, name) for name, value in item.items()}
        if key in _ENVIRONMENT_LISTS and isinstance(item, list):
            return self._list(item, False, environment=True)
        return self.visit(item, key in _POLICY_FIELDS)

    def _treated(self, item: Any, treatment: Treatment) -> Any:
        """Take out of a field of Azure what the object that it is of says that it holds."""
        if treatment.variables and isinstance(item, Mapping):
            return {name: self._setting(name, value) for name, value in item.items()}
        if treatment.variables:
            return self._list(item, False, environment=True)
        if isinstance(item, str):
            return self._secret(item, treatment.kind)
        return self._leaves(item, treatment, treatment.everything)

    def _setting(self, name: Any, value: Any) -> Any:
        """Take out an application setting, or the value of a connection string, which stands beside its type."""
        if isinstance(value, Mapping) and isinstance(value.get("value"), str) and not is_redacted(value):
            self._at.append(name)
            cleaned = {**value, "value": self._below("value", value["value"], "connection_string")}
            self._at.pop()
            return cleaned
        return self._variable(name, value, name)

    def _leaves(self, item: Any, treatment: Treatment, inside: bool) -> Any:
        """Take out every text below an item, or those below the fields that a treatment names."""
        if isinstance(item, str):
            expression = item.startswith("@") and treatment.expressions
            return self._secret(item, treatment.kind) if inside and not expression else self.visit(item, False)
        pairs = item.items() if isinstance(item, Mapping) else enumerate(item) if isinstance(item, list) else None
        if pairs is None or is_redacted(item):
            return item
        found = {}
        for key, value in pairs:
            self._at.append(key)
            found[key] = self._leaves(value, treatment, inside or key in treatment.below)
            self._at.pop()
        return found if isinstance(item, Mapping) else list(found.values())

    def _environment(self, item: Mapping[Any, Any]) -> Any:
        name = "Variables" if "Variables" in item else "variables"
        variables = item.get(name)
        if not isinstance(variables, Mapping):
            return self.visit(item, False)
        self._at.append(name)
        cleaned = {key: self._variable(key, value, key) for key, value in variables.items()}
        self._at.pop()
        return {**{key: self.visit(value, False) for key, value in item.items() if key != name}, name: cleaned}

    def _environment_pair(self, pair: Any) -> Any:
        if not isinstance(pair, Mapping) or pair.get("type", "PLAINTEXT") != "PLAINTEXT":
            return self.visit(pair, False)
        if not isinstance(pair.get("value"), str):
            return self.visit(pair, False)
        return {**pair, "value": self._variable("value", pair["value"], pair.get("name"))}

    def _list(self, value: Sequence[Any], in_policy: bool, *, environment: bool = False) -> Any:
        changed: list[Any] | None = None
        for index, item in enumerate(value):
            if not isinstance(item, str | Mapping | list | tuple):
                continue
            self._at.append(index)
            new = self._environment_pair(item) if environment else self.visit(item, in_policy)
            self._at.pop()
            if new is not item:
                if changed is None:
                    changed = list(value)
                changed[index] = new
        return value if changed is None else changed

    def _text(self, text: str, in_policy: bool) -> Any:
        if not self._may_hold(text):
            return text
        matches = tuple(find_tokens(text, self._shapes))
        if not matches:
            return text
        first = matches[0]
        if not in_policy and len(matches) == 1 and first.start == 0 and first.end == len(text.rstrip()):
            return self._replacement(text, first.shape.kind, _hint(first.shape, text))
        return self._spliced(text, matches)

    def take(self, value: str, kind: str, name: str, hint: str) -> Any:
        if value.lower() in _NOT_A_SECRET:
            return value
        public = names_application(name, value) or _KEY_ID.fullmatch(value.strip())
        if hint or public:
            return self._replacement(value, kind, hint or value.strip())
        return self._secret(value, kind)

    def replace_tokens(self, text: str) -> str:
        return self._spliced(text, tuple(find_tokens(text, self._shapes))) if self._may_hold(text) else text

    def _may_hold(self, text: str) -> bool:
        """Tell whether a text is worth searching; most are not, and asking each shape takes ten times as long."""
        if len(text) < _SHORTEST_TOKEN:
            return False
        for literal in self._literals:  # noqa: SIM110 # any() costs more than all of these questions
            if literal in text:
                return True
        return False

    def _spliced(self, text: str, matches: Sequence[Match]) -> str:
        parts: list[str] = []
        last = 0
        for match in matches:
            token = text[match.start : match.end]
            found = self._replacement(token, match.shape.kind, _hint(match.shape, token))
            marks = " ".join(filter(None, (match.shape.kind, found.get("fingerprint", ""))))
            parts += (text[last : match.start], f"<redacted:{marks}>")
            last = match.end
        return "".join((*parts, text[last:])) if parts else text

    def _below(self, key: Any, value: Any, kind: str) -> Any:
        self._at.append(key)
        new = self._secret(value, kind)
        self._at.pop()
        return new

    def _variable(self, key: Any, value: Any, name: object) -> Any:
        """Take out the value of the environment variable ``name``, which stands under ``key``."""
        if not isinstance(value, str) or value.lower() in _NOT_A_SECRET or is_vault_reference(value):
            return value
        kind = _variable_kind(name, value)
        if kind != _VARIABLE or not names_application(str(name), value):
            return self._below(key, value, kind)
        self._at.append(key)
        new = self._replacement(value, kind, value.strip())
        self._at.pop()
        return new

    def _ci_value(self, value: Any, name: str) -> Any:
        """Take out whatever a variable of a pipeline holds; a number counts as its text."""
        text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        if not isinstance(text, str) or is_redacted(text) or text == "":
            return text
        kind = _variable_kind(name, text)
        shown = text.strip() if kind == _VARIABLE and names_application(name, text) else ""
        return self._replacement(text, kind, shown) if shown else self._secret(text, kind)

    def _secret(self, value: Any, kind: str) -> Any:
        if isinstance(value, bytes):
            return self._replacement(value, kind, "")
        if not isinstance(value, str) or value.lower() in _NOT_A_SECRET:
            return value
        shape = next((match.shape for match in find_tokens(value)), None)
        public = _PUBLIC_ID.fullmatch(value) if kind == _VARIABLE and shape is None else None
        return self._replacement(value, kind, value if public else _hint(shape, value))

    def _replacement(self, value: str | bytes, kind: str, hint: str) -> dict[str, str]:
        fingerprint = self._key.fingerprint(value.strip()) if self._key else ""
        self.redactions.append(Redaction(kind, self._ref.child(*self._at), fingerprint, hint))
        named = {"redacted": kind, "fingerprint": fingerprint, "hint": hint}
        return {name: text for name, text in named.items() if text}


def _names_secret_field(raw: str) -> bool:
    """Tell whether a JSON text has, anywhere, a field name that is looked at; in pieces, to need little memory."""
    for start in range(0, len(raw), _CHUNK):
        piece = raw[start : start + _CHUNK + _LONGEST_NAME].lower().replace("_", "").replace("-", "")
        if any(name in piece for name in _LOOKED_AT_BY_NAME):
            return True
    return False


def _variable_kind(name: object, value: str) -> str:
    shape = next((match.shape for match in find_tokens(value)), None)
    kind = "" if _PUBLIC_ID.fullmatch(value) and shape is None else secret_kind(str(name), value, shape)
    return kind or _VARIABLE


def _value_kind(holder: Mapping[Any, Any], key: str, value: object) -> str:
    """Return the kind of a value that is taken out because of the fields beside it; empty when it is not."""
    if not isinstance(value, str):
        return ""
    if key == "Input":
        return _GIVEN if "Arn" in holder else ""
    name = holder.get(_NAMED_VALUES[key])
    return _variable_kind(name, value) if isinstance(name, str) else ""


def _is_listed_variable(value: Mapping[Any, Any]) -> bool:
    """Return whether an object is a variable of GitHub Actions: https://docs.github.com/rest/actions/variables."""
    return (
        "updated_at" in value
        and "created_at" in value
        and isinstance(value.get("name"), str)
        and isinstance(value.get("value"), str)
    )


def _tag_kind(value: Mapping[Any, Any]) -> str | None:
    name = value.get("Key", value.get("key"))
    if not isinstance(name, str) or not isinstance(value.get("Value", value.get("value")), str):
        return None
    return _KIND_OF_FIELD.get(name.translate(_SEPARATORS).lower())


def _hint(shape: TokenShape | None, text: str) -> str:
    if shape is None or not shape.shown_head:
        return ""
    tail = text[-shape.shown_tail :] if shape.shown_tail else ""
    return f"{text[: shape.shown_head]}…{tail}"
