"""What goes wrong between a collector and ARM: throttling, cuts, dead tokens, refusals, time that runs out."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from collectors.azure.arm_calls import CALLS, supported_version
from collectors.azure.collect import OtherTenantError, check_credentials
from collectors.azure.session import CLOUDS, AzureCollectSettings, CredentialsUnusableError
from collectors.errors import CollectorError
from collectors.evidence.manifest import read_manifest
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from tests.collectors.azure_live.conftest import Arm
from tests.collectors.azure_live.running import PROD, TEST, Waits, collect, coverage, gaps, lines, values, world
from tests.fakes.arm.azure import ArmWorld, world_of
from tests.worlds.azure import azure
from tests.worlds.entra import TENANT

pytestmark = [pytest.mark.needs_azure, pytest.mark.usefixtures("quick_writes")]


def small() -> ArmWorld:
    return world_of(azure().subscription("prod").vm("web", system=True).vault("keys", secrets=["one"]))


def test_throttling_waits_as_long_as_it_is_told(arm: Arm, tmp_path: Path) -> None:
    server, waits = arm(small()), Waits()
    server.rule(r"/Microsoft.KeyVault/vaults\?", times=2, retry_after="17")
    result = collect(tmp_path, waits=waits, workers=1)
    assert result.complete
    assert [round(each) for each in waits.slept] == [17, 17]
    assert result.retries == 2
    assert len(values(tmp_path, PROD, "keyvault.vaults")) == 1


def test_a_date_to_come_back_at(arm: Arm, tmp_path: Path) -> None:
    server, waits = arm(small()), Waits()
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    server.rule(r"/Microsoft.KeyVault/vaults\?", retry_after=later)
    assert collect(tmp_path, waits=waits, workers=1).complete
    assert 35 < sum(waits.slept) <= 40


def test_one_throttled_subscription_does_not_hold_up_others(arm: Arm, tmp_path: Path) -> None:
    """Limits are counted by subscription."""
    server, waits = arm(world_of(world())), Waits()
    server.rule(rf"/subscriptions/{PROD}/.*Microsoft.Compute/virtualMachines\?", retry_after="17")
    assert collect(tmp_path, waits=waits, workers=1).complete
    assert [round(each) for each in waits.slept] == [17]


def test_few_reads_left_slow_down_before_they_are_used_up(arm: Arm, tmp_path: Path) -> None:
    server, waits = arm(small()), Waits()
    server.state.bucket = 26
    result = collect(tmp_path, waits=waits, workers=1)
    assert result.complete
    assert result.retries == 0
    assert waits.slept
    assert set(waits.slept) == {1.0}


def test_a_bucket_that_runs_dry(arm: Arm, tmp_path: Path) -> None:
    server, waits = arm(small()), Waits()
    server.state.bucket = 6
    result = collect(tmp_path, waits=waits, workers=4)
    assert result.complete
    assert result.retries
    assert values(tmp_path, PROD, "compute.virtualMachines")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_the_vendors_own_faults_are_tried_again(arm: Arm, tmp_path: Path, status: int) -> None:
    server, waits = arm(small()), Waits()
    server.rule(r"/resourcegroups\?", times=2, status=status, code="ServerTimeout")
    result = collect(tmp_path, waits=waits, workers=1)
    assert result.complete
    assert result.retries == 2
    assert waits.slept == [1.0, 2.0]


def test_an_object_that_is_gone_is_no_gap(arm: Arm, tmp_path: Path) -> None:
    """It was deleted between its list and its own call."""
    server = arm(world_of(azure().subscription("prod").vault("one", secrets=["a"]).vault("two", secrets=["b"])))
    server.rule(r"/vaults/one/secrets", status=404, code="ResourceNotFound")
    assert collect(tmp_path).complete
    found = {name.rpartition("/")[2]: rows for name, rows in lines(tmp_path, PROD, "keyvault.vaults.secrets").items()}
    assert found["one"] == "ResourceNotFound"
    assert [row["name"] for row in found["two"]] == ["b"]


def test_one_object_that_may_not_be_read(arm: Arm, tmp_path: Path) -> None:
    """A deny assignment of a managed application, say."""
    server = arm(world_of(azure().subscription("prod").vault("one", secrets=["a"]).vault("two", secrets=["b"])))
    server.rule(r"/vaults/one/secrets", status=403, code="AuthorizationFailed", times=-1)
    [gap] = collect(tmp_path).gaps
    assert (gap.scope, gap.operation) == (PROD, "keyvault.vaults.secrets")
    assert gap.subject.endswith("/vaults/one")
    assert gap.reason.startswith("AuthorizationFailed: 1 of 2 objects")
    assert read_evidence([tmp_path]).presence("azure", PROD, "keyvault.vaults.secrets") is Presence.PARTIAL


def test_a_list_that_is_refused_says_so_of_its_objects(arm: Arm, tmp_path: Path) -> None:
    server = arm(small())
    server.rule(r"/Microsoft.KeyVault/vaults\?", status=403, code="Forbidden")
    result = collect(tmp_path)
    assert gaps(result) == {(PROD, "keyvault.vaults"), (PROD, "keyvault.vaults.secrets")}
    assert read_evidence([tmp_path]).presence("azure", PROD, "keyvault.vaults") is Presence.FAILED


def test_a_subscription_of_another_tenant_ends_nothing(arm: Arm, tmp_path: Path) -> None:
    """ARM answers 401 for it, with a token that is good everywhere else."""
    server = arm(world_of(world()))
    server.rule(rf"/subscriptions/{TEST}/", status=401, code="InvalidAuthenticationTokenTenant", times=-1)
    result = collect(tmp_path)
    assert {scope for scope, _ in gaps(result)} == {TEST}
    assert not result.stopped
    assert server.state.tokens == 1


def test_without_the_licence_there_is_no_privileged_identity_management(arm: Arm, tmp_path: Path) -> None:
    """Nobody can be eligible: that is an answer, and no gap."""
    holding = world_of(world())
    holding.licensed = False
    arm(holding)
    assert collect(tmp_path).complete
    name = "authorization.roleEligibilityScheduleInstances"
    assert coverage(tmp_path)[PROD, name]["outcome"] == "none"
    assert read_evidence([tmp_path]).presence("azure", PROD, name) is Presence.EMPTY


def test_a_cloud_with_other_versions(arm: Arm, tmp_path: Path) -> None:
    """It names those that it has; every subscription is then asked with the one that was found."""
    server = arm(world_of(world()))
    told = "No registered resource provider found. The supported api-versions are '2021-01-01,2022-05-01,2026-01-01'."
    server.rule(
        r"Microsoft.Logic/workflows\?api-version=2019", status=400, code="NoRegisteredProviderFound", message=told
    )
    result = collect(tmp_path, workers=1)
    assert (PROD, "logic.workflows") in gaps(result)  # the fake has no such version either; what is asked counts
    asked = [each.target.partition("api-version=")[2] for each in server.log if "/workflows?" in each.target]
    assert asked == ["2019-05-01", "2021-01-01", "2021-01-01"]


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ("The supported api-versions are '2023-05-01,2024-08-02-preview'.", "2023-05-01"),
        ("The supported api-versions are '2022-01-01, 2023-05-01, 2025-01-01'. The supported locations", "2023-05-01"),
        ("The supported api-versions are '2025-07-01, 2026-01-01'.", "2025-07-01"),
        ("The supported api-versions are '2025-07-01-preview'.", ""),
        ("The api-version '2024-03-01' is invalid. The supported versions are '2023-01-01,2022-01-01'.", "2023-01-01"),
        ("The resource type could not be found.", ""),
    ],
)
def test_which_version_is_asked_instead(told: str, version: str) -> None:
    assert supported_version(CALLS["app.jobs"], told) == version


def test_a_cloud_without_a_provider_has_none_of_its_resources(arm: Arm, tmp_path: Path) -> None:
    server = arm(small())
    server.rule(r"Microsoft.App/", status=404, code="InvalidResourceNamespace", times=-1)
    assert collect(tmp_path).complete
    assert coverage(tmp_path)[PROD, "app.jobs"]["outcome"] == "none"


def test_a_storm_ends(arm: Arm, tmp_path: Path) -> None:
    """Nothing answers any more: the run gives up within its time and says so of everything."""
    server, waits = arm(world_of(world())), Waits()
    server.rule(r"/subscriptions/", times=-1, retry_after="30")
    result = collect(tmp_path, waits=waits, workers=1)
    assert sum(waits.slept) <= 330
    assert result.stopped == "not asked: the time for failing calls is used up"
    assert {(PROD, "compute.virtualMachines"), (TEST, "compute.virtualMachines")} <= gaps(result)
    assert '"complete": true' not in (tmp_path / "manifest.json").read_text(encoding="utf-8")


def test_a_storm_on_one_provider_leaves_the_others(arm: Arm, tmp_path: Path) -> None:
    holding = world_of(azure().subscription("prod").automation("one", runbooks=["x"]).vault("keys"))
    server, waits = arm(holding), Waits()
    server.rule(r"/automationAccounts/one/", times=-1, retry_after="2")
    result = collect(tmp_path, waits=waits, workers=1)
    assert gaps(result) == {
        (PROD, f"automation.automationAccounts.{name}")
        for name in ("connections", "hybridRunbookWorkerGroups", "runbooks")
    }
    assert not result.stopped


def test_a_time_limit(arm: Arm, tmp_path: Path) -> None:
    server, waits = arm(small()), Waits()
    server.rule(r"/resources\?", times=-1, retry_after="50")
    result = collect(tmp_path, waits=waits, workers=1, time_limit_seconds=120)
    assert sum(waits.slept) <= 120
    assert result.stopped == "not asked: the time limit is reached"
    assert (PROD, "resources") in gaps(result)


@pytest.mark.parametrize("kind", ["cut", "garbage"])
def test_a_broken_answer_is_asked_again(arm: Arm, tmp_path: Path, kind: str) -> None:
    server = arm(small())
    server.rule(r"/virtualMachines\?", kind, times=2)
    result = collect(tmp_path)
    assert result.complete
    assert result.retries == 2


@pytest.mark.parametrize(("kind", "code"), [("cut", "IncompleteReadError"), ("garbage", "UnreadableAnswer")])
def test_a_broken_answer_to_the_end_is_a_gap(arm: Arm, tmp_path: Path, kind: str, code: str) -> None:
    server = arm(small())
    server.rule(r"/virtualMachines\?", kind, times=-1)
    result = collect(tmp_path)
    assert coverage(tmp_path)[PROD, "compute.virtualMachines"]["code"] == code
    assert (PROD, "compute.virtualMachines.extensions") in gaps(result)
    assert values(tmp_path, PROD, "keyvault.vaults")


def test_pages_elsewhere_are_not_followed(arm: Arm, tmp_path: Path) -> None:
    """A next page that somebody else wrote would carry the token away."""
    server = arm(small())
    server.state.page, server.state.next_links = 1, "http://127.0.0.1:9"
    result = collect(tmp_path)
    assert (PROD, "resources") in gaps(result)
    assert coverage(tmp_path)[PROD, "resources"]["code"] == "PagingError"


def test_pages_that_spell_out_the_port_are_followed() -> None:
    from collectors.azure.fetching import _place_of

    assert _place_of("https://Management.azure.com:443/x") == _place_of("https://management.azure.com")
    assert _place_of("http://management.azure.com") != _place_of("https://management.azure.com")
    assert _place_of("https://management.azure.com@example.com/") != _place_of("https://management.azure.com")


def test_a_list_that_does_not_end(arm: Arm, tmp_path: Path) -> None:
    holding = small()
    server = arm(holding)
    server.state.page = 1
    server.state.next_links = server.url + "/tenants?x="
    result = collect(tmp_path)
    assert (PROD, "resources") in gaps(result)


def test_a_token_that_ends_is_renewed_once(arm: Arm, tmp_path: Path) -> None:
    server = arm(small())
    seen = 0

    def progress(line: str) -> None:
        nonlocal seen
        seen += 1
        if seen == 9:
            server.end_tokens()

    result = collect(tmp_path, progress=progress)
    assert result.complete
    assert server.state.tokens == 2


def test_one_token_serves_a_whole_run(arm: Arm, tmp_path: Path) -> None:
    """A chain that ends at the Azure CLI would start it for every request."""
    server = arm(world_of(world()))
    collect(tmp_path, workers=16)
    assert server.state.tokens == 1


@pytest.mark.parametrize(("seconds", "asked"), [(3_600, 1), (301, 1), (299, 3), (-5, 3)])
def test_a_token_is_kept_until_shortly_before_its_end(seconds: int, asked: int) -> None:
    from collectors.azure.sdk import _Kept

    class Chain:
        calls = 0

        def get_token(self, *scopes: str, **options: object) -> SimpleNamespace:
            self.calls += 1
            return SimpleNamespace(token="x", expires_on=time.time() + seconds)

    chain = Chain()
    kept = _Kept(chain, "")
    for _ in range(3):
        kept.get_token("scope")
    assert chain.calls == asked


def test_a_token_is_of_the_tenant_that_is_named() -> None:
    from collectors.azure.sdk import _Kept

    told: dict[str, object] = {}

    class Chain:
        def get_token(self, *scopes: str, **options: object) -> SimpleNamespace:
            told.update(options)
            return SimpleNamespace(token="x", expires_on=time.time() + 3_600)

    _Kept(Chain(), TENANT).get_token("scope")
    assert told == {"tenant_id": TENANT}


def test_a_token_that_is_never_accepted_again(arm: Arm, tmp_path: Path) -> None:
    server = arm(small())

    def progress(line: str) -> None:
        if " resourceGroups:" in line:
            server.state.oldest = 1_000

    result = collect(tmp_path, workers=1, progress=progress)
    assert result.stopped.startswith("not asked: the credentials ended (ExpiredAuthenticationToken")
    assert not result.complete
    assert server.state.tokens == 2
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    told = {record.operation: record.outcome.value for record in manifest.coverage if record.scope == PROD}
    assert (told["resourceGroups"], told["resources"]) == ("ok", "failed")


def test_no_token_any_more(arm: Arm, tmp_path: Path) -> None:
    server = arm(small())

    def progress(line: str) -> None:
        if " resourceGroups:" in line:
            server.end_tokens()
            server.state.refuse_tokens = True

    result = collect(tmp_path, workers=1, progress=progress)
    assert "the credentials ended" in result.stopped


def test_a_token_that_is_not_accepted_at_all(arm: Arm) -> None:
    arm(small()).state.oldest = 1_000
    with pytest.raises(CredentialsUnusableError, match=r"did not accept the token \(ExpiredAuthenticationToken\)"):
        check_credentials(AzureCollectSettings())


def test_no_credential_at_all(arm: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    arm(small())
    monkeypatch.delenv("IDENTITY_ENDPOINT")
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    with pytest.raises(CredentialsUnusableError) as caught:
        check_credentials(AzureCollectSettings())
    assert str(caught.value).startswith("no Microsoft Entra token: ")
    assert "\n" not in str(caught.value)


def test_the_wrong_tenant(arm: Arm, tmp_path: Path) -> None:
    server = arm(small())
    assert collect(tmp_path / "right", tenant=TENANT.upper()).account == TENANT
    server.state.token_tenant = "dddddddd-0000-4000-8000-000000000004"
    with pytest.raises(CollectorError, match=f"of tenant {server.state.token_tenant}, not of {TENANT}"):
        collect(tmp_path / "wrong", tenant=TENANT)


def test_nobody_listens(arm: Arm, monkeypatch: pytest.MonkeyPatch) -> None:
    arm(small())
    monkeypatch.setenv("NHI_ARM_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(CredentialsUnusableError, match=r"no tenant could be asked \(ServiceRequestError\)"):
        check_credentials(AzureCollectSettings())


def test_another_tenants_unfinished_folder(arm: Arm, tmp_path: Path) -> None:
    server = arm(small())
    collect(tmp_path, finish=False)
    server.state.token_tenant = "dddddddd-0000-4000-8000-000000000004"
    with pytest.raises(OtherTenantError, match=f"unfinished collection of tenant {TENANT}"):
        collect(tmp_path)


def test_never_more_calls_at_once_than_workers(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    server.state.delay = 0.02
    collect(tmp_path, workers=3)
    assert server.state.most == 3


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"without": frozenset({"vaults"})}, "unknown part of Azure to leave out: vaults; known: managementGroups"),
        ({"cloud": "moon"}, "unknown cloud `moon`; known: public"),
        ({"subscriptions": ("prod",)}, "`prod` is no subscription id"),
        ({"endpoint": "http://management.azure.com"}, "neither an address of Azure Resource Manager nor one on this"),
        ({"endpoint": "https://management.azure.com.example"}, "neither an address"),
        ({"endpoint": "http://127.0.0.1@example.com/"}, "neither an address"),
        ({"endpoint": "http://127.0.0.1:1/x"}, "neither an address"),
        ({"endpoint": "http://[::1"}, "neither an address"),
        ({"workers": 0}, "at least 1"),
        ({"objects_limit": 0}, "at least 1"),
        ({"time_limit_seconds": 0.0}, "above 0 seconds"),
        ({"read_timeout_seconds": 0.0}, "above 0 seconds"),
    ],
)
def test_settings_that_cannot_be_used(given: dict[str, object], told: str) -> None:
    with pytest.raises(CollectorError, match=told):
        AzureCollectSettings(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("cloud", sorted(CLOUDS))
def test_clouds(no_azure: None, cloud: str) -> None:
    assert AzureCollectSettings(cloud=cloud).root == CLOUDS[cloud].manager
    assert AzureCollectSettings(cloud=cloud, endpoint="http://localhost:1").root == "http://localhost:1"


@pytest.mark.parametrize(
    ("cloud", "setting"),
    [("public", "AZURE_PUBLIC_CLOUD"), ("usgov", "AZURE_US_GOVERNMENT"), ("china", "AZURE_CHINA_CLOUD")],
)
def test_clouds_are_those_of_microsofts_clients(arm: Arm, cloud: str, setting: str) -> None:
    from azure.core import AzureClouds
    from azure.mgmt.core.tools import get_arm_endpoints

    theirs = get_arm_endpoints(AzureClouds[setting])
    assert theirs["resource_manager"].rstrip("/") == CLOUDS[cloud].manager
    server = arm(small())
    check_credentials(AzureCollectSettings(cloud=cloud))
    assert [f"{each}/.default" for each in server.state.audiences] == theirs["credential_scopes"]


def test_the_cloud_follows_the_authority(no_azure: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "https://login.chinacloudapi.cn/")
    assert AzureCollectSettings().root == "https://management.chinacloudapi.cn"
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "login.example.com")
    assert AzureCollectSettings().root == "https://management.azure.com"
