"""Edges of rights in Azure."""
