"""Kinds of nodes and edges, states of an edge, impact classes: the words that the whole product shares.

Input: none. Output: enumerations, stable names that snapshots store. Not handled: which edge kinds exist between which
node kinds and what they mean in prose; that is data in ``graph/catalog/edges.toml``.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

__all__ = ["Category", "EdgeKind", "Impact", "NodeKind", "State", "category_of"]


class Category(StrEnum):
    """What a node is for people and for the engine."""

    IDENTITY = "identity"
    HUMAN = "human"
    GROUP = "group"
    CREDENTIAL = "credential"
    WORKLOAD = "workload"
    RESOURCE = "resource"
    SECRET = "secret"
    SCOPE = "scope"
    FEDERATION = "federation"
    """An outside party that may become an identity here: issuer, subject, provider, another account, anyone."""
    PRIVILEGE = "privilege"
    """Full control of a scope (``ScopeAdmin``)."""
    HUB = "hub"
    """A class of sources or targets; never shown as a step of its own, costs no hop."""


class NodeKind(StrEnum):
    """What a node is, provider-prefixed where the word alone would be ambiguous."""

    AWS_USER = "AwsUser"
    AWS_ROLE = "AwsRole"
    AWS_ROOT = "AwsRoot"
    AWS_GROUP = "AwsGroup"
    AWS_ACCESS_KEY = "AwsAccessKey"
    AWS_PASSWORD = "AwsPassword"
    AWS_SERVICE_CREDENTIAL = "AwsServiceCredential"
    AWS_SIGNING_CERTIFICATE = "AwsSigningCertificate"
    AWS_ACCOUNT = "AwsAccount"
    AWS_ORGANIZATION = "AwsOrganization"
    AWS_OIDC_PROVIDER = "AwsOidcProvider"
    AWS_SAML_PROVIDER = "AwsSamlProvider"
    AWS_EXTERNAL_PRINCIPAL = "AwsExternalPrincipal"
    """A principal named by ARN or dead unique id in an account that was not collected, or that no longer exists."""
    AWS_ANYONE = "AwsAnyone"
    """Any AWS principal of any account (``Principal: "*"``)."""
    OIDC_ISSUER = "OidcIssuer"
    OIDC_SUBJECT = "OidcSubject"
    """The set of token subjects that a trust accepts, by its pattern."""
    LAMBDA_FUNCTION = "AwsLambdaFunction"
    EC2_INSTANCE = "AwsEc2Instance"
    S3_BUCKET = "AwsS3Bucket"
    KMS_KEY = "AwsKmsKey"
    SECRET = "AwsSecret"
    SCOPE_ADMIN = "ScopeAdmin"
    HUB = "Hub"


_CATEGORY: dict[NodeKind, Category] = {
    NodeKind.AWS_USER: Category.IDENTITY,
    NodeKind.AWS_ROLE: Category.IDENTITY,
    NodeKind.AWS_ROOT: Category.IDENTITY,
    NodeKind.AWS_GROUP: Category.GROUP,
    NodeKind.AWS_ACCESS_KEY: Category.CREDENTIAL,
    NodeKind.AWS_PASSWORD: Category.CREDENTIAL,
    NodeKind.AWS_SERVICE_CREDENTIAL: Category.CREDENTIAL,
    NodeKind.AWS_SIGNING_CERTIFICATE: Category.CREDENTIAL,
    NodeKind.AWS_ACCOUNT: Category.SCOPE,
    NodeKind.AWS_ORGANIZATION: Category.SCOPE,
    NodeKind.AWS_OIDC_PROVIDER: Category.FEDERATION,
    NodeKind.AWS_SAML_PROVIDER: Category.FEDERATION,
    NodeKind.AWS_EXTERNAL_PRINCIPAL: Category.FEDERATION,
    NodeKind.AWS_ANYONE: Category.FEDERATION,
    NodeKind.OIDC_ISSUER: Category.FEDERATION,
    NodeKind.OIDC_SUBJECT: Category.FEDERATION,
    NodeKind.LAMBDA_FUNCTION: Category.WORKLOAD,
    NodeKind.EC2_INSTANCE: Category.WORKLOAD,
    NodeKind.S3_BUCKET: Category.RESOURCE,
    NodeKind.KMS_KEY: Category.RESOURCE,
    NodeKind.SECRET: Category.SECRET,
    NodeKind.SCOPE_ADMIN: Category.PRIVILEGE,
    NodeKind.HUB: Category.HUB,
}


def category_of(kind: NodeKind) -> Category:
    """Return the category of a node kind."""
    return _CATEGORY[kind]


class EdgeKind(StrEnum):
    """What the holder of the source gains, or has."""

    CONTAINS = "CONTAINS"
    MEMBER_OF = "MEMBER_OF"
    AUTHENTICATES_AS = "AUTHENTICATES_AS"
    RUNS_AS = "RUNS_AS"
    TRUSTS = "TRUSTS"
    """Scope level fact: an account's role trusts an outside account; not traversable."""
    CAN_ASSUME = "CAN_ASSUME"
    FEDERATES_INTO = "FEDERATES_INTO"
    ADMIN_OF = "ADMIN_OF"
    CONTROLS = "CONTROLS"
    CAN_CHANGE_OWN_POLICY = "CAN_CHANGE_OWN_POLICY"
    CAN_CHANGE_POLICY_OF = "CAN_CHANGE_POLICY_OF"
    CAN_JOIN_GROUP = "CAN_JOIN_GROUP"
    CAN_CREATE_CREDENTIAL = "CAN_CREATE_CREDENTIAL"
    CAN_CHANGE_TRUST = "CAN_CHANGE_TRUST"
    CAN_PASS_ROLE = "CAN_PASS_ROLE"
    CAN_TAKE_OVER = "CAN_TAKE_OVER"
    CAN_ACCESS = "CAN_ACCESS"


class State(IntEnum):
    """How sure an edge or an answer is; a path is as sure as its weakest edge, a target as its best path."""

    VOID = 0
    UNVERIFIED = 1
    CONDITIONAL = 2
    VERIFIED = 3

    @property
    def word(self) -> str:
        """Return the lower-case name that every output prints."""
        return self.name.lower()


class Impact(StrEnum):
    """High-impact classes; the lower the number the worse (``reference/standards.md`` §6.3)."""

    H1 = "H1"
    H2 = "H2"
    H3 = "H3"
    H4 = "H4"
    H5 = "H5"
    H6 = "H6"
    H7 = "H7"
    H8 = "H8"
    H9 = "H9"
    H10 = "H10"
    H11 = "H11"
