"""IAM Roles Anywhere: certificates that become roles, and who can choose the authority or the roles.

Input: trust anchors, profiles, roles that trust ``rolesanywhere.amazonaws.com``, principals.
Output: FEDERATES_INTO from anchors to roles; CAN_GRANT of ``nhi-rolesanywhere-createtrustanchor`` (a new anchor and a
new profile) and ``nhi-rolesanywhere-updateprofile`` to roles, of ``nhi-rolesanywhere-updatetrustanchor`` to anchors.
Handled: the trust's ``aws:SourceArn`` and ``aws:SourceAccount``; what it asks of the certificate stays open for the
holder of one, and is met by whoever brings an authority of its own; disabled anchors and profiles; session policies.
Not handled: revocation lists, attribute mappings, certificates themselves; a trust that names a tag which no
certificate can carry.

References
----------
https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateProfile.html (each read 2026-11)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from collectors.aws.access_types import AwsRolesAnywhereProfile, AwsTrustAnchor
from graph.decision import ALWAYS, Atom, Residual, merge_residuals
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Extra, Need, Target, class_edges
from graph.edges.aws.fresh import fresh_ways, join
from graph.edges.aws.layers import role_resource
from graph.edges.aws.roles_anywhere_trust import Accepted, accepted_lines
from graph.edges.aws.structure_facts import contain
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Node

__all__ = ["build_roles_anywhere"]

SERVICE = "rolesanywhere.amazonaws.com"
HAS_CERTIFICATE: Residual = ((Atom("nhi:certificate-of-trust-anchor", "Bool", ("true",)),),)
_ANCHOR = "arn:aws:rolesanywhere:{region}:{account}:trust-anchor/{name}"
_PROFILE = "arn:aws:rolesanywhere:{region}:{account}:profile/{name}"
_PASS = Need("iam:PassRole", {"iam:passedtoservice": (SERVICE,)})


def build_roles_anywhere(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add nodes of anchors, what their certificates may become, and the techniques."""
    for anchor in world.records.trust_anchors:
        _node(world, anchor)
    trusting = _trusting(world)
    for anchor in world.records.trust_anchors:
        if anchor.enabled is not False:
            for profile in world.records.roles_anywhere_profiles:
                _through(world, anchor, profile, trusting)
    _new_anchor(world, views, trusting)
    _replace_authority(world, views)
    _update_profile(world, views, trusting)


def _node(world: AwsWorld, anchor: AwsTrustAnchor) -> None:
    attributes = {
        "enabled": anchor.enabled,
        "source_kind": anchor.source_kind,
        "region": anchor.region,
        "aliases": [anchor.id],
    }
    world.identity_graph.add_node(
        Node(
            anchor.arn,
            NodeKind.TRUST_ANCHOR,
            anchor.name or anchor.id,
            "aws",
            anchor.account,
            attributes,
            evidence=str(anchor.ref),
        )
    )
    contain(world, anchor.account, anchor.arn)


_Trusting = dict[str, tuple[Accepted, ...]]


def _trusting(world: AwsWorld) -> _Trusting:
    """Return roles that trust the service, with the lines that do."""
    found = {arn: tuple(accepted_lines(world, arn)) for arn, role in world.roles.items() if not role.service_linked}
    return {arn: lines for arn, lines in found.items() if lines}


def _through(world: AwsWorld, anchor: AwsTrustAnchor, profile: AwsRolesAnywhereProfile, trusting: _Trusting) -> None:
    """Add what certificates under an anchor become by one profile; both must be of one account and region."""
    if profile.enabled is False or (profile.account, profile.region) != (anchor.account, anchor.region):
        return
    unknown = anchor.enabled is None or profile.enabled is None
    for role in profile.role_arns:
        for line in trusting.get(role, ()):
            asked = line.residual(anchor.arn, anchor.account)
            if asked is None or world.roles[role].account != anchor.account:
                continue
            world.identity_graph.add_edge(
                Edge(
                    anchor.arn,
                    role,
                    EdgeKind.FEDERATES_INTO,
                    True,
                    "",
                    tuple(sorted({line.grant, _profile_grant(world, profile, role)})),
                    merge_residuals([asked, _session(profile)]),
                    state=State.UNVERIFIED if unknown else State.VERIFIED,
                    via=profile.arn,
                    note="The evidence does not say whether anchor and profile are enabled." if unknown else "",
                )
            )


def _profile_grant(world: AwsWorld, profile: AwsRolesAnywhereProfile, role: str) -> str:
    return world.grant(
        f"aws:roles-anywhere-profile:{profile.arn}:{role}",
        "profile",
        profile.arn,
        f"profile {profile.name} lists {role.split(':', 5)[-1]}",
        str(profile.ref),
    )


def _session(profile: AwsRolesAnywhereProfile) -> Residual:
    """Return what a profile's session policies leave open: they may take anything from the role."""
    if not profile.session_policy and not profile.managed_policy_arns:
        return ALWAYS
    return ((Atom("policy", "?", (f"session policy of profile {profile.name}",)),),)


def _targets(
    world: AwsWorld, trusting: _Trusting, anchors: dict[str, Sequence[str]], more: Residual = ALWAYS
) -> dict[str, Candidates]:
    """Return roles by account that accept one of the account's anchors, whatever they ask of the certificate.

    Parameters
    ----------
    anchors
        ARNs that the caller could use, by account.
    more
        What is asked beside.
    """
    found: dict[str, list[Target]] = defaultdict(list)
    for role, lines in trusting.items():
        account = world.roles[role].account
        for line in lines:
            for anchor in anchors.get(account, ()):
                asked = line.residual(anchor, account, certificate=more == ALWAYS)
                if asked is not None:
                    context = target_context(role_resource(world, role))
                    found[account].append(
                        Target(
                            role,
                            role,
                            context,
                            grants=(line.grant,),
                            conditions=merge_residuals([asked, more]),
                            not_for=role,
                        )
                    )
                    break
    return {account: Candidates(targets) for account, targets in found.items()}


def _grant_edges(
    world: AwsWorld,
    views: Sequence[PrincipalView],
    technique: str,
    candidates: dict[str, Candidates],
    extra: Extra,
) -> None:
    class_edges(
        world.identity_graph,
        views,
        [_PASS],
        candidates.get,
        kind=EdgeKind.CAN_GRANT,
        technique=technique,
        extra=extra,
        describe="roles",
    )


def _new_anchor(world: AwsWorld, views: Sequence[PrincipalView], trusting: _Trusting) -> None:
    fresh = {
        account: [_ANCHOR.format(region="us-east-1", account=account, name="nhi-probe-7f3a9c")]
        for account in {world.roles[role].account for role in trusting}
    }

    def create(view: PrincipalView) -> Sequence[tuple[tuple[str, ...], Residual]]:
        anchor = fresh_ways(view, ["rolesanywhere:CreateTrustAnchor"], _ANCHOR)
        return join([anchor, fresh_ways(view, ["rolesanywhere:CreateProfile"], _PROFILE)]) if anchor else []

    _grant_edges(world, views, "nhi-rolesanywhere-createtrustanchor", _targets(world, trusting, dict(fresh)), create)


def _replace_authority(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    found: dict[str, list[Target]] = defaultdict(list)
    for anchor in world.records.trust_anchors:
        if anchor.enabled is False or anchor.source_kind == "AWS_ACM_PCA":
            continue
        context = target_context(Resource(arn=anchor.arn, account=anchor.account))
        found[anchor.account].append(Target(anchor.arn, anchor.arn, context))
    candidates = {account: Candidates(targets) for account, targets in found.items()}
    class_edges(
        world.identity_graph,
        views,
        [Need("rolesanywhere:UpdateTrustAnchor")],
        candidates.get,
        kind=EdgeKind.CAN_GRANT,
        technique="nhi-rolesanywhere-updatetrustanchor",
        describe="trust anchors",
    )


def _update_profile(world: AwsWorld, views: Sequence[PrincipalView], trusting: _Trusting) -> None:
    """Add a role to a profile that works: the caller still needs a certificate of an anchor that is there."""
    anchors: dict[str, list[str]] = defaultdict(list)
    for anchor in world.records.trust_anchors:
        if anchor.enabled:
            anchors[anchor.account].append(anchor.arn)
    profiles: dict[str, list[AwsRolesAnywhereProfile]] = defaultdict(list)
    for profile in world.records.roles_anywhere_profiles:
        if profile.enabled and not profile.session_policy and not profile.managed_policy_arns:
            profiles[profile.account].append(profile)

    def update(view: PrincipalView) -> Sequence[tuple[tuple[str, ...], Residual]]:
        for profile in profiles.get(view.account, ()):
            ways = fresh_ways(view, ["rolesanywhere:UpdateProfile"], profile.arn)
            if ways:
                return ways
        return []

    candidates = _targets(world, trusting, dict(anchors), HAS_CERTIFICATE)
    _grant_edges(world, views, "nhi-rolesanywhere-updateprofile", candidates, update)
