"""What a permission of Microsoft Graph or a directory role lets its holder do to other identities.

Input: names and definitions. Output: ``Given`` rows: right, technique, doubt.
Handled: permissions and built-in roles of the catalogue, custom roles by their actions, a disabled role (nothing).
Not handled: rights by permissions of other APIs than Microsoft Graph: those of Microsoft's have a class at most.
Errs towards: silence on what has no row; such names are told as unclassified.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from collectors.entra.role_types import EntraRoleDefinition
from graph.catalog.entra import EntraRow, entra_catalog
from graph.kinds import Impact, State

__all__ = [
    "Given",
    "Right",
    "has_unknown_reach",
    "impact_of_permission",
    "impact_of_role",
    "is_unclassified",
    "note_of_permission",
    "rights_of_permission",
    "rights_of_role",
    "unclassified_actions",
    "worst",
]


class Right(StrEnum):
    """Something that one identity can do to others; the catalogue names them so."""

    ADMINISTRATE = "administrate"
    ASSIGN_ROLES = "assign_roles"
    GRANT_APP_ROLES = "grant_app_roles"
    MAKE_ELIGIBLE = "make_eligible"
    CHANGE_CONSENT_POLICY = "change_consent_policy"
    CONSENT_DELEGATED = "consent_delegated"
    FEDERATE_DOMAIN = "federate_domain"
    SYNCHRONIZE = "synchronize"
    APPLICATION_CREDENTIALS = "application_credentials"
    SINGLE_TENANT_CREDENTIALS = "single_tenant_credentials"
    PRINCIPAL_CREDENTIALS = "principal_credentials"
    OWNED_CREDENTIALS = "owned_credentials"
    BLUEPRINT_CREDENTIALS = "blueprint_credentials"
    RESET_PASSWORD = "reset_password"
    AUTHENTICATION_METHODS = "authentication_methods"
    GROUP_MEMBERS = "group_members"
    SECURITY_GROUP_MEMBERS = "security_group_members"
    UNIFIED_GROUP_MEMBERS = "unified_group_members"
    ROLE_GROUP_MEMBERS = "role_group_members"
    GROUP_RULES = "group_rules"
    SECURITY_GROUP_RULES = "security_group_rules"
    USER_PROPERTIES = "user_properties"
    CHANGE_ROLE_POLICY = "change_role_policy"
    CHANGE_GROUP_POLICY = "change_group_policy"


@dataclass(frozen=True, slots=True)
class Given:
    """A right that one permission or role gives."""

    right: Right
    technique: str
    means: str
    """Name of the permission or role."""
    doubt: str = ""

    @property
    def state(self) -> State:
        """Return how sure the right is, given that its grant is."""
        return State.UNVERIFIED if self.doubt else State.VERIFIED


_WRITES = (".readwrite.all", ".fullcontrol.all", ".manage.all", ".readwrite.directory")
_CONSENT = "/serviceprincipals/managepermissiongrantsforall."
_ACTED_ON = ("users", "groups", "applications", "serviceprincipals", "roleassignments", "oauth2permissiongrants")
_WRITE_ACTIONS = ("/update", "/alltasks", "/create", "/manage")


def rights_of_permission(name: str) -> tuple[Given, ...]:
    """Return what a permission of Microsoft Graph gives, by its name in any case."""
    row = entra_catalog().permission(name)
    return _of_row(row) if row else ()


def impact_of_permission(name: str, api: str = "") -> str:
    """Return the class of impact of a permission of Microsoft Graph, or of another API; empty for none or not known."""
    row = entra_catalog().permission(name, api)
    return row.impact if row else ""


def note_of_permission(name: str, api: str = "") -> str:
    """Return what is to be said of a permission besides its class, such as that something else may narrow it."""
    row = entra_catalog().permission(name, api)
    return row.note if row else ""


def is_unclassified(name: str, api: str = "") -> bool:
    """Return whether a permission of Microsoft Graph writes everywhere and has no row: nothing is said of it."""
    return not api and name.lower().endswith(_WRITES) and entra_catalog().permission(name) is None


def has_unknown_reach(name: str, api: str = "") -> bool:
    """Return whether a permission reaches what others grant it, site by site or mailbox by mailbox."""
    row = entra_catalog().permission(name, api)
    return row is not None and row.reach_unknown


def rights_of_role(
    role_id: str,
    definition: EntraRoleDefinition | None,
    consent: Callable[[str, str], tuple[Given, ...]] | None = None,
) -> tuple[Given, ...]:
    """Return what a directory role gives.

    Parameters
    ----------
    role_id
        As an assignment names it: the template id, for built-in roles.
    definition
        The role's definition where it was collected; custom roles are not known without it.
    consent
        What consenting for everybody under a policy gives, by the policy's id and the name of the role; without it
        such an action of a custom role is in doubt.
    """
    if definition is not None and not definition.enabled:
        return ()
    row = _role_row(role_id, definition)
    if row is not None:
        return _of_row(row)
    if definition is None:
        return ()
    found: dict[tuple[str, str], Given] = {}
    for action in definition.actions:
        for given in _of_action(action, definition.name or action, consent):
            known = found.get((given.right, given.technique))
            if known is None or (known.doubt and not given.doubt):
                found[given.right, given.technique] = given
    return tuple(found.values())


def _of_action(action: str, means: str, consent: Callable[[str, str], tuple[Given, ...]] | None) -> tuple[Given, ...]:
    policy = action.lower().partition(_CONSENT)[2]
    if policy and consent is not None:
        return consent(policy, means)
    meant = entra_catalog().action(action)
    return (Given(Right(meant.right), meant.technique, means, meant.doubt),) if meant else ()


def impact_of_role(role_id: str, definition: EntraRoleDefinition | None) -> str:
    """Return the class of impact of a directory role; of a custom one, H1 or H2 by what its actions give."""
    if definition is not None and not definition.enabled:
        return ""
    row = _role_row(role_id, definition)
    if row is not None:
        return row.impact
    given = rights_of_role(role_id, definition)
    credentials = {Right.APPLICATION_CREDENTIALS, Right.SINGLE_TENANT_CREDENTIALS, Right.PRINCIPAL_CREDENTIALS}
    if not given:
        return ""
    return Impact.H2.value if all(each.right in credentials for each in given) else Impact.H1.value


def unclassified_actions(definition: EntraRoleDefinition) -> tuple[str, ...]:
    """Return the actions of a custom role that write to identities and have no row, so that nothing is said of them."""
    if definition.built_in:
        return ()
    return tuple(
        action
        for action in (*definition.actions, *definition.conditional_actions)
        if action.lower().startswith(tuple(f"microsoft.directory/{name}" for name in _ACTED_ON))
        and any(word in action.lower() for word in _WRITE_ACTIONS)
        and (entra_catalog().action(action) is None or action in definition.conditional_actions)
    )


def worst(classes: list[str]) -> tuple[str, ...]:
    """Return the classes of impact, each once, worst first."""
    order = {impact.value: place for place, impact in enumerate(Impact)}
    return tuple(sorted({name for name in classes if name}, key=order.__getitem__))


def _role_row(role_id: str, definition: EntraRoleDefinition | None) -> EntraRow | None:
    if definition is not None and not definition.built_in:
        return None
    template = definition.template_id if definition else role_id
    return entra_catalog().role(template, definition.name if definition else "")


def _of_row(row: EntraRow) -> tuple[Given, ...]:
    return tuple(
        Given(Right(right), technique, row.name, row.doubt_of(right)) for right, technique in row.rights.items()
    )
