"""`nhi collect entra`, `nhi scan entra`: what they print, leave behind and exit with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from collectors.entra.estimate import estimate_calls
from collectors.entra.permissions import permissions_needed
from collectors.entra.session import EntraCollectSettings
from nhigraph.cli import app, main
from tests.collectors.entra_live.conftest import Graph
from tests.collectors.entra_live.running import collect, completed, coverage, world
from tests.fakes.graph.tenant import tenant_of
from tests.worlds.entra import TENANT, entra

client = pytest.mark.needs_msgraph


def run(home: Path, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [*arguments, "--workspace", str(home)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return 2, result.stdout, str(result.exception)
    return result.exit_code, result.stdout, result.stderr


@client
@pytest.mark.usefixtures("quick_writes")
def test_collect_then_build(graph: Graph, tmp_path: Path) -> None:
    graph(tenant_of(world()), permissions_needed())
    code, output, told = run(tmp_path, "collect", "entra")
    assert code == 0, told
    folder = tmp_path / "evidence" / f"entra-{TENANT}"
    assert output == f"{folder}\n"
    assert f"collected entra account {TENANT}: " in told
    assert json.loads((folder / "manifest.json").read_bytes())["complete"] is True
    assert run(tmp_path, "build", str(folder))[0] == 0
    code, output, told = run(tmp_path, "path", "deploy", f"admin:{TENANT}")
    assert code == 0, told
    assert f"entra:admin:{TENANT}" in output.splitlines()[0]


@client
@pytest.mark.usefixtures("quick_writes")
def test_scan(graph: Graph, tmp_path: Path) -> None:
    graph(tenant_of(world()), permissions_needed())
    code, _, told = run(tmp_path, "scan", "entra")
    assert code == 0, told
    assert "incomplete" not in told


@client
@pytest.mark.usefixtures("quick_writes")
@pytest.mark.parametrize("command", ["collect", "scan"])
def test_a_missing_permission_is_exit_3(graph: Graph, tmp_path: Path, command: str) -> None:
    graph(tenant_of(world()), set(permissions_needed()) - {"Policy.Read.All"})
    code, _, told = run(tmp_path, command, "entra")
    assert code == 3
    assert "gap: " in told and "identity.conditionalAccess.policies" in told and "(needs Policy.Read.All)" in told
    assert run(tmp_path, command, "entra", "--allow-incomplete")[0] == 0


@client
@pytest.mark.usefixtures("quick_writes")
def test_options_reach_the_collector(graph: Graph, tmp_path: Path) -> None:
    graph(tenant_of(world()))
    out = tmp_path / "out"
    options = (
        "--without",
        "policies",
        "--last-accessed",
        "--output",
        str(out),
        "--tenant",
        TENANT,
        "--time-limit",
        "5",
    )
    assert run(tmp_path, "collect", "entra", *options)[0] == 0
    told = coverage(out)
    assert told["policies.authorizationPolicy"]["outcome"] == "skipped"
    assert told["reports.servicePrincipalSignInActivities"]["outcome"] == "ok"


@client
@pytest.mark.usefixtures("quick_writes")
def test_an_estimate_is_close_to_what_is_made(graph: Graph, tmp_path: Path) -> None:
    tenant = entra()
    for each in range(1_100):
        tenant.app(f"app {each}", owners=["alice"])
    for each in range(45):
        tenant.group(f"group {each}", "alice")
    server = graph(tenant_of(completed(tenant)))
    code, output, told = run(tmp_path, "collect", "entra", "--estimate")
    assert code == 0
    assert len([asked for asked in server.log if "$count" in asked.target]) == 4
    assert "servicePrincipals.owners" in output
    result = collect(tmp_path / "evidence")
    made = {name: number for calls in result.calls.values() for name, number in calls.items()}
    found = estimate_calls(EntraCollectSettings())
    assert {row.operation: row.calls for row in found.rows if row.calls} == made
    assert f"about {sum(made.values())} calls, and one for each object that only the listings show" in told


@client
def test_the_wrong_tenant_is_one_line(graph: Graph, tmp_path: Path) -> None:
    graph(tenant_of(world()))
    code, output, told = run(tmp_path, "collect", "entra", "--tenant", "1234")
    assert (code, output) == (2, "")
    assert told == f"the credentials are of tenant {TENANT}, not of 1234"
    assert not (tmp_path / "evidence").exists()


@client
def test_no_credential_is_one_line(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "IDENTITY_", "NHI_"))}
    kept |= {"AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential", "PATH": "/nowhere"}
    command = [sys.executable, "-c", "from nhigraph.cli import main; main()", "collect", "entra"]
    result = subprocess.run(
        [*command, "--workspace", str(tmp_path)], env=kept, capture_output=True, text=True, check=False, timeout=120
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    assert "no Microsoft Entra token: " in result.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--profile", "x"), "`entra` has no --profile"),
        (("--region", "eu"), "`entra` has no --region"),
        (("--last-accessed-actions",), "`entra` has no --last-accessed-actions"),
        (("--cloud", "moon"), "unknown cloud `moon`; known: public, usgov, usgov-dod, china"),
        (("--without", "group"), "unknown part of Entra to leave out: group"),
    ],
)
def test_wrong_options_are_one_line(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    code, output, error = run(tmp_path, "collect", "entra", *options)
    assert (code, output) == (2, "")
    assert error.startswith(told)


def test_options_of_another_source(tmp_path: Path) -> None:
    code, _, error = run(tmp_path, "collect", "aws", "--tenant", TENANT)
    assert (code, error) == (2, "`aws` has no --tenant")


def test_without_the_extra_it_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in [*sys.modules]:
        if name.partition(".")[0] in ("msgraph", "msgraph_core", "azure", "kiota_authentication_azure"):
            monkeypatch.delitem(sys.modules, name)

    class Refuse:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name.partition(".")[0] in ("msgraph", "azure"):
                raise ModuleNotFoundError(name, name=name)

    monkeypatch.setattr(sys, "meta_path", [Refuse(), *sys.meta_path])
    monkeypatch.setattr(sys, "argv", ["nhi", "collect", "entra", "--workspace", str(tmp_path)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    told = capsys.readouterr().err.strip()
    assert told.endswith("install `nhigraph[entra]`")
    assert len(told.splitlines()) == 1
