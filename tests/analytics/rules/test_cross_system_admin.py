"""Full control from another system: over subjects of tokens, stored secrets, and both one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analytics.rules.building import ACCOUNT, NAMES, judge
from tests.analytics.rules.entra_cases import Case, check, names
from tests.analytics.rules.github_cases import ANY, MAIN, PROD, app, file, tenant, together, trusting
from tests.worlds.aws import World
from tests.worlds.entra import EntraWorldFiles, entra, node, secret
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import allow, web_trust

RULE = "cross-system-admin"
SECRET = NAMES.secret("relay")


def relay(*, admin: bool = True) -> EntraWorldFiles:
    """Return a tenant whose application proves itself by a secret."""
    files = entra().app("relay", secrets=[secret("k", ends="2027-01-01T00:00:00Z")])
    return files.role("sp:relay", "Global Administrator") if admin else files


def storing(subject: str, *, reads: bool = True, declared: bool = True) -> World:
    """Return an account whose role reads a secret that holds the tenant's application, and takes a subject."""
    made = trusting(subject, admin=False)
    if reads:
        made = trusting(subject, admin=False).role(
            "deploy",
            allow("secretsmanager:GetSecretValue", on=SECRET),
            trusts=web_trust(NAMES.oidc(), {"StringLike": {"token.actions.githubusercontent.com:sub": subject}}),
        )
    made.secret("relay")
    row = {"secret": SECRET, "credential": "", "identity": node("sp:relay"), "type": "client secret"}
    return made.declared("secrets", row) if declared else made


FORK = (
    "on: pull_request_target\njobs:\n  build:\n    runs-on: x\n    permissions: {id-token: write}\n    steps:\n"
    '      - uses: actions/checkout@v4\n        with: {ref: "${{ github.event.pull_request.head.sha }}"}\n'
    "      - run: make test\n"
)
CASES = [
    Case(
        RULE, "a workflow and a role", together(app(), trusting(ANY)), ("deploy critical",), says="From GitHub to AWS"
    ),
    Case(
        RULE,
        "a review first",
        together(app().branch("main", approvals=1), trusting(MAIN)),
        ("deploy high",),
        says="if the named conditions are met",
    ),
    Case(
        RULE,
        "a workflow and an application",
        together(app(), tenant("repo:acme/app:pull_request")),
        ("relay critical",),
        says="From GitHub to Entra and Azure",
    ),
    Case(
        RULE,
        "a workflow, a role, a stored secret, an application",
        together(app(), storing(ANY), relay()),
        ("relay critical", "relay critical"),
        says="From GitHub to Entra and Azure",
    ),
    Case(
        RULE,
        "code of forks",
        together(app(FORK, visibility="public"), trusting(ANY)),
        ("deploy critical",),
        says="2 identities in all",
    ),
    Case(RULE, "a role of little", together(app(), trusting(ANY, admin=False))),
    Case(RULE, "a repository that is gone", together(app(), trusting("repo:acme/old:pull_request"))),
    Case(
        RULE,
        "another organization's subject",
        together(app(), trusting("repo:umbrella/app:pull_request")),
        (),
        ("who has such tokens",),
    ),
    Case(
        RULE,
        "repositories not looked at",
        together(app().without("repos.list-for-org"), trusting(MAIN)),
        (),
        ("who has such tokens",),
    ),
    Case(RULE, "an application of little", together(app(), tenant("repo:acme/app:pull_request", admin=False))),
    Case(RULE, "a secret of which nothing is said", together(app(), storing(ANY, declared=False), relay())),
    Case(
        RULE,
        "a way inside one system",
        together(
            app(),
            World().account(ACCOUNT).role("boss", attached=[ADMINISTRATOR]).user("ci", allow("iam:*")),
        ),
    ),
    Case(RULE, "no other system", trusting(ANY), (), ("No other system",)),
    Case(
        RULE,
        "subjects not looked at",
        together(app().without("actions.get-custom-oidc-sub-claim-for-repo"), trusting(ANY)),
        (),
        ("rests on missing evidence",),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


def test_the_way_is_shown_step_by_step_with_its_grants(tmp_path: Path) -> None:
    report = judge(together(app(), storing(ANY), relay())(tmp_path), RULE)
    mine = next(row for row in report.findings if row.key.startswith("GitHub:"))
    assert mine.steps[0].source == "github:actions:acme/app"
    assert {step.source for step in mine.steps} >= {NAMES.role("deploy"), SECRET}
    assert f"declared:secret:{SECRET}:{node('sp:relay')}" in {grant.id for grant in mine.grants}
    assert mine.subject == node("sp:relay")
    from_aws = next(row for row in report.findings if row.key.startswith("AWS:"))
    assert from_aws.steps[0].source == NAMES.role("deploy")


def test_a_secret_that_the_role_does_not_read_is_reached_by_the_account_s_root_alone(tmp_path: Path) -> None:
    report = judge(together(app(), storing(ANY, reads=False), relay())(tmp_path), RULE)
    assert [(row.key.partition(":")[0], row.steps[0].source) for row in report.findings] == [("AWS", NAMES.root)]


def test_repositories_that_come_the_same_way_are_one_finding(tmp_path: Path) -> None:
    many = app().repo("web").repo("docs")
    report = judge(together(many, trusting("repo:acme/*"))(tmp_path), RULE)
    (mine,) = report.findings
    assert "3 identities in all" in mine.message


def test_a_sure_way_and_one_behind_a_review_are_one_finding(tmp_path: Path) -> None:
    both = app().branch("main", approvals=1).repo("web")
    report = judge(together(both, trusting(MAIN, "repo:acme/web:*"))(tmp_path), RULE)
    (mine,) = report.findings
    assert (mine.severity.word, mine.steps[0].source) == ("critical", "github:actions:acme/web")
    assert "2 identities in all" in mine.message


def test_a_token_and_a_key_come_the_same_way(tmp_path: Path) -> None:
    holders = (
        app(file())
        .deploy_key(7)
        .token(8, "bob", contents="write", workflows="write")
        .app(9, contents="write", workflows="write")
    )
    report = judge(together(holders, trusting(ANY))(tmp_path), RULE)
    (mine,) = report.findings
    assert set(mine.related) >= {"github:key:7", "github:token:fine-grained:8", "github:app:9"}


def test_two_scopes_are_two_findings(tmp_path: Path) -> None:
    report = judge(together(app(), trusting(ANY), tenant(PROD, "repo:acme/app:pull_request"))(tmp_path), RULE)
    assert {row.subject_name for row in report.findings} == {"deploy", "relay"}
