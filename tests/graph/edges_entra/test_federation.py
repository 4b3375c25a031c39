"""Federated credentials: which tokens become an application, and the nodes that trust in AWS shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.entra.credential_types import EntraFederatedCredential
from collectors.interface import EvidenceRef
from graph.evaluate.entra.federation import issuer_name, managed_identity_issuer, token_test
from graph.kinds import EdgeKind, NodeKind, State
from tests.graph.edges_entra.technique_case import look
from tests.worlds.aws import world as aws_world
from tests.worlds.entra import TENANT, VENDOR, entra, node, oid, token
from tests.worlds.names import Names
from tests.worlds.statements import web_trust
from tests.worlds.view import View

ISSUER = "token.actions.githubusercontent.com"
SUB = f"{ISSUER}:sub"
MAIN = "repo:nordlicht/platform:ref:refs/heads/main"


def _states(view: View, target: str = "sp:pay") -> dict[str, State]:
    return {hop.source: hop.state for hop in view.hops(target=node(target), kind=EdgeKind.FEDERATES_INTO)}


def test_an_exact_subject(tmp_path: Path) -> None:
    view = look(entra().app("pay", federated=[token(MAIN)]), tmp_path)
    assert _states(view) == {f"oidc://{ISSUER}": State.CONDITIONAL, f"oidc://{ISSUER}/{MAIN}": State.VERIFIED}
    subject = view.graph.nodes[f"oidc://{ISSUER}/{MAIN}"]
    assert (subject.kind, subject.source, subject.attributes["pattern"]) == (NodeKind.OIDC_SUBJECT, "oidc", False)


@pytest.mark.parametrize(
    ("expression", "subject", "keys"),
    [
        ("claims['sub'] matches 'repo:o/*:ref:refs/heads/main'", "repo:o/*:ref:refs/heads/main", set()),
        ("claims['sub'] eq 'repo:o/r'", "repo:o/r", set()),
        ("claims['sub'] eq 'repo:o/r' and claims['job_workflow_ref'] matches 'o/*'", "repo:o/r", {"job_workflow_ref"}),
        ("claims['job_workflow_ref'] eq 'o/r/w@main'", "*", {"job_workflow_ref"}),
    ],
)
def test_expressions(tmp_path: Path, expression: str, subject: str, keys: set[str]) -> None:
    view = look(entra().app("pay", federated=[token(expression=expression)]), tmp_path)
    (hop,) = view.hops(source=f"oidc://{ISSUER}/{subject}", kind=EdgeKind.FEDERATES_INTO)
    assert hop.keys == {f"{ISSUER}:{key}" for key in keys}
    assert hop.state is (State.CONDITIONAL if keys else State.VERIFIED)


@pytest.mark.parametrize(
    "expression",
    [
        "claims['sub'] startsWith 'repo:'",
        "claims['sub'] eq 'a' or claims['sub'] eq 'b'",
        "claims['sub'] eq 'a' junk",
        "",
    ],
)
def test_an_expression_that_is_not_understood_is_unverified(tmp_path: Path, expression: str) -> None:
    view = look(entra().app("pay", federated=[token(expression=expression)]), tmp_path)
    (hop,) = view.hops(target=node("sp:pay"), kind=EdgeKind.FEDERATES_INTO)
    assert (hop.source, hop.state) == (f"oidc://{ISSUER}", State.UNVERIFIED)
    assert "not understood" in hop.note


def test_a_later_language_is_not_understood() -> None:
    credential = EntraFederatedCredential(
        "1", "n", f"https://{ISSUER}", EvidenceRef("f"), expression="claims['sub'] eq 'a'", expression_version=2
    )
    assert not token_test(credential).understood


def test_an_audience_of_ones_own_stays_open(tmp_path: Path) -> None:
    view = look(entra().app("pay", federated=[token(MAIN, audience="api://own")]), tmp_path)
    (hop,) = view.hops(source=f"oidc://{ISSUER}/{MAIN}")
    assert hop.keys == {f"{ISSUER}:aud"}


def test_issuers() -> None:
    assert (
        issuer_name("https://oidc.eks.eu-central-1.amazonaws.com/id/ABC/")
        == "oidc.eks.eu-central-1.amazonaws.com/id/ABC"
    )
    assert managed_identity_issuer(f"https://login.microsoftonline.com/{TENANT}/v2.0") == TENANT
    assert managed_identity_issuer(f"https://sts.windows.net/{TENANT}/") == TENANT
    assert managed_identity_issuer(f"https://{ISSUER}") == ""
    assert managed_identity_issuer(f"https://login.microsoftonline.com.evil.example/{TENANT}/v2.0") == ""


def test_a_managed_identity_elsewhere_is_a_subject(tmp_path: Path) -> None:
    issuer = f"https://login.microsoftonline.com/{VENDOR}/v2.0"
    view = look(entra().app("pay", federated=[token(oid("sp:there"), issuer=issuer)]), tmp_path)
    assert f"oidc://{issuer_name(issuer)}/{oid('sp:there')}" in _states(view)


def test_one_subject_leads_into_both_clouds(tmp_path: Path) -> None:
    trust = web_trust(Names("111111111111").oidc(ISSUER), {"StringEquals": {SUB: MAIN}})
    aws_world().account("111111111111").oidc(ISSUER).role("deploy", trusts=trust).build(tmp_path)
    view = look(entra().app("pay", federated=[token(MAIN)]), tmp_path)
    targets = {hop.target for hop in view.hops(source=f"oidc://{ISSUER}/{MAIN}", kind=EdgeKind.FEDERATES_INTO)}
    assert targets == {node("sp:pay"), "arn:aws:iam::111111111111:role/deploy"}


@pytest.mark.parametrize("audience", ["api://AzureADTokenExchangeUSGov", "api://AzureADTokenExchangeChina"])
def test_the_audiences_of_other_clouds_are_standard_too(tmp_path: Path, audience: str) -> None:
    view = look(entra().app("pay", federated=[token(MAIN, audience=audience)]), tmp_path)
    (hop,) = view.hops(source=f"oidc://{ISSUER}/{MAIN}")
    assert (hop.state, hop.keys) == (State.VERIFIED, set())


@pytest.mark.parametrize(
    ("issuer", "subject", "state"),
    [
        ("https://token.actions.githubusercontent.com", "repo:o/r", State.VERIFIED),
        ("https://token.actions.githubusercontent.com/", "repo:o/r", State.UNVERIFIED),
        ("https://gitlab.com/", "project_path:o/r", State.UNVERIFIED),
        # An AKS cluster names itself with a last slash, an EKS cluster without.
        ("https://eastus.oic.prod-aks.azure.com/1/2/", "system:serviceaccount:ns:sa", State.VERIFIED),
        ("https://oidc.eks.eu-central-1.amazonaws.com/id/ABC", "system:serviceaccount:ns:sa", State.VERIFIED),
    ],
)
def test_the_last_slash_of_an_issuer(tmp_path: Path, issuer: str, subject: str, state: State) -> None:
    view = look(entra().app("pay", federated=[token(subject, issuer=issuer)]), tmp_path)
    (hop,) = view.hops(source=f"oidc://{issuer_name(issuer)}/{subject}", kind=EdgeKind.FEDERATES_INTO)
    assert hop.state is state
    assert ("slash" in hop.note) is (state is State.UNVERIFIED)


@pytest.mark.parametrize("issuer", [f" https://{ISSUER}", f"https://{ISSUER} "])
def test_white_space_around_an_issuer_blocks_the_exchange(tmp_path: Path, issuer: str) -> None:
    view = look(entra().app("pay", federated=[token(MAIN, issuer=issuer)]), tmp_path)
    assert _states(view) == {}


@pytest.mark.parametrize(
    ("issuer", "expression", "told"),
    [
        (f"https://{ISSUER}", "claims['sub'] matches 'repo:o/*'", ""),
        ("https://gitlab.com", "claims['sub'] matches 'project_path:o/*'", ""),
        ("https://gitlab.example.com", "claims['sub'] eq 'project_path:o/r'", ""),
        ("https://app.terraform.io", "claims['sub'] matches 'organization:o:*'", ""),
        ("https://accounts.google.com", "claims['sub'] eq '1'", "alone as issuers"),
        (f"https://{ISSUER}", "claims['sub'] eq 'x' and claims['environment'] eq 'prod'", "environment"),
        ("https://gitlab.com", "claims['sub'] eq 'x' and claims['job_workflow_ref'] eq 'y'", "job_workflow_ref"),
    ],
)
def test_expressions_count_for_issuers_and_claims_of_the_page(
    tmp_path: Path, issuer: str, expression: str, told: str
) -> None:
    view = look(entra().app("pay", federated=[token(expression=expression, issuer=issuer)]), tmp_path)
    hops = view.hops(target=node("sp:pay"), kind=EdgeKind.FEDERATES_INTO)
    assert len(hops) == 2
    for hop in hops:
        assert (hop.state is State.UNVERIFIED) is bool(told)
        assert told in hop.note


def test_an_expression_on_a_managed_identity_is_not_sure(tmp_path: Path) -> None:
    world = entra().managed_identity("mi")
    world.line("servicePrincipals.federatedIdentityCredentials", oid("sp:mi"), token(expression="claims['sub'] eq 'x'"))
    (hop,) = look(world, tmp_path).hops(source=f"oidc://{ISSUER}/x", kind=EdgeKind.FEDERATES_INTO)
    assert hop.state is State.UNVERIFIED
    assert "applications alone" in hop.note
