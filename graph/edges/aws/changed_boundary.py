"""Changes of a permissions boundary: removed, replaced by a wider policy, or itself rewritten.

Input: an identity that has a boundary. Output: ``Move`` rows.
Handled: deletion; a policy that allows everything put in its place; another policy of the account that a condition on
``iam:PermissionsBoundary`` names; a new default version of the boundary's own policy; an older version made default.
The boundary is in force while the call is made, so it must allow the call itself.
Not handled: what a rewritten policy does to others that have it.

References
----------
https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html (read 2026-11)
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html (``iam:PermissionsBoundary``)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectors.aws.records import AwsManagedPolicy
from graph.edges.aws.capability import DocumentInForce, PrincipalView
from graph.edges.aws.changed_mentions import Mentions
from graph.edges.aws.changes import Change, ChangedState, ChangeKind, Move
from graph.edges.aws.own_policy import administrator_policies, version_document, write_version_needs
from graph.edges.aws.world import AwsWorld, account_id_of
from graph.evaluate.aws.document import Effect, PolicyDocument
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.aws.principals import PrincipalKind, Resource

__all__ = ["boundary_moves"]

MAX_BOUNDARIES = 8
"""Other policies that are tried in a boundary's place."""
_NONE = Change(ChangeKind.WITHOUT_BOUNDARY)


def boundary_moves(world: AwsWorld, mentions: Mentions, state: ChangedState) -> Iterator[Move]:
    """Yield every change of the state's boundary."""
    view = state.view
    if view.boundary is None or _allows_all(view.boundary.document):
        return
    kind = "User" if view.principal.kind is PrincipalKind.USER else "Role"
    free = replace(view, boundary=None)
    yield Move(
        _NONE,
        free,
        f"nhi-iam-delete{kind.lower()}permissionsboundary",
        ((f"iam:Delete{kind}PermissionsBoundary", ()),),
    )
    put, technique = f"iam:Put{kind}PermissionsBoundary", f"nhi-iam-put{kind.lower()}permissionsboundary"
    for arn in _allowing_all(world, view.account):
        yield Move(_NONE, free, technique, ((put, (("iam:permissionsboundary", (arn,)),)),), via=arn)
    for policy, document in _others(world, mentions, view):
        change = Change(ChangeKind.BOUNDARY, policy.arn)
        other = replace(view, boundary=_as_boundary(view, policy.arn, document))
        yield Move(change, other, technique, ((put, (("iam:permissionsboundary", (policy.arn,)),)),), via=policy.arn)
    yield from _rewritten(world, view, free)


def _allows_all(document: PolicyDocument | None) -> bool:
    return (
        document is not None
        and all(statement.effect is Effect.ALLOW for statement in document.statements)
        and any(
            "*" in statement.actions
            and not statement.not_action
            and "*" in statement.resources
            and not statement.not_resource
            and not statement.conditions
            for statement in document.statements
        )
    )


def _allowing_all(world: AwsWorld, account: str) -> list[str]:
    """Return policies that as a boundary limit nothing; of AWS's own only the one that allows everything."""
    first, *others = administrator_policies(world, account)
    return [first, *(arn for arn in others if account_id_of(arn) == account)]


def _others(world: AwsWorld, mentions: Mentions, view: PrincipalView) -> list[tuple[AwsManagedPolicy, PolicyDocument]]:
    """Return policies that a condition names as a boundary: without such a condition everything is allowed anyway."""
    found: list[tuple[AwsManagedPolicy, PolicyDocument]] = []
    current = view.boundary.label.removeprefix("boundary ") if view.boundary else ""
    if not mentions.boundaries:
        return found
    for policy in world.policies.values():
        if policy.arn == current or not (policy.aws_managed or policy.account == view.account):
            continue
        document = version_document(world, policy, policy.default_version_id)
        if document is None or _allows_all(document):
            continue
        if any(glob_matches(pattern, policy.arn) for pattern in mentions.boundaries):
            found.append((policy, document))
    return found[:MAX_BOUNDARIES]


def _as_boundary(view: PrincipalView, arn: str, document: PolicyDocument) -> DocumentInForce:
    return DocumentInForce("boundary", f"boundary {arn}", document, f"aws:boundary:{view.principal.arn}", False)


def _rewritten(world: AwsWorld, view: PrincipalView, free: PrincipalView) -> Iterator[Move]:
    """Yield changes of the boundary's own policy, which only the account's owner's policies allow."""
    assert view.boundary is not None
    arn = view.boundary.label.removeprefix("boundary ")
    policy = world.policies.get(arn)
    if policy is None or policy.aws_managed or policy.account != view.account:
        return
    resource = Resource(arn=arn, account=policy.account, tags={})
    needs = tuple((action, ()) for action in write_version_needs(policy))
    yield Move(_NONE, free, "nhi-iam-createpolicyversion-boundary", needs, (resource,) * len(needs), via=arn)
    for version in policy.versions:
        document = None if version.is_default else version_document(world, policy, version.version_id)
        if document is None:
            continue
        yield Move(
            _NONE if _allows_all(document) else Change(ChangeKind.BOUNDARY, arn, version.version_id),
            replace(view, boundary=_as_boundary(view, arn, document)),
            "nhi-iam-setdefaultpolicyversion-boundary",
            (("iam:SetDefaultPolicyVersion", ()),),
            (resource,),
            via=arn,
        )
