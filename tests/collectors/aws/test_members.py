"""All accounts of an organization through one role name: entered, refused, resumed, and estimated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectors.aws.estimate import estimate_calls
from collectors.aws.members import MemberAccount, members
from collectors.aws.session import AwsCollectSettings
from collectors.errors import CollectorError
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from nhigraph.commands import collecting
from nhigraph.commands.collecting import CollectOptions, collect_source
from tests.collectors.aws.proxy import AwsProxy, Failure
from tests.collectors.aws.running import only
from tests.collectors.aws.seed import ACCOUNT, client

pytestmark = pytest.mark.needs_moto
ROLE = "nhi-reader"


UNLISTED = "987654321098"


@pytest.fixture
def organization(proxy: AwsProxy, moto_url: str) -> list[str]:
    """The organization's other account, and one that only a person names; by id. The seeded world stays as it is."""
    listed = client(moto_url, "organizations").list_accounts()["Accounts"]
    return sorted([*(item["Id"] for item in listed if item["Id"] != ACCOUNT), UNLISTED])


def options(**more: object) -> CollectOptions:
    return CollectOptions(
        regions=("us-east-1",),
        without=tuple(only("iam", "organizations")),
        accounts_role=ROLE,
        extra={"max_attempts": 2, "report_poll_seconds": 0.01},
        **more,  # type: ignore[arg-type] # fields by name
    )


def test_every_account_has_its_own_folder(organization: list[str], tmp_path: Path) -> None:
    collected = collect_source("aws", None, tmp_path, options())
    listed = [account for account in organization if account != UNLISTED]
    assert [item.folder.name for item in collected] == [f"aws-{ACCOUNT}", *(f"aws-{account}" for account in listed)]
    for account in listed:
        evidence = read_evidence([tmp_path / "evidence" / f"aws-{account}"])
        assert evidence.scopes("aws") == (account,)
        # The home account's users are not here: the role was entered.
        details = "iam.get_account_authorization_details"
        assert evidence.presence("aws", account, details) is not Presence.ABSENT
        text = next((tmp_path / "evidence" / f"aws-{account}").rglob(f"{details}.json")).read_text()
        assert "robot" not in text
    assert not list((tmp_path / "evidence").glob(".aws-accounts*"))


def test_an_account_that_cannot_be_entered_is_a_gap_and_not_empty(
    organization: list[str], proxy: AwsProxy, tmp_path: Path
) -> None:
    proxy.failures["sts.AssumeRole"] = Failure("deny")
    collected = collect_source("aws", None, tmp_path, options(accounts=organization))
    assert [item.complete for item in collected[1:]] == [False] * len(organization)
    evidence = read_evidence([item.folder for item in collected])
    assert evidence.presence("aws", organization[0], "iam.get_account_authorization_details") is Presence.ABSENT
    assert any(gap.operation == "sts.assume_role" for gap in evidence.gaps)


def test_a_run_goes_on_with_the_accounts_that_it_had_not_finished(
    organization: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, entered = collecting._enter, []

    def enter(entry: object, settings: object, account: MemberAccount, *rest: object) -> object:
        entered.append(account.id)
        if account.id == organization[1] and len(entered) == 2:
            raise KeyboardInterrupt
        return real(entry, settings, account, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(collecting, "_enter", enter)
    with pytest.raises(KeyboardInterrupt):
        collect_source("aws", None, tmp_path, options(accounts=organization, accounts_at_once=1))
    assert entered == organization[:2]
    collect_source("aws", None, tmp_path, options(accounts=organization, accounts_at_once=1))
    assert entered == [*organization[:2], *organization[1:]]


def test_accounts_may_be_named(tmp_path: Path) -> None:
    assert members(tmp_path, ACCOUNT, ["222222222222", ACCOUNT]) == (MemberAccount("222222222222"),)
    with pytest.raises(CollectorError, match="name the accounts"):
        members(tmp_path, ACCOUNT)


def test_suspended_accounts_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "aws" / ACCOUNT / "organizations.list_accounts.json"
    file.parent.mkdir(parents=True)
    accounts = [{"Id": "222222222222", "Status": "SUSPENDED"}, {"Id": "333333333333", "Status": "ACTIVE", "Name": "x"}]
    file.write_text(json.dumps({"Accounts": accounts}))
    assert members(tmp_path, ACCOUNT) == (MemberAccount("333333333333", "x"),)


def test_the_estimate_makes_three_calls_and_counts_keys_by_the_summary(proxy: AwsProxy, tmp_path: Path) -> None:
    found = estimate_calls(AwsCollectSettings(max_attempts=2))
    assert [asked.action for asked in proxy.log] == [
        "sts.GetCallerIdentity", "iam.GetAccountSummary", "ec2.DescribeRegions",
    ]  # fmt: skip
    rows = {row.operation: row for row in found.rows}
    assert (rows["iam.list_access_keys"].calls, rows["iam.list_access_keys"].bound) == (4, "at most")
    assert rows["lambda.list_functions"].calls == found.regions > 1
    assert found.open


def test_the_estimate_takes_objects_from_the_last_collection(proxy: AwsProxy, tmp_path: Path) -> None:
    collect_source(
        "aws", tmp_path / "here", tmp_path, CollectOptions(without=tuple(only("iam")), extra={"max_attempts": 2})
    )
    found = estimate_calls(AwsCollectSettings(without=only("iam")), tmp_path / "here")
    rows = {row.operation: row for row in found.rows}
    assert (rows["iam.list_access_keys"].calls, rows["iam.list_access_keys"].bound) == (3, "last time")


def test_the_time_limit_ends_a_collection_that_the_same_command_goes_on_with(proxy: AwsProxy, tmp_path: Path) -> None:
    few = {"without": tuple(only("iam")), "extra": {"max_attempts": 2}}
    (cut,) = collect_source("aws", tmp_path / "here", tmp_path, CollectOptions(time_limit_minutes=1e-9, **few))  # type: ignore[arg-type]
    assert not cut.complete
    assert not (tmp_path / "here" / "aws" / ACCOUNT / "iam.get_account_authorization_details.json").exists()
    collect_source("aws", tmp_path / "here", tmp_path, CollectOptions(**few))  # type: ignore[arg-type]
    assert (tmp_path / "here" / "aws" / ACCOUNT / "iam.get_account_authorization_details.json").exists()
