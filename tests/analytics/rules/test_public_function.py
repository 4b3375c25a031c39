"""Functions that everybody can start: an address needs AuthType NONE and a policy, and both statements since 2025-10.

References
----------
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.analytics.rules.building import ACCOUNT, judge
from tests.analytics.rules.evidence_files import asked, with_files
from tests.analytics.rules.scenarios_resources import FUNCTION, url_files
from tests.worlds.aws import World, world
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import Json, allow, public, trust

RULE = "aws-public-function"
NONE = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
USE = public(allow("lambda:InvokeFunctionUrl", on=FUNCTION, when=NONE))
INVOKE = public(allow("lambda:InvokeFunction", on=FUNCTION, when={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}))


def function(*policy: Json, admin: bool = False) -> World:
    role = trust(service="lambda.amazonaws.com")
    made = world().account(ACCOUNT).role("app", trusts=role, attached=[ADMINISTRATOR] if admin else [])
    return made.function("hook", "app", *policy)


def build(folder: Path, *policy: Json, files: dict[str, Any] | None = None, admin: bool = False) -> Path:
    return with_files(function(*policy, admin=admin), url_files() if files is None else files)(folder)


def test_both_statements_open_the_address_and_nothing_else(tmp_path: Path) -> None:
    (finding,) = judge(build(tmp_path, USE, INVOKE), RULE).findings
    assert (finding.key, finding.state.word, finding.confidence) == ("address", "verified", "high")
    assert len(finding.grants) == 2


def test_the_old_statement_alone_is_conditional(tmp_path: Path) -> None:
    (finding,) = judge(build(tmp_path, USE), RULE).findings
    assert (finding.state.word, finding.confidence) == ("conditional", "medium")
    assert "before October 2025" in finding.message


@pytest.mark.parametrize("policy", [(USE,), (USE, INVOKE)])
def test_a_policy_without_an_address_is_silent(tmp_path: Path, policy: tuple[Json, ...]) -> None:
    none = {"lambda.list_function_url_configs": [asked({"FunctionName": "hook"}, {"FunctionUrlConfigs": []})]}
    report = judge(build(tmp_path / "none", *policy, files=none), RULE)
    assert not report.findings
    assert report.passed[RULE] == 1
    assert not judge(build(tmp_path / "signed", *policy, files=url_files("AWS_IAM")), RULE).findings


def test_an_address_without_a_policy_is_silent(tmp_path: Path) -> None:
    report = judge(build(tmp_path), RULE)
    assert not report.findings
    assert report.passed[RULE] == 1


def test_without_the_list_of_addresses_it_is_not_judged(tmp_path: Path) -> None:
    report = judge(build(tmp_path, USE, files={}), RULE)
    assert [row.reason for row in report.not_judged] == [
        "Its policy opens an address to everybody; whether it has one is not in the evidence."
    ]


def test_without_its_policy_it_is_not_judged(tmp_path: Path) -> None:
    made = function(USE, INVOKE).without("lambda.get_policy")
    report = judge(with_files(made, url_files())(tmp_path), RULE)
    assert not report.findings
    assert [row.reason for row in report.not_judged] == ["Its policy is not in the evidence."]


def test_an_address_of_an_alias_is_not_judged(tmp_path: Path) -> None:
    url = {"FunctionArn": f"{FUNCTION}:live", "FunctionUrl": "https://x/", "AuthType": "NONE"}
    files = {"lambda.list_function_url_configs": [asked({"FunctionName": "hook"}, {"FunctionUrlConfigs": [url]})]}
    report = judge(build(tmp_path, USE, INVOKE, files=files), RULE)
    assert not report.findings
    assert any("alias" in row.reason for row in report.not_judged)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (None, "Every AWS account can invoke the function."),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-a1"}}, ""),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, ""),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads"}}, ""),
    ],
)
def test_invoking_is_open_unless_a_condition_limits_it(tmp_path: Path, when: Json | None, words: str) -> None:
    report = judge(build(tmp_path, public(allow("lambda:InvokeFunction", on=FUNCTION, when=when))), RULE)
    assert [finding.message for finding in report.findings] == ([words] if words else [])


def test_severity_follows_the_role(tmp_path: Path) -> None:
    (finding,) = judge(build(tmp_path, USE, INVOKE, admin=True), RULE).findings
    assert finding.severity.word == "critical"
