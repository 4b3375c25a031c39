"""The GitHub organization of the sample company."""
