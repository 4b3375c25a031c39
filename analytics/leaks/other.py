"""Tokens of vendors whose inventory no source brings: kind told, and that nothing more is known.

Input: kind of a token and the part of it that the vendor itself shows. Output: a match.
Not handled: whose it is.
"""

from __future__ import annotations

from analytics.leaks.lookup import Lookup
from analytics.leaks.match import LeakMatch

__all__ = ["other_token"]

_KNOWN: dict[str, tuple[str, str]] = {
    "private_key": ("", "private key (PEM)"),
    "aws_secret_access_key": ("aws", "AWS secret access key"),
    "aws_session_token": ("aws", "AWS session token"),
    "aws_bedrock_api_key": ("aws", "Bedrock API key"),
    "gcp_api_key": ("gcp", "Google Cloud API key"),
    "gcp_oauth_token": ("gcp", "Google OAuth access token"),
    "gcp_refresh_token": ("gcp", "Google OAuth refresh token"),
    "gcp_client_secret": ("gcp", "Google OAuth client secret"),
    "gitlab_token": ("gitlab", "GitLab token"),
    "slack_token": ("slack", "Slack token"),
    "slack_webhook": ("slack", "Slack webhook address"),
    "openai_api_key": ("openai", "OpenAI API key"),
    "anthropic_api_key": ("anthropic", "Anthropic API key"),
    "vault_token": ("vault", "HashiCorp Vault token"),
    "stripe_key": ("stripe", "Stripe key"),
    "npm_token": ("npm", "npm access token"),
    "pypi_token": ("pypi", "PyPI API token"),
    "databricks_token": ("databricks", "Databricks personal access token"),
    "huggingface_token": ("huggingface", "Hugging Face token"),
    "notion_token": ("notion", "Notion token"),
    "linear_api_key": ("linear", "Linear API key"),
    "atlassian_token": ("atlassian", "Atlassian API token"),
    "perplexity_api_key": ("perplexity", "Perplexity API key"),
    "grafana_token": ("grafana", "Grafana service account token"),
    "digitalocean_token": ("digitalocean", "DigitalOcean token"),
    "sentry_token": ("sentry", "Sentry token"),
    "postman_api_key": ("postman", "Postman API key"),
    "sendgrid_api_key": ("sendgrid", "SendGrid API key"),
    "onepassword_token": ("onepassword", "1Password service account token"),
    "doppler_token": ("doppler", "Doppler token"),
    "pulumi_token": ("pulumi", "Pulumi access token"),
    "heroku_api_key": ("heroku", "Heroku API key"),
    "shopify_token": ("shopify", "Shopify token"),
    "okta_api_token": ("okta", "Okta API token"),
    "azure_devops_pat": ("azure_devops", "Azure DevOps personal access token"),
    "azure_service_key": ("azure", "Azure service key"),
    "url_password": ("", "name and password in an address"),
}
_NOTES = {
    "private_key": "Whose it is cannot be told without reading the key, which is not done; give the certificate.",
    "aws_secret_access_key": "It tells nothing by itself; give the key id that belongs to it.",
    "aws_session_token": "It tells nothing by itself; give the key id that belongs to it.",
    "aws_bedrock_api_key": "Its text names no user.",
    "azure_service_key": "Whose it is stands beside it, if anywhere: Azure shows nothing of a key.",
    "url_password": "Whose it is depends on the address.",
}
_NO_SOURCE = "No source of this kind was collected."


def other_token(lookup: Lookup, kind: str, shown: str) -> LeakMatch:
    """Return the kind of a token and what is missing to tell more."""
    system, words = _KNOWN.get(kind, ("", kind.replace("_", " ")))
    note = _NOTES.get(kind, "")
    if not note:
        note = _NO_SOURCE if system not in lookup.sources else "Nothing that was collected tells whose it is."
    return LeakMatch(public_id=shown or words, kind=words, system=system, note=note)
