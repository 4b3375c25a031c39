"""GitHub evidence into records."""
