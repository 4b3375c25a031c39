"""Trusts that every repository of GitHub fits: whoever has an account makes one and enters.

Input: the trusted subjects. Output: CAN_IMPERSONATE edges from whoever has an account.
Handled: trusts without a test on the subject, and patterns that leave the owner open; the form with ids, which new
repositories have, and the older one; claims that name another repository, enterprise or person, or a workflow
of a repository that is not public.
Not handled: owners whose name begins or ends alike (whether one is still to be had is not known; rules tell of them);
subjects of a template; subjects of the issuer of one enterprise, in which a stranger is not.

References
----------
https://docs.github.com/actions/reference/security/oidc,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.decision import Atom, Residual
from graph.edges.github.runners import anyone
from graph.edges.github.trusted import TrustedSubject, TrustedSubjects
from graph.edges.github.world import GitHubWorld
from graph.evaluate.claims import claim_of
from graph.evaluate.github.maker import WORKFLOW
from graph.evaluate.github.subjects import ISSUER, SubjectMaker, ways
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["build_strangers"]

_TECHNIQUE = "github-any-repository"
_OPEN = re.compile(r"(?:repo:)?\*")
"""How a pattern begins that leaves the owner open."""
_OWN = ("repository", "repository_id", "repository_owner", "repository_owner_id", "enterprise_id", "actor", "actor_id")
"""Claims whose value is one repository's, organization's, enterprise's or person's."""
_OLD = "Repositories made since 2026-07-15 have ids in their subjects, which do not fit; an older one may."


def build_strangers(worlds: Sequence[GitHubWorld]) -> None:
    """Add the edges, one a subject and class of its trusts."""
    private = frozenset(
        each.full_name for world in worlds for each in world.records.repositories if each.visibility != "public"
    )
    for trusted in TrustedSubjects(worlds[0].identity_graph).all if worlds else ():
        note = _note(trusted)
        if note is not None and trusted.classes:
            _enter(worlds[0], trusted, note, private)


def _note(trusted: TrustedSubject) -> str | None:
    """Return what is not sure about a stranger's repository bearing a subject; ``None`` where it cannot."""
    if not trusted.pattern or trusted.issuer != ISSUER or not _OPEN.match(trusted.accepted):
        return None
    names = ["nhi-probe-7f3a9c", *re.findall(r"/([A-Za-z0-9._-]+)", trusted.accepted)]
    new = any(_bears(trusted, f"repo:stranger@1/{name}@2") for name in names)
    if new:
        return ""
    return _OLD if any(_bears(trusted, f"repo:stranger/{name}") for name in names) else None


def _bears(trusted: TrustedSubject, prefix: str) -> bool:
    maker = SubjectMaker((prefix,), ("repo", "context"), True, {})
    return bool(ways(maker, trusted.accepted, True, {}))


def _enter(world: GitHubWorld, trusted: TrustedSubject, note: str, private: frozenset[str]) -> None:
    state = State.UNVERIFIED if note else State.VERIFIED
    source = anyone(world)

    def step(target: str, left: Residual) -> Edge:
        return Edge(source, target, EdgeKind.CAN_IMPERSONATE, True, _TECHNIQUE, (), left, state=state, note=note)

    trusted.enter_where(world.identity_graph, lambda claims: _can_meet(claims, trusted.issuer, private), step)


def _can_meet(claims: Residual, issuer: str, private: frozenset[str]) -> bool:
    """Return whether a repository of a stranger may meet conditions."""
    return all(any(not _names_another(atom, issuer, private) for atom in clause) for clause in claims)


def _names_another(atom: Atom, issuer: str, private: frozenset[str]) -> bool:
    """Return whether a test asks for somebody else's name or id, or for a workflow that only others may call."""
    claim = claim_of(atom, issuer)
    if atom.negated or atom.operator.endswith("IfExists"):
        return False
    if claim == WORKFLOW and atom.operator in ("StringEquals", "StringEqualsIgnoreCase", "StringLike"):
        return all("/".join(each.lower().split("/")[:2]) in private for each in atom.values)
    if claim not in _OWN:
        return False
    if atom.operator in ("StringEquals", "StringEqualsIgnoreCase"):
        return True
    # A pattern that names the owner is for that owner's repositories.
    return atom.operator == "StringLike" and all(re.match(r"[A-Za-z0-9-]+(?:/|$)", each) for each in atom.values)
