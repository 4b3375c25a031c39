"""What the resources' own policies say to each principal, as sets of resources.

Input: resources with their policies, one action. Output: for a principal the resources whose policy may allow or
deny it.
Not handled: conditions, and how precisely a principal is named: such a pair counts as possible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.evaluate.aws.bits import ResourceIndex
from graph.evaluate.aws.document import Effect, PolicyDocument, PrincipalElement, Statement
from graph.evaluate.aws.layers import LabelledDocument
from graph.evaluate.aws.matching import names_account
from graph.evaluate.aws.principals import Principal, Resource

__all__ = ["NamedSets", "ResourceGrants"]

_EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class NamedSets:
    """Resources whose policy may allow, surely denies, or may deny a principal."""

    maybe_allowed: int
    denied: int
    maybe_denied: int


@dataclass(slots=True)
class _ByName:
    """Sets of resources by what a principal element names: ``*``, an account id, an ARN, or a unique id."""

    sets: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def of(self, names: Sequence[str]) -> int:
        found = 0
        for name in names:
            found |= self.sets.get(name, 0)
        return found


class ResourceGrants:
    """Index of resource policies for one action.

    Parameters
    ----------
    action
        ``service:Action``.
    index
        The index of the resources.
    targets
        Resource, policy and whether that policy must allow, in the order of the index.
    """

    def __init__(
        self,
        action: str,
        index: ResourceIndex,
        targets: Sequence[tuple[Resource, LabelledDocument | None, bool]],
    ) -> None:
        self._allow, self._deny, self._sure_deny = _ByName(), _ByName(), _ByName()
        self._owned: defaultdict[str, int] = defaultdict(int)
        self._relevant: dict[str, list[tuple[Statement, int, int]]] = {}
        self.mandatory = 0
        """Resources whose policy must allow."""
        self.unowned = 0
        """Resources whose account is not known."""
        self._anywhere = 0
        for place, (resource, policy, mandatory) in enumerate(targets):
            bit = 1 << place
            if mandatory:
                self.mandatory |= bit
            if resource.owner is not None:
                self._owned[resource.owner] |= bit
            elif resource.arn == "*":
                self._anywhere |= bit
            else:
                self.unowned |= bit
            if policy is None:
                if mandatory:
                    self._allow.sets[_EVERYBODY] |= bit
            elif policy.document is None:
                self._allow.sets[_EVERYBODY] |= bit
                self._deny.sets[_EVERYBODY] |= bit
            else:
                self._add(policy.document, action, index, bit)

    def _add(self, document: PolicyDocument, action: str, index: ResourceIndex, bit: int) -> None:
        relevant = self._relevant.get(document.digest)
        if relevant is None:
            relevant = self._relevant[document.digest] = [
                (statement, *index.covered(statement))
                for statement in document.statements
                if statement.covers_action(action)
            ]
        for statement, sure, possible in relevant:
            if not possible & bit:
                continue
            names, certain = _names(statement.principals)
            certain = certain and bool(sure & bit) and not (statement.conditions or statement.problems)
            if statement.effect is Effect.ALLOW:
                kinds = [self._allow]
            else:
                kinds = [self._deny, self._sure_deny] if certain else [self._deny]
            for kind in kinds:
                for name in names:
                    kind.sets[name] |= bit

    def same(self, account: str) -> int:
        """Return the resources of an account, those without an account of their own included."""
        return self._owned.get(account, 0) | self._anywhere

    def of(self, principal: Principal) -> NamedSets:
        """Return what the policies may say to a user, a role or a role session."""
        names = [_EVERYBODY, principal.account, principal.arn]
        names += [name for name in (principal.unique_id, principal.session_arn) if name]
        if ":role/" in principal.arn:
            names.append(_session_owner(principal.account, principal.friendly_name))
        return NamedSets(self._allow.of(names), self._sure_deny.of(names), self._deny.of(names))


def _session_owner(account: str, role: str) -> str:
    return f"session of {account} {role}"


def _names(element: PrincipalElement | None) -> tuple[tuple[str, ...], bool]:
    """Return what an element names, and whether that is sure to be the whole of it."""
    if element is None or (element.anyone and not element.not_principal):
        return (_EVERYBODY,), True
    if element.not_principal or element.canonical:
        return (_EVERYBODY,), False
    names: list[str] = []
    certain = True
    for entry in element.aws:
        account = names_account(entry)
        names.append(account or entry)
        parts = entry.split(":")
        if not account and "assumed-role/" in parts[-1] and len(parts) > 5:
            names.append(_session_owner(parts[4], parts[-1].split("/")[1]))
            certain = False
    return tuple(names), certain
