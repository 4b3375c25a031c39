"""Azure: what roles, deny assignments and vault policies allow whom."""
