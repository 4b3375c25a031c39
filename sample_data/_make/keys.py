"""KMS keys and their policies.

Input: accounts and principals. Output: ``KmsKey``, and the role that administers keys. Not handled: grants.
"""

from __future__ import annotations

from sample_data._make.documents import Json, allow, document, trust
from sample_data._make.parts import REGION, KmsKey, Role

__all__ = ["aws_secrets_key", "key_keeper", "kms_key"]


def _statement(sid: str, principals: str | list[str], actions: list[str], condition: Json | None = None) -> Json:
    body: Json = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": principals},
        "Action": actions,
        "Resource": "*",
    }
    return body | ({"Condition": condition} if condition else {})


def kms_key(account: str, alias: str, created: float, readers: list[str], tags: dict[str, str] | None = None) -> KmsKey:
    """Return a customer key that names its users and does not hand the decision to IAM policies.

    Notes
    -----
    Without a statement for the account's root principal, no IAM policy of the account, not even an administrator's, can
    allow anything on the key: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    administer = [
        "kms:Describe*",
        "kms:Get*",
        "kms:List*",
        "kms:EnableKeyRotation",
        "kms:ScheduleKeyDeletion",
        "kms:PutKeyPolicy",
    ]
    use = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"]
    keeper = f"arn:aws:iam::{account}:role/security/key-keeper"
    policy = {
        "Version": "2012-10-17",
        "Id": alias,
        "Statement": [
            _statement("Administer", keeper, administer),
            _statement("Use", readers[0] if len(readers) == 1 else readers, use),
        ],
    }
    return KmsKey(alias, created, policy, tags=tags or {})


def aws_secrets_key(account: str, region: str = REGION) -> KmsKey:
    """Return the AWS-managed key that Secrets Manager uses when a secret names none.

    References
    ----------
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html (2026-11)
    """
    own = {"kms:CallerAccount": account, "kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}
    policy = {
        "Version": "2012-10-17",
        "Id": "auto-secretsmanager-2",
        "Statement": [
            _statement(
                "Allow access through AWS Secrets Manager for all principals in the account that are "
                "authorized to use AWS Secrets Manager",
                "*",
                ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:CreateGrant", "kms:DescribeKey"],
                {"StringEquals": own},
            ),
            _statement(
                "Allow generation of data keys through AWS Secrets Manager",
                "*",
                ["kms:GenerateDataKey*"],
                {
                    "StringEquals": {"kms:CallerAccount": account},
                    "StringLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"},
                },
            ),
            _statement(
                "Allow direct access to key metadata to the account",
                f"arn:aws:iam::{account}:root",
                ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
            ),
        ],
    }
    return KmsKey("aws/secretsmanager", 900, policy, manager="AWS")


def key_keeper(account: str, created: float) -> Role:
    """Return the role that administers customer keys and may not use them."""
    return Role(
        "key-keeper",
        created,
        trust("arn:aws:iam::111122223333:role/people/platform-admins"),
        path="/security/",
        used=17,
        inline={"list-keys": document(allow(["kms:ListKeys", "kms:ListAliases"]))},
        tags={"owner": "petra.nowak@nordlicht.example", "team": "security"},
    )
