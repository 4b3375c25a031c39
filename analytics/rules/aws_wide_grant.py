"""Rule aws-wide-grant: a statement of an own policy grants by wildcard or by exception.

Input: a snapshot. Output: one verdict or more for each user, role and group.
Handled: inline and customer managed policies in force: Allow with NotAction; Action ``*`` or ``service:*`` on every
resource of the service. Not handled: see ``META.limits``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from analytics.rules._context import RuleContext
from analytics.rules._documents import Documents
from analytics.rules._identities import policies_seen
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.catalog.loader import impact_aws
from graph.evaluate.aws.document import Effect, Statement
from graph.kinds import Impact, NodeKind
from graph.model import DocumentUse, Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-wide-grant",
    title="Wildcard or exception grant",
    question="Does a statement of the organisation's own policies allow by wildcard, or everything but a list?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Such a statement allows actions that nobody chose, those that the vendor adds tomorrow included. It grows by "
        "itself and cannot be reviewed."
    ),
    remediation=(
        "List the actions in use and the resources that they are for. Where an exception is meant, allow a list and "
        "put what must never happen into a Deny statement, a boundary or a service control policy."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"),
    ),
    frameworks=(
        "NHI5:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "CIS Controls 8.1 6.8",
        "PCI DSS 4.0.1 7.2.5",
    ),
    since="0.1.0",
    limits=(
        "Policies that AWS manages are not reported; their attachment is not a statement of the organisation's own.",
        "Partial wildcards such as `iam:Create*` are not reported.",
        "Policies attached to nothing, boundaries, resource policies and control policies are not looked at.",
        "What a service control policy takes away again is not weighed.",
    ),
)

_EVERYTHING = re.compile(r"\*+(:\*+)?")
_SERVICE = re.compile(r"([^:]+):\*+")
_ANY_RESOURCE = re.compile(r"\*+")
_GRAVE = frozenset({Impact.H1, Impact.H2})
_SERIOUS = frozenset({Impact.H3, Impact.H4, Impact.H5, Impact.H6, Impact.H7, Impact.H8})


@dataclass(frozen=True, slots=True)
class _Width:
    """What is too wide about a statement."""

    text: str
    severity: Severity


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each wide statement in force on a holder, or one that passes or is not judged."""
    documents = Documents(snapshot)
    for node in context.nodes(NodeKind.AWS_USER, NodeKind.AWS_ROLE, NodeKind.AWS_GROUP):
        if not node.attributes.get("service_linked"):
            yield from _holder(snapshot, documents, node)


def _holder(snapshot: Snapshot, documents: Documents, node: Node) -> Iterator[Verdict]:
    uses = snapshot.document_uses(node.id)
    bounded = any(use.layer == "boundary" for use in uses)
    failures: dict[str, Verdict] = {}
    missing: list[str] = []
    for use in uses:
        if use.layer not in ("identity", "group") or _managed_by_aws(use):
            continue
        document = documents.compiled(use.digest)
        if document is None:
            missing.append(use.label)
            continue
        for statement in document.statements:
            width = _width(statement)
            if width is not None:
                verdict = _failed(node, use, statement, width, bounded)
                failures.setdefault(verdict.key, verdict)
    yield from failures.values()
    if missing:
        yield Verdict.not_judged(node.id, f"Not in the evidence or not readable: {', '.join(sorted(missing))}.")
    elif not policies_seen(node):
        yield Verdict.not_judged(node.id, "Its policies are not in the evidence.")
    elif not failures:
        yield Verdict.passed(node.id)


def _managed_by_aws(use: DocumentUse) -> bool:
    return use.label.startswith("policy arn:") and ":iam::aws:policy/" in use.label


def _failed(node: Node, use: DocumentUse, statement: Statement, width: _Width, bounded: bool) -> Verdict:
    sid = f" ({statement.sid})" if statement.sid else ""
    limits = [*(["under conditions"] if statement.conditions else []), *(["under a boundary"] if bounded else [])]
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"{use.label[0].upper()}{use.label[1:]}, statement {statement.index}{sid}, {width.text}"
        + (f" ({', '.join(limits)})." if limits else "."),
        key=f"{use.grant_prefix}:{_stable(statement)}",
        severity=width.severity.raised(-len(limits)),
        grants=(f"{use.grant_prefix}#{statement.index}" if use.per_statement else use.grant_prefix,),
    )


def _stable(statement: Statement) -> str:
    """Return what identifies a statement while others come and go around it: its Sid, else what it says."""
    if statement.sid:
        return statement.sid
    said = repr((statement.actions, statement.not_action, statement.resources, statement.not_resource,
                 statement.conditions))  # fmt: skip
    return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def _width(statement: Statement) -> _Width | None:
    if statement.effect is not Effect.ALLOW:
        return None
    if statement.not_action:
        return _exception(statement)
    if any(_EVERYTHING.fullmatch(action) for action in statement.actions):
        if _on_everything(statement, ""):
            return _Width("allows every action on every resource", Severity.HIGH)
        return None
    services = [match.group(1) for match in map(_SERVICE.fullmatch, statement.actions) if match is not None]
    wide = sorted({service for service in services if _on_everything(statement, service)})
    if not wide:
        return None
    severity = max(_service_severity(service) for service in wide)
    return _Width(f"allows every action of {', '.join(wide)} on every resource", severity)


def _exception(statement: Statement) -> _Width:
    listed = ", ".join(statement.actions[:5]) + (" …" if len(statement.actions) > 5 else "")
    if not _on_everything(statement, ""):
        return _Width(f"allows every action but {listed} (NotAction) on its resources", Severity.LOW)
    grave = any(statement.covers_action(action) for impact in _GRAVE for action in impact_aws().classes[impact])
    severity = Severity.HIGH if grave else Severity.MEDIUM
    return _Width(f"allows every action but {listed} (NotAction) on every resource", severity)


def _on_everything(statement: Statement, service: str) -> bool:
    if statement.not_resource:
        return True
    return any(_covers(pattern, service) for pattern in statement.resources)


def _covers(pattern: str, service: str) -> bool:
    """Return whether a resource pattern leaves nothing of the service out; for no service: of any."""
    if _ANY_RESOURCE.fullmatch(pattern):
        return True
    parts = pattern.split(":", 5)
    # A `*` runs over colons, so a short pattern such as `arn:aws:*` covers all that its fixed parts do.
    if parts[-1] != "*" or parts[0] != "arn":
        return False
    fixed = [part for part in parts[2:-1] if part not in ("*", "")]
    return not fixed or (fixed == [service] and parts[2] == service)


@cache
def _service_severity(service: str) -> Severity:
    worst = {
        impact
        for impact, actions in impact_aws().classes.items()
        if any(action.split(":", 1)[0].lower() == service for action in actions)
    }
    if worst & _GRAVE or "*" in service:
        return Severity.HIGH
    return Severity.MEDIUM if worst & _SERIOUS else Severity.LOW
