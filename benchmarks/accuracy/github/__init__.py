"""The held-out set for GitHub and its joints to AWS and Entra ID: small organizations, claims, and asking them.

Input: none. Output: modules. Not handled: anything of ``graph`` and ``analytics``, which the set does not import.
"""
