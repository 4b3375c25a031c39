"""Rule entra-open-consent: every user may consent to whatever needs no administrator.

Input: a snapshot. Output: one verdict for each tenant.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate, named
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-open-consent",
    title="Every user may consent to any application",
    question="May every user of this tenant consent to applications of any publisher?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Consent phishing asks for a click on a real page of Microsoft: one user's consent gives an unknown "
        "application that user's mail and files, with no password stolen and no second factor in the way."
    ),
    remediation=(
        "Let users consent to low permissions of verified publishers alone, or to nothing, and turn on the "
        "admin consent workflow."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent"),
        Reference("https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies"),
    ),
    frameworks=(
        "NHI3:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "CIS Controls 8.1 6.1",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "Policies of your own are not judged: what they allow is in their conditions, which are not read here.",
        "Microsoft's recommended policy and the one for verified publishers pass.",
        "Who among the administrators may consent is not looked at.",
    ),
)

_SELF = "managepermissiongrantsforself."
_ANY = "microsoft-user-default-legacy"
_NARROW = frozenset({"microsoft-user-default-low", "microsoft-user-default-recommended"})


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a tenant."""
    for tenant in estate(context).tenants:
        if not tenant.attributes.get("user_consent_known"):
            yield Verdict.not_judged(tenant.id, "What users may consent to is not in the evidence.")
            continue
        assigned = [str(name) for name in tenant.attributes.get("user_consent_policies") or ()]
        own = {name.lower().removeprefix(_SELF) for name in assigned if name.lower().startswith(_SELF)}
        others = sorted(own - {_ANY} - _NARROW)
        if _ANY in own:
            yield Verdict(
                Outcome.FAILED,
                tenant.id,
                f"Every user of {tenant.name} may consent to whatever an application asks for that needs no "
                "administrator, whoever publishes it.",
            )
        elif others:
            yield Verdict.not_judged(tenant.id, f"What the consent policy {named(others)} allows is not read.")
        else:
            yield Verdict.passed(tenant.id)
