"""Why an application is risky: reasons that hold, and those that could for want of evidence.

Input: an ``App`` without its risks, ``Tenant``, ``Clock``. Output: ``Risk`` rows in the order of ``Reason``.
Handled: every reason is yes, no or unknown; no is left out. A disabled application gets no token, so none holds.
Not handled: names that look like a known application's (no evidence tells the real one); severity, which rules give;
whether a single permission was used.
Errs towards: unknown where an operation was not answered as a whole, or a platform's name is not in the tiering.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analytics.privilege.answers import Answer
from analytics.third_party.app import App, Home, Permission, PermissionKind, Reason, Risk
from analytics.third_party.permissions import Clock
from analytics.third_party.tenant import APP_ROLES, CONSENTS, SIGN_INS, USERS, Delegated, Tenant
from graph.kinds import Impact, State

__all__ = ["risks_of"]

_SHOWN = 5
_APPLICATIONS = "servicePrincipals"
_NOTHING = Delegated()


def risks_of(app: App, tenant: Tenant, object_id: str, clock: Clock) -> tuple[Risk, ...]:
    """Return the reasons of one application.

    Parameters
    ----------
    object_id
        Of its service principal.
    """
    if app.enabled is False:
        return ()
    consents = tenant.delegated.get(object_id, _NOTHING)
    found = [
        _full_control(app),
        _tier_0(app),
        _publisher(app),
        _tenant_wide(app),
        _offline(app, consents),
        _departed(app),
        _never_used(app, clock),
        _unused(app, clock),
        _unused_high(app),
    ]
    return tuple(each for each in found if each is not None)


def _risk(
    reason: Reason, verdict: Answer, text: str, names: Iterable[str] = (), missing: Iterable[str] = ()
) -> Risk | None:
    if verdict is Answer.NO:
        return None
    return Risk(reason, verdict, text, tuple(dict.fromkeys(names)), tuple(missing) if verdict is not Answer.YES else ())


def _told(names: Iterable[str]) -> str:
    """Return some names for a sentence."""
    listed = list(dict.fromkeys(names))
    more = len(listed) - _SHOWN
    return ", ".join(listed[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _missing(app: App, *kinds: PermissionKind) -> tuple[str, ...]:
    """Return the operations without which permissions of some kinds are not all known."""
    operations = {PermissionKind.DELEGATED: CONSENTS, PermissionKind.APPLICATION: APP_ROLES}
    return tuple(operations[kind] for kind in kinds if not app.permissions_known.get(kind, False))


def _full_control(app: App) -> Risk | None:
    found = app.radius
    if found is None or not found.control.get(State.VERIFIED.word, 0):
        return None  # what is conditional or not verified is told by the radius itself
    text = f"It has, or can give itself, full control of {found.nearest_control}."
    if not found.exact:
        return _risk(Reason.FULL_CONTROL, Answer.UNKNOWN, f"{text} Conditions on the way may exclude each other.")
    return _risk(Reason.FULL_CONTROL, Answer.YES, text)


def _tier_0(app: App) -> Risk | None:
    rows = [each for each in app.permissions if each.kind is PermissionKind.APPLICATION]
    high = [each.name for each in rows if each.high is Answer.YES and each.impact == Impact.H1.value]
    if high:
        return _risk(Reason.TIER_0_PERMISSION, Answer.YES, f"It grants or alters privilege by {_told(high)}.", high)
    return _open(app, Reason.TIER_0_PERMISSION, rows, "it may hold app roles that grant or alter privilege")


def _publisher(app: App) -> Risk | None:
    """Return the reason ``unverified_publisher``."""
    if app.home in (Home.OWN, Home.MICROSOFT) or app.home_declared == "own" or app.publisher.verified is Answer.YES:
        return None
    high = [each.name for each in app.permissions if each.high is Answer.YES]
    if not high:
        rows = list(app.permissions)
        return _open(app, Reason.UNVERIFIED_PUBLISHER, rows, "it may have high permissions of a publisher not verified")
    named = _told(high)
    if app.home is Home.UNKNOWN:
        text = f"Where it is registered is not known, nor that its publisher is verified; it has {named}."
        return _risk(Reason.UNVERIFIED_PUBLISHER, Answer.UNKNOWN, text, high, (_APPLICATIONS,))
    if app.publisher.verified is Answer.UNKNOWN:
        text = f"Whether the publisher is verified was not asked for; it has {named}."
        return _risk(Reason.UNVERIFIED_PUBLISHER, Answer.UNKNOWN, text, high, (_APPLICATIONS,))
    text = f"Its publisher, in tenant {app.home_tenant}, is not verified, and it has {named}."
    return _risk(Reason.UNVERIFIED_PUBLISHER, Answer.YES, text, high)


def _tenant_wide(app: App) -> Risk | None:
    rows = [each for each in app.permissions if each.everyone]
    high = [each.name for each in rows if each.high is Answer.YES]
    if high:
        text = f"An administrator consented for everybody to {_told(high)}."
        return _risk(Reason.TENANT_WIDE_HIGH, Answer.YES, text, high)
    text = "a consent for everybody may give more than is known"
    return _open(app, Reason.TENANT_WIDE_HIGH, rows, text, PermissionKind.DELEGATED)


def _open(app: App, reason: Reason, rows: list[Permission], text: str, *kinds: PermissionKind) -> Risk | None:
    """Return a reason that could hold: names of the platform that nothing is known of, or permissions not looked at."""
    wanted = kinds or ((PermissionKind.APPLICATION,) if reason is Reason.TIER_0_PERMISSION else tuple(PermissionKind))
    unknown = [each.name for each in rows if each.high is Answer.UNKNOWN and each.of_platform]
    missing = _missing(app, *wanted)
    if missing:
        return _risk(reason, Answer.UNKNOWN, f"Not all permissions were looked at: {text}.", unknown, missing)
    if unknown:
        return _risk(reason, Answer.UNKNOWN, f"Nothing is known of {_told(unknown)}: {text}.", unknown)
    return None


def _offline(app: App, consents: Delegated) -> Risk | None:
    pairs = list(_offline_pairs(consents))
    sure = [name for name, data in pairs if data is Answer.YES]
    if sure:
        text = f"It keeps {_told(sure)} while the user is away (offline_access)."
        return _risk(Reason.OFFLINE_DATA, Answer.YES, text, sure)
    if pairs:
        names = [name for name, _ in pairs]
        text = f"It keeps {_told(names)} of an API that was not collected while the user is away."
        return _risk(Reason.OFFLINE_DATA, Answer.UNKNOWN, text, names, (_APPLICATIONS,))
    if _missing(app, PermissionKind.DELEGATED):
        text = "Delegated consents were not looked at as a whole."
        return _risk(Reason.OFFLINE_DATA, Answer.UNKNOWN, text, (), (CONSENTS,))
    return None


def _offline_pairs(consents: Delegated) -> Iterator[tuple[str, Answer]]:
    """Yield what opens data for the same person, or everybody, whom it may stay signed in as."""
    if consents.offline_everyone or consents.offline_users:
        yield from consents.data_everyone.items()
    for user, names in consents.data_users.items():
        if consents.offline_everyone or user in consents.offline_users:
            yield from names.items()


def _departed(app: App) -> Risk | None:
    if app.consents.departed:
        names = [each.name for each in app.consents.listed if each.state == "departed"]
        count = app.consents.departed
        text = f"{count} who consented {'is' if count == 1 else 'are'} no longer here: {_told(names)}."
        return _risk(Reason.CONSENT_BY_DEPARTED, Answer.YES, text)
    if app.consents.not_known:
        text = f"Of {app.consents.not_known} who consented nothing tells whether they are still here."
        return _risk(Reason.CONSENT_BY_DEPARTED, Answer.UNKNOWN, text, (), (USERS,))
    if _missing(app, PermissionKind.DELEGATED):
        text = "Delegated consents were not looked at as a whole."
        return _risk(Reason.CONSENT_BY_DEPARTED, Answer.UNKNOWN, text, (), (CONSENTS,))
    return None


def _never_used(app: App, clock: Clock) -> Risk | None:
    if app.home is Home.MICROSOFT or app.use.last_at:
        return None
    if not app.use.known:
        text = "Its sign-ins were not looked at: it may never have been used."
        return _risk(Reason.NEVER_USED, Answer.UNKNOWN, text, (), (SIGN_INS,))
    old = clock.over(app.created_at)
    if old is Answer.UNKNOWN:
        text = "The report of sign-ins does not have it; how old it is, is not known."
        return _risk(Reason.NEVER_USED, old, text, (), (_APPLICATIONS,))
    text = f"The report of sign-ins does not have it, and it is older than {clock.days} days."
    return _risk(Reason.NEVER_USED, old, text)


def _unused(app: App, clock: Clock) -> Risk | None:
    if app.home is Home.MICROSOFT or not app.use.last_at:
        return None
    late = clock.over(app.use.last_at)
    if late is Answer.UNKNOWN:
        text = f"It signed in last on {app.use.last_at[:10]}; the evidence does not tell its own time."
        return _risk(Reason.UNUSED, late, text)
    text = f"It signed in last on {app.use.last_at[:10]}, longer than {clock.days} days ago."
    return _risk(Reason.UNUSED, late, text)


def _unused_high(app: App) -> Risk | None:
    unused = [each.name for each in app.permissions if each.unused is Answer.YES]
    if unused:
        text = f"It has {_told(unused)} and did not sign in that way within the time that is allowed."
        return _risk(Reason.UNUSED_HIGH, Answer.YES, text, unused)
    unknown = [each.name for each in app.permissions if each.unused is Answer.UNKNOWN]
    if unknown:
        text = f"It has {_told(unknown)}; whether it signed in that way is not known."
        return _risk(Reason.UNUSED_HIGH, Answer.UNKNOWN, text, unknown, () if app.use.known else (SIGN_INS,))
    return None
