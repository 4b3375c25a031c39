"""ADMIN_OF and CONTROLS: who has full control of an account, and what full control reaches.

Input: principals. Output: one ``ScopeAdmin`` node an account, edges into it from direct administrators (zero steps) and
out of it to the account's identities and resources.
Handled: identity, group, boundary and SCP layers, explicit denies, open conditions (the edge is then conditional).
Not handled: an administrator of one service. Reach out of ``ScopeAdmin`` covers what IAM of the account controls:
its users and roles (not service-linked ones) and the collected resources; not what an SCP takes from everybody.
Errs towards: silence when a probe is stopped; ``stopped_probes`` names it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from graph.catalog.loader import impact_aws
from graph.decision import ALWAYS, Residual, merge_residuals
from graph.edges.aws.capability import DocumentInForce, PrincipalView, capability, on_target
from graph.edges.aws.partition import in_partition, view_partition
from graph.edges.aws.world import AwsWorld, account_node, admin_id, target_context
from graph.evaluate.aws.context import Resource
from graph.evaluate.aws.document import PolicyDocument, compile_policy
from graph.kinds import EdgeKind, Impact, NodeKind, State
from graph.model import Edge, Node

__all__ = [
    "AdminVerdict",
    "admin_after",
    "admin_ways",
    "administrators",
    "allow_everything",
    "build_admin",
    "build_administrators",
    "fresh_arn",
    "stopped_probes",
]

FRESH = "nhi-probe-7f3a9c"
"""A name that no policy names: what holds for it holds for any resource."""

MAX_WAYS = 12


def fresh_arn(action: str, account: str) -> str:
    """Return an ARN of the kind that the action works on, with a name that no policy names.

    Raises
    ------
    KeyError
        For a service without a template; the catalogue's tests hold every probe to one.
    """
    service = action.split(":", 1)[0].lower()
    return _TEMPLATES[service].format(account=account, name=FRESH)


_TEMPLATES = {
    "iam": "arn:aws:iam::{account}:role/{name}",
    "s3": "arn:aws:s3:::{name}/{name}",
    "secretsmanager": "arn:aws:secretsmanager:us-east-1:{account}:secret:{name}",
    "lambda": "arn:aws:lambda:us-east-1:{account}:function:{name}",
    "ec2": "arn:aws:ec2:us-east-1:{account}:instance/{name}",
    "dynamodb": "arn:aws:dynamodb:us-east-1:{account}:table/{name}",
}
_OWN = {"iam:CreatePolicyVersion": "arn:aws:iam::{account}:policy/{name}"}


def _probe_arn(action: str, view: PrincipalView) -> str:
    template = _OWN.get(action)
    arn = template.format(account=view.account, name=FRESH) if template else fresh_arn(action, view.account)
    return in_partition(arn, view_partition(view))


@dataclass(frozen=True, slots=True)
class AdminVerdict:
    """One way to be administrator."""

    grants: tuple[str, ...]
    conditions: Residual
    guards: tuple[str, ...]


@cache
def allow_everything() -> PolicyDocument:
    """Return the document that an attacker would write or attach."""
    return compile_policy({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def admin_ways(view: PrincipalView) -> list[AdminVerdict]:
    """Return every minimal way in which the principal passes all probes; empty when it does not.

    Ways that rest on one grant set for all probes come alone; only where there is none are the first ways of each probe
    put together (a bounded choice, told by ``MAX_WAYS``).
    """
    per_probe: list[dict[frozenset[str], Residual]] = []
    guards: set[str] = set()
    for action in impact_aws().admin.all:
        options = _probe(view, action, guards)
        if not options:
            return []
        per_probe.append(options)
    shared = set(per_probe[0])
    for options in per_probe[1:]:
        shared &= set(options)
    labels = tuple(sorted(guards))
    if shared:
        return [
            AdminVerdict(tuple(sorted(grants)), merge_residuals(options[grants] for options in per_probe), labels)
            for grants in sorted(shared, key=sorted)[:MAX_WAYS]
        ]
    union: set[str] = set()
    conditions: list[Residual] = []
    for options in per_probe:
        grants = min(options, key=lambda item: (len(item - union), len(options[item]), sorted(item)))
        union |= grants
        conditions.append(options[grants])
    return [AdminVerdict(tuple(sorted(union)), merge_residuals(conditions), labels)]


def _probe(view: PrincipalView, action: str, guards: set[str]) -> dict[frozenset[str], Residual]:
    rights = capability(view, action)
    arn = _probe_arn(action, view)
    context = target_context(Resource(arn=arn, account=view.account, tags={}))
    options: dict[frozenset[str], Residual] = {}
    for way in rights.ways:
        for residual in on_target(way.slice, rights, arn, context):
            grants = frozenset(way.grants)
            if grants not in options or len(residual) < len(options[grants]):
                options[grants] = residual
    guards.update(rights.guard_labels)
    return options


def stopped_probes(view: PrincipalView) -> tuple[str, ...]:
    """Return the probe actions that the principal fails, in catalogue order."""
    return tuple(action for action in impact_aws().admin.all if not _probe(view, action, set()))


def admin_after(view: PrincipalView, document: PolicyDocument, without: Iterable[str] = ()) -> Residual | None:
    """Return the conditions under which the principal is administrator once it has a further policy.

    Parameters
    ----------
    view
        The principal as it is.
    document
        The policy that it gives itself.
    without
        Labels of its documents that the change replaces (a rewritten policy, with its denies).

    Returns
    -------
    Residual or None
        ``None``: boundary, SCP or an explicit deny leaves it short of administration.
    """
    replaced = frozenset(without)
    key = (view.node, document.digest, replaced)  # a changed identity has a node id of its own
    known = view.index.administration
    if key not in known:
        known[key] = _administration(view, document, replaced)
    return known[key]


def _administration(view: PrincipalView, document: PolicyDocument, replaced: frozenset[str]) -> Residual | None:
    kept = tuple(item for item in view.documents if item.label not in replaced)
    limited = (
        view.boundary is not None
        or view.scps
        or any(item.document is not None and view.index.denies_anything(item.document) for item in kept)
    )
    if not limited and document is allow_everything():
        # Nothing can take away what it gives itself.
        return ALWAYS
    given = DocumentInForce("identity", "given to itself", document)
    extended = replace(view, documents=(*kept, given))
    ways = admin_ways(extended)
    if not ways:
        return None
    return min((way.conditions for way in ways), key=len)


def build_admin(world: AwsWorld, groups: Sequence[PrincipalView]) -> None:
    """Add ``ScopeAdmin`` nodes, direct administrators (also groups that can be joined), and what control reaches."""
    graph = world.identity_graph
    for account in sorted({view.account for view in world.views.values()}):
        name = world.accounts[account].name if account in world.accounts else ""
        graph.add_node(
            Node(
                admin_id(account),
                NodeKind.SCOPE_ADMIN,
                f"full control of account {name or account}",
                "aws",
                account,
                {"scope": account_node(account)},
                impact=Impact.H1.value,
            )
        )
    build_administrators(world, (*world.views.values(), *groups))
    _controls(world)


def build_administrators(world: AwsWorld, views: Iterable[PrincipalView]) -> None:
    """Add ADMIN_OF edges of the principals given; their accounts have ``ScopeAdmin`` nodes already."""
    for view in views:
        _direct(world, view)


def _direct(world: AwsWorld, view: PrincipalView) -> None:
    target = admin_id(view.account)
    for way in admin_ways(view):
        world.identity_graph.add_edge(
            Edge(
                view.node,
                target,
                EdgeKind.ADMIN_OF,
                True,
                "",
                way.grants,
                way.conditions,
                way.guards,
                impact=Impact.H1.value,
            )
        )
    if view.incomplete and not admin_ways(view):
        # What the missing document allows cannot be known; at most one such edge a principal.
        grants = tuple(sorted({grant for item in view.documents for grant in item.grants_if_unread()}))
        after = admin_after(view, allow_everything())
        if after is not None:
            world.identity_graph.add_edge(
                Edge(
                    view.node,
                    target,
                    EdgeKind.ADMIN_OF,
                    True,
                    "",
                    grants,
                    after,
                    (),
                    State.UNVERIFIED,
                    Impact.H1.value,
                    note=f"What {', '.join(view.incomplete[:3])} says is not in the evidence or not understood: it "
                    "could allow anything.",
                )
            )


def administrators(world: AwsWorld) -> set[str]:
    """Return the nodes that have full control for certain and without conditions; ``build_admin`` must be through."""
    return {
        edge.source
        for edge in world.identity_graph.edges
        if edge.kind is EdgeKind.ADMIN_OF and edge.state is State.VERIFIED and edge.conditions == ALWAYS
    }


def _controls(world: AwsWorld) -> None:
    graph = world.identity_graph
    reached: list[tuple[str, str]] = [
        (view.account, view.node)
        for view in world.views.values()
        if not view.principal.service_linked and view.principal.kind.value != "root"
    ]
    records = world.records
    resources: list[tuple[str, str]] = []
    for rows in (
        records.functions,
        records.instances,
        records.buckets,
        records.secrets,
        records.kms_keys,
        records.resources,
    ):
        resources.extend((row.account, row.arn) for row in rows)
    for account, node in itertools.chain(reached, resources):
        if admin_id(account) in graph.nodes:
            graph.add_edge(Edge(admin_id(account), node, EdgeKind.CONTROLS, True, impact=Impact.H1.value))
