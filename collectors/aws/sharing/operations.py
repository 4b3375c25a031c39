"""The calls for shared resources and other ways into an account.

Input: none (data only). Output: tuples that ``collectors.aws.operations`` joins. Not handled: making the calls.
Permission names, error codes and answers without any field: the API reference of each service (read 2026-11).
"""

from __future__ import annotations

from collectors.aws.sharing.operations_access import ACCESS_GLOBAL, ACCESS_REGIONAL
from collectors.aws.sharing.operations_resources import RESOURCES_GLOBAL, RESOURCES_REGIONAL
from collectors.interface import Operation

__all__ = ["FROM_DUMPS", "GLOBAL", "REGIONAL"]

REGIONAL: tuple[Operation, ...] = (*RESOURCES_REGIONAL, *ACCESS_REGIONAL)
"""Operations whose evidence stands in a folder for each region, per-object ones included."""
GLOBAL: tuple[Operation, ...] = (*RESOURCES_GLOBAL, *ACCESS_GLOBAL)
"""Operations that are asked once an account."""
FROM_DUMPS: tuple[Operation, ...] = ()
"""What is read when a dump holds it, and never asked."""
