"""Leaked credentials: what a text holds, whose it is, what it proves; one file for each vendor's forms."""
