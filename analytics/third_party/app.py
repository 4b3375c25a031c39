"""What is told of one application, whatever system it stands in.

Input: none (types only). Output: frozen dataclasses. Not handled: finding any of it; ``SOURCES`` of
``analytics.third_party.find`` do that, one a system.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analytics.privilege.answers import Answer
from graph.kinds import Impact

__all__ = [
    "App",
    "Consenter",
    "Consents",
    "ConsenterState",
    "Could",
    "CouldMeans",
    "CredentialCount",
    "Home",
    "MayConsent",
    "Permission",
    "PermissionKind",
    "Publisher",
    "Radius",
    "Reason",
    "Risk",
    "TenantConsent",
    "Use",
    "class_rank",
]


def class_rank(impact: str) -> int:
    """Return the number of a class of impact, the lower the worse; one more than the last for none."""
    return int(impact[1:]) if impact else len(Impact) + 1


class Home(StrEnum):
    """Where an application is registered."""

    OWN = "own"
    FOREIGN = "foreign"
    MICROSOFT = "microsoft"
    """By the vendor of the directory itself."""
    UNKNOWN = "unknown"


class PermissionKind(StrEnum):
    """On whose behalf a permission is used."""

    DELEGATED = "delegated"
    """As the user who signs in."""
    APPLICATION = "application"
    """As itself, without any user."""


class ConsenterState(StrEnum):
    """Whether somebody who consented is still here."""

    HERE = "here"
    DEPARTED = "departed"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why an application is risky, in the order of listing."""

    FULL_CONTROL = "full_control"
    """It has, or can give itself, full control of a scope, verified."""
    TIER_0_PERMISSION = "tier_0_permission"
    """It holds an app role of class H1: it grants or alters privilege without any user."""
    UNVERIFIED_PUBLISHER = "unverified_publisher"
    """It is another tenant's, its publisher is not verified, and it has a high permission."""
    TENANT_WIDE_HIGH = "tenant_wide_high"
    """A high delegated permission is consented to for everybody."""
    OFFLINE_DATA = "offline_data"
    """It keeps access to mail, files or whatever the user may, while the user is away."""
    CONSENT_BY_DEPARTED = "consent_by_departed"
    """Somebody who consented is disabled, deleted or declared as left."""
    NEVER_USED = "never_used"
    """Nobody ever signed in to it, and it did not itself, for as long as it is old."""
    UNUSED = "unused"
    """It was used, and not for longer than the threshold."""
    UNUSED_HIGH = "unused_high"
    """It has high permissions of a kind (as a user, as itself) that it has not signed in with since."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes an application."""

    name: str = ""
    """Verified publisher, else the publisher's domain; empty: nothing says."""
    source: str = ""
    """``verified publisher`` or ``publisher domain``."""
    verified: Answer = Answer.UNKNOWN


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission that an application was given."""

    kind: PermissionKind
    name: str
    """As the vendor spells it; its id where the API was not collected."""
    api: str
    """Name of the API."""
    api_id: str
    """Node id of the API's own identity."""
    impact: str = ""
    """``H1`` to ``H11``; empty: none, or not known."""
    classified: bool = False
    """Something is known of what it gives; an empty class then means none."""
    of_platform: bool = True
    """The API is the directory vendor's, or was not collected: a name of it that is not known may give much, while
    one of another application's API gives something of that application alone."""
    everyone: bool = False
    """Delegated: consented to for everybody. As itself: always false."""
    users: int = 0
    """Delegated: for so many users one by one."""
    since: str = ""
    """ISO 8601; empty: not told."""
    inherited: bool = False
    """It comes from the application's blueprint."""
    grants: tuple[str, ...] = ()
    """Removing all of them takes it away; cut."""
    grant_count: int = 0
    unused: Answer | None = None
    """Of a high one: the application has not signed in that way for longer than the threshold; ``None``: not high."""

    @property
    def high(self) -> Answer:
        """Return whether it has a class of impact; unknown where nothing is known of what it gives."""
        if not self.classified:
            return Answer.UNKNOWN
        return Answer.YES if self.impact else Answer.NO


@dataclass(frozen=True, slots=True)
class Consenter:
    """Somebody who consented for themselves."""

    id: str
    name: str
    state: ConsenterState
    why: str = ""
    """What makes them departed or not known."""
    collected: bool = True
    """They stand among the users, so that their node is there."""


@dataclass(frozen=True, slots=True)
class Consents:
    """Delegated consents of an application."""

    tenant_wide: Answer
    users: int = 0
    """How many consented for themselves; exact."""
    listed: tuple[Consenter, ...] = ()
    """Departed ones first, then by name; cut."""
    departed: int = 0
    not_known: int = 0
    """Consenters of whom nothing tells whether they are still here."""
    since: str = ""
    """Start that the oldest consent for everybody states; empty: not told."""

    @property
    def any(self) -> bool:
        """Return whether there is a delegated consent at all."""
        return self.tenant_wide is Answer.YES or self.users > 0


@dataclass(frozen=True, slots=True)
class CredentialCount:
    """Credentials of one kind that an application has here; those in its home tenant are not seen."""

    kind: str
    active: int
    inactive: int


@dataclass(frozen=True, slots=True)
class Use:
    """When an application signed in last."""

    last_at: str = ""
    known: bool = False
    """False: nobody looked, so that an empty time does not mean never."""
    delegated_at: str = ""
    application_at: str = ""
    split: bool = False
    """The two times before are told apart."""

    @property
    def word(self) -> str:
        """Return a time, ``never`` or ``unknown``."""
        return self.last_at or ("never" if self.known else "unknown")


@dataclass(frozen=True, slots=True)
class CouldMeans:
    """A role or permission by which somebody could consent to all that the application has."""

    means: str
    verdict: Answer
    """``unknown`` where what it covers depends on what was not collected."""
    everybody: bool
    """The consent is for everybody; else for the one who consents."""
    holders: int
    """Principals that have it now, a group counted once."""
    conditional: int
    """Principals that would have it: eligible, for a time, or disabled."""
    names: tuple[str, ...]
    """Of holders; cut."""


@dataclass(frozen=True, slots=True)
class Could:
    """Who could consent to what an application has."""

    users: Answer | None = Answer.UNKNOWN
    """Whether every user may, each for themselves, to all of its delegated permissions; ``None``: it has none."""
    why: str = ""
    means: tuple[CouldMeans, ...] = ()
    """Beside what every user may."""
    missing: tuple[str, ...] = ()
    """Operations that could add to the answer."""


@dataclass(frozen=True, slots=True)
class MayConsent:
    """A role or permission by which somebody may consent to permissions of Microsoft Graph."""

    means: str
    everybody: bool
    """The consent is for everybody; else for the one who consents."""
    delegated: Answer
    application: Answer
    holders: int
    conditional: int
    names: tuple[str, ...]
    """Of holders; cut."""


@dataclass(frozen=True, slots=True)
class TenantConsent:
    """Who may consent to what in a tenant."""

    id: str
    name: str
    user_policies: tuple[str, ...] | None
    """Consent policies under which every user may consent for themselves; ``None``: not looked at; empty: none may."""
    risky_to_administrators: bool | None
    """A user's risky request goes to an administrator; ``None``: not looked at."""
    means: tuple[MayConsent, ...]
    missing: tuple[str, ...]
    """Operations that could add to the answer."""


@dataclass(frozen=True, slots=True)
class Radius:
    """What an application reaches, of the sweep over everyone."""

    reaches: int
    worst_impact: str
    worst_state: str
    """State at which the worst class is gained; empty for none."""
    control: Mapping[str, int]
    """Scopes under full control by state."""
    nearest_control: str
    """Id of the scope that is nearest; empty for none."""
    jewels: int
    exact: bool
    """False: conditions on some ways may exclude each other, so that these are upper bounds."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One reason for which an application is risky, or could be."""

    reason: Reason
    verdict: Answer
    """``yes``, or ``unknown``; reasons that do not hold are left out."""
    text: str
    permissions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Operations that would decide it."""


@dataclass(frozen=True, slots=True)
class App:
    """One application."""

    source: str
    """System that it stands in: ``entra``."""
    id: str
    """Node id."""
    app_id: str
    name: str
    kind: str
    """Node kind."""
    tenant: str
    home: Home
    home_tenant: str = ""
    """Empty: not told."""
    home_declared: str = ""
    """What people declare of that tenant: ``own`` or ``vendor``; empty: nothing."""
    publisher: Publisher = field(default_factory=Publisher)
    enabled: bool | None = None
    created_at: str = ""
    homepage: str = ""
    consents: Consents = field(default_factory=lambda: Consents(Answer.UNKNOWN))
    permissions: tuple[Permission, ...] = ()
    """Worst class first."""
    permissions_known: Mapping[PermissionKind, bool] = field(default_factory=dict)
    """Whether all of a kind were looked at."""
    offline_access: Answer = Answer.UNKNOWN
    credentials: tuple[CredentialCount, ...] = ()
    use: Use = field(default_factory=Use)
    could: Could = field(default_factory=Could)
    radius: Radius | None = None
    """``None``: not computed."""
    risks: tuple[Risk, ...] = ()

    @property
    def foreign(self) -> bool:
        """Return whether somebody else's tenant is its home, as far as is known."""
        return self.home is Home.FOREIGN and self.home_declared != "own"

    @property
    def worst(self) -> str:
        """Return the worst class among its permissions; empty for none."""
        return min((each.impact for each in self.permissions if each.impact), key=class_rank, default="")

    @property
    def risky(self) -> bool:
        """Return whether a reason holds for sure."""
        return any(each.verdict is Answer.YES for each in self.risks)

    @property
    def undecided(self) -> bool:
        """Return whether a reason could hold, for want of evidence."""
        return any(each.verdict is Answer.UNKNOWN for each in self.risks)
