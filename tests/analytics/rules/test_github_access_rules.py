"""Who changes what matters: open default branches, outsiders, people who have left.

Rules of branches: https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches;
roles: https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.analytics.rules.entra_cases import Case, check, names
from tests.analytics.rules.github_cases import ANY, MAIN, app, declare, deploying, file, step, together, trusting
from tests.worlds.github import GitHubWorldFiles, github

BRANCH, OUTSIDE, LEFT = "github-open-default-branch", "github-outside-collaborator", "github-departed-person"
PEOPLE = "login,person,active"


def secretive(**branch: Any) -> GitHubWorldFiles:
    """Return a repository whose job has a secret."""
    return app(file(steps=step("K"))).secret("K").branch("main", **branch)


def guest(role: str) -> GitHubWorldFiles:
    """Return a repository with an outside collaborator."""
    return app().branch("main", approvals=1).outside("vic").access("vic", role)


RULE = {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}
CASES = [
    Case(
        BRANCH,
        "not protected",
        together(deploying(protected=False), trusting(MAIN)),
        ("acme/app high",),
        says="not protected",
    ),
    Case(BRANCH, "no review", together(deploying(checks=True), trusting(MAIN)), ("acme/app high",), says="no review"),
    Case(
        BRANCH,
        "that becomes a role",
        together(deploying(protected=False), trusting(MAIN, admin=False)),
        ("acme/app medium",),
    ),
    Case(
        BRANCH,
        "administrators are exempt",
        together(deploying(approvals=1, admins=False), trusting(MAIN)),
        ("acme/app medium",),
        says="administrators",
    ),
    Case(
        BRANCH,
        "somebody needs no review",
        together(deploying(approvals=1, bypass=["bob"]), trusting(MAIN)),
        ("acme/app medium",),
        says="bob need no review",
    ),
    Case(BRANCH, "that holds a secret", secretive(protected=False), ("acme/app low",), says="holds secrets"),
    Case(BRANCH, "Actions is off", together(deploying(protected=False).actions_off(), trusting(MAIN))),
    Case(BRANCH, "a review", together(deploying(approvals=1), trusting(MAIN))),
    Case(
        BRANCH,
        "a review by a ruleset",
        together(deploying(protected=True, asked=False).rules("main", RULE), trusting(MAIN)),
    ),
    Case(BRANCH, "only some may push", together(deploying(pushers=["bob"]), trusting(MAIN))),
    Case(BRANCH, "locked", together(deploying(locked=True), trusting(MAIN))),
    Case(BRANCH, "leads nowhere", deploying(protected=False)),
    Case(
        BRANCH, "rules not looked at", together(deploying(asked=False), trusting(MAIN)), (), ("not looked at in full",)
    ),
    Case(
        BRANCH,
        "branches not looked at",
        together(deploying().without("repos.list-branches"), trusting(MAIN)),
        (),
        ("not looked at in full",),
    ),
    Case(BRANCH, "repositories not looked at", github().without("repos.list-for-org"), (), ("Which repositories",)),
    Case(OUTSIDE, "writes", together(guest("write"), trusting(ANY)), ("vic high",), says="writes to acme/app"),
    Case(
        OUTSIDE,
        "administers",
        together(guest("admin"), trusting(ANY, admin=False)),
        ("vic medium",),
        says="administers",
    ),
    Case(
        OUTSIDE, "where a job has a secret", secretive(approvals=1).outside("vic").access("vic", "write"), ("vic low",)
    ),
    Case(OUTSIDE, "reads", together(guest("read"), trusting(ANY))),
    Case(OUTSIDE, "a member writes", together(app().access("bob", "admin"), trusting(ANY))),
    Case(OUTSIDE, "that leads nowhere", guest("write")),
    Case(
        OUTSIDE,
        "subjects not looked at",
        together(guest("write").without("actions.get-custom-oidc-sub-claim-for-repo"), trusting(ANY)),
        (),
        ("missing evidence",),
    ),
    Case(OUTSIDE, "not looked at", app().without("orgs.list-outside-collaborators"), (), ("Who collaborates",)),
    Case(LEFT, "a member", together(app(), declare("people", PEOPLE, "github:bob,Bob B,false")), ("bob medium",)),
    Case(
        LEFT,
        "an owner",
        together(github().owner("Olga"), declare("people", PEOPLE, "github:olga,Olga O,false")),
        ("Olga high",),
        says="an owner of acme",
    ),
    Case(
        LEFT,
        "by another login of the person",
        together(app(), declare("people", PEOPLE, "github:bob,Bob B,", "bob@acme.example,Bob B,false")),
        ("bob medium",),
    ),
    Case(LEFT, "still here", together(app(), declare("people", PEOPLE, "github:bob,Bob B,true"))),
    Case(
        LEFT,
        "another person of that name elsewhere",
        together(app(), declare("people", PEOPLE, "github:bob,Bob B,true", "bob@umbrella.example,Other,false")),
    ),
    Case(LEFT, "nothing is said", app().user("eve"), (), ("2 accounts",)),
    Case(LEFT, "members not looked at", github().without("orgs.list-members"), (), ("Who is a member",)),
]


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)
