"""Branches and environments as places where a job runs: who gets one there, and what stands in the way.

Input: ``GitHubWorld``. Output: edges of runs, people and administrators to branches and environments.
Handled: required reviews and status checks, lists of who may push, locked branches, those who need no review; reviewers
of an environment (who may approve what they started), branches and tags that it is for, apps that guard it; whoever
administers a repository changes all of this.
Not handled: wait timers, which only delay; rules about tags; rulesets that nobody asked for by branch.

References
----------
https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches,
https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments (read 2026-11).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from collectors.github.records import GitHubBranch, GitHubEnvironment, GitHubRepository
from graph.decision import ALWAYS, Atom, Residual, merge_residuals
from graph.edges.github.world import GitHubWorld
from graph.evaluate.github.ids import actions_node, admin_node, branch_node, environment_node, repository_node
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Grant, Node

__all__ = ["build_places", "ensure_branch", "from_any", "pushing"]

_PUSH, _BYPASS = "github-push-branch", "github-bypass-branch-rule"
_USE, _APPROVE = "github-use-environment", "github-approve-own-deployment"
_UNKNOWN_BRANCH = "Whether branch {} is protected was not looked at."
_UNKNOWN_RULES = "Branch {} is protected; what it asks for was not looked at."
_UNKNOWN_POLICIES = "Environment {} is for some branches alone; which ones was not looked at."
_TAKE = EdgeKind.CAN_TAKE_OVER


def _atom(name: str, place: str) -> Residual:
    return ((Atom(f"github:{name}", "StringEquals", (place,), provider="github"),),)


def build_places(world: GitHubWorld) -> None:
    """Add the edges."""
    for repository in world.startable:
        for branch in repository.branches:
            ensure_branch(world, repository, branch.name)
        for environment in repository.environments:
            _environment(world, repository, environment)


def ensure_branch(world: GitHubWorld, repository: GitHubRepository, name: str) -> str:
    """Return the node of a branch, with the edges of who pushes to it."""
    node = branch_node(repository.full_name, name)
    if node in world.identity_graph.nodes:
        return node
    branch = world.branch(repository, name)
    facts = {} if branch is None else _facts(branch)
    shown = f"{repository.spelled} branch {name}"
    ref = str(branch.ref) if branch is not None else ""
    world.identity_graph.add_node(
        Node(node, NodeKind.GITHUB_BRANCH, shown, "github", world.login, facts, branch is not None, evidence=ref)
    )
    runs = actions_node(repository.full_name)
    world.add(Edge(repository_node(repository.full_name), node, EdgeKind.CONTAINS, False))
    world.add(Edge(admin_node(repository.full_name), node, EdgeKind.CONTROLS, True))
    for conditions, state, note in pushing(repository, branch, name):
        world.add(Edge(runs, node, _TAKE, True, _PUSH, (), conditions, state=state, note=note))
    if branch is not None and world.runs(repository):
        _exempt(world, repository, branch, node)
    return node


def _facts(branch: GitHubBranch) -> dict[str, object]:
    facts: dict[str, object] = {"protected": branch.protected, "approvals": branch.approvals, "known": branch.known}
    if branch.admins_exempt is not None:
        facts["admins_exempt"] = branch.admins_exempt
    marks = {"checks": branch.checks, "restricted": branch.restricted, "locked": branch.locked}
    facts |= {name: True for name, holds in marks.items() if holds}
    if branch.bypassers:
        facts["bypassers"] = list(branch.bypassers)
    return facts


def pushing(
    repository: GitHubRepository, branch: GitHubBranch | None, name: str
) -> Iterator[tuple[Residual, State, str]]:
    """Yield under what a push of anybody who writes to the repository gets onto a branch; nothing where it does not."""
    if branch is None:
        if repository.branches_known:
            yield ALWAYS, State.VERIFIED, ""  # it is not there, so whoever pushes makes it
        else:
            yield ALWAYS, State.UNVERIFIED, _UNKNOWN_BRANCH.format(name)
        return
    if branch.locked or branch.restricted:
        return
    place = branch_node(repository.full_name, name)
    parts = [_atom("review", place)] if branch.approvals else []
    parts += [_atom("status-checks", place)] if branch.checks else []
    conditions = merge_residuals(parts)
    if branch.known:
        yield conditions, State.VERIFIED, ""
    else:
        note = (_UNKNOWN_RULES if branch.protected else _UNKNOWN_BRANCH).format(name)
        yield conditions, State.UNVERIFIED, note


def _exempt(world: GitHubWorld, repository: GitHubRepository, branch: GitHubBranch, node: str) -> None:
    """Add those who may push to a branch by its rule: who is listed, where there is a list, and who needs no review."""
    if branch.locked or branch.ruled_updates:
        return  # who may pass a ruleset is not told
    checks = _atom("status-checks", node) if branch.checks else ALWAYS
    review = _atom("review", node) if branch.approvals else ALWAYS
    ruled = _atom("review", node) if branch.ruled_approvals else ALWAYS
    listed = set(branch.pushers) if branch.restricted else set()
    free = set(branch.bypassers)
    for who in sorted(listed | free):
        if branch.restricted and who not in listed:
            continue  # the list counts for those without a review as well
        grant = f"github:rule:{repository.full_name}:{branch.name}:{who}"
        text = f"{who} in the rule of branch {branch.name} of {repository.spelled}"
        conditions = merge_residuals([checks, ruled if who in free else review])
        for actor, membership in world.writers(who, repository.full_name):
            world.identity_graph.add_grant(Grant(grant, "branch_rule", node, text, str(branch.ref)))
            world.add(Edge(actor, node, _TAKE, True, _BYPASS, (grant, *membership), conditions))


def _environment(world: GitHubWorld, repository: GitHubRepository, environment: GitHubEnvironment) -> None:
    name = repository.full_name
    place = environment_node(name, environment.name)
    world.add(Edge(admin_node(name), place, EdgeKind.CONTROLS, True))
    approval = _atom("deployment-approval", place) if environment.review_required else ALWAYS
    others = _atom("deployment-rule", place) if environment.other_rules else ALWAYS
    waits = merge_residuals([approval, others])
    for source, state, note in _sources(world, repository, environment):
        world.add(Edge(source, place, _TAKE, True, _USE, (), waits, state=state, note=note))
    if not environment.review_required or environment.prevent_self_review or not world.runs(repository):
        return
    open_ = from_any(repository, environment)
    note = "" if open_ else "The environment is for some branches alone; getting onto one is a step of its own."
    state = State.VERIFIED if open_ else State.UNVERIFIED
    for who in environment.reviewers:
        grant = f"github:reviewer:{name}:{environment.name}:{who}"
        text = f"{who} approves deployments to {environment.name} of {repository.spelled}, own ones too"
        for actor, membership in world.writers(who, name):
            world.identity_graph.add_grant(Grant(grant, "environment_reviewer", place, text, str(environment.ref)))
            world.add(Edge(actor, place, _TAKE, True, _APPROVE, (grant, *membership), others, state=state, note=note))


def from_any(repository: GitHubRepository, environment: GitHubEnvironment) -> bool:
    """Return whether an environment lets in every branch, as one for protected branches does where there is none."""
    if environment.protected_branches:
        return repository.branches_known and not any(map(_guarded, repository.branches))
    return not environment.custom_policies


def _guarded(branch: GitHubBranch) -> bool:
    return bool(branch.classic or (branch.classic is None and branch.protected))


def _sources(
    world: GitHubWorld, repository: GitHubRepository, environment: GitHubEnvironment
) -> Iterator[tuple[str, State, str]]:
    """Yield where a job comes from that is let into an environment: any run, or branches."""
    runs = actions_node(repository.full_name)
    if from_any(repository, environment):
        yield runs, State.VERIFIED, ""
        return
    if environment.protected_branches:
        for branch in repository.branches:
            if _guarded(branch):
                yield ensure_branch(world, repository, branch.name), State.VERIFIED, ""
        if not repository.branches_known:
            yield runs, State.UNVERIFIED, _UNKNOWN_POLICIES.format(environment.name)
        return
    if not environment.policies_known:
        yield runs, State.UNVERIFIED, _UNKNOWN_POLICIES.format(environment.name)
        return
    if environment.tag_policies:
        yield runs, State.VERIFIED, ""  # whoever writes makes a tag of a fitting name
    for policy in environment.branch_policies:
        if "*" not in policy and "?" not in policy and "[" not in policy:
            yield ensure_branch(world, repository, policy), State.VERIFIED, ""
            continue
        fitting = [branch.name for branch in repository.branches if _fits(branch.name, policy)]
        for name in fitting:
            yield ensure_branch(world, repository, name), State.VERIFIED, ""
        if not any(_fits(name, policy) and _protected(repository, name) for name in fitting):
            yield runs, State.VERIFIED, ""
        else:
            note = f"Whether the rule of {fitting[0]} holds for every branch that fits {policy} was not looked at."
            yield runs, State.UNVERIFIED, note


def _fits(name: str, policy: str) -> bool:
    """Return whether a branch fits a pattern, in which ``*`` does not go past a slash."""
    parts, wanted = name.split("/"), policy.split("/")
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))


def _protected(repository: GitHubRepository, name: str) -> bool:
    return any(branch.name == name and branch.protected for branch in repository.branches)
