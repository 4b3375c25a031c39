"""CAN_CREATE_CREDENTIAL: an identity makes a credential of another user (iam-002, 003, 004, 006).

Input: principals, users of the same account. Output: edges to users through classes of users.
Handled: two key slots, an existing or missing login profile, an MFA device that the console would ask for.
Not handled: service-specific credentials and signing certificates as ways in (they prove the user to one service).
Errs towards: firing iam-002 and iam-004 when slots or login profile are not in the evidence (they can only stand in the
way); iam-006 is unverified then, because it needs a login profile to exist.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from collectors.aws.records import AwsUser
from graph.decision import ALWAYS, Atom, Residual
from graph.edges.aws.capability import PrincipalView, resolve_residual
from graph.edges.aws.changes import MFA_PRESENTED
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.context import Principal, PrincipalKind, Request, Resource, request_context
from graph.kinds import EdgeKind, State

__all__ = ["KEY_SLOTS", "build_credentials", "key_counts", "user_resource", "with_new_key"]

KEY_SLOTS = 2
"""A user holds at most two access keys (IAM quotas)."""
HAS_DEVICE: Residual = ((Atom("nhi:mfa-device-of-target", "Bool", ("true",)),),)


def user_resource(world: AwsWorld, user: AwsUser) -> Resource:
    """Return what is known of a user as a target."""
    extra = {"iam:permissionsboundary": (user.boundary_arn,) if user.boundary_arn else ()}
    return Resource(
        arn=user.arn,
        account=user.account,
        tags=dict(user.tags),
        organization_id=world.organization_of(user.account),
        extra=extra,
    )


def key_counts(world: AwsWorld) -> dict[str, int | None]:
    """Return the number of access keys of each user; ``None`` where the evidence does not say."""
    seen = Counter(key.user_arn for key in world.records.access_keys)
    known_accounts = {
        account
        for (account, operation), presence in world.records.presence.items()
        if operation in ("iam.get_credential_report", "iam.list_access_keys") and presence.value in ("present", "empty")
    }
    return {
        user.arn: seen[user.arn] if user.account in known_accounts or seen[user.arn] else None
        for user in world.users.values()
    }


def with_new_key(residual: Residual | None) -> Residual | None:
    """Return what stays open of a user's conditions for whoever holds a new key of it; ``None``: they fail.

    Notes
    -----
    A request signed with a long-term key carries no MFA keys:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (read 2026-11).
    """
    if not residual:
        return residual
    nobody = Principal(PrincipalKind.ACCOUNT, "", "", tags=None, organization_id=None)
    return resolve_residual(
        residual, request_context(Request(nobody, "", Resource(arn=""), {}, frozenset(key for key, _ in MFA_PRESENTED)))
    )


def build_credentials(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_CREATE_CREDENTIAL edge of the callers given."""
    counts = key_counts(world)
    _technique(world, views, "iam-002", ["iam:CreateAccessKey"], lambda user: _free_slot(user, counts))
    _technique(
        world, views, "iam-003", ["iam:CreateAccessKey", "iam:DeleteAccessKey"], lambda user: _full(user, counts)
    )
    _technique(world, views, "iam-004", ["iam:CreateLoginProfile"], _no_password)
    _technique(world, views, "iam-006", ["iam:UpdateLoginProfile"], _password)


Fit = Callable[[AwsUser], tuple[Residual, State, str] | None]


def _technique(world: AwsWorld, views: Sequence[PrincipalView], technique: str, actions: list[str], fits: Fit) -> None:
    by_account: dict[str, list[Target]] = defaultdict(list)
    for user in world.users.values():
        if user.is_root or (fit := fits(user)) is None:
            continue
        conditions, state, note = fit
        by_account[user.account].append(
            Target(
                user.arn,
                user.arn,
                target_context(user_resource(world, user)),
                conditions=conditions,
                state=state,
                note=note,
                not_for=user.arn,
            )
        )
    candidates = {account: Candidates(targets) for account, targets in by_account.items()}
    class_edges(
        world.identity_graph,
        views,
        [Need(action) for action in actions],
        candidates.get,
        kind=EdgeKind.CAN_CREATE_CREDENTIAL,
        technique=technique,
        describe="users",
    )


def _free_slot(user: AwsUser, counts: dict[str, int | None]) -> tuple[Residual, State, str] | None:
    count = counts[user.arn]
    if count is None:
        return (
            ALWAYS,
            State.VERIFIED,
            "The evidence does not say how many access keys the user has; two would be in the way.",
        )
    return (ALWAYS, State.VERIFIED, "") if count < KEY_SLOTS else None


def _full(user: AwsUser, counts: dict[str, int | None]) -> tuple[Residual, State, str] | None:
    count = counts[user.arn]
    if count is None:
        return ALWAYS, State.VERIFIED, "The evidence does not say how many access keys the user has."
    return (ALWAYS, State.VERIFIED, "") if count >= KEY_SLOTS else None


def _no_password(user: AwsUser) -> tuple[Residual, State, str] | None:
    if user.has_password:
        return None
    note = (
        ""
        if user.has_password is False
        else "The evidence does not say whether the user has a password; one would be in the way."
    )
    return (HAS_DEVICE if user.mfa_active else ALWAYS), State.VERIFIED, note


def _password(user: AwsUser) -> tuple[Residual, State, str] | None:
    if user.has_password is False:
        return None
    state = State.VERIFIED if user.has_password else State.UNVERIFIED
    note = "" if user.has_password else "The evidence does not say whether the user has a password."
    return (HAS_DEVICE if user.mfa_active else ALWAYS), state, note
