"""GitHub records: what evidence says, typed, before any judgement.

Input: none (types only). Output: frozen dataclasses that ``to_records`` fills and ``graph`` reads.
Names of organizations, repositories and people are in lower case, as GitHub compares them; how they are spelled in a
token is kept beside. Not handled: evaluation; values of secrets, which GitHub does not tell, and of variables, of which
nothing but public ids is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.github.identity_types import GitHubExternalIdentity
from collectors.github.workflow_types import GitHubWorkflow
from collectors.interface import EvidenceRef, Gap, Presence

__all__ = [
    "GitHubAccess",
    "GitHubBranch",
    "GitHubDeployKey",
    "GitHubEnvironment",
    "GitHubInstallation",
    "GitHubOrganization",
    "GitHubOrganizationRecords",
    "GitHubRecords",
    "GitHubRepository",
    "GitHubRunner",
    "GitHubSecret",
    "GitHubTeam",
    "GitHubToken",
    "GitHubUser",
    "GitHubVariable",
    "GitHubWebhook",
]

_NOWHERE = EvidenceRef("")


@dataclass(frozen=True, slots=True)
class GitHubOrganization:
    """An organization."""

    login: str
    name: str
    """As it is spelled in tokens."""
    id: int = 0
    ref: EvidenceRef = _NOWHERE
    base_role: str = ""
    """What every member has in every repository: ``none``, ``read``, ``write``, ``admin``; empty when not known."""
    actions_enabled: str = ""
    """``all``, ``none``, ``selected``; empty when not known."""
    subject_keys: tuple[str, ...] = ()
    """Template of the subject for repositories that follow the organization."""
    subject_known: bool = False
    default_permissions: str = ""
    """Of ``GITHUB_TOKEN``: ``read`` or ``write``; empty when not known."""
    can_approve: bool | None = None
    """Whether ``GITHUB_TOKEN`` may approve pull requests; ``None`` when not known."""
    owners_known: bool = False


@dataclass(frozen=True, slots=True)
class GitHubUser:
    """A person, or a machine account, which GitHub does not tell apart."""

    login: str
    name: str
    id: int
    ref: EvidenceRef
    role: str = ""
    """``admin`` (owner) or ``member``; ``outside`` for a collaborator; empty when not told."""


@dataclass(frozen=True, slots=True)
class GitHubTeam:
    """A team."""

    slug: str
    name: str
    id: int
    ref: EvidenceRef
    parent: str = ""
    members: tuple[str, ...] = ()
    members_known: bool = False
    repositories: Mapping[str, str] = field(default_factory=dict)
    """Role by repository."""
    repositories_known: bool = False


@dataclass(frozen=True, slots=True)
class GitHubAccess:
    """A person's role in a repository."""

    login: str
    role: str
    direct: bool
    """False where the list says what somebody has by whatever way."""
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class GitHubBranch:
    """A branch of which something is known."""

    name: str
    ref: EvidenceRef
    protected: bool | None = None
    known: bool = False
    """Whether what it asks for was looked at."""
    classic: bool | None = None
    """Whether a branch protection rule (not a ruleset) holds."""
    approvals: int = 0
    """How many approving reviews a change needs; 0 when none."""
    checks: bool = False
    """Whether status checks must pass."""
    restricted: bool = False
    """Only those who are listed may push."""
    pushers: tuple[str, ...] = ()
    """``user:LOGIN``, ``team:SLUG``, ``app:SLUG`` who may push where it is restricted."""
    bypassers: tuple[str, ...] = ()
    """The same, who need no review."""
    locked: bool = False
    admins_exempt: bool | None = None
    """Whether administrators may pass the rule by; ``None`` when not told (a ruleset's answer does not tell it)."""
    ruled_approvals: int = 0
    """How many of the approvals rulesets ask for, whose own lists of who may pass are not told."""
    ruled_checks: bool = False
    ruled_updates: bool = False
    """Whether a ruleset lets only some update it."""


@dataclass(frozen=True, slots=True)
class GitHubEnvironment:
    """A deployment environment."""

    name: str
    ref: EvidenceRef
    reviewers: tuple[str, ...] = ()
    """``user:LOGIN`` or ``team:SLUG``, any one of whom approves."""
    review_required: bool = False
    prevent_self_review: bool = False
    other_rules: tuple[str, ...] = ()
    """Types of protection rules beside reviewers, timers and branches, such as those of an app."""
    protected_branches: bool = False
    """Only from protected branches."""
    custom_policies: bool = False
    """Only from branches and tags that are listed."""
    branch_policies: tuple[str, ...] = ()
    tag_policies: tuple[str, ...] = ()
    policies_known: bool = False


@dataclass(frozen=True, slots=True)
class GitHubDeployKey:
    """A key that reads, or writes to, one repository."""

    id: int
    title: str
    read_only: bool
    ref: EvidenceRef
    added_by: str = ""
    created_at: str = ""
    last_used_at: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class GitHubSecret:
    """A secret of Actions, by its name alone."""

    name: str
    level: str
    """``organization``, ``repository`` or ``environment``."""
    ref: EvidenceRef
    repository: str = ""
    environment: str = ""
    visibility: str = ""
    """Of the organization's: ``all``, ``private``, ``selected``."""
    selected: tuple[str, ...] = ()
    selected_known: bool = False
    created_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class GitHubVariable:
    """A variable of Actions whose value is a public id, which opens nothing; of others the name alone is kept."""

    name: str
    public_id: str
    """Id of an application or tenant, under a name that says so, or of an access key."""
    ref: EvidenceRef
    environment: str = ""
    visibility: str = ""
    """Of the organization's: ``all``, ``private``, ``selected``; empty when not told."""


@dataclass(frozen=True, slots=True)
class GitHubRunner:
    """A machine that runs jobs."""

    id: int
    name: str
    ref: EvidenceRef
    repository: str = ""
    """Empty for one of the organization."""
    labels: tuple[str, ...] = ()
    ephemeral: bool | None = None
    visibility: str = ""
    """Of its group: ``all``, ``private``, ``selected``; empty when not known."""
    public_repositories: bool | None = None
    """Whether its group takes jobs of public repositories."""
    some_workflows: bool = False
    """Whether its group takes jobs of some workflows alone."""


@dataclass(frozen=True, slots=True)
class GitHubInstallation:
    """An app that is installed in the organization."""

    id: int
    app: str
    app_id: int
    ref: EvidenceRef
    permissions: Mapping[str, str] = field(default_factory=dict)
    all_repositories: bool = False
    repositories: tuple[str, ...] = ()
    repositories_known: bool = False
    suspended: bool = False
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class GitHubToken:
    """A fine-grained token, or a classic token or SSH key that was authorized for the organization."""

    id: int
    kind: str
    """``fine-grained``, ``classic``, ``ssh``, ``oauth`` or ``app-user``."""
    name: str
    owner: str
    ref: EvidenceRef
    permissions: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    all_repositories: bool = False
    repositories: tuple[str, ...] = ()
    repositories_known: bool = False
    created_at: str = ""
    expires_at: str = ""
    last_used_at: str = ""
    expired: bool = False
    digest: str = ""
    """By which the audit log names it; empty when not told."""
    seen_only: bool = False
    """Known from the audit log alone: what it may do, and whether it is still there, nothing tells."""


@dataclass(frozen=True, slots=True)
class GitHubWebhook:
    """Somebody who is told of events: of the organization, or of one repository."""

    id: int
    host: str
    """Of its address, with scheme; the rest of an address often is a secret."""
    ref: EvidenceRef
    repository: str = ""
    events: tuple[str, ...] = ()
    active: bool = True
    insecure: bool = False
    """Its certificate is not checked, or it has none."""


@dataclass(frozen=True, slots=True)
class GitHubRepository:
    """A repository with everything that is asked about it alone."""

    full_name: str
    """In lower case."""
    spelled: str
    """As tokens spell it."""
    id: int
    owner_id: int
    visibility: str
    ref: EvidenceRef
    default_branch: str = ""
    archived: bool = False
    allow_forking: bool | None = None
    created_at: str = ""
    collaborators: tuple[GitHubAccess, ...] = ()
    collaborators_known: bool = False
    branches: tuple[GitHubBranch, ...] = ()
    branches_known: bool = False
    """Whether the list of branches was looked at."""
    environments: tuple[GitHubEnvironment, ...] = ()
    environments_known: bool = False
    deploy_keys: tuple[GitHubDeployKey, ...] = ()
    secrets: tuple[GitHubSecret, ...] = ()
    """Its own and those of its environments."""
    variables: tuple[str, ...] = ()
    """Names of its own."""
    known_variables: tuple[GitHubVariable, ...] = ()
    """Of its own and of its environments', those whose value is a public id."""
    runners: tuple[GitHubRunner, ...] = ()
    workflows: tuple[GitHubWorkflow, ...] = ()
    actions_enabled: bool | None = None
    default_permissions: str = ""
    can_approve: bool | None = None
    subject_default: bool | None = None
    """Whether the subject of its tokens follows GitHub's own form; ``None`` when not known."""
    subject_keys: tuple[str, ...] = ()
    subject_prefix: str = ""
    """What the subject begins with, as GitHub tells it; empty when it does not."""
    subject_immutable: bool | None = None


@dataclass(frozen=True, slots=True)
class GitHubOrganizationRecords:
    """What evidence says of one organization."""

    organization: GitHubOrganization
    users: tuple[GitHubUser, ...] = ()
    teams: tuple[GitHubTeam, ...] = ()
    repositories: tuple[GitHubRepository, ...] = ()
    secrets: tuple[GitHubSecret, ...] = ()
    runners: tuple[GitHubRunner, ...] = ()
    installations: tuple[GitHubInstallation, ...] = ()
    tokens: tuple[GitHubToken, ...] = ()
    variables: tuple[GitHubVariable, ...] = ()
    """Of the organization's, those whose value is a public id."""
    identities: tuple[GitHubExternalIdentity, ...] = ()
    webhooks: tuple[GitHubWebhook, ...] = ()
    presence: Mapping[str, Presence] = field(default_factory=dict)
    """By operation: what was looked at."""


@dataclass(frozen=True, slots=True)
class GitHubRecords:
    """Everything that GitHub evidence says."""

    organizations: tuple[GitHubOrganizationRecords, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """What ``to_records`` itself could not read; those of the files are in ``EvidenceSet.gaps``."""
