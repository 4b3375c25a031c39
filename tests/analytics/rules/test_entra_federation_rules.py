"""Federated credentials: whom they let in, nobody, or workloads of several environments.

Exact subjects, patterns and claims:
https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials; GitHub's
subjects: https://docs.github.com/en/actions/reference/security/oidc.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.analytics.rules.entra_cases import Case, check, names
from tests.analytics.rules.scenarios_entra import HIGH, SHOP, declared, flexible
from tests.worlds.entra import TENANT, EntraWorldFiles, entra, oid, token

WEAK, DEAD, SHARED = "entra-weak-federation", "entra-dead-federation", "entra-shared-across-environments"
GITLAB = "https://gitlab.com"
MANAGED = f"https://login.microsoftonline.com/{TENANT}/v2.0"
WORKFLOW = "nordlicht/ci/.github/workflows/x.yml@refs/heads/main"
NARROWED = f"claims['sub'] matches '{SHOP}*' and claims['job_workflow_ref'] eq '{WORKFLOW}'"


def app(**options: Any) -> EntraWorldFiles:
    """Return a tenant with one application."""
    return entra().app("deploy", **options)


def github(*subjects: str) -> EntraWorldFiles:
    """Return an application that trusts exact subjects of GitHub."""
    return app(federated=[token(subject, name=f"f{place}") for place, subject in enumerate(subjects)])


def matching(pattern: str, issuer: str = "https://token.actions.githubusercontent.com") -> EntraWorldFiles:
    """Return an application that trusts subjects by a pattern."""
    return app(federated=[flexible(pattern, issuer=issuer)])


CASES = [
    Case(
        WEAK,
        "one branch, one environment, one tag",
        github(SHOP + "ref:refs/heads/main", SHOP + "environment:production", SHOP + "ref:refs/tags/v1"),
    ),
    Case(WEAK, "pull requests", github(SHOP + "pull_request"), ("deploy medium",), says="every pull request"),
    Case(WEAK, "any branch", matching(SHOP + "ref:refs/heads/*"), ("deploy medium",), says="every branch and tag"),
    Case(WEAK, "any environment", matching(SHOP + "environment:*"), ("deploy medium",), says="every environment"),
    Case(
        WEAK,
        "anything of one repository",
        matching(SHOP + "*"),
        ("deploy medium",),
        says="every branch, tag, pull request",
    ),
    Case(WEAK, "environments that begin alike", matching(SHOP + "environment:prod-*")),
    Case(WEAK, "look-alike owners", matching("repo:nordlicht*"), ("deploy high",)),
    Case(WEAK, "repositories that begin alike", matching("repo:nordlicht/shop-*:ref:refs/heads/main"), ("deploy low",)),
    Case(WEAK, "everybody", matching("*"), ("deploy critical",)),
    Case(WEAK, "no wildcard in a pattern", matching(SHOP + "ref:refs/heads/main")),
    Case(WEAK, "of a privileged application", matching("repo:nordlicht/*").grants("deploy", HIGH), ("deploy high",)),
    Case(WEAK, "GitLab group", matching("project_path:nordlicht/*", GITLAB), ("deploy medium",)),
    Case(WEAK, "GitLab, one branch", matching("project_path:nordlicht/shop:ref_type:branch:ref:main", GITLAB)),
    Case(
        WEAK,
        "an unknown issuer's pattern",
        matching("spiffe://prod/*", "https://oidc.example"),
        (),
        ("cannot be told",),
    ),
    Case(
        WEAK,
        "an unknown issuer's subject",
        app(federated=[token("system:serviceaccount:shop:api", issuer="https://oidc.prod-aks.azure.com/x/y/")]),
    ),
    Case(
        WEAK,
        "a wide subject that another claim narrows",
        app(federated=[token(expression=NARROWED)]),
        (),
        ("further claims",),
    ),
    Case(
        WEAK,
        "another claim alone",
        app(federated=[token(expression="claims['job_workflow_ref'] matches 'nordlicht/*'")]),
        (),
        ("no subject",),
    ),
    Case(
        WEAK,
        "an expression that is not understood",
        app(federated=[token(expression="startsWith(claims['sub'], 'repo:')")]),
        (),
        ("not understood",),
    ),
    Case(WEAK, "not looked at", app().without("applications.federatedIdentityCredentials"), (), ("Who may federate",)),
    Case(
        DEAD,
        "a managed identity that is gone",
        app(federated=[token(oid("sp:worker"), issuer=MANAGED)]),
        ("deploy low",),
        says="does not exist here",
    ),
    Case(
        DEAD,
        "a managed identity",
        entra().managed_identity("worker").app("deploy", federated=[token(oid("sp:worker"), issuer=MANAGED)]),
    ),
    Case(
        DEAD,
        "an application in its place",
        entra().sp("worker").app("deploy", federated=[token(oid("sp:worker"), issuer=MANAGED)]),
        ("deploy low",),
        says="no managed identity",
    ),
    Case(
        DEAD,
        "another tenant's managed identity",
        app(federated=[token(oid("sp:worker"), issuer=f"https://login.microsoftonline.com/{oid('t')}/v2.0")]),
        (),
        ("of another tenant",),
    ),
    Case(DEAD, "an exact subject", github(SHOP + "ref:refs/heads/main")),
    Case(SHARED, "test and staging", github(SHOP + "environment:staging", SHOP + "environment:test"), ("deploy low",)),
    Case(SHARED, "a branch says nothing", github(SHOP + "environment:production", SHOP + "ref:refs/heads/main")),
    Case(
        SHARED,
        "declared for one, used by another",
        declared(github(SHOP + "environment:staging"), sp__deploy="production"),
        ("deploy medium",),
    ),
    Case(
        SHARED,
        "declared to serve all",
        declared(github(SHOP + "environment:staging", SHOP + "environment:prod"), sp__deploy="shared"),
        (),
        ("serves several",),
    ),
    Case(
        SHARED,
        "managed identities of two",
        declared(
            entra()
            .managed_identity("a")
            .managed_identity("b")
            .app("deploy", federated=[token(oid(f"sp:{n}"), issuer=MANAGED, name=n) for n in "ab"]),
            sp__a="production",
            sp__b="test",
        ),
        ("deploy medium",),
    ),
    Case(
        SHARED,
        "managed identities of one",
        declared(
            entra()
            .managed_identity("a")
            .managed_identity("b")
            .app("deploy", federated=[token(oid(f"sp:{n}"), issuer=MANAGED, name=n) for n in "ab"]),
            sp__a="production",
            sp__b="prd",
        ),
    ),
    Case(
        SHARED,
        "another issuer's words",
        app(
            federated=[
                token("x:environment:production", issuer="https://oidc.example", name="a"),
                token("x:environment:test", issuer="https://oidc.example", name="b"),
            ]
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)
