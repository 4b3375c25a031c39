"""Scenarios of the rules about resources and workloads: a vulnerable world and a safe twin each.

Input: none. Output: a table that ``scenarios.SCENARIOS`` holds. Not handled: the other rules.
"""

from __future__ import annotations

from tests.analytics.rules.building import Scenario

__all__ = ["RESOURCE_SCENARIOS"]

RESOURCE_SCENARIOS: dict[str, Scenario] = {}
