"""Third-party visibility: which applications there are, what they were given, by whom, how far they get, how risky.

Input: a snapshot, settings, the analysis of everyone. Output: ``AppReport``.
Handled: which rows are wanted, their order and number; counts stay exact.
Not handled: applications of other systems than Entra ID; a further one is a function of ``entra_apps``' kind, and its
rows bear their own ``source``.
Cost: linear in applications, consents and app roles; who could consent is asked for the rows that are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from analytics.analysis_store import analysis
from analytics.policy import Policy
from analytics.privilege.answers import Answer
from analytics.subjects import question_time
from analytics.third_party.app import App, Home, Reason, TenantConsent, class_rank
from analytics.third_party.could import could_finder, tenant_consent
from analytics.third_party.entra import entra_apps, entra_estate
from analytics.third_party.permissions import Clock
from analytics.third_party.radius import radius_finder
from analytics.third_party.risks import risks_of
from graph.snapshot import Snapshot

__all__ = ["SORTS", "AppQuestion", "AppReport", "apps"]

_NEWEST_FIRST = "9999"


_RANK = {reason: place for place, reason in enumerate(Reason)}


def _by_risk(app: App) -> tuple[int, int, int, str, str]:
    sure = [_RANK[each.reason] for each in app.risks if each.verdict is Answer.YES]
    return (min(sure, default=len(_RANK)), -len(sure), class_rank(app.worst), app.name.lower(), app.id)


def _by_reach(app: App) -> tuple[int, int, int, str]:
    found = app.radius
    if found is None:
        return (0, class_rank(""), 0, app.id)
    return (-sum(found.control.values()), class_rank(found.worst_impact), -found.reaches, app.id)


SORTS: Mapping[str, Callable[[App], tuple[object, ...]]] = {
    "risk": _by_risk,
    "impact": lambda app: (class_rank(app.worst), app.name.lower(), app.id),
    "reach": _by_reach,
    "users": lambda app: (app.consents.tenant_wide is not Answer.YES, -app.consents.users, app.name.lower(), app.id),
    "used": lambda app: (app.use.last_at or ("" if app.use.known else _NEWEST_FIRST), app.name.lower(), app.id),
    "name": lambda app: (app.name.lower(), app.id),
}
"""Order by name: first reason that holds and how many do, worst class of permission, how far it gets, how many
consented, longest unused, name."""


@dataclass(frozen=True, slots=True)
class AppQuestion:
    """Which applications are asked about."""

    node: str = ""
    """Only this one, by node id; whatever else is asked."""
    everything: bool = False
    """Also own ones and Microsoft's, beside those of other tenants and those that hold a delegated consent."""
    third_party: bool = False
    """Only those of other tenants, and those whose home is not known."""
    risky: bool = False
    never_used: bool = False
    """Only those that never signed in, as far as that was looked at."""
    sort: str = "risk"
    """Key of ``SORTS``."""
    limit: int | None = None
    shown: int = 25
    """People listed of those who consented."""


@dataclass(frozen=True, slots=True)
class AppReport:
    """The answer."""

    apps: tuple[App, ...]
    count: int
    """How many there are without the limit."""
    counts: Mapping[str, int]
    """Of all applications, whatever was asked: ``all``, those of each home, ``third_party``, ``with_consents``,
    ``risky``, ``undecided`` (a reason may hold, none does), ``never_used``, ``use_unknown``."""
    reasons: Mapping[str, int]
    """Of all applications: how many each reason holds for."""
    undecided: Mapping[str, int]
    """Of all applications: how many each reason may hold for."""
    tenants: tuple[TenantConsent, ...] = ()
    """Who may consent to what."""
    notes: tuple[str, ...] = ()


def apps(
    snapshot: Snapshot, policy: Policy | None = None, question: AppQuestion | None = None, workspace: Path | None = None
) -> AppReport:
    """Return the applications that are asked about.

    Parameters
    ----------
    policy
        Thresholds of ``nhi.toml``.
    workspace
        Where the sweep over everyone is kept; ``None``: it is computed in memory.

    Raises
    ------
    GraphError
        The snapshot keeps no records.
    """
    chosen, asked = policy or Policy(), question or AppQuestion()
    lower_bound = bool(snapshot.manifest.facts.get("as_of_is_lower_bound", False))
    clock = Clock(question_time(snapshot), chosen.unused_app_days, lower_bound)
    estate = entra_estate(snapshot)
    swept = analysis(snapshot, workspace, chosen) if estate.tenants else None
    radius = radius_finder(snapshot, swept.everyone, swept.jewels) if swept else None
    found = []
    for app, tenant in entra_apps(estate, clock, asked.shown):
        alone = asked.everything or app.id == asked.node or _listed(app)
        listed = replace(app, radius=radius(app.id, alone=alone)) if radius else app
        risks = risks_of(listed, tenant, app.id.removeprefix("entra:"), clock)
        found.append(replace(listed, risks=risks))
    wanted = sorted(filter(partial(_wanted, asked), found), key=SORTS[asked.sort])
    could = could_finder(estate.tenants)
    shown = [replace(app, could=could(app)) for app in wanted[: asked.limit]]
    return AppReport(
        tuple(shown),
        len(wanted),
        _counts(found),
        _reasons(found, Answer.YES),
        _reasons(found, Answer.UNKNOWN),
        tuple(map(tenant_consent, estate.tenants)),
        swept.notes if swept else (),
    )


def _third_party(app: App) -> bool:
    """Return whether an application is, or may be, somebody else's; Microsoft's own are not meant."""
    return app.foreign or app.home is Home.UNKNOWN


def _listed(app: App) -> bool:
    """Return whether it is told unless somebody asks for others: another tenant's, or one that acts as users."""
    return app.home in (Home.FOREIGN, Home.UNKNOWN) or app.consents.any


def _wanted(asked: AppQuestion, app: App) -> bool:
    if asked.node:
        return app.id == asked.node
    if asked.risky and not app.risky:
        return False
    if asked.never_used and app.use.word != "never":
        return False
    if asked.third_party:
        return _third_party(app)
    return asked.everything or _listed(app)


def _counts(found: list[App]) -> dict[str, int]:
    homes = {home.value: sum(1 for app in found if app.home is home) for home in Home}
    return {
        "all": len(found),
        **homes,
        "third_party": sum(1 for app in found if _third_party(app)),
        "with_consents": sum(1 for app in found if app.consents.any),
        "risky": sum(1 for app in found if app.risky),
        "undecided": sum(1 for app in found if app.undecided and not app.risky),
        "never_used": sum(1 for app in found if app.use.word == "never"),
        "use_unknown": sum(1 for app in found if app.use.word == "unknown"),
    }


def _reasons(found: list[App], verdict: Answer) -> dict[str, int]:
    counts = dict.fromkeys((reason.value for reason in Reason), 0)
    for app in found:
        for risk in app.risks:
            if risk.verdict is verdict:
                counts[risk.reason.value] += 1
    return counts
