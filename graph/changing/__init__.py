"""Changes made to the records that a snapshot keeps; ids of grants that stay do not shift."""

from graph.changing.apply import apply_changes
from graph.changing.guards import opens

__all__ = ["apply_changes", "opens"]
