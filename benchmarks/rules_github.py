"""How building and judging an organization of GitHub grows: ``python -m benchmarks.rules_github [--quick]``.

Input: generated evidence (by number, no randomness): repositories with a branch, an environment, a secret, two workflow
files and collaborators, a deploy key on each tenth, secrets of the organization, teams, tokens, apps and shared
machines; one AWS account in which each fiftieth repository's environment or any branch becomes a role, some of them
administrators.
Output: a table of CPU of the build and of the rules about GitHub, the slowest rule, findings and memory; each size in a
process of its own, so that peaks do not add up.
Not handled: the truth of the answers, which tests hold; collecting.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

Json = Any
_ORG, _ACCOUNT, _DAY = "acme", "111111111111", "2026-01-01T00:00:00Z"
_HOST = "token.actions.githubusercontent.com"
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_DEPLOY = """on: push
jobs:
  deploy:
    runs-on: [self-hosted, linux]
    environment: production
    permissions: {id-token: write, contents: read}
    steps:
      - uses: actions/checkout@v4
      - uses: vendor/deploy@v3
      - run: deploy
        env:
          KEY: ${{ secrets.DEPLOY_KEY }}
          SHARED: ${{ secrets.SHARED_1 }}
"""
_TEST = """on: pull_request_target
permissions: {contents: read, pull-requests: write}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {ref: "${{ github.event.pull_request.head.sha }}"}
      - run: npm ci && npm test
"""


def _name(number: int) -> str:
    return f"{_ORG}/repo-{number}"


def _body(folder: Path, name: str, body: Json) -> None:
    (folder / f"{name}.json").write_text(json.dumps(body), encoding="utf-8")


def _lines(folder: Path, name: str, rows: Iterable[tuple[Mapping[str, Json], Json]]) -> None:
    text = "".join(json.dumps({"request": request, "response": answer}) + "\n" for request, answer in rows)
    (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def _each(count: int) -> list[dict[str, Json]]:
    return [{"owner": _ORG, "repo": f"repo-{number}"} for number in range(count)]


def _organization(root: Path, count: int) -> None:
    folder = root / "github" / _ORG
    folder.mkdir(parents=True)
    people = [{"login": f"dev-{number}", "id": number} for number in range(count // 2)]
    _body(folder, "orgs.get", {"login": _ORG, "id": 5, "default_repository_permission": "read"})
    members = ({"org": _ORG, "role": "admin"}, people[:5]), ({"org": _ORG, "role": "member"}, people[5:])
    _lines(folder, "orgs.list-members", members)
    _body(
        folder, "orgs.list-outside-collaborators", [{"login": f"guest-{number}", "id": number} for number in range(50)]
    )
    _body(folder, "repos.list-for-org", [_repository(number) for number in range(count)])
    writes = {"pull": True, "triage": True, "push": True, "maintain": False, "admin": False}
    direct = ({**each, "affiliation": "direct"} for each in _each(count))
    held = ([{"login": _who(number), "id": 1, "permissions": writes}] for number in range(count))
    _lines(folder, "repos.list-collaborators", zip(direct, held, strict=True))
    _places(folder, count)
    _secrets(folder, count)
    _credentials(folder, count)
    for number in range(count):
        files = folder / "files" / f"repo-{number}" / ".github" / "workflows"
        files.mkdir(parents=True)
        (files / "deploy.yml").write_text(_DEPLOY, encoding="utf-8")
        (files / "test.yml").write_text(_TEST, encoding="utf-8")


def _who(number: int) -> str:
    return f"guest-{number % 50}" if number % 100 == 0 else f"dev-{number // 2}"


def _repository(number: int) -> Json:
    public = number % 20 == 0
    return {"id": 1000 + number, "full_name": _name(number), "owner": {"login": _ORG, "id": 5}, "private": not public,
            "visibility": "public" if public else "private", "default_branch": "main", "archived": number % 50 == 7,
            "allow_forking": False, "created_at": _DAY}  # fmt: skip


def _places(folder: Path, count: int) -> None:
    branches = [[{"name": "main", "protected": number % 3 > 0}] for number in range(count)]
    _lines(folder, "repos.list-branches", zip(_each(count), branches, strict=True))
    rule = {"enforce_admins": {"enabled": False},
            "required_pull_request_reviews": {"required_approving_review_count": 1}}  # fmt: skip
    asked = ({**each, "branch": "main"} for number, each in enumerate(_each(count)) if number % 3)
    _lines(folder, "repos.get-branch-protection", ((each, rule) for each in asked))
    environment = {"name": "production", "id": 1, "protection_rules": [], "deployment_branch_policy": None}
    rows = ({"total_count": 1, "environments": [environment]} for _ in range(count))
    _lines(folder, "repos.get-all-environments", zip(_each(count), rows, strict=True))
    subjects = (
        {"use_default": True, "use_immutable_subject": False, "sub_claim_prefix": f"repo:{_name(number)}"}
        for number in range(count)
    )
    _lines(folder, "actions.get-custom-oidc-sub-claim-for-repo", zip(_each(count), subjects, strict=True))
    _body(folder, "oidc.get-oidc-custom-sub-template-for-org", {"include_claim_keys": ["repo", "context"]})
    for level in ("organization", "repository"):
        name = f"actions.get-github-actions-default-workflow-permissions-{level}"
        body = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False}
        if level == "organization":
            _body(folder, name, body)
        else:
            _lines(folder, name, ((each, body) for each in _each(count)))


def _secrets(folder: Path, count: int) -> None:
    def secret(name: str) -> Json:
        return {"name": name, "created_at": _DAY, "updated_at": _DAY}

    own = ([secret("DEPLOY_KEY"), secret("OLD")] for _ in range(count))
    _lines(folder, "actions.list-repo-secrets", zip(_each(count), own, strict=True))
    _lines(folder, "actions.list-environment-secrets", [])
    shared = [{**secret(f"SHARED_{number}"), "visibility": "all" if number % 2 else "private"} for number in range(20)]
    _body(folder, "actions.list-org-secrets", {"secrets": shared})


def _credentials(folder: Path, count: int) -> None:
    keys = [(each, [{"id": number, "title": "ci", "read_only": number % 4 > 0, "created_at": _DAY}])
            for number, each in enumerate(_each(count)) if number % 10 == 0]  # fmt: skip
    _lines(folder, "repos.list-deploy-keys", keys)
    tokens = [
        {"id": number, "token_id": number, "token_name": f"t{number}", "owner": {"login": f"dev-{number}"},
         "permissions": {"repository": {"contents": "write"}}, "repository_selection": "all", "token_expired": False,
         "access_granted_at": _DAY, "token_last_used_at": _DAY}
        for number in range(count // 10)
    ]  # fmt: skip
    _body(folder, "orgs.list-pat-grants", tokens)
    _body(folder, "orgs.list-saml-sso-authorizations", [])
    apps = [
        {"id": number, "app_slug": f"app-{number}", "app_id": number, "account": {"login": _ORG},
         "permissions": {"contents": "write", "workflows": "write" if number % 5 == 0 else "read"},
         "repository_selection": "all", "suspended_at": None}
        for number in range(20)
    ]  # fmt: skip
    _body(folder, "orgs.list-app-installations", {"installations": apps})
    machines = [{"id": number, "name": f"m{number}", "runner_group_id": 1, "ephemeral": False,
                 "labels": [{"name": "self-hosted"}, {"name": "linux"}]} for number in range(50)]  # fmt: skip
    _body(folder, "actions.list-self-hosted-runners-for-org", {"runners": machines})
    group = {"id": 1, "visibility": "all", "allows_public_repositories": False}
    _body(folder, "actions.list-self-hosted-runner-groups-for-org", {"runner_groups": [group]})
    _lines(folder, "actions.list-self-hosted-runners-for-repo", [])
    teams = [{"slug": f"team-{number}", "name": f"team {number}", "id": number} for number in range(count // 50)]
    _body(folder, "teams.list", teams)
    _lines(folder, "teams.list-members-in-org", [])
    _lines(folder, "teams.list-repos-in-org", [])


def _account(root: Path, count: int) -> None:
    folder = root / "aws" / _ACCOUNT
    folder.mkdir(parents=True)
    provider = f"arn:aws:iam::{_ACCOUNT}:oidc-provider/{_HOST}"
    roles = [_role(number, provider) for number in range(0, count, 50)]
    details = {"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": roles}
    _body(folder, "iam.get_account_authorization_details", details)
    _body(folder, "iam.list_open_id_connect_providers", {"OpenIDConnectProviderList": [{"Arn": provider}]})


def _role(number: int, provider: str) -> Json:
    subject = f"repo:{_name(number)}:" + ("*" if number % 500 == 0 else "environment:production")
    test = {"StringEquals": {f"{_HOST}:aud": "sts.amazonaws.com"}, "StringLike": {f"{_HOST}:sub": subject}}
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity",
                 "Condition": test}  # fmt: skip
    attached = [{"PolicyName": "AdministratorAccess", "PolicyArn": _ADMINISTRATOR}] if number % 250 == 0 else []
    arn = f"arn:aws:iam::{_ACCOUNT}:role/deploy-{number}"
    return {"Path": "/", "RoleName": f"deploy-{number}", "RoleId": f"AROA{number:016d}", "Arn": arn, "CreateDate": _DAY,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}, "InstanceProfileList": [],
            "RolePolicyList": [], "AttachedManagedPolicies": attached, "Tags": []}  # fmt: skip


def _one(count: int) -> list[str]:
    from datetime import UTC, datetime

    from analytics.findings import evaluate
    from analytics.policy import Policy
    from analytics.rules import RULES
    from analytics.rules._context import RuleContext
    from graph.build import build_snapshot
    from graph.snapshot import open_snapshot

    mine = {name: rule for name, rule in RULES.items() if name.startswith(("github-", "cross-system"))}
    as_of = datetime(2026, 6, 1, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        root, workspace = Path(folder) / "evidence", Path(folder) / "workspace"
        _organization(root, count)
        _account(root, count)
        begun = time.process_time()
        result = build_snapshot([root], workspace, product_version="bench", as_of=as_of)
        built = time.process_time() - begun
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        snapshot = open_snapshot(result.snapshot_id, workspace)
        begun = time.process_time()
        report = evaluate(snapshot, as_of=as_of, rules=mine)
        judged = time.process_time() - begun
        context, slowest = RuleContext(snapshot, Policy(), as_of), ("", 0.0)
        for name, rule in mine.items():
            begun = time.process_time()
            for _ in rule.evaluate(snapshot, context):
                pass
            slowest = max(slowest, (name, time.process_time() - begun), key=lambda row: row[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return [f"{count:,}", f"{result.nodes:,}", f"{result.edges:,}", f"{built:.1f}", f"{before:.2f}", f"{judged:.1f}",
            f"{judged * 1000 / count:.2f}", f"{slowest[0]} {slowest[1]:.1f}", f"{len(report.findings):,}",
            f"{peak:.2f}"]  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules_github", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the smallest size alone")
    quick = parser.parse_args(arguments).quick
    head = ("repositories", "nodes", "edges", "build CPU s", "peak GiB", "rules CPU s", "CPU ms a repository",
            "slowest (with what it shares)", "findings", "peak GiB after")  # fmt: skip
    for cells in (head, ("---",) * len(head)):
        sys.stdout.write(f"| {' | '.join(cells)} |\n")
    for count in (500, 5_000, 10_000)[: 1 if quick else 3]:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            row = pool.submit(_one, count).result()
        sys.stdout.write(f"| {' | '.join(row)} |\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
