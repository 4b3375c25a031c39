"""Tests of the live collection of GitHub, against a local GitHub."""
