"""Any system that no collector reads: what its own export says, as tables of identities, credentials, grants, uses."""
