"""What a federated credential lets in: whom it means, too many, or nobody.

Input: a federated credential. Output: ``Fault``, made once a context.
Handled: exact subjects, patterns of flexible credentials by the issuer's own form of subjects, any branch, environment
or pull request of one repository; a literal wildcard; a managed identity that does not exist.
Not handled: whether an issuer still exists; what an issuer's subjects can be made to say beyond their form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate
from analytics.rules._entra_credentials import Federated, federated
from analytics.rules._oidc_trust import words_of_breadth
from analytics.token_subjects import Breadth, Issuer, breadth, issuer_of
from analytics.verdicts import Severity
from collectors.entra.credential_types import EntraFederatedCredential
from collectors.interface import EvidenceRef
from graph.evaluate.entra.federation import TokenTest, issuer_name, managed_identity_issuer, token_test
from graph.evaluate.entra.ids import node_of
from graph.kinds import NodeKind

__all__ = ["Fault", "fault_of", "issuer_text"]

_WILD = re.compile(r"[*?]")
_PULL_REQUEST = re.compile(r"repo:[^/:]+/[^/:]+:pull_request")
_ANY = {
    "ref:": "every branch and tag",
    "environment:": "every environment",
    "": "every branch, tag, pull request and environment",
}
"""What a wildcard lets in, by how the part of a GitHub subject behind the repository begins."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a federated credential; all empty: it lets in whom it names."""

    wide: str = ""
    """Whom it lets in beyond that."""
    severity: Severity = Severity.MEDIUM
    dead: str = ""
    """Why nobody can enter."""
    unknown: str = ""
    """Why it cannot be told."""


def issuer_text(item: Federated) -> str:
    """Return what people call the issuer."""
    if managed_identity_issuer(item.issuer):
        return "a managed identity"
    name = issuer_of(issuer_name(item.issuer).lower()).name
    return issuer_name(item.issuer) if name == "the issuer" else name


def fault_of(context: RuleContext, item: Federated) -> Fault:
    """Return what is wrong with a federated credential."""

    def make() -> Mapping[str, Fault]:
        return {each.node.id: _fault(context, each) for each in federated(context)}

    return context.shared("entra federation faults", make)[item.node.id]


def _fault(context: RuleContext, item: Federated) -> Fault:
    if managed_identity_issuer(item.issuer):
        return _managed_identity(context, item)
    issuer = issuer_of(issuer_name(item.issuer).lower())
    if item.subject:
        return _exact(item, issuer)
    nothing = EvidenceRef("", "")
    test = token_test(EntraFederatedCredential("", "", item.issuer, nothing, expression=item.expression))
    if not test.understood:
        return Fault(unknown=f"The expression `{item.expression}` is not understood.")
    return _pattern(issuer, test)


def _managed_identity(context: RuleContext, item: Federated) -> Fault:
    known = estate(context)
    if managed_identity_issuer(item.issuer) != item.on.scope or not item.subject:
        return Fault(unknown="The managed identity is of another tenant, or is not named by its object id.")
    found = known.by_id.get(node_of(item.subject.lower()))
    if found is not None and found.kind is NodeKind.ENTRA_MANAGED_IDENTITY:
        return Fault()
    if found is not None:
        return Fault(dead=f"its subject is {found.name}, which is no managed identity")
    if known.looked_at(item.on, "servicePrincipals"):
        return Fault(dead="its subject is a managed identity that does not exist here")
    return Fault(unknown="Whether the managed identity exists was not looked at.")


def _exact(item: Federated, issuer: Issuer) -> Fault:
    if _WILD.search(item.subject):
        return Fault(dead=f"`{item.subject}` is compared character by character, and no subject holds a wildcard")
    if issuer.name == "GitHub" and _PULL_REQUEST.fullmatch(item.subject):
        return Fault(wide=f"`{item.subject}` lets in the workflow of every pull request of the repository.")
    return Fault()


def _pattern(issuer: Issuer, test: TokenTest) -> Fault:
    others = [atom.key.rpartition(":")[2] for clause in test.claims for atom in clause]
    if not test.subject:
        return Fault(
            unknown=f"It tests {', '.join(others) or 'no claim'} and no subject; what that lets in is not known."
        )
    found = breadth(issuer, test.subject) if test.pattern else Breadth.NARROW
    if found is Breadth.NOT_UNDERSTOOD:
        return Fault(unknown=f"What `{test.subject}` lets in cannot be told for tokens of {issuer.name}.")
    wide, severity = words_of_breadth(issuer, test.subject, found) if found > Breadth.NARROW else ("", Severity.MEDIUM)
    wide = wide or _any_of_repository(issuer, test)
    if wide and others:
        return Fault(unknown=f"`{test.subject}` is wide, and further claims narrow it: {', '.join(others)}.")
    return Fault(wide=wide, severity=severity)


def _any_of_repository(issuer: Issuer, test: TokenTest) -> str:
    """Return what a wildcard behind the repository lets in, for the issuer whose subjects go on with the branch."""
    if issuer.name != "GitHub" or not test.pattern:
        return ""
    rest = test.subject.removeprefix("repo:").partition(":")[2]
    wild = _WILD.search(rest)
    if wild is None:
        return ""
    head = rest[: wild.start()]
    begun = next((start for start in ("ref:", "environment:") if head.startswith(start)), "")
    open_end = head in ("", "ref:", "ref:refs/", "ref:refs/heads/", "ref:refs/tags/", "environment:")
    return f"`{test.subject}` lets in {_ANY[begun]} of the repository." if open_end else ""
