"""OIDC issuer and subject to whoever trusts it: which known source of tokens can have which subject."""
