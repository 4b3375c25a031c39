"""What an account is made of, as plain data.

Input: none (types only). Output: frozen dataclasses that the account modules fill and the rendering modules write out.
Not handled: consistency between the parts; the tests check it on the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sample_data._make.documents import Json

__all__ = [
    "REGION",
    "AccessKey",
    "Account",
    "BedrockKey",
    "Bucket",
    "Function",
    "Group",
    "Instance",
    "KmsKey",
    "Policy",
    "Region",
    "Role",
    "Secret",
    "User",
]

REGION = "eu-central-1"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A long-term access key; ``used`` is (days ago, service) or ``None`` for never."""

    label: str
    created: float
    """Days ago."""
    used: tuple[float, str] | None
    active: bool = True


@dataclass(frozen=True, slots=True)
class BedrockKey:
    """A long-term Bedrock API key, a service-specific credential; ``expires`` in days from now, ``None`` for never."""

    created: float
    expires: float | None


@dataclass(frozen=True, slots=True)
class User:
    """An IAM user; ``password`` is (last changed, last used) in days ago."""

    name: str
    created: float
    path: str = "/"
    keys: tuple[AccessKey, ...] = ()
    inline: dict[str, Json] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    """Names of policies, the account's own or AWS's."""
    groups: tuple[str, ...] = ()
    boundary: str = ""
    password: tuple[float, float] | None = None
    mfa: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    bedrock_keys: tuple[BedrockKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """An IAM group."""

    name: str
    created: float
    inline: dict[str, Json] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    path: str = "/"


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role; ``used`` in days ago, ``None`` for not within the 400 days that AWS tracks."""

    name: str
    created: float
    trust: Json
    path: str = "/"
    inline: dict[str, Json] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    boundary: str = ""
    used: float | None = 1.0
    profile: bool = False
    """True when an instance profile of the same name holds it."""
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """A customer managed policy; versions oldest first, the last one is ``v<number of versions>``."""

    name: str
    versions: tuple[tuple[float, Json], ...]
    """(days ago, document)."""
    path: str = "/"
    default: int = 0
    """Number of the default version; 0 for the newest."""


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function; ``environment`` names variables only."""

    name: str
    role: str
    """Path and name of its execution role, e.g. ``service/shop-task``."""
    modified: float
    environment: tuple[str, ...] = ()
    policy: Json | None = None
    tags: dict[str, str] = field(default_factory=dict)
    runtime: str = "python3.12"


@dataclass(frozen=True, slots=True)
class Instance:
    """An EC2 instance."""

    name: str
    launched: float
    profile: str = ""
    managed: bool = False
    """True when it is registered with Systems Manager and online."""
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KmsKey:
    """A KMS key with its alias (without ``alias/``)."""

    alias: str
    created: float
    policy: Json
    manager: str = "CUSTOMER"
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret; ``kms`` is the alias of its key, empty for the account's ``aws/secretsmanager``."""

    name: str
    created: float
    changed: float
    accessed: float
    kms: str = ""
    policy: Json | None = None
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bucket:
    """An S3 bucket."""

    name: str
    created: float
    policy: Json | None = None
    blocked: bool = True
    """All four settings of the public access block."""
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Region:
    """What an account has in one region."""

    name: str = REGION
    functions: tuple[Function, ...] = ()
    instances: tuple[Instance, ...] = ()
    kms_keys: tuple[KmsKey, ...] = ()
    secrets: tuple[Secret, ...] = ()
    secrets_denied: bool = False
    """True where the collector's role may not list secrets."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account."""

    id: str
    name: str
    email: str
    joined: float
    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    roles: tuple[Role, ...] = ()
    policies: tuple[Policy, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    regions: tuple[Region, ...] = (Region(),)
    github: bool = False
    """True when the account trusts GitHub's OIDC issuer."""
    saml: str = ""
    """Name of its SAML provider."""
    collector: str = "nhi-collector"
    """Name of the role that collected it."""
