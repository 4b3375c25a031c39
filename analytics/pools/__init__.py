"""Shared credentials: identities and credentials that two or more consumers use, and what separating them takes."""
