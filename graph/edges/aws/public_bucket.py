"""Whether S3 takes a bucket policy for a public one, which is what Block Public Access looks at.

Input: a compiled bucket policy. Output: true or false.
Not handled: how wide a range of addresses may be before it is public (only the whole address space counts as such
here).
"""

from __future__ import annotations

from graph.evaluate.aws.document import ConditionTest, Effect, PolicyDocument

__all__ = ["is_public"]

_FIXING_KEYS = frozenset(
    {
        "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceip",
        "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:userid",
        "s3:dataaccesspointarn", "s3:dataaccesspointaccount",
    }
)  # fmt: skip


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
