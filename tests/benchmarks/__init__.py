"""Tests of the benchmarks that stand for accuracy."""
