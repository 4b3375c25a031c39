"""An account of AWS with issuers that it trusts, stored secrets, functions and clusters.

Input: calls of ``Cloud``. Output: an ``Account`` with that evidence. Not handled: several regions.
Forms: the API references of IAM, Secrets Manager, Systems Manager, Lambda, EKS and KMS.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from benchmarks.accuracy.account import Account, call
from benchmarks.accuracy.statements import Json, allow, arn, document, role_arn, service, user_arn

__all__ = ["CRM", "ROBOT", "SYNC", "WRITTEN", "Cloud", "access_key", "secret_arn"]

WRITTEN: Final = "2026-01-10T09:00:00+00:00"
"""When a stored secret was last written, unless a case says: an hour after secrets of applications begin."""
ROBOT: Final = "provisioningrobot"
SYNC: Final = "warehousesyncrobot"
"""Users with one access key each; their names are long, so that ids of keys have no digits but those AWS uses."""
CRM: Final = "crm-sync"
_STS: Final = "sts.amazonaws.com"
_BORN: Final = "2025-01-01T00:00:00+00:00"


def access_key(user: str) -> str:
    """Return the id of the access key of ``ROBOT`` or ``SYNC``."""
    return f"AKIA{user.upper()[:15]}A"


def secret_arn(name: str) -> str:
    """Return a stored secret's ARN, with the six characters that Secrets Manager adds."""
    return arn("secretsmanager", f"secret:{name}-AbCdEf")


class Cloud(Account):
    """An account; every method that adds returns it."""

    def _more(self, operation: str, key: str, value: Any) -> None:
        self.regional.setdefault(operation, {key: []})[key].append(value)

    def _line(self, operation: str, request: Json, response: Json) -> None:
        self.regional.setdefault(operation, []).append(call(request, response))

    def issuer(self, url: str, *audiences: str) -> Cloud:
        """Register an OIDC provider that accepts these audiences (STS's own where none is named)."""
        provider = f"arn:aws:iam::{self.id}:oidc-provider/{url}"
        listed = self.everywhere.setdefault("iam.list_open_id_connect_providers", {"OpenIDConnectProviderList": []})
        listed["OpenIDConnectProviderList"].append({"Arn": provider})
        body = {"Url": url, "ClientIDList": list(audiences or (_STS,)), "ThumbprintList": ["6938fd4d98" * 4]}
        body |= {"CreateDate": _BORN, "Tags": []}
        self.everywhere.setdefault("iam.get_open_id_connect_provider", []).append(
            call({"OpenIDConnectProviderArn": provider}, body)
        )
        return self

    def trusting(
        self,
        name: str,
        url: str,
        sub: str | None = None,
        *statements: Json,
        like: str | None = None,
        aud: str | None = _STS,
        claims: Mapping[str, str] | None = None,
    ) -> Cloud:
        """Add a role that tokens of an issuer may take: ``sub`` compared whole, ``like`` with wildcards."""
        equal = {f"{url}:{claim}": value for claim, value in (claims or {}).items()}
        equal |= {f"{url}:aud": aud} if aud else {}
        equal |= {f"{url}:sub": sub} if sub else {}
        condition = {"StringEquals": equal} if equal else {}
        if like:
            condition["StringLike"] = {f"{url}:sub": like}
        trust: Json = {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{self.id}:oidc-provider/{url}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
        }
        self.role(name, *statements, trust=trust | ({"Condition": condition} if condition else {}))
        return self

    def robots(self) -> Cloud:
        """Add the two users with access keys."""
        self.user(ROBOT, allow("s3:ListAllMyBuckets")).user(SYNC, allow("s3:ListAllMyBuckets"))
        return self

    def reader(self, name: str, *secrets: str, more: Sequence[Json] = ()) -> Cloud:
        """Add a user without keys who may read these secrets, and what more statements allow."""
        given = [allow("secretsmanager:GetSecretValue", [secret_arn(one) for one in secrets])] if secrets else []
        self.user(name, *given, *more, keys=0)
        return self

    def stored(
        self,
        name: str,
        tags: Mapping[str, str] | None = None,
        *,
        description: str = "",
        written: str = WRITTEN,
        version: str = "v-1",
        key: str = "",
    ) -> Cloud:
        """Add a secret of Secrets Manager; ``key`` names a customer key."""
        body: Json = {
            "ARN": secret_arn(name),
            "Name": name,
            "LastChangedDate": written,
            "CreatedDate": _BORN,
            "RotationEnabled": False,
            "Tags": [{"Key": one, "Value": value} for one, value in (tags or {}).items()],
            "SecretVersionsToStages": {version: ["AWSCURRENT"]},
        }
        body |= {"Description": description} if description else {}
        body |= {"KmsKeyId": arn("kms", f"key/{key}")} if key else {}
        self._more("secretsmanager.list_secrets", "SecretList", body)
        self._line("secretsmanager.get_resource_policy", {"SecretId": body["ARN"]}, {"ARN": body["ARN"], "Name": name})
        return self

    def customer_key(self, own: str, *statements: Json) -> Cloud:
        """Add a customer key with this key policy."""
        where = arn("kms", f"key/{own}")
        self._more("kms.list_keys", "Keys", {"KeyId": own, "KeyArn": where})
        meta = {"KeyId": own, "Arn": where, "KeyManager": "CUSTOMER", "Enabled": True, "KeyState": "Enabled"}
        meta |= {"AWSAccountId": self.id, "KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "SYMMETRIC_DEFAULT"}
        self._line("kms.describe_key", {"KeyId": own}, {"KeyMetadata": meta})
        self._line(
            "kms.get_key_policy",
            {"KeyId": own, "PolicyName": "default"},
            {"Policy": json.dumps(document(*statements)), "PolicyName": "default"},
        )
        return self

    def parameter(self, name: str, description: str, *, written: str = WRITTEN) -> Cloud:
        """Add a SecureString under AWS's own key."""
        body: Json = {"Name": name, "ARN": arn("ssm", f"parameter{name}"), "Type": "SecureString"}
        body |= {"KeyId": "alias/aws/ssm", "LastModifiedDate": written, "Description": description, "Version": 1}
        body |= {"Tier": "Standard", "Policies": [], "DataType": "text"}
        self._more("ssm.describe_parameters", "Parameters", body)
        return self

    def function(self, name: str, variables: Mapping[str, str]) -> Cloud:
        """Add a Lambda function with environment variables and a role that may do little."""
        self.role(f"{name}-role", allow("s3:ListAllMyBuckets"), trust=service("lambda"))
        body: Json = {
            "FunctionName": name,
            "FunctionArn": arn("lambda", f"function:{name}"),
            "Runtime": "python3.13",
            "Role": role_arn(f"{name}-role"),
            "Handler": "app.handler",
            "LastModified": "2026-01-10T09:00:00.000+0000",
            "Version": "$LATEST",
            "PackageType": "Zip",
            "Environment": {"Variables": dict(variables)},
        }
        self._more("lambda.list_functions", "Functions", body)
        return self

    def cluster(self, name: str, issuer: str) -> Cloud:
        """Add an EKS cluster whose service accounts' tokens have this issuer (without scheme)."""
        self.role(f"{name}-cluster", trust=service("eks"))
        self._more("eks.list_clusters", "clusters", name)
        body = {
            "name": name,
            "arn": arn("eks", f"cluster/{name}"),
            "version": "1.33",
            "roleArn": role_arn(f"{name}-cluster"),
            "identity": {"oidc": {"issuer": f"https://{issuer}"}},
            "accessConfig": {"authenticationMode": "API"},
            "status": "ACTIVE",
        }
        self._line("eks.describe_cluster", {"name": name}, {"cluster": body})
        self._line("eks.list_access_entries", {"clusterName": name}, {"accessEntries": []})
        self._line("eks.list_pod_identity_associations", {"clusterName": name}, {"associations": []})
        self._line("eks.list_nodegroups", {"clusterName": name}, {"nodegroups": []})
        return self

    def bucket(self, name: str) -> Cloud:
        """Add a bucket without a policy of its own."""
        self.everywhere.setdefault("s3.list_buckets", {"Buckets": []})["Buckets"].append(
            {"Name": name, "CreationDate": _BORN, "BucketRegion": "us-east-1"}
        )
        missing = {"code": "NoSuchBucketPolicy", "message": "The bucket policy does not exist"}
        self.everywhere.setdefault("s3.get_bucket_policy", []).append({"request": {"Bucket": name}, "error": missing})
        return self

    def delegating(self) -> Json:
        """Return the statement of a key policy that leaves the rest to IAM policies of the account."""
        return {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{self.id}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }

    def only(self, user: str) -> Json:
        """Return the statement of a key policy that lets one user alone use and manage the key."""
        return {"Effect": "Allow", "Principal": {"AWS": user_arn(user)}, "Action": "kms:*", "Resource": "*"}
