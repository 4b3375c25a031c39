"""The calls for workloads on servers and containers.

Input: none (data only). Output: tuples that ``collectors.aws.operations`` joins. Not handled: making the calls.
"""

from __future__ import annotations

from collectors.aws.compute.operations_containers import CONTAINERS_REGIONAL
from collectors.aws.compute.operations_servers import SERVERS_FROM_DUMPS, SERVERS_REGIONAL
from collectors.interface import Operation

__all__ = ["FROM_DUMPS", "GLOBAL", "REGIONAL"]

REGIONAL: tuple[Operation, ...] = (*SERVERS_REGIONAL, *CONTAINERS_REGIONAL)
"""Operations whose evidence stands in a folder for each region, per-object ones included."""
GLOBAL: tuple[Operation, ...] = ()
"""Operations that are asked once an account."""
FROM_DUMPS: tuple[Operation, ...] = SERVERS_FROM_DUMPS
"""What is read when a dump holds it, and never asked."""
