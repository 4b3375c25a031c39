"""The account-wide block on public access of S3.

Input: ``s3control`` answers. Output: four settings. Not handled: access points; blocks by an organization's S3 policy.
"""

from __future__ import annotations

from collectors.aws.records_fields import Reading
from collectors.evidence.evidence import is_refusal

__all__ = ["read_account_block"]

_BLOCK = "s3control.get_public_access_block"
_SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def read_account_block(reading: Reading, account: str) -> dict[str, bool] | None:
    """Return the four settings by name, all false where the account has none; ``None`` where nobody looked."""
    for _, call in reading.calls(_BLOCK, account):
        if not is_refusal("aws", _BLOCK, call):
            body = (call.response or {}).get("PublicAccessBlockConfiguration")
            settings = body if isinstance(body, dict) else {}
            return {name: settings.get(name) is True for name in _SETTINGS}
    return None
