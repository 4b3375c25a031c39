"""What holds of any organization: size of the graph, and who is not let in by more rules."""

from __future__ import annotations

import time

from collectors.github.records import (
    GitHubAccess,
    GitHubInstallation,
    GitHubOrganization,
    GitHubOrganizationRecords,
    GitHubRecords,
    GitHubRepository,
    GitHubRunner,
    GitHubSecret,
    GitHubUser,
)
from collectors.github.workflow_types import GitHubJob, GitHubWorkflow
from collectors.interface import EvidenceRef
from graph.edges.github import build_github_edges
from graph.kinds import NodeKind
from graph.model import IdentityGraph, Node
from tests.graph.edges_github.technique_case import ISSUER
from tests.worlds.names import GITHUB

REF = EvidenceRef("f")


def _estate(size: int) -> GitHubRecords:
    hosted = GitHubJob("build", labels=("self-hosted",), self_hosted=True, permissions={"id-token": "write"})
    workflow = GitHubWorkflow(".github/workflows/ci.yml", "", REF, ("push",), jobs=(hosted,))
    repositories = tuple(
        GitHubRepository(
            f"acme/r{n}",
            f"acme/r{n}",
            n + 1,
            5,
            "private",
            REF,
            "main",
            collaborators=(GitHubAccess(f"u{n}", "write", True, REF),),
            collaborators_known=True,
            environments_known=True,
            branches_known=True,
            subject_default=True,
            subject_immutable=False,
            workflows=(workflow,),
        )
        for n in range(size)
    )
    return GitHubRecords(
        (
            GitHubOrganizationRecords(
                GitHubOrganization("acme", "acme", 5, base_role="write"),
                users=tuple(GitHubUser(f"u{n}", f"u{n}", n, REF, "member") for n in range(size)),
                repositories=repositories,
                secrets=tuple(GitHubSecret(f"S{n}", "organization", REF, visibility="all") for n in range(50)),
                runners=tuple(
                    GitHubRunner(n, f"x{n}", REF, labels=("self-hosted",), ephemeral=False, visibility="all")
                    for n in range(50)
                ),
                installations=tuple(
                    GitHubInstallation(n, f"a{n}", n, REF, {"administration": "write"}, True) for n in range(50)
                ),
            ),
        )
    )


def _trusting(size: int) -> IdentityGraph:
    identity_graph = IdentityGraph()
    for n in range(size):
        subject = f"repo:acme/r{n}:ref:refs/heads/main"
        facts = {"issuer": GITHUB, "subject": subject, "pattern": False}
        identity_graph.add_node(Node(f"{ISSUER}/{subject}", NodeKind.OIDC_SUBJECT, subject, "oidc", "", facts))
    return identity_graph


def _built(size: int) -> tuple[IdentityGraph, float]:
    identity_graph = _trusting(size)
    start = time.perf_counter()
    build_github_edges(_estate(size), identity_graph)
    return identity_graph, time.perf_counter() - start


def test_edges_grow_with_the_organization_and_not_with_its_square() -> None:
    (small, _), (large, spent) = _built(500), _built(5000)
    assert len(large.edges) < 10.5 * len(small.edges)
    assert len(large.edges) < 20 * 5000
    assert spent < 20


def test_the_same_records_give_the_same_graph_in_any_order() -> None:
    records = _estate(20)
    (part,) = records.organizations
    turned = GitHubRecords(
        (
            GitHubOrganizationRecords(
                part.organization,
                users=part.users[::-1],
                repositories=part.repositories[::-1],
                secrets=part.secrets[::-1],
                runners=part.runners[::-1],
                installations=part.installations[::-1],
            ),
        )
    )
    one, other = _trusting(20), _trusting(20)
    build_github_edges(records, one)
    build_github_edges(turned, other)
    assert set(one.edges) == set(other.edges)
    assert one.nodes == other.nodes
