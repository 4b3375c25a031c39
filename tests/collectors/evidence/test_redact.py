"""What redaction takes out, and what it must leave alone.

Vectors that look like live secrets are put together at run time, so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from collectors.errors import UnusableInputError
from collectors.evidence.reader import read_evidence
from collectors.evidence.redact import FingerprintKey, Redactor, is_redacted, plain_text
from collectors.interface import EvidenceRef
from tests.collectors.payloads import ESTATE, PAYLOADS

KEY = FingerprintKey(bytes(range(32)))
REF = EvidenceRef("f.json")


def clean(value: Any, *, raw: bool = True) -> Any:
    text = json.dumps(value, ensure_ascii=False) if raw else None
    return Redactor(KEY).clean(value, REF, raw=text)


def alnum(length: int) -> str:
    return ("Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9" * 20)[:length]


HEX = "0123456789abcdef" * 8
JWT_HEAD = base64.urlsafe_b64encode(b'{"alg":"RS256","typ":"JWT"}').decode().rstrip("=")
JWT_BODY = base64.urlsafe_b64encode(b'{"sub":"x","iss":"y","aud":"z"}').decode().rstrip("=")

TOKENS = {
    "github_token classic": "gh" + "p_" + alnum(36),
    "github_token fine": "github" + "_pat_" + alnum(22) + "_" + alnum(59),
    "github_token app": "gh" + "s_" + alnum(36),
    "gitlab_token": "glp" + "at-" + alnum(20),
    "slack_token bot": "xo" + "xb-" + "1234567890-1234567890-" + alnum(24),
    "slack_token app": "xa" + "pp-1-A0123ABCD-" + "1234567890-" + HEX,
    "slack_webhook": "hooks.slack" + ".com/services/T0000/B0000/" + alnum(24),
    "entra_client_secret": "abc" + "8Q~" + alnum(34),
    "entra_client_secret dash": "-b_" + "7Q~" + alnum(31),
    "azure_devops_pat": alnum(76) + "AZ" + "DO" + alnum(4),
    "azure_service_key": alnum(76) + "+A" + "St" + alnum(5) + "Q==",
    "openai_api_key": "sk-" + "proj-" + alnum(30) + "T3Blbk" + "FJ" + alnum(30),
    "anthropic_api_key": "sk-" + "ant-api03-" + alnum(93) + "AA",
    "vault_token": "hv" + "s." + alnum(30),
    "stripe_key": "sk" + "_live_" + alnum(24),
    "npm_token": "np" + "m_" + alnum(36),
    "pypi_token": "pyp" + "i-AgE" + "IcHlwaS5vcmc" + alnum(60),
    "databricks_token": "da" + "pi" + HEX[:32],
    "huggingface_token": "hf" + "_" + "AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh",
    "sendgrid_api_key": "SG" + "." + alnum(22) + "." + alnum(43),
    "gcp_api_key": "AI" + "za" + alnum(35),
    "gcp_oauth_token": "ya" + "29." + alnum(60),
    "gcp_client_secret": "GOC" + "SPX-" + alnum(28),
    "aws_session_token": "IQoJb3JpZ2lu" + "X2Vj" + alnum(300),
    "aws_bedrock_api_key long": "AB" + "SK" + alnum(128),
    "aws_bedrock_api_key short": "bedrock-api-" + "key-YmVkcm9jay5hbWF6b25hd3MuY29t" + alnum(100),
    "digitalocean_token": "do" + "p_v1_" + HEX[:64],
    "grafana_token": "gl" + "sa_" + alnum(32) + "_" + HEX[:8],
    "postman_api_key": "PM" + "AK-" + HEX[:24] + "-" + HEX[:34],
    "jwt": f"{JWT_HEAD}.{JWT_BODY}.{alnum(40)}",
    "okta_api_token": "SSW" + "S 00" + alnum(40),
}


@pytest.mark.parametrize("name", TOKENS)
def test_token_is_found_as_a_value_and_inside_text(name: str) -> None:
    token, kind = TOKENS[name], name.split(maxsplit=1)[0]
    cleaned, found = clean({"Description": token, "Note": f"use '{token}', please", "List": [token]})
    assert token not in json.dumps(cleaned)
    if kind != "slack_webhook":
        assert cleaned["Description"]["redacted"] == kind
    assert cleaned["Note"].startswith("use '<redacted:") and cleaned["Note"].endswith("', please")
    assert {each.kind for each in found} == {kind}
    assert sorted(each.ref.pointer for each in found) == ["/Description", "/List/0", "/Note"]
    assert token not in repr(found)


def test_private_key_in_every_wrapping() -> None:
    begin, end = "-----BEGIN " + "RSA PRIVATE KEY-----", "-----END " + "RSA PRIVATE KEY-----"
    pem = f"{begin}\n{alnum(64)}\n{end}\n"
    cut_off = f"{begin}\n{alnum(64)}"
    encoded = pem.replace(" ", "%20").replace("\n", "%0A")
    for text in (pem, cut_off, encoded, f'{{"key": "{pem}"}}'):
        cleaned, found = clean({"Value": text})
        assert alnum(64) not in json.dumps(cleaned)
        assert [each.kind for each in found] == ["private_key"]
    certificate = "-----BEGIN CERTIFICATE-----\n" + alnum(64) + "\n-----END CERTIFICATE-----"
    assert clean({"Certificate": certificate}) == ({"Certificate": certificate}, ())


SECRET_FIELDS = {
    "SecretAccessKey": "secret_access_key",
    "aws_secret_access_key": "secret_access_key",
    "SessionToken": "session_token",
    "SecretString": "secret_value",
    "SecretBinary": "secret_value",
    "MasterUserPassword": "password",
    "Password": "password",
    "private_key": "private_key",
    "clientSecret": "client_secret",
    "secretText": "client_secret",
    "ServicePassword": "password",
    "Base32StringSeed": "mfa_seed",
    "QRCodePNG": "mfa_seed",
    "UserData": "user_data",
    "refresh_token": "token",
}


@pytest.mark.parametrize(("field", "kind"), SECRET_FIELDS.items())
def test_field_that_holds_a_secret(field: str, kind: str) -> None:
    cleaned, found = clean({"Outer": [{field: "anything at all"}]})
    assert cleaned["Outer"][0][field]["redacted"] == kind
    assert found[0].ref.pointer == f"/Outer/0/{field}"
    assert clean({field: None}) == ({field: None}, ())
    assert clean({field: True}) == ({field: True}, ())


def test_user_data_attribute_and_bytes() -> None:
    cleaned, _ = clean({"UserData": {"Value": "IyEvYmluL2Jhc2g="}})
    assert is_redacted(cleaned["UserData"]["Value"])
    cleaned, _ = clean({"SecretBinary": b"\x00\x01"}, raw=False)
    assert is_redacted(cleaned["SecretBinary"])


def test_environment_variables_keep_names_and_public_ids() -> None:
    secret_arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf"
    variables = {"LOG": "debug", "KEY_ID": "AKIAIOSFODNN7EXAMPLE", "SECRET": secret_arn, "PW": "hunter2", "EMPTY": ""}
    cleaned, found = clean({"Functions": [{"Environment": {"Variables": variables}}]})
    shown = cleaned["Functions"][0]["Environment"]["Variables"]
    assert list(shown) == list(variables)
    assert {name: value.get("hint") for name, value in shown.items() if value} == {
        "LOG": None,
        "KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "SECRET": secret_arn,
        "PW": None,
    }
    assert {each.kind for each in found} == {"environment_variable"}
    assert "hunter2" not in json.dumps(cleaned)


def test_environment_as_a_list_of_pairs() -> None:
    pairs = [{"name": "A", "value": "x"}, {"name": "B", "value": "/p/b", "type": "PARAMETER_STORE"}, {"name": "C"}]
    cleaned, _ = clean({"environment": pairs})
    assert is_redacted(cleaned["environment"][0]["value"])
    assert cleaned["environment"][1:] == pairs[1:]


def test_tag_named_like_a_secret() -> None:
    tags = [
        {"Key": "password", "Value": "hunter2"},
        {"Key": "password", "Value": "none"},
        {"Key": "team", "Value": "a"},
    ]
    cleaned, found = clean({"Tags": tags})
    assert is_redacted(cleaned["Tags"][0]["Value"]) and cleaned["Tags"][1:] == tags[1:]
    assert len(found) == 1


def test_secret_key_assigned_in_free_text() -> None:
    secret = "wJalrXUtnFEMI/" + "K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
    for text in (
        f"aws_secret_access_key = {secret}",
        f'{{"SecretAccessKey": "{secret}"}}',
        f"AWS_SECRET_ACCESS_KEY={secret}",
    ):
        cleaned, _ = clean({"Description": text})
        assert secret not in json.dumps(cleaned) and "<redacted:aws_secret_access_key" in cleaned["Description"]


def test_password_in_a_url() -> None:
    cleaned, _ = clean({"Url": "postgres://app:s3cr3t@db.example.com/orders"})
    assert cleaned["Url"].startswith("postgres://<redacted:url_password") and cleaned["Url"].endswith(
        "@db.example.com/orders"
    )


NOT_SECRETS: list[Any] = [
    "AKIAIOSFODNN7EXAMPLE",
    "AROAEXAMPLEORDERS0001:session",
    "arn:aws:iam::111111111111:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
    "arn:aws:sts::111111111111:assumed-role/Admin/i-0abc0000000000001",
    "arn:aws:secretsmanager:eu-west-1:111111111111:secret:prod/github_token-AbCdEf",
    "arn:aws:s3:::hf-models-data/*",
    "arn:aws:kms:eu-west-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab",
    "arn:aws:lambda:eu-west-1:111111111111:function:sk-live-orders:PROD",
    "arn:aws:iam::111111111111:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E",
    "wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY1",
    base64.b64encode(bytes(range(200))).decode(),
    "dGhpcyBpcyBhIHJlc291cmNlIG5hbWU=",
    HEX[:64],
    "6938fd4d98bab03faadb97b34396831e3780aea1",
    "8f3c1e52-0a77-4f0b-9a58-1f2f6f3d9b10",
    "https://token.actions.githubusercontent.com",
    "https://console.aws.amazon.com:443/path@x",
    "https://sqs.us-east-1.amazonaws.com/123456789012/queue",
    "s3://bucket/${aws:username}/*",
    "repo:example/orders:ref:refs/heads/main",
    "ghp_short",
    "sk_live_short",
    "xoxb",
    "glpat-",
    "eyJhbGciOi",
    "eyJub3RhanNvbg.eyJub3RhanNvbg.c2lnbmF0dXJl",
    "SG.subnet.group",
    "dapi-gateway",
    "hf_model_registry_bucket_for_the_data_team",
    "npm_package_mirror_bucket_in_eu_west_one_x",
    "the AZDO project of release 7Q~ and its +ASt tests",
    alnum(75) + "AZDO" + alnum(4),
    "private key rotation runbook",
    "AKIAEXAMPLE is quarantined by AWSCompromisedKeyQuarantineV3",
    "hvs.example.com",
    "user+1-at-111111111111",
]


@pytest.mark.parametrize("text", NOT_SECRETS)
def test_near_miss_stays(text: str) -> None:
    body = {
        "Name": text,
        "Tags": [{"Key": "k", "Value": text}],
        "PolicyDocument": {"Statement": [{"Resource": [text], "Condition": {"StringLike": {"sts:ExternalId": text}}}]},
    }
    assert clean(body) == (body, ())
    assert clean(body, raw=False) == (body, ())


def statement(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*", **more}


DOCUMENTS = [
    statement(Condition={"StringEquals": {"sts:ExternalId": alnum(64)}}),
    statement(Condition={"StringEquals": {"sts:ExternalId": "Password"}}),
    statement(Condition={"StringEquals": {"secretsmanager:ResourceTag/password": "x"}}),
    statement(Condition={"StringEquals": {"aws:RequestTag/SecretAccessKey": "x", "aws:ResourceTag/Password": "y"}}),
    statement(Condition={"ForAllValues:StringLike": {"aws:TagKeys": ["SecretString", "password", "UserData"]}}),
    statement(Condition={"StringEquals": {"saml:sub_type": "persistent", "accounts.google.com:aud": "1234.apps"}}),
    statement(Condition={"StringLike": {"aws:userid": "AROAEXAMPLEORDERS0001:*", "aws:Referer": ["https://x/*"]}}),
    statement(Resource=["arn:aws:ssm:*:*:parameter/prod/db/password", "arn:aws:rds-db:*:*:dbuser:db-ABC/SessionToken"]),
    statement(NotPrincipal={"AWS": ["AIDAEXAMPLEDEPLOY0001", "arn:aws:iam::111111111111:user/UserData"]}),
    statement(Sid="PrivateKey", Action=["iam:UploadServerCertificate", "secretsmanager:GetSecretValue"]),
    statement(Password="kept: no field of a statement is looked at by name"),
]


@pytest.mark.parametrize("field", ["PolicyDocument", "AssumeRolePolicyDocument", "Document", "Policy", "Content"])
@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
def test_policy_documents_are_never_damaged(field: str, number: int) -> None:
    document = {"Version": "2012-10-17", "Statement": [DOCUMENTS[number]]}
    for body in ({field: document}, {field: json.dumps(document)}):
        assert clean(body) == (body, ())


def test_token_in_a_policy_document_keeps_the_structure() -> None:
    token = TOKENS["github_token classic"]
    document = {"Statement": [{"Condition": {"StringEquals": {"sts:ExternalId": token}}}]}
    cleaned, _ = clean({"PolicyDocument": document, "Policy": json.dumps(document)})
    value = cleaned["PolicyDocument"]["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"]
    assert isinstance(value, str) and value.startswith("<redacted:github_token")
    inner = json.loads(cleaned["Policy"])["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"]
    assert inner == value


def test_the_payloads_lose_nothing() -> None:
    for file in [*ESTATE.rglob("*.json"), *PAYLOADS.glob("*.json")]:
        text = file.read_text()
        if "list_functions" not in file.name:
            assert Redactor(KEY).clean(json.loads(text), REF, raw=text) == (json.loads(text), ())
            assert Redactor(KEY).clean(json.loads(text), REF) == (json.loads(text), ())


def test_redacting_twice_changes_nothing_and_the_input_is_untouched() -> None:
    body = {"Password": "hunter2", "Text": TOKENS["jwt"] + " and more", "Deep": [{"SecretString": "s"}]}
    before = json.dumps(body)
    once, found = clean(body)
    assert json.dumps(body) == before and len(found) == 3
    assert clean(once) == (once, ())


def test_password_in_a_url_with_escaped_slashes() -> None:
    raw = '{"Url": "https:\\/\\/app:s3cr3tpw@db.example.com"}'
    cleaned, found = Redactor(KEY).clean(json.loads(raw), REF, raw=raw)
    assert found and "s3cr3tpw" not in json.dumps(cleaned)


def test_token_written_with_escapes_is_found() -> None:
    token = TOKENS["github_token classic"]
    raw = '{"Note": "' + token.replace("g", "\\u0067", 1) + '"}'
    cleaned, found = Redactor(KEY).clean(json.loads(raw), REF, raw=raw)
    assert found and token not in json.dumps(cleaned)


def test_fingerprints_join_only_under_the_same_key() -> None:
    other = FingerprintKey(bytes(32))
    value = {"Password": "hunter2"}
    mine = Redactor(KEY).clean(value, REF)[0]["Password"]["fingerprint"]
    assert (
        mine
        == Redactor(KEY).clean({"Secret": {"SecretString": "hunter2"}}, REF)[0]["Secret"]["SecretString"]["fingerprint"]
    )
    theirs = Redactor(other).clean(value, REF)[0]["Password"]["fingerprint"]
    assert mine.split(":")[:2] == ["hmac-sha256", KEY.key_id] and theirs.split(":")[1] == other.key_id != KEY.key_id
    assert Redactor().clean(value, REF)[0]["Password"] == {"redacted": "password"}


def test_hint_is_what_the_vendor_itself_shows() -> None:
    cleaned, _ = clean({"a": TOKENS["anthropic_api_key"], "b": TOKENS["entra_client_secret"], "c": TOKENS["npm_token"]})
    assert cleaned["a"]["hint"] == "sk-" + "ant-api03-Ab1…" + TOKENS["anthropic_api_key"][-4:]
    assert cleaned["b"]["hint"] == "abc…"
    assert "hint" not in cleaned["c"]


def test_key_file(tmp_path: Path) -> None:
    path = tmp_path / "ws" / "fingerprint.key"
    key = FingerprintKey.load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and len(path.read_bytes()) == 32
    assert FingerprintKey.load_or_create(path) == key
    assert key.key.hex() not in repr(key) and len(key.key_id) == 8
    path.write_bytes(b"short")
    with pytest.raises(UnusableInputError, match="32 bytes"):
        FingerprintKey.load_or_create(path)


def test_reading_redacts_and_says_so(tmp_path: Path) -> None:
    body = {
        "AccessKey": {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s" * 40},
        "Buckets": [{"Name": "b"}],
    }
    path = tmp_path / "s3.list_buckets.json"
    path.write_text(json.dumps(body))
    evidence = read_evidence([path], key=KEY)
    (found,) = evidence.redactions
    assert (found.kind, str(found.ref)) == ("secret_access_key", "s3.list_buckets.json#/AccessKey/SecretAccessKey")
    assert "s" * 40 not in repr(evidence.store) and "AKIAIOSFODNN7EXAMPLE" in repr(evidence.store)


def test_plain_text_of_a_redacted_field() -> None:
    assert plain_text("a") == "a"
    assert plain_text({"redacted": "jwt", "fingerprint": "f"}) == "<redacted:jwt>"
    assert plain_text({"other": 1}) is None and plain_text(3) is None
