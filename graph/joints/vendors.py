"""One vendor in several systems: its AWS accounts and its Entra tenants, as people declare them.

Input: rows of ``declared/accounts`` (an AWS account or a tenant, its relation, the vendor's name). Output: ``vendor``,
``vendor_also`` and ``relation`` on nodes of accounts, of tenants and of their applications here; figures.
Handled: a vendor with any number of accounts and tenants.
Not handled: names of applications and publishers, from which nothing is guessed. Being of one vendor is no path: what
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


def join_vendors(identity_graph: IdentityGraph, declared: Declared) -> JointCount:
    """Write what is declared on the nodes; linear in nodes and rows."""
    tally = Tally("vendor in several systems", "vendors that declared/accounts names")
    members: defaultdict[str, dict[str, None]] = defaultdict(dict)
    vendors: defaultdict[str, dict[str, str]] = defaultdict(dict)
    missing: defaultdict[str, int] = defaultdict(int)
    for row in declared.accounts:
        node = _node(row.account)
        if node.startswith("entra:") and node in identity_graph.nodes:
            _set(identity_graph, node, {"relation": row.relation} if row.relation != "unknown" else {})
        name = row.vendor.casefold()
        if not name:
            continue
        if node in identity_graph.nodes:
            members[name][node] = None
            vendors[node][name] = row.vendor
        else:
            missing[name] += 1
    disputed = {node for node, names in vendors.items() if len(names) > 1}
    for name in dict.fromkeys((*members, *missing)):
        tally.add(_outcome(list(members[name]), disputed))
    for node, names in vendors.items():
        if node not in disputed:
            ((name, shown),) = names.items()
            others = [each for each in members[name] if each != node and each not in disputed]
            _set(identity_graph, node, {"vendor": shown, "vendor_also": others})
    _applications(identity_graph, {node: next(iter(vendors[node].values())) for node in vendors.keys() - disputed})
    return tally.done()


def _node(account: str) -> str:
    return f"aws:account:{account}" if account.isdigit() else tenant_node(account.lower())


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
