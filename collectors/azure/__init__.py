"""Azure Resource Manager: evidence of scopes, role assignments, and of what carries identities."""
