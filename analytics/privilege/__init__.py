"""Questions about privilege: yes, no or unknown of every identity and credential, with what was looked at.

Input: a snapshot, settings. Output: ``Judgement`` rows by question and id.
Handled: orphaned, dormant, standing, unused, crossing; one file each for AWS, one for Entra and
Azure together, one for what was imported.
Not handled: severity, which the rules give; what is unknown stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from analytics.policy import Policy
from analytics.privilege import crossing, dormant, entra, orphaned, other, standing, unused
from analytics.privilege.answers import Answer, Judgement
from analytics.privilege.dormant import credential_use, use_text
from analytics.rules._context import RuleContext
from analytics.subjects import question_time
from graph.kinds import NodeKind
from graph.model import Credential
from graph.snapshot import Snapshot

__all__ = ["QUESTIONS", "Answer", "Judgement", "privilege"]

QUESTIONS: Mapping[str, Callable[[Snapshot, RuleContext], Iterator[Judgement]]] = {
    orphaned.QUESTION: orphaned.judge,
    dormant.QUESTION: dormant.judge,
    standing.QUESTION: standing.judge,
    unused.QUESTION: unused.judge,
    crossing.QUESTION: crossing.judge,
}
"""By name, in the order of telling."""
_TAKES_USE = (standing.QUESTION, unused.QUESTION, crossing.QUESTION)
"""Questions whose answer is no for a credential that cannot be used."""
_AS_IDENTITY = "As the identity that it proves: "
_NOT_JUDGED = "Root users, service-linked roles and roles of IAM Identity Center are not judged here."


def privilege(
    snapshot: Snapshot, policy: Policy | None = None, *, questions: Sequence[str] = tuple(QUESTIONS)
) -> Iterator[Judgement]:
    """Yield the answers to some questions, by question as ``QUESTIONS`` orders them, then by id.

    Parameters
    ----------
    policy
        Thresholds of ``nhi.toml``.
    questions
        Names of ``QUESTIONS``.

    Notes
    -----
    Every collected user, role and root user of AWS and every non-human identity of Entra and of imported tables has one
    row a question, and so has every credential; what a question does not judge is ``unknown``, with the reason. People
    of a tenant are not asked about.
    """
    context = RuleContext(snapshot, policy or Policy(), question_time(snapshot))
    for name, judge in QUESTIONS.items():
        if name in questions:
            rows = {row.id: row for row in judge(snapshot, context)}
            if name in entra.QUESTIONS:
                rows |= {row.id: row for row in entra.QUESTIONS[name](snapshot, context)}
            if name in other.QUESTIONS:
                rows |= {row.id: row for row in other.QUESTIONS[name](snapshot, context)}
            rows |= {row.id: row for row in _left_out(context, name, rows)}
            rows |= {row.id: row for row in _credentials(context, name, rows)}
            yield from (rows[each] for each in sorted(rows))


def _left_out(context: RuleContext, question: str, rows: Mapping[str, Judgement]) -> Iterator[Judgement]:
    for node in context.nodes(NodeKind.AWS_USER, NodeKind.AWS_ROLE, NodeKind.AWS_ROOT):
        if node.id not in rows:
            yield Judgement(node.id, node.kind.value, question, Answer.UNKNOWN, _NOT_JUDGED)


def _credentials(context: RuleContext, question: str, rows: Mapping[str, Judgement]) -> Iterator[Judgement]:
    """Yield what a question says of credentials by their identity, unless it judges them itself."""
    for row in context.snapshot.table("credentials").rows():
        credential = Credential(**row)
        node = context.node(credential.node)
        if node is None or node.id in rows:
            continue
        found, last = rows.get(credential.identity), use_text(credential_use(credential))
        if found is None:
            what = f"Its identity {credential.identity} was not collected."
            yield Judgement(node.id, node.kind.value, question, Answer.UNKNOWN, what, last_used=last)
        elif not credential.active and question in _TAKES_USE and found.verdict is not Answer.NO:
            what = "It is inactive: nobody can use it now."
            yield replace(
                found, id=node.id, kind=node.kind.value, verdict=Answer.NO, reason=what, last_used=last,
                signs=(), grants=(), steps=(),
            )  # fmt: skip
        else:
            told = f"{_AS_IDENTITY}{found.reason}"
            grants = (node.id,) if found.verdict is Answer.YES else ()
            yield replace(found, id=node.id, kind=node.kind.value, reason=told, last_used=last, grants=grants)
