"""Applications as rows: of JSON, of a sheet, and of a table for people.

Input: ``App`` and ``TenantConsent``. Output: mappings. Not handled: writing them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.third_party.app import App, Risk, TenantConsent

__all__ = ["COLUMNS", "FLAT", "app_data", "flat_row", "table_row", "tenant_data"]

COLUMNS = ["name", "home", "publisher", "verified", "consents", "worst_impact", "last_sign_in", "full_control", "risks"]
FLAT = [
    "source", "id", "app_id", "name", "kind", "tenant", "home", "home_tenant", "publisher", "verified", "enabled",
    "created_at", "tenant_wide", "users", "delegated", "application", "worst_impact", "offline_access", "last_sign_in",
    "users_could", "reaches", "full_control", "risks", "undecided",
]  # fmt: skip


def app_data(app: App) -> dict[str, Any]:
    """Return an application as every output carries it."""
    from analytics.privilege.answers import Answer

    radius = app.radius
    return {
        "source": app.source,
        "id": app.id,
        "app_id": app.app_id,
        "name": app.name,
        "kind": app.kind,
        "tenant": app.tenant,
        "home": {"relation": app.home.value, "tenant": app.home_tenant or None, "declared": app.home_declared or None},
        "publisher": {
            "name": app.publisher.name,
            "source": app.publisher.source or None,
            "verified": app.publisher.verified.value,
        },
        "enabled": app.enabled,
        "created_at": app.created_at or None,
        "homepage": app.homepage,
        "consents": {
            "tenant_wide": app.consents.tenant_wide.value,
            "since": app.consents.since or None,
            "users": app.consents.users,
            "departed": app.consents.departed,
            "not_known": app.consents.not_known,
            "people": [
                {"id": each.id, "name": each.name, "state": each.state.value, "why": each.why}
                for each in app.consents.listed
            ],
            "people_truncated": len(app.consents.listed) < app.consents.users,
        },
        "permissions": [
            {
                "kind": each.kind.value,
                "name": each.name,
                "api": each.api,
                "api_id": each.api_id,
                "impact": each.impact or None,
                "classified": each.classified,
                "everyone": each.everyone,
                "users": each.users,
                "since": each.since or None,
                "inherited": each.inherited,
                "unused": each.unused.value if each.unused else None,
                "grants": list(each.grants),
                "grant_count": each.grant_count,
            }
            for each in app.permissions
        ],
        "permissions_known": {kind.value: known for kind, known in app.permissions_known.items()},
        "worst_impact": app.worst or None,
        "offline_access": app.offline_access.value,
        "credentials": [
            {"kind": each.kind, "active": each.active, "inactive": each.inactive} for each in app.credentials
        ],
        "last_sign_in": {
            "at": app.use.last_at or None,
            "known": app.use.known,
            "as_user_at": app.use.delegated_at or None,
            "as_itself_at": app.use.application_at or None,
            "split": app.use.split,
        },
        "could_consent": {
            "users": app.could.users.value if app.could.users else None,
            "why": app.could.why,
            "means": [
                {
                    "means": each.means,
                    "verdict": each.verdict.value,
                    "everybody": each.everybody,
                    "holders": each.holders,
                    "conditional": each.conditional,
                    "names": list(each.names),
                }
                for each in app.could.means
            ],
            "missing": list(app.could.missing),
        },
        "radius": radius
        and {
            "context": "baseline",
            "reaches": radius.reaches,
            "worst_impact": radius.worst_impact or None,
            "worst_state": radius.worst_state or None,
            "control": dict(radius.control),
            "nearest_control": radius.nearest_control or None,
            "jewels": radius.jewels,
            "exact": radius.exact,
        },
        "risks": [_risk(each) for each in app.risks if each.verdict is Answer.YES],
        "undecided": [_risk(each) for each in app.risks if each.verdict is Answer.UNKNOWN],
    }


def tenant_data(tenant: TenantConsent) -> dict[str, Any]:
    """Return who may consent to what in a tenant."""
    policies = tenant.user_policies
    return {
        "id": tenant.id,
        "name": tenant.name,
        "user_policies": None if policies is None else list(policies),
        "risky_to_administrators": tenant.risky_to_administrators,
        "means": [
            {
                "means": each.means,
                "everybody": each.everybody,
                "delegated": each.delegated.value,
                "application": each.application.value,
                "holders": each.holders,
                "conditional": each.conditional,
                "names": list(each.names),
            }
            for each in tenant.means
        ],
        "missing": list(tenant.missing),
    }


def _risk(risk: Risk) -> dict[str, Any]:
    return {
        "reason": risk.reason.value,
        "text": risk.text,
        "permissions": list(risk.permissions),
        "missing": list(risk.missing),
    }


def flat_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of a sheet, ``FLAT``, from one of JSON."""
    radius, used = row["radius"], row["last_sign_in"]
    kinds = [each["kind"] for each in row["permissions"]]
    return {
        **row,
        "home": row["home"]["relation"],
        "home_tenant": row["home"]["tenant"],
        "publisher": row["publisher"]["name"],
        "verified": row["publisher"]["verified"],
        "tenant_wide": row["consents"]["tenant_wide"],
        "users": row["consents"]["users"],
        "delegated": kinds.count("delegated") if row["permissions_known"]["delegated"] else "unknown",
        "application": kinds.count("application") if row["permissions_known"]["application"] else "unknown",
        "last_sign_in": used["at"] or ("never" if used["known"] else "unknown"),
        "users_could": row["could_consent"]["users"],
        "reaches": radius["reaches"] if radius else "unknown",
        "full_control": _control(radius),
        "risks": " ".join(each["reason"] for each in row["risks"]),
        "undecided": " ".join(each["reason"] for each in row["undecided"]),
    }


def _control(radius: dict[str, Any] | None) -> str:
    if radius is None:
        return "unknown"
    return ", ".join(f"{count} {state}" for state, count in radius["control"].items())


def table_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the table, ``COLUMNS``, from one of JSON."""
    flat, consents = flat_row(row), row["consents"]
    told = {"yes": "everybody", "unknown": "unknown"}.get(consents["tenant_wide"], "")
    people = f"{consents['users']} one by one" if consents["users"] else ""
    open_ones = len(row["undecided"])
    return {
        **flat,
        "consents": ", ".join(each for each in (told, people) if each) or "none",
        "last_sign_in": flat["last_sign_in"][:10] if flat["last_sign_in"][:1].isdigit() else flat["last_sign_in"],
        "risks": ", ".join(each["reason"] for each in row["risks"])
        + (f" ({open_ones} not known)" if open_ones else ""),
    }
