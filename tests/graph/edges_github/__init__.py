"""GitHub in the graph."""
