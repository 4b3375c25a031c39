"""CAN_CHANGE_STATE on a target: tag or untag a role or user so that a condition on its tags lets the caller in.

Input: callers, roles that accept the account as a whole, users. Output: edges to the role or user that is gained.
Handled: ``aws:ResourceTag/…`` and ``iam:ResourceTag/…`` on sts:AssumeRole, iam:UpdateAssumeRolePolicy and
iam:CreateAccessKey, in allows and in denies; the right to tag is decided with the tags as they are, the right to gain
with the tags as set; ``aws:RequestTag/…`` and ``aws:TagKeys`` of the call.
Not handled: roles whose trust names the caller (those need no allow, and a tag of the role is rarely asked for), tags
that a trust policy asks of its own role, tags of workloads and data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from collectors.aws.records import AwsRole, AwsUser
from graph.edges.aws.caller_questions import caller_group
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.change_trust import can_be_edited, can_be_named
from graph.edges.aws.changed_mentions import ANY_VALUE, MAX_VALUES, Mentions
from graph.edges.aws.changed_tags import tag_call, tags_full, with_tag
from graph.edges.aws.changes import current_tag
from graph.edges.aws.classes import Candidates, Extra, Need, Target, class_edges
from graph.edges.aws.credentials import KEY_SLOTS, key_counts, user_resource
from graph.edges.aws.layers import role_resource
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind

__all__ = ["build_change_state_target"]


@dataclass(frozen=True, slots=True)
class _Tagging:
    """One tag, set to a value or removed."""

    key: str
    value: str | None

    def on(self, resource: Resource) -> Resource | None:
        """Return the resource afterwards; ``None`` where nothing changes."""
        tags = dict(resource.tags or {})
        old = current_tag(tags, self.key)
        if (old[1] if old else None) == self.value:
            return None
        if old is None and tags_full(tags):
            return None
        return replace(resource, tags=with_tag(tags, old[0] if old else self.key, self.value))


def build_change_state_target(
    world: AwsWorld, callers: Sequence[PrincipalView], open_roles: Mapping[str, Sequence[Target]]
) -> None:
    """Add the edges of callers who set a tag of a target and then gain it.

    Parameters
    ----------
    open_roles
        What ``build_assume_role`` returned.
    """
    mentions = Mentions(world)
    taggings = list(_taggings(mentions))
    if not taggings:
        return
    taggers = {
        verb: [view for view in callers if view.may_allow(verb)]
        for verb in ("iam:TagRole", "iam:UntagRole", "iam:TagUser", "iam:UntagUser")
    }
    for tagging in taggings:
        prefix = "untag" if tagging.value is None else "tag"
        verb = f"iam:{prefix.title()}Role"
        if taggers[verb]:
            _assume(world, taggers[verb], open_roles, tagging, verb)
            _rewrite_trust(world, taggers[verb], tagging, verb)
        verb = f"iam:{prefix.title()}User"
        if taggers[verb]:
            _key(world, taggers[verb], tagging, verb)


def _taggings(mentions: Mentions) -> Iterator[_Tagging]:
    """Yield the tags of targets that policies look at: the values that they name, another one, and none."""
    for key, values in sorted(mentions.resource_tags.items()):
        name = mentions.spellings.get(key, key)
        for value in (*sorted(values)[:MAX_VALUES], ANY_VALUE):
            yield _Tagging(name, value)
        yield _Tagging(name, None)


def _emit(
    world: AwsWorld,
    callers: Sequence[PrincipalView],
    needs: Sequence[Need],
    targets: Mapping[str, Sequence[Target]],
    technique: str,
    tagging: _Tagging,
    *,
    by_kind: bool = False,
    extra: Extra | None = None,
) -> None:
    candidates = {group: Candidates(found) for group, found in targets.items()}
    what = f"tag {tagging.key} {'removed' if tagging.value is None else f'set to {tagging.value}'}"
    class_edges(
        world.identity_graph,
        callers,
        needs,
        candidates.get,
        kind=EdgeKind.CAN_CHANGE_STATE,
        technique=technique,
        extra=extra,
        describe=f"targets with {what},",
        group_of=caller_group if by_kind else lambda view: view.account,
    )


def _tagged(target: Target, resource: Resource, tagging: _Tagging) -> Target | None:
    """Return a target that is tagged first: gained with the new tags, tagged with the old ones."""
    after = tagging.on(resource)
    if after is None:
        return None
    before = target_context(resource)
    how = f"tag {tagging.key} is " + ("removed" if tagging.value is None else f"set to {tagging.value}")
    return replace(target, contexts=(target_context(after), before), before=before, note=f"First, its {how}.")


def _tag_need(tagging: _Tagging, verb: str) -> Need:
    return Need(verb, dict(tag_call(tagging.key, tagging.value)))


def _assume(
    world: AwsWorld,
    callers: Sequence[PrincipalView],
    open_roles: Mapping[str, Sequence[Target]],
    tagging: _Tagging,
    verb: str,
) -> None:
    found: dict[str, list[Target]] = defaultdict(list)
    for group, targets in open_roles.items():
        account = group.split("/", 1)[0]
        for target in targets if not group.startswith("named:") else ():
            role = world.roles[target.arn]
            tagged = _tagged(target, role_resource(world, role.arn), tagging)
            if role.account == account and can_be_edited(role) and tagged is not None:
                found[group].append(replace(tagged, not_for=role.arn))
    needs = [Need("sts:AssumeRole"), _tag_need(tagging, verb)]
    _emit(world, callers, needs, found, f"nhi-iam-{verb[4:].lower()}-assumerole", tagging, by_kind=True)


def _rewrite_trust(world: AwsWorld, callers: Sequence[PrincipalView], tagging: _Tagging, verb: str) -> None:
    found: dict[str, list[Target]] = defaultdict(list)
    for role in world.roles.values():
        if can_be_edited(role):
            _add(found, role, role_resource(world, role.arn), tagging)
    needs = [Need("iam:UpdateAssumeRolePolicy"), _tag_need(tagging, verb)]
    _emit(
        world, callers, needs, found, f"nhi-iam-{verb[4:].lower()}-updateassumerolepolicy", tagging, extra=can_be_named
    )


def _key(world: AwsWorld, callers: Sequence[PrincipalView], tagging: _Tagging, verb: str) -> None:
    counts = key_counts(world)
    found: dict[str, list[Target]] = defaultdict(list)
    for user in world.users.values():
        count = counts[user.arn]
        if not user.is_root and (count is None or count < KEY_SLOTS):
            _add(found, user, user_resource(world, user), tagging)
    needs = [Need("iam:CreateAccessKey"), _tag_need(tagging, verb)]
    _emit(world, callers, needs, found, f"nhi-iam-{verb[4:].lower()}-createaccesskey", tagging)


def _add(found: dict[str, list[Target]], holder: AwsUser | AwsRole, resource: Resource, tagging: _Tagging) -> None:
    plain = Target(holder.arn, holder.arn, target_context(resource), not_for=holder.arn)
    tagged = _tagged(plain, resource, tagging)
    if tagged is not None:
        found[holder.account].append(tagged)
