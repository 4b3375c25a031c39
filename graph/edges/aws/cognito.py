"""Cognito identity pools: guests and signed-in users who become roles, and who can choose those roles.

Input: identity pools, roles whose trust names ``cognito-identity.amazonaws.com``, principals.
Output: FEDERATES_INTO from anyone to roles for guests, and from the pool (its signed-in users) to roles for users;
CAN_GRANT of ``nhi-cognito-identity-setidentitypoolroles`` to roles that the pool could be given.
Handled: the trust's ``aud`` and ``amr``; pools that let no guests in; the classic flow, in which a token of the pool
takes any role that trusts it; the enhanced flow, whose sessions for guests Cognito narrows by a policy of its own
(conditional); roles that any pool of any account enters because the trust names none.
Not handled: which users the pool's own providers let in; rules that choose among mapped roles by claims.

References
----------
https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html
https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html (each read 2026-11)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from collectors.aws.access_types import AwsIdentityPool
from graph.decision import ALWAYS, Atom, Outcome, Residual, merge_residuals
from graph.edges.aws.assume_role import ANYONE
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.federation import WEB_IDENTITY, decide_line
from graph.edges.aws.fresh import fresh_ways
from graph.edges.aws.layers import role_resource
from graph.edges.aws.partition import account_partition, in_partition
from graph.edges.aws.structure_facts import contain
from graph.edges.aws.trust import TrustForm, TrustLine, trust_lines
from graph.edges.aws.world import AwsWorld, account_id_of, target_context
from graph.evaluate.aws.principals import Principal, PrincipalKind
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Node

__all__ = ["build_cognito"]

PROVIDER = "cognito-identity.amazonaws.com"
ENHANCED: Residual = ((Atom("nhi:within-services-for-guests", "Bool", ("true",)),),)
"""The enhanced flow gives guests a session policy that leaves a documented list of services."""
SIGNS_IN: Residual = ((Atom("nhi:signs-in-to-identity-pool", "Bool", ("true",)),),)
_GUEST, _USER = "unauthenticated", "authenticated"
_OTHER_POOL = "us-east-1:00000000-0000-0000-0000-000000000000"
"""A pool of somebody else."""
_TECHNIQUE = "nhi-cognito-identity-setidentitypoolroles"


def build_cognito(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add pools, who becomes which role by them, and the technique."""
    lines = [
        line
        for line in trust_lines(world)
        if line.form is TrustForm.OIDC and line.value == PROVIDER and line.statement.covers_action(WEB_IDENTITY)
    ]
    by_account: dict[str, list[TrustLine]] = defaultdict(list)
    for line in lines:
        by_account[account_id_of(line.role)].append(line)
        _any_pool(world, line)
    for pool in world.records.identity_pools:
        _node(world, pool)
        for line in by_account.get(pool.account, ()):
            _enter(world, pool, line)
    _choose_roles(world, views, by_account)


def _pool_node(pool: AwsIdentityPool) -> str:
    return f"aws:identity-pool:{pool.account}:{pool.id}"


def _pool_arn(world: AwsWorld, pool: AwsIdentityPool) -> str:
    arn = f"arn:aws:cognito-identity:{pool.region}:{pool.account}:identitypool/{pool.id}"
    return in_partition(arn, account_partition(world, pool.account))


def _node(world: AwsWorld, pool: AwsIdentityPool) -> None:
    attributes = {
        "allows_guests": pool.allows_guests,
        "classic_flow": pool.classic_flow,
        "guest_role": pool.guest_role_arn,
        "user_role": pool.user_role_arn,
        "mapped_roles": list(pool.mapped_role_arns),
        "providers": dict(sorted(pool.providers.items())),
        "region": pool.region,
        "aliases": [pool.id, _pool_arn(world, pool)],
    }
    world.identity_graph.add_node(
        Node(
            _pool_node(pool),
            NodeKind.COGNITO_IDENTITY_POOL,
            pool.name or pool.id,
            "aws",
            pool.account,
            attributes,
            evidence=str(pool.ref),
        )
    )
    contain(world, pool.account, _pool_node(pool))
    world.identity_graph.add_node(Node(ANYONE, NodeKind.AWS_ANYONE, "any AWS principal of any account", "aws", ""))


def _ways(world: AwsWorld, line: TrustLine, pool_id: str, strength: str) -> Iterator[tuple[Residual, State]]:
    """Yield what stays open for tokens of a pool; nothing when the trust refuses them."""
    claims: dict[str, str | tuple[str, ...]] = {"aud": pool_id, "amr": (strength,)}
    bearer = Principal(PrincipalKind.WEB_IDENTITY, "", "", provider=PROVIDER, claims=claims)
    outcome, alternatives, _ = decide_line(world, line, bearer, WEB_IDENTITY)
    if outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED):
        return
    state = State.UNVERIFIED if outcome is Outcome.UNVERIFIED else State.VERIFIED
    for residual in alternatives:
        yield residual, state


def _any_pool(world: AwsWorld, line: TrustLine) -> None:
    """Anybody can have a pool of its own, with the classic flow and guests."""
    for residual, state in _ways(world, line, _OTHER_POOL, _GUEST):
        world.identity_graph.add_node(Node(ANYONE, NodeKind.AWS_ANYONE, "any AWS principal of any account", "aws", ""))
        world.identity_graph.add_edge(
            Edge(
                ANYONE,
                line.role,
                EdgeKind.FEDERATES_INTO,
                True,
                "",
                (line.grant,),
                residual,
                state=state,
                note="The trust names no identity pool, so any pool of any account will do.",
            )
        )


def _enter(world: AwsWorld, pool: AwsIdentityPool, line: TrustLine) -> None:
    """Add the edges by which a pool's guests and users become one role."""
    classic = pool.classic_flow is True
    if pool.allows_guests is not False and (classic or line.role == pool.guest_role_arn):
        for residual, state in _ways(world, line, pool.id, _GUEST):
            known = pool.allows_guests is True
            _add(
                world,
                pool,
                line,
                ANYONE,
                merge_residuals([residual, ALWAYS if classic else ENHANCED]),
                state if known else State.UNVERIFIED,
                "" if known else "The evidence does not say whether the pool lets guests in.",
            )
    if classic or line.role in (pool.user_role_arn, *pool.mapped_role_arns):
        for residual, state in _ways(world, line, pool.id, _USER):
            _add(world, pool, line, _pool_node(pool), residual, state, "")


def _add(
    world: AwsWorld, pool: AwsIdentityPool, line: TrustLine, source: str, residual: Residual, state: State, note: str
) -> None:
    grant = world.grant(
        f"aws:identity-pool-roles:{pool.account}:{pool.id}",
        "pool_roles",
        _pool_node(pool),
        f"roles and guests of identity pool {pool.name or pool.id}",
        str(pool.ref),
    )
    world.identity_graph.add_edge(
        Edge(
            source,
            line.role,
            EdgeKind.FEDERATES_INTO,
            True,
            "",
            tuple(sorted({line.grant, grant})),
            residual,
            state=state,
            via=_pool_node(pool),
            note=note,
        )
    )


def _choose_roles(world: AwsWorld, views: Sequence[PrincipalView], by_account: dict[str, list[TrustLine]]) -> None:
    """Give a pool another role, for guests or users, and take it."""
    callers: dict[str, list[PrincipalView]] = defaultdict(list)
    for view in views:
        callers[view.account].append(view)
    for pool in world.records.identity_pools:
        targets = [target for line in by_account.get(pool.account, ()) for target in _choices(world, pool, line)]
        candidates = {pool.account: Candidates(targets)}

        def write(view: PrincipalView, arn: str = _pool_arn(world, pool)) -> list[tuple[tuple[str, ...], Residual]]:
            return fresh_ways(view, ["cognito-identity:SetIdentityPoolRoles"], arn)

        class_edges(
            world.identity_graph,
            callers[pool.account],
            [Need("iam:PassRole", {"iam:passedtoservice": (PROVIDER,)})],
            candidates.get,
            kind=EdgeKind.CAN_GRANT,
            technique=_TECHNIQUE,
            extra=write,
            describe=f"roles for pool {pool.id}",
        )


def _choices(world: AwsWorld, pool: AwsIdentityPool, line: TrustLine) -> Iterator[Target]:
    """Yield a role as a guest's where guests are let in, else as a signed-in user's."""
    if line.role in (pool.guest_role_arn, pool.user_role_arn):
        return
    guest = [(residual, state, ENHANCED) for residual, state in _ways(world, line, pool.id, _GUEST)]
    user = [(residual, state, SIGNS_IN) for residual, state in _ways(world, line, pool.id, _USER)]
    for residual, state, more in guest if pool.allows_guests and guest else user:
        yield Target(
            line.role,
            line.role,
            target_context(role_resource(world, line.role)),
            grants=(line.grant,),
            conditions=merge_residuals([residual, more]),
            state=state,
            via=_pool_node(pool),
            not_for=line.role,
        )
