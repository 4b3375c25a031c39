"""All rules about GitHub together: an organization kept well is silent, and nothing that was not seen passes."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from analytics.findings import evaluate
from analytics.rules import RULES
from analytics.rules.github_look_alike_owner import alike
from collectors.evidence.reader import read_evidence
from collectors.github.operations import OPERATIONS
from graph.build import build_graph
from graph.kinds import EdgeKind, State
from graph.model import Edge
from graph.snapshot import open_snapshot, write_snapshot
from tests.analytics.rules.building import snapshot_of
from tests.analytics.rules.github_cases import ANY, PROD, SHA, app, declare, file, step, together, trusting
from tests.graph.snapshot_worlds import META
from tests.worlds.github import GitHubWorldFiles

GITHUB = {rule_id: rule for rule_id, rule in RULES.items() if rule_id.startswith(("github-", "cross-system"))}
PEOPLE = "login,person,active"
RECENT = "2026-05-20T00:00:00Z"
TEMPLATE = "oidc.get-oidc-custom-sub-template-for-org"
DEPLOY = file(
    job="    environment: production\n    permissions: {id-token: write, contents: read}\n",
    steps=f"      - uses: vendor/deploy@{SHA}\n" + step("MAIL_TOKEN"),
)


def well_kept() -> GitHubWorldFiles:
    """Return an organization in which everything has its near-twin's good form."""
    made = (
        app(DEPLOY)
        .defaults("read")
        .defaults("read", here=True)
        .single(TEMPLATE, include_claim_keys=["repo", "context"])
    )
    made.branch("main", approvals=1).environment("production", reviewers=["bob"], branches=["main"], self_review=False)
    made.secret("MAIL_TOKEN", environment="production").deploy_key(7, write=False)
    made.token(8, "bob", used=RECENT, expires="2026-12-01T00:00:00Z", contents="read")
    made.app(9, repos=["app"], contents="read").runner(1, ephemeral=True)
    return made.org_secret("SHARED", visibility="selected", repos=["app"]).workflow(
        "lint.yml", file(job="    permissions: {contents: read}\n", steps=step("SHARED"))
    )


def ill_kept() -> GitHubWorldFiles:
    """Return an organization in which much is wrong with few things."""
    text = file(
        job="    permissions: {id-token: write}\n",
        steps="      - uses: vendor/deploy@v1\n" + step("AWS_SECRET_ACCESS_KEY"),
    )
    made = app(text).defaults("write", approve=True).branch("main", protected=False).secret("AWS_SECRET_ACCESS_KEY")
    made.secret("OLD").environment("production").deploy_key(7).token(8, "bob", contents="write", workflows="write")
    made.app(9, contents="write", workflows="write").outside("vic").access("vic", "admin")
    return made


def test_an_organization_kept_well_is_silent(tmp_path: Path) -> None:
    people = declare("people", PEOPLE, "github:bob,Bob B,true")
    evidence = together(well_kept(), trusting(PROD, admin=False), people)(tmp_path / "e")
    report = evaluate(snapshot_of(evidence, tmp_path / "w"), rules=GITHUB)
    assert [finding.message for finding in report.findings] == []
    assert [(row.rule, row.reason) for row in report.not_judged] == []
    assert [rule for rule, count in report.passed.items() if not count] == [
        "github-foreign-inherit",  # no job calls a workflow elsewhere
        "github-outside-collaborator",  # there is none
    ]


def test_what_is_told_of_an_organization_kept_ill(tmp_path: Path) -> None:
    people = declare("people", PEOPLE, "github:bob,Bob B,false", "github:vic,Vic,true")
    evidence = together(ill_kept(), trusting(ANY), people)(tmp_path / "e")
    report = evaluate(snapshot_of(evidence, tmp_path / "w"), rules=GITHUB)
    told: dict[str, list[str]] = defaultdict(list)
    for finding in report.findings:
        told[finding.subject_name].append(finding.rule)
    assert {name: sorted(rules) for name, rules in told.items()} == {
        "deploy": ["cross-system-admin", "github-open-subject"],
        "acme": ["github-write-default-token", "github-write-default-token"],
        "acme/app": ["github-open-default-branch"],
        "acme/app/.github/workflows/ci.yml": ["github-unpinned-action"],
        "AWS_SECRET_ACCESS_KEY": ["github-static-cloud-key"],
        "OLD": ["github-unused-secret"],
        "key 7": ["github-write-deploy-key"],
        "token 8": ["github-endless-token", "github-unused-token"],
        "app-9": ["github-wide-app"],
        "vic": ["github-outside-collaborator"],
        "bob": ["github-departed-person"],
    }
    assert all(finding.evidence for finding in report.findings)


def test_nothing_is_clean_that_was_not_looked_at(tmp_path: Path) -> None:
    files = well_kept().without(*(name for name in OPERATIONS if name != "orgs.get"))
    evidence = together(files, trusting(PROD))(tmp_path / "e")
    report = evaluate(snapshot_of(evidence, tmp_path / "w"), rules=GITHUB)
    assert not report.findings
    # The owner that the trust names is ours, whatever else was not looked at.
    assert {row.rule for row in report.not_judged} == set(GITHUB) - {"github-look-alike-owner"}
    passed = {rule: count for rule, count in report.passed.items() if count}
    assert passed.pop("cross-system-admin") == 1  # of the organization: no identity of AWS leads there
    assert passed == {"github-look-alike-owner": 1}


def test_a_world_without_github_is_not_asked_about(tmp_path: Path) -> None:
    from tests.analytics.rules.building import user_world

    report = evaluate(snapshot_of(user_world("ci").build(tmp_path / "e"), tmp_path / "w"), rules=GITHUB)
    assert not report.findings
    assert {row.rule for row in report.not_judged} <= {"cross-system-admin"}


def test_a_secret_is_a_key_by_what_is_known_of_it(tmp_path: Path) -> None:
    held, user = "github:secret:acme/app:DEPLOY", "arn:aws:iam::111111111111:user/ci"
    evidence = together(app(file(steps=step("DEPLOY"))).secret("DEPLOY"), trusting(ANY).user("ci", keys=1))(tmp_path)
    for state, found in ((State.VERIFIED, [(held, "high")]), (State.UNVERIFIED, [])):
        identity_graph, _ = build_graph(read_evidence([evidence]))
        identity_graph.add_edge(Edge(held, user, EdgeKind.AUTHENTICATES_AS, True, state=state))
        workspace = tmp_path / state.word
        snapshot = open_snapshot(write_snapshot(identity_graph, workspace, META, ()), workspace)
        report = evaluate(snapshot, rules={"github-static-cloud-key": RULES["github-static-cloud-key"]})
        assert [(row.subject, row.confidence) for row in report.findings] == found
        assert all("of ci;" in row.message for row in report.findings)


def test_likeness() -> None:
    assert alike("acne", "acme")
    assert alike("amce", "acme")
    assert alike("nordl1cht", "nordlicht")
    assert alike("nord-licht", "nordlicht")
    assert alike("nordlihct-gmb", "nordlicht-gmbh")
    assert not alike("anne", "acme")
    assert not alike("ab", "ac")
    assert not alike("nordlicht-labs", "nordlicht")
    assert not alike("sudlicht", "nordlicht")
