"""Commands around the product: demo, dashboard, doctor.

Input: the packaged sample company, the workspace. Output: a told story, a started dashboard, a check list.
Not handled: judging.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhigraph import __version__
from nhigraph.config import WORKSPACE_VARIABLE, open_question, workspace_of
from nhigraph.options import WorkspaceOption
from nhigraph.output.console import output_console, warn
from nhigraph.output.envelope import missing_coverage
from nhigraph.output.joints import joint_texts

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

__all__ = ["register"]

DEMO_SUBJECT = "arn:aws:iam::444455556666:role/service/ai-summariser"
DEMO_FUNCTION = "arn:aws:lambda:eu-central-1:444455556666:function:platform-maintenance"
DEMO_SECRET = "arn:aws:secretsmanager:eu-central-1:444455556666:secret:data/customer-pseudonyms-dykxsn"
WRONG = 2


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(demo)
    app.command()(dashboard)
    app.command()(doctor)


def sample_evidence() -> Path:
    """Return the evidence folder of the packaged sample company."""
    from importlib.resources import files

    return Path(str(files("sample_data").joinpath("evidence")))


def demo(workspace: WorkspaceOption = None) -> None:
    """Scan the sample company: findings, one blast radius with its steps, what to try next."""
    from nhigraph.commands.evidence import build_evidence
    from nhigraph.commands.findings import told_findings
    from nhigraph.commands.questions import told_radius

    home = workspace_of(workspace)
    console = output_console()
    estate = "four AWS accounts, an Entra tenant, two Azure subscriptions and a GitHub organization"
    console.print(
        f"[bold]Nordlicht Versand[/], a fictitious company: {estate}, read from evidence files.\n", soft_wrap=True
    )
    result = build_evidence([sample_evidence()], home, None)
    opened = open_question(home, result.snapshot_id)
    console.print()
    told_findings(console, opened, home, 8)
    console.print("\n[bold]One blast radius[/]")
    told_radius(console, opened, DEMO_SUBJECT, 10)
    console.print("\n[bold]Try next[/]")
    for line in _next(home):
        console.print(f"  {line}", soft_wrap=True)
    sys.stdout.write(f"\n{result.snapshot_id}\n")


def _command() -> str:
    """Return how the reader calls the command here: by name where it is found, else by its path."""
    if shutil.which("nhi"):
        return "nhi"
    return os.path.relpath(sys.argv[0]) if Path(sys.argv[0]).name == "nhi" else "nhi"


def _next(home: Path) -> list[str]:
    nhi = _command()
    more = "" if str(home) == ".nhi" else f" --workspace {home}"
    return [
        f"{nhi} findings{more}",
        f"{nhi} path arn:aws:iam::333344445555:role/ci/ci-runner admin:222233334444{more}",
        f"{nhi} explain {DEMO_SUBJECT} lambda:UpdateFunctionCode {DEMO_FUNCTION}{more}",
        f"{nhi} who-can secretsmanager:GetSecretValue {DEMO_SECRET}{more}",
        f"{nhi} dashboard{more}",
    ]


def dashboard(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8501,
    workspace: WorkspaceOption = None,
) -> None:
    """Open the dashboard on 127.0.0.1."""
    if importlib.util.find_spec("streamlit") is None:
        warn("the dashboard needs streamlit: install `nhigraph[dashboard]`")
        raise typer.Exit(WRONG)
    from importlib.resources import files

    script = Path(str(files("dashboard").joinpath("app.py")))
    environment = {**os.environ, WORKSPACE_VARIABLE: str(workspace_of(workspace).resolve())}
    arguments = [
        "--server.address",
        "127.0.0.1",
        "--server.port",
        str(port),
        "--browser.gatherUsageStats",
        "false",
        "--server.fileWatcherType",
        "none",
        "--client.toolbarMode",
        "minimal",
        "--server.headless",
        "true",
    ]
    sys.stderr.write(f"dashboard on http://127.0.0.1:{port}\n")
    raise typer.Exit(
        subprocess.call([sys.executable, "-m", "streamlit", "run", str(script), *arguments], env=environment)
    )


def _coverage(opened: Snapshot) -> str:
    missing = [
        f"{row['operation']} in {'/'.join(filter(None, (row['scope'], row['region'])))}"
        for row in missing_coverage(opened)
    ]
    return f"not looked at, or not wholly: {', '.join(missing)}" if missing else "everything was looked at"


def doctor(workspace: WorkspaceOption = None) -> None:
    """Check what this installation can do and whether the workspace is whole."""
    from graph.errors import GraphError

    home = workspace_of(workspace)
    rows = [("nhi", __version__, True), ("python", platform.python_version(), sys.version_info >= (3, 11))]
    for package, purpose in (
        ("boto3", "collect aws"),
        ("azure.mgmt", "collect azure"),
        ("msgraph", "collect entra"),
        ("jwt", "collect github"),
        ("streamlit", "dashboard"),
        ("numba", "fast sweeps over all identities"),
    ):
        found = _is_installed(package)
        rows.append(
            (package, f"installed ({purpose})" if found else f"not installed ({purpose} is not available)", True)
        )
    rows.append(("workspace", str(home), True))
    free = shutil.disk_usage(home if home.exists() else Path()).free // 2**20
    rows.append(("disk", f"{free} MiB free", free > 200))
    try:
        opened = open_question(home, None)
        opened.verify()
        rows.append(("snapshot", f"{opened.id} is whole", True))
        rows.append(("coverage", _coverage(opened), True))
        rows += (("joint", text, True) for text in joint_texts(opened.manifest.facts.get("joints") or ()))
    except GraphError as error:
        rows.append(("snapshot", str(error), not (home / "snapshots").exists()))
    for name, text, good in rows:
        sys.stdout.write(f"{'ok  ' if good else 'FAIL'} {name}: {text}\n")
    if not all(good for *_, good in rows):
        raise typer.Exit(WRONG)


def _is_installed(package: str) -> bool:
    """Tell whether a package is there, one inside of another too."""
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False
