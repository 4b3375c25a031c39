"""Collect and read workloads on servers and containers."""
