"""Frozen dataclasses to JSON text and back, driven by their annotations.

Input: a dataclass and its instances, or JSON text made from one. Output: text, or an equal instance.
Handled: text, numbers, truth values, ``None``, times, enums, bytes, tuples, mappings, nested dataclasses, ``Any`` for
what is JSON already. Fields at their default are left out. The order of a mapping is kept.
Not handled: other unions than with ``None``, sets, open generics; a class that has one raises ``TypeError`` at once.
"""

from __future__ import annotations

import base64
import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum, StrEnum
from functools import cache
from typing import Any

from collectors.interface import EvidenceRef

__all__ = ["json_decoder", "json_encoder"]

Convert = Callable[[Any], Any]
_PLAIN: tuple[Any, ...] = (str, int, float, bool, type(None), Any)
_ABSENT = object()
# Plain ASCII, so that a lone surrogate survives as its escape; one encoder for all, since making one is what costs.
_to_text = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


@cache
def json_encoder(hint: Any) -> Callable[[Any], str]:
    """Return the function that writes values of a type as JSON text; equal values give equal text."""
    convert = _encoder(hint)
    if convert is None:
        return _to_text
    chosen = convert
    return lambda value: _to_text(chosen(value))


@cache
def json_decoder(hint: Any) -> Callable[[str], Any]:
    """Return the function that reads what ``json_encoder`` of the same type wrote.

    The function raises ``ValueError``, ``TypeError`` or ``KeyError`` on text that is none of it; a field that the class
    does not have is a ``ValueError``, since leaving it out would change what the value says.
    """
    convert = _decoder(hint)
    return lambda text: json.loads(text) if convert is None else convert(json.loads(text))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _optional(hint: Any) -> Any:
    """Return ``X`` of ``X | None``, else ``_ABSENT``."""
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return _ABSENT
    rest = [part for part in typing.get_args(hint) if part is not type(None)]
    if len(rest) != 1:
        raise TypeError(f"{hint} is not a type that records may have")
    return rest[0]


def _default(item: Any) -> Any:
    if item.default is not MISSING:
        return item.default
    return item.default_factory() if item.default_factory is not MISSING else _ABSENT


# ---- to JSON


@cache
def _encoder(hint: Any) -> Convert | None:
    """Return what makes a value JSON-ready; ``None`` where it is already."""
    if hint in _PLAIN or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return None
    if (inner := _optional(hint)) is not _ABSENT:
        convert = _encoder(inner)
        if convert is None:
            return None
        chosen = convert
        return lambda value: None if value is None else chosen(value)
    if hint is EvidenceRef:
        return lambda ref: (ref.file, ref.pointer)
    if hint is datetime:
        return datetime.isoformat
    if hint is bytes:
        return lambda value: base64.b64encode(value).decode()
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value: value.value
    if is_dataclass(hint):
        return _object_encoder(typing.cast("type", hint))
    return _container_encoder(hint)


def _object_encoder(kind: type) -> Convert:
    parts = [(item.name, _encoder(_hints(kind)[item.name]), _default(item)) for item in fields(kind)]

    def encode(value: Any) -> dict[str, Any]:
        found = {}
        for name, convert, default in parts:
            item = getattr(value, name)
            if item is not default and item != default:
                found[name] = item if convert is None else convert(item)
        return found

    return encode


def _container_encoder(hint: Any) -> Convert | None:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            convert = _encoder(arguments[0])
            if convert is None:
                return None
            chosen = convert
            return lambda values: [chosen(value) for value in values]
        each = [_encoder(argument) for argument in arguments]
        if not any(each):
            return None
        return lambda values: [
            value if convert is None else convert(value) for value, convert in zip(values, each, strict=True)
        ]
    if origin is Mapping:
        of_key, of_value = _encoder(arguments[0]), _encoder(arguments[1])
        if arguments[0] is str:
            if of_value is None:
                return lambda values: values if type(values) is dict else dict(values)
            convert_value = of_value
            return lambda values: {key: convert_value(value) for key, value in values.items()}
        return lambda values: [
            (key if of_key is None else of_key(key), value if of_value is None else of_value(value))
            for key, value in values.items()
        ]
    raise TypeError(f"{hint} is not a type that records may have")


# ---- from JSON


@cache
def _decoder(hint: Any) -> Convert | None:
    """Return what makes a value of JSON; ``None`` where it is one already."""
    if hint in _PLAIN:
        return None
    if (inner := _optional(hint)) is not _ABSENT:
        convert = _decoder(inner)
        if convert is None:
            return None
        chosen = convert
        return lambda value: None if value is None else chosen(value)
    if hint is EvidenceRef:
        return lambda pair: EvidenceRef(*pair)
    if hint is datetime:
        return datetime.fromisoformat
    if hint is bytes:
        return lambda text: base64.b64decode(text, validate=True)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if is_dataclass(hint):
        return _object_decoder(typing.cast("type", hint))
    return _container_decoder(hint)


def _object_decoder(kind: type) -> Convert:
    parts = {item.name: _decoder(_hints(kind)[item.name]) for item in fields(kind)}

    def decode(body: Any) -> Any:
        found = {}
        for name, value in body.items():
            if name not in parts:
                raise ValueError(f"{kind.__name__} has no field `{name}`")
            convert = parts[name]
            found[name] = value if convert is None else convert(value)
        return kind(**found)

    return decode


def _container_decoder(hint: Any) -> Convert:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            convert = _decoder(arguments[0])
            if convert is None:
                return tuple
            chosen = convert
            return lambda values: tuple([chosen(value) for value in values])
        each = [_decoder(argument) for argument in arguments]
        return lambda values: tuple(
            value if convert is None else convert(value) for value, convert in zip(values, each, strict=True)
        )
    if origin is Mapping:
        of_key, of_value = _decoder(arguments[0]), _decoder(arguments[1])
        if arguments[0] is str:
            return lambda values: {key: value if of_value is None else of_value(value) for key, value in values.items()}
        return lambda pairs: {
            key if of_key is None else of_key(key): value if of_value is None else of_value(value)
            for key, value in pairs
        }
    raise TypeError(f"{hint} is not a type that records may have")
