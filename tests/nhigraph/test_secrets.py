"""Secrets under a key of the customer's."""

from __future__ import annotations

from collections.abc import Callable

from tests.nhigraph.running import Command
from tests.worlds.aws import World
from tests.worlds.names import Names

Build = Callable[[World], Command]
A, B, OUTSIDE = "111111111111", "222222222222", "999999999999"
NAMES = Names(A)
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


SECRETS = "arn:aws:secretsmanager:eu-central-1:444455556666:secret:data/"
READ = "secretsmanager:GetSecretValue"
READER = "arn:aws:iam::444455556666:role/service/report-reader"
VAULT = "arn:aws:iam::444455556666:role/service/pseudonym-vault"


def test_reading_a_secret_takes_its_key(sample: Command) -> None:
    closed, opened = f"{SECRETS}customer-pseudonyms-dykxsn", f"{SECRETS}report-signing-6ev72u"
    refused = sample("explain", READER, READ, closed, "--format", "json").json
    assert (refused["decision"], refused["state"]) == ("not_allowed", "void")
    assert refused["grants"] == []
    assert any("kms:Decrypt" in note for note in refused["notes"])
    granted = sample("explain", READER, READ, opened, "--format", "json").json
    assert granted["decision"] == "allowed"
    assert {grant.split(":")[1] for grant in granted["grants"]} == {"statement", "resource_policy"}
    found = sample("who-can", READ, closed, "--format", "json").json["principals"]
    assert [row["principal"] for row in found] == [VAULT]


def test_who_can_read_agrees_with_the_paths_of_one_hop(sample: Command) -> None:
    """Two roads to one answer: the evaluator asked per principal, and the edges that the build made."""
    for secret in (f"{SECRETS}customer-pseudonyms-dykxsn", f"{SECRETS}report-signing-6ev72u"):
        asked = {row["principal"] for row in sample("who-can", READ, secret, "--format", "json").json["principals"]}
        reached = {
            row["subject"]
            for row in sample("blast-radius", "--all", "--limit", "1000", "--format", "jsonl").lines
            for target in row["reaches"]
            if target["id"] == secret and target["hops"] == 1
        }
        assert reached <= asked
        assert {who for who in asked if who not in reached} == set()
