"""WHO: from what a person types to the nodes that a question starts from, and what such a holder can present.

Input: an ARN, object id, unique id, credential id, session ARN, name, e-mail or ``oidc://<issuer>/<subject>``.
Output: ``Subject`` with start nodes and the attacker context of its holder.
Handled: long-term keys (no MFA), users without a device (no MFA), sessions of roles by ARN or ``AROA…:NAME`` with their
session policy, concrete OIDC subjects with claims. A name that several things bear is refused with the candidates.
Not handled: what a session of a federated user may do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from analytics.errors import AmbiguousSubjectError, AnalyticsError, UnknownSubjectError
from analytics.session_policy import SessionPolicy
from graph.arrays import HUB_CODE
from graph.attacker import MFA_KEYS, AttackerContext, baseline
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["DEFAULT_AUDIENCE", "Subject", "asked_claims", "holder_context", "question_time", "resolve_subject"]

DEFAULT_AUDIENCE = "sts.amazonaws.com"
"""Audience that a token for AWS carries unless claims say otherwise (the vendors' own AWS log-in steps ask for it)."""
_TEMPORARY = frozenset({"aws:tokenissuetime"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about."""

    id: str
    """Node id, or the text of a concrete OIDC subject."""
    kind: str
    name: str
    starts: tuple[int, ...]
    """Node numbers."""
    attacker: AttackerContext
    node: Node | None
    """``None`` for a concrete OIDC subject that is no node."""
    session: SessionPolicy | None = None
    notes: tuple[str, ...] = ()
    """What a reader of the answer must know of this subject."""


def question_time(snapshot: Snapshot) -> datetime | None:
    """Return the time that conditions on the clock are judged by; ``None`` when the evidence stated none."""
    return snapshot.manifest.as_of if snapshot.manifest.facts.get("as_of_known", True) else None


def resolve_subject(
    snapshot: Snapshot,
    text: str,
    *,
    stated: Mapping[str, tuple[str, ...]] | None = None,
    claims: Mapping[str, str | tuple[str, ...]] | None = None,
    session: SessionPolicy | None = None,
) -> Subject:
    """Return the subject that a person means.

    Parameters
    ----------
    text
        WHO.
    stated
        Condition keys that the holder presents (``--context KEY=VALUE``).
    claims
        Claims of a token, exactly those (``--claims``); only for ``oidc://`` subjects.
    session
        Policy of the session (``--session-policy``); only for roles and their sessions.

    Raises
    ------
    UnknownSubjectError, AmbiguousSubjectError
        Nothing, or several things, are called so.
    AnalyticsError
        Claims or a session policy for something that has none.
    """
    given = dict(stated or {})
    start = baseline(question_time(snapshot))
    if text.startswith("oidc://"):
        if session is not None:
            raise AnalyticsError("a session policy limits a session of a role; name the role, not the token")
        return _token(snapshot, text, start, given, claims)
    if claims is not None:
        raise AnalyticsError(f"claims are those of a token; `{text}` is no oidc://ISSUER/SUBJECT")
    number = _one(snapshot, text)
    node = snapshot.node(number)
    if session is not None and node.kind is not NodeKind.AWS_ROLE:
        raise AnalyticsError(f"a session policy limits a session of a role; `{node.id}` is none")
    attacker = holder_context(node, _session(text, node, start))
    if given:
        attacker = attacker.knowing(given, name=f"{attacker.name}, stated {', '.join(sorted(given))}")
    if session is not None:
        attacker = replace(attacker, name=f"{attacker.name}, {session.label}")
    return Subject(node.id, node.kind.value, node.name, (number,), attacker, node, session, _notes(node, session))


def _notes(node: Node, session: SessionPolicy | None) -> tuple[str, ...]:
    notes = []
    if node.attributes.get("active") is False:
        notes.append("It is inactive and cannot be used now.")
    if node.kind is NodeKind.AWS_ACCOUNT and node.collected:
        notes.append("Being in an account gives nothing by itself: ask about one of its identities.")
    if session is not None:
        notes.append(
            "Resources and conditions of the session policy are not evaluated on paths: what it allows in part is at "
            "best unverified. `nhi explain --session-policy` evaluates it in full."
        )
    return tuple(notes)


def _session(text: str, node: Node, start: AttackerContext) -> AttackerContext:
    """Return the context of a named session of a role, for grants to that session alone."""
    name = ""
    if ":assumed-role/" in text:
        name = text.split(":assumed-role/", 1)[1].partition("/")[2]
    elif text.startswith("AROA"):
        name = text.partition(":")[2]
    if not name or node.kind is not NodeKind.AWS_ROLE:
        return start
    known = {"nhi:session-name": (name,)}
    if node.attributes.get("unique_id"):
        known["aws:userid"] = (f"{node.attributes['unique_id']}:{name}",)
    return start.knowing(known, name=f"session {name}")


def _one(snapshot: Snapshot, text: str) -> int:
    wanted = _session_role(text)
    # An equal id beats everything else that bears the name, and is found without reading a column.
    number = snapshot.find_id(wanted)
    if number is not None and snapshot.arrays.node_category[number] != HUB_CODE:
        return number
    found = snapshot.find_nodes(wanted, exact=True)
    if not found and wanted != text:
        found = _roles_named(snapshot, wanted)
    if not found and (account := _account_of(text)):
        found = snapshot.find_nodes(f"aws:account:{account}", exact=True)
    shown = [number for number in found if snapshot.arrays.node_category[number] != HUB_CODE]
    if not shown:
        near = [
            snapshot.node_id(number)
            for number in snapshot.find_nodes(text, limit=20)
            if snapshot.arrays.node_category[number] != HUB_CODE
        ][:5]
        hint = f"; did you mean {', '.join(near)}" if near else ""
        raise UnknownSubjectError(f"snapshot {snapshot.id} holds nothing called `{text}`{hint}")
    if len(shown) > 1:
        raise AmbiguousSubjectError(text, tuple(snapshot.node_id(number) for number in shown))
    return shown[0]


def _account_of(text: str) -> str:
    """Return the account that a text names as a whole: its number, or the ARN of its root."""
    parts = text.split(":")
    account = parts[4] if len(parts) == 6 and parts[0] == "arn" and parts[5] == "root" else text
    return account if len(account) == 12 and account.isdigit() else ""


def _session_role(text: str) -> str:
    """Return the role of a session, by ARN (the role's path is not in it) or ``AROA…:NAME``, else the text."""
    if text.startswith("AROA"):
        return text.partition(":")[0]
    if ":assumed-role/" not in text:
        return text
    head, tail = text.split(":assumed-role/", 1)
    return f"{head.replace(':sts:', ':iam:')}:role/{tail.split('/', 1)[0]}"


def _roles_named(snapshot: Snapshot, arn: str) -> list[int]:
    """Return roles of the account with that name and any path."""
    account, name = arn.rsplit("/", 1)[0].removesuffix(":role").rpartition(":")[2], arn.rsplit("/", 1)[-1]
    return [
        number
        for number in snapshot.find_nodes(name, exact=True)
        if (node := snapshot.node(number)).kind is NodeKind.AWS_ROLE and node.scope == account
    ]


def holder_context(node: Node, start: AttackerContext) -> AttackerContext:
    """Return what the holder of this node can present: for an identity, any one of its credentials."""
    if node.kind is NodeKind.AWS_ACCESS_KEY:
        return start.knowing({}, MFA_KEYS | _TEMPORARY, "long-term key: no MFA")
    if (
        node.kind in (NodeKind.AWS_USER, NodeKind.AWS_PASSWORD, NodeKind.AWS_ROOT)
        and node.attributes.get("mfa_active") is False
    ):
        return start.knowing({}, MFA_KEYS, "user without an MFA device")
    return start


def _token(
    snapshot: Snapshot,
    text: str,
    start: AttackerContext,
    given: Mapping[str, tuple[str, ...]],
    claims: Mapping[str, str | tuple[str, ...]] | None,
) -> Subject:
    if text.startswith("oidc://https://"):  # the issuer as tokens spell it (RFC 7519, `iss`)
        text = "oidc://" + text.removeprefix("oidc://https://")
    exact = snapshot.find_id(text)
    issuer, subject = _split(snapshot, text)
    if exact is not None and snapshot.node(exact).attributes.get("pattern"):
        node = snapshot.node(exact)
        return Subject(
            node.id,
            node.kind.value,
            node.name,
            (exact,),
            start.knowing(given, name="holder of the subject pattern"),
            node,
        )
    if issuer is None:
        raise UnknownSubjectError(f"snapshot {snapshot.id} holds no OIDC issuer of `{text}`")
    number = snapshot.node_index(f"oidc://{issuer}")
    if not subject and not claims:
        node = snapshot.node(number)
        return Subject(
            node.id, node.kind.value, node.name, (number,), start.knowing(given, name="any subject of the issuer"), node
        )
    prefix = issuer.lower()
    presented = {
        f"{prefix}:{name.lower()}": (value,) if isinstance(value, str) else tuple(value)
        for name, value in (claims or {}).items()
    }
    if subject:
        presented[f"{prefix}:sub"] = (subject,)
    if claims is None:
        presented.setdefault(f"{prefix}:aud", (DEFAULT_AUDIENCE,))
    presented |= given
    name = (
        "token with exactly the stated claims"
        if claims is not None
        else f"token of this subject, audience {DEFAULT_AUDIENCE}"
    )
    attacker = start.knowing(presented, _absent_claims(snapshot, prefix, presented) if claims is not None else (), name)
    return Subject(text, "OidcSubject", subject or text, (number,), attacker, None)


def _split(snapshot: Snapshot, text: str) -> tuple[str | None, str]:
    """Split ``oidc://issuer/subject`` at the longest issuer that the snapshot knows."""
    rest = text.removeprefix("oidc://")
    parts = rest.split("/")
    known = {snapshot.node_id(int(number)) for number in snapshot.nodes_of_kind(NodeKind.OIDC_ISSUER)}
    for length in range(len(parts), 0, -1):
        issuer = "/".join(parts[:length])
        if f"oidc://{issuer}" in known:
            return issuer, "/".join(parts[length:])
    return None, rest


def asked_claims(snapshot: Snapshot, issuer: str) -> frozenset[str]:
    """Return the keys of an issuer's claims that some condition of the snapshot asks for."""
    asked = {
        atom.key
        for number in range(1, snapshot.condition_count)
        for clause in snapshot.condition(number)
        for atom in clause
    }
    return frozenset(key for key in asked if key.startswith(f"{issuer.lower()}:"))


def _absent_claims(snapshot: Snapshot, prefix: str, presented: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return claim keys that conditions ask for and the token does not carry."""
    return asked_claims(snapshot, prefix) - set(presented)
