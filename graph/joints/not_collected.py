"""What was not collected and is known of by name alone: steps that may be there, so that a way ends in "not known".

Input: the graph with the edges of every source, rows of ``declared/accounts`` and ``declared/secrets``, roles that jobs
of workflows name. Output: nodes that were not collected and unverified edges through them, each with a note that says
what was not looked at. Nothing is added about an account, tenant or organization that was collected.
Handled: a secret of AWS that people declare; a role of AWS that a job of a workflow asks for, the declared secrets of
its account, and full control of the account where it is declared as one's own; who is declared behind a credential of
Entra, and full control of a tenant that is one's own; a repository that a trust of AWS or Entra names.
Not handled: things of the missing source that nothing names; what they may do beyond the above.
Errs towards: unverified steps. No answer that asks for verified or conditional ones sees them.
Complexity: linear in nodes and rows; repositories × trusts of their owner that begin with a part of a name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from collectors.evidence.declared import Declared, DeclaredSecret
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.entra.ids import admin_node as tenant_admin
from graph.evaluate.entra.ids import node_of, tenant_node
from graph.evaluate.github.ids import actions_node, hub_node
from graph.evaluate.github.subjects import issued_by_github, named_repository
from graph.joints.credentials import GUID
from graph.joints.stored_secrets import TECHNIQUES
from graph.kinds import EdgeKind, Impact, NodeKind, State
from graph.model import Edge, Grant, IdentityGraph, Node

__all__ = ["NotCollected", "refer_to_secrets"]

_SECRET = re.compile(r"arn:[^:]+:secretsmanager:[^:]*:(\d{12}):secret:(.+)")
_ROLE = re.compile(r"arn:[^:]+:iam::(\d{12}):(?:role|user)/(.+)")
_NOT = "not collected"
_TRUST = "The organization was not collected: which runs of the repository can have this token was not looked at."
_ASKS = "A job of a workflow asks for it. Account {} was not collected: whether it lets the job in was not looked at."
_READS = "Account {} was not collected: what this may do there was not looked at."
_BEHIND = "It is declared, and {} was not collected: whether the credential still proves it was not looked at."
_TENANT = "The tenant was not collected: what this may do there was not looked at."


def refer_to_secrets(identity_graph: IdentityGraph, declared: Declared) -> None:
    """Add the secrets that rows of ``declared/secrets`` name in accounts of AWS that were not collected."""
    collected = _collected(identity_graph)
    for row in declared.secrets:
        found = _SECRET.fullmatch(row.secret)
        if found and found.group(1) not in collected:
            identity_graph.add_node(
                Node(
                    row.secret,
                    NodeKind.SECRET,
                    found.group(2),
                    "aws",
                    found.group(1),
                    collected=False,
                    evidence=str(row.ref),
                )
            )


def _collected(identity_graph: IdentityGraph) -> set[str]:
    nodes = identity_graph.nodes.values()
    return {node.scope for node in nodes if node.kind is NodeKind.AWS_ACCOUNT and node.collected}


class NotCollected:
    """Adds what may be there in accounts, tenants and organizations that were not collected."""

    def __init__(self, identity_graph: IdentityGraph, declared: Declared) -> None:
        self._graph = identity_graph
        self._accounts = _collected(identity_graph)
        self._tenants = {
            node.scope
            for node in identity_graph.nodes.values()
            if node.kind is NodeKind.ENTRA_TENANT and "servicePrincipals" in (node.attributes.get("looked_at") or ())
        }
        own = [row for row in declared.accounts if row.relation == "own"]
        self._own_accounts = {row.account: row.name for row in own if row.account.isdigit()}
        self._own_tenants = {row.account.lower(): row.name for row in own if GUID.fullmatch(row.account)}
        self._own_tenants |= {
            tenant: self._own_tenants.get(tenant, "")
            for node in identity_graph.nodes.values()
            if node.kind is NodeKind.AZURE_ROOT and (tenant := str(node.attributes.get("tenant_id") or "").lower())
        }

    def add(self, rows: Sequence[tuple[DeclaredSecret, str]]) -> None:
        """Add everything; ``rows`` are declared secrets that are there, whose credential is not, each with its node."""
        self._repositories()
        self._jobs()
        for row, source in rows:
            self._behind(row, source)

    def _repositories(self) -> None:
        """Let a repository of an organization that was not collected have the tokens that name it."""
        named: defaultdict[str, dict[str, None]] = defaultdict(dict)
        wide: list[tuple[str, Node]] = []
        for node in list(self._graph.nodes.values()):
            if node.kind is not NodeKind.OIDC_SUBJECT or not issued_by_github(str(node.attributes.get("issuer"))):
                continue
            head = named_repository(str(node.attributes["subject"]))
            # Without any organization nothing was compared, so nothing is written on the subject.
            if not head or node.attributes.get("github", _NOT) != _NOT:
                continue
            if node.attributes.get("pattern") and ("*" in head or "?" in head):
                wide.append((head, node))
            else:
                name, owner = head.lower(), head.partition("/")[0].lower()
                named[owner][name] = None
                self._refer(actions_node(name), NodeKind.GITHUB_EXTERNAL_REPOSITORY, f"workflows of {head}", owner)
                self._unverified(actions_node(name), node.id, EdgeKind.CAN_IMPERSONATE, _TRUST)
        for head, node in wide:
            self._of_wide(head.lower(), node, named)

    def _of_wide(self, head: str, node: Node, named: dict[str, dict[str, None]]) -> None:
        whose = head.partition("/")[0]
        for owner in named if "*" in whose or "?" in whose else named.keys() & {whose}:
            if glob_matches(head, f"{owner}/~"):  # no name of a repository has that character, so it stands for any
                hub = self._all_of(owner, named[owner])
                self._unverified(hub, node.id, EdgeKind.CAN_IMPERSONATE, _TRUST)
            elif whose == owner:
                for name in named[owner]:
                    if glob_matches(head, name):
                        self._unverified(actions_node(name), node.id, EdgeKind.CAN_IMPERSONATE, _TRUST)

    def _all_of(self, owner: str, names: Iterable[str]) -> str:
        """Return the class of an owner's repositories, made once however many trusts take them all."""
        hub = hub_node(owner, "not-collected")
        if hub not in self._graph.nodes:
            self._refer(hub, NodeKind.HUB, f"repositories of {owner} that were not collected", owner)
            for name in names:
                self._unverified(actions_node(name), hub, EdgeKind.CAN_IMPERSONATE, _TRUST)
        return hub

    def _jobs(self) -> None:
        """Let jobs into the roles that they ask for, and these at what is declared of their account."""
        entered: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for node in list(self._graph.nodes.values()):
            for role in node.attributes.get("assumes") or () if node.kind is NodeKind.GITHUB_JOB else ():
                found = _ROLE.fullmatch(role)
                if found is None or (account := found.group(1)) in self._accounts:
                    continue
                entered[account][self._principal(role)] = None
                runs = actions_node(str(node.attributes["repository"]))
                for source in (node.id, runs) if runs in self._graph.nodes else (node.id,):
                    self._unverified(source, role, EdgeKind.CAN_ASSUME, _ASKS.format(account))
        secrets: defaultdict[str, list[str]] = defaultdict(list)
        for node in self._graph.nodes.values():
            if node.kind is NodeKind.SECRET and not node.collected:
                secrets[node.scope].append(node.id)
        for account, roles in entered.items():
            self._may_read(account, roles, secrets[account])

    def _may_read(self, account: str, roles: Iterable[str], secrets: Sequence[str]) -> None:
        note, hub = _READS.format(account), f"hub:aws:{account}:not-collected"
        if secrets:
            self._refer(hub, NodeKind.HUB, f"declared secrets of account {account}", account, "aws")
        for secret in secrets:
            self._unverified(hub, secret, EdgeKind.CAN_ACCESS, note, Impact.H4.value)
        for role in roles:
            if secrets:
                self._unverified(role, hub, EdgeKind.CAN_ACCESS, note, Impact.H4.value)

    def _principal(self, arn: str) -> str:
        """Return the node of a principal of AWS that was not collected; one of an own account may control it."""
        account = arn.split(":")[4]
        if arn not in self._graph.nodes:
            self._refer(arn, NodeKind.AWS_EXTERNAL_PRINCIPAL, arn.split(":", 5)[5], account, "aws")
        if account in self._own_accounts:
            target, scope = f"aws:admin:{account}", f"aws:account:{account}"
            self._scope_admin(target, scope, f"account {account}", account, "aws", self._own_accounts[account])
            self._unverified(arn, target, EdgeKind.CAN_GRANT, _READS.format(account), Impact.H1.value)
        return arn

    def _behind(self, row: DeclaredSecret, source: str) -> None:
        """Let a secret lead to whom people declare behind it, where that one's account or tenant was not collected."""
        identity = row.identity.removeprefix("entra:")
        principal = _ROLE.fullmatch(row.identity)
        if principal is not None and principal.group(1) not in self._accounts:
            target, missing = self._principal(row.identity), f"account {principal.group(1)}"
        elif not self._tenants and GUID.fullmatch(identity or row.credential):
            target, missing = self._of_tenant(identity.lower() or f"credential:{row.credential.lower()}"), "the tenant"
        else:
            return
        secret = self._graph.nodes[source]
        text = f"{secret.name} holds {row.type or 'a credential'} of {target} (declared)"
        grant = self._graph.add_grant(Grant(f"declared:secret:{source}:{target}", "key", source, text, str(row.ref)))
        technique = TECHNIQUES.get(secret.kind, "")
        note = _BEHIND.format(missing)
        kind = EdgeKind.AUTHENTICATES_AS
        self._graph.add_edge(Edge(source, target, kind, True, technique, (grant,), state=State.UNVERIFIED, note=note))

    def _of_tenant(self, object_id: str) -> str:
        node = node_of(object_id)
        self._refer(node, NodeKind.ENTRA_EXTERNAL_PRINCIPAL, object_id, "", "entra")
        for tenant, name in self._own_tenants.items():
            target = tenant_admin(tenant)
            self._scope_admin(target, tenant_node(tenant), f"tenant {name or tenant}", tenant, "entra", name)
            self._unverified(node, target, EdgeKind.CAN_GRANT, _TENANT, Impact.H1.value)
        return node

    def _scope_admin(self, node: str, scope: str, words: str, of: str, source: str, name: str) -> None:
        shown, impact = f"full control of {words}", Impact.H1.value
        known = self._graph.nodes.get(node) or Node(
            node, NodeKind.SCOPE_ADMIN, shown, source, of, {"scope": scope}, False, impact
        )
        aliases = [each for each in (of, name) if each]
        self._graph.nodes[node] = replace(known, attributes={**known.attributes, "aliases": aliases})

    def _refer(self, node: str, kind: NodeKind, name: str, scope: str, source: str = "github") -> None:
        self._graph.add_node(Node(node, kind, name, source, scope, collected=False))

    def _unverified(self, source: str, target: str, kind: EdgeKind, note: str, impact: str = "") -> None:
        self._graph.add_edge(Edge(source, target, kind, True, state=State.UNVERIFIED, impact=impact, note=note))
