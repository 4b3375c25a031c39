"""Credentials put together at run time: none is stored, so that no scanner takes one for a live secret."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from tests.nhigraph.running import Command
from tests.nhigraph.test_answers import validator
from tests.repository import ROOT

__all__ = ["BODY", "answer", "client_secret", "github_classic", "jwt", "rows"]

BODY = "abcdefghij" + "klmnopqrst" + "uvwxyzSENTINEL012345"
"""Forty characters that must appear in no output."""
FUTURE, PAST = 4102444800, 1577836800


def client_secret(hint: str, digit: str = "8") -> str:
    """Return a text of the shape of Entra's client secrets."""
    return f"{hint}{digit}Q~" + BODY[:34]


def github_classic(prefix: str = "ghp_", letter: str = "A", tail: str = "0uCPlr") -> str:
    """Return a token of the classic shape; the tail is right for thirty times the letter A."""
    return prefix + letter * 30 + tail


def jwt(claims: dict[str, Any], **header: str) -> str:
    """Return an unsigned token with claims; ``exp`` lies ahead unless they say otherwise."""
    parts = ({"alg": "RS256", "typ": "JWT", **header}, {"exp": FUTURE, **claims})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl" + BODY])


def rows(command: Command, *arguments: str | Path, text: str = "") -> list[dict[str, Any]]:
    """Return the rows of an answer that follows its schema and bears the sentinel in none of its three forms."""
    for form in ("table", "csv"):
        told = command("leak", *arguments, "--format", form, text=text)
        assert BODY[:34] not in told.out + told.err
    told = command("leak", *arguments, "--format", "json", text=text)
    assert BODY[:34] not in told.out + told.err
    if (ROOT / "docs" / "schemas").is_dir():  # a wheel alone has none, and the answer is the same there
        assert not [error.message for error in validator("leak").iter_errors(told.json)]
    found: list[dict[str, Any]] = told.json["credentials"]
    return found


def answer(command: Command, *arguments: str | Path, text: str = "") -> dict[str, Any]:
    """Return the only row of an answer."""
    (row,) = rows(command, *arguments, text=text)
    return row
