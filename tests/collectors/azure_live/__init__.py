"""Tests of the live collection of Azure, against a local Azure Resource Manager."""
