"""The effective permission set of a principal: pairs of action and resource with the conditions that they need.

Input: a principal and the policy layers in force on it. Output: ``PermissionSet``: what identity and group policies
allow, less every deny, within boundary, session policy and each level of service control policies.
Handled: conditions that the principal decides are decided here, others stay as variables; policy variables whose value
is known are put in; a document that could not be read may allow and may deny anything.
Not handled: resource policies, which ``one_by_one`` compares resource by resource; conditions that only the name of the
action decides stay open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final

from analytics.delegation.terms import Term, Variable
from graph.decision import Atom, Truth
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers
from graph.evaluate.aws.conditions import evaluate_conditions
from graph.evaluate.aws.context import Context, Principal, PrincipalKind, Request, Resource, request_context
from graph.evaluate.aws.document import Effect, PolicyDocument, Statement
from graph.evaluate.aws.keys import KeyFamily, key_family
from graph.evaluate.aws.statements import resource_patterns
from graph.evaluate.aws.table import decision_table

__all__ = ["ALWAYS", "PermissionSet", "Rule", "nothing", "permission_set", "stated_set", "unseen"]

ALWAYS: Final[Term] = frozenset()
_ROOTS: Final = (PrincipalKind.ROOT, PrincipalKind.ACCOUNT)


@dataclass(frozen=True, slots=True)
class Rule:
    """A statement, with everything decided that the principal decides."""

    actions: tuple[str, ...]
    """Patterns, lower case."""
    not_action: bool
    resources: tuple[str, ...]
    """Patterns without variables."""
    maybe: tuple[tuple[str, Variable], ...]
    """For each pattern with an unknown variable one that is wide enough, and the condition that it really matches."""
    not_resource: bool
    term: Term
    """Conditions of the statement."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """Return every pattern of resources, those with an unknown variable as wide as they could be."""
        return (*self.resources, *(wide for wide, _ in self.maybe))

    @property
    def universal(self) -> bool:
        """Return whether it speaks of every action on every resource without a condition."""
        return (
            "*" in self.actions
            and not self.not_action
            and "*" in self.resources
            and not (self.not_resource or self.term)
        )


_EVERYTHING: Final = Rule(("*",), False, ("*",), (), False, ALWAYS)


@dataclass(frozen=True)
class PermissionSet:
    """What somebody may do with resources of one account, as far as its own policies say."""

    owner: str
    """Account of these resources; empty: of any account (a set that somebody stated)."""
    allows: tuple[Rule, ...]
    ceilings: tuple[tuple[Rule, ...], ...] = ()
    """One tuple a layer; every one must allow."""
    denies: tuple[Rule, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Return a text that equal sets share, whoever has them."""
        return sha256(repr((self.owner, self.allows, self.ceilings, self.denies)).encode()).hexdigest()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return all rules."""
        return (*self.allows, *self.denies, *(rule for ceiling in self.ceilings for rule in ceiling))

    @property
    def unlimited(self) -> bool:
        """Return whether everything is allowed that ceilings and denies leave."""
        return any(rule.universal for rule in self.allows)

    def within(self, rules: Iterable[Rule], denies: Iterable[Rule]) -> PermissionSet:
        """Return this set under one more ceiling with its denies."""
        return PermissionSet(self.owner, self.allows, (*self.ceilings, tuple(rules)), (*self.denies, *denies))


def nothing(owner: str) -> PermissionSet:
    """Return the set of somebody without permissions."""
    return PermissionSet(owner, ())


def unseen(owner: str, name: str) -> PermissionSet:
    """Return the set of somebody of whom nothing was seen: it may allow and may refuse anything."""
    allows, denies = _rules((LabelledDocument(name, None),), _context(Principal(PrincipalKind.USER, name, owner), {}))
    return PermissionSet(owner, allows, (), denies)


def permission_set(
    principal: Principal, layers: PolicyLayers, stated: Mapping[str, tuple[str, ...]] | None = None
) -> PermissionSet:
    """Return the effective permissions of a principal on resources of its account.

    Parameters
    ----------
    principal, layers
        As ``authorize`` takes them; resource policy and RCPs are not looked at.
    stated
        Condition keys whose values are known, such as the time of the question.
    """
    context = _context(principal, stated or {})
    denies: list[Rule] = []
    ceilings: list[tuple[Rule, ...]] = []

    def read(documents: Iterable[LabelledDocument]) -> tuple[Rule, ...]:
        allows, more = _rules(documents, context)
        denies.extend(more)
        return allows

    if principal.kind in _ROOTS:
        allows: tuple[Rule, ...] = (_EVERYTHING,)
    else:
        allows = read(layers.identity)
        if layers.boundary is not None:
            ceilings.append(read((layers.boundary,)))
        if layers.session:
            ceilings.append(read(layers.session))
    if not principal.service_linked:
        ceilings += [read(level) for level in layers.scps]
    # Calls that this kind of caller can never make, whatever its policies say (the root user assumes no role).
    never = [row.action.lower() for row in decision_table().never if principal.kind.value in row.kinds]
    denies += [Rule((action,), False, ("*",), (), False, ALWAYS) for action in never]
    limiting = dict.fromkeys(item for item in ceilings if not any(rule.universal for rule in item))
    return PermissionSet(principal.account, tuple(dict.fromkeys(allows)), tuple(limiting), tuple(dict.fromkeys(denies)))


def stated_set(documents: Iterable[PolicyDocument]) -> PermissionSet:
    """Return the set that policy documents state for nobody in particular: every condition and variable stays open."""
    nobody = Principal(PrincipalKind.ACCOUNT, "", "", tags=None, organization_id=None)
    context = request_context(Request(nobody, "", Resource(arn="", account=None, tags=None)))
    labelled = [LabelledDocument("approved", document) for document in documents]
    allows, denies = _rules(labelled, context)
    return PermissionSet("", allows, (), denies)


def _context(principal: Principal, stated: Mapping[str, tuple[str, ...]]) -> Context:
    # Action and ARN are left open: what would follow from them is not decided for all actions and resources at once.
    resource = Resource(
        arn="",
        account=principal.account or None,
        tags=None,
        organization_id=principal.organization_id,
        organization_paths=principal.organization_paths,
    )
    return request_context(Request(principal, "", resource, stated, frozenset()))


def _rules(documents: Iterable[LabelledDocument], context: Context) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Return the allows and the denies of some documents."""
    allows: list[Rule] = []
    denies: list[Rule] = []
    for item in documents:
        if item.document is None:
            for effect, found in (("allow", allows), ("deny", denies)):
                unseen = Variable(f"{item.label} was not seen and may {effect}", True)
                found.append(Rule(("*",), False, ("*",), (), False, frozenset({unseen})))
            continue
        for statement in item.document.statements:
            rule = _rule(statement, item.document.digest, context)
            if rule is not None:
                (allows if statement.effect is Effect.ALLOW else denies).append(rule)
    return tuple(allows), tuple(denies)


def _rule(statement: Statement, digest: str, context: Context) -> Rule | None:
    outcome = evaluate_conditions(statement.conditions, context)
    if outcome.truth is Truth.FALSE:
        return None
    term = {_variable(atom, context) for clause in outcome.residual for atom in clause}
    term |= {Variable(f"{digest[:12]}#{statement.index}: {problem}", True) for problem in statement.problems}
    found = resource_patterns(statement, context)
    caller = context.request.principal.arn
    maybe = tuple(
        (wide, Variable(f"{pattern} as {caller} fills it in"))
        for pattern, wide in zip(found.undecided, found.widened, strict=True)
    )
    # A variable with several values, and one without value beside NotResource: AWS does not say what then holds.
    strange = (*found.broken, *(found.absent if statement.not_resource else ()))
    maybe += tuple(("*", Variable(f"{pattern} for {caller}", True)) for pattern in strange)
    return Rule(statement.actions, statement.not_action, found.patterns, maybe, statement.not_resource, frozenset(term))


def _variable(atom: Atom, context: Context) -> Variable:
    if atom.operator == "?":
        return Variable(str(atom), True)
    # What follows from who calls differs from caller to caller, though the condition reads the same.
    own = key_family(atom.key) is KeyFamily.PRINCIPAL
    return Variable(f"{atom} for {context.request.principal.arn}" if own else str(atom))
