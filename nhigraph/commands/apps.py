"""apps: OAuth applications, whose they are, what they were given and by whom, how far they get, and why they are risky.

Input: a snapshot, thresholds of nhi.toml. Output: applications in the form that was asked for.
Not handled: finding them (``analytics.third_party.find``); nothing is ever changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.commands.findings import PolicyOption, settings
from nhigraph.commands.questions import asked_subject, now
from nhigraph.config import open_question, workspace_of
from nhigraph.options import FormatOption, LimitOption, SnapshotOption, WorkspaceOption
from nhigraph.output.apps_story import app_lines, tenant_line
from nhigraph.output.console import note, warn
from nhigraph.output.envelope import envelope
from nhigraph.output.names import told as named
from nhigraph.output.write import Format, write_answer

if TYPE_CHECKING:
    from analytics.third_party.app import App, TenantConsent
    from analytics.third_party.find import AppReport
    from graph.snapshot import Snapshot

__all__ = ["app_data", "register"]

COLUMNS = ["name", "home", "publisher", "verified", "consents", "worst_impact", "last_sign_in", "full_control", "risks"]
FLAT = [
    "source", "id", "app_id", "name", "kind", "tenant", "home", "home_tenant", "publisher", "verified", "enabled",
    "created_at", "tenant_wide", "users", "delegated", "application", "worst_impact", "offline_access", "last_sign_in",
    "users_could", "reaches", "full_control", "risks", "undecided",
]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(apps)


def apps(
    who: Annotated[
        str | None, typer.Argument(help="Only this application, with everything that is known.", show_default=False)
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also own applications and Microsoft's that act as nobody.")
    ] = False,
    third_party: Annotated[bool, typer.Option("--third-party", help="Only those of other tenants.")] = False,
    risky: Annotated[bool, typer.Option("--risky", help="Only those with a reason that holds.")] = False,
    never_used: Annotated[bool, typer.Option("--never-used", help="Only those that never signed in.")] = False,
    sort: Annotated[str, typer.Option(help="risk, impact, reach, users, used or name.")] = "risk",
    users: Annotated[int, typer.Option(min=0, help="People listed of those who consented; counts stay exact.")] = 25,
    config: PolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """List OAuth applications: whose, what they may, who consented, how far they get, why they are risky."""
    from analytics.errors import AnalyticsError
    from analytics.third_party.find import SORTS, AppQuestion
    from analytics.third_party.find import apps as ask

    if sort not in SORTS:
        raise typer.BadParameter(f"`{sort}` is none of {', '.join(SORTS)}", param_hint="--sort")
    if everything and third_party:
        raise typer.BadParameter("`--all` and `--third-party` exclude each other", param_hint="--third-party")
    policy = settings(config)
    opened = open_question(workspace, snapshot)
    node = _meant(opened, who) if who else ""
    question = AppQuestion(node, everything, third_party, risky, never_used, sort, limit, users)
    report = ask(opened, policy, question, workspace_of(workspace))
    for line in report.notes:
        warn(line)
    if who and not report.apps:
        raise AnalyticsError(f"`{node}` is no OAuth application of a tenant that was collected")
    head = {
        **envelope(opened, now()),
        "truncated": len(report.apps) < report.count,
        "count": report.count,
        "counts": dict(report.counts),
        "tenants": [_tenant(each) for each in report.tenants],
        "reasons": {"yes": dict(report.reasons), "unknown": dict(report.undecided)},
    }
    _write(form, head, report, bool(who))


def _meant(opened: Snapshot, who: str) -> str:
    """Return the node of the identity that a person means; a registration means the identity that it has here."""
    from graph.kinds import NodeKind

    subject = asked_subject(opened, who)
    node = subject.node
    if node is not None and node.kind in (NodeKind.ENTRA_APPLICATION, NodeKind.ENTRA_BLUEPRINT):
        return asked_subject(opened, str(node.attributes["app_id"])).id
    return subject.id


def _write(form: Format, head: dict[str, Any], report: AppReport, one: bool) -> None:
    if form in (Format.JSON, Format.JSONL):
        write_answer(form, head, "apps", [app_data(app) for app in report.apps], [])
        return
    if form is Format.CSV:
        write_answer(form, head, "apps", [_flat(app_data(app)) for app in report.apps], FLAT)
        return
    if one:
        _story(head, report)
        return
    write_answer(form, head, "apps", [_told(app_data(app)) for app in report.apps], COLUMNS)
    for tenant in head["tenants"]:
        note(tenant_line(tenant))
    if not report.counts["all"]:
        note("No tenant was collected, so there is no application to tell of.")
    if len(report.apps) < report.count:
        note(f"{report.count - len(report.apps)} more applications; raise --limit")
    if report.counts["undecided"]:
        note(f"{report.counts['undecided']} of all applications could be risky: what would tell was not looked at.")


def _story(head: dict[str, Any], report: AppReport) -> None:
    from rich.markup import escape

    from nhigraph.output.console import output_console, plain
    from nhigraph.output.story import coverage_line

    console = output_console()
    lines = [line for app in report.apps for line in app_lines(app_data(app))]
    for line in [*lines, coverage_line(head)]:
        console.print(named(plain(escape(line)), markup=True), soft_wrap=True)


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


def _tenant(tenant: TenantConsent) -> dict[str, Any]:
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


def _risk(risk: Any) -> dict[str, Any]:
    return {
        "reason": risk.reason.value,
        "text": risk.text,
        "permissions": list(risk.permissions),
        "missing": list(risk.missing),
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
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


def _told(row: dict[str, Any]) -> dict[str, Any]:
    flat, consents = _flat(row), row["consents"]
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
