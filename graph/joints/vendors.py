"""One vendor in several systems: its AWS accounts, Entra tenants, GitHub Apps and GitHub organizations, as declared.

Input: rows of ``declared/accounts`` (an AWS account, a tenant, ``github-app:SLUG`` or ``github:ORGANIZATION``, its
relation, the vendor's name). Output: ``vendor``, ``vendor_also`` and ``relation`` on nodes of accounts, of tenants and
of their applications here, of installed apps, of organizations and repositories that workflows call; figures.
Handled: a vendor with any number of each; an app that is installed in several organizations.
Not handled: names of applications and publishers, from which nothing is guessed; who owns an app, which GitHub does
not tell beside its installations. Being of one vendor is no path: what
the vendor can do in each system are edges of that system.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from collectors.evidence.declared import Declared
from graph.evaluate.entra.ids import tenant_node
from graph.joints.counts import JointCount, Outcome, Tally
from graph.kinds import NodeKind
from graph.model import IdentityGraph

__all__ = ["join_vendors"]

_APP, _ORGANIZATION = "github-app:", "github:"


def join_vendors(identity_graph: IdentityGraph, declared: Declared) -> JointCount:
    """Write what is declared on the nodes; linear in nodes and rows."""
    tally = Tally("vendor in several systems", "vendors that declared/accounts names")
    members: defaultdict[str, dict[str, None]] = defaultdict(dict)
    vendors: defaultdict[str, dict[str, str]] = defaultdict(dict)
    missing: dict[str, None] = {}
    github = _github(identity_graph) if any(_of_github(row.account) for row in declared.accounts) else {}
    for row in declared.accounts:
        named = row.account.strip().lower()
        nodes = github.get(named, []) if _of_github(named) else [_node(row.account)]
        nodes = [node for node in nodes if node in identity_graph.nodes]
        for node in nodes:
            if not node.startswith("aws:") and row.relation != "unknown":
                _set(identity_graph, node, {"relation": row.relation})
        name = row.vendor.casefold()
        if not name:
            continue
        for node in nodes:
            members[name][node] = None
            vendors[node][name] = row.vendor
        if not nodes:
            missing[name] = None
    disputed = {node for node, names in vendors.items() if len(names) > 1}
    for name in dict.fromkeys((*members, *missing)):
        tally.add(_outcome(list(members[name]), disputed))
    for node, names in vendors.items():
        if node not in disputed:
            ((name, shown),) = names.items()
            # Called repositories can be many, and are told by their own fact.
            others = [each for each in members[name] if each != node and each not in disputed and not _called(each)]
            _set(identity_graph, node, {"vendor": shown, "vendor_also": others})
    _applications(identity_graph, {node: next(iter(vendors[node].values())) for node in vendors.keys() - disputed})
    return tally.done()


def _of_github(account: str) -> bool:
    return account.strip().lower().startswith((_APP, _ORGANIZATION))


def _github(identity_graph: IdentityGraph) -> dict[str, list[str]]:
    """Return what rows may name in GitHub: apps by slug, organizations with what is referred to of them."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for node in identity_graph.nodes.values():
        if node.kind is NodeKind.GITHUB_APP and (slugs := node.attributes.get("aliases")):
            found[f"{_APP}{str(slugs[0]).lower()}"].append(node.id)
        elif node.kind is NodeKind.GITHUB_ORGANIZATION or (
            node.kind is NodeKind.GITHUB_REPOSITORY and not node.collected
        ):
            found[f"{_ORGANIZATION}{node.scope.lower()}"].append(node.id)
    return found


def _node(account: str) -> str:
    return f"aws:account:{account}" if account.isdigit() else tenant_node(account.lower())


def _called(node: str) -> bool:
    return node.startswith("github:repo:")


def _outcome(nodes: list[str], disputed: set[str]) -> Outcome:
    if disputed & set(nodes):
        return Outcome.AMBIGUOUS
    systems = {node.partition(":")[0] for node in nodes}
    return Outcome.MATCHED if len(systems) > 1 else Outcome.UNMATCHED


def _set(identity_graph: IdentityGraph, node: str, facts: dict[str, Any]) -> None:
    known = identity_graph.nodes[node]
    identity_graph.nodes[node] = replace(known, attributes={**known.attributes, **facts})


def _applications(identity_graph: IdentityGraph, vendor_of: dict[str, str]) -> None:
    """Say of each application of a vendor's tenant whose it is."""
    for node in list(identity_graph.nodes.values()) if vendor_of else ():
        if node.kind is NodeKind.ENTRA_SERVICE_PRINCIPAL and node.attributes.get("foreign"):
            home = tenant_node(str(node.attributes.get("app_owner_organization_id", "")).lower())
            if home in vendor_of:
                _set(identity_graph, node.id, {"vendor": vendor_of[home]})
