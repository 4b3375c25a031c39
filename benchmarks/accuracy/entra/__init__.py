"""The held-out set for Entra ID and Azure: small tenants, claims, and asking them.

Input: none. Output: modules. Not handled: anything of ``graph`` and ``analytics``, which the set does not import.
"""
