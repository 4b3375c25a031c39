"""Tests; the sub-packages mirror the source."""
