"""Nordlicht Versand, a fictitious logistics firm: its AWS organization as evidence, and the truth about it.

Input: none. Output: data files, opened with ``importlib.resources.files("sample_data")``: ``evidence/`` (what a
collection wrote), ``expected.toml`` (what is planted in it), ``README.md`` (the story).
Not handled: nothing is computed here; ``python -m sample_data._make`` writes the evidence anew.
"""
