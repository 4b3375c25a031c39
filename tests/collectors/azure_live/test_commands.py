"""`nhi collect azure`, `nhi scan azure`: what they print, leave behind and exit with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from collectors.azure.estimate import estimate_calls
from collectors.azure.permissions import permissions_needed
from collectors.azure.session import AzureCollectSettings
from nhigraph.cli import app, main
from tests.collectors.azure_live.conftest import Arm
from tests.collectors.azure_live.running import PROD, TEST, collect, coverage, world
from tests.fakes.arm.azure import world_of
from tests.worlds.entra import TENANT

client = pytest.mark.needs_azure


def run(home: Path, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [*arguments, "--workspace", str(home)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return 2, result.stdout, str(result.exception)
    return result.exit_code, result.stdout, result.stderr


@client
@pytest.mark.usefixtures("quick_writes")
def test_collect_then_build(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()), permissions_needed())
    code, output, told = run(tmp_path, "collect", "azure")
    assert code == 0, told
    folder = tmp_path / "evidence" / f"azure-{TENANT}"
    assert output == f"{folder}\n"
    assert f"collected azure account {TENANT}: " in told
    assert json.loads((folder / "manifest.json").read_bytes())["complete"] is True
    assert {path.name for path in (folder / "azure").iterdir()} == {TENANT, PROD, TEST}
    assert run(tmp_path, "build", str(folder))[0] == 0
    code, output, told = run(tmp_path, "inventory", "--format", "csv")
    assert code == 0, told
    assert "deployer" in output


@client
@pytest.mark.usefixtures("quick_writes")
def test_scan(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()), permissions_needed())
    code, _, told = run(tmp_path, "scan", "azure")
    assert code == 0, told
    assert "incomplete" not in told


@client
@pytest.mark.usefixtures("quick_writes")
def test_a_scan_of_one_subscription_asks_no_other(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    code, _, told = run(tmp_path, "scan", "azure", "--tenant", TENANT, "--subscription", PROD)
    assert code == 0, told
    asked = {each.target.lower().split("/")[2] for each in server.log if each.target.startswith("/subscriptions/")}
    assert asked == {PROD.lower()}
    assert run(tmp_path, "scan", "azure", "--tenant", "11111111-2222-4333-8444-555555555555")[0] == 2
    assert "has no --organization" in run(tmp_path, "scan", "azure", "--organization", "acme")[2]


@client
@pytest.mark.usefixtures("quick_writes")
@pytest.mark.parametrize("command", ["collect", "scan"])
def test_a_missing_action_is_exit_3(arm: Arm, tmp_path: Path, command: str) -> None:
    missing = "Microsoft.Authorization/denyAssignments/read"
    arm(world_of(world()), set(permissions_needed()) - {missing})
    code, _, told = run(tmp_path, command, "azure")
    assert code == 3
    assert f"gap: {PROD} authorization.denyAssignments: AuthorizationFailed" in told
    assert f"(needs {missing})" in told
    assert run(tmp_path, command, "azure", "--allow-incomplete")[0] == 0


@client
@pytest.mark.usefixtures("quick_writes")
def test_options_reach_the_collector(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    out = tmp_path / "out"
    options = ("--without", "keyvault", "--app-settings", "--tenant", TENANT, "--subscription", PROD)
    assert run(tmp_path, "collect", "azure", *options, "--output", str(out), "--time-limit", "5")[0] == 0
    told = coverage(out)
    assert told[PROD, "keyvault.vaults"]["outcome"] == "skipped"
    assert told[PROD, "web.sites.config.appsettings"]["outcome"] == "ok"
    assert {scope for scope, _ in told} == {TENANT, PROD}
    assert [each.method for each in server.log].count("POST") == 1


@client
@pytest.mark.usefixtures("quick_writes")
def test_an_estimate_is_what_is_made(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    code, output, told = run(tmp_path, "collect", "azure", "--estimate")
    assert code == 0, told
    assert [each.operation for each in server.log if each.operation != "tenants"] == [
        "managementGroups",
        "subscriptions",
    ]
    assert "compute.virtualMachines.extensions" in output
    assert "and one for each object that only the listings show" in told
    folder = tmp_path / "evidence" / f"azure-{TENANT}"
    assert not folder.exists()
    result = collect(folder)
    made = {name: number for calls in result.calls.values() for name, number in calls.items()}
    found = estimate_calls(AzureCollectSettings(), folder)
    assert {row.operation: row.calls for row in found.rows if row.calls} == made
    assert f"about {sum(made.values())} calls" in run(tmp_path, "collect", "azure", "--estimate")[2]
    only = estimate_calls(AzureCollectSettings(subscriptions=(PROD,), without=frozenset({"managementGroups"})))
    assert {row.calls for row in only.rows if row.operation.startswith("authorization.roleAssignments")} == {1}


@client
def test_the_wrong_tenant_is_one_line(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world())).state.token_tenant = TENANT
    code, output, told = run(tmp_path, "collect", "azure", "--tenant", "1234")
    assert (code, output) == (2, "")
    assert told == f"the credentials are of tenant {TENANT}, not of 1234"
    assert not (tmp_path / "evidence").exists()


@client
def test_no_credential_is_one_line(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "IDENTITY_", "NHI_"))}
    kept |= {"AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential", "PATH": "/nowhere"}
    command = [sys.executable, "-c", "from nhigraph.cli import main; main()", "collect", "azure"]
    result = subprocess.run(
        [*command, "--workspace", str(tmp_path)], env=kept, capture_output=True, text=True, check=False, timeout=120
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    assert "no Microsoft Entra token: " in result.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--profile", "x"), "`azure` has no --profile"),
        (("--region", "eu"), "`azure` has no --region"),
        (("--last-accessed",), "`azure` has no --last-accessed"),
        (("--cloud", "moon"), "unknown cloud `moon`; known: public, usgov, usgov-dod, china"),
        (("--without", "vault"), "unknown part of Azure to leave out: vault"),
        (("--subscription", "prod"), "`prod` is no subscription id (a GUID)"),
    ],
)
def test_wrong_options_are_one_line(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    code, output, error = run(tmp_path, "collect", "azure", *options)
    assert (code, output) == (2, "")
    assert error.startswith(told)


@pytest.mark.parametrize(
    ("source", "options", "told"),
    [
        ("aws", ("--subscription", PROD), "`aws` has no --subscription"),
        ("entra", ("--app-settings",), "`entra` has no --app-settings"),
    ],
)
def test_options_of_another_source(tmp_path: Path, source: str, options: tuple[str, ...], told: str) -> None:
    code, _, error = run(tmp_path, "collect", source, *options)
    assert (code, error) == (2, told)


def test_without_the_extra_it_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in [*sys.modules]:
        if name.partition(".")[0] == "azure":
            monkeypatch.delitem(sys.modules, name)

    class Refuse:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name.partition(".")[0] == "azure":
                raise ModuleNotFoundError(name, name=name)

    monkeypatch.setattr(sys, "meta_path", [Refuse(), *sys.meta_path])
    monkeypatch.setattr(sys, "argv", ["nhi", "collect", "azure", "--workspace", str(tmp_path)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    told = capsys.readouterr().err.strip()
    assert told.endswith("install `nhigraph[azure]`")
    assert len(told.splitlines()) == 1


@client
def test_the_clients_of_single_providers_are_not_imported() -> None:
    """They cost seconds and 200 MB, and give nothing but models."""
    program = (
        "import sys\n"
        "from collectors.azure.sdk import open_session\n"
        "from collectors.azure.session import AzureCollectSettings\n"
        "open_session(AzureCollectSettings()).close()\n"
        "print(sorted({n.split('.')[2] for n in sys.modules if n.startswith('azure.mgmt.')}))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert result.stdout.strip() == "['core']"
