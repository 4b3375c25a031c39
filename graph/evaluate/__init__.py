"""Permission evaluators, one folder a provider."""
