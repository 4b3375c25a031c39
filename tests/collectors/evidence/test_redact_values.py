"""Values that stand beside their name: arguments, stack parameters and outputs, inputs of targets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collectors.evidence.redact import FingerprintKey, Redactor
from collectors.interface import EvidenceRef

KEY = FingerprintKey(bytes(range(32)))
SECRET = "S3cr3t-" + "value-1"
ARN = "arn:aws:sns:eu-west-1:111111111111:alerts"


def clean(value: Any) -> Any:
    return Redactor(KEY).clean(value, EvidenceRef("f.json"), raw=json.dumps(value))


@pytest.mark.parametrize("field", ["DefaultArguments", "NonOverridableArguments", "Arguments", "environmentVariables"])
def test_objects_of_values(field: str) -> None:
    cleaned, found = clean({"Jobs": [{field: {"--db_password": SECRET, "--stage": "test-2", "--topic": ARN}}]})
    values = cleaned["Jobs"][0][field]
    assert [values[name]["redacted"] for name in ("--db_password", "--stage", "--topic")] == [
        "environment_secret", "environment_variable", "environment_variable",
    ]  # fmt: skip
    assert values["--topic"]["hint"] == ARN
    assert found[0].ref.pointer == f"/Jobs/0/{field}/--db_password"
    assert SECRET not in json.dumps(cleaned)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ParameterKey", "ParameterValue"), ("ParameterKey", "ResolvedValue"), ("OutputKey", "OutputValue")],
)
def test_parameters_and_outputs_of_a_stack(name: str, value: str) -> None:
    pairs = [{name: "DbPassword", value: SECRET}, {name: "Topic", value: ARN}, {name: "On", value: "true"}]
    cleaned, found = clean({"Stacks": [{"Parameters": pairs}]})
    secret, topic, flag = cleaned["Stacks"][0]["Parameters"]
    assert (secret[name], secret[value]["redacted"]) == ("DbPassword", "environment_secret")
    assert (topic[value]["redacted"], topic[value]["hint"]) == ("environment_variable", ARN)
    assert flag == pairs[2]
    assert found[0].ref.pointer == f"/Stacks/0/Parameters/0/{value}"


def test_a_value_without_its_name_is_left_alone() -> None:
    value = {"ParameterValue": "x", "OutputValue": 7, "OutputKey": "k"}
    assert clean(value) == (value, ())


def test_input_of_a_target_and_no_other() -> None:
    given = json.dumps({"password": SECRET})
    cleaned, found = clean({"Targets": [{"Id": "1", "Arn": ARN, "Input": given}]})
    assert cleaned["Targets"][0]["Input"]["redacted"] == "target_input"
    assert cleaned["Targets"][0]["Arn"] == ARN and len(found) == 1
    other = {"Name": "step", "Input": "plain text"}
    assert clean(other) == (other, ())


@pytest.mark.parametrize("field", ["OAuthToken", "AuthToken"])
def test_tokens_of_source_providers(field: str) -> None:
    cleaned, _ = clean({"configuration": {field: SECRET, "Owner": "example-company"}})
    assert cleaned["configuration"][field]["redacted"] == "token"
    assert cleaned["configuration"]["Owner"] == "example-company"


def test_nothing_inside_a_policy_changes() -> None:
    policy = {"PolicyDocument": {"Input": "x", "Arn": "y", "ParameterKey": "DbPassword", "ParameterValue": SECRET}}
    assert clean(policy) == (policy, ())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("AZURE_CLIENT_ID", True),
        ("AzureAd__ClientId", True),
        ("HR_APP_ID", True),
        ("ARM_TENANT_ID", True),
        ("SESSION_ID", False),
        ("API_KEY", False),
        ("CLIENT_SECRET", False),
        ("CLIENT_ID_PASSWORD", False),
    ],
)
def test_the_id_of_an_application_is_no_secret_under_a_name_that_says_so(name: str, kept: bool) -> None:
    value = "5d3c1c5e-6f0a-4b8e-9a77-0f3f5c0d2a11"
    cleaned, _ = Redactor().clean({"Environment": {"Variables": {name: value}}}, EvidenceRef("f"))
    shown = cleaned["Environment"]["Variables"][name]
    assert ("hint" in shown) is kept
    assert (value in repr(shown)) is kept
