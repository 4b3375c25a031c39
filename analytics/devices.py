"""Whose holder presents no MFA because the user has no device for it.

Input: a snapshot. Output: node numbers.
Not handled: enrolling a device, which is a step of its own and ends at the user as changed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.arrays import Int32Array
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["without_device"]


def without_device(snapshot: Snapshot) -> Int32Array:
    """Return the numbers, ascending, of users, root users and passwords of whom the evidence says that none is there.

    Notes
    -----
    Attributes are parsed only where their text speaks of MFA at all.
    """
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see

    numbers = snapshot.nodes_of_kind(NodeKind.AWS_USER, NodeKind.AWS_ROOT, NodeKind.AWS_PASSWORD)
    if not numbers.size:
        return numbers
    column = snapshot.table("nodes").columns(["attributes"])["attributes"]
    says = np.asarray(pc.indices_nonzero(pc.match_substring(column, '"mfa_active"')).to_pylist(), dtype=np.int64)
    found = [
        number
        for number in np.intersect1d(numbers, says).tolist()
        if snapshot.node(number).attributes.get("mfa_active") is False
    ]
    return np.asarray(found, dtype=np.int32)
