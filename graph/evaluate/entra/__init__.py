"""Effective permissions in Microsoft Entra ID: what app roles, consents and directory roles let a principal do."""
