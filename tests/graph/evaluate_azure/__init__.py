"""The evaluator of Azure RBAC in parts and as a whole."""
