"""Subjects of GitLab's tokens: what a project's pipelines can have, against what a role takes.

Written from https://docs.gitlab.com/ci/secrets/id_token_authentication and
https://docs.gitlab.com/user/project/repository/branches/protected/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import here
from tests.graph.joints.joined import figures, join
from tests.graph.joints.trusts import ROLE, role_of, statement, trusting
from tests.worlds.entra import entra, node, token
from tests.worlds.pipelines import Pipelines, gitlab, number

JOINT = "OIDC subject: GitLab"
CI = "gitlab:ci:acme/api"
MAIN = "project_path:acme/api:ref_type:branch:ref:main"
ANY = "project_path:acme/api:*"


def _api(**more: Any) -> Pipelines:
    return gitlab().project("api", **more)


@pytest.mark.parametrize(
    ("world", "subject", "like", "state", "figure"),
    [
        # Whoever pushes a branch of his own has a subject that any branch is enough for.
        (_api(), ANY, True, State.VERIFIED, (1, 0, 0, 0, 0)),
        (_api(), "project_path:acme/api:ref_type:branch:ref:*", True, State.VERIFIED, (1, 0, 0, 0, 0)),
        (_api(), "project_path:acme/*", True, State.VERIFIED, (1, 0, 0, 0, 0)),
        # A branch by name: as open as its protection says.
        (_api().protected("api", "release/*"), MAIN, False, State.VERIFIED, (1, 0, 0, 0, 0)),
        (_api().protected("api", "main"), MAIN, False, State.CONDITIONAL, (1, 0, 0, 0, 0)),
        (_api().protected("api", "ma*"), MAIN, False, State.CONDITIONAL, (1, 0, 0, 0, 0)),
        (_api(), MAIN, False, State.UNVERIFIED, (1, 0, 0, 0, 0)),
        # A pattern under StringEquals is plain text, which no branch is called.
        (_api(), ANY, False, State.VOID, (0, 0, 0, 0, 0)),
        # Another project, another group, a name that begins alike, another case.
        (_api(), "project_path:acme/web:*", True, State.VOID, (0, 0, 0, 1, 0)),
        (_api(), "project_path:other/api:*", True, State.VOID, (0, 0, 0, 0, 1)),
        (_api(), "project_path:acme/ap:*", True, State.VOID, (0, 0, 0, 1, 0)),
        (_api(), "project_path:Acme/api:*", True, State.VOID, (0, 0, 0, 1, 0)),
        # Tags: which of them are protected was not looked at.
        (_api(), "project_path:acme/api:ref_type:tag:ref:v1", False, State.UNVERIFIED, (0, 1, 0, 0, 0)),
        # A project that has no pipelines, and one that is archived.
        (_api(builds_access_level="disabled"), ANY, True, State.VOID, (0, 0, 0, 1, 0)),
        (_api(archived=True), ANY, True, State.VOID, (0, 0, 0, 1, 0)),
        # Components that the project chose, and ones that nobody looked at.
        (_api(ci_id_token_sub_claim_components=["project_path"]), "project_path:acme/api", False, State.VERIFIED,
         (1, 0, 0, 0, 0)),
        (_api(), "project_path:acme/api", False, State.VOID, (0, 0, 0, 1, 0)),
        (_api(ci_id_token_sub_claim_components=["project_path", "ref"]), MAIN, False, State.VOID, (0, 0, 0, 1, 0)),
        (_api(ci_id_token_sub_claim_components=None), ANY, True, State.UNVERIFIED, (0, 1, 0, 0, 0)),
        (_api(ci_id_token_sub_claim_components=["project_path", "environment"]),
         "project_path:acme/api:environment:prod", False, State.UNVERIFIED, (0, 1, 0, 0, 0)),
        # A subgroup's project is named by its whole path.
        (gitlab().project("team/api"), "project_path:acme/api:*", True, State.VOID, (0, 0, 0, 1, 0)),
    ],
)  # fmt: skip
def test_what_pipelines_can_have(
    tmp_path: Path, world: Pipelines, subject: str, like: bool, state: State, figure: tuple[int, ...]
) -> None:
    found = join(tmp_path, aws=trusting("gitlab.com", subject, like=like), pipelines=world)
    assert found.reached(CI, ROLE) is state
    assert figures(found.count(JOINT)) == figure


def test_two_projects_that_a_pattern_takes_are_ambiguous(tmp_path: Path) -> None:
    found = join(
        tmp_path, aws=trusting("gitlab.com", "project_path:acme/*", like=True), pipelines=_api().project("web")
    )
    assert found.reached(CI, ROLE) is State.VERIFIED
    assert found.reached("gitlab:ci:acme/web", ROLE) is State.VERIFIED
    assert figures(found.count(JOINT)) == (0, 0, 1, 0, 0)
    (subject,) = [each for each in found.view.graph.nodes if each.startswith("oidc://gitlab.com/")]
    assert found.facts(subject)["token_source"] == "ambiguous"


@pytest.mark.parametrize(
    ("claims", "state"),
    [
        ({"StringEquals": {"namespace_path": "acme"}}, State.CONDITIONAL),
        ({"StringEquals": {"namespace_path": "rivals"}}, State.VOID),
        ({"StringEquals": {"project_id": str(number("api"))}}, State.CONDITIONAL),
        ({"StringEquals": {"project_id": "1"}}, State.VOID),
        ({"StringLike": {"namespace_id": "9999999*"}}, State.VOID),
        ({"StringEquals": {"namespace_path": "acm*"}}, State.VOID),
        ({"StringLike": {"namespace_path": "acm*"}}, State.CONDITIONAL),
        ({"StringNotEquals": {"project_path": "acme/api"}}, State.VOID),
        ({"StringNotEquals": {"project_path": "acme/web"}}, State.CONDITIONAL),
        ({"StringEquals": {"ref_protected": "true"}}, State.CONDITIONAL),
    ],
)
def test_a_claim_that_pins_the_project(tmp_path: Path, claims: dict[str, Any], state: State) -> None:
    found = join(tmp_path, aws=trusting("gitlab.com", "project_path:*", like=True, more=claims), pipelines=_api())
    assert found.reached(CI, ROLE) is state


def test_a_subject_that_two_roles_trust_leads_into_the_one_that_the_claim_lets_in(tmp_path: Path) -> None:
    open_to, pinned = statement("gitlab.com", ANY, like=True), statement("gitlab.com", ANY, like=True)
    pinned["Condition"]["StringEquals"]["gitlab.com:project_id"] = "1"
    world = trusting("gitlab.com", ANY, like=True).role("open", trusts=[open_to]).role("pinned", trusts=[pinned])
    found = join(tmp_path, aws=world, pipelines=_api())
    assert found.reached(CI, role_of("open")) is State.VERIFIED
    assert found.reached(CI, ROLE) is State.VERIFIED
    assert found.reached(CI, role_of("pinned")) is State.VOID


def test_an_instance_of_ones_own(tmp_path: Path) -> None:
    own = _api(web_url="https://git.acme.example/acme/api")
    there = join(tmp_path / "own", aws=trusting("git.acme.example", ANY, like=True), pipelines=own)
    assert there.reached(CI, ROLE) is State.VERIFIED
    assert figures(there.count(JOINT)) == (1, 0, 0, 0, 0)
    # The group of this name at gitlab.com is somebody else's.
    public = join(tmp_path / "public", aws=trusting("gitlab.com", ANY, like=True), pipelines=own)
    assert public.reached(CI, ROLE) is State.VOID
    assert figures(public.count(JOINT)) == (0, 0, 0, 0, 1)


def test_an_instance_below_a_path_of_its_host(tmp_path: Path) -> None:
    own = _api(web_url="https://acme.example/git/acme/api")
    found = join(tmp_path, aws=trusting("acme.example/git", ANY, like=True), pipelines=own)
    assert found.reached(CI, ROLE) is State.VERIFIED


def test_a_file_alone_tells_neither_instance_nor_form(tmp_path: Path) -> None:
    world = gitlab().project("api", file="job:\n  script: [make]\n", listed=False)
    found = join(tmp_path, aws=trusting("gitlab.com", ANY, like=True), pipelines=world)
    assert found.reached(CI, ROLE) is State.UNVERIFIED
    assert figures(found.count(JOINT)) == (0, 1, 0, 0, 0)
    none = join(tmp_path / "none", aws=trusting("gitlab.com", "project_path:acme/web:*", like=True), pipelines=world)
    assert figures(none.count(JOINT)) == (0, 0, 0, 0, 1)


def test_nothing_of_gitlab_was_collected(tmp_path: Path) -> None:
    found = join(tmp_path, aws=trusting("gitlab.com", ANY, like=True))
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 1)


JOB = """
deploy:
  id_tokens: {AWS_TOKEN: {aud: AUDIENCE}}
  rules: [{if: '$CI_COMMIT_BRANCH == "THE_BRANCH"'}]
  script: ["aws sts get-caller-identity"]
"""


@pytest.mark.parametrize(
    ("audience", "branch", "state"),
    [
        ("sts.amazonaws.com", "main", State.VERIFIED),
        ("https://vault.example", "main", State.VOID),
        ("$AUDIENCE", "main", State.UNVERIFIED),
        ("sts.amazonaws.com", "develop", State.VOID),
    ],
)
def test_a_job_as_its_file_stands(tmp_path: Path, audience: str, branch: str, state: State) -> None:
    world = _api(file=JOB.replace("AUDIENCE", audience).replace("THE_BRANCH", branch))
    found = join(tmp_path, aws=trusting("gitlab.com", MAIN), pipelines=world)
    assert found.reached("gitlab:job:acme/api#deploy", ROLE) is state


def test_a_job_without_a_token_has_no_subject(tmp_path: Path) -> None:
    found = join(tmp_path, aws=trusting("gitlab.com", ANY, like=True), pipelines=_api(file="test:\n  script: [make]\n"))
    assert found.reached("gitlab:job:acme/api#test", ROLE) is State.VOID
    assert found.reached(CI, ROLE) is State.VERIFIED  # whoever pushes adds one


def test_two_roles_with_two_audiences_and_a_job_with_one(tmp_path: Path) -> None:
    vault = statement("gitlab.com", ANY, like=True, aud="https://vault.example")
    world = trusting("gitlab.com", ANY, like=True, audiences=("sts.amazonaws.com", "https://vault.example"))
    world = world.role("vault", trusts=[vault])
    file = JOB.replace("AUDIENCE", "sts.amazonaws.com").replace("THE_BRANCH", "main")
    found = join(tmp_path, aws=world, pipelines=_api(file=file))
    job = "gitlab:job:acme/api#deploy"
    assert found.reached(job, ROLE) is State.VERIFIED
    assert found.reached(job, role_of("vault")) is State.VOID
    assert found.reached(CI, role_of("vault")) is State.VERIFIED  # whoever pushes chooses the audience


@pytest.mark.parametrize(
    ("audience", "state"), [("api://AzureADTokenExchange", State.VERIFIED), ("sts.amazonaws.com", State.VOID)]
)
def test_a_job_whose_token_is_for_an_application(tmp_path: Path, audience: str, state: State) -> None:
    tenant = entra().app("deploy", federated=[token(MAIN, issuer="https://gitlab.com")])
    file = JOB.replace("AUDIENCE", audience).replace("THE_BRANCH", "main")
    found = join(tmp_path, entra=tenant, pipelines=_api(file=file))
    assert found.reached("gitlab:job:acme/api#deploy", node("sp:deploy")) is state


def test_a_job_and_a_provider_whose_audiences_were_not_looked_at(tmp_path: Path) -> None:
    world = trusting("gitlab.com", ANY, like=True, aud="").without("iam.get_open_id_connect_provider")
    file = JOB.replace("AUDIENCE", "sts.amazonaws.com").replace("THE_BRANCH", "main")
    found = join(tmp_path, aws=world, pipelines=_api(file=file))
    assert found.reached("gitlab:job:acme/api#deploy", ROLE) is State.UNVERIFIED


def test_an_application_of_entra_that_trusts_a_branch(tmp_path: Path) -> None:
    tenant = entra().app("deploy", federated=[token(MAIN, issuer="https://gitlab.com")])
    found = join(tmp_path, entra=tenant, pipelines=_api().protected("api"))
    assert found.reached(CI, node("sp:deploy")) is State.VERIFIED
    assert found.view.state("gitlab:branch:acme/api:main", f"oidc://gitlab.com/{MAIN}", kind=EdgeKind.CAN_IMPERSONATE)
    other = entra().app("deploy", federated=[token(MAIN.replace("api", "web"), issuer="https://gitlab.com")])
    assert join(tmp_path / "other", entra=other, pipelines=_api()).reached(CI, node("sp:deploy")) is State.VOID


@pytest.mark.parametrize(
    ("operator", "state"), [("StringEqualsIgnoreCase", State.VERIFIED), ("StringEquals", State.VOID)]
)
def test_letters_count_unless_the_trust_says_otherwise(operator: str, state: State, tmp_path: Path) -> None:
    trusts = trusting("gitlab.com", more={operator: {"sub": "PROJECT_PATH:Acme/API"}})
    _api(ci_id_token_sub_claim_components=["project_path"]).build(tmp_path)
    found = join(tmp_path, aws=trusts)
    (subject,) = [each for each in found.view.graph.nodes if "Acme/API" in each]
    assert found.view.state(CI, subject) is state


_ALL_BUT = {"StringLike": {"sub": "project_path:acme/*"}}


@pytest.mark.parametrize("by_deny", [True, False])
@pytest.mark.parametrize(
    ("left_out", "state"),
    [
        ("project_path:acme/web:*", State.VERIFIED),
        ("project_path:acme/api:*", State.VOID),
        # Tags alone are left out, so branches pass; which of the two a run is stays open.
        ("project_path:acme/api:ref_type:tag:*", State.CONDITIONAL),
        # One branch is left out of those that somebody who pushes can choose.
        ("project_path:acme/api:ref_type:branch:ref:main", State.CONDITIONAL),
    ],
)
def test_a_trust_that_leaves_some_subjects_out(by_deny: bool, left_out: str, state: State, tmp_path: Path) -> None:
    denied = {**statement("gitlab.com", more={"StringLike": {"sub": left_out}}, aud=""), "Effect": "Deny"}
    more = _ALL_BUT if by_deny else {**_ALL_BUT, "StringNotLike": {"sub": left_out}}
    allowed = statement("gitlab.com", more=more)
    account = here().oidc("gitlab.com").role("deploy", trusts=[allowed, *([denied] if by_deny else [])])
    _api().build(tmp_path)
    view = join(tmp_path, aws=account).view
    ways = [view.state(CI, ROLE)]
    for subject in view.targets(CI, EdgeKind.CAN_IMPERSONATE):
        ways.append(min(view.state(CI, subject), view.state(subject, ROLE)))
    assert max(ways) is state
