"""Cases: agent identities, blueprints, agent users; federated managed identities; vendors' tenants."""

from __future__ import annotations

from graph.kinds import State
from tests.graph.edges_entra.technique_case import Case, fires, silent
from tests.worlds.entra import MICROSOFT, TENANT, VENDOR, EntraWorldFiles, entra, oid, token

__all__ = ["cases"]

ENABLED, UNSURE = "entra:enabled", State.UNVERIFIED


def cases() -> list[Case]:
    """Return the cases."""
    return [*_impersonation(), *_credentials(), *_trust()]


def _pair(**more: bool) -> EntraWorldFiles:
    return entra().blueprint("bp").agent("bot", "bp", **more)


def _impersonation() -> list[Case]:
    agents, user = "entra-blueprint-agents", "entra-agent-user"
    return [
        fires(agents, "an agent of the blueprint", _pair(), "sp:bp", "sp:bot", grants=1),
        fires(agents, "every agent of the blueprint", _pair().agent("second", "bp"), "sp:bp", "sp:second"),
        fires(agents, "a disabled agent", _pair(enabled=False), "sp:bp", "sp:bot", keys={ENABLED}),
        fires(
            agents,
            "a blueprint whose principal was not collected",
            _pair().without("servicePrincipals.microsoft.graph.agentIdentityBlueprintPrincipal"),
            "app:bp",
            "sp:bot",
        ),
        silent(agents, "an agent of another blueprint", _pair().blueprint("other"), "sp:other", "sp:bot"),
        silent(agents, "an agent does not become its blueprint", _pair(), "sp:bot", "sp:bp"),
        fires(user, "the account of the agent", _pair().agent_user("botty", "bot"), "sp:bot", "botty", grants=1),
        fires(
            user,
            "a disabled account",
            _pair().agent_user("botty", "bot", enabled=False),
            "sp:bot",
            "botty",
            keys={ENABLED},
        ),
        silent(
            user,
            "the account of another agent",
            _pair().agent("second", "bp").agent_user("botty", "second"),
            "sp:bot",
            "botty",
        ),
    ]


def _credentials() -> list[Case]:
    found = []
    for technique, permission, state in (
        (
            "entra-agentidentityblueprint-addremovecreds-all",
            "AgentIdentityBlueprint.AddRemoveCreds.All",
            State.VERIFIED,
        ),
        ("entra-agentidentityblueprint-readwrite-all", "AgentIdentityBlueprint.ReadWrite.All", State.VERIFIED),
        (
            "entra-agentidentityblueprint-updateauthproperties-all",
            "AgentIdentityBlueprint.UpdateAuthProperties.All",
            UNSURE,
        ),
    ):

        def world(permission: str = permission) -> EntraWorldFiles:
            return _pair().app("ci").app("pay").grants("ci", permission)

        found += [
            fires(technique, "a blueprint", world(), "sp:ci", "sp:bp", state=state, grants=1),
            fires(
                technique,
                "beside the permission on the whole directory",
                world().grants("ci", "Directory.ReadWrite.All"),
                "sp:ci",
                "sp:bp",
                state=UNSURE,
            ),
            silent(technique, "an agent has no credential of its own", world(), "sp:ci", "sp:bot"),
            silent(technique, "an application that is no blueprint", world(), "sp:ci", "sp:pay"),
            silent(technique, "the permission that reads", world("AgentIdentityBlueprint.Read.All"), "sp:ci", "sp:bp"),
        ]
    role, owner = "entra-agent-id-administrator", "entra-blueprint-owner"
    owned = entra().user("alice").blueprint("bp", owners=["alice"]).agent("bot", "bp", sponsors=["alice"])
    sponsored = entra().user("alice").blueprint("bp").agent("bot", "bp", sponsors=["alice"])
    administrator = _pair().user("alice").app("pay").role("alice", "Agent ID Administrator")
    return [
        *found,
        fires(role, "a blueprint", administrator, "alice", "sp:bp", state=UNSURE),
        silent(role, "an application that is no blueprint", administrator, "alice", "sp:pay"),
        fires(owner, "a person", owned, "alice", "sp:bp", grants=1),
        fires(
            owner,
            "a guest",
            entra().user("alice", guest=True).blueprint("bp", owners=["alice"]),
            "alice",
            "sp:bp",
            state=UNSURE,
        ),
        silent(owner, "a sponsor of an agent", sponsored, "alice", "sp:bp"),
    ]


def _trust() -> list[Case]:
    managed, foreign = "entra-managed-identity-federation", "entra-foreign-application"
    issuer = f"https://login.microsoftonline.com/{TENANT}/v2.0"
    other = f"https://login.microsoftonline.com/{VENDOR}/v2.0"

    def trusting(subject: str, at: str = issuer) -> EntraWorldFiles:
        return entra().managed_identity("mi").app("ci").app("pay", federated=[token(oid(subject), issuer=at)])

    resource = "/subscriptions/1/resourcegroups/r/providers/Microsoft.Compute/virtualMachines/vm"
    system = entra().sp(
        "mi", home="", kind="ManagedIdentity", more={"alternativeNames": ["isExplicit=False", resource]}
    )
    system.app("pay", federated=[token(oid("sp:mi"), issuer=issuer)])
    shouted = entra().managed_identity("mi").app("pay", federated=[token(oid("sp:mi").upper(), issuer=issuer)])
    return [
        fires(managed, "a managed identity of this tenant", trusting("sp:mi"), "sp:mi", "sp:pay", grants=1),
        fires(
            managed,
            "the older issuer",
            trusting("sp:mi", f"https://sts.windows.net/{TENANT}/"),
            "sp:mi",
            "sp:pay",
            state=UNSURE,
        ),
        fires(managed, "an issuer with a slash", trusting("sp:mi", f"{issuer}/"), "sp:mi", "sp:pay", state=UNSURE),
        silent(managed, "a system-assigned one", system, "sp:mi", "sp:pay"),
        silent(managed, "another spelling of the object id", shouted, "sp:mi", "sp:pay"),
        silent(managed, "the issuer of another tenant", trusting("sp:mi", other), "sp:mi", "sp:pay"),
        silent(managed, "another subject", trusting("sp:elsewhere"), "sp:mi", "sp:pay"),
        silent(managed, "an application gets no such token", trusting("sp:ci"), "sp:ci", "sp:pay"),
        fires(foreign, "a vendor's application", entra().sp("vendor"), f"entra:tenant:{VENDOR}", "sp:vendor", grants=1),
        silent(
            foreign,
            "an application of Microsoft",
            entra().sp("Teams", home=MICROSOFT),
            f"entra:tenant:{MICROSOFT}",
            "sp:Teams",
        ),
        silent(foreign, "an application registered here", entra().app("pay"), f"entra:tenant:{TENANT}", "sp:pay"),
        silent(foreign, "a disabled one", entra().sp("vendor", enabled=False), f"entra:tenant:{VENDOR}", "sp:vendor"),
    ]
