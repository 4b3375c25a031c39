"""What a job or step is given by name: names of secrets and variables, and public ids that stand in the file.

Input: ``env``, ``with`` and ``secrets`` tables of a workflow file. Output: a mapping of the name to ``secrets.X``,
``vars.X`` or a public id.
Handled: a value that is one expression as a whole; JSON text with such values inside, as ``azure/login`` takes it.
Not handled: expressions inside longer text; ``inputs`` and ``env`` contexts. Any other text is not kept.

References
----------
https://docs.github.com/actions/reference/workflows-and-actions/contexts,
https://github.com/Azure/login, https://github.com/aws-actions/configure-aws-credentials (read 2026-11).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from collectors.evidence.environment_values import names_application

__all__ = ["given", "public_id"]

_WHOLE = re.compile(
    r"\s*\$\{\{\s*(secrets|vars)\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_-]*)|\[\s*'([^']+)'\s*\])\s*\}\}\s*", re.IGNORECASE
)
_KEY_ID = re.compile(r"AKIA[A-Z0-9]{16}")


def public_id(name: str, value: str) -> str:
    """Return the public id that a value is, in lower case but for keys: of an application, a tenant, an access key.

    Examples
    --------
    >>> public_id("AZURE_CLIENT_ID", "00000003-0000-0000-C000-000000000000")
    '00000003-0000-0000-c000-000000000000'
    >>> public_id("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), public_id("SUBSCRIPTION", "x")
    ('AKIAIOSFODNN7EXAMPLE', '')
    """
    text = value.strip()
    if _KEY_ID.fullmatch(text):
        return text
    return text.lower() if names_application(name, text) else ""


def given(*tables: Any) -> dict[str, str]:
    """Return what is given under each name; of two tables with a name, the later one counts."""
    found: dict[str, str] = {}
    for table in tables:
        for name, value in table.items() if isinstance(table, Mapping) else ():
            found.pop(str(name), None)
            found.update(_of(str(name), value))
    return found


def _of(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(value, str):
        return
    if match := _WHOLE.fullmatch(value):
        context, plain, quoted = match.groups()
        yield name, f"{context.lower()}.{(plain or quoted).upper()}"
    elif found := public_id(name, value):
        yield name, found
    elif value.lstrip().startswith("{"):
        try:
            inside = json.loads(value)
        except ValueError:
            return  # an expression that makes JSON, or other text in braces
        for key, item in inside.items():
            yield from _of(f"{name}.{key}", item) if not isinstance(item, Mapping) else ()
