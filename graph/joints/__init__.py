"""Joints between systems, one a file; `graph.joints.build` puts them together."""
