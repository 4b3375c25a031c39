"""The full evaluator asked about one principal of the world and one resource.

Input: a view, an action, a resource and its policy. Output: the evaluator's ``Decision``.
Not handled: many pairs; classes of principals and targets are ``classes``'s part.
"""

from __future__ import annotations

from graph.decision import Decision
from graph.edges.aws.capability import DocumentInForce, PrincipalView
from graph.edges.aws.world import AwsWorld, account_id_of
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers, authorize
from graph.evaluate.aws.document import PolicyDocument
from graph.evaluate.aws.principals import Request, Resource

__all__ = ["authorize_view", "role_resource"]


def role_resource(world: AwsWorld, arn: str) -> Resource:
    """Return what is known of a role as a target."""
    role = world.roles[arn]
    extra = {"iam:permissionsboundary": (role.boundary_arn,) if role.boundary_arn else ()}
    return Resource(
        arn=arn,
        account=role.account,
        tags=dict(role.tags),
        organization_id=world.organization_of(role.account),
        extra=extra,
    )


def authorize_view(
    world: AwsWorld,
    view: PrincipalView,
    action: str,
    resource: Resource,
    *,
    policy: PolicyDocument | None,
    mandatory: bool,
    stated: dict[str, tuple[str, ...]] | None = None,
) -> Decision:
    """Decide one request with every layer that the evidence holds.

    Parameters
    ----------
    policy
        The resource or trust policy, ``None`` when there is none.
    mandatory
        True for trust and key policies, without which nothing is allowed.
    """
    owner = resource.owner or account_id_of(resource.arn)
    layers = PolicyLayers(
        identity=tuple(_labelled(item) for item in view.documents),
        boundary=_labelled(view.boundary) if view.boundary else None,
        scps=tuple(tuple(_labelled(item) for item in level) for level in view.scps),
        rcps=tuple(tuple(_labelled(item) for item in level) for level in world.rcps.get(owner, ())),
        resource=LabelledDocument(f"policy of {resource.arn}", policy, "trust" if mandatory else "resource")
        if policy
        else None,
        session=None,
        resource_mandatory=mandatory,
    )
    told = {**dict(view.presents), **(stated or {})}
    return authorize(Request(view.principal, action, resource, told, frozenset()), layers)


def _labelled(item: DocumentInForce) -> LabelledDocument:
    return LabelledDocument(item.label, item.document, item.layer)
