"""Collect and read build, data, deployment and event services."""
