"""Collect and read shared resources and other ways into an account."""
