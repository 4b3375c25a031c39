"""Collect: vendors' own words as evidence files, and pure readers that turn evidence into records."""
