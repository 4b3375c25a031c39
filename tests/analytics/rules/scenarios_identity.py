"""Scenarios of the rules about identities and their credentials: a vulnerable world and a safe twin each.

Input: none. Output: a table that ``scenarios.SCENARIOS`` holds. Not handled: the other rules.
"""

from __future__ import annotations

from tests.analytics.rules.building import Scenario

__all__ = ["IDENTITY_SCENARIOS"]

IDENTITY_SCENARIOS: dict[str, Scenario] = {}
