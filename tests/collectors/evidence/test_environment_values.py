"""Which variables hold a secret: by shape, by name and value together, and near-misses that hold none."""

from __future__ import annotations

import json

import pytest

from collectors.evidence.environment_values import SECRET_BY_NAME, secret_kind
from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.redact import Redactor, is_redacted
from collectors.evidence.token_shapes import find_tokens
from collectors.interface import EvidenceRef

TOKEN = "gh" + "p_" + "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2"


def kind(name: str, value: str) -> str:
    return secret_kind(name, value, next((match.shape for match in find_tokens(value)), None))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "hunter2"),
        ("db-password", "correct horse battery staple"),
        ("dbPassword", "hunter2"),
        ("REDIS_PASS", "hunter2"),
        ("API_KEY", "a8f5f167f44f4964e6c998dee827110c"),
        ("apiKey", "a8f5f167f44f4964e6c998dee827110c"),
        ("STRIPE_SECRET", "Zx81-9ad7f-Q22"),
        ("CLIENT_SECRET", "Zx819ad7fQ22"),
        ("GITHUB_TOKEN", "v1.0123456789abcdef"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"),
    ],
)
def test_name_and_value_give_a_secret_away(name: str, value: str) -> None:
    assert kind(name, value) == SECRET_BY_NAME


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "debug"),
        ("TOKEN_URL", "https://login.example.com/token"),
        ("TOKEN_TTL", "3600"),
        ("PASSWORD_FILE", "/run/secrets/db"),
        ("DB_PASSWORD", "/orders/db-password"),
        ("DB_PASSWORD", "{{resolve:secretsmanager:orders/db}}"),
        ("DB_PASSWORD", "${DB_PASSWORD}"),
        ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf"),
        ("DB_SECRET", "orders/db/main1"),
        ("DB_SECRET", "orders-database"),
        ("API_TOKEN", "ssm:/orders/token"),
        ("SESSION_TOKEN", "disabled"),
        ("CACHE_KEY", "a8f5f167f44f4964e6c998dee827110c"),
        ("BYPASS", "a8f5f167f44f4964e6c998dee827110c"),
        ("PASSENGER", "hunter2-hunter2"),
        ("API_KEY", "12345"),
        ("DB_PASSWORD", ""),
    ],
)
def test_near_miss_is_no_secret(name: str, value: str) -> None:
    assert kind(name, value) == ""


def test_a_shape_is_a_secret_under_any_name() -> None:
    assert kind("WHATEVER", TOKEN) == "github_token"
    assert kind("DATABASE_URL", "postgres://app:hunter2-hunter2@db.example.com/app") == "url_password"
    assert kind("DATABASE_URL", "postgres://db.example.com/app") == ""


def clean(value: object) -> object:
    return Redactor(FingerprintKey(bytes(32))).clean(value, EvidenceRef("f"), raw=json.dumps(value))[0]


def test_every_list_and_map_of_variables_is_redacted_and_says_which_are_secrets() -> None:
    pairs = [{"name": "MODE", "value": "quiet-mode"}, {"name": "DB_PASSWORD", "value": "hunter2-hunter2"}]
    shapes: list[dict[str, object]] = [
        {"taskDefinition": {"containerDefinitions": [{"environment": pairs}]}},
        {"tasks": [{"overrides": {"containerOverrides": [{"environment": pairs}]}}]},
        {"jobDefinitions": [{"containerProperties": {"environment": pairs}}]},
        {"jobDefinitions": [{"eksProperties": {"podProperties": {"containers": [{"env": pairs}]}}}]},
    ]
    for body in shapes:
        text = json.dumps(clean(body))
        assert "hunter2" not in text and "quiet-mode" not in text
        assert '"environment_secret"' in text and '"environment_variable"' in text
    variables = {"MODE": "quiet-mode", "DB_PASSWORD": "hunter2-hunter2", "ON": "true"}
    values = {"CodeConfigurationValues": {"RuntimeEnvironmentVariables": variables}}
    cleaned = clean({"Service": {"CodeConfiguration": values, "InstanceConfiguration": {}}})
    assert isinstance(cleaned, dict)
    shown = cleaned["Service"]["CodeConfiguration"]["CodeConfigurationValues"]["RuntimeEnvironmentVariables"]
    assert [is_redacted(value) for value in shown.values()] == [True, True, False]
    assert [shown[name]["redacted"] for name in ("MODE", "DB_PASSWORD")] == ["environment_variable", SECRET_BY_NAME]


def test_sources_of_variables_stay() -> None:
    body = {
        "containerDefinitions": [{"secrets": [{"name": "DB_PASSWORD", "valueFrom": "/orders/db-password"}]}],
        "RuntimeEnvironmentSecrets": {"DB": "arn:aws:ssm:eu-west-1:111111111111:parameter/db"},
    }
    assert clean(body) == body


def test_user_data_and_other_containers_of_secrets() -> None:
    body = {
        "LaunchTemplateData": {"UserData": "IyEvYmluL2Jhc2g="},
        "LaunchConfigurations": [{"UserData": ""}],
        "options": {"splunk-token": "0123456789abcdef0123"},
        "connectorConfig": {"activationCode": "abcdefgh"},
    }
    cleaned = clean(body)
    assert isinstance(cleaned, dict)
    assert cleaned["LaunchTemplateData"]["UserData"]["redacted"] == "user_data"
    assert cleaned["LaunchConfigurations"] == [{"UserData": ""}]
    assert is_redacted(cleaned["options"]["splunk-token"])
    assert is_redacted(cleaned["connectorConfig"]["activationCode"])
