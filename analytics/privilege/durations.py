"""For how long a condition leaves something open to whoever holds a bare credential: always, for a time, or not known.

Input: conditions of a snapshot, an attacker context with its clock. Output: ``Duration`` and ``State`` by condition.
Handled: MFA, of which a long-term key presents nothing, and a password alone that there was none; time that ends;
sessions issued after a time, which a new session passes; keys that whoever issues a session decides. What begins and
does not end does not limit. Of Entra: eligible roles, which are activated for a time, and what waits for a person.
Not handled: sessions of roles that were entered by a password without MFA, which are taken like those of a key.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (when a key is present)
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from enum import IntEnum

from analytics.rules._context import RuleContext
from analytics.rules._use import keys_looked_at
from graph.attacker import MFA_KEYS, residual_state
from graph.decision import Atom, Clause, Truth
from graph.evaluate.aws.conditions import test_atom
from graph.evaluate.entra.conditions import ACTIVATION, APPROVAL, ENABLED, MFA, NOW, USER_HELD, USER_SIGN_IN
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["Duration", "Durations", "durations_of"]

_TIME = frozenset({"aws:currenttime", "aws:epochtime", NOW})
_ON_REQUEST = frozenset({ACTIVATION, APPROVAL, MFA, ENABLED})
"""What somebody must do first, each time: activate a role, approve it, present a second factor, enable an account."""
_OF_A_PERSON = frozenset({USER_SIGN_IN, USER_HELD})
"""Holds while a person's session does; for how long is not in the evidence."""
_PRESENT, _ISSUED = "aws:multifactorauthpresent", "aws:tokenissuetime"
_SESSION = frozenset({"sts:sourceidentity", "aws:sourceidentity", "sts:rolesessionname", "aws:tagkeys"})
"""Whoever issues the session decides; whether it asks for approval is not in the evidence."""
_END = {
    "aws:currenttime": ("9999-12-31T23:59:59Z",),
    "aws:epochtime": ("253402300799",),
    _ISSUED: ("9999-12-31T23:59:59Z",),
    NOW: ("9999-12-31T23:59:59Z",),
}
"""After every end that a policy states."""


class Duration(IntEnum):
    """How long something is open; the lower the longer."""

    STANDING = 0
    UNKNOWN = 1
    LIMITED = 2


class Durations:
    """Answers for the conditions of one snapshot, each decided once."""

    def __init__(self, snapshot: Snapshot, context: RuleContext, *, password: bool) -> None:
        self._snapshot = snapshot
        clock = context.attacker.clock()
        issued = {_ISSUED: clock["aws:currenttime"]} if clock else {}
        stated = {_PRESENT: ("false",)} if password else {}
        bare = context.attacker.knowing(stated, MFA_KEYS)
        self._now = context.attacker.evaluator_context()
        self._end = context.attacker.knowing(_END).evaluator_context()
        self._key = bare.knowing({}, {_ISSUED}).evaluator_context()
        self._fresh = bare.knowing(issued).evaluator_context()
        self._later = bare.knowing({_ISSUED: _END[_ISSUED]}).evaluator_context()
        self._known: dict[int, tuple[Duration, State]] = {}

    def of(self, condition: int) -> tuple[Duration, State]:
        """Return how long a condition leaves open what hangs on it, and how surely for the bare holder."""
        if condition not in self._known:
            residual = self._snapshot.condition(condition)
            duration = max((self._clause(clause) for clause in residual), default=Duration.STANDING)
            state = max(residual_state(residual, self._key), residual_state(residual, self._fresh))
            self._known[condition] = duration, state
        return self._known[condition]

    def _clause(self, clause: Clause) -> Duration:
        """Return how long any one of the atoms holds; what the clock rules out already is no help."""
        found = {self._atom(atom) for atom in clause if test_atom(atom, self._now) is not Truth.FALSE}
        if Duration.STANDING in found:
            return Duration.STANDING
        if found <= {Duration.LIMITED}:
            return Duration.LIMITED
        return Duration.UNKNOWN if found - {None} else Duration.STANDING

    def _atom(self, atom: Atom) -> Duration | None:
        """Return how long an atom holds by itself; ``None``: it says nothing of time."""
        if atom.key in MFA_KEYS:
            return _always(test_atom(atom, self._key))
        if atom.key in _ON_REQUEST:
            return Duration.LIMITED
        if atom.key in _OF_A_PERSON:
            return Duration.UNKNOWN
        if atom.key in _TIME:
            now, end = test_atom(atom, self._now), test_atom(atom, self._end)
            return _always(end if end is Truth.FALSE else now & end)
        if atom.key == _ISSUED:
            fresh, later = test_atom(atom, self._fresh), test_atom(atom, self._later)
            return _always(test_atom(atom, self._key) | (later if later is Truth.FALSE else fresh & later))
        if atom.operator == "?" or atom.key in _SESSION or atom.key.startswith("aws:requesttag/"):
            return Duration.UNKNOWN
        return None


_DURATION: Mapping[Truth, Duration] = {
    Truth.TRUE: Duration.STANDING,
    Truth.FALSE: Duration.LIMITED,
    Truth.UNKNOWN: Duration.UNKNOWN,
}


def _always(truth: Truth) -> Duration:
    return _DURATION[truth]


def durations_of(snapshot: Snapshot, context: RuleContext, holder: int) -> Durations:
    """Return the answers for a holder, given as a node number; made by the first that asks."""
    password = holder in context.shared("users with a password alone", lambda: _passwords(snapshot, context))
    return context.shared(
        f"durations of conditions, password: {password}", lambda: Durations(snapshot, context, password=password)
    )


def _passwords(snapshot: Snapshot, context: RuleContext) -> frozenset[int]:
    """Return the users whose one kind of active credential is a password, where keys were looked at."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    table = snapshot.table("credentials").columns(["identity", "kind", "active"])
    for identity, kind, active in zip(*(table[name].to_pylist() for name in table.column_names), strict=True):
        if active:
            kinds[identity].add(kind)
    alone = [identity for identity, held in kinds.items() if held == {"password"}]
    nodes = [node for node in map(context.node, alone) if node is not None and node.kind is NodeKind.AWS_USER]
    return frozenset(snapshot.node_index(node.id) for node in nodes if keys_looked_at(context, node.scope))
