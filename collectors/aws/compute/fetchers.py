"""What the collector runs for workloads on servers and containers.

Input: none (data only). Output: fetching functions by service. Not handled: their order; they are independent.
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.aws.fetching import AwsFetch

__all__ = ["EVERYWHERE", "REGIONAL"]

REGIONAL: tuple[tuple[str, Callable[[AwsFetch, str], None]], ...] = ()
"""Service (boto3's name of the client, which the settings leave out by) and what fetches one region."""
EVERYWHERE: tuple[tuple[str, Callable[[AwsFetch], None]], ...] = ()
"""Service and what fetches that which is asked once an account."""
