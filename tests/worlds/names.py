"""ARNs and node ids of a small world.

Input: an account id. Output: the ids that evidence and graph use for its things.
Not handled: partitions other than ``aws``.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ADMINISTRATOR", "GITHUB", "POWER_USER", "READ_ONLY", "REGION", "Names"]

REGION = "eu-west-1"
GITHUB = "token.actions.githubusercontent.com"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
POWER_USER = "arn:aws:iam::aws:policy/PowerUserAccess"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of one account's things, by their friendly names (with path where they have one)."""

    account: str

    def _iam(self, kind: str, name: str) -> str:
        return f"arn:aws:iam::{self.account}:{kind}/{name}"

    def _regional(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{REGION}:{self.account}:{rest}"

    def user(self, name: str) -> str:
        """Return a user's ARN."""
        return self._iam("user", name)

    def role(self, name: str) -> str:
        """Return a role's ARN."""
        return self._iam("role", name)

    def group(self, name: str) -> str:
        """Return a group's ARN."""
        return self._iam("group", name)

    def policy(self, name: str) -> str:
        """Return a customer managed policy's ARN."""
        return self._iam("policy", name)

    def profile(self, name: str) -> str:
        """Return an instance profile's ARN."""
        return self._iam("instance-profile", name)

    def oidc(self, url: str = GITHUB) -> str:
        """Return an OIDC provider's ARN."""
        return self._iam("oidc-provider", url)

    def saml(self, name: str) -> str:
        """Return a SAML provider's ARN."""
        return self._iam("saml-provider", name)

    def function(self, name: str) -> str:
        """Return a function's ARN."""
        return self._regional("lambda", f"function:{name}")

    def instance(self, instance_id: str) -> str:
        """Return an instance's ARN."""
        return self._regional("ec2", f"instance/{instance_id}")

    def key(self, key_id: str) -> str:
        """Return a KMS key's ARN."""
        return self._regional("kms", f"key/{key_id}")

    def secret(self, name: str) -> str:
        """Return a secret's ARN, with the six characters that the vendor adds."""
        return self._regional("secretsmanager", f"secret:{name}-AbCdEf")

    def bucket(self, name: str) -> str:
        """Return a bucket's ARN."""
        return f"arn:aws:s3:::{name}"

    @property
    def root(self) -> str:
        """The root user's ARN."""
        return f"arn:aws:iam::{self.account}:root"

    @property
    def node(self) -> str:
        """The account's node id."""
        return f"aws:account:{self.account}"
