"""Azure in the graph."""
