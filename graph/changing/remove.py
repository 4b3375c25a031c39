"""Take a grant out of the records: one way for each kind of grant.

Input: ``Draft`` and a grant's id. Output: the draft, changed.
Handled: all kinds that ``docs/snapshot.md`` lists; attachments of customer managed policies, boundaries, SCPs and RCPs,
which have ids and are no grants of the snapshot. A statement is replaced in place, so that others keep their ids.
Not handled: RCPFullAWSAccess, which AWS attaches for good, and the last SCP of a target, which AWS does not detach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches

import numpy as np

from collectors.evidence.declared import Declared
from graph.arrays import CATEGORY_CODES
from graph.changing.azure import without_grant as without_azure_grant
from graph.changing.azure import without_token
from graph.changing.draft import POLICY_HOLDERS, Draft
from graph.changing.entra import without_grant
from graph.changing.github import without_grant as without_github_grant
from graph.changing.imported import without_other_grant, without_step
from graph.changing.statements import place_of
from graph.errors import ChangeError
from graph.joints.declared_secrets import stated_links
from graph.kinds import Category
from graph.model import Grant
from graph.snapshot import Snapshot

__all__ = ["remove_grant"]

_LINKED = (Category.SECRET, Category.RESOURCE, Category.IDENTITY, Category.CREDENTIAL)
"""Where secrets and what they hold are found."""


def remove_grant(draft: Draft, snapshot: Snapshot, grant_id: str) -> None:
    """Take a grant or guard away.

    Raises
    ------
    ChangeError
        There is none of this id (similar ones are named), or it cannot be taken away.
    """
    grant = snapshot.grant(grant_id)
    if grant is None:
        _remove_guard(draft, snapshot, grant_id)
        return
    if grant.id.startswith("declared:secret:"):
        _secret_link(draft, snapshot, grant)
        return
    if grant.id.startswith("entra:"):
        _of_entra(draft, grant)
        return
    if grant.id.startswith("azure:"):
        _of_azure(draft, grant)
        return
    if grant.id.startswith("github:"):
        _of_github(draft, grant)
        return
    if grant.id.startswith(("other:", "opengraph:")):
        _imported(draft, grant)
        return
    way = _WAYS.get(grant.kind)
    if way is None:
        raise ChangeError(f"`{grant_id}` is of kind `{grant.kind}`, which cannot be removed here")
    if not way(draft, grant):
        raise ChangeError(f"`{grant_id}` is in the snapshot, and its records do not show it (any more)")


def _of_entra(draft: Draft, grant: Grant) -> None:
    changed = without_grant(draft.entra, grant.id)
    if changed is None:
        raise ChangeError(f"`{grant.id}` is of kind `{grant.kind}`, which cannot be removed here, or is gone already")
    draft.azure = without_token(draft.azure, draft.entra, grant.id)
    draft.entra = changed


def _of_azure(draft: Draft, grant: Grant) -> None:
    changed = without_azure_grant(draft.azure, grant.id)
    if changed is None:
        raise ChangeError(f"`{grant.id}` is of kind `{grant.kind}`, which cannot be removed here, or is gone already")
    draft.azure = changed


def _of_github(draft: Draft, grant: Grant) -> None:
    changed = without_github_grant(draft.github, grant.id)
    if changed is None:
        raise ChangeError(f"`{grant.id}` is of kind `{grant.kind}`, which cannot be removed here, or is gone already")
    draft.github = changed


def _imported(draft: Draft, grant: Grant) -> None:
    if grant.id.startswith("other:"):
        tables = without_other_grant(draft.other, grant.id)
        draft.other = tables or draft.other
        found = tables is not None
    else:
        steps = without_step(draft.opengraph, grant.id)
        draft.opengraph = steps or draft.opengraph
        found = steps is not None
    if not found:
        raise ChangeError(f"`{grant.id}` is in the snapshot, and its records do not show it (any more)")


def _statement(draft: Draft, grant: Grant) -> bool:
    place = place_of(draft, grant)
    if place is None:
        return False
    if place.index is None:
        place.drop_policy(draft)
    elif place.statement(draft) is None:
        return False
    else:
        place.put(draft)
    return True


def _attachment(draft: Draft, grant: Grant) -> bool:
    return _detach(draft, grant.holder, grant.id.removeprefix(f"aws:attachment:{grant.holder}:"))


def _detach(draft: Draft, holder: str, policy: str) -> bool:
    kind = draft.holder_kind(holder, POLICY_HOLDERS)
    if not kind or all(item.arn != policy for item in draft.find(kind, holder).attached):
        return False
    draft.edit(
        kind, holder, lambda row: replace(row, attached=tuple(item for item in row.attached if item.arn != policy))
    )
    return True


def _membership(draft: Draft, grant: Grant) -> bool:
    kind = draft.holder_kind(grant.holder, ("users", "identity_center_users"))
    if not kind:
        return False
    row = draft.find(kind, grant.holder)
    prefix = f"aws:membership:{row.arn}:" if kind == "users" else f"aws:identity-center-membership:{row.id}:"
    group = grant.id.removeprefix(prefix)
    if group not in row.groups:
        return False
    draft.edit(
        kind, grant.holder, lambda each: replace(each, groups=tuple(name for name in each.groups if name != group))
    )
    return True


def _key(draft: Draft, grant: Grant) -> bool:
    if grant.id == f"aws:password:{grant.holder}":
        user = draft.find("users", grant.holder)
        draft.edit("users", grant.holder, lambda row: replace(row, has_password=False))
        return user is not None and bool(user.has_password)
    if _whole("service_credentials")(draft, grant):
        return True
    key = draft.find("access_keys", grant.id)
    if key is None:
        return False
    draft.edit("access_keys", grant.id, lambda row: None)
    # A secret that was declared to hold this key holds nothing now, rather than any other credential of its user.
    draft.secrets = [row for row in draft.secrets if not row.credential or row.credential not in (key.id, grant.id)]
    user = draft.find("users", key.user_arn)
    if user is not None and user.keys_present and not draft.has_key(key.user_arn):
        draft.edit("users", key.user_arn, lambda row: replace(row, keys_present=False))
    return True


def _profile(draft: Draft, grant: Grant) -> bool:
    role = grant.id.removeprefix(f"aws:roles-anywhere-profile:{grant.holder}:")
    profile = draft.find("roles_anywhere_profiles", grant.holder)
    if profile is None or role not in profile.role_arns:
        return False
    draft.edit(
        "roles_anywhere_profiles",
        grant.holder,
        lambda row: replace(row, role_arns=tuple(arn for arn in row.role_arns if arn != role)),
    )
    return True


def _access_entry(draft: Draft, grant: Grant) -> bool:
    principal = grant.id.removeprefix(f"aws:eks-access-entry:{grant.holder}:")
    cluster = draft.find("clusters", grant.holder)
    if cluster is None or all(entry.principal_arn != principal for entry in cluster.access_entries):
        return False
    draft.edit(
        "clusters",
        grant.holder,
        lambda row: replace(
            row, access_entries=tuple(entry for entry in row.access_entries if entry.principal_arn != principal)
        ),
    )
    return True


def _pool_roles(draft: Draft, grant: Grant) -> bool:
    """Leave the pool without roles, guests, and the classic flow, under which a token alone is enough."""
    if draft.find("identity_pools", grant.id) is None:
        return False
    draft.edit(
        "identity_pools",
        grant.id,
        lambda row: replace(
            row,
            allows_guests=False,
            classic_flow=False,
            guest_role_arn="",
            user_role_arn="",
            mapped_role_arns=(),
            role_mapping="",
        ),
    )
    return True


def _whole(kind: str) -> Callable[[Draft, Grant], bool]:
    """Return the way of grants that are a record of their own."""

    def remove(draft: Draft, grant: Grant) -> bool:
        if draft.find(kind, grant.id) is None:
            return False
        draft.edit(kind, grant.id, lambda row: None)
        return True

    return remove


_WAYS: Mapping[str, Callable[[Draft, Grant], bool]] = {
    "statement": _statement,
    "trust": _statement,
    "resource_policy": _statement,
    "attachment": _attachment,
    "membership": _membership,
    "key": _key,
    "assignment": _whole("account_assignments"),
    "profile": _profile,
    "access_entry": _access_entry,
    "pool_roles": _pool_roles,
    "kms_grant": _whole("kms_grants"),
}
"""By kind of grant how it is taken away; each returns False when the records do not hold it."""


def _secret_link(draft: Draft, snapshot: Snapshot, grant: Grant) -> None:
    """Take back every declaration that a secret holds a credential."""
    codes = [code for code, category in enumerate(CATEGORY_CODES) if category in _LINKED]
    numbers = np.flatnonzero(np.isin(snapshot.arrays.node_category, codes)).tolist()
    links = stated_links([snapshot.node(number) for number in numbers], Declared(secrets=tuple(draft.secrets)))
    rows = {row for row, link in links if link == grant.id}
    if not rows:
        raise ChangeError(f"`{grant.id}` is in the snapshot, and its records do not show it (any more)")
    draft.secrets = [row for row in draft.secrets if row not in rows]


# ---- what is no grant of the snapshot


def _remove_guard(draft: Draft, snapshot: Snapshot, grant_id: str) -> None:
    source, _, rest = grant_id.partition(":")
    what, _, rest = rest.partition(":")
    if source == "aws" and what == "boundary":
        kind = draft.holder_kind(rest, ("users", "roles"))
        if kind and draft.find(kind, rest).boundary_arn is not None:
            draft.edit(kind, rest, lambda row: replace(row, boundary_arn=None))
            return
    if source == "aws" and what in ("scp", "rcp"):
        policy, _, target = rest.partition(":")
        if _detach_organization_policy(draft, policy, target):
            return
    if source == "aws" and what == "attachment":
        holder, mark, policy = rest.rpartition(":arn:")
        if mark and _detach(draft, holder, f"arn:{policy}"):
            return
    raise ChangeError(f"there is no grant `{grant_id}`{_similar(snapshot, grant_id)}")


def _detach_organization_policy(draft: Draft, policy_id: str, target: str) -> bool:
    policy = draft.find("organization_policies", policy_id)
    if policy is None or target not in policy.targets:
        return False
    if policy.kind == "SERVICE_CONTROL_POLICY" and not any(
        target in other.targets
        for key in draft.keys("organization_policies")
        if key != policy_id and (other := draft.find("organization_policies", key)).kind == policy.kind
    ):
        raise ChangeError(f"`{policy_id}` is the last SCP of `{target}`: AWS keeps one on every account, OU and root")
    draft.edit(
        "organization_policies",
        policy_id,
        lambda row: replace(row, targets=tuple(each for each in row.targets if each != target)),
    )
    return True


def _similar(snapshot: Snapshot, grant_id: str) -> str:
    near = get_close_matches(grant_id, snapshot.grants_near(grant_id), n=3, cutoff=0.7)
    return f": did you mean {' or '.join(f'`{each}`' for each in near)}?" if near else ""
