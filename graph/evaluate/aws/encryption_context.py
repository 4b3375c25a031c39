"""The encryption context that a service presents to KMS when it decrypts for a reader: the reader does not choose it.

Input: the service, the ARN of the thing that is read. Output: condition keys with their values.
Not handled: values that nothing in the evidence tells (the version of a secret, the signature key of an advanced
parameter): those keys are there, and their values stay open.

References
----------
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html (SecretARN, SecretVersionId)
https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html (PARAMETER_ARN)
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html (aws:sqs:arn)
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html (each read 2026-11)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["encryption_context"]

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "secretsmanager": ("SecretARN", "SecretVersionId"),
    "ssm": ("PARAMETER_ARN", "aws-crypto-public-key"),
    "sqs": ("aws:sqs:arn",),
}
"""Names in the context of each service; the first holds the ARN of the secret, parameter or queue."""


def encryption_context(service: str, arn: str) -> dict[str, tuple[str, ...]]:
    """Return the KMS condition keys, lower case, that go with decrypting one thing through its service.

    Parameters
    ----------
    service
        ``secretsmanager``, ``ssm`` or ``sqs``.
    arn
        The secret, parameter or queue.
    """
    names = _NAMES[service]
    return {f"kms:encryptioncontext:{names[0].lower()}": (arn,), "kms:encryptioncontextkeys": names}
