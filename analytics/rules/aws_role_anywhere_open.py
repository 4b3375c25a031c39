"""Rule aws-role-anywhere-open: a role takes any certificate of any trust anchor of its account.

Input: a snapshot. Output: one verdict for each role that trusts IAM Roles Anywhere.
Handled: conditions, denies and RCPs: the evaluator is asked about an anchor that nobody named and a certificate of
which nothing is known.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._regional import looked_at_everywhere
from analytics.rules._resource_policies import PolicyReader, ResourcePolicy
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.edges.aws.trust import TrustForm
from graph.evaluate.aws.principals import Principal, PrincipalKind
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-role-anywhere-open",
    title="Role for any certificate",
    question="Does the role take any certificate of any trust anchor of its account?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A certificate authority issues for many machines, and an account may get further authorities. A role that "
        "asks neither which authority nor which certificate is every machine's role."
    ),
    remediation=(
        "Require the anchor (aws:SourceArn) and a field of the certificate, such as aws:PrincipalTag/x509Subject/CN, "
        "in the trust policy."
    ),
    references=(Reference("https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html", "2026-11"),),
    frameworks=(
        "NHI4:2025",
        "NIST CSF 2.0 PR.AA-03",
        "NIST SP 800-53 IA-9",
        "NIST SP 800-53 IA-5(2)",
        "ISO/IEC 27001:2022 A.8.5",
    ),
    since="0.2.0",
    limits=(
        "A role that names the anchor and no field of the certificate passes: the authority may serve it alone.",
        "Which certificates an authority issues, and which are revoked, is not known.",
        "Whether a profile lists the role is not asked; a profile can be added later.",
    ),
)

_SERVICE, _ASSUME, _ANCHORS = "rolesanywhere.amazonaws.com", "sts:AssumeRole", "rolesanywhere.list_trust_anchors"


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a role."""
    anchors = Counter(node.scope for node in context.nodes(NodeKind.TRUST_ANCHOR))
    for role in PolicyReader(snapshot, context).policies(NodeKind.AWS_ROLE, layer="trust"):
        if role.gap:
            yield Verdict.not_judged(role.node.id, role.gap)
            continue
        lines = [
            line
            for line in role.lines
            if line.form is TrustForm.SERVICE and line.value == _SERVICE and line.statement.covers_action(_ASSUME)
        ]
        if not lines:
            continue
        account = role.node.scope
        stated = {
            "aws:sourcearn": (f"arn:aws:rolesanywhere:us-east-1:{account}:trust-anchor/nhi-probe-7f3a9c",),
            "aws:sourceaccount": (account,),
        }
        caller = Principal(PrincipalKind.SERVICE, _SERVICE, "")
        open_lines = [line for line in lines if role.state(line, caller, _ASSUME, stated=stated) is State.VERIFIED]
        if open_lines:
            yield _failed(role, tuple(role.grant(line) for line in open_lines), anchors[account], context)
        else:
            yield Verdict.passed(role.node.id)


def _failed(role: ResourcePolicy, grants: tuple[str, ...], anchors: int, context: RuleContext) -> Verdict:
    none = not anchors and looked_at_everywhere(context, role.node.scope, _ANCHORS)
    text = "The role takes any certificate of any trust anchor of its account"
    text += "; there is no anchor today." if none else f" ({anchors} today)." if anchors else "."
    severity = Severity.LOW if none else context.severity_for(role.node.id, Severity.MEDIUM)
    return Verdict(Outcome.FAILED, role.node.id, text, key="any-certificate", severity=severity, grants=grants)
