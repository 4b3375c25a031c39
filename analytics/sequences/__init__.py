"""Sequences of state changes: what a set of held identities can do together, and whether it works in order.

Input: a snapshot and a subject. Output: ``SetReach`` (levels, search result, steps in order) and ``Replay``.
Not handled: sweeps over all identities; they use static edges and changes that one identity makes of itself.
"""

from analytics.sequences.held_sets import SetReach, search_sets
from analytics.sequences.settle import Sequences, settle_sequences

__all__ = ["Sequences", "SetReach", "search_sets", "settle_sequences"]
