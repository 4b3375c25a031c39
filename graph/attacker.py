"""Whom a question is about: what the holder of a credential can present, and what that makes of every edge.

Input: an ``AttackerContext`` and a snapshot's conditions. Output: the state of each condition and of each edge.
Handled: stated and absent keys, the time of the question, keys that the caller chooses freely (taken as chosen well,
checked for contradictions inside one edge), keys that nobody stated (conditional), what is not understood (unverified).
Not handled: whose edge it is, and who is held beside the one that acts. ``analytics.holder`` applies a context to the
edges of its holder alone, ``analytics.sequences`` settles which sets of identities are held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from graph.decision import HOLDS, Atom, Clause, Residual, Truth
from graph.evaluate.aws.conditions import test_atom
from graph.evaluate.aws.context import UNKNOWN, Context, request_context
from graph.evaluate.aws.keys import KeyFamily, key_family
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["AttackerContext", "baseline", "contradict", "edge_levels", "residual_state"]

_CONDITIONAL = frozenset({KeyFamily.CREDENTIAL, KeyFamily.SECRET, KeyFamily.NETWORK, KeyFamily.SERVICE, KeyFamily.DATE})
MFA_KEYS = frozenset({"aws:multifactorauthpresent", "aws:multifactorauthage"})


@dataclass(frozen=True, slots=True)
class AttackerContext:
    """What the holder of a credential can present."""

    name: str
    """Named in every answer, e.g. ``baseline`` or ``long-term key``."""
    as_of: datetime | None
    """``None``: the evidence states no time, so conditions on the time of the call stay open."""
    stated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition keys (lower case) with the values that the holder presents."""
    absent: frozenset[str] = frozenset()
    """Condition keys that the holder cannot present."""

    def knowing(
        self, stated: Mapping[str, tuple[str, ...]], absent: Iterable[str] = (), name: str = ""
    ) -> AttackerContext:
        """Return a context that states more; what is stated wins over what was absent."""
        merged = {**self.stated, **{key.lower(): values for key, values in stated.items()}}
        gone = (self.absent | {key.lower() for key in absent}) - set(merged)
        return replace(self, stated=merged, absent=frozenset(gone), name=name or self.name)

    def clock(self) -> dict[str, tuple[str, ...]]:
        """Return the condition keys that follow from the time of the question."""
        if self.as_of is None:
            return {}
        time = self.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "aws:currenttime": (time,),
            "aws:epochtime": (str(int(self.as_of.timestamp())),),
            "nhi:currenttime": (time,),
        }

    def evaluator_context(self) -> Context:
        """Return the evaluator's view of what the holder presents; who calls and what is called stay unknown."""
        nobody = Principal(PrincipalKind.ACCOUNT, "", "", tags=None, organization_id=None)
        stated = {**self.clock(), **self.stated}
        return request_context(Request(nobody, "", Resource(arn="", account=None, tags=None), stated, self.absent))


def baseline(as_of: datetime | None) -> AttackerContext:
    """Return the context of sweeps: nothing is stated, so MFA, network, secrets and claims stay conditional."""
    return AttackerContext("baseline", as_of)


def edge_levels(snapshot: Snapshot, attacker: AttackerContext) -> NDArray[np.int8]:
    """Return the state of every edge as a number (0 void or not traversable, 1 unverified, 2 conditional, 3 verified).

    Notes
    -----
    O(conditions + edges): each distinct condition is decided once.
    """
    context = attacker.evaluator_context()
    of_condition = np.full(snapshot.condition_count, State.VERIFIED, dtype=np.int8)
    for number in range(1, snapshot.condition_count):
        of_condition[number] = residual_state(snapshot.condition(number), context)
    arrays = snapshot.arrays
    levels = arrays.edge_state * arrays.traversable
    some = arrays.conditioned
    levels[some] = np.minimum(levels[some], of_condition[arrays.edge_condition[some]])
    return np.asarray(levels, dtype=np.int8)


def residual_state(residual: Residual, context: Context) -> State:
    """Return the state that a residual gives an edge for the holder described by ``context``."""
    worst = State.VERIFIED
    chosen: dict[str, list[Atom]] = {}
    for clause in residual:
        worst = min(worst, _clause_state(clause, context))
        if worst is State.VOID:
            return State.VOID
        if len(clause) == 1 and key_family(clause[0].key) in (KeyFamily.CALLER, KeyFamily.SECRET):
            chosen.setdefault(clause[0].key, []).append(clause[0])
    if any(contradict(atoms) for atoms in chosen.values()):
        return State.VOID
    return worst


def _clause_state(clause: Clause, context: Context) -> State:
    return max((_atom_state(atom, context) for atom in clause), default=State.VOID)


def _atom_state(atom: Atom, context: Context) -> State:
    if atom.key == HOLDS:
        # Who else is held is not known here: nobody, unless the asker settles it (`analytics.sequences`).
        return State.VOID if context.lookup(HOLDS) is UNKNOWN else State.VERIFIED
    truth = test_atom(atom, context)
    if truth is Truth.TRUE:
        return State.VERIFIED
    if truth is Truth.FALSE:
        return State.VOID
    if atom.operator == "?":
        return State.UNVERIFIED
    if atom.key.startswith(("nhi:", "entra:", "azure:", "github:", "gitlab:", "bitbucket:")):
        return State.CONDITIONAL
    family = key_family(atom.key)
    if family is KeyFamily.CALLER or (family is KeyFamily.SECRET and _holds_without(atom)):
        return State.VERIFIED
    return State.CONDITIONAL if family in _CONDITIONAL else State.UNVERIFIED


def _holds_without(atom: Atom) -> bool:
    """Return whether an atom is true when the caller leaves its key out, as everybody can."""
    nobody = Principal(PrincipalKind.ACCOUNT, "", "", tags=None, organization_id=None)
    return test_atom(atom, request_context(Request(nobody, "", Resource(arn=""), {}, frozenset({atom.key})))) is (
        Truth.TRUE
    )


def contradict(atoms: list[Atom]) -> bool:
    """Return whether no single value of the key satisfies all atoms, as far as trying their own values tells.

    Notes
    -----
    Tried are the key's absence, every value that an atom names (wildcards filled in) and one that none names. When none
    fits, the atoms are taken as contradictory for string-like operators only; ranges are left as possible.
    """
    if len(atoms) < 2 or any(not _string_like(atom) for atom in atoms):
        return False
    key = atoms[0].key
    named = [value.replace("*", "nhi-probe").replace("?", "a") for atom in atoms for value in atom.values]
    options: list[tuple[dict[str, tuple[str, ...]], frozenset[str]]] = [({}, frozenset({key}))]
    options += [
        ({key: (value,)}, frozenset()) for value in (*dict.fromkeys(named), "nhi-probe-7f3a9c", "true", "false")
    ]
    nobody = Principal(PrincipalKind.ACCOUNT, "", "", tags=None, organization_id=None)
    for stated, absent in options:
        context = request_context(Request(nobody, "", Resource(arn="", account=None, tags=None), stated, absent))
        if all(test_atom(atom, context) is not Truth.FALSE for atom in atoms):
            return False
    return True


def _string_like(atom: Atom) -> bool:
    return any(name in atom.operator for name in ("String", "Arn", "Bool", "Null")) and atom.operator != "?"
