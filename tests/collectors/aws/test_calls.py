"""How many calls a large account takes: they grow with pages, not with identities."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collectors.aws.conftest import ReadOnlyHook, point_to
from tests.collectors.aws.proxy import AwsProxy
from tests.collectors.aws.running import answer_what_moto_lacks, collect
from tests.collectors.aws.seed import REGIONS

pytestmark = [pytest.mark.needs_moto, pytest.mark.slow]

LARGE = "210987654321"
USERS = ROLES = 2000
WITH_KEYS = 150


@pytest.fixture
def large(running_proxy: AwsProxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsProxy]:
    """A second account in the same moto, seeded in its process: over HTTP that would take minutes."""
    from moto.iam.models import iam_backends

    running_proxy.reset()
    answer_what_moto_lacks(running_proxy)
    point_to(monkeypatch, running_proxy.url)
    backend = iam_backends[LARGE]["aws"]
    trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},'
    trust += '"Action":"sts:AssumeRole"}]}'
    for number in range(USERS):
        backend.create_user("us-east-1", f"u{number}")
        if number < WITH_KEYS:
            key = backend.create_access_key(f"u{number}")
    for number in range(ROLES):
        backend.create_role(f"r{number}", trust, "/", None, "", [], "3600")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key.access_key_id)  # moto knows the account by it
    yield running_proxy


def test_calls_grow_with_pages(large: AwsProxy, tmp_path: Path, read_only_hook: ReadOnlyHook) -> None:
    large.page_sizes["iam.GetAccountAuthorizationDetails"] = 1000
    result = collect(tmp_path)
    assert result.account == LARGE
    assert result.complete
    calls = {name: number for level in result.calls.values() for name, number in level.items()}
    assert sum(calls.values()) + 1 == len(read_only_hook.calls)  # sts.get_caller_identity comes before
    identity = {name: number for name, number in calls.items() if name.startswith("iam.")}
    assert identity.pop("iam.list_access_keys") == WITH_KEYS
    assert identity["iam.get_account_authorization_details"] == (USERS + ROLES) / 1000
    assert sum(identity.values()) <= 60
    print({level: sum(numbers.values()) for level, numbers in result.calls.items()})
    # An empty region costs one call a listing.
    assert result.calls["regional"] == dict.fromkeys(result.calls["regional"], len(REGIONS))
    assert sum(result.calls["organization"].values()) <= 20
    answered = {  # what the canned answers list in any account; every account has an event bus
        "apprunner.describe_service", "events.list_rules", "sagemaker.describe_user_profile",
        "bedrock-agentcore-control.get_code_interpreter", "accessanalyzer.list_findings",
        "accessanalyzer.list_findings_v2", "sso-admin.list_permission_sets", "identitystore.list_users",
        "identitystore.list_groups",
    }  # fmt: skip
    assert (
        set(result.calls["resource"]) <= {"iam.list_access_keys", "kms.describe_key", "kms.get_key_policy"} | answered
    )
