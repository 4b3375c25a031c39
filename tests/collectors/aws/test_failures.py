"""What AWS refuses, throttles or cuts off is a coverage record and a gap with its permission, never an empty list."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.aws.collect import OtherAccountError, check_credentials
from collectors.aws.operations import OPERATIONS
from collectors.aws.session import AwsCollectSettings, CredentialsUnusableError
from collectors.errors import CollectorError
from collectors.interface import Gap
from tests.collectors.aws.automation_world import ACTIONS as AUTOMATION_ACTIONS
from tests.collectors.aws.automation_world import WITHHELD as AUTOMATION_WITHHELD
from tests.collectors.aws.conftest import point_to
from tests.collectors.aws.proxy import AwsProxy, Failure
from tests.collectors.aws.running import NOW, answer_what_moto_lacks, collect, coverage, files, only
from tests.collectors.aws.seed import ACCOUNT
from tests.collectors.aws.sharing_world import ACTIONS as SHARING_ACTIONS
from tests.collectors.aws.sharing_world import WITHHELD as SHARING_WITHHELD

pytestmark = pytest.mark.needs_moto

ACTIONS = {
    "iam.get_saml_provider": "iam.GetSAMLProvider",
    "iam.list_saml_providers": "iam.ListSAMLProviders",
    "iam.list_open_id_connect_providers": "iam.ListOpenIDConnectProviders",
    "iam.get_open_id_connect_provider": "iam.GetOpenIDConnectProvider",
    "resourcegroupstaggingapi.get_resources": "tagging.GetResources",
    **SHARING_ACTIONS,
    **AUTOMATION_ACTIONS,
}
NOT_ASKED_HERE = {
    "sts.get_caller_identity", "iam.list_virtual_mfa_devices", "iam.list_mfa_devices", "iam.get_login_profile",
    *(name for name, operation in OPERATIONS.items() if operation.opt_in),
}  # fmt: skip
WITHHELD = {
    "iam.list_open_id_connect_providers": ["iam.get_open_id_connect_provider"],
    "iam.list_saml_providers": ["iam.get_saml_provider"],
    "organizations.list_roots": [
        "organizations.list_accounts_for_parent", "organizations.list_organizational_units_for_parent",
    ],
    "organizations.list_policies": ["organizations.describe_policy", "organizations.list_targets_for_policy"],
    "lambda.list_functions": ["lambda.get_policy", "lambda.list_function_url_configs"],
    "lambda.list_layers": ["lambda.get_layer_version_policy"],
    "ecs.list_clusters": [
        "ecs.describe_clusters", "ecs.list_services", "ecs.describe_services", "ecs.list_tasks", "ecs.describe_tasks",
    ],
    "ecs.list_task_definitions": ["ecs.describe_task_definition"],
    "eks.list_clusters": [
        "eks.describe_cluster", "eks.list_access_entries", "eks.describe_access_entry",
        "eks.list_associated_access_policies", "eks.list_pod_identity_associations",
        "eks.describe_pod_identity_association", "eks.list_nodegroups", "eks.describe_nodegroup",
    ],
    "apprunner.list_services": ["apprunner.describe_service"],
    "kms.list_keys": ["kms.describe_key", "kms.get_key_policy", "kms.list_grants"],
    "secretsmanager.list_secrets": ["secretsmanager.get_resource_policy"],
    "s3.list_buckets": [
        "s3.get_bucket_location", "s3.get_bucket_policy", "s3.get_public_access_block", "s3.get_bucket_acl",
    ],
    **SHARING_WITHHELD,
    **AUTOMATION_WITHHELD,
}  # fmt: skip
"""Operations that cannot be asked without the one that names their objects."""


OPT_IN = {name for name, operation in OPERATIONS.items() if operation.opt_in}


def action(name: str) -> str:
    service, _, method = name.partition(".")
    return ACTIONS.get(name, f"{service}.{''.join(part.capitalize() for part in method.split('_'))}")


def gaps_of(gaps: tuple[Gap, ...], name: str) -> list[Gap]:
    return [gap for gap in gaps if gap.operation == name]


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in NOT_ASKED_HERE])
def test_each_operation_denied(proxy: AwsProxy, tmp_path: Path, name: str) -> None:
    answer_what_moto_lacks(proxy)
    proxy.failures[action(name)] = Failure("deny")
    service = name.partition(".")[0]
    # describe_regions is only asked where no regions are given.
    regions = () if name == "ec2.describe_regions" else ("us-east-1",)
    # An identity store is known only from Identity Center's instances.
    needed = {"identitystore": ("identitystore", "sso-admin")}.get(service, (service,))
    result = collect(tmp_path, without=only(*("kms",) if regions == () else needed), regions=regions)
    assert not result.complete
    denied = gaps_of(result.gaps, name)
    assert [gap.permission for gap in denied] == [OPERATIONS[name].permission]
    assert "AccessDenied" in denied[0].reason or "UnauthorizedOperation" in denied[0].reason
    assert denied[0].lost == OPERATIONS[name].lost_without
    region = denied[0].scope.partition("/")[2]
    recorded = coverage(tmp_path)
    assert recorded[name, region]["outcome"] == "denied"
    assert recorded[name, region]["permission"] == OPERATIONS[name].permission
    others = {gap.operation for gap in result.gaps} - {name}
    assert others == set(WITHHELD.get(name, ()))
    for other in others:
        assert recorded[other, region]["outcome"] == "failed"
        assert recorded[other, region]["code"] == "NotAsked"


def test_everything_denied_but_the_identity(proxy: AwsProxy, tmp_path: Path) -> None:
    for name in OPERATIONS:
        if not name.startswith("sts."):
            proxy.failures[action(name)] = Failure("deny")
    result = collect(tmp_path, regions=())
    assert result.regions == ("us-east-1",)
    recorded = coverage(tmp_path)
    asked = set(OPERATIONS) - OPT_IN - {"sts.get_caller_identity"}
    assert {record["outcome"] for (name, _), record in recorded.items() if name in asked} == {"denied", "failed"}
    assert {recorded[name, ""]["outcome"] for name in OPT_IN} == {"skipped"}
    assert {gap.operation for gap in result.gaps} == asked
    answers = [path for path in files(tmp_path / "aws" / ACCOUNT) if path.endswith(".json")]
    assert answers == ["sts.get_caller_identity.json"]


def test_one_object_denied(proxy: AwsProxy, tmp_path: Path) -> None:
    proxy.failures["secretsmanager.GetResourcePolicy"] = Failure("deny", times=1, after=1)
    result = collect(tmp_path, without=only("secretsmanager"), regions=("us-east-1",))
    (gap,) = result.gaps
    assert gap.reason.startswith("AccessDeniedException: 1 of 3 objects")
    assert gap.subject.startswith("arn:aws:secretsmanager:us-east-1:")
    record = coverage(tmp_path)["secretsmanager.get_resource_policy", "us-east-1"]
    assert (record["outcome"], record["calls"], record["objects"]) == ("denied", 3, 2)


@pytest.mark.parametrize("denied", ["iam.GenerateCredentialReport", "iam.GetCredentialReport"])
def test_without_a_report_each_user_is_asked(proxy: AwsProxy, tmp_path: Path, denied: str) -> None:
    answer_what_moto_lacks(proxy)
    proxy.failures[denied] = Failure("deny")
    result = collect(tmp_path, without=only("iam"))
    asked = proxy.actions()
    record = coverage(tmp_path)["iam.list_access_keys", ""]
    if denied == "iam.GenerateCredentialReport":  # an older report is still there
        assert asked["iam.ListAccessKeys"] == 3
        assert asked["iam.GetLoginProfile"] == 0
        assert not record.get("extra")
    else:
        assert asked["iam.ListAccessKeys"] == asked["iam.GetLoginProfile"] == asked["iam.ListMFADevices"] == 4
        assert record["extra"] == {"note": "one call a user, for want of a credential report"}
    assert len(result.gaps) == 1


def test_neither_details_nor_report(proxy: AwsProxy, tmp_path: Path) -> None:
    answer_what_moto_lacks(proxy)
    for name in ("iam.GetAccountAuthorizationDetails", "iam.GetCredentialReport"):
        proxy.failures[name] = Failure("deny")
    result = collect(tmp_path, without=only("iam"))
    (gap,) = gaps_of(result.gaps, "iam.list_access_keys")
    assert gap.reason.startswith("NotAsked: ")
    assert gap.permission == "iam:ListAccessKeys"


@pytest.mark.parametrize("kind", ["throttle", pytest.param("throttle429", marks=pytest.mark.slow), "cut"])
def test_a_passing_failure_changes_nothing(proxy: AwsProxy, tmp_path: Path, kind: str) -> None:
    answer_what_moto_lacks(proxy)
    collect(tmp_path / "a", without=only("iam", "secretsmanager"))
    proxy.failures["iam.GetAccountAuthorizationDetails"] = Failure(kind, times=1)
    proxy.failures["secretsmanager.ListSecrets"] = Failure("throttle", times=1)
    result = collect(tmp_path / "b", without=only("iam", "secretsmanager"), max_attempts=4)
    assert result.complete
    assert result.retries >= 2
    assert files(tmp_path / "a") == files(tmp_path / "b")


@pytest.mark.parametrize("kind", ["throttle", "throttle429", "cut", "html"])
def test_a_lasting_failure_is_a_gap(proxy: AwsProxy, tmp_path: Path, kind: str) -> None:
    answer_what_moto_lacks(proxy)
    proxy.failures["iam.GetAccountAuthorizationDetails"] = Failure(kind)
    result = collect(tmp_path, without=only("iam"))
    (gap,) = result.gaps
    assert (gap.operation, gap.permission) == (
        "iam.get_account_authorization_details", "iam:GetAccountAuthorizationDetails",
    )  # fmt: skip
    assert coverage(tmp_path)[gap.operation, ""]["outcome"] == "failed"
    assert not (tmp_path / "aws" / ACCOUNT / f"{gap.operation}.json").exists()


@pytest.mark.slow
def test_throttled_for_ever_on_many_objects_is_given_up(proxy: AwsProxy, tmp_path: Path) -> None:
    """After three calls in a row the rest of that service and region is not asked; the others are."""
    proxy.failures["secretsmanager.GetResourcePolicy"] = Failure("throttle", region="us-east-1")
    answer_what_moto_lacks(proxy)
    result = collect(tmp_path, without=only("secretsmanager"))
    assert {gap.scope for gap in result.gaps} == {f"{ACCOUNT}/us-east-1"}
    recorded = coverage(tmp_path)
    assert recorded["secretsmanager.get_resource_policy", "eu-west-1"]["outcome"] == "ok"
    assert recorded["secretsmanager.get_resource_policy", "us-east-1"]["outcome"] == "failed"


def test_everything_throttled_for_ever_ends(proxy: AwsProxy, tmp_path: Path) -> None:
    for name in OPERATIONS:
        if not name.startswith("sts."):
            proxy.failures[action(name)] = Failure("throttle429")
    result = collect(tmp_path, failure_budget_seconds=5)
    assert result.stopped == "not asked: the time for failing calls is used up"
    asked = set(OPERATIONS) - OPT_IN - {"sts.get_caller_identity", "ec2.describe_regions"}
    assert {gap.operation for gap in result.gaps} >= asked


def test_cut_in_the_middle_of_pages_is_no_short_list(proxy: AwsProxy, tmp_path: Path) -> None:
    answer_what_moto_lacks(proxy)
    name, asked = "iam.get_account_authorization_details", "iam.GetAccountAuthorizationDetails"
    proxy.page_sizes[asked] = 3
    proxy.failures[asked] = Failure("cut", after=1)
    result = collect(tmp_path, without=only("iam"), finish=False)
    assert [gap.operation for gap in result.gaps] == [name]
    home = tmp_path / "aws" / ACCOUNT
    assert not (home / f"{name}.json").exists()
    proxy.failures.clear()
    proxy.log.clear()
    assert collect(tmp_path, without=only("iam")).complete
    assert proxy.actions()[asked] == 2  # the first page was kept
    assert set(proxy.actions()) == {"sts.GetCallerIdentity", asked}


def test_an_expired_page_token_starts_the_list_again(proxy: AwsProxy, tmp_path: Path) -> None:
    answer_what_moto_lacks(proxy)
    asked = "iam.GetAccountAuthorizationDetails"
    collect(tmp_path / "whole", without=only("iam"))
    proxy.page_sizes[asked] = 3
    proxy.failures[asked] = Failure("cut", after=1)
    collect(tmp_path / "cut", without=only("iam"), finish=False)
    # Any refusal of the kept token, here of the first request only.
    proxy.failures[asked] = Failure("bad_token", times=1)
    assert collect(tmp_path / "cut", without=only("iam")).complete
    name = f"aws/{ACCOUNT}/iam.get_account_authorization_details.json"
    assert files(tmp_path / "cut")[name] == files(tmp_path / "whole")[name]


def test_an_answer_without_fields_is_no_empty_list(proxy: AwsProxy, tmp_path: Path) -> None:
    page = b"<html>Please log in to the network</html>"
    proxy.answers["secretsmanager.ListSecrets"] = lambda _: (200, "text/html", page)
    result = collect(tmp_path, without=only("secretsmanager"), regions=("us-east-1",))
    (gap,) = gaps_of(result.gaps, "secretsmanager.list_secrets")
    assert gap.reason.startswith("UnreadableAnswer")


def test_credentials_that_end_on_the_way(proxy: AwsProxy, tmp_path: Path) -> None:
    answer_what_moto_lacks(proxy)
    proxy.failures["iam.GetAccountSummary"] = Failure("expired")
    result = collect(tmp_path, without=only("iam"), workers=1)
    assert result.stopped == "not asked: the credentials ended (ExpiredToken)"
    gaps = {gap.operation: gap for gap in result.gaps}
    assert gaps["iam.get_account_summary"].reason.startswith("ExpiredToken")
    assert gaps["iam.list_saml_providers"].reason.startswith("NotAsked")
    assert gaps["iam.list_saml_providers"].permission == "iam:ListSAMLProviders"
    # The command closes instead of finishing, so that new credentials go on from here.
    proxy.failures.clear()
    proxy.log.clear()
    again = collect(tmp_path, without=only("iam"))
    assert again.complete
    assert again.kept >= 5
    assert proxy.actions()["iam.GetAccountAuthorizationDetails"] == 0


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "ExpiredToken", "SignatureDoesNotMatch"])
def test_dead_credentials(proxy: AwsProxy, tmp_path: Path, code: str) -> None:
    error = f"<ErrorResponse><Error><Code>{code}</Code><Message>The\ntoken is invalid</Message></Error></ErrorResponse>"
    proxy.answers["sts.GetCallerIdentity"] = lambda _: (403, "text/xml", error.encode())
    with pytest.raises(CredentialsUnusableError) as caught:
        collect(tmp_path)
    assert isinstance(caught.value, CollectorError)
    assert code in str(caught.value)
    assert "\n" not in str(caught.value)
    assert set(proxy.actions()) == {"sts.GetCallerIdentity"}
    assert not any(name.startswith("aws/") for name in files(tmp_path))


def test_no_credentials(proxy: AwsProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(CredentialsUnusableError, match="NoCredentialsError"):
        check_credentials(AwsCollectSettings())


def test_no_such_profile(proxy: AwsProxy) -> None:
    with pytest.raises(CredentialsUnusableError, match="nobody"):
        check_credentials(AwsCollectSettings(profile="nobody"))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "not an address"])
def test_nobody_answers(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    point_to(monkeypatch, url)
    with pytest.raises(CredentialsUnusableError, match="no AWS account could be asked"):
        check_credentials(AwsCollectSettings(max_attempts=1, connect_timeout_seconds=1))


def test_an_unfinished_folder_of_another_account_is_refused(proxy: AwsProxy, tmp_path: Path) -> None:
    from collectors.evidence.writer import EvidenceWriter
    from collectors.interface import CallOutcome, CoverageRecord

    writer = EvidenceWriter(tmp_path, "test", lambda: NOW)
    writer.record(CoverageRecord("aws", "999999999999", "s3.list_buckets", CallOutcome.OK))
    writer.close()
    before = files(tmp_path)
    with pytest.raises(OtherAccountError, match="999999999999"):
        collect(tmp_path)
    after = files(tmp_path)
    assert not any(name.startswith("aws/") for name in after)
    assert set(before) == set(after)
    # One that was collected to its end is no obstacle.
    writer = EvidenceWriter(tmp_path, "test", lambda: NOW)
    writer.record(CoverageRecord("aws", "999999999999", "sts.get_caller_identity", CallOutcome.OK))
    writer.close()
    assert collect(tmp_path, without=only("s3"), finish=False).account == ACCOUNT


@pytest.mark.parametrize("wrong", [{"without": frozenset({"route53"})}, {"workers": 0}, {"read_timeout_seconds": 0}])
def test_settings_are_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(CollectorError):
        AwsCollectSettings(**wrong)  # type: ignore[arg-type]
