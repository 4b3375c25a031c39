"""What one principal may do with one action, symbolically: resource patterns, ceilings, denies and open conditions.

Input: a principal's documents by layer. Output: ``Capability``, whose parts are hashable, so that principals with equal
rights share one class of targets and nothing is multiplied out.
Handled: identity and group statements as alternative ways; boundary and each SCP level as ceilings; explicit denies of
all of them; conditions on the principal decided here, conditions on the target decided in ``on_target``.
Not handled: resource policies (callers join those per target), session policies.
Errs towards: ``?`` atoms (unverified) wherever a statement is not understood.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.decision import ALWAYS, Atom, Clause, Residual, Truth, merge_residuals
from graph.evaluate.aws.conditions import evaluate_conditions, negated_residual, test_atom
from graph.evaluate.aws.context import Context, Principal, PrincipalKind, Request, Resource, request_context
from graph.evaluate.aws.document import Effect, PolicyDocument, Statement
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.aws.statements import resource_patterns

__all__ = [
    "StatementIndex",
    "Capability",
    "Ceiling",
    "Deny",
    "DocumentInForce",
    "PrincipalView",
    "ResourceSlice",
    "Way",
    "capability",
    "on_target",
    "resolve_residual",
]

MAX_ALTERNATIVES = 12
"""Ways and ceiling combinations kept; more would be alternatives of the same access and are cut."""

NOT_UNDERSTOOD = "?"


@dataclass(frozen=True, slots=True)
class DocumentInForce:
    """A policy document that applies to a principal, with the unit that removes it."""

    layer: str
    """``identity``, ``group``, ``boundary``, ``scp``."""
    label: str
    document: PolicyDocument | None
    """``None``: referred to, but the evidence does not hold it."""
    grant_prefix: str = ""
    per_statement: bool = False
    """True when the removable unit is the statement (``<prefix>#<index>``), False when it is the attachment."""
    extra_grants: tuple[str, ...] = ()
    """Further grants needed to be under it (the group membership)."""

    def grants_of(self, statement: Statement) -> tuple[str, ...]:
        """Return the grants that make this statement apply to the principal."""
        unit = f"{self.grant_prefix}#{statement.index}" if self.per_statement else self.grant_prefix
        return tuple(sorted({unit, *self.extra_grants} - {""}))

    def grants_if_unread(self) -> tuple[str, ...]:
        """Return the grants behind a document that the evidence does not hold; none when it is held."""
        if self.document is not None:
            return ()
        return tuple(sorted({self.grant_prefix, *self.extra_grants} - {""}))


class StatementIndex:
    """Statements of a document that speak of an action, found once for each document and action."""

    __slots__ = ("_allows", "_found", "_services", "administration")

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Statement, ...]] = {}
        self._allows: dict[tuple[str, str], bool] = {}
        self._services: dict[str, frozenset[str] | None] = {}
        self.administration: dict[tuple[str, str, frozenset[str]], Residual | None] = {}
        """What ``admin.admin_after`` found, by principal, given document and replaced documents."""

    def allows(self, document: PolicyDocument, action: str) -> bool:
        """Return whether any statement of the document allows the action on anything."""
        if not self._may_speak(document, action):
            return False
        key = (document.digest, action)
        found = self._allows.get(key)
        if found is None:
            found = any(statement.effect is Effect.ALLOW for statement in self.speaking(document, action))
            self._allows[key] = found
        return found

    def denies_anything(self, document: PolicyDocument) -> bool:
        """Return whether the document holds a deny."""
        return any(statement.effect is Effect.DENY for statement in document.statements)

    def speaking(self, document: PolicyDocument, action: str) -> tuple[Statement, ...]:
        """Return the statements, allows and denies, in document order."""
        if not self._may_speak(document, action):
            return ()
        key = (document.digest, action)
        found = self._found.get(key)
        if found is None:
            found = tuple(statement for statement in document.statements if statement.covers_action(action))
            self._found[key] = found
        return found

    def _may_speak(self, document: PolicyDocument, action: str) -> bool:
        """Return whether the document names the action's service at all, or may name any: most say no at once."""
        services = self._services.get(document.digest, _UNREAD)
        if services is _UNREAD:
            services = self._services[document.digest] = _services_of(document)
        return services is None or action.partition(":")[0].lower() in services


_UNREAD: frozenset[str] = frozenset({"?"})
"""No service has this name."""


def _services_of(document: PolicyDocument) -> frozenset[str] | None:
    """Return the services whose actions a document names; ``None``: any."""
    found: set[str] = set()
    for statement in document.statements:
        if statement.not_action:
            return None
        for pattern in statement.actions:
            service, colon, _ = pattern.partition(":")
            if not colon or "*" in service or "?" in service or "$" in service:
                return None
            found.add(service)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class PrincipalView:
    """A principal with every document in force on it."""

    node: str
    principal: Principal
    documents: tuple[DocumentInForce, ...]
    boundary: DocumentInForce | None = None
    scps: tuple[tuple[DocumentInForce, ...], ...] = ()
    """One tuple a level, root first; empty when none apply or none were looked at."""
    index: StatementIndex = field(default_factory=StatementIndex, compare=False, repr=False)
    """Shared by the principals of one build."""
    left_groups: frozenset[str] = frozenset()
    """Groups that the user has been taken out of since the evidence was collected (``changed_policies``)."""
    presents: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Condition keys (lower case) that every call of the principal carries, e.g. MFA once it has a device."""

    def may_allow(self, action: str) -> bool:
        """Return whether any statement on the principal's side allows the action on anything: a quick first look."""
        if self.principal.kind is PrincipalKind.ROOT:
            return True
        index = self.index
        return any(item.document is not None and index.allows(item.document, action) for item in self.documents)

    @property
    def account(self) -> str:
        """Return the principal's account."""
        return self.principal.account

    @property
    def incomplete(self) -> tuple[str, ...]:
        """Return labels of documents that the evidence refers to and does not hold."""
        return tuple(item.label for item in self.documents if item.document is None)


@dataclass(frozen=True, slots=True)
class ResourceSlice:
    """A set of resources: those that match a pattern, or those that match none (``negated``)."""

    patterns: tuple[str, ...]
    negated: bool = False
    residual: Residual = ALWAYS

    def matches(self, arn: str) -> bool:
        """Return whether the ARN is in the set."""
        return any(glob_matches(pattern, arn) for pattern in self.patterns) != self.negated


@dataclass(frozen=True, slots=True)
class Way:
    """One identity statement that allows the action."""

    slice: ResourceSlice
    grants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A layer that must allow too: at least one slice must hold the target."""

    slices: tuple[ResourceSlice, ...]


@dataclass(frozen=True, slots=True)
class Deny:
    """Resources on which an explicit deny holds, unless its clause is met."""

    patterns: tuple[str, ...]
    negated: bool
    clause: Clause
    """Atoms of which one must hold to escape; ``()``: no escape."""

    def matches(self, arn: str) -> bool:
        """Return whether the deny speaks of this ARN."""
        return any(glob_matches(pattern, arn) for pattern in self.patterns) != self.negated


@dataclass(frozen=True, slots=True)
class Capability:
    """Everything that decides one action of one principal, except the target."""

    ways: tuple[Way, ...]
    ceilings: tuple[Ceiling, ...]
    denies: tuple[Deny, ...]
    guard_labels: tuple[str, ...] = ()
    """Documents that shaped it: boundary, SCPs and denying documents."""

    @property
    def guard_key(self) -> tuple[tuple[Ceiling, ...], tuple[Deny, ...]]:
        """Return what two principals must share to share targets, besides the way."""
        return (self.ceilings, self.denies)


SELF_KEYS = frozenset({"aws:username", "aws:userid"})
"""Variables by which a policy speaks of the caller itself."""


def _slices(speaking: Iterable[Statement], context: Context) -> list[tuple[Statement, ResourceSlice]]:
    """Return the allow statements of a document that speak of the action, with open conditions."""
    found = []
    for statement in speaking:
        if statement.effect is not Effect.ALLOW:
            continue
        outcome = evaluate_conditions(statement.conditions, context)
        if outcome.truth is Truth.FALSE:
            continue
        problems = ((_not_understood(*statement.problems),),) if statement.problems else ALWAYS
        residual = merge_residuals([outcome.residual, problems])
        for patterns, open_part in _patterns(statement, context):
            more = ((open_part,),) if open_part else ALWAYS
            part = ResourceSlice(patterns, statement.not_resource, merge_residuals([residual, more]))
            found.append((statement, part))
    return found


def _patterns(statement: Statement, context: Context) -> list[tuple[tuple[str, ...], Atom | None]]:
    """Return resource patterns, and what leaves them open; a slice may be in two parts, one decided and one not."""
    known = resource_patterns(statement, context)
    if statement.not_resource:
        waiting = (*known.undecided, *known.broken, *known.absent)
        atom = _not_understood(f"NotResource {', '.join(waiting)}") if waiting else None
        return [((*known.patterns, *known.undecided), atom)]
    found: list[tuple[tuple[str, ...], Atom | None]] = []
    if known.patterns:
        found.append((known.patterns, None))
    if known.undecided and not (
        set(known.keys) <= SELF_KEYS and context.request.principal.kind is PrincipalKind.ACCOUNT
    ):
        found.append((known.widened, _not_understood(f"Resource {', '.join(known.undecided)}")))
    if known.broken:
        found.append((("*",), _not_understood(f"Resource {', '.join(known.broken)}")))
    return found


def _not_understood(*texts: str) -> Atom:
    return Atom(key="policy", operator=NOT_UNDERSTOOD, values=texts)


def _denies(speaking: Iterable[Statement], context: Context) -> list[Deny]:
    found = []
    for statement in speaking:
        if statement.effect is not Effect.DENY:
            continue
        outcome = evaluate_conditions(statement.conditions, context)
        if outcome.truth is Truth.FALSE:
            continue
        clause = () if outcome.truth is Truth.TRUE else negated_residual(outcome.residual)
        if statement.problems:
            clause = (*clause, _not_understood(*statement.problems))
        for patterns, open_part in _patterns(statement, context):
            atoms = {*clause, open_part} if open_part else set(clause)
            found.append(Deny(patterns, statement.not_resource, tuple(sorted(atoms))))
    return found


def capability(view: PrincipalView, action: str, stated: Mapping[str, tuple[str, ...]] | None = None) -> Capability:
    """Return what the principal may do with one action.

    Parameters
    ----------
    view
        The principal and its documents.
    action
        ``service:Action``, vendor spelling.
    stated
        Condition keys that the caller of the action will present, e.g. ``{"iam:passedtoservice": (…,)}``.

    Returns
    -------
    Capability
        ``ways`` is empty when no identity document allows the action anywhere. The root user has one way over
        everything and no grants: nothing can be removed from it.
    """
    told = {**dict(view.presents), **(stated or {})}
    context = request_context(
        Request(view.principal, action, Resource(arn="", account=None, tags=None), told, frozenset())
    )
    ways: list[Way] = []
    denies: list[Deny] = []
    labels: list[str] = []
    if view.principal.kind is PrincipalKind.ROOT:
        ways.append(Way(ResourceSlice(("*",)), ()))
    for item in view.documents:
        if item.document is None:
            continue
        speaking = view.index.speaking(item.document, action)
        if not speaking:
            continue
        ways.extend(Way(part, item.grants_of(statement)) for statement, part in _slices(speaking, context))
        if found := _denies(speaking, context):
            denies.extend(found)
            labels.append(item.label)
    ceilings: list[Ceiling] = []
    for level in ((view.boundary,),) * (view.boundary is not None) + view.scps:
        ceiling, level_denies, level_labels = _level(level, view.index, action, context)
        ceilings.append(ceiling)
        denies.extend(level_denies)
        labels.extend(level_labels)
    open_ceilings = tuple(dict.fromkeys(item for item in ceilings if not _unlimited(item)))
    return Capability(
        tuple(dict.fromkeys(ways)), open_ceilings, tuple(sorted(set(denies), key=repr)), tuple(sorted(set(labels)))
    )


def _level(
    level: Sequence[DocumentInForce | None], index: StatementIndex, action: str, context: Context
) -> tuple[Ceiling, list[Deny], list[str]]:
    slices: list[ResourceSlice] = []
    denies: list[Deny] = []
    labels: list[str] = []
    for item in level:
        if item is None:
            continue
        if item.document is None:
            # A ceiling that cannot be read might allow: the access stays possible and is not verified.
            slices.append(
                ResourceSlice(("*",), False, ((Atom("policy", NOT_UNDERSTOOD, (f"{item.label} is missing",)),),))
            )
            labels.append(item.label)
            continue
        speaking = index.speaking(item.document, action)
        slices.extend(part for _, part in _slices(speaking, context))
        if found := _denies(speaking, context):
            denies.extend(found)
            labels.append(item.label)
        elif item.layer == "boundary":
            labels.append(item.label)
    return Ceiling(tuple(dict.fromkeys(slices))), denies, labels


def _unlimited(ceiling: Ceiling) -> bool:
    return any("*" in part.patterns and not part.negated and part.residual == ALWAYS for part in ceiling.slices)


def resolve_residual(residual: Iterable[Clause], context: Context) -> Residual | None:
    """Decide what a target's facts decide; return what stays open, or ``None`` when it cannot hold.

    Parameters
    ----------
    residual
        Clauses that must all hold.
    context
        Facts about the target; keys that it does not know leave an atom open.
    """
    clauses: list[Clause] = []
    for clause in residual:
        kept = []
        for atom in clause:
            truth = test_atom(atom, context)
            if truth is Truth.TRUE:
                break
            if truth is Truth.UNKNOWN:
                kept.append(atom)
        else:
            if not kept:
                return None
            clauses.append(tuple(kept))
    return merge_residuals([tuple(clauses)])


def on_target(way: ResourceSlice, rights: Capability, arn: str, context: Context) -> tuple[Residual, ...]:
    """Return the alternatives under which the action is allowed on one target; empty when it is not.

    Parameters
    ----------
    way
        The resource slice of one of the capability's ways.
    rights
        The capability: its ceilings and denies are applied.
    arn, context
        The target and what is known of it.
    """
    if not way.matches(arn):
        return ()
    base = resolve_residual(way.residual, context)
    if base is None:
        return ()
    for deny in rights.denies:
        if not deny.matches(arn):
            continue
        if not deny.clause:
            return ()
        escaped = resolve_residual((deny.clause,), context)
        if escaped is None:
            return ()
        base = merge_residuals([base, escaped])
    options: list[list[Residual]] = []
    for ceiling in rights.ceilings:
        fitting = [resolve_residual(part.residual, context) for part in ceiling.slices if part.matches(arn)]
        possible = [item for item in fitting if item is not None]
        if not possible:
            return ()
        options.append([ALWAYS] if ALWAYS in possible else possible)
    combined = (merge_residuals([base, *choice]) for choice in itertools.product(*options))
    return tuple(dict.fromkeys(itertools.islice(combined, MAX_ALTERNATIVES)))
