"""Rule aws-shared-execution-role: several workloads that do not belong together run as one role.

Input: a snapshot. Output: one verdict for each role that a workload runs as.
Handled: what belongs together counts once: a stack, an ECS family, an Auto Scaling group, a cluster.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from analytics.workload_families import family_of, is_there
from graph.kinds import Category, EdgeKind, NodeKind, category_of
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-shared-execution-role",
    title="Shared execution role",
    question="Do several workloads that do not belong together run as this role?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "Each of the workloads holds what any of them needs, so a fault in the least of them opens all. The log names "
        "one role for all, and it cannot be revoked or narrowed for one without breaking the others."
    ),
    remediation="Give each workload a role of its own that holds what it uses.",
    references=(
        Reference("https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"),
    ),
    frameworks=(
        "NHI9:2025",
        "NHI5:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.5.16",
    ),
    since="0.2.0",
    limits=(
        "Only workloads whose kinds were collected are counted, so a role that passes may be shared with others.",
        "Roles that services themselves use (of ECS agents, pipelines, CloudFormation) are meant to be shared and are "
        "not counted.",
        "What belongs together is told by the tag of a stack, the family, template, group, cluster or domain; names "
        "are not looked at.",
        "A cluster with its nodes and pods counts as one workload.",
    ),
)

_NOT_COUNTED = frozenset({NodeKind.CLOUDFORMATION_STACK, NodeKind.CLOUDFORMATION_STACK_SET})
_SHOWN = 5


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a role; a workload that no longer exists (terminated instance) does not count."""
    for role, workloads in sorted(_by_role(snapshot).items()):
        families: dict[str, Node] = {}
        for workload in workloads:
            families.setdefault(family_of(workload, by_stack=True), workload)
        if len(families) < max(context.policy.shared_role_workloads, 2):
            yield Verdict.passed(role)
        else:
            yield _failed(role, families, context)


def _by_role(snapshot: Snapshot) -> dict[str, list[Node]]:
    """Return the workloads that run as each collected role, by ARN."""
    arrays = snapshot.arrays
    code = snapshot.edge_kind_code(EdgeKind.RUNS_AS)
    found: defaultdict[str, dict[str, Node]] = defaultdict(dict)
    kinds = [kind for kind in NodeKind if category_of(kind) is Category.WORKLOAD and kind not in _NOT_COUNTED]
    for number in snapshot.nodes_of_kind(*kinds):
        start, end = int(arrays.indptr[number]), int(arrays.indptr[number + 1])
        for edge in range(start, end):
            if arrays.edge_kind[edge] != code:
                continue
            workload, target = snapshot.node(int(number)), snapshot.edge(edge).target
            # A cluster also runs as token subjects, which are no roles.
            if is_there(workload) and ":role/" in target:
                found[target][workload.id] = workload
    return {role: [nodes[key] for key in sorted(nodes)] for role, nodes in found.items()}


def _failed(role: str, families: dict[str, Node], context: RuleContext) -> Verdict:
    first = list(families.values())
    shown = [f"{workload.name} ({_words(workload.kind)})" for workload in first[:_SHOWN]]
    more = f" and {len(first) - _SHOWN} more" if len(first) > _SHOWN else ""
    node = context.node(role)
    much = node is not None and node.impact in ("H1", "H2", "H3", "H4", "H5", "H6")
    return Verdict(
        Outcome.FAILED,
        role,
        f"{len(first)} workloads run as the role: {', '.join(shown)}{more}.",
        severity=context.severity_for(role, Severity.MEDIUM if much else Severity.LOW),
        evidence=tuple(workload.evidence for workload in first[:_SHOWN] if workload.evidence),
        related=tuple(workload.id for workload in first),
    )


def _words(kind: NodeKind) -> str:
    """Return the kind's name without the vendor's prefix."""
    return kind.value.removeprefix("Aws")
