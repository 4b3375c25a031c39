"""Everything that pages read, cached; the one place where errors of the stages become a line on the page.

Input: the workspace named by ``NHI_WORKSPACE`` (default ``.nhi``), a snapshot id, ids of things.
Output: tables and answers.
Handled: answers are cached by snapshot id, since snapshots never change; one lock a snapshot, since sessions share it
and its tables are not made for threads. Findings are cached by snapshot and policy; suppressions are applied anew.
Not handled: writing. Looking at a page leaves no trace in the history of findings.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import streamlit as st

from analytics.change_file import changes_of
from analytics.cuts.find import CutQuestion
from analytics.cuts.recheck import CheckedCut, find_checked_cut
from analytics.cuts.solve import Effort
from analytics.cuts.weights import Weights
from analytics.delegation.chains import ChainsAnswer, find_chains
from analytics.ends import end_name, source_subjects, target_numbers
from analytics.errors import AnalyticsError
from analytics.filters import Filters
from analytics.findings import RuleReport, evaluate
from analytics.policy import Policy, read_policy
from analytics.pools.answer import PoolReport
from analytics.pools.find import pools as find_pools
from analytics.reach import AdminWitness, BlastRadius, admin_witnesses, blast_radius
from analytics.state import FILE, StateStore
from analytics.subjects import question_time, resolve_subject
from analytics.third_party.find import AppQuestion, AppReport
from analytics.third_party.find import apps as find_apps
from analytics.what_if import Effects
from analytics.what_if import what_if as suppose
from collectors.errors import CollectorError
from dashboard import frames
from dashboard.entries import Entries, entries_into
from dashboard.witnesses import Witness, admin_nodes, witnesses_to
from graph.errors import GraphError, SnapshotError
from graph.kinds import State
from graph.model import Credential, Grant, Node
from graph.snapshot import Snapshot, open_snapshot

__all__ = [
    "Chosen",
    "CutAsked",
    "Stated",
    "Supposed",
    "Thing",
    "account_names",
    "admins",
    "apps",
    "as_of",
    "chains",
    "chosen",
    "control_nodes",
    "coverage",
    "credentials",
    "cut",
    "entries",
    "findings",
    "grants",
    "identities",
    "kinds",
    "one_line_errors",
    "pools",
    "radius",
    "reading",
    "scopes",
    "snapshot_ids",
    "thing",
    "what_if",
    "witnesses",
    "workspace",
]

WORKSPACE_VARIABLE = "NHI_WORKSPACE"
SNAPSHOT = "snapshot"
"""Key of the session state, and name of the query parameter, that says which snapshot the pages are about."""
Stated = tuple[tuple[str, tuple[str, ...]], ...]
"""Condition keys with the values that a holder presents beyond its credential, sorted; ``()`` for none."""
CHAIN_LIMIT = 100
"""Chains that the page tells."""
APP_LIMIT = 2_000
"""Applications that the page tells; who could consent is asked for each."""
POOL_LIMIT = 500
"""Pools that the page tells; telling costs one search each."""
REACH_LIMIT = 5_000
"""Rows of one blast radius that a page holds; its counts stay exact."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The snapshot that a session looks at."""

    workspace: str
    snapshot: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A node with its credentials."""

    node: Node
    credentials: tuple[Credential, ...]


@dataclass(frozen=True, slots=True)
class _Opened:
    snapshot: Snapshot
    lock: threading.RLock


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Show an error that a stage raised on purpose as one line and end the page; anything else is a bug and passes."""
    try:
        yield
    except (CollectorError, GraphError, AnalyticsError) as error:
        from dashboard.components.markup import plain

        st.error(plain(" ".join(str(error).split())), icon=":material/error:")
        st.stop()


def workspace() -> str:
    """Return the folder of the workspace."""
    return os.environ.get(WORKSPACE_VARIABLE) or ".nhi"


def snapshot_ids(folder: str) -> list[str]:
    """Return the ids of a workspace's snapshots, newest first.

    Raises
    ------
    SnapshotError
        There is none.
    """
    # The newest one is opened by the graph's own rule; ids begin with their time, so the others sort by name.
    newest = open_snapshot(None, Path(folder)).id
    others = {path.parent.name for path in Path(folder, "snapshots").glob("*/manifest.json")} - {newest}
    return [newest, *sorted(others, reverse=True)]


def chosen() -> Chosen:
    """Return the snapshot that the frame's picker holds."""
    name = st.session_state.get(SNAPSHOT)
    if not name:
        raise SnapshotError("no snapshot is chosen: start the dashboard with `nhi dashboard`")
    return Chosen(workspace(), str(name))


@st.cache_resource(max_entries=4, show_spinner=False)
def _open(folder: str, snapshot: str) -> _Opened:
    return _Opened(open_snapshot(snapshot, Path(folder)), threading.RLock())


@contextmanager
def reading(at: Chosen) -> Iterator[Snapshot]:
    """Yield the snapshot to this session alone; what is asked of it is cached by the caller."""
    opened = _open(at.workspace, at.snapshot)
    with opened.lock:
        yield opened.snapshot


def as_of(at: Chosen) -> datetime | None:
    """Return the time of the evidence; ``None`` when it states none, so that nothing has an age."""
    with reading(at) as snapshot:
        return question_time(snapshot)


@st.cache_data(max_entries=4, show_spinner="Reading the inventory …")
def identities(at: Chosen) -> pd.DataFrame:
    """Return one row an identity; columns as ``frames.identity_frame`` says."""
    with reading(at) as snapshot:
        return frames.identity_frame(snapshot, admins(at))


@st.cache_data(max_entries=4, show_spinner=False)
def account_names(at: Chosen) -> Mapping[str, str]:
    """Return the names of accounts by their number; an account without a name has its number."""
    with reading(at) as snapshot:
        return frames.account_names(snapshot)


@st.cache_data(max_entries=4, show_spinner=False)
def scopes(at: Chosen) -> pd.DataFrame:
    """Return one row an account, collected or merely referred to."""
    with reading(at) as snapshot:
        return frames.scope_frame(snapshot)


@st.cache_data(max_entries=4, show_spinner=False)
def credentials(at: Chosen) -> pd.DataFrame:
    """Return one row a kind of credential."""
    with reading(at) as snapshot:
        return frames.credential_frame(snapshot)


@st.cache_data(max_entries=4, show_spinner=False)
def coverage(at: Chosen) -> pd.DataFrame:
    """Return what was not looked at, one row an operation and account."""
    with reading(at) as snapshot:
        return frames.coverage_frame(snapshot)


@st.cache_data(max_entries=4, show_spinner="Looking for ways to full control …")
def admins(at: Chosen) -> Mapping[str, AdminWitness]:
    """Return the nearest way to full control by identity, under the baseline context."""
    with reading(at) as snapshot:
        return admin_witnesses(snapshot)


@st.cache_data(max_entries=64, show_spinner=False)
def thing(at: Chosen, node_id: str) -> Thing:
    """Return a node by id; raise ``NodeNotFoundError`` when there is none."""
    with reading(at) as snapshot:
        return Thing(snapshot.node(snapshot.node_index(node_id)), snapshot.credentials_of(node_id))


@st.cache_data(max_entries=64, show_spinner=False)
def entries(at: Chosen, node_id: str) -> Entries:
    """Return who can become a node."""
    with reading(at) as snapshot:
        return entries_into(snapshot, node_id)


@st.cache_data(max_entries=64, show_spinner="Following what it reaches …")
def radius(
    at: Chosen, who: str, stated: Stated = (), max_hops: int | None = None, filters: Filters | None = None
) -> BlastRadius:
    """Return what somebody reaches, with what the holder of its best credential can present and what is stated.

    Raises
    ------
    AnalyticsError
        ``who`` names nothing, or several things.
    """
    with reading(at) as snapshot:
        subject = resolve_subject(snapshot, who, stated=dict(stated))
        return blast_radius(
            snapshot, subject, limit=REACH_LIMIT, max_hops=max_hops, own_techniques_only=True, filters=filters
        )


@st.cache_data(max_entries=4, show_spinner=False)
def control_nodes(at: Chosen) -> Mapping[str, str]:
    """Return the id of the node "full control of this scope" by the id of the scope."""
    with reading(at) as snapshot:
        return admin_nodes(snapshot)


@st.cache_data(max_entries=64, show_spinner=False)
def kinds(at: Chosen, wanted: tuple[str, ...]) -> Mapping[str, tuple[str, str]]:
    """Return (node kind, account number) by node id."""
    with reading(at) as snapshot:
        nodes = (snapshot.node(snapshot.node_index(node_id)) for node_id in wanted)
        return {node.id: (node.kind.value, node.scope) for node in nodes}


@st.cache_data(max_entries=128, show_spinner=False)
def witnesses(at: Chosen, who: str, targets: tuple[str, ...], stated: Stated = ()) -> Mapping[str, Witness]:
    """Return one way from somebody to each target, by target id."""
    with reading(at) as snapshot:
        return witnesses_to(snapshot, resolve_subject(snapshot, who, stated=dict(stated)), targets)


@st.cache_data(max_entries=256, show_spinner=False)
def grants(at: Chosen, wanted: tuple[str, ...]) -> Mapping[str, Grant]:
    """Return grants by id; unknown ids are left out."""
    with reading(at) as snapshot:
        return frames.grants_by_id(snapshot, wanted)


def pools(at: Chosen) -> PoolReport:
    """Return the pools, worst first; ``POOL_LIMIT`` at most, counted all."""
    return _pools_by(at, _policy().digest, _policy())


@st.cache_data(max_entries=4, show_spinner="Looking for shared credentials …")
def _pools_by(at: Chosen, digest: str, _policy: Policy) -> PoolReport:
    del digest  # the key: equal digests give equal answers
    with reading(at) as snapshot:
        return find_pools(snapshot, _policy, limit=POOL_LIMIT)


def apps(at: Chosen, which: str) -> AppReport:
    """Return OAuth applications, riskiest first; ``APP_LIMIT`` at most, counted all.

    Parameters
    ----------
    which
        ``listed``, ``third_party`` or ``all``, as ``nhi apps`` means them.
    """
    return _apps_by(at, which, _policy().digest, _policy())


@st.cache_data(max_entries=6, show_spinner="Looking at applications and consents …")
def _apps_by(at: Chosen, which: str, digest: str, _policy: Policy) -> AppReport:
    del digest  # the key: equal digests give equal answers
    question = AppQuestion(everything=which == "all", third_party=which == "third_party", limit=APP_LIMIT)
    with reading(at) as snapshot:
        return find_apps(snapshot, _policy, question)


@st.cache_data(max_entries=16, show_spinner="Comparing what each hop may do …")
def chains(at: Chosen, begin: str, end: str, least: State, min_hops: int) -> ChainsAnswer:
    """Return chains of delegation, worst first; ``CHAIN_LIMIT`` at most.

    Parameters
    ----------
    begin, end
        WHO, or ``""`` for any; ``admin:SCOPE`` as an end.
    """
    with reading(at) as snapshot:
        return find_chains(
            snapshot,
            source=resolve_subject(snapshot, begin) if begin else None,
            target=resolve_subject(snapshot, end_name(snapshot, end)) if end else None,
            min_hops=min_hops,
            limit=CHAIN_LIMIT,
            least=least,
        )


@dataclass(frozen=True, slots=True)
class CutAsked:
    """What the page of cuts asks."""

    sources: tuple[str, ...]
    """WHO or patterns; empty: every identity that is not entitled."""
    targets: tuple[str, ...]
    """WHO, patterns, ``admin:SCOPE``, ``jewels``."""
    least: State
    keep: tuple[str, ...]
    """Globs of grants that must stay."""
    seconds: float


def cut(at: Chosen, asked: CutAsked) -> CheckedCut:
    """Return the fewest grants that separate, with permissions evaluated again without them."""
    return _cut_by(at, asked, _policy().digest, _policy())


@st.cache_data(max_entries=16, show_spinner="Looking for the fewest grants, and evaluating permissions without them …")
def _cut_by(at: Chosen, asked: CutAsked, digest: str, _policy: Policy) -> CheckedCut:
    del digest  # the key: equal digests give equal answers
    with reading(at) as snapshot:
        question = CutQuestion(
            targets=target_numbers(snapshot, asked.targets, _policy),
            sources=source_subjects(snapshot, asked.sources),
            state=asked.least,
            weights=Weights((), asked.keep),
            effort=Effort(asked.seconds),
        )
        return find_checked_cut(snapshot, question)


@dataclass(frozen=True, slots=True)
class Supposed:
    """What would be different if changes were made."""

    opens: tuple[str, ...]
    """A sentence for each change that takes away a guard."""
    effects: Effects


def what_if(at: Chosen, changes: str) -> Supposed:
    """Return what would be different.

    Parameters
    ----------
    changes
        Text of a change file (JSON).

    Raises
    ------
    AnalyticsError, GraphError
        The text is no such file, a change cannot be made, or the snapshot keeps no records.
    """
    return _supposed_by(at, changes, _policy().digest, _policy())


@st.cache_data(max_entries=8, show_spinner="Evaluating all permissions again …")
def _supposed_by(at: Chosen, changes: str, digest: str, _policy: Policy) -> Supposed:
    del digest  # the key: equal digests give equal answers
    with reading(at) as snapshot, TemporaryDirectory(prefix="nhi-what-if-") as folder:
        asked = changes_of(changes, snapshot, "the changes")
        found = suppose(snapshot, asked, Path(folder), policy=_policy)
        return Supposed(found.opens, found.effects)


def findings(at: Chosen) -> RuleReport:
    """Return what the rules say, with the history and suppressions of the workspace."""
    report = _judged(at, _policy())
    if not Path(at.workspace, FILE).exists():
        return report
    with StateStore(Path(at.workspace)) as state:
        return state.apply(report)


def _policy() -> Policy:
    """Return the policy of ``nhi.toml`` in the working directory, as ``nhi findings`` takes it."""
    settings = Path("nhi.toml")
    return read_policy(settings) if settings.exists() else Policy()


def _judged(at: Chosen, policy: Policy) -> RuleReport:
    return _judged_by(at, policy.digest, policy)


@st.cache_data(max_entries=4, show_spinner="Judging by the rules …")
def _judged_by(at: Chosen, digest: str, _policy: Policy) -> RuleReport:
    del digest  # the key: equal digests give equal answers
    with reading(at) as snapshot:
        return evaluate(snapshot, _policy)
