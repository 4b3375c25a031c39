"""Repositories with people, branches, environments and what their tokens say, from GitHub answers.

Input: ``Reading``. Output: records by full name.
Handled: a branch that GitHub answers is not protected; rules of rulesets beside branch protection; lists of
collaborators by affiliation.
Not handled: rulesets whose rules were not asked for by branch; rules about files, sizes and commit messages.
"""

from __future__ import annotations

from dataclasses import replace

from collectors.evidence.evidence import Call
from collectors.github.records import (
    GitHubAccess,
    GitHubBranch,
    GitHubEnvironment,
    GitHubRepository,
)
from collectors.github.records_fields import FieldError, Fields, Reading, full_name, login_in
from collectors.github.records_people import role_in

__all__ = ["read_access", "read_branches", "read_environments", "read_repositories", "read_subject"]

_PROTECTION, _RULES, _BRANCHES = "repos.get-branch-protection", "repos.get-branch-rules", "repos.list-branches"
_COLLABORATORS, _ENVIRONMENTS = "repos.list-collaborators", "repos.get-all-environments"
_POLICIES, _SUBJECT = "repos.list-deployment-branch-policies", "actions.get-custom-oidc-sub-claim-for-repo"
_Calls = dict[str, tuple[Call, ...]]


def read_repositories(reading: Reading) -> dict[str, GitHubRepository]:
    """Return repositories as the list of the organization has them."""
    found: dict[str, GitHubRepository] = {}
    for item in reading.items("repos.list-for-org"):
        try:
            name = full_name(item)
        except FieldError as error:
            reading.gap("repos.list-for-org", str(error))
            continue
        visibility = item.text("visibility") or ("private" if item.flag("private") else "public")
        found[name] = GitHubRepository(
            name,
            item.text("full_name"),
            item.number("id") or 0,
            item.inner("owner").number("id") or 0,
            visibility,
            item.ref,
            default_branch=item.text("default_branch"),
            archived=item.flag("archived") is True or item.flag("disabled") is True,
            allow_forking=item.flag("allow_forking"),
            created_at=item.text("created_at"),
        )
    return found


def read_access(reading: Reading, found: dict[str, GitHubRepository]) -> None:
    """Add who collaborates."""
    for name, calls in reading.by_repository(_COLLABORATORS).items():
        if name not in found:
            continue
        people = [
            GitHubAccess(
                login_in(item), role_in(item), call.request.get("affiliation") in ("direct", "outside"), item.ref
            )
            for call in calls
            for item in reading.of_call(_COLLABORATORS, call)
        ]
        known = any(call.response is not None for call in calls)
        found[name] = replace(found[name], collaborators=tuple(people), collaborators_known=known)


def read_branches(reading: Reading, found: dict[str, GitHubRepository]) -> None:
    """Add branches and what protects them."""
    listed, protection = reading.by_repository(_BRANCHES), reading.by_repository(_PROTECTION)
    rules = reading.by_repository(_RULES)
    for name in {*listed, *protection, *rules} & found.keys():
        branches: dict[str, GitHubBranch] = {}
        for call in listed.get(name, ()):
            for item in reading.of_call(_BRANCHES, call):
                branch = item.text("name")
                protected = item.flag("protected")
                branches[branch] = GitHubBranch(branch, item.ref, protected, protected is False)
        for call in protection.get(name, ()):
            _protection(reading, branches, call)
        for call in rules.get(name, ()):
            _rules(reading, branches, call)
        answered = any(call.response is not None for call in listed.get(name, ()))
        ordered = tuple(branches[each] for each in sorted(branches))
        found[name] = replace(found[name], branches=ordered, branches_known=answered)


def _branch(branches: dict[str, GitHubBranch], call: Call) -> GitHubBranch | None:
    name = call.request.get("branch")
    return branches.get(name) or GitHubBranch(name, call.ref) if isinstance(name, str) and name else None


def _protection(reading: Reading, branches: dict[str, GitHubBranch], call: Call) -> None:
    branch = _branch(branches, call)
    if branch is None:
        reading.gap(_PROTECTION, f"{call.ref}: the request does not say which branch it is about")
        return
    if call.response is None:
        # GitHub answers 404 both for "Branch not protected" and for what the caller may not see.
        if call.error is not None and "not protected" in call.error.message.lower():
            branches[branch.name] = replace(branch, known=True, classic=False)
        elif call.error is not None and call.error.code == "404":
            reading.gap(_PROTECTION, f"{call.ref}: 404 without the words that the branch is not protected", branch.name)
        return
    answer = reading.answer(_PROTECTION, call)
    reviews = answer.inner("required_pull_request_reviews")
    allowed, restrictions = reviews.inner("bypass_pull_request_allowances"), answer.inner("restrictions")
    pulls = isinstance(answer.body.get("required_pull_request_reviews"), dict)
    branches[branch.name] = replace(
        branch,
        protected=True,
        known=True,
        classic=True,
        approvals=(reviews.number("required_approving_review_count") or 0) if pulls else 0,
        checks=isinstance(answer.body.get("required_status_checks"), dict),
        restricted=isinstance(answer.body.get("restrictions"), dict),
        pushers=_actors(restrictions),
        bypassers=_actors(allowed),
        locked=answer.inner("lock_branch").flag("enabled") is True,
        admins_exempt=_exempt(answer.inner("enforce_admins").flag("enabled")),
    )


def _exempt(enforced: bool | None) -> bool | None:
    return None if enforced is None else not enforced


def _actors(item: Fields) -> tuple[str, ...]:
    found = [f"user:{each.text('login').lower()}" for each in item.items("users")]
    found += [f"team:{each.text('slug').lower()}" for each in item.items("teams")]
    return tuple(found + [f"app:{each.text('slug').lower()}" for each in item.items("apps")])


def _rules(reading: Reading, branches: dict[str, GitHubBranch], call: Call) -> None:
    branch = _branch(branches, call)
    if branch is None or call.response is None:
        return
    approvals, checks, updates = branch.ruled_approvals, branch.ruled_checks, branch.ruled_updates
    found = False
    for rule in reading.of_call(_RULES, call):
        kind, given = rule.text("type"), rule.inner("parameters")
        found = True
        if kind == "pull_request":
            approvals = max(approvals, given.number("required_approving_review_count") or 0)
        checks = checks or kind == "required_status_checks"
        updates = updates or kind == "update"
    # A ruleset alone leaves nothing more to ask for; branch protection, where one holds, is asked for by its own call.
    known = branch.known or branch.protected is not True or found
    branches[branch.name] = replace(
        branch, known=known, approvals=max(branch.approvals, approvals), checks=branch.checks or checks,
        restricted=branch.restricted or updates, ruled_approvals=approvals, ruled_checks=checks, ruled_updates=updates,
        protected=True if found else branch.protected,
    )  # fmt: skip


def read_environments(reading: Reading, found: dict[str, GitHubRepository]) -> None:
    """Add environments."""
    policies: dict[tuple[str, str], list[Fields]] = {}
    for name, calls in reading.by_repository(_POLICIES).items():
        for call in calls:
            if call.response is not None:
                rows = policies.setdefault((name, str(call.request.get("environment_name") or "")), [])
                rows.extend(reading.of_call(_POLICIES, call, "branch_policies"))
    for name, calls in reading.by_repository(_ENVIRONMENTS).items():
        if name in found:
            rows_of = [
                _environment(item, policies.get((name, item.text("name"))))
                for call in calls
                for item in reading.of_call(_ENVIRONMENTS, call, "environments")
            ]
            known = any(call.response is not None for call in calls)
            found[name] = replace(found[name], environments=tuple(rows_of), environments_known=known)


def _environment(item: Fields, policies: list[Fields] | None) -> GitHubEnvironment:
    reviewers, required, prevented, others = [], False, False, []
    for rule in item.items("protection_rules"):
        kind = rule.text("type")
        if kind == "required_reviewers":
            required, prevented = True, rule.flag("prevent_self_review") is True
            for each in rule.items("reviewers"):
                who = each.inner("reviewer")
                named = who.text("login") or who.text("slug")
                reviewers.append(f"{each.text('type').lower()}:{named.lower()}")
        elif kind not in ("wait_timer", "branch_policy"):
            others.append(kind or "custom")
    policy = item.inner("deployment_branch_policy")
    rows = [(row.text("type") or "branch", row.text("name")) for row in policies or ()]
    return GitHubEnvironment(
        item.text("name"),
        item.ref,
        tuple(reviewers),
        required,
        prevented,
        tuple(others),
        policy.flag("protected_branches") is True,
        policy.flag("custom_branch_policies") is True,
        tuple(name for kind, name in rows if kind == "branch"),
        tuple(name for kind, name in rows if kind == "tag"),
        policies is not None,
    )


def read_subject(reading: Reading, found: dict[str, GitHubRepository]) -> None:
    """Add what the subject of a repository's tokens is made of."""
    for name, calls in reading.by_repository(_SUBJECT).items():
        for call in calls:
            if name in found and call.response is not None:
                answer = reading.answer(_SUBJECT, call)
                found[name] = replace(
                    found[name],
                    subject_default=answer.flag("use_default"),
                    subject_keys=answer.texts("include_claim_keys"),
                    subject_prefix=answer.text("sub_claim_prefix"),
                    subject_immutable=answer.flag("use_immutable_subject"),
                )
