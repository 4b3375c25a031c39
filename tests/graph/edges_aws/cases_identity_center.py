"""Cases of techniques that go through IAM Identity Center.

Input: none. Output: ``cases()``. Not handled: assignments that are there already (``test_federated_entries``).
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.policy_types import AttachedPolicy
from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, OTHER, A, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.lay import REF, lay, permission_set
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import Json, allow, deny, trust

__all__ = ["ROLE", "cases", "reserved"]

RESERVED = "aws-reserved/sso.amazonaws.com/"
OPS = f"{RESERVED}AWSReservedSSO_ops_0123456789abcdef"
ROLE = A.role(OPS)
USER = {"nhi:signs-in-as-identity-center-user"}
MEMBER_ADMIN = f"aws:admin:{OTHER}"
OPS_ARN = "arn:aws:sso:::permissionSet/ssoins-1/ps-ops"


def reserved(where: World, *rights: Json) -> World:
    """Add the role of the permission set ``ops`` to the account that was named last."""
    name = OPS.rsplit("/", 1)[-1]
    saml = trust(federated=where.names.saml("AWSSSO_1_DO_NOT_DELETE"), action="sts:AssumeRoleWithSAML")
    path = f"/{RESERVED}"
    return where.role(name, *rights, trusts=saml, path=path)


def _here(*rights: Json) -> World:
    return reserved(here().user("ci", *rights)).amend(lay("permission_sets", permission_set(ACCOUNT, "ops")))


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _assignments()
    yield from _sets()


def _assignments() -> Iterator[Case]:
    one, assign = "nhi-sso-createaccountassignment", allow("sso:CreateAccountAssignment")
    yield fires(one, "a role of the set is there", _here(assign), ROLE, state=State.CONDITIONAL, keys=USER, grants=1)
    yield silent(one, "may look alone", _here(allow("sso:List*", "sso:Describe*")), ROLE)
    yield silent(one, "another set", _here(allow("sso:*", on="arn:aws:sso:::permissionSet/ssoins-1/ps-x")), ROLE)
    yield silent(
        one, "the set and not the account",
        _here(allow("sso:*", on=["arn:aws:sso:::instance/*", "arn:aws:sso:::permissionSet/*"])), ROLE,
    )  # fmt: skip
    yield silent(one, "no set is known", reserved(here().user("ci", assign)), ROLE)
    yield silent(
        one, "a role of that name that AWS did not make",
        here().user("ci", assign).role(OPS.rsplit("/", 1)[-1], trusts=trust(service="ec2.amazonaws.com"))
        .amend(lay("permission_sets", permission_set(ACCOUNT, "ops"))),
        A.role(OPS.rsplit("/", 1)[-1]),
    )  # fmt: skip
    attached = AttachedPolicy(ADMINISTRATOR, "AdministratorAccess", REF)
    members = here().user("ci", assign).account(OTHER).user("bob").organization(ACCOUNT, {"r-a1": [ACCOUNT, OTHER]})
    administering = lay("permission_sets", permission_set(ACCOUNT, "ops", attached))
    yield fires(
        one, "administrators' set, not yet in the member account", members.amend(administering), MEMBER_ADMIN,
        state=State.CONDITIONAL, keys=USER,
    )  # fmt: skip
    plain = here().user("ci", assign).account(OTHER).user("bob").organization(ACCOUNT, {"r-a1": [ACCOUNT, OTHER]})
    yield silent(
        one, "another set, not yet in the member account",
        plain.amend(lay("permission_sets", permission_set(ACCOUNT, "ops"))), MEMBER_ADMIN,
    )  # fmt: skip
    managing = _here(assign).organization(ACCOUNT, {"r-a1": [ACCOUNT]})
    yield fires(one, "in the management account", managing, ROLE, state=State.UNVERIFIED, keys=USER, noted=True)


def _sets() -> Iterator[Case]:
    actions = {
        "nhi-sso-putinlinepolicytopermissionset": "sso:PutInlinePolicyToPermissionSet",
        "nhi-sso-attachmanagedpolicytopermissionset": "sso:AttachManagedPolicyToPermissionSet",
    }
    for one, action in actions.items():
        both = allow(action, "sso:ProvisionPermissionSet")
        yield fires(
            one, "for whoever is assigned", _here(both), ADMIN, state=State.CONDITIONAL,
            keys={"nhi:assigned-permission-set"}, via=ROLE,
        )  # fmt: skip
        own = reserved(here().user("ci"), both).amend(lay("permission_sets", permission_set(ACCOUNT, "ops")))
        yield fires(one, "the caller holds the set's role", own, ADMIN, ROLE, grants=1)
        yield silent(one, "nothing provisions the change", _here(allow(action)), ADMIN)
        yield silent(one, "denied on the set", _here(both, deny("sso:*", on=OPS_ARN)), ADMIN)
        unused = here().user("ci", both).amend(lay("permission_sets", permission_set(ACCOUNT, "ops")))
        yield silent(one, "the set has no role anywhere", unused, ADMIN)
        bounded = _here(both).organization(OTHER, {"r-a1": [OTHER], "ou-1": [ACCOUNT]})
        yield silent(one, "an SCP leaves no administration", bounded.scp("guard", deny("iam:*"), on="ou-1"), ADMIN)
