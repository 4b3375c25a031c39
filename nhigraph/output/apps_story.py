"""One application in words.

Input: a row as JSON carries it. Output: lines of text, not yet escaped. Not handled: tables of many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["app_lines", "tenant_line"]

_HOMES = {
    "own": "registered here",
    "microsoft": "of Microsoft",
    "unknown": "registered where nothing tells",
}
_VERIFIED = {"yes": "verified publisher", "no": "publisher not verified", "unknown": "publisher not asked for"}


def app_lines(row: Mapping[str, Any]) -> list[str]:
    """Return what is told of one application."""
    home = row["home"]
    where = _HOMES.get(home["relation"]) or f"of tenant {home['tenant']}"
    if home["relation"] == "unknown" and home["tenant"]:
        where = f"of tenant {home['tenant']}, which may be this one"
    if home["declared"]:
        where += f" (declared {home['declared']})"
    enabled = {True: "enabled", False: "disabled", None: "not known whether enabled"}[row["enabled"]]
    published = ", ".join(each for each in (row["publisher"]["name"], _VERIFIED[row["publisher"]["verified"]]) if each)
    made = f"made {row['created_at'][:10]}" if row["created_at"] else "when it was made is not told"
    facts = [where, published, enabled, made, *([row["homepage"]] if row["homepage"] else [])]
    return [
        f"{row['name']} ({row['app_id']}): {', '.join(facts)}",
        f"  {row['id']} ({row['kind']})",
        *_risks(row),
        *_permissions(row),
        *_consents(row),
        *_could(row["could_consent"]),
        *_use(row),
        *_reach(row["radius"], all(row["permissions_known"].values())),
    ]


def tenant_line(tenant: Mapping[str, Any]) -> str:
    """Return who may consent to what in a tenant, in one sentence each."""
    policies = tenant["user_policies"]
    users = (
        "what users may consent to was not looked at"
        if policies is None
        else f"users may consent under {', '.join(policies)}"
        if policies
        else "users may not consent"
    )
    means = [
        f"{each['means']} ({each['holders']} now, {each['conditional']} under conditions)" for each in tenant["means"]
    ]
    others = f"; others by {', '.join(means)}" if means else ""
    missing = f"; not looked at: {', '.join(tenant['missing'])}" if tenant["missing"] else ""
    return f"{tenant['name']}: {users}{others}{missing}."


def _risks(row: Mapping[str, Any]) -> Iterator[str]:
    for each in row["risks"]:
        yield f"  Risk, {each['reason']}: {each['text']}"
    for each in row["undecided"]:
        missing = f" ({', '.join(each['missing'])})" if each["missing"] else ""
        yield f"  Not known, {each['reason']}: {each['text']}{missing}"
    if not row["risks"] and not row["undecided"]:
        yield "  No reason of risk holds." + (" It is disabled and gets no token." if row["enabled"] is False else "")


def _permissions(row: Mapping[str, Any]) -> Iterator[str]:
    for each in row["permissions"]:
        words = [each["impact"] or ("no class" if each["classified"] else "class not known")]
        if each["kind"] == "delegated":
            words.append("for everybody" if each["everyone"] else f"for {each['users']} one by one")
        if each["inherited"]:
            words.append("from its blueprint")
        if each["unused"]:
            words.append({"yes": "unused", "no": "in use", "unknown": "use not known"}[each["unused"]])
        yield f"  May, {each['kind']}: {each['name']} of {each['api']} ({', '.join(words)})"
    for kind, known in row["permissions_known"].items():
        if not known:
            yield f"  Not all {kind} permissions were looked at."
    offline = {"yes": "It has", "no": "It has no", "unknown": "Not known:"}[row["offline_access"]]
    yield f"  {offline} offline_access."


def _consents(row: Mapping[str, Any]) -> Iterator[str]:
    consents = row["consents"]
    if consents["tenant_wide"] == "yes":
        since = f", as it states since {consents['since']}" if consents["since"] else ""
        yield f"  An administrator consented for everybody (which one is not recorded{since})."
    for each in consents["people"]:
        why = f": {each['why']}" if each["why"] else ""
        yield f"  Consented: {each['name']} ({each['state']}{why})"
    if consents["people_truncated"]:
        yield f"  … {consents['users'] - len(consents['people'])} more; raise --users"


def _could(could: Mapping[str, Any]) -> Iterator[str]:
    if could["users"]:
        words = {"yes": "could", "no": "could not", "unknown": "may be able to"}[could["users"]]
        yield f"  Every user {words} consent to all of it. {could['why']}"
    for each in could["means"]:
        names = f": {', '.join(each['names'])}" if each["names"] else ""
        surely = "" if each["verdict"] == "yes" else " (not known for all of it)"
        whom = "for everybody" if each["everybody"] else "for themselves"
        yield (
            f"  Could consent {whom}, by {each['means']}: {each['holders']} now, {each['conditional']} under "
            f"conditions{names}{surely}"
        )
    if could["missing"]:
        yield f"  Others could, where nobody looked: {', '.join(could['missing'])}."


def _use(row: Mapping[str, Any]) -> Iterator[str]:
    used = row["last_sign_in"]
    last = used["at"] or ("never" if used["known"] else "not known")
    ways = ""
    if used["split"] and used["at"]:
        ways = f" (as a user {used['as_user_at'] or 'never'}, as itself {used['as_itself_at'] or 'never'})"
    yield f"  Last sign-in: {last}{ways}"
    told = ", ".join(f"{each['active']} active {each['kind']}" for each in row["credentials"] if each["active"])
    elsewhere = "" if row["home"]["relation"] == "own" else "; those in its home tenant are not seen"
    yield f"  Credentials here: {told or 'none'}{elsewhere}"


def _reach(radius: Mapping[str, Any] | None, whole: bool) -> Iterator[str]:
    if radius is None:
        yield "  How far it gets was not computed; `nhi blast-radius` tells."
        return
    control = ", ".join(f"{count} {state}" for state, count in radius["control"].items())
    worst = f", worst {radius['worst_impact']}" if radius["worst_impact"] else ""
    state = f" ({radius['worst_state']})" if radius["worst_state"] else ""
    more = f", full control of {control}" if control else ""
    bound = "" if radius["exact"] else " at most"
    least = "" if whole else "at least "
    things = f"{least}{radius['reaches']} things{bound}"
    yield f"  It reaches {things}{worst}{state}{more}; {radius['jewels']} jewels among them."
