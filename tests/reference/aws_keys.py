"""The request context of a concrete world: what each condition key holds.

Input: a ``World``. Output: ``lookup(key)``: its values, or ``None`` where it is absent.
Not handled: keys that nothing states: ``Unstated``, or absent where the caller asks for that reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tests.reference.aws_world import Unstated, What, Who, World

Values = tuple[str, ...] | None
Keys = Callable[[str], Values]

PEOPLE = ("user", "role", "role_session", "federated_user", "root")
TYPES = {
    "user": "User", "root": "Account", "role": "AssumedRole", "role_session": "AssumedRole",
    "federated_user": "FederatedUser", "anonymous": "Anonymous",
}  # fmt: skip

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html and the actions table of
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
STARTS_SESSION = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:tagsession")
BELONGS_TO = {
    "iam:passedtoservice": ("iam:passrole",),
    "iam:associatedresourcearn": ("iam:passrole",),
    "iam:policyarn": (
        "iam:attachuserpolicy", "iam:attachrolepolicy", "iam:attachgrouppolicy", "iam:detachuserpolicy",
        "iam:detachrolepolicy", "iam:detachgrouppolicy",
    ),
    "iam:permissionsboundary": (
        "iam:createuser", "iam:createrole", "iam:putuserpermissionsboundary", "iam:putrolepermissionsboundary",
        "iam:deleteuserpermissionsboundary", "iam:deleterolepermissionsboundary", "iam:putuserpolicy",
        "iam:putrolepolicy", "iam:deleteuserpolicy", "iam:deleterolepolicy", "iam:attachuserpolicy",
        "iam:attachrolepolicy", "iam:detachuserpolicy", "iam:detachrolepolicy",
    ),
    "sts:externalid": ("sts:assumerole", "sts:tagsession"),
    "sts:rolesessionname": STARTS_SESSION,
}  # fmt: skip
ROLE_SESSION_KEYS = (
    "aws:sourceidentity", "aws:federatedprovider", "ec2:sourceinstancearn", "ec2:roledelivery",
    "lambda:sourcefunctionarn", "aws:ec2instancesourcevpc", "aws:ec2instancesourceprivateipv4",
)  # fmt: skip
ONE_MOMENT = {"aws:currenttime": "aws:epochtime", "aws:epochtime": "aws:currenttime"}


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
    if who.kind in ("anonymous", "web_identity", "saml", "service"):
        keys["aws:principalorgid"] = keys["aws:principalorgpaths"] = None
    elif who.organization_id is not None:
        keys["aws:principalorgid"] = (who.organization_id,) if who.organization_id else None
        if who.organization_paths is not None or not who.organization_id:
            keys["aws:principalorgpaths"] = who.organization_paths if who.organization_id else None
    if who.kind not in ("service", "web_identity", "saml", "anonymous"):
        # Set for requests that a service makes as itself.
        for key in ("sourcearn", "sourceaccount", "sourceorgid", "sourceorgpaths", "principalservicename"):
            keys[f"aws:{key}"] = None
    if who.kind in ("user", "root", "service", "anonymous"):
        keys |= dict.fromkeys(ROLE_SESSION_KEYS)
    return keys


def _of_request(world: World) -> dict[str, Values]:
    """Keys that belong to certain calls, absent in others, and those that a call settles by itself."""
    action = world.action.lower()
    keys: dict[str, Values] = {}
    for key, actions in BELONGS_TO.items():
        if action not in actions:
            keys[key] = None
    if action.startswith("iam:") and world.what.arn.startswith("arn:aws:"):
        keys["aws:requestedregion"] = ("us-east-1",)
    if action.startswith("kms:") and world.who.kind in PEOPLE:
        keys["kms:calleraccount"] = (world.who.account,)
    return keys


def _in_notation_of(key: str, moment: str) -> str:
    if key == "aws:currenttime" or moment.isdigit():
        return moment
    return str(int(datetime.fromisoformat(moment).timestamp()))


def _foreign(key: str, world: World) -> bool:
    """Tell whether a key is of IAM, STS or KMS and the call is not, or a claim that such a caller cannot carry."""
    service, _, name = key.partition(":")
    if service in ("iam", "sts", "kms") and not name.startswith("resourcetag/"):
        return not world.action.lower().startswith(f"{service}:")
    claim = service == "saml" or "." in service.partition("/")[0]
    prefix = _claim_prefix(world.who)
    if prefix:
        return claim and not key.startswith(prefix)
    return claim and world.who.kind in ("user", "root", "service", "anonymous", "federated_user")


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
    derived = _of_caller(world.who) | _of_resource(world.what) | _of_request(world)
    stated: dict[str, Values] = {key.lower(): values for key, values in world.context.items()}
    stated |= {key.lower(): None for key in world.absent}
    prefix = _claim_prefix(world.who)

    def find(key: str) -> Values:
        if key in stated:
            return stated[key]
        if key in derived:
            return derived[key]
        if key in ONE_MOMENT and ONE_MOMENT[key] in stated:
            moment = stated[ONE_MOMENT[key]]
            return None if moment is None else tuple(_in_notation_of(key, value) for value in moment)
        if _foreign(key, world):
            return None
        if key.startswith("aws:principaltag/") and world.who.open_tags:
            raise Unstated(key)
        if key.startswith("aws:principaltag/"):
            return _tag(world.who.tags, key)
        if ":resourcetag/" in key:
            return _tag(world.what.tags, key)
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
    keys: dict[str, Values] = {"aws:resourceaccount": (what.account,), "s3:resourceaccount": (what.account,)}
    if what.organization_id is not None:
        keys["aws:resourceorgid"] = (what.organization_id,) if what.organization_id else None
        if what.organization_paths is not None or not what.organization_id:
            keys["aws:resourceorgpaths"] = what.organization_paths if what.organization_id else None
    return keys
