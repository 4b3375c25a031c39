"""Every call of REST is one that GitHub's own API description has: path, method, parameters, their values.

``description.json`` has of the npm package @octokit/openapi (MIT) what is compared here;
tests/servers/test_github_packages.py holds it against the whole package.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from collectors.github.rest_calls import CALLS, path_of
from tests.collectors.github_live.conftest import Hub
from tests.collectors.github_live.running import collect, world
from tests.fakes import github as fake

DESCRIPTION: dict[str, Any] = json.loads(Path(fake.__path__[0], "description.json").read_bytes())["operations"]
PLACE = re.compile(r"\{(\w+)\}")


def problem(method: str, target: str) -> str:
    """Return what GitHub's description has against a request; empty where nothing."""
    parts = urlsplit(target)
    for name, described in DESCRIPTION.items():
        # A slash may stand in the path of a file alone.
        pattern = PLACE.sub(lambda match: "(.+)" if match[1] == "path" else "([^/]+)", described["path"])
        if method != described["method"] or not re.fullmatch(pattern, parts.path):
            continue
        for key, value in parse_qsl(parts.query, keep_blank_values=True):
            given = described["parameters"].get(key)
            if given is None or given["in"] != "query":
                return f"{name} has no parameter {key}"
            if given.get("type") == "integer" and not value.isdigit():
                return f"{name}: {key} must be a number, not {value}"
            if given.get("enum") and value not in given["enum"]:
                return f"{name}: {key} must be one of {given['enum']}, not {value}"
            if key == "per_page" and int(value) > 100:
                return f"{name}: {key} is at most 100"
        return ""
    return f"no operation has {method} {parts.path}"


@pytest.mark.parametrize("name", CALLS)
def test_each_call_is_described(name: str) -> None:
    described = DESCRIPTION[name.replace(".", "/", 1)]
    assert (described["method"], described["path"]) == ("GET", CALLS[name].path)
    assert ("per_page" in described["parameters"]) is CALLS[name].listed
    assert set(PLACE.findall(CALLS[name].path)) == {
        key for key, given in described["parameters"].items() if given["in"] == "path"
    }
    values = {key: "a b/c" for key in PLACE.findall(CALLS[name].path)}
    assert problem("GET", path_of(name, values)) == ""


@pytest.mark.parametrize(
    ("method", "target", "told"),
    [
        ("GET", "/orgs/acme/members?role=owner", "role must be one of"),
        ("GET", "/orgs/acme/members?page=two", "page must be a number"),
        ("GET", "/orgs/acme/hooks?role=admin", "orgs/list-webhooks has no parameter role"),
        ("GET", "/orgs/acme/repos?per_page=1000", "per_page is at most 100"),
        ("POST", "/orgs/acme/hooks", "no operation has POST"),
        ("GET", "/repos/acme/a/b/keys", "no operation has GET"),
    ],
)
def test_the_check_finds_what_is_wrong(method: str, target: str, told: str) -> None:
    assert told in problem(method, target)


@pytest.mark.needs_github
@pytest.mark.usefixtures("quick_writes")
def test_everything_that_a_collection_sends(hub: Hub, tmp_path: Path) -> None:
    from tests.fakes.github.organization import organization_of

    organization = organization_of(
        world().single(
            "actions.get-github-actions-default-workflow-permissions-organization", default_workflow_permissions="write"
        )
    )
    organization.identities = [{"id": "1", "guid": "g"}]
    server = hub(organization)
    server.state.page = 1  # so that next pages are among them
    assert collect(tmp_path, depth="full", audit_log_days=7).complete
    sent = {(each.method, each.target) for each in server.log if each.target != "/graphql"}
    assert len(sent) > 60
    assert {found for method, target in sent if (found := problem(method, target))} == set()


@pytest.mark.needs_github
def test_queries_are_of_the_schema_that_the_fake_has() -> None:
    """That one is a part of GitHub's own, see tests/servers/test_github_packages.py."""
    from graphql import build_schema, parse, validate

    from collectors.github.queries import QUERIES
    from tests.fakes.github.graphql import SCHEMA

    schema = build_schema(SCHEMA.read_text(encoding="utf-8"))
    for name, query in QUERIES.items():
        assert validate(schema, parse(query.text)) == [], name
