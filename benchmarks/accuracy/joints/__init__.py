"""The held-out set for joints between systems: cases, the estates that they are about, and their scoring.

Input, output, not handled: see the modules.
"""
