"""Read the YAML of a pipeline file, and find names of variables in it.

Input: text (already redacted). Output: a table, names. What the text of commands says beyond that is not kept.
Handled: anchors, merge keys, ``!reference`` of GitLab (its target's name is kept as text), any other tag as its value.
Not handled: evaluating variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from collectors.evidence.environment_values import secret_kind
from collectors.evidence.redact import plain_text

__all__ = ["has_variable", "load_table", "plain_address", "secrets_written", "texts", "variables_in", "words"]

_NAME = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)|([A-Za-z_][A-Za-z0-9_]*)|env:([A-Za-z_][A-Za-z0-9_]*))")


_SET_BY_SYSTEM = ("CI_", "GITLAB_", "BITBUCKET_")
_LARGEST = 200_000
"""Values that a file may hold with its anchors followed; few have a thousand."""


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """A safe loader that makes plain values of tags that it does not know."""


def _plain(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


_Loader.add_multi_constructor("!", _plain)


def load_table(text: str) -> tuple[Mapping[Any, Any], str]:
    """Return the table that a file is, or an empty one and why not."""
    try:
        # GitLab lets a header of a component's inputs stand before the configuration, as a document of its own.
        documents = list(yaml.load_all(text, Loader=_Loader))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        return {}, f"is not YAML{f' (line {mark.line + 1})' if mark is not None else ''}"
    document = documents[-1] if documents else None
    if not isinstance(document, Mapping):
        return {}, "is no table"
    size = _size(document, {}, set())
    return (
        (document, "") if size <= _LARGEST else ({}, "is too large, or refers to itself, once its anchors are followed")
    )


def _size(value: Any, known: dict[int, int], above: set[int]) -> int:
    """Return how many values a value holds with all anchors followed; a circle counts as too many."""
    if not isinstance(value, Mapping | list):
        return 1
    if id(value) in above:
        return _LARGEST + 1
    if id(value) not in known:
        above.add(id(value))
        inner = value.values() if isinstance(value, Mapping) else value
        known[id(value)] = 1 + sum(_size(each, known, above) for each in inner)
        above.discard(id(value))
    return known[id(value)]


def plain_address(text: str) -> str:
    """Return an address without who signs in to it and without its query, where tokens stand.

    Examples
    --------
    >>> plain_address("https://bot:s3cret@files.example/ci.yml?token=1")
    'https://files.example/ci.yml'
    """
    return re.sub(r"^(https?://)[^/@]*@", r"\1", text).partition("?")[0]


def texts(value: Any) -> Iterator[str]:
    """Yield every text below a value, values of tables and lists alike; keys are left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)


def words(value: Any) -> tuple[str, ...]:
    """Return a text, or a list of texts, as texts."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return (str(value),)
    return tuple(str(each) for each in value if isinstance(each, str | int)) if isinstance(value, list | tuple) else ()


def has_variable(text: str) -> bool:
    """Return whether a variable makes part of a text."""
    return _NAME.search(text) is not None


def variables_in(value: Any) -> tuple[str, ...]:
    """Return the names of variables that texts below a value use, sorted; those that the system itself sets left out.

    Examples
    --------
    >>> variables_in({"script": ["aws s3 ls $BUCKET", "echo ${TOKEN}x"]})
    ('BUCKET', 'TOKEN')
    """
    found = {name for text in texts(value) for match in _NAME.findall(text) for name in match if name}
    return tuple(sorted(name for name in found if not name.startswith(_SET_BY_SYSTEM)))


def secrets_written(variables: Any) -> Iterator[str]:
    """Yield names of a ``variables`` table whose value in the file itself looks like a secret."""
    if not isinstance(variables, Mapping):
        return
    for name, value in variables.items():
        text = plain_text(value.get("value") if isinstance(value, Mapping) else value)
        if text and not has_variable(text) and ("<redacted:" in text or secret_kind(str(name), text, None)):
            yield str(name)
