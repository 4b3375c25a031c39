"""Scenario tests of the edges that AWS evidence gives."""
