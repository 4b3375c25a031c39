"""A slow evaluator of concrete AWS requests, written from the vendor's pages on evaluation logic.

Input: a ``World`` in which every key that a policy asks for is stated. Output: allowed, denied or not_allowed.
Not handled: unknown values (``Unstated``), missing documents, grants, access control lists, S3 public access block,
VPC endpoint policies; an incomplete ``NotPrincipal`` list (``Doubt``; ``possible`` gives the answers of both readings).

References: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from tests.reference.aws_conditions import holds, listed, pattern_matches, variables_of
from tests.reference.aws_glob import Unresolvable
from tests.reference.aws_keys import Keys, keys_of
from tests.reference.aws_world import Json, Unspecified, Who, World

ALLOWED, DENIED, NOT_ALLOWED = "allowed", "denied", "not_allowed"

WITH_IDENTITY_POLICIES = ("user", "role", "role_session", "federated_user")
OF_AN_ACCOUNT = (*WITH_IDENTITY_POLICIES, "root")
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html, the part that tests use
RCP_SERVICES = ("s3", "sts", "kms", "sqs", "secretsmanager")

# What a NotPrincipal must list to spare a caller: the caller in person, with its role and account where it has them.
FULLY_LISTED = {
    "user": {"user", "account"}, "role_session": {"session", "role", "account"},
    "root": {"account"}, "federated_user": {"session", "account"},
}  # fmt: skip


def decide(world: World, *, unstated_is_absent: bool = False, doubts: Mapping[str, bool] | None = None) -> str:
    """Return ``allowed``, ``denied`` (explicit) or ``not_allowed`` (implicit).

    ``doubts`` settles, by the text of a statement, whether it reaches the caller where the pages do not say.
    """
    keys = keys_of(world, unstated_is_absent=unstated_is_absent)
    who = world.who
    if who.kind in ("root", "anonymous") and world.action.lower() == "sts:assumerole":
        return NOT_ALLOWED  # no such call: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    identity = world.identity if who.kind in WITH_IDENTITY_POLICIES else ()
    boundary = (world.boundary,) if world.boundary is not None and who.kind in WITH_IDENTITY_POLICIES else ()
    session = world.session if who.kind in ("role_session", "federated_user") else ()
    scps = world.scps if _bound_by_scps(who) else ()
    rcps = world.rcps if _bound_by_rcps(world) else ()
    resource = () if world.resource_policy is None else (world.resource_policy,)

    everything = [*identity, *boundary, *session, *resource]
    settled = doubts or {}
    everything += [document for level in (*scps, *rcps) for document in level]
    if any(_statements(everything, "Deny", world, keys, settled)):
        return DENIED
    if not all(any(_statements(level, "Allow", world, keys, settled)) for level in (*scps, *rcps)):
        return NOT_ALLOWED
    granted: set[str] = set()
    for ways in _statements(resource, "Allow", world, keys, settled):
        granted |= ways
    own = any(_statements(identity, "Allow", world, keys, settled))
    capped = not boundary or any(_statements(boundary, "Allow", world, keys, settled))
    # A federated user session without session policy has no permissions of its own.
    narrowed = any(_statements(session, "Allow", world, keys, settled)) if session else who.kind != "federated_user"
    allowed = _allowed(world, granted, own=own, capped=capped, narrowed=narrowed)
    return ALLOWED if allowed else NOT_ALLOWED


def _bound_by_scps(who: Who) -> bool:
    return who.kind in OF_AN_ACCOUNT and not who.management_account and not who.service_linked


def _bound_by_rcps(world: World) -> bool:
    supported = world.action.split(":")[0].lower() in RCP_SERVICES
    # https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
    supported = supported and world.action.lower() != "kms:retiregrant"
    return supported and not world.what.management_account and not world.who.service_linked


def _allowed(world: World, granted: set[str], *, own: bool, capped: bool, narrowed: bool) -> bool:
    who = world.who
    same_account = who.account == world.what.account
    if who.kind not in OF_AN_ACCOUNT:
        return bool(granted)
    if who.kind == "root":
        return bool(granted) or (same_account and not world.resource_mandatory)
    if not same_account:
        return bool(granted) and own and capped and narrowed
    direct = granted & {"everyone", "user", "session"}
    if direct:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html: a user whom a trust
        # policy lists needs sts:AssumeRole in the permissions boundary.
        return capped or not (who.kind == "user" and world.action.lower() == "sts:assumerole")
    if granted & {"role", "federated issuer"} and capped and narrowed:
        return True
    if world.resource_mandatory and "account" not in granted:
        return False
    return own and capped and narrowed


def possible(world: World) -> set[str]:
    """Return the answers under every reading of the statements of which the pages do not say whom they reach."""
    return set(_readings(world, {}))


def _readings(world: World, doubts: Mapping[str, bool]) -> Iterator[str]:
    try:
        yield decide(world, doubts=doubts)
    except Doubt as doubt:
        for reached in (True, False):
            yield from _readings(world, {**doubts, str(doubt): reached})


class Doubt(Unspecified):
    """A statement of which the pages do not say whether it reaches the caller; its text is the argument."""


def _statements(
    documents: Iterable[Json], effect: str, world: World, keys: Keys, doubts: Mapping[str, bool]
) -> Iterable[set[str]]:
    """Yield, per statement of this effect that applies, the ways in which it names the caller."""
    for document in documents:
        statements = document["Statement"]
        for statement in statements if isinstance(statements, list) else [statements]:
            if statement["Effect"] == effect:
                ways = _applies(statement, world, keys, doubts, variables=document.get("Version") == "2012-10-17")
                if ways:
                    yield ways


def _applies(statement: Json, world: World, keys: Keys, doubts: Mapping[str, bool], *, variables: bool) -> set[str]:
    if not _action_matches(statement, world.action):
        return set()
    try:
        if not _resource_matches(statement, world.what.arn, keys, variables=variables):
            return set()
        if not holds(statement.get("Condition", {}), keys, variables=variables):
            return set()
        return _named(statement, world, doubts)
    except Unresolvable:
        return set()


def _action_matches(statement: Json, action: str) -> bool:
    if "NotAction" in statement:
        return not any(pattern_matches(p, action, None, ignore_case=True) for p in listed(statement["NotAction"]))
    return any(pattern_matches(p, action, None, ignore_case=True) for p in listed(statement["Action"]))


def _resource_matches(statement: Json, arn: str, keys: Keys, *, variables: bool) -> bool:
    lookup = variables_of(keys) if variables else None
    if "NotResource" in statement:
        return not any(pattern_matches(p, arn, lookup) for p in listed(statement["NotResource"]))
    if "Resource" in statement:
        return any(pattern_matches(p, arn, lookup) for p in listed(statement["Resource"]))
    return True  # a trust policy names no resource


def _named(statement: Json, world: World, doubts: Mapping[str, bool]) -> set[str]:
    if "Principal" in statement:
        return _ways(statement["Principal"], world.who)
    if "NotPrincipal" in statement:
        return _not_principal(statement, world, doubts)
    return {"attached"}


def _not_principal(statement: Json, world: World, doubts: Mapping[str, bool]) -> set[str]:
    """Read https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.

    Its examples except one user, listed with its account, and one session, listed with its role and account, and say
    that all other principals are denied. Without the account, or the role, the deny "might" reach the listed one.
    """
    who, exceptions = world.who, statement["NotPrincipal"]
    listed_as = _ways(exceptions, who)
    if "everyone" in listed_as or exceptions == "*":
        return set()
    if statement["Effect"] == "Allow":
        in_person = {"user", "session", "service", "federated"} | ({"account"} if who.kind == "root" else set())
        return set() if listed_as & in_person else _in_doubt(statement, doubts)
    if world.boundary is not None and who.kind in ("user", "role", "role_session"):
        return {"everyone"}
    if not listed_as:
        return {"everyone"}
    # Of a role without a session name the pages say nothing, as they want the session listed.
    if who.kind not in OF_AN_ACCOUNT or FULLY_LISTED.get(who.kind, {"no such way"}) <= listed_as:
        return set()
    arns = listed(exceptions.get("AWS", []))
    if listed_as == {"account"} and who.kind != "root":
        neighbours = [
            a for a in arns if a.count(":") == 5 and a.split(":")[4] == who.account and not a.endswith(":root")
        ]
        return {"everyone"} if neighbours else _in_doubt(statement, doubts)
    if listed_as == {"account", "role"} and who.kind == "role_session":
        others = [a for a in arns if a.rsplit("/", 1)[0] == who.session_arn.rsplit("/", 1)[0]]
        return {"everyone"} if others else _in_doubt(statement, doubts)
    return _in_doubt(statement, doubts)


def _in_doubt(statement: Json, doubts: Mapping[str, bool]) -> set[str]:
    text = json.dumps(statement, sort_keys=True)
    if text not in doubts:
        raise Doubt(text)
    return {"everyone"} if doubts[text] else set()


def _ways(principal: str | Json, who: Who) -> set[str]:
    if isinstance(principal, str):
        return {"everyone"} if principal == "*" else set()
    ways: set[str] = set()
    for kind, names in principal.items():
        for name in listed(names):
            ways |= _way(kind, name, who)
    return ways


def _way(kind: str, name: str, who: Who) -> set[str]:
    if kind == "Service":
        return {"service"} if who.kind == "service" and who.service == name else set()
    if kind == "Federated":
        return {"federated"} if who.kind in ("web_identity", "saml") and who.provider == name else set()
    if kind != "AWS":
        return set()
    if name == "*":
        return {"everyone"} if who.kind in (*OF_AN_ACCOUNT, "anonymous") else set()
    if who.kind not in OF_AN_ACCOUNT:
        return set()
    if name in (who.account, f"arn:aws:iam::{who.account}:root"):
        return {"account"}
    if who.session_arn and name == who.session_arn:
        return {"session"}
    if name == who.arn:
        personal = {"user": "user", "role": "role", "role_session": "role", "federated_user": "federated issuer"}
        return {personal[who.kind]}
    return set()
