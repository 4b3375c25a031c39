"""Compare the product's answers about an estate with the truth, claim by claim.

Input: rows of ``truth.jsonl`` and the product's answers (commands, or its library for one opened snapshot).
Output: ``Verdict`` rows; ``CHECKS`` is the registry, one check a claim, to which a command that lands later is added.
Not handled: measuring time (``estate_score``). What is ``unverified`` is neither right nor wrong and counted apart.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

__all__ = ["CHECKS", "Asked", "Check", "Outcome", "Row", "Verdict"]

Row: TypeAlias = Mapping[str, Any]
Outcome: TypeAlias = Literal["found", "missed", "quiet", "false", "unverified", "unplanned", "state", "chain"]
"""``state``: reported with another state than the truth's (a miss, and false where it is surer than the truth);
``chain``: found, by other techniques than the truth names; ``unplanned``: a claim that no row explains (false)."""
_SURE: Final = ("verified", "conditional")
UNPLANNED: Final = "unplanned"
AGAIN: Final = 5
"""So many claims about one target that no row explains are asked again, alone; if those hold, the rest counts, too."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One comparison."""

    kind: str
    case: str
    outcome: Outcome
    note: str = ""


@dataclass(slots=True)
class Asked:
    """The product at hand: a snapshot, a way to run a command, and answers that were given already."""

    snapshot: Snapshot
    run: Callable[..., Iterator[Any]]
    """``run(command, …)`` yields the JSON documents that ``nhi`` prints."""
    everyone: Mapping[str, Row] | None
    """Blast radius of every identity where ``--all`` was asked, by subject."""
    targets: frozenset[str] = frozenset()
    """What the truth asks about; of an answer nothing else is kept."""
    milliseconds: list[float] = field(default_factory=list)
    """Wall time of each question about one subject."""
    _known: dict[str, Row] = field(default_factory=dict)

    def radius(self, who: str) -> Row:
        """Return what ``nhi blast-radius WHO --format json`` says, by the function behind it."""
        if who not in self._known:
            from analytics.reach import blast_radius
            from analytics.subjects import resolve_subject

            started = perf_counter()
            found = blast_radius(self.snapshot, resolve_subject(self.snapshot, who))
            self.milliseconds.append(1000 * (perf_counter() - started))
            self._known[who] = {
                "admin_of": [
                    {"scope": each.scope, "state": each.state.word, "steps": [step.data() for step in each.steps]}
                    for each in found.admin_of
                ],
                "reaches": {each.id: each.state.word for each in found.reaches if each.id in self.targets},
            }
        return self._known[who]


@dataclass(frozen=True, slots=True)
class Check:
    """How one kind of claim is compared."""

    claim: str
    command: str
    """The command that it needs; where it is missing the check is skipped with that reason."""
    compare: Callable[[Asked, Sequence[Row]], Iterator[Verdict]]


# ---- full control


def _account(scope: str) -> str:
    return scope.rsplit(":", 1)[-1]


def _claimed(asked: Asked, rows: Sequence[Row]) -> dict[tuple[str, str], str]:
    """Return the state of every claim of full control that the product makes, by subject and account."""
    if asked.everyone is not None:
        return {
            (who, _account(each["scope"])): each["state"]
            for who, answer in asked.everyone.items()
            for each in answer["admin_of"]
        }
    wanted = {(row["subject"], row["target"]): row.get("state", "") for row in rows}
    found = dict(_screened(asked.snapshot))
    # The screen knows no conditions that exclude each other; what the truth does not say is asked again, alone.
    differing = [key for key, state in found.items() if wanted.get(key) != state]
    by_account: dict[str, list[str]] = defaultdict(list)
    for who, account in differing:
        by_account[account].append(who)
    for account, some in by_account.items():
        for who in sorted(some)[:AGAIN]:
            said = {_account(each["scope"]): each["state"] for each in asked.radius(who)["admin_of"]}
            found[who, account] = said.get(account, "")
    return {key: state for key, state in found.items() if state}


def _screened(snapshot: Snapshot) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield who reaches full control of what, one reverse search a scope and state."""
    from analytics.reach import identities
    from analytics.subjects import question_time
    from graph.attacker import baseline, edge_levels
    from graph.engine import reverse_reach
    from graph.kinds import NodeKind, State

    levels, own = edge_levels(snapshot, baseline(question_time(snapshot))), identities(snapshot)
    for scope in snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN).tolist():
        seen: set[int] = set()
        account = _account(str(snapshot.node(scope).attributes.get("scope", "")))
        for state in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED):
            hops = reverse_reach(snapshot.arrays, [scope], levels >= state).hops
            for number in own[hops[own] >= 0].tolist():
                if number not in seen:
                    seen.add(number)
                    yield (snapshot.node_id(number), account), state.word


def _admin(asked: Asked, rows: Sequence[Row]) -> Iterator[Verdict]:
    claimed = _claimed(asked, rows)
    for row in rows:
        if row["subject"].startswith("oidc://"):
            for each in asked.radius(row["subject"])["admin_of"]:
                claimed[row["subject"], _account(each["scope"])] = each["state"]
    expected: dict[tuple[str, str], Row] = {}
    decoys: dict[str, Row] = {}
    for row in rows:
        if row["case"] == "decoy":
            decoys[row["subject"]] = row
        else:
            _keep_best(expected, (row["subject"], row["target"]), row)
    for key, row in expected.items():
        yield _state_verdict(row, claimed.get(key, ""), lambda row=row: _chain_differs(asked, row))  # type: ignore[misc]
    heard: set[str] = set()
    for key, state in sorted(claimed.items()):
        if key not in expected:
            about = decoys.get(key[0])
            heard.add(key[0])
            kind, case = (about["kind"], about["id"]) if about else (UNPLANNED, f"{key[0]} {key[1]}")
            outcome: Outcome = ("false" if about else "unplanned") if state in _SURE else "unverified"
            yield Verdict(kind, case, outcome, f"{key[0]} -> {key[1]}: {state}")
    for who, row in decoys.items():
        if who not in heard:
            yield Verdict(row["kind"], row["id"], "quiet")


def _keep_best(expected: dict[tuple[str, str], Row], key: tuple[str, str], row: Row) -> None:
    """Keep the surest row of a subject and account, and of equal ones the planted one."""
    other = expected.get(key)
    rank = (_SURE.index(row["state"]), row["case"] != "planted")
    if other is None or rank < (_SURE.index(other["state"]), other["case"] != "planted"):
        expected[key] = row


def _state_verdict(row: Row, state: str, differs: Callable[[], str] = lambda: "") -> Verdict:
    kind, case, told = row["kind"], row["id"], f"{row['subject']} -> {row['target']}"
    if state == row["state"]:
        other = differs() if row["case"] == "planted" else ""
        return Verdict(kind, case, "chain" if other else "found", f"{told}: {other}" if other else "")
    if state in _SURE:
        return Verdict(kind, case, "state", f"{told}: {state}, expected {row['state']}")
    return Verdict(kind, case, "unverified" if state else "missed", f"{told}: expected {row['state']}")


def _chain_differs(asked: Asked, row: Row) -> str:
    """Return the techniques of the witness where the truth names others."""
    if not row.get("techniques"):
        return ""
    answer = (asked.everyone or {}).get(row["subject"]) or asked.radius(row["subject"])
    steps: list[Any] = next(
        (each["steps"] for each in answer["admin_of"] if _account(each["scope"]) == row["target"]), []
    )
    chain = [step["technique"] for step in steps if step["technique"]]
    return "" if chain in [list(each) for each in row["techniques"]] else f"by {chain}"


# ---- reach of a resource


def _reaches(asked: Asked, rows: Sequence[Row]) -> Iterator[Verdict]:
    targets: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["claim"] == "reaches":
            targets[row["target"]].append(row)
    powerful: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["claim"] == "admin_of" and row["case"] != "decoy":
            powerful[row["target"]].add(row["subject"])
    holders = _holders(asked.snapshot, targets)
    for target, about in targets.items():
        for row in about:
            state = asked.radius(row["subject"])["reaches"].get(target, "")
            if row["case"] != "decoy":
                yield _state_verdict(row, state)
            else:
                outcome: Outcome = "false" if state in _SURE else "unverified" if state else "quiet"
                yield Verdict(
                    row["kind"], row["id"], outcome, f"{row['subject']} -> {target}: {state}" if state else ""
                )
        allowed = {row["subject"] for row in about}
        allowed.update(who for row in about for account in row.get("also", ()) for who in powerful[account])
        open_to_all = any("*" in row.get("also", ()) for row in about)
        unexplained = [] if open_to_all else sorted(holders[target] - allowed)
        again = [asked.radius(who)["reaches"].get(target, "") in _SURE for who in unexplained[:AGAIN]]
        for who, told in zip(unexplained, itertools.chain(again, itertools.repeat(any(again))), strict=False):
            if told:
                yield Verdict(UNPLANNED, f"{who} {target}", "unplanned", f"{who} -> {target}")


def _holders(snapshot: Snapshot, targets: Iterable[str]) -> dict[str, set[str]]:
    """Return the identities from which a way leads to each resource, whether or not its conditions go together."""
    from analytics.reach import identities
    from analytics.subjects import question_time
    from graph.attacker import baseline, edge_levels
    from graph.engine import reverse_reach
    from graph.kinds import State

    alive = edge_levels(snapshot, baseline(question_time(snapshot))) >= State.CONDITIONAL
    own, found = identities(snapshot), {}
    for target in targets:
        hops = reverse_reach(snapshot.arrays, [snapshot.node_index(target)], alive).hops
        found[target] = {snapshot.node_id(number) for number in own[hops[own] >= 0].tolist()}
    return found


# ---- findings, pools, cuts


def _findings(asked: Asked, rows: Sequence[Row]) -> Iterator[Verdict]:
    found = {(each["rule"], each["subject"]) for each in asked.run("findings", "--format", "jsonl")}
    for row in rows:
        yield _told(row, (row["target"], row["subject"]) in found)


def _told(row: Row, told: bool) -> Verdict:
    note = f"{row['subject']}: {row['target']}"
    if row["case"] == "decoy":
        return Verdict(row["kind"], row["id"], "false" if told else "quiet", note if told else "")
    return Verdict(row["kind"], row["id"], "found" if told else "missed", "" if told else note)


def _pools(asked: Asked, rows: Sequence[Row]) -> Iterator[Verdict]:
    document = next(asked.run("pools", "--format", "json"))
    shared: dict[str, set[str]] = defaultdict(set)
    for pool in document["pools"]:
        # A key's node id ends in what AWS calls it.
        name = pool["credential"] if ":key:" not in pool["credential"] else pool["credential"].rsplit(":", 1)[-1]
        shared[name] |= set(_strings(pool["consumers"]))
    for row in rows:
        yield _told(
            row, row["target"] in shared and (row["case"] == "decoy" or shared[row["target"]] >= set(row["also"]))
        )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _cuts(asked: Asked, rows: Sequence[Row]) -> Iterator[Verdict]:
    for row in rows:
        sources = [part for who in row["subject"].split() for part in ("--from", who)]
        document = next(asked.run("cut", *sources, "--to", row["target"], "--format", "json"))
        size = len(document.get("grants") or document.get("cut") or ())
        right = str(size) == row["also"][0]
        note = "" if right else f"{row['subject']} -> {row['target']}: {size} grants, expected {row['also'][0]}"
        yield Verdict(row["kind"], row["id"], "found" if right else "missed", note)


CHECKS: Final[tuple[Check, ...]] = (
    Check("admin_of", "blast-radius", _admin),
    Check("reaches", "blast-radius", _reaches),
    Check("finding", "findings", _findings),
    Check("pool", "pools", _pools),
    Check("cut", "cut", _cuts),
)
"""One a claim; ``reaches`` is given all rows, since administrators reach too."""
