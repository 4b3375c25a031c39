"""Build records of per-object answers, each of which holds one object.

Input: a ``Reading``. Output: records; a gap for every object that cannot be used.
Not handled: lists, which ``Reading.each`` reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from collectors.aws.records_fields import FieldError, Fields, Reading
from collectors.evidence.evidence import Call
from collectors.interface import Presence

__all__ = ["each_object", "flag_text", "looked_at", "settings_of"]

_T = TypeVar("_T")


def each_object(
    reading: Reading, operation: str, account: str, key: str, build: Callable[[Fields, Fields, str, Call], _T]
) -> Iterator[_T]:
    """Build a record of the one object in each answer of an operation.

    Parameters
    ----------
    reading, operation, account
        What is read; all regions of the account.
    key
        Field of the answer that holds the object.
    build
        Takes the object, the whole answer, its region and its call.
    """
    for region, call, answer in reading.answers(operation, account):
        try:
            yield build(answer.inner(key), answer, region, call)
        except FieldError as error:
            reading.gap(operation, account, region, str(error))


def looked_at(reading: Reading, operation: str, account: str, region: str) -> bool:
    """Tell whether an operation gave a whole answer in a region."""
    return reading.evidence.presence("aws", account, operation, region) in (Presence.PRESENT, Presence.EMPTY)


def settings_of(item: Fields, *names: str) -> dict[str, str]:
    """Return the fields of an object that hold a text, number or truth value, as text, by the vendor's name."""
    shown = {name: flag_text(item.body.get(name)) for name in names}
    return {name: text for name, text in shown.items() if text}


def flag_text(value: object) -> str:
    """Return a plain value as text: ``true`` and ``false`` as JSON spells them, empty for anything nested."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else ""
