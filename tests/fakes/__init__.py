"""Servers that answer as a vendor's API does, for tests and benchmarks."""
