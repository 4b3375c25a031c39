"""The calls for build, data, deployment and event services.

Input: none (data only). Output: tuples that ``collectors.aws.operations`` joins. Not handled: making the calls.
"""

from __future__ import annotations

from collectors.interface import Operation

__all__ = ["FROM_DUMPS", "GLOBAL", "REGIONAL"]

REGIONAL: tuple[Operation, ...] = ()
"""Operations whose evidence stands in a folder for each region, per-object ones included."""
GLOBAL: tuple[Operation, ...] = ()
"""Operations that are asked once an account."""
FROM_DUMPS: tuple[Operation, ...] = ()
"""What is read when a dump holds it, and never asked."""
