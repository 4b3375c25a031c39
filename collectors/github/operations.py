"""Every call of GitHub's REST API whose answer is read, with the least permission and what is lost without it.

Input: none (data only). Output: ``OPERATIONS``, ``GRAPHQL``, ``READABLE``, ``REGIONAL``. Not handled: making the calls.
A name is the operation id of GitHub's API description with a dot for the slash; the parameters of the path stand in the
request of each line. Answers of GraphQL have names of our own, ``graphql.<what>``: they hold what REST would say in as
many calls as there are repositories. Permissions are those of a GitHub App, from
https://docs.github.com/rest/authentication/permissions-required-for-github-apps (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collectors.interface import Operation

__all__ = ["AUDIT_LOG", "FILES", "GRAPHQL", "IDENTITIES", "OPERATIONS", "READABLE", "REGIONAL"]

FILES = "repos.get-content"
"""Operation that workflow files come from; they stand below ``files/<repository>/``."""
AUDIT_LOG = "orgs.get-audit-log"
IDENTITIES = "graphql.organization-external-identities"
_MEMBERS, _SETTINGS = "organization members: read", "repository administration: read"
_META, _ACTIONS = "repository metadata: read", "repository actions: read"
_ORG_SETTINGS = "organization administration: read"
_REPO_SECRETS, _ENVIRONMENTS = "repository secrets: read", "repository environments: read"


def _each(
    name: str, permission: str, lost: str, *, guard: bool = False, none: tuple[str, ...] = (), opt_in: bool = False
) -> Operation:
    """Return an operation that is called once an object."""
    return Operation(
        name,
        permission,
        lost,
        level="resource",
        per_object=True,
        guard=guard,
        not_found_codes=none,
        may_be_empty=True,
        opt_in=opt_in,
    )


_PEOPLE = (
    Operation("orgs.get", _ORG_SETTINGS, "The organization's id and what every member may do in its repositories."),
    Operation(
        "orgs.list-members",
        _MEMBERS,
        "Who is a member and who an owner: one call for `role=admin`, one for `role=member`.",
        per_object=True,
    ),
    Operation("orgs.list-outside-collaborators", _MEMBERS, "Who has access without being a member."),
    Operation("teams.list", _MEMBERS, "Teams, and which is above which."),
    _each("teams.list-members-in-org", _MEMBERS, "Who has what a team is given."),
    Operation(
        IDENTITIES,
        _MEMBERS,
        "Whom single sign-on says that a login is: people who left are not known by their login.",
        not_found_codes=("404",),
        may_be_empty=True,
    ),
    Operation(
        "scim.list-provisioned-identities",
        "an owner's own token with `admin:org`",
        "Further addresses of people that are provisioned by SCIM.",
        not_found_codes=("404",),
        may_be_empty=True,
        opt_in=True,
    ),
    _each("teams.list-repos-in-org", _MEMBERS, "Which repositories a team reads, writes or administers."),
)
_REPOSITORIES = (
    Operation("repos.list-for-org", _META, "Repositories, their visibility and default branch."),
    _each("repos.list-collaborators", _META, "Which people write to or administer a repository."),
    _each("repos.list-branches", "repository contents: read", "Which branches are protected.", guard=True),
    _each(
        "repos.get-branch-protection",
        _SETTINGS,
        "What a protected branch asks for, and who may pass it by.",
        guard=True,
        none=("404",),
    ),
    _each("repos.get-branch-rules", _META, "Which rules of rulesets hold for a branch.", guard=True),
    _each("repos.list-deploy-keys", _SETTINGS, "Keys that push to one repository without being anybody's."),
    _each(
        FILES,
        "repository contents: read",
        "Workflow files: what starts them, which secrets and tokens their jobs have, whose code they run.",
    ),
)
_TOKENS = (
    Operation("orgs.list-app-installations", _ORG_SETTINGS, "Apps that are installed, with their permissions."),
    Operation("apps.list-installations", "an app's own key", "The same of one app, in all its organizations."),
    _each(
        "apps.list-repos-accessible-to-installation",
        "the installation's own token",
        "Which repositories an app reaches that is installed on selected ones.",
    ),
    Operation(
        "orgs.list-pat-grants",
        "organization personal access tokens: read",
        "Fine-grained personal access tokens, with owner, permissions and end.",
    ),
    _each(
        "orgs.list-pat-grant-repositories",
        "organization personal access tokens: read",
        "Which repositories a fine-grained token reaches that is for selected ones.",
    ),
    Operation(
        "orgs.list-saml-sso-authorizations",
        _ORG_SETTINGS,
        "Classic tokens and SSH keys that people authorized for the organization; with single sign-on only.",
    ),
)
_EVENTS = (
    Operation(
        "orgs.list-webhooks",
        "organization webhooks: read",
        "Which outside hosts are told of the organization's events.",
    ),
    _each(
        "repos.list-webhooks",
        "repository webhooks: read",
        "Which outside hosts are told of a repository's events.",
        opt_in=True,
    ),
    Operation(
        AUDIT_LOG,
        _ORG_SETTINGS,
        "When a token was used last, and the digest by which a leaked one is known; Enterprise Cloud only.",
        opt_in=True,
    ),
)
_ACTIONS_SETTINGS = (
    Operation(
        "actions.get-github-actions-permissions-organization",
        _ORG_SETTINGS,
        "Whether Actions runs at all in the organization, or in selected repositories.",
    ),
    Operation(
        "actions.list-selected-repositories-enabled-github-actions-organization",
        _ORG_SETTINGS,
        "In which repositories Actions runs, where the organization chose them.",
    ),
    _each("actions.get-github-actions-permissions-repository", _SETTINGS, "Whether Actions runs in a repository."),
    Operation(
        "actions.get-github-actions-default-workflow-permissions-organization",
        _ORG_SETTINGS,
        "What `GITHUB_TOKEN` may do where a workflow does not say.",
    ),
    _each(
        "actions.get-github-actions-default-workflow-permissions-repository",
        _SETTINGS,
        "The same of one repository.",
    ),
    Operation("actions.list-org-secrets", "organization secrets: read", "Names of the organization's secrets."),
    _each(
        "actions.list-selected-repos-for-org-secret",
        "organization secrets: read",
        "Which repositories have a secret that is for selected ones.",
    ),
    _each("actions.list-repo-secrets", _REPO_SECRETS, "Names of a repository's secrets."),
    _each("actions.list-environment-secrets", _ENVIRONMENTS, "Names of an environment's secrets."),
    Operation(
        "actions.list-org-variables",
        "organization variables: read",
        "The organization's variables: names, and public ids.",
    ),
    _each(
        "actions.list-repo-variables",
        "repository variables: read",
        "A repository's variables: names, and public ids.",
        opt_in=True,
    ),
    _each(
        "actions.list-environment-variables",
        _ENVIRONMENTS,
        "An environment's variables: names, and public ids.",
        opt_in=True,
    ),
    _each(
        "repos.get-all-environments",
        _ACTIONS,
        "Environments, who must approve and from which branches; a trust may name one that is not there.",
    ),
    _each(
        "repos.list-deployment-branch-policies",
        _ACTIONS,
        "Which branches and tags an environment is for.",
        guard=True,
    ),
    Operation(
        "actions.list-self-hosted-runners-for-org",
        "organization self-hosted runners: read",
        "Machines that run jobs of many repositories.",
    ),
    Operation(
        "actions.list-self-hosted-runner-groups-for-org",
        "organization self-hosted runners: read",
        "Which repositories a machine runs jobs of, public ones too.",
    ),
    Operation(
        "actions.get-self-hosted-runners-permissions-organization",
        _ORG_SETTINGS,
        "Whether repositories may have machines of their own: where none may, none is asked for its own.",
    ),
    Operation(
        "actions.list-selected-repositories-self-hosted-runners-organization",
        _ORG_SETTINGS,
        "Which repositories may have machines of their own, where the organization chose them.",
    ),
    _each("actions.list-self-hosted-runners-for-repo", _SETTINGS, "Machines that run jobs of one repository."),
    Operation(
        "oidc.get-oidc-custom-sub-template-for-org",
        _ORG_SETTINGS,
        "What the subject of tokens is made of in repositories that follow the organization.",
    ),
    _each(
        "actions.get-custom-oidc-sub-claim-for-repo",
        _ACTIONS,
        "What the subject of a repository's tokens is made of, and whether it has ids.",
    ),
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {operation.name: operation for operation in (*_PEOPLE, *_REPOSITORIES, *_TOKENS, *_EVENTS, *_ACTIONS_SETTINGS)}
)
"""By name, in the order of the documentation."""

GRAPHQL: Mapping[str, Operation] = MappingProxyType(
    {
        operation.name: operation
        for operation in (
            Operation(
                "graphql.organization-teams",
                _MEMBERS,
                "Teams, who is in them, and which repositories they read, write or administer.",
                per_object=True,
            ),
            _each("graphql.repository-collaborators", _META, "Which people write to or administer a repository."),
            _each(
                "graphql.repository-branches",
                "repository contents: read",
                "Branches, and which rules of rulesets hold for the default one.",
                guard=True,
            ),
            _each(
                "graphql.repository-branch-protection",
                _SETTINGS,
                "What a protected branch asks for, and who may pass it by.",
                guard=True,
            ),
            _each(
                "graphql.repository-deploy-keys",
                _SETTINGS,
                "Which repositories have keys that push without being anybody's.",
            ),
            _each(
                "graphql.repository-environments",
                _ACTIONS,
                "Which repositories have environments; a trust may name one that is not there.",
            ),
            _each(
                "graphql.repository-workflows",
                "repository contents: read",
                "Workflow files: what starts them, which secrets and tokens their jobs have, whose code they run.",
            ),
        )
    }
)
"""What the collector asks GraphQL instead of REST; ``graphql_evidence`` reads the answers as those of REST."""

READABLE: Mapping[str, Operation] = MappingProxyType({**OPERATIONS, **GRAPHQL})
"""Operations whose files are understood."""

REGIONAL: frozenset[str] = frozenset()
"""None: an organization has no regions."""
