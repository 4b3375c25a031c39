"""Tenants of Entra as issuers: which service principals and managed identities have a token that somebody trusts.

Input: records of tenants, nodes, the trusted subjects whose issuer is a tenant. Output: bearers.
Handled: tokens that an application gets as itself: their subject is its object id, in lower case; versions of tokens
and what AWS compares as audience in each; resources that give tokens to who is assigned alone; claims that name the
caller (``appid``, ``azp``, ``oid``, ``tid``); any subject of a tenant, through one class; disabled principals.
Not handled: tokens of people, whose subject is made for each application anew; app roles as a claim; Microsoft's own
applications as callers.

What AWS compares: ``azp`` stands for the audience where a token has it, as tokens of version 2 do. A trust is sure of
such a token only where both readings agree:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html and
https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from collectors.entra.records import EntraRecords
from graph.decision import ALWAYS, Residual
from graph.evaluate.aws.globs import glob_covers, glob_matches
from graph.evaluate.entra.conditions import ENABLED, open_condition
from graph.evaluate.entra.federation import issuer_name, managed_identity_issuer
from graph.evaluate.entra.ids import hub_node, node_of
from graph.joints.oidc.audiences import TenantAudiences
from graph.joints.oidc.trusted import Trust, TrustedSubject, TrustedSubjects
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Node

__all__ = ["join_tenants"]

_PRINCIPALS = frozenset(
    {
        NodeKind.ENTRA_SERVICE_PRINCIPAL,
        NodeKind.ENTRA_MANAGED_IDENTITY,
        NodeKind.ENTRA_AGENT_IDENTITY,
    }
)
_ANY_GUID = "????????-????-????-????-????????????"
_SPELLING = "AWS takes tokens of an issuer that is spelt exactly so; tokens of a tenant end theirs with a slash."
_AUDIENCE = (
    "Whether a token for the trusted audience can be had in the tenant was not looked at, or is read in two ways."
)


def join_tenants(subjects: TrustedSubjects, entra: EntraRecords) -> None:
    """Add the steps; principals of a tenant × patterns of its subjects, exact subjects are looked up."""
    wanted: defaultdict[str, list[TrustedSubject]] = defaultdict(list)
    for trusted in subjects.all:
        if tenant := managed_identity_issuer(trusted.issuer):
            wanted[tenant].append(trusted)
    if not wanted:
        return
    records = {part.tenant.id: part for part in entra.tenants}
    principals: defaultdict[str, list[Node]] = defaultdict(list)
    for node in subjects.identity_graph.nodes.values():
        if node.kind in _PRINCIPALS and node.collected and node.scope in wanted:
            principals[node.scope].append(node)
    for tenant, listed in wanted.items():
        audiences = TenantAudiences(records.get(tenant))
        for trusted in listed:
            _subject(subjects, audiences, principals[tenant], trusted)


def _version(issuer: str) -> tuple[int, str]:
    """Return the version of tokens that an issuer is that of, 0 for none, and what is not sure."""
    name = issuer_name(issuer).lower()
    if name.startswith("sts.windows.net/"):
        return (0, "") if name.endswith("/v2.0") else (1, "" if issuer.endswith("/") else _SPELLING)
    return (2 if name.endswith("/v2.0") else 0), ""


def _subject(
    subjects: TrustedSubjects, audiences: TenantAudiences, principals: list[Node], trusted: TrustedSubject
) -> None:
    version, spelling = _version(trusted.issuer)
    if not version:
        return
    if trusted.pattern and glob_covers(trusted.subject, _ANY_GUID):
        _anybody(subjects, audiences, principals, trusted, version, spelling)
        return
    tenant = managed_identity_issuer(trusted.issuer)
    for node in _named(subjects, principals, trusted):
        if node.scope != tenant:
            continue
        _principal(subjects, audiences, node, trusted, version, spelling)


def _named(subjects: TrustedSubjects, principals: list[Node], trusted: TrustedSubject) -> Iterator[Node]:
    if trusted.pattern:
        yield from (each for each in principals if glob_matches(trusted.subject, _object_id(each)))
        return
    wanted = trusted.subject.lower() if trusted.ignore_case else trusted.subject
    node = subjects.identity_graph.nodes.get(node_of(wanted))
    # AWS compares with case unless it is told otherwise, and tokens have object ids in lower case.
    if node is not None and node.kind in _PRINCIPALS and node.collected and _object_id(node) == wanted:
        yield node


def _object_id(node: Node) -> str:
    return node.id.partition(":")[2]


def _waits(node: Node) -> Residual:
    return open_condition(ENABLED, node.name) if node.attributes.get("active") is False else ALWAYS


def _claims(node: Node, version: int) -> dict[str, str]:
    app_id = str(node.attributes.get("app_id") or "")
    object_id = _object_id(node)
    own, other = ("azp", "appid") if version == 2 else ("appid", "azp")
    claims = {"sub": object_id, "oid": object_id, "tid": node.scope, other: ""}
    return {**claims, own: app_id} if app_id else claims


def _principal(
    subjects: TrustedSubjects,
    audiences: TenantAudiences,
    node: Node,
    trusted: TrustedSubject,
    version: int,
    spelling: str,
    whole: TrustedSubject | None = None,
) -> None:
    """Let one principal have a subject, in the trusts that take its token; what is sure stands apart from what is not.

    Parameters
    ----------
    whole
        The subject with all its trusts, where ``trusted`` has those alone that are asked about.
    """
    claims = _claims(node, version)
    answers = [
        (trust, _taken(audiences, trust, node, version))
        for trust in trusted.trusts
        if trust.possible(trusted.issuer, claims)
    ]
    waits = _waits(node)
    for answer, note in ((True, spelling), (None, " ".join(each for each in (spelling, _AUDIENCE) if each))):
        served = [trust for trust, found in answers if found is answer]
        subjects.bear(node.id, node.id, whole or trusted, served, note=note, conditions=waits)


def _taken(audiences: TenantAudiences, trust: Trust, node: Node, version: int) -> bool | None:
    if not trust.in_aws:
        # Entra takes tokens of managed identities alone, for an audience that every tenant has.
        return node.kind is NodeKind.ENTRA_MANAGED_IDENTITY
    app_id = str(node.attributes.get("app_id") or "")
    return audiences.obtainable(trust.audiences, _object_id(node), app_id, version)


def _anybody(
    subjects: TrustedSubjects,
    audiences: TenantAudiences,
    principals: list[Node],
    trusted: TrustedSubject,
    version: int,
    spelling: str,
) -> None:
    """Let every principal of a tenant have a subject: through one class, as far as it does not depend on who asks."""
    tenant = {"tid": managed_identity_issuer(trusted.issuer)}
    asked = [trust for trust in trusted.trusts if trust.in_aws and trust.possible(trusted.issuer, tenant)]
    alike = [trust for trust in asked if _same_for_all(audiences, trust)]
    answers = [(trust, audiences.obtainable(trust.audiences, "", "", version)) for trust in alike]
    for answer, note in ((True, spelling), (None, " ".join(each for each in (spelling, _AUDIENCE) if each))):
        served = [trust for trust, found in answers if found is answer]
        if served and principals:
            hub = _class(subjects, principals)
            for node in principals[:2]:  # more sources of tokens than one are several
                subjects.bearers[trusted.node].setdefault(node.id, answer is True and not spelling)
            subjects.bear(hub, principals[0].id, trusted, served, note=note)
    for node in principals:
        app_id = str(node.attributes.get("app_id") or "")
        own = [
            trust for trust in asked if (trust not in alike or (version == 2 and trust.takes([app_id], trusted.issuer)))
        ]
        if own:
            _principal(subjects, audiences, node, replace(trusted, trusts=tuple(own)), version, spelling, trusted)


def _same_for_all(audiences: TenantAudiences, trust: Trust) -> bool:
    """Return whether a trust takes the tokens of all principals or of none."""
    if audiences.depends(trust.audiences):
        return False
    return not any(
        atom.key.rpartition(":")[2] in ("sub", "oid", "appid", "azp")
        for clause in trust.edge.conditions
        for atom in clause
    )


def _class(subjects: TrustedSubjects, principals: list[Node]) -> str:
    """Return the class of everybody who gets tokens of a tenant as itself."""
    graph, tenant = subjects.identity_graph, principals[0].scope
    hub = hub_node(tenant, "tokens")
    if hub not in graph.nodes:
        graph.add_node(Node(hub, NodeKind.HUB, f"tokens of applications in tenant {tenant}", "entra", tenant))
        graph.add_edges(
            Edge(node.id, hub, EdgeKind.CAN_IMPERSONATE, True, conditions=_waits(node)) for node in principals
        )
    return hub
