"""A row of numbers with what they count.

Input: ``Metric`` rows. Output: drawn on the page. Not handled: where the numbers come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

__all__ = ["Metric", "metric_row"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One number."""

    label: str
    value: int
    help: str = ""
    """What exactly is counted."""


def metric_row(metrics: Sequence[Metric]) -> None:
    """Draw the numbers side by side."""
    for column, metric in zip(st.columns(len(metrics)), metrics, strict=True):
        column.metric(metric.label, f"{metric.value:,}", help=metric.help or None, border=True)
