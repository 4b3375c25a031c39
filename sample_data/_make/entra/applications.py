"""Applications of the company's own, and the agents that took over from the summariser.

Input: a ``Tenant``. Output: objects in it. Not handled: other people's applications.
"""

from __future__ import annotations

from sample_data._make.entra.names import DOMAIN, GRAPH, TENANT, guid
from sample_data._make.entra.tenant import Tenant, certificate, federated, secret
from sample_data._make.identifiers import days_ago

__all__ = ["add_agents", "add_applications"]


def add_applications(tenant: Tenant) -> None:
    """Add what is registered here, each beside the twin that looks alike."""
    tenant.api("Microsoft Graph", GRAPH)
    # A developer owns an application that may give itself any permission.
    tenant.application(
        "release-bot",
        created=760,
        owners=["user/lena.brandt"],
        secrets=[secret("release-bot-ci", 760, -1065, "q8T"), secret("release-bot-2023", 740, 9, "Zk7")],
    )
    tenant.app_role("release-bot", "AppRoleAssignment.ReadWrite.All")
    tenant.application(
        "release-notes",
        created=310,
        owners=["user/lena.brandt"],
        secrets=[secret("release-notes-ci", 40, -140, "8pQ")],
    )
    tenant.app_role("release-notes", "Sites.Selected")
    # The owner of a service principal adds credentials to it, unless instances are locked.
    tenant.application(
        "hr-provisioning",
        created=520,
        owners=["user/mats.ekberg"],
        principal_owners=["user/petra.nowak"],
        certificates=[certificate("hr-provisioning", 120, -245)],
    )
    tenant.app_role("hr-provisioning", "RoleManagement.ReadWrite.Directory")
    tenant.application(
        "hr-archive",
        created=500,
        owners=["user/mats.ekberg"],
        principal_owners=["user/noor.haddad", "principal/people-sync"],
        certificates=[certificate("hr-archive", 100, -265)],
        locked=True,
    )
    tenant.app_role("hr-archive", "RoleManagement.ReadWrite.Directory")
    # Nobody answers for it, and nobody has seen it for most of a year.
    tenant.application("parcel-mailer", created=900, secrets=[secret("parcel-mailer", 600, -130, "Xa3")], seen=251)
    tenant.app_role("parcel-mailer", "Mail.Send", "Mail.Read", days=880)
    tenant.application(
        "label-notifier",
        created=410,
        owners=["user/anna.lindqvist"],
        secrets=[secret("label-notifier", 60, -120, "b5E")],
    )
    tenant.app_role("label-notifier", "User.Read.All")
    # A pipeline has its secret; it may write what it owns, and all that it owns is the locked archive.
    tenant.application(
        "people-sync",
        created=460,
        owners=["user/petra.nowak"],
        secrets=[secret("people-sync", 30, -150, "t4R")],
    )
    tenant.app_role("people-sync", "Application.ReadWrite.OwnedBy", "User.Read.All")
    _pipelines(tenant)
    _delegated(tenant)


def _pipelines(tenant: Tenant) -> None:
    tenant.application(
        "gha-azure-deploy",
        created=330,
        owners=["user/mats.ekberg"],
        outside=[federated("shop-production", "repo:nordlicht/shop:environment:production")],
        secrets=[secret("gha-azure-deploy-before-oidc", 330, -400, "mW9")],
    )
    tenant.application(
        "gha-azure-tools",
        created=90,
        owners=["user/mats.ekberg"],
        outside=[federated("tools-any-branch", expression="claims['sub'] matches 'repo:nordlicht/*:ref:refs/heads/*'")],
    )
    tenant.application(
        "gha-azure-preview",
        created=200,
        owners=["user/mats.ekberg"],
        outside=[federated("storefront-pull-request", "repo:nordlicht/storefront:pull_request")],
    )
    tenant.application(
        "report-runner",
        created=420,
        owners=["user/mats.ekberg"],
        certificates=[certificate("report-runner", 90, -275)],
    )
    tenant.application(
        "ops-automation",
        created=450,
        owners=["user/mats.ekberg"],
        certificates=[certificate("ops-automation", 80, -285)],
    )


def _delegated(tenant: Tenant) -> None:
    # Does whatever the administrator who signs in may do, for as long as the refresh token lives.
    tenant.application("admin-portal", created=640, owners=["user/mats.ekberg"], locked=True)
    tenant.consent("admin-portal", "openid profile offline_access Directory.AccessAsUser.All", person="mats.ekberg")
    tenant.application("people-finder", created=640, owners=["user/petra.nowak"])
    tenant.consent("people-finder", "openid profile User.ReadBasic.All")


def add_agents(tenant: Tenant) -> None:
    """Add two agent blueprints: one secret proves two agents, one federated credential proves one."""
    _blueprint(tenant, "ticket-summariser", secrets=[secret("ticket-summariser", 170, -190, "Lr2")])
    _blueprint(
        tenant,
        "route-helper",
        outside=[
            federated("route-helper", "system:serviceaccount:routes:helper", issuer="https://aks.nordlicht.example")
        ],
    )
    tenant.app_role("ticket-summariser", "Mail.Read", days=160)
    _agent(tenant, "summariser-support", "ticket-summariser", sponsor="jonas.weber")
    _agent(tenant, "summariser-claims", "ticket-summariser")
    _agent(tenant, "route-planner-agent", "route-helper", sponsor="petra.nowak")
    _agent_user(tenant, "summariser", "summariser-support")
    _agent_user(tenant, "translator", "translator-agent")


def _blueprint(
    tenant: Tenant,
    name: str,
    *,
    secrets: list[dict[str, object]] | None = None,
    outside: list[dict[str, object]] | None = None,
) -> None:
    identity = guid("application", name)
    tenant.lists["applications.microsoft.graph.agentIdentityBlueprint"].append(
        {
            "id": identity,
            "appId": guid("appid", name),
            "displayName": name,
            "signInAudience": "AzureADMyOrg",
            "publisherDomain": DOMAIN,
            "createdDateTime": days_ago(180),
            "passwordCredentials": secrets or [],
            "keyCredentials": [],
        }
    )
    tenant.lines["applications.owners"][identity] = []
    tenant.lines["applications.federatedIdentityCredentials"][identity] = list(outside or [])
    tenant.lines["applications.microsoft.graph.agentIdentityBlueprint.inheritablePermissions"][identity] = [
        {
            "resourceAppId": GRAPH,
            "inheritableRoles": {"@odata.type": "#microsoft.graph.allAllowedRoles", "kind": "allAllowed"},
            "inheritableScopes": {"@odata.type": "#microsoft.graph.noScopes", "kind": "none"},
        }
    ]
    tenant.lists["servicePrincipals.microsoft.graph.agentIdentityBlueprintPrincipal"].append(
        {
            "id": guid("principal", name),
            "appId": guid("appid", name),
            "displayName": name,
            "accountEnabled": True,
            "appOwnerOrganizationId": TENANT,
            "createdDateTime": days_ago(180),
        }
    )
    tenant.signed_in[guid("appid", name)] = 1


def _agent(tenant: Tenant, name: str, blueprint: str, *, sponsor: str = "") -> None:
    identity = guid("principal", name)
    tenant.lists["servicePrincipals.microsoft.graph.agentIdentity"].append(
        {
            "id": identity,
            "appId": identity,
            "displayName": name,
            "accountEnabled": True,
            "agentIdentityBlueprintId": guid("appid", blueprint),
            "createdDateTime": days_ago(150),
        }
    )
    people = [{"@odata.type": "#microsoft.graph.user", "id": guid("user", sponsor)}] if sponsor else []
    tenant.lines["servicePrincipals.microsoft.graph.agentIdentity.sponsors"][identity] = people
    tenant.signed_in[identity] = 1


def _agent_user(tenant: Tenant, login: str, agent: str) -> None:
    tenant.lists["users.microsoft.graph.agentUser"].append(
        {
            "id": guid("user", login),
            "displayName": f"{login} (agent)",
            "userPrincipalName": f"{login}@{DOMAIN}",
            "accountEnabled": True,
            "identityParentId": guid("principal", agent),
            "createdDateTime": days_ago(150),
        }
    )
