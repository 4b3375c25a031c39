"""Jobs that outsiders get into, judged by what the job then gives them; shared by the rules about each way in.

Input: a technique and how its finding begins. Output: one verdict a job.
Handled: ways that rest on a condition of a job, a review or a label; who gets in. Not handled: other techniques.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._github_jobs import Job, Opened, jobs, openings, power
from analytics.rules._github_stakes import Stake, stakes
from analytics.verdicts import Confidence, Outcome, Severity, Verdict
from graph.evaluate.github.ids import ANYONE
from graph.kinds import State

__all__ = ["judge_entries"]


def judge_entries(context: RuleContext, technique: str, begins: str) -> Iterator[Verdict]:
    """Yield one verdict a job: one that outsiders do not get into by a technique passes.

    Parameters
    ----------
    begins
        How the message begins, with a place for who gets in: ``Code that {who} sends runs in``.
    """
    entered = {opened.job.node.id: opened for opened in openings(context, technique)}
    for number, job in jobs(context).items():
        yield _judge(context, entered[number], begins) if number in entered else Verdict.passed(job.node.id)


def _judge(context: RuleContext, opened: Opened, begins: str) -> Verdict:
    job, edge = opened.job, context.snapshot.edge(opened.edge)
    state = State(int(context.levels[opened.edge]))
    held = power(context, job)
    if not held:
        if job.written is None or job.asks is None:
            return Verdict.not_judged(job.node.id, "What its GITHUB_TOKEN may do by default was not looked at.")
        return Verdict.passed(job.node.id)
    if state is State.UNVERIFIED:
        return Verdict.not_judged(job.node.id, f"Outsiders may get in; that is not sure: {edge.note}")
    conditional = state is State.CONDITIONAL
    who = context.snapshot.node(int(context.snapshot.arrays.edge_source[opened.edge])).name
    return Verdict(
        Outcome.FAILED,
        job.node.id,
        f"{begins.format(who=who)} {job.node.name}, which holds {' and '.join(held)}"
        + (", once somebody approves or sets the label." if conditional else "."),
        severity=_severity(context, job, anyone=edge.source == ANYONE, conditional=conditional),
        confidence=Confidence.MEDIUM if conditional else Confidence.HIGH,
        state=state,
        grants=edge.grants,
        related=(job.workflow, edge.source, *job.secrets),
    )


def _severity(context: RuleContext, job: Job, *, anyone: bool, conditional: bool) -> Severity:
    usual = Severity.HIGH if anyone else Severity.MEDIUM
    if stakes(context).of(job.node.id) is Stake.ADMIN:
        usual = usual.raised()
    elif job.little:
        usual = usual.raised(-1)
    return usual.raised(-1) if conditional else usual
