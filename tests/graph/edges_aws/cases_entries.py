"""Cases of techniques by which an identity lets itself in by entries of EKS, Roles Anywhere, providers and pools.

Input: none. Output: ``cases()``. Not handled: entries that are there already (``test_federated_entries``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, A, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.lay import anchor, cluster, entry, lay, pool, profile
from tests.worlds.names import GITHUB, REGION
from tests.worlds.statements import Json, allow, deny, trust, web_trust

__all__ = ["ANYWHERE", "COGNITO", "POOL_ID", "anywhere_trust", "cases", "pool_trust"]

APP = A.role("app")
CLUSTER = cluster(ACCOUNT).arn
EC2 = trust(service="ec2.amazonaws.com")
ANYWHERE = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
COGNITO = "cognito-identity.amazonaws.com"
POOL_ID = f"{REGION}:pool-1"
SAML_SIGN_IN = "https://signin.aws.amazon.com/saml"


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _access_entries()
    yield from _trust_anchors()
    yield from _profiles()
    yield from _saml_providers()
    yield from _oidc_providers()
    yield from _identity_pools()


def _access_entries() -> Iterator[Case]:
    one, two = "nhi-eks-createaccessentry", "nhi-eks-associateaccesspolicy"
    both, associate = allow("eks:CreateAccessEntry", "eks:AssociateAccessPolicy"), allow("eks:AssociateAccessPolicy")

    def there(*rights: Json, **more: Any) -> World:
        return here().user("ci", *rights).amend(lay("clusters", cluster(ACCOUNT, **more)))

    yield fires(one, "entries alone", there(both), CLUSTER, grants=1)
    yield fires(one, "entries and the map", there(both, mode="API_AND_CONFIG_MAP"), CLUSTER)
    yield silent(one, "the map alone", there(both, mode="CONFIG_MAP"), CLUSTER)
    yield fires(one, "mode not known", there(both, mode=""), CLUSTER, state=State.UNVERIFIED, noted=True)
    yield silent(one, "an entry without a policy gives nothing", there(allow("eks:CreateAccessEntry")), CLUSTER)
    yield silent(one, "another cluster", there(allow("eks:*", on=CLUSTER + "2")), CLUSTER)
    yield silent(one, "the cluster and not its entries", there(allow("eks:*", on=CLUSTER)), CLUSTER)
    view_only = {"StringEquals": {"eks:policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"}}
    yield silent(
        one, "only the viewers' policy may be associated",
        there(allow("eks:CreateAccessEntry"), allow("eks:AssociateAccessPolicy", when=view_only)), CLUSTER,
    )  # fmt: skip
    yield fires(
        one, "the endpoint is private", there(both, endpoint_public=False), CLUSTER, state=State.CONDITIONAL,
        keys={"nhi:network-of-cluster"},
    )  # fmt: skip
    mine = (entry(CI, ""),)
    yield silent(one, "the caller has an entry already", there(both, access_entries=mine), CLUSTER)
    yield fires(two, "the caller has an entry already", there(associate, access_entries=mine), CLUSTER, grants=1)
    yield silent(two, "the caller has no entry", there(associate), CLUSTER)
    yield silent(two, "its entry starts pods already", there(associate, access_entries=(entry(CI),)), CLUSTER)
    yield silent(two, "denied", there(associate, deny("eks:*"), access_entries=mine), CLUSTER)
    yield silent(
        two, "only the viewers' policy", there(allow("eks:AssociateAccessPolicy", when=view_only), access_entries=mine),
        CLUSTER,
    )  # fmt: skip


def anywhere_trust(when: dict[str, Any] | None = None, action: tuple[str, ...] = ANYWHERE) -> Json:
    """Return a trust statement for Roles Anywhere."""
    return trust(service="rolesanywhere.amazonaws.com", action=action, when=when)


OWN_ANCHOR = {"ArnEquals": {"aws:SourceArn": anchor(ACCOUNT, "corp").arn}}
SUBJECT = {"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "web"}}


def _trust_anchors() -> Iterator[Case]:
    one, two = "nhi-rolesanywhere-createtrustanchor", "nhi-rolesanywhere-updatetrustanchor"
    create = ("rolesanywhere:CreateTrustAnchor", "rolesanywhere:CreateProfile")
    everything = allow(*create, "iam:PassRole")

    def there(trusts: Json, *rights: Json) -> World:
        return here().user("ci", *rights).role("app", trusts=trusts)

    yield fires(one, "the trust names no anchor", there(anywhere_trust(), everything), APP, grants=2)
    yield silent(one, "the trust names an anchor", there(anywhere_trust(OWN_ANCHOR), everything), APP)
    yield fires(
        one,
        "the trust names a subject, which one's own authority issues",
        there(anywhere_trust(SUBJECT), everything),
        APP,
    )
    account = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    yield fires(one, "the trust names the account", there(anywhere_trust(account), everything), APP)
    yield silent(one, "the trust is for EC2", there(EC2, everything), APP)
    yield silent(
        one, "the trust lets no session be tagged", there(anywhere_trust(action=ANYWHERE[:1]), everything), APP
    )
    yield silent(one, "no role may be passed", there(anywhere_trust(), allow(*create)), APP)
    yield silent(one, "no profile", there(anywhere_trust(), allow(create[0], "iam:PassRole")), APP)
    to_ec2 = allow("iam:PassRole", when={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})
    yield silent(one, "passed to EC2 alone", there(anywhere_trust(), allow(*create), to_ec2), APP)

    corp, off = anchor(ACCOUNT, "corp"), anchor(ACCOUNT, "corp", enabled=False)
    update = allow("rolesanywhere:UpdateTrustAnchor")
    yield fires(
        two, "an enabled anchor", here().user("ci", update).amend(lay("trust_anchors", corp)), corp.arn, grants=1
    )
    yield silent(two, "a disabled anchor", here().user("ci", update).amend(lay("trust_anchors", off)), corp.arn)
    other = allow("rolesanywhere:UpdateTrustAnchor", on=corp.arn + "2")
    yield silent(two, "another anchor", here().user("ci", other).amend(lay("trust_anchors", corp)), corp.arn)


def _profiles() -> Iterator[Case]:
    one = "nhi-rolesanywhere-updateprofile"
    both = allow("rolesanywhere:UpdateProfile", "iam:PassRole")
    corp, jobs = anchor(ACCOUNT, "corp"), profile(ACCOUNT, "jobs", A.role("other"))

    def there(trusts: Json, *rights: Json, by: Any = jobs) -> World:
        return (
            here().user("ci", *rights).role("app", trusts=trusts)
            .amend(lay("trust_anchors", corp)).amend(lay("roles_anywhere_profiles", by))
        )  # fmt: skip

    certificate = {"nhi:certificate-of-trust-anchor"}
    yield fires(
        one, "the trust names the anchor", there(anywhere_trust(OWN_ANCHOR), both), APP, state=State.CONDITIONAL,
        keys=certificate,
    )  # fmt: skip
    yield fires(
        one, "the trust names a subject", there(anywhere_trust(SUBJECT), both), APP, state=State.CONDITIONAL,
        keys={*certificate, "aws:principaltag/x509subject/cn"},
    )  # fmt: skip
    yield silent(one, "the trust is for EC2", there(EC2, both), APP)
    yield silent(one, "no role may be passed", there(anywhere_trust(), allow("rolesanywhere:UpdateProfile")), APP)
    disabled = profile(ACCOUNT, "jobs", enabled=False)
    yield silent(one, "the profile is disabled", there(anywhere_trust(), both, by=disabled), APP)


def _saml_trust(when: dict[str, Any] | None = None) -> Json:
    tests = when or {"StringEquals": {"SAML:aud": SAML_SIGN_IN}}
    return trust(federated=A.saml("corp"), action="sts:AssumeRoleWithSAML", when=tests)


def _saml_providers() -> Iterator[Case]:
    one, two = "nhi-iam-updatesamlprovider", "nhi-iam-createsamlprovider"
    update, create = allow("iam:UpdateSAMLProvider"), allow("iam:CreateSAMLProvider")
    yield fires(one, "the provider", here().saml("corp").user("ci", update), A.saml("corp"), grants=1)
    yield silent(
        one, "another provider", here().saml("corp").user("ci", allow("iam:UpdateSAMLProvider", on=A.saml("x"))),
        A.saml("corp"),
    )  # fmt: skip
    reserved = "AWSSSO_0123456789abcdef_DO_NOT_DELETE"
    yield fires(
        one, "a provider of Identity Center", here().saml(reserved).user("ci", update), A.saml(reserved),
        state=State.UNVERIFIED, noted=True,
    )  # fmt: skip
    yield silent(one, "denied", here().saml("corp").user("ci", update, deny("iam:*SAML*")), A.saml("corp"))
    missing = here().user("ci", create).role("app", trusts=_saml_trust())
    yield fires(two, "the trust names a provider that is gone", missing, APP, grants=2)
    attributes = {"StringEquals": {"SAML:aud": SAML_SIGN_IN, "SAML:sub": "ada"}}
    yield fires(
        two, "attributes are the signer's to write",
        here().user("ci", create).role("app", trusts=_saml_trust(attributes)), APP,
    )  # fmt: skip
    yield silent(
        two, "the provider is there", here().saml("corp").user("ci", create).role("app", trusts=_saml_trust()), APP
    )
    yield silent(
        two, "providers were not looked at",
        here().user("ci", create).role("app", trusts=_saml_trust()).without("iam.list_saml_providers"), APP,
    )  # fmt: skip


def _oidc_providers() -> Iterator[Case]:
    one, two = "nhi-iam-createopenidconnectprovider", "nhi-iam-addclientidtoopenidconnectprovider"
    create, add = allow("iam:CreateOpenIDConnectProvider"), allow("iam:AddClientIDToOpenIDConnectProvider")
    subject = "repo:acme/app:ref:refs/heads/main"
    tests = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": subject}}
    trusts, token = web_trust(A.oidc(), tests), {f"{GITHUB}:sub"}
    yield fires(
        one, "the trust names a provider that is gone", here().user("ci", create).role("app", trusts=trusts), APP,
        state=State.CONDITIONAL, keys=token,
    )  # fmt: skip
    yield silent(one, "the provider is there", here().oidc().user("ci", create).role("app", trusts=trusts), APP)
    yield silent(
        one, "another provider may be created",
        here().user("ci", allow("iam:CreateOpenIDConnectProvider", on=A.oidc("x.example"))).role("app", trusts=trusts),
        APP,
    )  # fmt: skip
    yield silent(
        one, "providers were not looked at",
        here().user("ci", create).role("app", trusts=trusts).without("iam.list_open_id_connect_providers"), APP,
    )  # fmt: skip
    dead = here().oidc(GITHUB, "elsewhere").user("ci", add).role("app", trusts=trusts)
    yield fires(two, "the provider lacks the trust's audience", dead, APP, state=State.CONDITIONAL, keys=token)
    yield silent(two, "it has the audience", here().oidc().user("ci", add).role("app", trusts=trusts), APP)
    yield silent(two, "the provider is gone", here().user("ci", add).role("app", trusts=trusts), APP)


def pool_trust(strength: str = "unauthenticated", pool_id: str = POOL_ID) -> Json:
    """Return a trust statement for tokens of an identity pool."""
    tests: dict[str, Any] = {
        "StringEquals": {f"{COGNITO}:aud": pool_id},
        "ForAnyValue:StringLike": {f"{COGNITO}:amr": strength},
    }
    return web_trust(COGNITO, tests)


def _identity_pools() -> Iterator[Case]:
    one = "nhi-cognito-identity-setidentitypoolroles"
    both = allow("cognito-identity:SetIdentityPoolRoles", "iam:PassRole")

    def there(trusts: Json, *rights: Json, **more: Any) -> World:
        where = here().user("ci", *rights).role("app", trusts=trusts)
        return where.amend(lay("identity_pools", pool(ACCOUNT, **more)))

    yield fires(
        one, "a role for guests", there(pool_trust(), both, allows_guests=True), APP, state=State.CONDITIONAL,
        keys={"nhi:within-services-for-guests"}, grants=2,
    )  # fmt: skip
    yield fires(
        one, "a role for users", there(pool_trust("authenticated"), both, allows_guests=False), APP,
        state=State.CONDITIONAL, keys={"nhi:signs-in-to-identity-pool"},
    )  # fmt: skip
    yield silent(one, "a role for guests where none are let in", there(pool_trust(), both, allows_guests=False), APP)
    yield silent(one, "another pool's role", there(pool_trust(pool_id=f"{REGION}:x"), both, allows_guests=True), APP)
    yield silent(one, "the trust is for EC2", there(EC2, both, allows_guests=True), APP)
    yield silent(
        one, "no role may be passed", there(pool_trust(), allow("cognito-identity:*"), allows_guests=True), APP
    )
    yield silent(
        one, "the role is the guests' already", there(pool_trust(), both, allows_guests=True, guest_role_arn=APP), APP
    )
