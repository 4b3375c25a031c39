"""Cases: service accounts of Kubernetes clusters in EKS and AKS, and who trusts them.

Input: none (data only). Output: ``CASES``. Not handled: which service account a pod has: the cluster stands for all.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import TENANT, Tenant
from benchmarks.accuracy.joints.case import Case, case, no, yes
from benchmarks.accuracy.joints.cloud import Cloud

__all__ = ["CASES", "EKS", "WEB"]

_EKS_PAGE: Final = "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"
_OPERATORS: Final = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"
    "#Conditions_String"
)
_AKS_PAGE: Final = "https://learn.microsoft.com/azure/aks/workload-identity-overview"
_TRUST: Final = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations"
EKS: Final = "oidc.eks.us-east-1.amazonaws.com/id/D539D4633E53DE1B716D3041E0000001"
_TEST: Final = "oidc.eks.us-east-1.amazonaws.com/id/D539D4633E53DE1B716D3041E0000002"
_AKS: Final = f"westeurope.oic.prod-aks.azure.com/{TENANT}/0c1f6f7d-8a55-4b9c-8d1e-5f0c8a520009/"
_NEXT: Final = f"westeurope.oic.prod-aks.azure.com/{TENANT}/0c1f6f7d-8a55-4b9c-8d1e-5f0c8a520010/"
WEB: Final = "system:serviceaccount:shop:web"


def _clusters() -> Cloud:
    return Cloud().issuer(EKS).issuer(_TEST).cluster("prod", EKS).cluster("test", _TEST)


def _aks(tenant: Tenant) -> Scope:
    scope = Scope(tenant).subscription("main").identity("kubelet")
    for name, issuer in (("blue", _AKS), ("green", _NEXT)):
        scope.cluster(name, nodes="kubelet")
        body = scope.resources["main"]["containerservice.managedClusters"][-1]["properties"]
        body["oidcIssuerProfile"] = {"enabled": True, "issuerURL": f"https://{issuer}"}
        body["securityProfile"] = {"workloadIdentity": {"enabled": True}}
    return scope


_AZURE: Final = _aks(Tenant().app("deploy"))
_FEDERATED: Final = _aks(
    Tenant()
    .app("deploy")
    .app("wiki")
    .app("bare")
    .federated("deploy", f"https://{_AKS}", WEB)
    .federated("wiki", "https://westeurope.oic.prod-aks.azure.com/elsewhere/", WEB)
    .federated("bare", f"https://{_AKS.rstrip('/')}", WEB)
)

CASES: Final[tuple[Case, ...]] = (
    case(
        "cluster to AWS/a service account",
        "The role trusts one service account of one cluster.",
        _EKS_PAGE,
        yes("eks:prod", "role:web"),
        no("eks:test", "role:web"),
        no("eks:prod", "role:test"),
        yes("eks:test", "role:test"),
        aws=_clusters().trusting("web", EKS, WEB).trusting("test", _TEST, WEB),
    ),
    case(
        "cluster to AWS/wildcards",
        "StringLike takes any service account; in StringEquals the star is a letter that no name has.",
        _OPERATORS,
        yes("eks:prod", "role:like"),
        no("eks:prod", "role:same"),
        no("eks:test", "role:like", "role:same"),
        aws=_clusters()
        .trusting("like", EKS, like="system:serviceaccount:shop:*")
        .trusting("same", EKS, "system:serviceaccount:*:*"),
    ),
    case(
        "cluster to AWS/audience that the provider does not list",
        "STS refuses the token.",
        _EKS_PAGE,
        no("eks:prod", "role:web"),
        yes("eks:prod", "role:usual"),
        aws=_clusters().trusting("web", EKS, WEB, aud="vault.acme.example").trusting("usual", EKS, WEB),
    ),
    case(
        "cluster to AWS/no service account",
        "Tokens of a cluster have system:serviceaccount:NAMESPACE:NAME as subject.",
        "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/",
        no("eks:prod", "role:node", "role:short"),
        aws=_clusters().trusting("node", EKS, "system:node:ip-10-0-0-1").trusting("short", EKS, "shop:web"),
    ),
    case(
        "cluster to AWS/a cluster of Azure",
        "AWS takes tokens of a public issuer, of AKS as well.",
        _AKS_PAGE,
        yes("aks:blue", "role:web"),
        no("aks:green", "role:web"),
        entra=_AZURE.tenant,
        azure=_AZURE,
        aws=Cloud().issuer(_AKS).trusting("web", _AKS, WEB),
    ),
    case(
        "cluster to Entra/AKS",
        "Issuer and subject must be equal, the slash at the end included.",
        _TRUST,
        yes("aks:blue", "entra:deploy"),
        no("aks:green", "entra:deploy"),
        no("aks:blue", "entra:wiki", "entra:bare"),
        entra=_FEDERATED.tenant,
        azure=_FEDERATED,
    ),
    case(
        "cluster to Entra/EKS",
        "A cluster of AWS as issuer.",
        _TRUST,
        yes("eks:prod", "entra:deploy"),
        no("eks:test", "entra:deploy"),
        no("eks:prod", "entra:wiki"),
        aws=_clusters(),
        entra=Tenant()
        .app("deploy")
        .app("wiki")
        .federated("deploy", f"https://{EKS}", WEB)
        .federated("wiki", f"https://{EKS}", "system:serviceaccount:*:web"),
    ),
)
