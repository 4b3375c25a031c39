"""Apps, tokens, keys, secrets (names), variables (names and public ids) and runners from GitHub answers.

Input: ``Reading`` and repositories. Output: records.
Handled: of a variable's value, the id of an application, a tenant or an access key; nothing else of it is kept.
Not handled: OAuth apps, which no call lists; webhooks; secrets of Dependabot and Codespaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from collectors.evidence.evidence import Call
from collectors.evidence.redact import is_redacted
from collectors.github.records import (
    GitHubDeployKey,
    GitHubInstallation,
    GitHubRepository,
    GitHubRunner,
    GitHubSecret,
    GitHubToken,
    GitHubVariable,
)
from collectors.github.records_fields import Fields, Reading, full_name
from collectors.github.workflow_inputs import public_id

__all__ = [
    "add_to_repositories",
    "read_installations",
    "read_runners",
    "read_secrets",
    "read_tokens",
    "read_variables",
]

_KEYS, _REPO, _ENVIRONMENT = "repos.list-deploy-keys", "actions.list-repo-secrets", "actions.list-environment-secrets"
_RUNNERS, _VARIABLES = "actions.list-self-hosted-runners-for-repo", "actions.list-repo-variables"
_OF_ENVIRONMENT = "actions.list-environment-variables"
_ENABLED = "actions.get-github-actions-permissions-repository"
_CHOSEN = "actions.list-selected-repositories-enabled-github-actions-organization"
_DEFAULTS = "actions.get-github-actions-default-workflow-permissions-repository"


def _permissions(item: Fields) -> dict[str, str]:
    """Return permissions by name; those of a token stand in groups, and a name can be of two."""
    found: dict[str, str] = {}
    for name, value in item.body.items():
        if isinstance(value, Mapping):
            found.update({f"{name}.{inner}": str(level) for inner, level in value.items()})
        elif isinstance(value, str):
            found[str(name)] = value
    return found


def read_installations(reading: Reading, login: str) -> dict[int, GitHubInstallation]:
    """Return apps that are installed in the organization."""
    listed = reading.by_parameter("apps.list-repos-accessible-to-installation", "installation_id")
    found: dict[int, GitHubInstallation] = {}
    for operation in ("orgs.list-app-installations", "apps.list-installations"):
        for item in reading.items(operation, "installations"):
            account = item.inner("account").text("login").lower()
            identity = item.number("id")
            if identity is None:
                reading.gap(operation, f"{item.ref.child('id')}: is missing")
                continue
            if account and account != login:
                continue
            calls = listed.get(str(identity))
            rows = [
                full_name(row)
                for call in calls or ()
                for row in reading.of_call("apps.list-repos-accessible-to-installation", call, "repositories")
            ]
            found.setdefault(
                identity,
                GitHubInstallation(
                    identity,
                    item.text("app_slug"),
                    item.number("app_id") or 0,
                    item.ref,
                    _permissions(item.inner("permissions")),
                    item.text("repository_selection") == "all",
                    tuple(rows),
                    calls is not None,
                    bool(item.text("suspended_at")),
                    item.text("created_at"),
                ),
            )
    return found


def read_tokens(reading: Reading) -> dict[tuple[str, int], GitHubToken]:
    """Return fine-grained tokens and what was authorized for single sign-on."""
    operation = "orgs.list-pat-grant-repositories"
    listed = reading.by_parameter(operation, "pat_id")
    found: dict[tuple[str, int], GitHubToken] = {}
    for item in reading.items("orgs.list-pat-grants"):
        identity = item.number("id") or 0
        calls = listed.get(str(identity))
        rows = [full_name(row) for call in calls or () for row in reading.of_call(operation, call, "repositories")]
        found["fine-grained", identity] = GitHubToken(
            item.number("token_id") or identity,
            "fine-grained",
            item.text("token_name"),
            item.inner("owner").text("login").lower(),
            item.ref,
            _permissions(item.inner("permissions")),
            all_repositories=item.text("repository_selection") == "all",
            repositories=tuple(rows),
            repositories_known=calls is not None,
            created_at=item.text("access_granted_at"),
            expires_at=item.text("token_expires_at"),
            last_used_at=item.text("token_last_used_at"),
            expired=item.flag("token_expired") is True,
        )
    for item in reading.items("orgs.list-saml-sso-authorizations"):
        kind = "ssh" if "ssh" in item.text("credential_type").lower() else "classic"
        identity = item.number("credential_id") or 0
        found[kind, identity] = GitHubToken(
            identity,
            kind,
            item.text("authorized_credential_note") or item.text("authorized_credential_title"),
            item.text("login").lower(),
            item.ref,
            scopes=item.texts("scopes"),
            created_at=item.text("credential_authorized_at"),
            expires_at=item.text("authorized_credential_expires_at"),
            last_used_at=item.text("credential_accessed_at"),
        )
    return found


def read_secrets(reading: Reading) -> dict[str, GitHubSecret]:
    """Return the organization's secrets."""
    operation = "actions.list-selected-repos-for-org-secret"
    listed = reading.by_parameter(operation, "secret_name")
    found: dict[str, GitHubSecret] = {}
    for item in reading.items("actions.list-org-secrets", "secrets"):
        secret = _secret(item, "organization")
        calls = listed.get(secret.name.lower())
        rows = [full_name(row) for call in calls or () for row in reading.of_call(operation, call, "repositories")]
        found[secret.name] = replace(
            secret, visibility=item.text("visibility"), selected=tuple(rows), selected_known=calls is not None
        )
    return found


def _secret(item: Fields, level: str, repository: str = "", environment: str = "") -> GitHubSecret:
    return GitHubSecret(
        item.text("name").upper(),
        level,
        item.ref,
        repository,
        environment,
        created_at=item.text("created_at"),
        updated_at=item.text("updated_at"),
    )


def read_variables(reading: Reading) -> tuple[GitHubVariable, ...]:
    """Return the organization's variables whose value is a public id."""
    items = reading.items("actions.list-org-variables", "variables")
    return tuple(found for item in items if (found := _variable(item)) is not None)


def _variable(item: Fields, environment: str = "") -> GitHubVariable | None:
    value, name = item.body.get("value"), item.text("name").upper()
    text = value.get("hint") if isinstance(value, Mapping) and is_redacted(value) else value
    found = public_id(name, text) if isinstance(text, str) else ""
    return GitHubVariable(name, found, item.ref, environment, item.text("visibility")) if found else None


def read_runners(reading: Reading) -> dict[int, GitHubRunner]:
    """Return the organization's runners with what their group lets in."""
    groups = {
        item.number("id"): item
        for item in reading.items("actions.list-self-hosted-runner-groups-for-org", "runner_groups")
    }
    found: dict[int, GitHubRunner] = {}
    for item in reading.items("actions.list-self-hosted-runners-for-org", "runners"):
        group = groups.get(item.number("runner_group_id"))
        runner = _runner(item)
        if group is not None:
            runner = replace(
                runner,
                visibility=group.text("visibility"),
                public_repositories=group.flag("allows_public_repositories"),
                some_workflows=group.flag("restricted_to_workflows") is True,
            )
        found[runner.id] = runner
    return found


def _runner(item: Fields, repository: str = "") -> GitHubRunner:
    labels = tuple(label.text("name").lower() for label in item.items("labels"))
    return GitHubRunner(
        item.number("id") or 0, item.text("name"), item.ref, repository, labels, item.flag("ephemeral")
    )  # fmt: skip


def add_to_repositories(reading: Reading, found: dict[str, GitHubRepository]) -> None:
    """Add deploy keys, secrets, variables, runners and settings of Actions to each repository."""
    for name, _, item in _rows(reading, found, _KEYS):
        key = GitHubDeployKey(
            item.number("id") or 0,
            item.text("title"),
            item.flag("read_only") is not False,
            item.ref,
            item.text("added_by").lower(),
            item.text("created_at"),
            item.text("last_used"),
            item.flag("enabled") is not False,
        )
        found[name] = replace(found[name], deploy_keys=(*found[name].deploy_keys, key))
    for operation, level in ((_REPO, "repository"), (_ENVIRONMENT, "environment")):
        for name, call, item in _rows(reading, found, operation, "secrets"):
            environment = str(call.request.get("environment_name") or "")
            secret = _secret(item, level, name, environment)
            found[name] = replace(found[name], secrets=(*found[name].secrets, secret))
    for name, _, item in _rows(reading, found, _VARIABLES, "variables"):
        found[name] = replace(found[name], variables=(*found[name].variables, item.text("name")))
    for operation in (_VARIABLES, _OF_ENVIRONMENT):
        for name, call, item in _rows(reading, found, operation, "variables"):
            environment = str(call.request.get("environment_name") or "") if operation == _OF_ENVIRONMENT else ""
            if (known := _variable(item, environment)) is not None:
                found[name] = replace(found[name], known_variables=(*found[name].known_variables, known))
    for name, _, item in _rows(reading, found, _RUNNERS, "runners"):
        found[name] = replace(found[name], runners=(*found[name].runners, _runner(item, name)))
    _by_choice(reading, found)
    for name, calls in reading.by_repository(_ENABLED).items():
        for call in calls:
            if name in found and call.response is not None:
                found[name] = replace(found[name], actions_enabled=reading.answer(_ENABLED, call).flag("enabled"))
    for name, calls in reading.by_repository(_DEFAULTS).items():
        for call in calls:
            if name in found and call.response is not None:
                answer = reading.answer(_DEFAULTS, call)
                found[name] = replace(
                    found[name],
                    default_permissions=answer.text("default_workflow_permissions"),
                    can_approve=answer.flag("can_approve_pull_request_reviews"),
                )


def _by_choice(reading: Reading, found: dict[str, GitHubRepository]) -> None:
    """Note that Actions is off where the organization chose other repositories; in those it may be off as well."""
    setting = "actions.get-github-actions-permissions-organization"
    settings = [reading.answer(setting, call).text("enabled_repositories") for call in reading.calls(setting)]
    if "selected" not in settings or not reading.looked_at(_CHOSEN):
        return
    chosen = {full_name(item) for item in reading.items(_CHOSEN, "repositories")}
    for name in found.keys() - chosen:
        found[name] = replace(found[name], actions_enabled=False)


def _rows(
    reading: Reading, found: Mapping[str, GitHubRepository], operation: str, inside: str = ""
) -> Iterator[tuple[str, Call, Fields]]:
    for name, calls in reading.by_repository(operation).items():
        for call in calls:
            if name in found and call.response is not None:
                for item in reading.of_call(operation, call, inside):
                    yield name, call, item
