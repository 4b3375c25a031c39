"""Where each hop of a way is, by which joint it leaves a system, what proves it and what would confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from analytics.ends import end_name
from analytics.hops import Hop, HopReader, systems_of, vendors_of
from analytics.paths import find_paths
from analytics.steps import Step
from analytics.subjects import resolve_subject
from analytics.systems import Systems
from graph.build import build_snapshot
from graph.decision import ALWAYS
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot, open_snapshot
from tests.worlds.chain import ACCOUNT, APP, ROLE, SECRET, TAG, chain
from tests.worlds.entra import TENANT, app_id
from tests.worlds.github import ORG

TENANT_ADMIN = "admin:nordlicht.example"
OUTSIDE = "arn:aws:iam::222222222222:role/x"
GITHUB_ISSUER = "token.actions.githubusercontent.com"


def _opened(folder: Path, tags: Mapping[str, str] = TAG, **without: bool) -> Snapshot:
    evidence = chain(folder / "evidence", tags, **without)
    built = build_snapshot([evidence], folder / "ws", product_version="0", as_of=None)
    return open_snapshot(built.snapshot_id, folder / "ws")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return _opened(tmp_path_factory.mktemp("chain"))


def _way(snapshot: Snapshot, source: str, target: str) -> tuple[Hop, ...]:
    begin = resolve_subject(snapshot, source)
    answer = find_paths(snapshot, begin, resolve_subject(snapshot, end_name(snapshot, target)), k=1)
    return HopReader(snapshot).hops(answer.paths[0].steps, begin.id)


def test_a_way_over_three_systems(whole: Snapshot) -> None:
    hops = _way(whole, "bob", TENANT_ADMIN)
    assert vendors_of(hops) == ("GitHub", "AWS", "Entra")
    assert [system.id for system in systems_of(hops)] == [f"github:{ORG}", f"aws:{ACCOUNT}", f"entra:{TENANT}"]
    assert [system.kind for system in systems_of(hops)] == ["GitHub organization", "AWS account", "Entra tenant"]
    joints = [(hop.source.source, hop.crossing, hop.target.source) for hop in hops if hop.crossing]
    assert joints == [("github", "OIDC trust", "aws"), ("aws", "stored secret", "entra")]
    assert all(bool(hop.crossing) == (hop.source != hop.target) for hop in hops)


def test_every_hop_follows_the_one_before(whole: Snapshot) -> None:
    hops = _way(whole, "bob", TENANT_ADMIN)
    assert all(one.target == other.source for one, other in pairwise(hops))


def test_within_one_system_nothing_is_crossed(whole: Snapshot) -> None:
    hops = _way(whole, ROLE, SECRET)
    assert [hop.crossing for hop in hops] == [""]
    assert vendors_of(hops) == ("AWS",)


def test_a_hop_names_file_and_pointer(whole: Snapshot) -> None:
    for hop in _way(whole, "bob", TENANT_ADMIN):
        if hop.step.grants:
            assert hop.evidence and all("#/" in place for place in hop.evidence), hop.step.text
    crossing = next(hop for hop in _way(whole, "bob", TENANT_ADMIN) if hop.crossing == "stored secret")
    assert {place.partition("/")[0] for place in crossing.evidence} == {"aws", "entra"}, "both sides of the joint"


def test_a_verified_hop_has_nothing_to_confirm(whole: Snapshot) -> None:
    hops = [hop for hop in _way(whole, ROLE, TENANT_ADMIN) if hop.step.state is State.VERIFIED]
    assert hops and not any(hop.confirm for hop in hops)


def test_an_unverified_secret_says_what_would_confirm_it(tmp_path: Path) -> None:
    hops = _way(_opened(tmp_path, {"purpose": app_id(APP)}), ROLE, TENANT_ADMIN)
    (doubtful,) = [hop for hop in hops if hop.step.state is State.UNVERIFIED]
    assert (doubtful.step.source, doubtful.crossing) == (SECRET, "stored secret")
    assert "declared/secrets" in doubtful.confirm


def test_a_tenant_that_was_not_collected_is_named(tmp_path: Path) -> None:
    hops = _way(_opened(tmp_path, TAG, entra_too=False), ROLE, f"entra:app:{app_id(APP)}")
    assert hops[-1].step.state is State.UNVERIFIED
    assert "is only referred to" in hops[-1].confirm
    assert hops[-1].target.source == "entra"


def test_a_declared_secret_is_told_as_declared(tmp_path: Path) -> None:
    folder = chain(tmp_path / "evidence", {})
    (folder / "declared").mkdir(exist_ok=True)
    (folder / "declared" / "secrets.csv").write_text(f"secret,credential,identity,type\n{SECRET},,{app_id(APP)},\n")
    built = build_snapshot([folder], tmp_path / "ws", product_version="0", as_of=None)
    hops = _way(open_snapshot(built.snapshot_id, tmp_path / "ws"), ROLE, TENANT_ADMIN)
    assert [hop.crossing for hop in hops if hop.crossing] == ["declared secret"]


def test_a_token_of_a_named_subject_is_the_organizations(whole: Snapshot) -> None:
    hops = _way(whole, f"oidc://{GITHUB_ISSUER}/repo:{ORG}/app:ref:refs/heads/main", ROLE)
    assert hops[0].source.id == f"github:{ORG}"
    assert (hops[0].crossing, hops[0].target.id) == ("OIDC trust", f"aws:{ACCOUNT}")


def _subject(issuer: str, subject: str) -> Node:
    return Node(
        f"oidc://{issuer}/{subject}", NodeKind.OIDC_SUBJECT, subject, "oidc", "", {"issuer": issuer, "subject": subject}
    )


@pytest.mark.parametrize(
    ("issuer", "subject", "system"),
    [
        (GITHUB_ISSUER, "repo:Acme/app:*", "github:acme"),
        (GITHUB_ISSUER, "repo:acme@12/app@34:environment:prod", "github:acme"),
        (GITHUB_ISSUER, "repo:acme*", "github"),
        (GITHUB_ISSUER, "repo:*/app:*", "github"),
        (GITHUB_ISSUER, "repository_owner:acme", "github"),
        (f"{GITHUB_ISSUER}/big", "repo:acme/app:*", "github:acme"),
        ("gitlab.com", "project_path:acme/app:*", "issuer:gitlab.com"),
        ("gitlab.com", "repo:acme/app:*", "issuer:gitlab.com"),
        ("k8s.example", "system:serviceaccount:shop:checkout", "kubernetes:k8s.example"),
        ("k8s.example", "alice@nordlicht.example", "issuer:k8s.example"),
    ],
)
def test_a_subject_is_in_the_system_that_issues_it(whole: Snapshot, issuer: str, subject: str, system: str) -> None:
    assert Systems(whole).of_node(_subject(issuer, subject)).id == system


@pytest.mark.parametrize(
    ("node", "system"),
    [
        (Node(OUTSIDE, NodeKind.AWS_EXTERNAL_PRINCIPAL, "x", "aws", ACCOUNT), "aws:222222222222"),
        (Node("aws:principal:AROAX", NodeKind.AWS_EXTERNAL_PRINCIPAL, "x", "aws", ACCOUNT), f"aws:{ACCOUNT}"),
        (Node("aws:anyone", NodeKind.AWS_ANYONE, "anyone", "aws", ""), "aws"),
        (Node("azure:/subscriptions/s/x", NodeKind.AZURE_RESOURCE, "x", "azure", TENANT), f"azure:{TENANT}"),
        (Node("other:okta:app", NodeKind.OTHER_IDENTITY, "app", "other", "okta"), "other:okta"),
    ],
)
def test_other_nodes(whole: Snapshot, node: Node, system: str) -> None:
    assert Systems(whole).of_node(node).id == system


def test_a_subject_that_a_pattern_leaves_open_stays_where_the_way_comes_from(whole: Snapshot) -> None:
    issuer = f"oidc://{GITHUB_ISSUER}"
    step = Step(EdgeKind.CAN_IMPERSONATE.value, "github:user:bob", issuer, "", (), ALWAYS, (), State.VERIFIED, "", "x")
    (hop,) = HopReader(whole).hops([step])
    assert (hop.source, hop.crossing) == (hop.target, "")
