"""The request context of a concrete world: what each condition key holds.

Input: a ``World``. Output: ``lookup(key)``: its values, or ``None`` where it is absent.
Not handled: keys that nothing states: ``Unstated``, or absent where the caller asks for that reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.reference.aws_world import Unstated, What, Who, World

Values = tuple[str, ...] | None
Keys = Callable[[str], Values]

PEOPLE = ("user", "role", "role_session", "federated_user", "root")
TYPES = {
    "user": "User", "root": "Account", "role": "AssumedRole", "role_session": "AssumedRole",
    "federated_user": "FederatedUser", "anonymous": "Anonymous",
}  # fmt: skip


def _of_caller(who: Who) -> dict[str, Values]:
    keys: dict[str, Values] = {}
    if who.kind in TYPES:
        keys["aws:principaltype"] = (TYPES[who.kind],)
    if who.kind in PEOPLE:
        keys["aws:principalarn"] = (who.session_arn if who.kind == "federated_user" else who.arn,)
        keys["aws:principalaccount"] = (who.account,)
        keys["aws:username"] = (who.arn.rsplit("/", 1)[-1],) if who.kind == "user" else None
        keys["aws:principalisawsservice"] = ("false",)
    if who.kind == "service":
        keys["aws:principalisawsservice"] = ("true",)
        keys["aws:principalservicename"] = (who.service,)
    if who.organization_id is not None:
        keys["aws:principalorgid"] = (who.organization_id,) if who.organization_id else None
    return keys


def _claim_prefix(who: Who) -> str:
    if who.kind == "saml":
        return "saml:"
    if who.kind == "web_identity":
        return who.provider.partition(":oidc-provider/")[2].lower() + ":"
    return ""


def _tag(tags: Mapping[str, str] | None, key: str) -> Values:
    if tags is None:
        raise Unstated(key)
    name = key.partition("/")[2]
    found = [value for tag, value in tags.items() if tag.lower() == name]
    return (found[0],) if found else None


def keys_of(world: World, *, unstated_is_absent: bool = False) -> Keys:
    """Return the lookup of one world; stated values win over derived ones."""
    derived = _of_caller(world.who) | _of_resource(world.what)
    stated: dict[str, Values] = {key.lower(): values for key, values in world.context.items()}
    stated |= {key.lower(): None for key in world.absent}
    prefix = _claim_prefix(world.who)

    def find(key: str) -> Values:
        if key in stated:
            return stated[key]
        if key in derived:
            return derived[key]
        for start, tags in (("aws:principaltag/", world.who.tags), ("aws:resourcetag/", world.what.tags)):
            if key.startswith(start):
                return _tag(tags, key)
        if prefix and key.startswith(prefix) and world.who.claims is not None:
            value = {name.lower(): value for name, value in world.who.claims.items()}.get(key.removeprefix(prefix))
            return None if value is None else (value,)
        raise Unstated(key)

    def lookup(key: str) -> Values:
        try:
            return find(key.lower())
        except Unstated:
            if unstated_is_absent:
                return None
            raise

    return lookup


def _of_resource(what: What) -> dict[str, Values]:
    return {"aws:resourceaccount": (what.account,)}
