"""Tests against programs that others made, fetched once into a cache outside of the checkout."""
