"""What goes wrong between a collector and Graph: throttling, cuts, dead tokens, refusals, time that runs out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from collectors.entra.collect import OtherTenantError, check_credentials
from collectors.entra.session import CLOUDS, CredentialsUnusableError, EntraCollectSettings
from collectors.errors import CollectorError
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from tests.collectors.entra_live.conftest import Graph
from tests.collectors.entra_live.running import Waits, collect, completed, coverage, gaps, lines, values, world
from tests.fakes.graph.tenant import GraphTenant, tenant_of
from tests.worlds.entra import TENANT, entra, oid

pytestmark = [pytest.mark.needs_msgraph, pytest.mark.usefixtures("quick_writes")]


def small() -> GraphTenant:
    return tenant_of(completed(entra().user("alice").app("deploy", owners=["alice"])))


def test_throttling_waits_as_long_as_it_is_told(graph: Graph, tmp_path: Path) -> None:
    server, waits = graph(small()), Waits()
    server.rule(r"/v1\.0/applications\?", times=2, retry_after="17")
    assert collect(tmp_path, waits=waits).complete
    assert [round(each) for each in waits.slept] == [17, 17]
    assert len(values(tmp_path, "applications")) == 1


def test_a_date_to_come_back_at(graph: Graph, tmp_path: Path) -> None:
    server, waits = graph(small()), Waits()
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    server.rule(r"/v1\.0/users\?", retry_after=later)
    assert collect(tmp_path, waits=waits).complete
    assert 35 < sum(waits.slept) <= 40


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_the_vendors_own_faults_are_tried_again(graph: Graph, tmp_path: Path, status: int) -> None:
    server, waits = graph(small()), Waits()
    server.rule(r"/v1\.0/groups\?", times=2, status=status, code="ServiceNotAvailable")
    result = collect(tmp_path, waits=waits)
    assert result.complete
    assert result.retries == 2
    assert waits.slept == [1.0, 2.0]


def test_one_of_a_batch_is_throttled(graph: Graph, tmp_path: Path) -> None:
    """The others are not asked again."""
    tenant = entra()
    for each in range(5):
        tenant.group(f"group {each}", *(f"person {number}" for number in range(30)))
    server, waits = graph(tenant_of(completed(tenant))), Waits()
    server.rule(rf"/groups/{oid('group:group 3')}/members", times=2, retry_after="9")
    assert collect(tmp_path, waits=waits).complete
    found = lines(tmp_path, "groups.members")
    assert [len(found[oid(f"group:group {each}")]) for each in range(5)] == [30] * 5
    asked = [each.target for each in server.log if each.inside and "/members" in each.target]
    assert len(asked) == 7
    assert [round(each) for each in waits.slept] == [9, 9]


def test_one_of_a_batch_is_gone(graph: Graph, tmp_path: Path) -> None:
    """An object that was deleted between its list and its own call is no gap."""
    tenant = completed(entra().sp("api", roles=["Orders.Read"]))
    server = graph(tenant_of(tenant))
    server.rule(
        rf"/servicePrincipals/{oid('sp:api')}/appRoleAssignedTo",
        status=404,
        code="Request_ResourceNotFound",
        times=-1,
    )
    result = collect(tmp_path)
    assert result.complete
    assert lines(tmp_path, "servicePrincipals.appRoleAssignedTo")[oid("sp:api")] == "Request_ResourceNotFound"


def test_one_of_a_batch_is_refused(graph: Graph, tmp_path: Path) -> None:
    tenant = completed(entra().sp("api", roles=["Orders.Read"]).sp("other", roles=["Bills.Read"]))
    server = graph(tenant_of(tenant))
    server.rule(
        rf"/servicePrincipals/{oid('sp:api')}/appRoleAssignedTo",
        status=403,
        code="Authorization_RequestDenied",
        times=-1,
    )
    result = collect(tmp_path)
    [gap] = result.gaps
    assert (gap.operation, gap.subject) == ("servicePrincipals.appRoleAssignedTo", oid("sp:api"))
    assert lines(tmp_path, "servicePrincipals.appRoleAssignedTo")[oid("sp:other")] == []
    told = coverage(tmp_path)["servicePrincipals.appRoleAssignedTo"]
    assert (told["outcome"], told["calls"], told["objects"]) == ("denied", 2, 1)


def test_without_a_licence_there_is_no_privileged_identity_management(graph: Graph, tmp_path: Path) -> None:
    """Nobody can be eligible: that is an answer, and no gap."""
    server = graph(tenant_of(completed(entra().group("ops", "alice"))))
    server.rule(
        r"ScheduleInstances|roleManagementPolicy", times=-1, status=400, code="AadPremiumLicenseRequired", message="P2"
    )
    assert collect(tmp_path).complete
    assert coverage(tmp_path)["roleManagement.directory.roleEligibilityScheduleInstances"]["outcome"] == "none"
    evidence = read_evidence([tmp_path])
    name = "roleManagement.directory.roleEligibilityScheduleInstances"
    assert evidence.presence("entra", TENANT, name) is Presence.EMPTY


def test_a_storm_ends(graph: Graph, tmp_path: Path) -> None:
    """Nothing answers any more: the run gives up within its time and says so of everything."""
    server, waits = graph(small()), Waits()
    server.rule(r".", times=-1, skip=1, retry_after="30")
    result = collect(tmp_path, waits=waits)
    assert sum(waits.slept) <= 300
    assert result.stopped == "not asked: the time for failing calls is used up"
    assert {"applications", "servicePrincipals", "users"} <= gaps(result)
    assert not (tmp_path / "manifest.json").read_text(encoding="utf-8").count('"complete": true')


def test_a_storm_on_one_part_leaves_the_others(graph: Graph, tmp_path: Path) -> None:
    server, waits = graph(small()), Waits()
    server.rule(r"/roleManagement/", times=-1, retry_after="5")
    result = collect(tmp_path, waits=waits, workers=1)
    assert gaps(result) == {
        f"roleManagement.directory.{name}"
        for name in (
            *("roleDefinitions", "roleAssignments"),
            *("roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances"),
        )
    }
    assert not result.stopped
    told = coverage(tmp_path)["roleManagement.directory.roleEligibilityScheduleInstances"]
    assert (told["outcome"], told["code"]) == ("failed", "NotAsked")


def test_a_wait_beyond_the_budget_is_not_waited(graph: Graph, tmp_path: Path) -> None:
    server, waits = graph(small()), Waits()
    server.rule(r"/v1\.0/users\?", times=-1, retry_after="3600")
    result = collect(tmp_path, waits=waits)
    assert waits.slept == []
    assert gaps(result) == {"users"}


def test_a_time_limit(graph: Graph, tmp_path: Path) -> None:
    server, waits = graph(small()), Waits()
    server.rule(r"/v1\.0/applications\?", times=-1, retry_after="50")
    result = collect(tmp_path, waits=waits, workers=1, time_limit_seconds=120)
    assert sum(waits.slept) <= 120
    assert result.stopped == "not asked: the time limit is reached"
    assert "applications" in gaps(result)


@pytest.mark.parametrize("kind", ["cut", "garbage"])
def test_a_broken_answer_is_asked_again(graph: Graph, tmp_path: Path, kind: str) -> None:
    server = graph(small())
    server.rule(r"/v1\.0/servicePrincipals\?", kind, times=2)
    result = collect(tmp_path)
    assert result.complete
    assert result.retries == 2


@pytest.mark.parametrize(("kind", "code"), [("cut", "RemoteProtocolError"), ("garbage", "UnreadableAnswer")])
def test_a_broken_answer_to_the_end_is_a_gap(graph: Graph, tmp_path: Path, kind: str, code: str) -> None:
    server = graph(small())
    server.rule(r"/v1\.0/servicePrincipals\?", kind, times=-1)
    result = collect(tmp_path)
    assert coverage(tmp_path)["servicePrincipals"]["code"] == code
    assert "servicePrincipals.owners" in gaps(result)
    assert values(tmp_path, "applications")


def test_a_broken_batch_is_asked_again(graph: Graph, tmp_path: Path) -> None:
    tenant = completed(entra().sp("api", roles=["Orders.Read"]))
    server = graph(tenant_of(tenant))
    server.rule(r"\$batch", "cut")
    server.rule(r"\$batch", status=503, code="ServiceNotAvailable")
    assert collect(tmp_path).complete
    assert oid("sp:api") in lines(tmp_path, "servicePrincipals.appRoleAssignedTo")


def test_a_token_that_ends_is_renewed_once(graph: Graph, tmp_path: Path) -> None:
    server = graph(small())
    seen = 0

    def progress(line: str) -> None:
        nonlocal seen
        seen += 1
        if seen == 5:
            server.end_tokens()

    result = collect(tmp_path, workers=1, progress=progress)
    assert result.complete
    assert server.state.tokens == 2


def test_one_token_serves_a_whole_run(graph: Graph, tmp_path: Path) -> None:
    """A chain that ends at the Azure CLI would start it for every request."""
    server = graph(small())
    collect(tmp_path)
    assert server.state.tokens == 1


@pytest.mark.parametrize(("seconds", "asked"), [(3_600, 1), (301, 1), (299, 3), (-5, 3)])
def test_a_token_is_kept_until_shortly_before_its_end(seconds: int, asked: int) -> None:
    import asyncio
    import time

    from collectors.entra.sdk import _Kept

    class Chain:
        calls = 0

        async def get_token(self, *scopes: str, **options: object) -> SimpleNamespace:
            self.calls += 1
            return SimpleNamespace(token="x", expires_on=time.time() + seconds)

    chain = Chain()

    async def ask() -> None:
        kept = _Kept(chain)
        for _ in range(3):
            await kept.get_token("scope", enable_cae=True)

    asyncio.run(ask())
    assert chain.calls == asked


def test_a_token_that_is_never_accepted_again(graph: Graph, tmp_path: Path) -> None:
    server = graph(small())

    def progress(line: str) -> None:
        if " applications:" in line:
            server.state.oldest = 1_000

    result = collect(tmp_path, workers=1, progress=progress)
    assert result.stopped.startswith("not asked: the credentials ended (InvalidAuthenticationToken")
    assert not result.complete
    assert server.state.tokens == 2
    told = coverage_of_unfinished(tmp_path)
    assert told["applications"] == "ok"
    assert told["groups"] == "failed"


def test_no_token_any_more(graph: Graph, tmp_path: Path) -> None:
    server = graph(small())

    def progress(line: str) -> None:
        if " applications:" in line:
            server.end_tokens()
            server.state.refuse_tokens = True

    result = collect(tmp_path, workers=1, progress=progress)
    assert "the credentials ended" in result.stopped


def coverage_of_unfinished(folder: Path) -> dict[str, str]:
    from collectors.evidence.manifest import read_manifest

    manifest = read_manifest(folder)
    assert manifest is not None
    return {record.operation: record.outcome.value for record in manifest.coverage}


def test_a_token_that_is_not_accepted_at_all(graph: Graph) -> None:
    graph(small()).state.oldest = 1_000
    with pytest.raises(CredentialsUnusableError, match=r"did not accept the token \(InvalidAuthenticationToken\)"):
        check_credentials(EntraCollectSettings())


def test_no_credential_at_all(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    graph(small())
    monkeypatch.delenv("IDENTITY_ENDPOINT")
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    with pytest.raises(CredentialsUnusableError) as caught:
        check_credentials(EntraCollectSettings())
    assert str(caught.value).startswith("no Microsoft Entra token: ")
    assert "\n" not in str(caught.value)


def test_the_wrong_tenant(graph: Graph, tmp_path: Path) -> None:
    graph(small())
    with pytest.raises(CollectorError, match=f"the credentials are of tenant {TENANT}, not of 1234"):
        collect(tmp_path, tenant="1234")
    assert collect(tmp_path, tenant=TENANT.upper()).account == TENANT


def test_nobody_listens(no_azure: None, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    graph(small())
    monkeypatch.setenv("NHI_GRAPH_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(CredentialsUnusableError, match=r"no tenant could be asked \(ConnectError\)"):
        check_credentials(EntraCollectSettings())


def test_another_tenants_unfinished_folder(graph: Graph, tmp_path: Path) -> None:
    graph(small())
    collect(tmp_path, finish=False)
    other = world()
    elsewhere = "dddddddd-0000-4000-8000-000000000004"
    other.lists["organization"][0]["id"] = elsewhere
    graph(tenant_of(other))
    with pytest.raises(OtherTenantError, match=f"unfinished collection of tenant {TENANT}"):
        collect(tmp_path)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"without": frozenset({"group"})}, "unknown part of Entra to leave out: group; known: users, groups"),
        ({"cloud": "moon"}, "unknown cloud `moon`; known: public"),
        ({"endpoint": "http://graph.microsoft.com"}, "neither an address of Microsoft Graph nor one on this machine"),
        ({"endpoint": "https://graph.microsoft.com.example"}, "neither an address"),
        ({"endpoint": "http://127.0.0.1@example.com/"}, "neither an address"),
        ({"endpoint": "http://127.0.0.1:1/v1.0"}, "neither an address"),
        ({"endpoint": "ftp://127.0.0.1"}, "neither an address"),
        ({"endpoint": "http://[::1"}, "neither an address"),
        ({"workers": 0}, "at least 1"),
        ({"time_limit_seconds": 0.0}, "above 0 seconds"),
        ({"read_timeout_seconds": 0.0}, "above 0 seconds"),
    ],
)
def test_settings_that_cannot_be_used(given: dict[str, object], told: str) -> None:
    with pytest.raises(CollectorError, match=told):
        EntraCollectSettings(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("cloud", sorted(CLOUDS))
def test_clouds(no_azure: None, cloud: str) -> None:
    settings = EntraCollectSettings(cloud=cloud)
    assert settings.root == CLOUDS[cloud].graph
    assert EntraCollectSettings(cloud=cloud, endpoint="http://localhost:1").root == "http://localhost:1"


def test_the_cloud_follows_the_authority(no_azure: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "https://login.chinacloudapi.cn/")
    assert EntraCollectSettings().root == "https://microsoftgraph.chinacloudapi.cn"
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "login.example.com")
    assert EntraCollectSettings().root == "https://graph.microsoft.com"
