"""What was not collected is not known: steps that may be there are unverified; what was collected answers itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.kinds import EdgeKind, NodeKind, State
from tests.graph.edges_aws.technique_case import A, here
from tests.graph.edges_github.technique_case import ISSUER, role, trusting
from tests.graph.joints.joined import Joined, join
from tests.worlds.aws import World, world
from tests.worlds.azure import azure
from tests.worlds.entra import entra, node, oid, secret
from tests.worlds.github import GitHubWorldFiles, github, place
from tests.worlds.statements import allow

ELSEWHERE = "arn:aws:iam::999988887777:role/ci/deploy"
SECRET = "arn:aws:secretsmanager:eu-west-1:999988887777:secret:hr-AbCdEf"
ADMIN = "aws:admin:999988887777"
WORKFLOW = """
on: push
permissions: {{id-token: write}}
jobs:
  run:
    runs-on: ubuntu-latest
    steps:
      - uses: aws-actions/configure-aws-credentials@a03048d87541d1d9fcf2ecf528a4a65ba9bd7838
        with:
          role-to-assume: {role}
"""


def _asking(wanted: str) -> GitHubWorldFiles:
    return github().repo("app").branch("main", protected=False).workflow("ci.yml", WORKFLOW.format(role=wanted))


def _joined(folder: Path, organization: GitHubWorldFiles | None = None, **worlds: object) -> Joined:
    if organization is not None:
        organization.build(folder)
    return join(folder, **worlds)  # type: ignore[arg-type]


def _row(secret_id: str = SECRET, **more: str) -> dict[str, str]:
    return {"secret": secret_id, "credential": "", "identity": "", "type": "client secret", **more}


def _declare(folder: Path, kind: str, *rows: dict[str, str]) -> None:
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    (folder / "declared").mkdir(parents=True, exist_ok=True)
    (folder / "declared" / f"{kind}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _own(account: str, name: str = "") -> dict[str, str]:
    return {"account": account, "relation": "own", "name": name}


# Repositories of an organization that was not collected ---------------------------------------------------------------


@pytest.mark.parametrize("subject", ["repo:acme/app:ref:refs/heads/main", "repo:Acme@5/app@7:environment:prod"])
def test_a_repository_that_a_trust_names_may_have_the_token(subject: str, tmp_path: Path) -> None:
    found = join(tmp_path, aws=trusting(subject, exact=True))
    assert found.view.state(place("actions:app"), f"{ISSUER}/{subject}") is State.UNVERIFIED
    repository = found.view.graph.nodes[place("actions:app")]
    assert repository.kind is NodeKind.GITHUB_EXTERNAL_REPOSITORY and not repository.collected


def test_a_repository_may_have_what_takes_every_repository_of_its_owner(tmp_path: Path) -> None:
    entra().app("deploy", federated=[{**_token("repo:acme/app:pull_request")}]).build(tmp_path)
    found = join(tmp_path, aws=trusting("repo:acme/*", exact=False))
    ways = found.view.targets(place("actions:app"), EdgeKind.CAN_IMPERSONATE)
    assert ways == {f"{ISSUER}/repo:acme/app:pull_request", f"{ISSUER}/repo:acme/*"}
    assert found.view.state(place("actions:app"), f"{ISSUER}/repo:acme/*") is State.UNVERIFIED


@pytest.mark.parametrize(
    ("pattern", "fits"), [("repo:acme/ap*", True), ("repo:acme/we*", False), ("repo:other/*", False)]
)
def test_a_pattern_of_names_takes_the_names_that_fit(pattern: str, fits: bool, tmp_path: Path) -> None:
    entra().app("deploy", federated=[_token("repo:acme/app:pull_request")]).build(tmp_path)
    found = join(tmp_path, aws=trusting(pattern, exact=False))
    assert (f"{ISSUER}/{pattern}" in found.view.targets(place("actions:app"), EdgeKind.CAN_IMPERSONATE)) is fits


def test_a_pattern_alone_names_no_repository(tmp_path: Path) -> None:
    found = join(tmp_path, aws=trusting("repo:acme/*", exact=False))
    assert not [each for each in found.view.graph.nodes if each.startswith("github:actions:")]


def test_a_repository_that_was_looked_for_and_is_not_there_is_none(tmp_path: Path) -> None:
    found = _joined(tmp_path, github().repo("web"), aws=trusting("repo:acme/app:pull_request", exact=True))
    assert place("actions:app") not in found.view.graph.nodes
    assert found.facts(f"{ISSUER}/repo:acme/app:pull_request")["github"] == "impossible"


def test_another_organization_than_the_collected_one_is_not_known(tmp_path: Path) -> None:
    found = _joined(tmp_path, github().repo("web"), aws=trusting("repo:other/app:pull_request", exact=True))
    assert found.view.state("github:actions:other/app", f"{ISSUER}/repo:other/app:pull_request") is State.UNVERIFIED


def _token(subject: str) -> dict[str, object]:
    return {
        "name": "t",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": subject,
        "audiences": ["api://AzureADTokenExchange"],
    }


# Accounts of AWS that were not collected ------------------------------------------------------------------------------


def test_a_job_may_enter_the_role_that_it_asks_for(tmp_path: Path) -> None:
    found = _joined(tmp_path, _asking(ELSEWHERE))
    for source in (place("actions:app"), place("job:app:ci.yml#run")):
        (hop,) = found.view.hops(source=source, target=ELSEWHERE)
        assert hop.state is State.UNVERIFIED and "999988887777 was not collected" in hop.note
    assert not found.view.graph.nodes[ELSEWHERE].collected
    assert ADMIN not in found.view.graph.nodes


def test_a_collected_account_answers_for_itself(tmp_path: Path) -> None:
    account = world().account(ELSEWHERE.split(":")[4]).role("other", path="/ci/")
    found = _joined(tmp_path, _asking(ELSEWHERE), aws=account)
    assert ELSEWHERE not in found.view.graph.nodes


def test_a_role_that_an_expression_names_is_not_guessed(tmp_path: Path) -> None:
    found = _joined(tmp_path, _asking("${{ vars.ROLE }}"))
    assert not [each for each in found.view.graph.nodes.values() if each.kind is NodeKind.AWS_EXTERNAL_PRINCIPAL]


def test_the_role_may_read_what_is_declared_of_its_account_alone(tmp_path: Path) -> None:
    other = SECRET.replace("999988887777", "999988887776")
    organization = _asking(ELSEWHERE)
    _declare(tmp_path, "secrets", *(_row(each, identity=oid("sp:hr")) for each in (SECRET, other)))
    found = _joined(tmp_path, organization, entra=entra().app("hr", secrets=[secret("k")]))
    assert found.view.targets(ELSEWHERE, EdgeKind.CAN_ACCESS) == {SECRET}
    assert found.view.state(ELSEWHERE, SECRET) is State.UNVERIFIED
    assert set(found.held(SECRET).values()) == {State.VERIFIED}


def test_whose_the_account_is_decides_whether_its_control_is_asked_about(tmp_path: Path) -> None:
    organization = _asking(ELSEWHERE)
    _declare(tmp_path, "accounts", _own("999988887777", "data"))
    found = _joined(tmp_path, organization)
    assert found.view.state(ELSEWHERE, ADMIN) is State.UNVERIFIED
    assert found.view.graph.nodes[ADMIN].attributes["aliases"] == ["999988887777", "data"]


# A tenant that was not collected --------------------------------------------------------------------------------------


def _declared(row: dict[str, str]) -> World:
    return here().secret("db").user("ci", allow("secretsmanager:GetSecretValue")).declared("secrets", row)


def test_who_is_declared_behind_a_secret_may_control_the_own_tenant(tmp_path: Path) -> None:
    tenant = oid("tenant")
    world_ = _declared(_row(A.secret("db"), identity=node("sp:hr"))).declared("accounts", _own(tenant, "acme.example"))
    found = join(tmp_path, aws=world_)
    assert found.held(A.secret("db")) == {node("sp:hr"): State.UNVERIFIED}
    assert found.view.state(node("sp:hr"), f"entra:admin:{tenant}") is State.UNVERIFIED
    (edge,) = found.holds(A.secret("db"))
    assert edge.grants == (f"declared:secret:{A.secret('db')}:{node('sp:hr')}",)


def test_azure_tells_the_tenant_too(tmp_path: Path) -> None:
    found = join(tmp_path, aws=_declared(_row(A.secret("db"), identity=oid("sp:hr"))), azure=azure().subscription("p"))
    admins = [target for target in found.view.targets(node("sp:hr"), EdgeKind.CAN_GRANT)]
    assert [each.startswith("entra:admin:") for each in admins] == [True]


def test_a_key_id_alone_stands_for_whoever_it_proves(tmp_path: Path) -> None:
    found = join(tmp_path, aws=_declared(_row(A.secret("db"), credential=oid("key"))))
    assert found.held(A.secret("db")) == {f"entra:credential:{oid('key')}": State.UNVERIFIED}


def test_a_collected_tenant_that_does_not_have_it_says_none(tmp_path: Path) -> None:
    found = join(tmp_path, aws=_declared(_row(A.secret("db"), identity=node("sp:gone"))), entra=entra().app("hr"))
    assert found.held(A.secret("db")) == {}


def test_words_that_are_no_id_lead_nowhere(tmp_path: Path) -> None:
    found = join(tmp_path, aws=_declared(_row(A.secret("db"), identity="hr-provisioning")))
    assert found.held(A.secret("db")) == {}


def test_a_user_of_another_account_may_be_behind_it(tmp_path: Path) -> None:
    user = "arn:aws:iam::999988887777:user/ci"
    found = join(tmp_path, aws=_declared(_row(A.secret("db"), identity=user)))
    assert found.held(A.secret("db")) == {user: State.UNVERIFIED}


def test_a_user_of_this_account_that_is_gone_is_nobody(tmp_path: Path) -> None:
    found = join(tmp_path, aws=_declared(_row(A.secret("db"), identity=A.user("gone"))))
    assert found.held(A.secret("db")) == {}


def test_the_whole_way_is_there_and_unverified_where_aws_was_left_out(tmp_path: Path) -> None:
    _declare(tmp_path, "secrets", _row(identity=oid("sp:hr")))
    found = _joined(tmp_path, _asking(ELSEWHERE), entra=entra().app("hr", secrets=[secret("k")]))
    steps = [(place("actions:app"), ELSEWHERE), (ELSEWHERE, SECRET)]
    assert [found.view.state(*step) for step in steps] == [State.UNVERIFIED] * 2
    assert found.held(SECRET) == {node("sp:hr"): State.VERIFIED}
    assert role() not in found.view.graph.nodes
