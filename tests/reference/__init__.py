"""Slow, plain evaluators written from vendor documentation alone; they import nothing from the product."""
