"""Derived edges, one kind a file; ``graph.build`` runs them in the order of its table."""
