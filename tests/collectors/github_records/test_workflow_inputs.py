"""What is kept of what jobs are given: names of secrets and variables, public ids, and nothing else."""

from __future__ import annotations

import json

import pytest

from collectors.github.workflow_file import read_workflow
from collectors.github.workflow_inputs import given, public_id
from collectors.interface import EvidenceRef

APP = "00000000-0000-4000-8000-00000000000A"
KEY = "AKIAIOSFODNN7EXAMPLE"
ROLE = "arn:aws:iam::111111111111:role/deploy"


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("client-secret", "${{ secrets.HR_SECRET }}", "secrets.HR_SECRET"),
        ("client-secret", " ${{secrets['hr_secret']}} ", "secrets.HR_SECRET"),
        ("client-id", "${{ vars.hr_id }}", "vars.HR_ID"),
        ("client-id", APP, APP.lower()),
        ("AZURE_TENANT_ID", APP, APP.lower()),
        ("aws-access-key-id", KEY, KEY),
        ("role-to-assume", ROLE, None),
        ("subscription-id", APP, None),
        ("client-id", "Iv1.8a61f9b3a7aba766", None),
        ("password", "Zx81-plain", None),
        ("url", "https://${{ secrets.HOST }}/", None),
        ("token", "${{ secrets.A || secrets.B }}", None),
        ("token", "${{ inputs.token }}", None),
        ("number", 7, None),
    ],
)
def test_what_is_kept_of_a_value(name: str, value: object, kept: str | None) -> None:
    assert given({name: value}) == ({name: kept} if kept else {})


def test_values_inside_json() -> None:
    inside = {"clientId": APP, "clientSecret": "${{ secrets.S }}", "note": "x", "inner": {"a": "${{ secrets.T }}"}}
    text = json.dumps(inside)
    assert given({"creds": text}) == {"creds.clientId": APP.lower(), "creds.clientSecret": "secrets.S"}
    assert given({"creds": "{ ${{ secrets.S }} }"}) == {}


def test_the_nearer_table_counts() -> None:
    assert given({"A": "${{ secrets.ONE }}"}, None, {"A": "${{ secrets.TWO }}"}) == {"A": "secrets.TWO"}
    assert given({"A": "${{ secrets.ONE }}"}, {"A": "text"}) == {}


def test_public_ids_by_name_and_form() -> None:
    assert public_id("SESSION_ID", APP) == ""
    assert public_id("ANYTHING", KEY) == KEY
    assert public_id("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE") == ""


WORKFLOW = """
on: push
env: {ARM_CLIENT_ID: 00000000-0000-4000-8000-00000000000A, REGION: eu}
jobs:
  plan:
    env: {ARM_CLIENT_SECRET: "${{ secrets.ARM }}"}
    steps:
      - run: terraform plan
        env: {TOKEN: "${{ secrets.T }}"}
      - uses: azure/login@v2
        with: {creds: "${{ secrets.CREDS }}"}
  called:
    uses: acme/flows/.github/workflows/a.yml@v1
    with: {client-id: "${{ vars.ID }}"}
    secrets: {client-secret: "${{ secrets.S }}"}
  inherits:
    uses: ./.github/workflows/b.yml
    secrets: inherit
"""


def test_jobs_and_steps_say_what_they_are_given() -> None:
    plan, called, inherits = read_workflow(WORKFLOW, "ci.yml", EvidenceRef("x")).jobs
    assert dict(plan.given) == {"ARM_CLIENT_ID": APP.lower(), "ARM_CLIENT_SECRET": "secrets.ARM"}
    assert [dict(step.given) for step in plan.steps] == [{"TOKEN": "secrets.T"}, {"creds": "secrets.CREDS"}]
    assert dict(called.given) == {"ARM_CLIENT_ID": APP.lower(), "client-id": "vars.ID", "client-secret": "secrets.S"}
    assert dict(inherits.given) == {"ARM_CLIENT_ID": APP.lower()}
