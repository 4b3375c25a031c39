"""Exact cuts: the fewest, or cheapest, grants whose removal leaves no way from some sources to some targets."""
