"""Broken answers never stop the reading: any value may be of any type, and what is lost is told."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from collectors.azure.to_records import to_records
from collectors.evidence.reader import read_evidence
from graph.build import build_graph
from tests.collectors.azure_records.test_to_records import everything
from tests.worlds.azure import subscription_id

ODD = (None, 7, -1.5, True, "", "text", [], ["text"], [7], [[]], [None], {}, {"id": 7}, {"id": "/x"}, {"value": 3})
FEW = ("subscriptions.json", f"{subscription_id('prod')}/authorization.roleDefinitions.json")
"""Left whole, so that something can be read at all."""


def _spoil(value: Any, dice: random.Random, depth: int = 0) -> Any:
    if depth > 2 and dice.random() < 0.06:
        return dice.choice(ODD)
    if isinstance(value, dict):
        return {key: _spoil(item, dice, depth + 1) for key, item in value.items() if dice.random() > 0.02}
    if isinstance(value, list):
        return [_spoil(item, dice, depth + 1) for item in value]
    return value


def _spoiled(folder: Path, seed: int) -> Path:
    everything().build(folder)
    dice = random.Random(seed)
    for place in sorted(folder.rglob("*.json*")):
        if str(place).endswith(FEW):
            continue
        lines = place.read_text(encoding="utf-8").splitlines()
        body = "\n".join(json.dumps(_spoil(json.loads(line), dice)) for line in lines)
        place.write_text(body, encoding="utf-8")
    return folder


@pytest.mark.parametrize("seed", range(25))
def test_what_is_broken_is_told_and_the_rest_is_read(tmp_path: Path, seed: int) -> None:
    evidence = read_evidence([_spoiled(tmp_path, seed)])
    records = to_records(evidence)
    identity_graph, gaps = build_graph(evidence)
    assert records.subscriptions
    assert identity_graph.nodes
    reasons = [gap.reason for gap in records.gaps]
    assert reasons and len(reasons) == len(set(zip(reasons, (gap.operation for gap in records.gaps), strict=True)))
    assert all(reason.startswith("azure/") and "#/" in reason for reason in reasons)
    assert set(records.gaps) <= set(gaps)
    assert all("\n" not in reason for reason in reasons)
