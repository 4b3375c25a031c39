"""Cases: secrets, certificates, federated credentials, agent blueprints: what proves an application now.

Input: none (data only). Output: ``CASES``. Not handled: adding a credential (``apps``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.agents import agents
from benchmarks.accuracy.entra.case import EITHER, LEARN, NOT_NOW, OPEN, Case, no, some, yes
from benchmarks.accuracy.entra.tenant import Tenant

__all__ = ["CASES"]

_SECRETS: Final = LEARN + "graph/api/resources/passwordcredential"
_KEYS: Final = LEARN + "graph/api/resources/keycredential"
_TRUST: Final = LEARN + "entra/workload-id/workload-identity-federation-create-trust"
_FLEXIBLE: Final = LEARN + "entra/workload-id/workload-identities-flexible-federated-identity-credentials"
_AGENTS: Final = LEARN + "entra/agent-id/agent-blueprint"
_ACTIONS: Final = "https://token.actions.githubusercontent.com"
_GITHUB: Final = "oidc://token.actions.githubusercontent.com/"
_MAIN: Final = "repo:octo/app:ref:refs/heads/main"
_DEV: Final = "repo:octo/app:ref:refs/heads/dev"
_PULL: Final = "repo:octo/app:pull_request"
_RM: Final = "RoleManagement.ReadWrite.Directory"


CASES: Final[tuple[Case, ...]] = (
    Case(
        "credentials/secret",
        "A secret proves its application from its start to its end.",
        _SECRETS,
        Tenant()
        .app("deploy")
        .app("wiki")
        .grant("deploy", _RM)
        .secret("deploy", "now")
        .secret("deploy", "over", end="2026-06-01T00:00:00Z")
        .secret("deploy", "soon", start="2027-01-15T00:00:00Z")
        .secret("wiki", "wiki-now"),
        (
            yes("key:now", "deploy"),
            yes("key:now", "admin"),
            no("key:over", "deploy"),
            no("key:over", "admin"),
            some(NOT_NOW, "key:soon", "deploy"),
            yes("key:wiki-now", "wiki"),
            no("key:wiki-now", "deploy"),
            no("key:wiki-now", "admin"),
        ),
    ),
    Case(
        "credentials/certificate",
        "A certificate proves its application as a secret does, until its end.",
        _KEYS,
        Tenant()
        .app("deploy")
        .grant("deploy", _RM)
        .certificate("deploy", "valid")
        .certificate("deploy", "expired", end="2026-02-01T00:00:00Z"),
        (yes("key:valid", "deploy"), yes("key:valid", "admin"), no("key:expired", "deploy")),
    ),
    Case(
        "credentials/disabled-service-principal",
        "A valid secret of a disabled service principal gets no token.",
        LEARN + "entra/identity/enterprise-apps/disable-user-sign-in-portal",
        Tenant().app("deploy", enabled=False).grant("deploy", _RM).secret("deploy", "now"),
        (some(NOT_NOW, "key:now", "admin"),),
    ),
    Case(
        "credentials/ends-at-that-moment",
        "A secret whose end is one second ago is over.",
        _SECRETS,
        Tenant()
        .app("deploy")
        .secret("deploy", "gone", end="2026-11-29T23:59:59Z")
        .secret("deploy", "left", end="2026-12-01T00:00:00Z"),
        (no("key:gone", "deploy"), yes("key:left", "deploy")),
    ),
    Case(
        "federated/github-branch",
        "Issuer and subject must be equal: another branch or a pull request of the repository is not.",
        _TRUST,
        Tenant().app("deploy").grant("deploy", _RM).federated("deploy", _ACTIONS, _MAIN),
        (
            yes(_GITHUB + _MAIN, "deploy"),
            yes(_GITHUB + _MAIN, "admin"),
            no(_GITHUB + _DEV, "deploy"),
            no(_GITHUB + _PULL, "deploy"),
        ),
    ),
    Case(
        "federated/other-repository",
        "Another repository, or the same in other letters, is another subject.",
        _TRUST,
        Tenant().app("deploy").federated("deploy", _ACTIONS, _MAIN).federated("deploy", _ACTIONS, _PULL),
        (
            yes(_GITHUB + _PULL, "deploy"),
            no(_GITHUB + "repo:octo/app2:ref:refs/heads/main", "deploy"),
            no(_GITHUB + "repo:OCTO/app:ref:refs/heads/main", "deploy"),
        ),
    ),
    Case(
        "federated/other-issuer",
        "A token of another issuer with that subject is not trusted.",
        _TRUST,
        Tenant().app("deploy").federated("deploy", _ACTIONS, _MAIN),
        (no("oidc://token.example.org/" + _MAIN, "deploy"), yes(_GITHUB + _MAIN, "deploy")),
    ),
    Case(
        "federated/kubernetes",
        "A service account of a cluster is trusted by its full name, one of another namespace is not.",
        LEARN + "azure/aks/workload-identity-overview",
        Tenant()
        .app("orders")
        .federated("orders", "https://oidc.example.net/cluster", "system:serviceaccount:shop:orders"),
        (
            yes("oidc://oidc.example.net/cluster/system:serviceaccount:shop:orders", "orders"),
            no("oidc://oidc.example.net/cluster/system:serviceaccount:test:orders", "orders"),
        ),
    ),
    Case(
        "federated/expression",
        "An expression with a wildcard trusts all branches; not pull requests.",
        _FLEXIBLE,
        Tenant()
        .app("deploy")
        .federated("deploy", _ACTIONS, None, "claims['sub'] matches 'repo:octo/app:ref:refs/heads/*'"),
        (
            some(EITHER, _GITHUB + _DEV, "deploy"),
            some(EITHER, _GITHUB + _MAIN, "deploy"),
            no(_GITHUB + _PULL, "deploy"),
            no(_GITHUB + "repo:evil/app:ref:refs/heads/main", "deploy"),
        ),
    ),
    Case(
        "federated/expression-of-two-claims",
        "Subject and workflow must both match; the workflow of a token is not in its subject.",
        _FLEXIBLE,
        Tenant()
        .app("deploy")
        .federated(
            "deploy",
            _ACTIONS,
            None,
            "claims['sub'] eq 'repo:octo/app:ref:refs/heads/main' and "
            "claims['job_workflow_ref'] matches 'octo/flows/.github/workflows/*@refs/heads/main'",
        ),
        (some("conditional|unknown", _GITHUB + _MAIN, "deploy"), no(_GITHUB + _DEV, "deploy")),
    ),
    Case(
        "federated/managed-identity",
        "User-assigned managed identities take federated credentials.",
        LEARN + "entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity",
        Tenant()
        .managed(
            "ci-id",
            "/subscriptions/1/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ci-id",
            user_assigned=True,
        )
        .grant("ci-id", _RM)
        .federated("ci-id", _ACTIONS, _MAIN),
        (yes(_GITHUB + _MAIN, "ci-id"), yes(_GITHUB + _MAIN, "admin"), no(_GITHUB + _DEV, "ci-id")),
    ),
    Case(
        "agents/blueprint-secret",
        "The secret of a blueprint proves its agents; that of another blueprint does not.",
        _AGENTS,
        agents(Tenant().user("ann").user("bob"), "support", "helper", owner="ann", sponsor="bob", key="blue")
        .app("other")
        .secret("other", "red"),
        (yes("key:blue", "helper"), no("key:red", "helper"), some(OPEN, "ann", "helper"), no("bob", "helper")),
    ),
    Case(
        "agents/expired-blueprint-secret",
        "A blueprint's secret ends as others do.",
        _AGENTS,
        agents(
            Tenant().user("ann").user("bob"),
            "support",
            "helper",
            owner="ann",
            sponsor="bob",
            key="old",
            end="2026-05-01T00:00:00Z",
        ),
        (no("key:old", "helper"), no("bob", "helper")),
    ),
    Case(
        "agents/two-blueprints",
        "Agents of one blueprint are not agents of the other.",
        _AGENTS,
        agents(
            agents(Tenant().user("ann").user("bob"), "support", "helper", owner="ann", sponsor="bob", key="blue"),
            "sales",
            "seller",
            owner="bob",
            sponsor="ann",
            key="green",
        ),
        (
            yes("key:blue", "helper"),
            no("key:blue", "seller"),
            yes("key:green", "seller"),
            no("key:green", "helper"),
        ),
    ),
    Case(
        "vendors/home-tenant",
        "Whoever holds the vendor's application in its home tenant acts here with what was granted here.",
        LEARN + "entra/identity-platform/app-objects-and-service-principals",
        Tenant()
        .foreign("vendor")
        .foreign("vendor-reader")
        .grant("vendor", _RM)
        .grant("vendor-reader", "User.Read.All"),
        (yes("vendor", "admin"), no("vendor-reader", "admin")),
    ),
)
