"""Entra records on small answers of Microsoft Graph."""
