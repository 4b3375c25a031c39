"""Rule aws-confused-deputy: a service is let in without a word on whose resource it acts for.

Input: a snapshot. Output: one verdict or more for each role or resource that names such a service.
Handled: conditions on account, ARN and organization of the source, denies and RCPs: the evaluator is asked about the
service as it acts for a resource of a stranger's account.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from analytics.rules._context import RuleContext
from analytics.rules._outsiders import targets_of
from analytics.rules._resource_policies import PolicyReader, ResourcePolicy
from analytics.rules._trust import is_positive
from analytics.rules.aws_open_resource_policy import PROBES
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.edges.aws.confused_deputy import SERVICES
from graph.edges.aws.trust import TrustForm, TrustLine
from graph.evaluate.aws.principals import Principal, PrincipalKind
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-confused-deputy",
    title="Service let in for anybody",
    question="Does the policy let in a service without saying for whose resources it may act?",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    rationale=(
        "Such a service acts for every customer of AWS. Where the policy names the service alone, a stranger can set "
        "up a resource of its own there that points at yours, and the service does what the stranger could not."
    ),
    remediation=(
        "Add a condition on aws:SourceArn with the resource that is meant; where it is not known, on aws:SourceAccount "
        "or aws:SourceOrgID. A resource control policy on aws:SourceOrgID does so for all resources at once."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html", "2026-11"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html", "2026-11"),
    ),
    frameworks=(
        "NHI3:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-4",
        "CIS Controls 8.1 3.3",
        "ISO/IEC 27001:2022 A.5.15",
    ),
    since="0.2.0",
    limits=(
        "Only services whose documentation asks for such a condition are looked at.",
        "Some services check by themselves that role and resource are of one account; confidence is therefore medium.",
        "KMS key policies are not looked at, since several services send no source with their calls to KMS.",
        "IAM Roles Anywhere is asked about by `aws-role-anywhere-open`.",
    ),
)

_ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"
_STRANGER = "000000000000"
_PROBE = "nhi-probe-7f3a9c"
_WILD = re.compile(r"[*?]")
_OF_RESOURCES = frozenset(
    {
        "apigateway.amazonaws.com", "bedrock.amazonaws.com", "cloudfront.amazonaws.com", "cloudtrail.amazonaws.com",
        "cloudwatch.amazonaws.com", "cognito-idp.amazonaws.com", "config.amazonaws.com", "delivery.logs.amazonaws.com",
        "events.amazonaws.com", "guardduty.amazonaws.com", "iot.amazonaws.com", "logs.amazonaws.com",
        "s3.amazonaws.com", "secretsmanager.amazonaws.com", "ses.amazonaws.com", "sns.amazonaws.com",
    }
)  # fmt: skip
"""Services whose documentation shows a source condition in the policy of a bucket, function, queue or topic."""
_KINDS = tuple(kind for kind in PROBES if kind not in (NodeKind.ECR_REPOSITORY, NodeKind.LAMBDA_LAYER))


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each such service, else one that passes; without such a service none."""
    reader = PolicyReader(snapshot, context)
    for role in reader.policies(NodeKind.AWS_ROLE, layer="trust"):
        if not role.node.attributes.get("service_linked"):
            yield from _judge(role, SERVICES - {_ROLES_ANYWHERE}, context)
    for resource in reader.policies(*_KINDS):
        yield from _judge(resource, _OF_RESOURCES, context)


def _judge(policy: ResourcePolicy, services: frozenset[str], context: RuleContext) -> Iterator[Verdict]:
    if policy.gap:
        yield Verdict.not_judged(policy.node.id, policy.gap)
        return
    found: dict[str, list[TrustLine]] = {}
    unclear: dict[str, None] = {}
    seen = False
    for line in policy.lines:
        if line.form is not TrustForm.SERVICE or _general(line.value) not in services:
            continue
        seen = True
        state = _for_a_stranger(policy, line)
        if state is State.UNVERIFIED:
            unclear[line.value] = None
        elif state is not State.VOID:
            found.setdefault(line.value, []).append(line)
    for service, lines in sorted(found.items()):
        yield _failed(policy, service, lines, context)
    for service in sorted(unclear.keys() - found.keys()):
        yield Verdict.not_judged(policy.node.id, f"The conditions under which it lets in {service} are not understood.")
    if seen and not found and not unclear:
        yield Verdict.passed(policy.node.id)


def _general(service: str) -> str:
    """Return a regional service principal (``logs.eu-west-1.amazonaws.com``) without its region."""
    parts = service.split(".")
    regional = len(parts) > 3 and re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", parts[-3]) is not None
    return ".".join((*parts[:-3], *parts[-2:])) if regional else service


def _for_a_stranger(policy: ResourcePolicy, line: TrustLine) -> State:
    """Return how surely the service gets in as it acts for a resource of an account that is not ours."""
    caller = Principal(PrincipalKind.SERVICE, line.value, "")
    best = State.VOID
    for action, target in _tried(policy, line):
        for source in _sources(line):
            best = max(best, policy.state(line, caller, action, target, _acting_for(source)))
    return best


def _tried(policy: ResourcePolicy, line: TrustLine) -> Iterator[tuple[str, str]]:
    if policy.layer == "trust":
        if line.statement.covers_action("sts:AssumeRole"):
            yield "sts:AssumeRole", policy.node.id
        return
    for probe in PROBES[policy.node.kind]:
        if line.statement.covers_action(probe.action):
            for target in targets_of(line, probe):
                yield probe.action, target


def _acting_for(source: str) -> Mapping[str, tuple[str, ...]]:
    return {
        "aws:sourcearn": (source,),
        "aws:sourceaccount": (_STRANGER,),
        "aws:sourceowner": (_STRANGER,),
        "aws:sourceorgid": ("o-nhiprobe7f3a9c",),
        "aws:sourceorgpaths": ("o-nhiprobe7f3a9c/r-nhip/",),
    }


def _sources(line: TrustLine) -> tuple[str, ...]:
    """Return ARNs of a stranger's resources, among them what wildcards of the statement's own conditions let in."""
    name = line.value.split(".", 1)[0]
    found = [f"arn:aws:{name}:us-east-1:{_STRANGER}:{_PROBE}"]
    for test in line.statement.conditions:
        if test.key != "aws:sourcearn" or not is_positive(test):
            continue
        for value in test.values:
            parts = value.split(":", 5)
            if len(parts) < 6:
                found.append(_WILD.sub(_STRANGER, value) if _WILD.search(value) else value)
            elif _WILD.search(parts[4]) or (not parts[4] and _WILD.search(parts[5])):
                account = _STRANGER if parts[4] else ""
                filled = [_WILD.sub("aws", part) for part in parts[:4]]
                found.append(":".join([*filled, account, _WILD.sub(_PROBE, parts[5])]))
    return tuple(dict.fromkeys(found))


def _failed(policy: ResourcePolicy, service: str, lines: list[TrustLine], context: RuleContext) -> Verdict:
    role = policy.layer == "trust"
    what = "take the role" if role else "use the resource"
    return Verdict(
        Outcome.FAILED,
        policy.node.id,
        f"{service} may {what} for anybody: no condition says for whose resources.",
        key=f"service:{service}",
        severity=context.severity_for(policy.node.id, Severity.MEDIUM) if role else Severity.MEDIUM,
        grants=tuple(dict.fromkeys(policy.grant(line) for line in lines)),
    )
