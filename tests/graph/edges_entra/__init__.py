"""Entra edges on small tenants."""
