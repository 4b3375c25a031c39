"""What removing a grant costs: 1, unless a weights file says otherwise; and which grants must stay.

Input: a CSV file of grant globs and weights, globs of grants to keep. Output: ``Weights``.
Handled: ``*`` and ``?`` in globs; the last row that matches counts; decimals to six places, compared exactly.
Not handled: what a grant is worth to the business; whoever writes the file knows.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.cuts.problem import weights_as_whole_numbers
from analytics.errors import AnalyticsError
from graph.arrays import BoolArray, Int64Array
from graph.evaluate.aws.globs import glob_matches

__all__ = ["WeightError", "Weights", "read_weights"]

_COLUMNS = 2


class WeightError(AnalyticsError):
    """A weight cannot be read, or a glob names no grant."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Costs and prohibitions of one question."""

    rows: tuple[tuple[str, float], ...] = ()
    """Grant glob and weight; the last that matches counts."""
    keep: tuple[str, ...] = ()
    """Globs of grants that must stay."""

    def of(self, ids: Sequence[str], wanted: BoolArray) -> tuple[Int64Array, int]:
        """Return whole weights by grant, and what the weights were multiplied by.

        Parameters
        ----------
        wanted
            Mask of the grants that matter; others weigh 1.
        """
        values = [1.0] * len(ids)
        if self.rows:
            for grant in np.flatnonzero(wanted).tolist():
                for glob, weight in self.rows:
                    if glob_matches(glob, ids[grant]):
                        values[grant] = weight
        try:
            return weights_as_whole_numbers(values)
        except ValueError as error:
            raise WeightError(str(error)) from error

    def kept(self, ids: Sequence[str], wanted: BoolArray) -> BoolArray:
        """Return a mask of the wanted grants that must stay.

        Raises
        ------
        WeightError
            A glob matches no grant of the snapshot at all.
        """
        mask = np.zeros(len(ids), dtype=np.bool_)
        for glob in self.keep:
            hits = [number for number, text in enumerate(ids) if glob_matches(glob, text)]
            if not hits:
                raise WeightError(f"`{glob}` matches no grant of the snapshot; `nhi path` shows the ids of grants")
            mask[hits] = True
        return np.asarray(mask & wanted)


def read_weights(file: Path) -> tuple[tuple[str, float], ...]:
    """Return the rows of a weights file: grant glob, weight; a first row ``grant,weight`` is a heading.

    Raises
    ------
    WeightError
        The file cannot be read, or a row is not a glob and a number above zero.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [(number, row) for number, row in enumerate(csv.reader(lines), start=1) if any(row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WeightError(f"`{file}` cannot be read: {error}") from error
    if rows and [cell.strip().lower() for cell in rows[0][1]] == ["grant", "weight"]:
        rows = rows[1:]
    return tuple(_weight(file, number, row) for number, row in rows)


def _weight(file: Path, number: int, row: Sequence[str]) -> tuple[str, float]:
    if len(row) == _COLUMNS and row[0].strip():
        try:
            weight = float(row[1])
            weights_as_whole_numbers([weight])
        except ValueError as error:
            raise WeightError(f"`{file}` line {number}: {error}") from error
        return row[0].strip(), weight
    raise WeightError(f"`{file}` line {number}: write a grant glob and a weight, such as `aws:trust:*,3`")
