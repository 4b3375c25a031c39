"""Tests of the pure functions of the Entra evaluator."""
