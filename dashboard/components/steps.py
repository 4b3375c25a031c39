"""A path as numbered steps: what is done, how sure it is, under which conditions, by which grants.

Input: ``Step`` rows and the grants behind them. Output: HTML, everything escaped. Not handled: finding the path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analytics.steps import Step, conditions_data
from dashboard.components.markup import badge, code, escape
from dashboard.words import STATE_MEANINGS, plural
from graph.kinds import State
from graph.model import Grant

__all__ = ["grant_ids", "grant_list", "legend", "step_list"]


def grant_ids(steps: Iterable[Step]) -> tuple[str, ...]:
    """Return the ids of all grants of some steps, sorted."""
    return tuple(sorted({grant for step in steps for grant in step.grants}))


def legend(states: Iterable[State] = tuple(STATE_MEANINGS)) -> str:
    """Return what the states mean, surest first."""
    rows = (f"<span>{badge(state.word, state.word)} {escape(STATE_MEANINGS[state])}</span>" for state in states)
    return f'<div class="nhi-legend">{"".join(rows)}</div>'


def step_list(steps: Sequence[Step], grants: Mapping[str, Grant]) -> str:
    """Return the steps as a numbered list; grants that are not in ``grants`` are shown by id."""
    rows = (_step(number, step, grants) for number, step in enumerate(steps, start=1))
    return f'<ol class="nhi-steps">{"".join(rows)}</ol>'


def _step(number: int, step: Step, grants: Mapping[str, Grant]) -> str:
    technique = f' <span class="nhi-sub">technique {escape(step.technique)}</span>' if step.technique else ""
    ids = f"{code(step.source)}<br>{code(step.target)}" + (f"<br>via {code(step.via)}" if step.via else "")
    conditions = "".join(
        f'<div class="nhi-why">only if <b>{escape(row["text"])}</b></div>' for row in conditions_data(step.conditions)
    )
    guards = f'<div class="nhi-why nhi-sub">shaped by {escape(", ".join(step.guards))}</div>' if step.guards else ""
    texts = "; ".join(_grant_text(grant, grants) for grant in step.grants)
    granted = f"{plural(len(step.grants), 'grant')}: {texts}" if step.grants else "ids"
    return (
        f'<li data-number="{number}" title="{escape(f"{step.source} → {step.target}")}">{escape(step.text)} '
        f"{badge(step.state.word, step.state.word)}{technique}{conditions}{guards}"
        f'<details class="nhi-why"><summary>{escape(granted)}</summary>{ids}{grant_list(step.grants, grants)}</details>'
        "</li>"
    )


def _grant_text(grant_id: str, grants: Mapping[str, Grant]) -> str:
    return grants[grant_id].text if grant_id in grants else grant_id


def grant_list(ids: Sequence[str], grants: Mapping[str, Grant]) -> str:
    """Return grants as a list: what people call it, its id, where the evidence says so."""
    if not ids:
        return ""
    rows = []
    for grant_id in ids:
        grant = grants.get(grant_id)
        where = f"<br>{code(grant.evidence)}" if grant is not None and grant.evidence else ""
        rows.append(f"<li>{escape(_grant_text(grant_id, grants))}<br>{code(grant_id)}{where}</li>")
    return f'<ul class="nhi-list">{"".join(rows)}</ul>'
