"""Benchmarks, run from a checkout: ``python -m benchmarks.<name>``.

Input: command-line options. Output: Markdown tables on standard output. Not handled: being part of the product's wheel.
"""
