"""Build: records become an identity graph, permissions are evaluated, a snapshot is written and questioned."""
