"""Rule aws-open-key-policy: a KMS key lets in outsiders, or nobody of its own account can administer it.

Input: a snapshot. Output: one verdict or more for each customer managed key.
Handled: conditions, denies and RCPs, by the evaluator; grants to principals of other accounts.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._open_resources import judge_policy, knows_own_accounts
from analytics.rules._outsiders import Probe
from analytics.rules._regional import looked_at_everywhere
from analytics.rules._resource_policies import PolicyReader, ResourcePolicy, Seen
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.edges.aws.trust import TrustForm, TrustLine
from graph.edges.aws.world import account_id_of
from graph.evaluate.aws.principals import Principal, PrincipalKind
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-open-key-policy",
    title="KMS key open to outsiders",
    question="Can anyone, or an account that nobody declared, use or administer this KMS key?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "The key policy is the last word on everything encrypted under the key. Whoever may decrypt needs only the "
        "ciphertext; whoever may write the policy or grants decides who else may."
    ),
    remediation=(
        "Name the roles that use the key. Where a service uses it for them, require kms:CallerAccount beside "
        "kms:ViaService. Retire grants to accounts that nobody recognises. Keep one principal of the own account "
        "that may write the key policy."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"),
        Reference("https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html", "2026-11"),
        Reference("https://docs.aws.amazon.com/kms/latest/developerguide/grants.html", "2026-11"),
    ),
    frameworks=(
        "NHI3:2025",
        "NHI5:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST CSF 2.0 PR.DS-01",
        "NIST SP 800-53 SC-12",
        "CIS Controls 8.1 3.3",
        "ISO/IEC 27001:2022 A.8.3",
    ),
    since="0.2.0",
    limits=(
        "Keys that AWS manages are not looked at; their policy cannot be changed.",
        "Declared vendors are known and not reported.",
        "Grants to AWS services are not looked at. Where grants were not collected, that is said once an account.",
        "Whether ciphertext of the key is within an outsider's reach is not known.",
    ),
)

_WRITE = "kms:PutKeyPolicy"
PROBES = (
    Probe("kms:Decrypt", "decrypt", Severity.HIGH),
    Probe("kms:Encrypt", "encrypt", Severity.MEDIUM),
    Probe("kms:GenerateDataKey", "make data keys", Severity.MEDIUM),
    Probe("kms:Sign", "sign", Severity.HIGH),
    Probe("kms:CreateGrant", "grant the key's use to others", Severity.CRITICAL),
    Probe(_WRITE, "rewrite the key policy", Severity.CRITICAL),
    Probe("kms:ScheduleKeyDeletion", "schedule the key's deletion", Severity.HIGH),
)
_ADMINISTERING = frozenset({"CreateGrant"})


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each outsider and for a key without an administrator, else one that passes."""
    accounts: set[str] = set()
    for policy in PolicyReader(snapshot, context).policies(NodeKind.KMS_KEY):
        if policy.node.attributes.get("manager") == "AWS":
            continue
        accounts.add(policy.node.scope)
        verdicts = [*judge_policy(policy, PROBES, context), *_grants(policy, context), *_locked_out(policy, context)]
        failed = [verdict for verdict in verdicts if verdict.outcome is not Outcome.PASSED]
        yield from failed if failed else verdicts[:1]
    for account in sorted(accounts):
        if not looked_at_everywhere(context, account, "kms.list_grants"):
            yield Verdict.not_judged(f"aws:account:{account}", "Grants of its KMS keys are not all in the evidence.")


def _grants(policy: ResourcePolicy, context: RuleContext) -> Iterator[Verdict]:
    for grant in policy.node.attributes.get("outside_grants") or ():
        account = account_id_of(grant["grantee"])
        if context.relation_of(account) in ("own", "vendor"):
            continue
        known = knows_own_accounts(context)
        operations = ", ".join(grant["operations"])
        yield Verdict(
            Outcome.FAILED,
            policy.node.id,
            f"A grant lets {grant['grantee']} of account {account} use the key ({operations}); nobody has declared "
            f"whose it is{'.' if known else ', and there is no list of own accounts.'}",
            key=f"grant:{grant['id']}",
            severity=Severity.CRITICAL if _ADMINISTERING & set(grant["operations"]) else Severity.HIGH,
            confidence=Confidence.HIGH if known else Confidence.LOW,
            evidence=(grant["evidence"],),
            related=(f"aws:account:{account}",),
        )


# ---- nobody administers it -----------------------------------------------------------------------------------------


def _locked_out(policy: ResourcePolicy, context: RuleContext) -> Iterator[Verdict]:
    if policy.seen is not Seen.READ or any(_administers(policy, line, context) for line in policy.lines):
        return
    if any(line.form is TrustForm.NOT_UNDERSTOOD for line in policy.lines):
        return
    yield Verdict(
        Outcome.FAILED,
        policy.node.id,
        "No principal of its own account may write its key policy: only AWS Support can still change it.",
        key="locked-out",
        severity=Severity.LOW,
    )


def _administers(policy: ResourcePolicy, line: TrustLine, context: RuleContext) -> bool:
    """Return whether a line may let in somebody of the own account who can write the policy."""
    own = policy.node.scope
    if not line.statement.covers_action(_WRITE):
        return False
    if line.form is TrustForm.ANYONE:
        whom = f"arn:aws:iam::{own}:user/nhi-probe-7f3a9c"
    elif line.account == own and line.form is TrustForm.ACCOUNT:
        whom = f"arn:aws:iam::{own}:root"
    elif line.account == own and line.form is TrustForm.PRINCIPAL and not _is_missing(line.value, context):
        whom = line.value
    else:
        return False
    caller = Principal(_kind(whom), whom, own, organization_id=context.organization_of(own) or None)
    return policy.state(line, caller, _WRITE) is not State.VOID


def _kind(arn: str) -> PrincipalKind:
    if arn.endswith(":root"):
        return PrincipalKind.ROOT
    return PrincipalKind.ROLE if ":role/" in arn else PrincipalKind.USER


def _is_missing(arn: str, context: RuleContext) -> bool:
    """Return whether a user or role does not exist; a session ARN does not tell, since it lacks the role's path."""
    node = context.node(arn)
    listed = context.looked_at(account_id_of(arn), "iam.get_account_authorization_details")
    return ":iam:" in arn and listed and (node is None or not node.collected)
