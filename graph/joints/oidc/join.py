"""The joint of OIDC subjects: every known source of tokens against every subject that somebody trusts, with figures.

Input: the graph with the edges of every source, records of tenants, groups and workspaces. Output: steps, figures for
each family of issuers, ``token_source`` on each trusted subject.
Handled: GitHub (its own edges stand; their outcome is counted), GitLab, Bitbucket, tenants of Entra, identities of
imported tables (Terraform Cloud, SPIFFE, anything).
Not handled: clusters, whose joint (``cluster_subjects``) counts their subjects; issuers of which no source was
collected (told as unmatched).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from collectors.ci.records import CiScope
from collectors.entra.records import EntraRecords
from collectors.interface import Presence
from graph.edges.ci.world import CiWorld
from graph.edges.github.trusted import CLASS_OF
from graph.evaluate.entra.federation import issuer_name, managed_identity_issuer
from graph.evaluate.github.ids import ANYONE
from graph.evaluate.github.subjects import issued_by_github
from graph.joints.counts import JointCount, Outcome, Tally
from graph.joints.oidc.bitbucket import join_bitbucket
from graph.joints.oidc.gitlab import GITLAB, join_gitlab
from graph.joints.oidc.imported import SPIFFE, join_imported
from graph.joints.oidc.tenants import join_tenants
from graph.joints.oidc.trusted import TrustedSubject, TrustedSubjects
from graph.kinds import Category, EdgeKind
from graph.model import IdentityGraph

__all__ = ["join_oidc"]

_FAMILIES = ("GitHub", "GitLab", "Bitbucket", "Terraform Cloud", "Entra", "SPIFFE", "other issuers")
_TERRAFORM = ("app.terraform.io", "app.eu.terraform.io")
_BITBUCKET = "api.bitbucket.org/2.0/workspaces/"
_CLUSTER = "system:serviceaccount:"
_GITHUB = {
    "matched": Outcome.MATCHED,
    "conditional": Outcome.MATCHED,
    "unverified": Outcome.UNVERIFIED,
    "impossible": Outcome.IMPOSSIBLE,
}
_LISTS = {"gitlab": "projects", "bitbucket": "repositories"}


def join_oidc(identity_graph: IdentityGraph, entra: EntraRecords, scopes: Sequence[CiScope]) -> list[JointCount]:
    """Add the steps, write the outcome on each trusted subject, and return the figures, one row a family."""
    subjects = TrustedSubjects(identity_graph)
    for scope in scopes:
        world = CiWorld(scope, identity_graph)
        (join_gitlab if scope.system == "gitlab" else join_bitbucket)(subjects, world)
    join_tenants(subjects, entra)
    join_imported(subjects)
    return _figures(subjects, _Looked(entra, scopes))


class _Looked:
    """Which sources of tokens were looked at as a whole, so that what they do not have is impossible."""

    def __init__(self, entra: EntraRecords, scopes: Sequence[CiScope]) -> None:
        self.instances = {scope.issuer for scope in scopes if scope.system == "gitlab" and scope.issuer}
        self._scopes = {
            (scope.system, scope.name.lower()): scope
            for scope in scopes
            if scope.presence.get(_LISTS[scope.system], Presence.ABSENT) in (Presence.PRESENT, Presence.EMPTY)
        }
        self._tenants = {
            part.tenant.id
            for part in entra.tenants
            if part.presence.get("servicePrincipals", Presence.ABSENT) in (Presence.PRESENT, Presence.EMPTY)
        }

    def at(self, trusted: TrustedSubject, family: str) -> bool:
        """Return whether everything that could have a subject was looked at."""
        if family == "GitLab":
            group = trusted.subject.removeprefix("project_path:").partition("/")[0]
            scope = self._scopes.get(("gitlab", group.lower()))
            return scope is not None and scope.issuer == trusted.issuer_key
        if family == "Bitbucket":
            workspace = trusted.issuer_key.removeprefix(_BITBUCKET).partition("/")[0]
            return ("bitbucket", workspace.lower()) in self._scopes
        return family == "Entra" and managed_identity_issuer(trusted.issuer) in self._tenants


def _figures(subjects: TrustedSubjects, looked: _Looked) -> list[JointCount]:
    tallies = {family: Tally(f"OIDC subject: {family}", f"trusted subjects of {family}") for family in _FAMILIES}
    nodes = subjects.identity_graph.nodes
    clusters = {
        issuer_name(str(node.attributes["oidc_issuer"]))
        for node in nodes.values()
        if node.category is Category.WORKLOAD and node.attributes.get("oidc_issuer")
    }
    repositories = _repositories(subjects)
    for trusted in subjects.all:
        if trusted.subject.startswith(_CLUSTER) or trusted.issuer_key in clusters:
            continue
        family = _family(trusted, looked)
        if family == "GitHub":
            outcome = _of_github(trusted, subjects, repositories)
        else:
            outcome = _outcome(subjects.bearers.get(trusted.node, {}), looked.at(trusted, family))
        tallies[family].add(outcome)
        node = nodes[trusted.node]
        nodes[trusted.node] = replace(node, attributes={**node.attributes, "token_source": outcome.value})
    return [tally.done() for tally in tallies.values()]


def _family(trusted: TrustedSubject, looked: _Looked) -> str:
    issuer = trusted.issuer_key
    if issued_by_github(issuer):
        return "GitHub"
    if issuer == GITLAB or issuer in looked.instances or trusted.subject.startswith("project_path:"):
        return "GitLab"
    if issuer.startswith(_BITBUCKET):
        return "Bitbucket"
    if issuer in _TERRAFORM:
        return "Terraform Cloud"
    if managed_identity_issuer(issuer):
        return "Entra"
    return "SPIFFE" if trusted.subject.startswith(SPIFFE) else "other issuers"


def _outcome(bearers: dict[str, bool], looked: bool) -> Outcome:
    sure = sum(bearers.values())
    if sure > 1 or (not sure and len(bearers) > 1):
        return Outcome.AMBIGUOUS
    if bearers:
        return Outcome.MATCHED if sure else Outcome.UNVERIFIED
    return Outcome.IMPOSSIBLE if looked else Outcome.UNMATCHED


def _repositories(subjects: TrustedSubjects) -> dict[str, set[str]]:
    """Return the repositories of GitHub whose runs, branches or environments have each subject."""
    found: dict[str, set[str]] = {}
    for edge in subjects.identity_graph.edges:
        if edge.kind is EdgeKind.CAN_IMPERSONATE and edge.source.startswith("github:") and edge.source != ANYONE:
            subject = str(subjects.identity_graph.nodes[edge.target].attributes.get(CLASS_OF, edge.target))
            found.setdefault(subject, set()).add(edge.source.split(":")[2])
    return found


def _of_github(trusted: TrustedSubject, subjects: TrustedSubjects, repositories: dict[str, set[str]]) -> Outcome:
    word = str(subjects.identity_graph.nodes[trusted.node].attributes.get("github", ""))
    outcome = _GITHUB.get(word, Outcome.UNMATCHED)
    stated = subjects.bearers.get(trusted.node, {})
    several = len(repositories.get(trusted.node, ())) + len(stated) > 1
    if several and outcome in (Outcome.MATCHED, Outcome.UNVERIFIED):
        return Outcome.AMBIGUOUS
    return outcome if not stated or outcome is not Outcome.UNMATCHED else _outcome(stated, looked=False)
