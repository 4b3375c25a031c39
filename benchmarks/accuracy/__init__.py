"""A set of small AWS accounts with one question each, and what asks several tools those questions.

Input: none. Output: modules (``account``, ``cases``, ``peers`` …) for ``python -m benchmarks.accuracy_aws``.
Not handled: anything of ``graph`` or ``analytics``: the set is written from the vendor's documentation alone.
"""
