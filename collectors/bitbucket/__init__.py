"""Bitbucket Cloud: pipeline files, and a few answers of its API, as files."""
