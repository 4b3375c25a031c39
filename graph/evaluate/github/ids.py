"""Ids of GitHub nodes and grants: source-prefixed, by name, since names are what trusts of other systems speak of.

Input: names in lower case as the records have them. Output: text. Not handled: names for people.
"""

from __future__ import annotations

__all__ = [
    "ANYONE",
    "actions_grant",
    "actions_node",
    "admin_node",
    "app_node",
    "branch_node",
    "environment_node",
    "file_grant",
    "hub_node",
    "job_node",
    "key_node",
    "members_node",
    "organization_node",
    "repository_node",
    "role_grant",
    "runner_node",
    "secret_node",
    "team_node",
    "token_node",
    "user_node",
    "workflow_node",
]

ANYONE = "github:anyone"
"""Whoever has an account at GitHub."""


def organization_node(login: str) -> str:
    """Return the node id of an organization."""
    return f"github:org:{login}"


def user_node(login: str) -> str:
    """Return the node id of a person."""
    return f"github:user:{login}"


def team_node(organization: str, slug: str) -> str:
    """Return the node id of a team."""
    return f"github:team:{organization}/{slug}"


def members_node(organization: str) -> str:
    """Return the node id of all members of an organization together."""
    return f"github:members:{organization}"


def repository_node(name: str) -> str:
    """Return the node id of a repository."""
    return f"github:repo:{name}"


def actions_node(name: str) -> str:
    """Return the node id of the runs of a repository's workflows."""
    return f"github:actions:{name}"


def branch_node(name: str, branch: str) -> str:
    """Return the node id of a branch."""
    return f"github:branch:{name}:{branch}"


def environment_node(name: str, environment: str) -> str:
    """Return the node id of an environment; its name is compared without case."""
    return f"github:env:{name}:{environment.lower()}"


def workflow_node(name: str, path: str) -> str:
    """Return the node id of a workflow file."""
    return f"github:workflow:{name}:{path}"


def job_node(name: str, path: str, job: str) -> str:
    """Return the node id of a job of a workflow file."""
    return f"{workflow_node(name, path)}#{job}"


def app_node(installation: int) -> str:
    """Return the node id of an installed app, which is its grant's id as well."""
    return f"github:app:{installation}"


def key_node(key: int) -> str:
    """Return the node id of a deploy key, which is its grant's id as well."""
    return f"github:key:{key}"


def token_node(kind: str, token: int) -> str:
    """Return the node id of a token, which is its grant's id as well."""
    return f"github:token:{kind}:{token}"


def secret_node(holder: str, name: str, environment: str = "") -> str:
    """Return the node id of a secret of an organization, a repository or an environment."""
    return f"github:secret:{holder}:{environment.lower() + ':' if environment else ''}{name}"


def runner_node(holder: str, runner: int) -> str:
    """Return the node id of a runner of an organization or repository."""
    return f"github:runner:{holder}:{runner}"


def admin_node(name: str) -> str:
    """Return the node id of full control over an organization or repository."""
    return f"github:admin:{name}"


def hub_node(organization: str, what: str) -> str:
    """Return the node id of a class of targets of an organization."""
    return f"hub:github:{organization}:{what}"


def role_grant(name: str, holder: str) -> str:
    """Return the grant of a role in a repository or organization; ``holder`` is a node id."""
    return f"github:role:{name}:{holder.removeprefix('github:')}"


def actions_grant(name: str) -> str:
    """Return the grant that Actions is in a repository: whoever writes to it has what its runs have."""
    return f"github:actions-enabled:{name}"


def file_grant(name: str, path: str) -> str:
    """Return the grant that a workflow file is: whoever it lets in, it lets in by its text."""
    return f"github:file:{name}:{path}"
