"""What redaction takes out of Azure's answers, and what it leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.redact import Redactor, is_redacted
from collectors.interface import EvidenceRef

SECRET = "hunter2-hunter2-hunter2"
REFERENCE = "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/db/)"
KEY = FingerprintKey(bytes(32))


def clean(value: Any) -> tuple[Any, dict[str, str]]:
    """Return the cleaned value, and kinds by pointer; without the text it comes from, as well as with it."""
    found = Redactor(KEY).clean(value, EvidenceRef("f.json"), raw=json.dumps(value))
    assert found[0] == Redactor(KEY).clean(value, EvidenceRef("f.json"))[0]
    return found[0], {item.ref.pointer: item.kind for item in found[1]}


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (
            {"type": "Microsoft.Web/sites/config", "properties": {"DB_PASSWORD": SECRET, "MODE": "fast one"}},
            {"/properties/DB_PASSWORD": "environment_secret", "/properties/MODE": "environment_variable"},
        ),
        (
            {"type": "Microsoft.Web/sites/config", "properties": {"Db": {"value": SECRET, "type": "SQLAzure"}}},
            {"/properties/Db/value": "connection_string"},
        ),
        ([{"name": "A", "slotSetting": False, "value": SECRET}], {"/0/value": "environment_variable"}),
        (
            {"siteConfig": {"appSettings": [{"name": "A_PASSWORD", "value": SECRET}]}},
            {"/siteConfig/appSettings/0/value": "environment_secret"},
        ),
        (
            {"siteConfig": {"connectionStrings": [{"name": "A", "connectionString": SECRET, "type": "Custom"}]}},
            {"/siteConfig/connectionStrings/0/connectionString": "connection_string"},
        ),
        (
            {"osProfile": {"adminPassword": SECRET, "customData": SECRET}},
            {"/osProfile/adminPassword": "password", "/osProfile/customData": "user_data"},
        ),
        ({"properties": {"userData": SECRET}}, {"/properties/userData": "user_data"}),
        (
            {"properties": {"typeHandlerVersion": "2.1", "settings": {"command": SECRET, "n": {"x": [SECRET]}}}},
            {
                "/properties/settings/command": "extension_setting",
                "/properties/settings/n/x/0": "extension_setting",
            },
        ),
        (
            {"publisher": "p", "autoUpgradeMinorVersion": True, "protectedSettings": {"script": SECRET}},
            {"/protectedSettings/script": "extension_setting"},
        ),
        (
            {"type": "Microsoft.App/containerApps", "configuration": {"secrets": [{"name": "a", "value": SECRET}]}},
            {"/configuration/secrets/0/value": "secret_value"},
        ),
        (
            {"type": "Microsoft.App/jobs", "template": {"containers": [{"env": [{"name": "A", "value": SECRET}]}]}},
            {"/template/containers/0/env/0/value": "environment_variable"},
        ),
        (
            {"containers": [{"environmentVariables": [{"name": "A", "secureValue": SECRET}]}]},
            {"/containers/0/environmentVariables/0/secureValue": "secret_value"},
        ),
        ([{"keyName": "key1", "permissions": "FULL", "value": SECRET}], {"/0/value": "account_key"}),
        (
            {"primaryKey": SECRET, "secondaryConnectionString": SECRET},
            {"/primaryKey": "account_key", "/secondaryConnectionString": "connection_string"},
        ),
        (
            {"id": "https://kv.vault.azure.net/secrets/db/1", "contentType": None, "value": SECRET},
            {"/value": "secret_value"},
        ),
        ({"runbookType": "Python3", "content": SECRET}, {"/content": "runbook_content"}),
        (
            {"servicePrincipalProfile": {"clientId": "c", "secret": SECRET}},
            {"/servicePrincipalProfile/secret": "client_secret"},
        ),
        (
            {
                "type": "Microsoft.Logic/workflows",
                "properties": {
                    "parameters": {"key": {"type": "SecureString", "value": SECRET}},
                    "definition": {
                        "parameters": {"key": {"type": "String", "defaultValue": SECRET}},
                        "actions": {
                            "call": {
                                "type": "Http",
                                "inputs": {
                                    "uri": "https://example.com/x",
                                    "headers": {"Authorization": SECRET, "X": "@parameters('key')"},
                                    "authentication": {"type": "Basic", "username": "bob", "password": SECRET},
                                },
                            }
                        },
                    },
                },
            },
            {
                "/properties/parameters/key/value": "workflow_literal",
                "/properties/definition/parameters/key/defaultValue": "workflow_literal",
                "/properties/definition/actions/call/inputs/headers/Authorization": "workflow_literal",
                "/properties/definition/actions/call/inputs/authentication/type": "workflow_literal",
                "/properties/definition/actions/call/inputs/authentication/username": "workflow_literal",
                "/properties/definition/actions/call/inputs/authentication/password": "workflow_literal",
            },
        ),
        ({"uri": f"https://a.blob.core.windows.net/c?sv=2022&sig={'aB3%2F' * 10}%3D"}, {"/uri": "azure_sas"}),
        (
            {"x": "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + "aB3d" * 21 + "aB==;EndpointSuffix=e"},
            {"/x": "azure_account_key"},
        ),
        ({"x": "SharedAccessKeyName=n;SharedAccessKey=" + "aB3d" * 10 + "aB3="}, {"/x": "azure_account_key"}),
    ],
)
def test_secrets_are_taken_out(body: Any, kinds: dict[str, str]) -> None:
    cleaned, found = clean(body)
    assert found == kinds
    assert SECRET not in json.dumps(cleaned)
    assert "aB3" not in json.dumps(cleaned)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "Microsoft.Web/sites/config", "properties": {"A": REFERENCE}},
        {"siteConfig": {"appSettings": [{"name": "A", "value": "@Microsoft.KeyVault(VaultName=kv;SecretName=db)"}]}},
        {"type": "Microsoft.Web/sites", "properties": {"state": "Running", "defaultHostName": "a.azurewebsites.net"}},
        {"secrets": [{"name": "a", "keyVaultUrl": "https://kv.vault.azure.net/secrets/db"}]},
        {"secrets": [{"name": "A", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/x"}]},
        {"env": [{"name": "A", "secretRef": "db"}]},
        {"properties": {"typeHandlerVersion": "1.0", "publisher": "p", "settings": {"n": 1, "on": True}}},
        {"settings": {"theme": "dark"}, "content": "text", "definition": "{}", "parameters": {"a": {"value": "b"}}},
        {"id": "/subscriptions/1/resourceGroups/r/providers/Microsoft.KeyVault/vaults/kv/secrets/db", "value": "text"},
        {"linuxConfiguration": {"ssh": {"publicKeys": [{"keyData": "ssh-rsa AAAA"}]}}},
        {"uri": "https://example.com/?signature=1&sig=short"},
    ],
)
def test_what_is_no_secret_stays(body: Any) -> None:
    assert clean(body) == (body, {})


def test_a_reference_with_more_in_it_is_taken_out() -> None:
    body = {"type": "Microsoft.Web/sites/config", "properties": {"A": f"@Microsoft.KeyVault(VaultName=kv;x={SECRET})"}}
    cleaned, _ = clean(body)
    assert is_redacted(cleaned["properties"]["A"])
