"""A generated AWS organization of any size with planted truth: ``python -m benchmarks.estate``.

Input: a number of identities, a seed, a folder. Output: API-native evidence (``aws/…``, ``declared/…``,
``manifest.json``) and, beside the evidence, ``truth.jsonl``, which no product reads.
Handled: the same seed and size give the same bytes; memory is bounded by the planted cases and one account's numbers.
Not handled: other clouds; AWS's quotas (5,000 users an account), which the largest sizes break on purpose.
This package imports nothing of the product, so that it cannot agree with it by construction.

What keeps background noise away from what is planted: every planted thing lies under an IAM path, or bears a name,
with a random part (``x-…``) that nothing else names. The background's grants name their own paths (``/team/``,
``/partner/``), names (``bg-…``) or actions that only list; nobody there but an administrator has a wildcard that covers
a planted name, may pass a role, or may write to IAM beyond its own key. Planted subjects name single ARNs. Who is an
administrator is in the truth, with everything that an administrator of one account gains in others.
"""
