"""Fetch the account-wide block on public access of S3.

Input: an ``AwsFetch``. Output: ``s3control.get_public_access_block`` of the account.
Not handled: access points and their blocks; blocks by an organization's S3 policy.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch

__all__ = ["fetch_account_block"]


def fetch_account_block(fetch: AwsFetch) -> None:
    """Fetch the four settings; an account without them has none on."""
    fetch.one("s3control.get_public_access_block", {"AccountId": fetch.account})
