"""Analyse: reach, paths, findings, on snapshots alone."""
