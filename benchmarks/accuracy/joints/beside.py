"""What else an estate has: projects of GitLab, states of Terraform, identities of imported tables, vaults and settings.

Input: names and values. Output: paths below the evidence folder and their content; text of states.
Not handled: Bitbucket. Forms: ``docs/collectors/pipelines.md``, ``docs/collectors/other.md``, and the vendors' APIs;
state of Terraform in format version 4.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from benchmarks.accuracy.account import call
from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import Tenant, identifier
from benchmarks.accuracy.joints.cloud import CRM
from benchmarks.accuracy.statements import Json

__all__ = ["AZURE_WRITTEN", "HR", "VALUE", "gitlab", "identities", "password", "settings", "state", "tenant", "vault"]

HR: Final = "hr-provisioning"
VALUE: Final = "aZ8Q~" + "Yk3vT0pWm5Rj8Ns2Xc7Lq4Hd6Bf9Gh1Zt"
"""A made-up client secret in the form of Entra's: 40 characters, ``Q~`` after the first three."""
AZURE_WRITTEN: Final = 1768035600
"""2026-01-10T09:00:00Z."""
_FILE: Final = "deploy:\n  id_tokens:\n    TOKEN:\n      aud: sts.amazonaws.com\n  script:\n    - ./deploy.sh\n"


def tenant(*, start: str = "", end: str = "", secrets: bool = True) -> Tenant:
    """Return a tenant with the applications ``hr-provisioning`` and ``crm-sync``, with one secret each."""
    made = Tenant().app(HR).app(CRM)
    if secrets:
        times = ({"start": start} if start else {}) | ({"end": end} if end else {})
        made.secret(HR, "hr-1", **times).secret(CRM, "crm-1", start="2026-05-05T08:00:00Z")
    return made


def gitlab(
    *,
    web: str = "https://gitlab.com",
    protected: Sequence[str] | None = (),
    variables: Mapping[str, str] | None = None,
    shared: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return evidence of the group ``acme`` with projects ``shop`` (42) and ``wiki`` (43).

    ``protected`` are protected branches of both (``None``: not looked at), ``variables`` those of ``shop``, ``shared``
    those of the group.
    """
    projects = [
        {
            "id": number,
            "path": name,
            "path_with_namespace": f"acme/{name}",
            "web_url": f"{web}/acme/{name}",
            "default_branch": "main",
            "visibility": "private",
            "namespace": {"id": 7, "kind": "group", "full_path": "acme"},
            "ci_id_token_sub_claim_components": ["project_path", "ref_type", "ref"],
        }
        for number, name in ((42, "shop"), (43, "wiki"))
    ]
    files: dict[str, Any] = {
        "gitlab/acme/projects.json": projects,
        "gitlab/acme/files/shop/.gitlab-ci.yml": _FILE,
        "gitlab/acme/files/wiki/.gitlab-ci.yml": _FILE,
        "gitlab/acme/projects.variables.jsonl": [_asked(42, _variables(variables)), _asked(43, [])],
        "gitlab/acme/groups.variables.jsonl": [_asked(7, _variables(shared))],
    }
    if protected is not None:
        branches = [{"name": one, "push_access_levels": [{"access_level": 40}]} for one in protected]
        files["gitlab/acme/projects.protected_branches.jsonl"] = [_asked(42, branches), _asked(43, branches)]
    return files


def _asked(own: int, response: Any) -> Json:
    return {"request": {"id": own}, "response": response}


def _variables(named: Mapping[str, str] | None) -> list[Json]:
    flags = {"variable_type": "env_var", "protected": False, "masked": False, "raw": False, "environment_scope": "*"}
    return [{"key": one, "value": value} | flags for one, value in (named or {}).items()]


def identities(system: str, scope: str, *rows: Json) -> dict[str, Any]:
    """Return an imported table of identities."""
    return {f"other/{system}/{scope}/identities.jsonl": list(rows)}


def settings(scope: Scope, subscription: str, by_site: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return application settings of apps."""
    lines = [
        call(
            {"id": scope.path(f"at:{site}")},
            {"id": f"{scope.path(f'at:{site}')}/config/appsettings"}
            | {"name": "appsettings", "type": "Microsoft.Web/sites/config", "properties": dict(values)},
        )
        for site, values in by_site.items()
    ]
    own = identifier("subscription", subscription)
    return {f"azure/{own}/web.sites.config.appsettings.jsonl": lines}


def vault(scope: Scope, name: str, secrets: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the names and tags of secrets in a vault of the subscription ``main``."""
    base = scope.path(f"at:{name}")
    listed = [
        {
            "id": f"{base}/secrets/{one}",
            "name": one,
            "type": "Microsoft.KeyVault/vaults/secrets",
            "tags": dict(tags),
            "properties": {
                "attributes": {"enabled": True, "created": AZURE_WRITTEN, "updated": AZURE_WRITTEN},
                "secretUri": f"https://{name}.vault.azure.net/secrets/{one}",
            },
        }
        for one, tags in secrets.items()
    ]
    own = identifier("subscription", "main")
    return {f"azure/{own}/keyvault.vaults.secrets.jsonl": [call({"id": base}, {"value": listed})]}


def password(app: str, key: str, value: str = VALUE) -> Json:
    """Return ``azuread_application_password`` of an application as a state has it."""
    return _resource(
        "azuread",
        "azuread_application_password",
        app.split("-", maxsplit=1)[0],
        {
            "id": f"{identifier('app', app)}/password/{identifier('key', key)}",
            "application_id": f"/applications/{identifier('app', app)}",
            "display_name": key,
            "key_id": identifier("key", key),
            "start_date": "2026-01-10T08:00:00Z",
            "end_date": "2027-06-10T08:00:00Z",
            "value": value,
        },
    )


def _resource(provider: str, kind: str, name: str, attributes: Json, *needs: str) -> Json:
    instance: Json = {"schema_version": 1, "attributes": attributes, "sensitive_attributes": []}
    return {
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider": f'provider["terraform.example.org/hashicorp/{provider}"]',
        "instances": [instance | ({"dependencies": list(needs)} if needs else {})],
    }


def state(*resources: Json | tuple[str, str, str, Json, tuple[str, ...]]) -> str:
    """Return a state's text; a resource is one of ``password``, or provider, type, name, attributes, dependencies."""
    body = {
        "version": 4,
        "terraform_version": "1.9.8",
        "serial": 12,
        "lineage": "1f0c1d1e-0003-4b9c-8a55-6f7d0c1f0001",
        "outputs": {},
        "resources": [
            one if isinstance(one, dict) else _resource(one[0], one[1], one[2], one[3], *one[4]) for one in resources
        ],
        "check_results": None,
    }
    return json.dumps(body)
