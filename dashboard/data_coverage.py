"""What was looked at, as pages read it, cached; the large table is shared and never copied.

Input: the chosen snapshot. Output: tables, counts. Not handled: how they are made (``dashboard.looked_at``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.blind_spots import never_read, referred_to
from dashboard.looked_at import joint_frame, looked_at_frame, outcome_counts, unverified_steps

__all__ = ["Beside", "beside", "counts", "looked_at"]

_MOST_GAPS = 200


@dataclass(frozen=True, slots=True)
class Beside:
    """What the coverage page tells beside the calls."""

    joints: pd.DataFrame
    outside: tuple[str, ...]
    """Systems that something refers to and nobody collected."""
    never: tuple[str, ...]
    """Vendors of whom there is no evidence at all."""
    gaps: tuple[Mapping[str, Any], ...]
    """Of the build; the first of them."""
    gap_count: int
    unverified: int
    steps: int
    identities: int


@st.cache_resource(max_entries=2, show_spinner="Reading what was looked at …")
def looked_at(at: data.Chosen) -> pd.DataFrame:
    """Return one row an operation and place; INVARIANT: shared by all sessions, so nobody changes it."""
    with data.reading(at) as snapshot:
        return looked_at_frame(snapshot)


@st.cache_data(max_entries=4, show_spinner=False)
def counts(at: data.Chosen) -> Mapping[str, int]:
    """Return the number of operations and places by outcome."""
    return outcome_counts(looked_at(at))


@st.cache_data(max_entries=4, show_spinner=False)
def beside(at: data.Chosen) -> Beside:
    """Return figures of joints, systems outside, gaps of the build and unverified steps."""
    with data.reading(at) as snapshot:
        gaps = snapshot.manifest.facts.get("gaps") or ()
        unverified, steps = unverified_steps(snapshot)
        return Beside(
            joint_frame(snapshot),
            referred_to(snapshot),
            never_read(snapshot),
            tuple(gaps[:_MOST_GAPS]),
            len(gaps),
            unverified,
            steps,
            int(snapshot.manifest.counts.get("nodes", 0)),
        )
