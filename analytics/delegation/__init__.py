"""Chained delegation: who passes authority on to whom, and whether the next identity may do more than the one before.

Input: a snapshot. Output: chains of hops, each with a verdict by a formal rule; see ``chains``.
Not handled: what callers did with a chain (``nhi replay``); providers other than AWS.
"""
