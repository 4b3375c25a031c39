"""Tests of third-party visibility."""
