"""GitHub organizations: evidence of GitHub's REST API, without any SDK."""
