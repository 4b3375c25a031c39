"""Azure evidence to records."""
