"""Terraform and OpenTofu: what state and plan files say of identities, credentials and stored secrets."""
