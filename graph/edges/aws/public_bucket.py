"""Whether S3 takes a bucket policy for a public one, which is what Block Public Access looks at, and what follows.

Input: a compiled bucket policy, the blocks on public access of bucket and account. Output: true or false.
Not handled: how wide a range of addresses may be before it is public (only the whole address space counts as such
here).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph.evaluate.aws.document import ConditionTest, Effect, PolicyDocument

__all__ = ["is_public", "keeps_others_out"]

_FIXING_KEYS = frozenset(
    {
        "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceip",
        "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:userid",
        "s3:dataaccesspointarn", "s3:dataaccesspointaccount",
    }
)  # fmt: skip


def keeps_others_out(policy: PolicyDocument | None, blocks: Iterable[Mapping[str, bool] | None]) -> bool:
    """Return whether other accounts are kept out of a bucket although its policy lets them in.

    Parameters
    ----------
    policy
        The bucket's policy; ``None``: none, or not looked at.
    blocks
        Settings of the bucket and of its account; ``None`` for one that was not looked at, which keeps nobody out.
        S3 applies the most restrictive of them, so either is enough.

    References
    ----------
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-bucket.html (read 2026-11).
    """
    restricted = any(block is not None and block.get("RestrictPublicBuckets", False) for block in blocks)
    return restricted and policy is not None and is_public(policy)


def is_public(policy: PolicyDocument) -> bool:
    """Return whether S3 takes a bucket policy for a public one: everybody, by no condition that fixes who or whence.

    References
    ----------
    "The meaning of public" in
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (read 2026-11).
    """
    return any(
        statement.effect is Effect.ALLOW
        and statement.principals is not None
        and (statement.principals.anyone or statement.principals.not_principal or "*" in statement.principals.aws)
        and not any(_fixes(test) for test in statement.conditions)
        for statement in policy.statements
    )


def _fixes(test: ConditionTest) -> bool:
    return (
        test.key in _FIXING_KEYS
        and not test.if_exists
        and not test.operator.startswith(("StringNot", "ArnNot", "Not", "Null"))
        and not any(mark in value for value in test.values for mark in ("*", "?", "/0"))
    )
