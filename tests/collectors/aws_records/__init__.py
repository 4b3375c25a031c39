"""Tests of AWS records."""
