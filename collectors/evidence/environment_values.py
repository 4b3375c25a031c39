"""Tell which environment variables hold a secret themselves, by the shape of the value or by name and value together.

Input: name and value, before redaction. Output: what kind of secret it is, or nothing.
Also tells which hold nothing but the public id of an application or tenant, which may stay.
Not handled: secrets under an everyday name and without a shape of their own; every value is redacted all the same.
Errs towards silence: a name such as ``TOKEN_URL``, or a value that looks like a reference, path or number, is none.
"""

from __future__ import annotations

import re

from collectors.evidence.token_shapes import TokenShape

__all__ = ["SECRET_BY_NAME", "names_application", "secret_kind"]

SECRET_BY_NAME = "environment_secret"
"""Kind of a value that only its variable's name gives away."""

_SECRET_NAME = re.compile(
    r"(?:^|_)(?:pass(?:word|wd|phrase)?|pwd|secret|secrets|token|credential|credentials|"
    r"(?:api|secret|private|access|auth|account|signing|encryption|encrypt|master|shared|storage|jwt|webhook)_?key|"
    r"(?:client|app|jwt|session|cookie|webhook|consumer|signing)_?secret|"
    r"(?:access|auth|api|bearer|bot|refresh|session)_?token|connection_?string|secret_?access_?key)\d{0,2}$"
)
_NEVER_A_REFERENCE = re.compile(r"(?:^|_)(?:pass(?:word|wd|phrase)?|pwd)\d{0,2}$")
_APPLICATION_NAME = re.compile(r"(?:^|_)(?:client|app|application|service_?principal|tenant|directory)_*id$")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WORD_END = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-. ]")
_REFERENCE = re.compile(
    r"\{\{.*\}\}|\$\{.*\}|\$[A-Za-z_]\w*|\$\(.*\)|<.*>|%.*%|(?:arn|ssm|secret|secretsmanager|vault|ref|file|op|s3|kms):.*",
    re.DOTALL,
)
_PLACE = re.compile(r"[a-z][a-z0-9+.-]*://\S*|/\S*|[A-Za-z]:\\.*|[\w.-]+(?:/[\w.-]+)+")
_PLAIN_WORDS = re.compile(r"[a-z]+(?:[-_. ][a-z]+)*|[A-Z]+(?:[-_. ][A-Z]+)*|[A-Z][a-z]+")
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d+)?[a-z]{0,3}")
_SHORTEST = 8


def secret_kind(name: str, value: str, shape: TokenShape | None) -> str:
    """Return the kind of secret that a variable holds; empty when nothing says that it holds one.

    Parameters
    ----------
    name
        The variable's name, in any case style.
    value
        Its value as the vendor gave it.
    shape
        The token shape that was found in the value, if any.

    Returns
    -------
    str
        The shape's kind, else ``SECRET_BY_NAME``, else empty.

    Notes
    -----
    A variable named as a password is believed unless its value refers elsewhere. Names such as ``DB_SECRET`` or
    ``API_TOKEN`` often hold the *name* of a secret: they need a value of 8 characters or more that is neither a path,
    nor a URL, nor plain words, nor a number.
    """
    if shape is not None:
        return shape.kind
    plain = _WORD_END.sub("_", name).lower()
    text = value.strip()
    if not _SECRET_NAME.search(plain) or not text or _REFERENCE.fullmatch(text):
        return ""
    if _NEVER_A_REFERENCE.search(plain):
        return SECRET_BY_NAME if not text.startswith(("/", "http://", "https://")) else ""
    refers = any(pattern.fullmatch(text) for pattern in (_PLACE, _PLAIN_WORDS, _NUMBER))
    return "" if refers or len(text) < _SHORTEST or any(each.isspace() for each in text) else SECRET_BY_NAME


def names_application(name: str, value: str) -> bool:
    """Return whether a variable holds the public id of an application or a tenant, by its name and value together.

    Such an id opens nothing: it is what every sign-in page of the application shows.

    Examples
    --------
    >>> names_application("AZURE_CLIENT_ID", "00000003-0000-0000-c000-000000000000")
    True
    >>> names_application("SESSION_ID", "00000003-0000-0000-c000-000000000000"), names_application("APP_ID", "x")
    (False, False)
    """
    return bool(_GUID.fullmatch(value.strip()) and _APPLICATION_NAME.search(_WORD_END.sub("_", name).lower()))
