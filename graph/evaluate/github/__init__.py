"""What GitHub lets whom do: roles, branches, environments, subjects of tokens, workflow files."""
