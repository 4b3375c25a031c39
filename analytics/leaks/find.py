"""Answer a text: a row for each credential and id in it, whose it is, and what it proves.

Input: a snapshot, text, the time of asking. Output: ``LeakMatch`` rows in the order of the text.
Handled: forms of AWS, Entra, Azure and GitHub, tokens of any issuer, other vendors' kinds; ids that stand beside a
credential and tell whose it is; the same value in variables of the inventory, by keyed fingerprint.
Not handled: secrets without a shape of their own.
Never kept: anything but ids, hints and digests; the text is not stored, logged or put into an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from analytics.leaks import aws, azure, entra_ids, github, other, tokens
from analytics.leaks.aws_context import caller_hints
from analytics.leaks.entra_secret import client_secret
from analytics.leaks.lookup import Lookup
from analytics.leaks.match import STRENGTH, LeakMatch
from analytics.leaks.sightings import Form, Sighting, sightings
from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.times import parse_time
from graph.snapshot import Snapshot

__all__ = ["find_leaks"]

_NAMES = (Form.AWS_UNIQUE, Form.AWS_KEY, Form.VAULT_SECRET)
_FINGERPRINT = STRENGTH.index("fingerprint")


def find_leaks(
    snapshot: Snapshot,
    text: str,
    *,
    at: datetime,
    app: str | None = None,
    key: FingerprintKey | None = None,
) -> list[LeakMatch]:
    """Return a row for every credential and id that the text holds, in order; an empty list when it holds none.

    Parameters
    ----------
    at
        Time of asking, aware: whether a token has ended.
    app
        Application that a client secret is of, when the asker knows: app id, object id or name.
    key
        The workspace's key, to find the same secret in what was collected.
    """
    found = sightings(text)
    question = _Question(Lookup(snapshot), text, at, app, caller_hints(text), _guids(found))
    question.lookup.learn([*question.beside, *(each.value for each in found if each.form in _NAMES)])
    rows = []
    places = _places(question.lookup, found, key)
    for each in found:
        match = question.answer(each)
        if match is not None:
            match = _by_fingerprint(question.lookup, match, places.get(each.value))
            rows.append((each, _ended_since(replace(match, line=each.line), at)))
    context = {name for _, match in rows for name in match.context}
    return [match for each, match in rows if each.secret or match.public_id not in context]


def _guids(found: Sequence[Sighting]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.value.lower() for each in found if each.form is Form.GUID))


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, and what every form may need to answer."""

    lookup: Lookup
    text: str
    at: datetime
    app: str | None
    callers: Mapping[str, tuple[str, ...]]
    beside: tuple[str, ...]

    def answer(self, each: Sighting) -> LeakMatch | None:
        lookup, value = self.lookup, each.value
        simple: dict[Form, Callable[[], LeakMatch | None]] = {
            Form.AWS_KEY: lambda: aws.access_key(lookup, value, self.callers.get(value, ())),
            Form.AWS_UNIQUE: lambda: aws.unique_id(lookup, value),
            Form.BEDROCK: lambda: aws.bedrock_key(lookup, value),
            Form.GUID: lambda: entra_ids.guid(lookup, value, each.alone),
            Form.THUMBPRINT: lambda: entra_ids.thumbprint(lookup, value, each.alone),
            Form.CERTIFICATE: lambda: entra_ids.certificate(lookup, value),
            Form.ARM_ID: lambda: azure.arm_id(lookup, value, each.alone),
            Form.VAULT_SECRET: lambda: azure.vault_secret(lookup, value),
            Form.TOKEN: lambda: self._token(each),
        }
        return simple[each.form]()

    def _token(self, each: Sighting) -> LeakMatch | None:
        lookup, value, start, stop = self.lookup, each.value, each.start, each.start + len(each.value)
        match each.kind:
            case "entra_client_secret":
                return client_secret(lookup, value[: each.head], self.beside, self.app)
            case "github_token":
                return github.github_token(lookup, value)
            case "jwt":
                return tokens.token(lookup, value, self.at)
            case "azure_account_key":
                return azure.account_key(lookup, self.text, start, stop)
            case "azure_sas":
                return azure.shared_signature(lookup, self.text, start, stop, self.at)
            case "aws_bedrock_api_key" if value.startswith("ABSK"):
                if aws.bedrock_key(lookup, value) is not None:
                    return None  # the same text was found as a Bedrock key and has its answer
            case "aws_bedrock_api_key":
                if (match := aws.short_term_key(lookup, value)) is not None:
                    return match
        shown = f"{value[: each.head]}…{value[len(value) - each.tail :]}" if each.head else ""
        return other.other_token(lookup, each.kind, shown)


def _places(
    lookup: Lookup, found: Sequence[Sighting], key: FingerprintKey | None
) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Return, by secret, its fingerprint and where the inventory holds it; nothing under another key."""
    if key is None or lookup.snapshot.manifest.facts.get("fingerprint_key") != key.key_id:
        return {}
    prints = {each.value: key.fingerprint(each.value) for each in found if each.secret}
    places = lookup.places_of(sorted(set(prints.values())))
    return {value: (print_, places[print_]) for value, print_ in prints.items()}


def _by_fingerprint(lookup: Lookup, match: LeakMatch, seen: tuple[str, tuple[str, ...]] | None) -> LeakMatch:
    """Return a match with the places that hold the same value, and with its credential where that is surer."""
    if seen is None:
        return match
    print_, places = seen
    match = replace(match, found_in=places)
    rows = lookup.snapshot.credentials_with_fingerprint(print_)
    if len(rows) == 1 and STRENGTH.index(match.matched_by) > _FINGERPRINT:
        row = rows[0]
        match = replace(match, identity=row.identity, credential=row.node, matched_by="fingerprint",
                        active=row.active, expires_at=row.expires_at, who=row.node, candidates=(), alternatives=(),
                        note="An equal value was seen where this credential is stored.")  # fmt: skip
    return match


def _ended_since(match: LeakMatch, at: datetime) -> LeakMatch:
    """Return a match that says so when its credential was valid by the evidence and has ended since."""
    end = parse_time(match.expires_at) if match.credential and match.active else None
    if end is None or end > at:
        return match
    return replace(match, note=f"{match.note} It has ended since the evidence was taken.".strip())
