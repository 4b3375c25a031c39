"""Pieces that several pages show: markup, metric rows, step lists, tables, the drawing."""
