"""OIDC and SAML identity providers.

Input: their listings and per-provider answers. Output: records. Not handled: SAML metadata beyond its validity.
"""

from __future__ import annotations

from collectors.aws.records import AwsOidcProvider, AwsSamlProvider
from collectors.aws.records_fields import Fields, Reading, arn_account
from collectors.evidence.evidence import Call

__all__ = ["read_oidc_providers", "read_saml_providers"]

_OIDC_LIST, _OIDC = "iam.list_open_id_connect_providers", "iam.get_open_id_connect_provider"
_SAML_LIST, _SAML = "iam.list_saml_providers", "iam.get_saml_provider"


def read_oidc_providers(reading: Reading) -> dict[str, AwsOidcProvider]:
    """Return OIDC providers by ARN; a listed one without its own answer has unknown audiences."""
    found: dict[str, AwsOidcProvider] = {}
    for account in reading.accounts:
        for provider in reading.each(_OIDC_LIST, account, "OpenIDConnectProviderList", _listed_oidc):
            found.setdefault(provider.arn, provider)
        for _, call, answer in reading.answers(_OIDC, account):
            arn = call.request.get("OpenIDConnectProviderArn")
            url = answer.text("Url").removeprefix("https://")
            if not isinstance(arn, str):
                arn = f"arn:aws:iam::{account}:oidc-provider/{url}"  # a dump alone does not name it
            found[arn] = AwsOidcProvider(
                arn=arn,
                url=url or _url_of(arn),
                account=arn_account(arn),
                ref=answer.ref,
                client_ids=answer.texts("ClientIDList"),
                client_ids_known=True,
                created_at=answer.time("CreateDate"),
            )
    return found


def read_saml_providers(reading: Reading) -> dict[str, AwsSamlProvider]:
    """Return SAML providers by ARN."""
    found: dict[str, AwsSamlProvider] = {}
    for account in reading.accounts:
        for provider in reading.each(_SAML_LIST, account, "SAMLProviderList", _listed_saml):
            found.setdefault(provider.arn, provider)
        for _, call, answer in reading.answers(_SAML, account):
            arn = call.request.get("SAMLProviderArn")
            if isinstance(arn, str):
                valid_until = answer.time("ValidUntil")
                known = found.get(arn)
                found[arn] = AwsSamlProvider(
                    arn,
                    arn.rsplit("/", 1)[-1],
                    arn_account(arn),
                    known.ref if known else answer.ref,
                    valid_until or (known.valid_until if known else None),
                )
    return found


def _listed_oidc(item: Fields, _region: str, _call: Call) -> AwsOidcProvider:
    arn = item.arn()
    return AwsOidcProvider(arn, _url_of(arn), arn_account(arn), item.ref)


def _listed_saml(item: Fields, _region: str, _call: Call) -> AwsSamlProvider:
    arn = item.arn()
    return AwsSamlProvider(arn, arn.rsplit("/", 1)[-1], arn_account(arn), item.ref, item.time("ValidUntil"))


def _url_of(arn: str) -> str:
    return arn.split(":oidc-provider/", 1)[-1]
