"""How many token subjects a pattern of an OIDC trust lets in, by the issuer's own form of subjects.

Input: an issuer and the value of a test on ``sub``. Output: ``Breadth`` and a subject that ought not to get in.
Handled: GitHub, GitLab, Terraform Cloud, Buildkite, EKS clusters; for other issuers only "everybody" is told from the
rest.
Not handled: which owner is ours; subjects whose form the issuer's customer changed (not understood).

References
----------
Stored copies looked at 2026-11:
https://docs.github.com/en/actions/reference/security/oidc
https://docs.gitlab.com/ci/secrets/id_token_authentication
https://buildkite.com/docs/pipelines/security/oidc/aws
https://support.hashicorp.com/hc/en-us/articles/13138701895699-Updating-Workload-Identity-for-Projects
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Breadth", "Issuer", "breadth", "issuer_of", "stranger"]

_WILD = re.compile(r"[*?]")
PROBE = "nhi-probe-7f3a9c"


class Breadth(IntEnum):
    """How much a pattern lets in, narrow first."""

    NARROW = 0
    LOOK_ALIKE_PART = 1
    """Parts of one owner whose names begin alike (``repo:acme/web*``)."""
    WHOLE_OWNER = 2
    """Everything of one owner (``repo:acme/*``)."""
    LOOK_ALIKE_OWNER = 3
    """Owners whose names begin alike, which anybody may register (``repo:acme*``)."""
    EVERYBODY = 4
    NOT_UNDERSTOOD = 5


@dataclass(frozen=True, slots=True)
class Issuer:
    """How one issuer writes subjects."""

    name: str
    pattern: str
    """Regular expression over the issuer's host and path."""
    public: bool
    """True when anybody may have tokens of this issuer made."""
    prefix: str = ""
    """Text before the owner; ``""``: the form is not known here."""
    owner_end: str = ""
    part_end: str = ""
    """What ends the part after the owner; ``""``: the end of the subject."""
    owner: str = "owner"
    part: str = "part"
    labels: tuple[str, ...] = ()
    """Texts of which one may stand before the part."""
    sample: str = ""
    """A subject with ``{owner}`` and ``{part}``."""
    narrowing: tuple[str, ...] = ()
    """Other claims that name the workload as ``sub`` does."""
    needs_subject: bool = True
    audience: tuple[str, ...] = ("aud",)
    """Claims of which one names the audience."""


_GITHUB = ("job_workflow_ref", "repository", "repository_id")
ISSUERS: tuple[Issuer, ...] = (
    Issuer(
        "GitHub", r"token\.actions\.githubusercontent\.com", True, prefix="repo:", owner_end="/", part_end=":",
        owner="organization", part="repository", sample="repo:{owner}/{part}:ref:refs/heads/main", narrowing=_GITHUB,
    ),
    Issuer(
        "GitHub", r"(token\.actions\.githubusercontent\.com/.+|.+/_services/token)", False, prefix="repo:",
        owner_end="/", part_end=":", owner="organization", part="repository",
        sample="repo:{owner}/{part}:ref:refs/heads/main", narrowing=_GITHUB,
    ),
    Issuer(
        "GitLab", r"gitlab\.com", True, prefix="project_path:", owner_end="/", part_end=":", owner="group",
        part="project", sample="project_path:{owner}/{part}:ref_type:branch:ref:main",
        narrowing=("project_id", "namespace_id"),
    ),
    Issuer(
        # Subjects from before projects existed name the workspace right after the organization.
        "Terraform Cloud", r"app\.terraform\.io", True, prefix="organization:", owner_end=":", part_end=":",
        owner="organization", part="project or workspace", labels=("project:", "workspace:"),
        sample="organization:{owner}:project:{part}:workspace:x:run_phase:apply", narrowing=("terraform_workspace_id",),
    ),
    Issuer(
        "Buildkite", r"agent\.buildkite\.com", True, prefix="organization:", owner_end=":", part_end=":",
        owner="organization", part="pipeline", labels=("pipeline:",), narrowing=("pipeline_id",),
        sample="organization:{owner}:pipeline:{part}:ref:refs/heads/main:commit:0:step:x",
    ),
    Issuer(
        "the cluster", r"oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/id/.+", False, prefix="system:serviceaccount:",
        owner_end=":", owner="namespace", part="service account", sample="system:serviceaccount:{owner}:{part}",
    ),
    Issuer("Google", r"accounts\.google\.com", True, narrowing=("aud", "email"), audience=("aud", "oaud")),
    Issuer("Amazon", r"www\.amazon\.com", True, needs_subject=False, audience=("app_id",)),
    Issuer("Facebook", r"graph\.facebook\.com", True, needs_subject=False, audience=("app_id",)),
    Issuer("Cognito", r"cognito-identity\.amazonaws\.com", True, needs_subject=False),
)  # fmt: skip
_OTHER = Issuer("the issuer", ".*", False)


def issuer_of(provider: str) -> Issuer:
    """Return what is known of an issuer, by its host and path."""
    return next((issuer for issuer in ISSUERS if re.fullmatch(issuer.pattern, provider)), _OTHER)


def breadth(issuer: Issuer, pattern: str) -> Breadth:
    """Return how much a ``StringLike`` value on ``sub`` lets in."""
    if "${" in pattern:
        return Breadth.NOT_UNDERSTOOD
    wild = _WILD.search(pattern)
    if wild is None:
        return Breadth.NARROW
    if wild.start() == 0:
        # What follows may stand anywhere in a subject, also in a branch or environment that a stranger names.
        return Breadth.EVERYBODY
    if not issuer.prefix:
        return Breadth.NOT_UNDERSTOOD
    if wild.start() <= len(issuer.prefix) and issuer.prefix.startswith(pattern[: wild.start()]):
        return Breadth.EVERYBODY
    if not pattern.startswith(issuer.prefix):
        return Breadth.NOT_UNDERSTOOD
    owner, found, rest = pattern.removeprefix(issuer.prefix).partition(issuer.owner_end)
    if _open(owner):
        return Breadth.LOOK_ALIKE_OWNER
    if not found or not _WILD.search(rest):
        return Breadth.NARROW
    return _part_breadth(issuer, rest)


def _part_breadth(issuer: Issuer, rest: str) -> Breadth:
    label = next((label for label in issuer.labels if rest.startswith(label)), "")
    part = rest.removeprefix(label)
    part = part.partition(issuer.part_end)[0] if issuer.part_end else part
    if not _open(part):
        return Breadth.NARROW
    if not part.strip("*?") or part.startswith("*"):
        return Breadth.WHOLE_OWNER
    # `web*` at the end takes any name that begins so; `web:*` was split off above and is one repository.
    return Breadth.LOOK_ALIKE_PART


def _open(name: str) -> bool:
    """Return whether a name holds a wildcard, beside one that stands for GitHub's numeric id after ``@``."""
    return _WILD.search(name.split("@", 1)[0]) is not None


def stranger(issuer: Issuer, pattern: str = "") -> str:
    """Return a subject that the pattern (none: any) matches and that ought not to get in."""
    if not pattern.strip("*"):
        return (issuer.sample or PROBE).format(owner=PROBE, part=PROBE)
    return pattern.replace("*", f"-{PROBE}").replace("?", "0")
