"""Who controls a cluster is every service account that its issuer names, in whatever cloud trusts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import A, B, here
from tests.graph.joints.joined import figures, join
from tests.worlds.aws import World
from tests.worlds.azure import azure
from tests.worlds.entra import entra, node, oid, token
from tests.worlds.workloads import cluster, put

SHOP = "system:serviceaccount:shop:checkout"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF"
EKS_ARN = f"arn:aws:eks:eu-west-1:{A.account}:cluster/prod"
AKS = f"westeurope.oic.prod-aks.azure.com/{oid('issuer:k8s')}"
JOINT = "cluster"


def _trusting(issuer: str, subject: str = SHOP) -> World:
    trusts: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Federated": A.oidc(issuer)},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{issuer}:sub": subject, f"{issuer}:aud": "sts.amazonaws.com"}},
    }
    return here().oidc(issuer).role("app", trusts=trusts)


def test_a_cluster_of_azure_becomes_a_role_of_aws(tmp_path: Path) -> None:
    world = azure().subscription("prod").cluster("k8s")
    found = join(tmp_path, aws=_trusting(AKS), azure=world)
    source, subject = world.node("aks:k8s"), f"oidc://{AKS}/{SHOP}"
    assert found.view.state(source, subject, kind=EdgeKind.RUNS_AS) is State.VERIFIED
    assert found.view.state(subject, A.role("app")) is State.VERIFIED
    assert figures(found.count(JOINT)) == (1, 0, 0, 0, 0)


def test_a_cluster_of_aws_becomes_an_application_and_a_managed_identity(tmp_path: Path) -> None:
    trusted = token(SHOP, issuer=f"https://{EKS}")
    people = entra().app("hr", federated=[trusted]).managed_identity("shop")
    world = azure().subscription("prod").identity("shop", federated=[trusted])
    found = join(tmp_path, aws=put(here(), cluster(EKS_ARN, oidc_issuer=EKS)), entra=people, azure=world)
    subject = f"oidc://{EKS}/{SHOP}"
    assert found.view.targets(EKS_ARN, EdgeKind.RUNS_AS) == {subject}
    assert found.view.targets(subject, EdgeKind.FEDERATES_INTO) == {node("sp:hr"), node("sp:shop")}


def test_another_issuer_and_another_kind_of_subject_are_not_the_clusters(tmp_path: Path) -> None:
    world = azure().subscription("prod").cluster("k8s")
    other = join(tmp_path / "other", aws=_trusting(AKS + "0"), azure=world)
    assert other.view.targets(world.node("aks:k8s"), EdgeKind.RUNS_AS) == set()
    assert figures(other.count(JOINT)) == (0, 0, 0, 0, 1)
    people = join(tmp_path / "people", aws=_trusting(AKS, "alice@nordlicht.example"), azure=world)
    assert people.view.targets(world.node("aks:k8s"), EdgeKind.RUNS_AS) == set()
    assert figures(people.count(JOINT)) == (0, 0, 0, 1, 0)


def test_two_clusters_that_name_one_issuer_are_both_kept_unsure(tmp_path: Path) -> None:
    twins = [cluster(f"arn:aws:eks:eu-west-1:{each.account}:cluster/prod", oidc_issuer=EKS) for each in (A, B)]
    found = join(tmp_path, aws=put(_trusting(EKS), *twins))
    subject = f"oidc://{EKS}/{SHOP}"
    assert {found.view.state(each.arn, subject) for each in twins} == {State.UNVERIFIED}
    assert figures(found.count(JOINT)) == (0, 0, 1, 0, 0)


def test_a_star_that_the_trust_takes_literally_is_no_service_account(tmp_path: Path) -> None:
    trusted = token("system:serviceaccount:*:checkout", issuer=f"https://{EKS}")
    people = entra().app("hr", federated=[trusted])
    found = join(tmp_path, aws=put(here(), cluster(EKS_ARN, oidc_issuer=EKS)), entra=people)
    assert found.view.targets(EKS_ARN, EdgeKind.RUNS_AS) == set()
    assert figures(found.count(JOINT)) == (0, 0, 0, 1, 0)
