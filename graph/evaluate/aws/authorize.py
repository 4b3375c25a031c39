"""Combine every policy layer into one decision, as AWS's policy evaluation logic documents it.

Input: a ``Request`` and its ``PolicyLayers``. Output: ``Decision``.

Handled
    explicit deny in any layer; identity and group policies; permissions boundaries; SCPs and RCPs, every level of which
    must allow; resource policies, in one account and across accounts, by the form in which they name the caller
    (``decision_table.toml``); session policies, federated-user sessions; role trust and KMS key policies as mandatory;
    service-linked roles (no SCP, no RCP); service principals, token bearers and anonymous callers (resource policy and
    RCPs only); the root user; calls that need no permission; conditions, variables and tags, undecided ones kept as
    data; keys that such a request never carries (``carried``); NotPrincipal with Deny, as far as AWS says whom a list
    spares, with Allow never better than unverified; documents that could not be read.
Not handled
    KMS grants, S3 access points, ACLs and Block Public Access, VPC endpoint policies; a function URL's second check;
    the root user's way around a bucket policy that locks everybody out; permissions that a service checks besides IAM.
    Whether SCPs apply to the account at all (management account) is the caller's to know: pass ``scps=()``.
    Forward access sessions: the keys that they set count as unknown unless stated. Session tags count as none unless
    ``Principal.open_tags`` says that they are not known. RCPs on AWS managed KMS keys, which they do not restrict: an
    ARN does not tell such a key.

Error direction: unknown stays unknown. What AWS does not document gives ``UNVERIFIED``, never a guess.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from graph.decision import Clause, Deciding, Decision, Outcome, Residual, merge_residuals
from graph.evaluate.aws.conditions import not_understood
from graph.evaluate.aws.context import Context, Request, request_context
from graph.evaluate.aws.layers import Denies, LabelledDocument, LayerReading, PolicyLayers, missing, read_layer
from graph.evaluate.aws.matching import PrincipalMatch
from graph.evaluate.aws.principals import PrincipalKind
from graph.evaluate.aws.table import DecisionTable, Row, decision_table
from graph.evaluate.aws.ways import CERTAIN, LIMIT, Way, all_of, any_of, satisfiable, simplify

__all__ = ["LabelledDocument", "PolicyLayers", "authorize"]

_T = TypeVar("_T")
_K = PrincipalKind
_WITHOUT_ACCOUNT: Final = frozenset({_K.SERVICE, _K.WEB_IDENTITY, _K.SAML, _K.ANONYMOUS})
_TOKEN_BEARERS: Final = frozenset({_K.WEB_IDENTITY, _K.SAML})
_FULL_ACCESS: Final = frozenset({_K.ROOT, _K.ACCOUNT})
_BOUNDED: Final = frozenset({_K.USER, _K.ROLE, _K.ROLE_SESSION, _K.FEDERATED_USER})
_OWN_LAYERS: Final = ("identity", "boundary", "session")


@dataclass(slots=True)
class _Reading:
    """What the layers say, before they are combined."""

    own: dict[str, Sequence[Way]] = field(default_factory=dict)
    """Ways of ``identity``, ``boundary`` and ``session``."""
    guards: list[tuple[Deciding, Sequence[Way]]] = field(default_factory=list)
    """One entry for each SCP and RCP level, with what to name when it does not allow."""
    forms: list[tuple[PrincipalMatch, Way]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    denies: Denies = field(default_factory=Denies)
    notes: list[str] = field(default_factory=list)

    def take(self, reading: LayerReading) -> None:
        self.denies.extend(reading.denies)
        self.notes += reading.notes


def authorize(request: Request, layers: PolicyLayers) -> Decision:
    """Decide whether a principal may do an action on a resource.

    Parameters
    ----------
    request
        The question, with what is stated of the request context.
    layers
        Every policy that bears on it.

    Returns
    -------
    Decision
        ``DENIED``: an explicit deny holds. ``NOT_ALLOWED``: a needed layer does not allow, whatever is still undecided.
        ``ALLOWED``; ``CONDITIONAL``: allowed if one of the alternatives holds; ``UNVERIFIED``: it hangs on a document
        that could not be read or on something not understood.

    Notes
    -----
    Alternatives are sufficient, and together complete unless a note says that there are too many.
    """
    table = decision_table()
    kind = request.principal.kind
    if kind is not _K.ANONYMOUS and table.needs_no_permission(request.action, kind):
        return Decision(Outcome.ALLOWED, notes=(f"{request.action} needs no permission",))
    refusal = table.refusal(request.action, kind)
    if refusal:
        return Decision(Outcome.NOT_ALLOWED, notes=(refusal,))
    context = request_context(request)
    reading = _read(request, layers, context, table)
    if reading.denies.certain:
        return Decision(Outcome.DENIED, deciding=tuple(reading.denies.certain), notes=_unique(reading.notes))
    relations = _relations(request)
    decisions = [_combine(relation, request, layers, reading, table) for relation in relations]
    first = decisions[0]
    if all(decision.outcome is first.outcome for decision in decisions[1:]):
        return first
    note = f"the account that owns {request.resource.arn} is not known"
    return Decision(Outcome.UNVERIFIED, first.deciding, notes=_unique([*first.notes, note]))


def _relations(request: Request) -> tuple[str, ...]:
    """Tell whether caller and resource share an account; both possibilities when the owner is not known."""
    if request.principal.kind in _WITHOUT_ACCOUNT:
        return ("none",)
    owner = request.resource.owner
    if owner is None:
        # An action without a resource is done in the caller's own account.
        return ("same",) if request.resource.arn == "*" else ("same", "cross")
    return ("same",) if owner == request.principal.account else ("cross",)


def _read(request: Request, layers: PolicyLayers, context: Context, table: DecisionTable) -> _Reading:
    principal = request.principal
    reading = _Reading()
    bounded = layers.boundary is not None and principal.kind in _BOUNDED

    def layer(documents: Iterable[LabelledDocument], name: str) -> LayerReading:
        found = read_layer(documents, name, request, context, bounded=bounded)
        reading.take(found)
        return found

    if principal.kind in _FULL_ACCESS:
        reading.own = dict.fromkeys(_OWN_LAYERS, (CERTAIN,))
    elif principal.kind in _BOUNDED:
        reading.own["identity"] = any_of(layer(layers.identity, "identity").ways)
        boundary = layers.boundary
        reading.own["boundary"] = (CERTAIN,) if boundary is None else any_of(layer((boundary,), "boundary").ways)
        reading.labels["boundary"] = "" if boundary is None else boundary.label
        reading.own["session"] = _session(layers, principal.kind, layer(layers.session or (), "session"))
    if principal.kind not in _WITHOUT_ACCOUNT and not principal.service_linked:
        for index, level in enumerate(layers.scps):
            found = layer(level, "scp")
            reading.guards.append((missing("scp", _level(index, level)), any_of(found.ways)))
    if layers.rcps and not table.rcps_apply(request.action):
        reading.notes.append(f"RCPs do not apply to {request.action}")
    elif not principal.service_linked:
        for index, level in enumerate(layers.rcps):
            found = layer(level, "rcp")
            reading.guards.append((missing("rcp", _level(index, level)), any_of(found.ways)))
    if layers.resource is not None:
        reading.forms = layer((layers.resource,), "resource").forms
        reading.labels["resource"] = layers.resource.label
    elif layers.resource_mandatory:
        gap = Way(((not_understood("document", "policy of the resource"),),), (missing("resource", ""),))
        reading.forms = [(PrincipalMatch.WILDCARD, gap)]
        reading.notes.append("the resource's own policy must allow and was not seen")
    return reading


def _level(index: int, level: tuple[LabelledDocument, ...]) -> str:
    return f"level {index}: {', '.join(item.label for item in level) or 'no policy'}"


def _session(layers: PolicyLayers, kind: PrincipalKind, found: LayerReading) -> tuple[Way, ...]:
    if layers.session:
        return any_of(found.ways)
    # A federated-user session without a session policy has only what resource policies give it.
    return () if kind is _K.FEDERATED_USER else (CERTAIN,)


def _combine(
    relation: str, request: Request, layers: PolicyLayers, reading: _Reading, table: DecisionTable
) -> Decision:
    guards = [ways for _, ways in reading.guards]
    ways: list[Way] = []
    if relation == "same" and not layers.resource_mandatory:
        ways += all_of([reading.own[name] for name in _OWN_LAYERS])
    for form, way in reading.forms:
        row = table.row(relation, form, request.action, request.principal.kind)
        if row is not None:
            ways += all_of([(way,), *_needed(row, request, reading)])
    total = all_of([*guards, any_of(ways)])
    if not total:
        return Decision(
            Outcome.NOT_ALLOWED, deciding=_lacking(relation, layers, reading, bool(ways)), notes=_unique(reading.notes)
        )
    return _conclude(total, reading)


def _needed(row: Row, request: Request, reading: _Reading) -> list[Sequence[Way]]:
    """Return the layers that must allow beside the resource's policy."""
    needed: list[Sequence[Way]] = [reading.own[name] for name in row.needs]
    for name in row.unclear:
        unclear = Way(((not_understood("documentation", row.why, name),),))
        if name == "federated":
            if request.principal.kind in _TOKEN_BEARERS:
                needed.append((unclear,))
        else:
            needed.append(any_of([*reading.own[name], unclear]))
    return needed


def _lacking(relation: str, layers: PolicyLayers, reading: _Reading, granted: bool) -> tuple[Deciding, ...]:
    """Name the layers without an allow, for an implicit deny."""
    found = [guard for guard, ways in reading.guards if not ways]
    if granted:
        return tuple(found)
    for name in _OWN_LAYERS:
        if name in reading.own and not reading.own[name]:
            found.append(missing(name, reading.labels.get(name, "")))
    if not reading.forms and (relation != "same" or layers.resource_mandatory or layers.resource is not None):
        name = layers.resource.layer if layers.resource is not None and layers.resource.layer == "trust" else "resource"
        found.append(missing(name, reading.labels.get("resource", "")))
    return tuple(found)


def _conclude(ways: Sequence[Way], reading: _Reading) -> Decision:
    """Turn allow ways and possible denies into the outcome."""
    restrictions: tuple[Clause, ...] = tuple(clause for clause, _ in reading.denies.possible)
    denies = tuple(deciding for _, deciding in reading.denies.possible)
    found: list[Way] = []
    for way in ways:
        residual = simplify(merge_residuals([way.residual, restrictions]))
        if residual is not None:
            found.append(Way(residual, way.deciding))
    kept = any_of(found)
    notes = list(reading.notes)
    if len(ways) >= LIMIT:
        notes.append(f"more than {LIMIT} ways to be allowed; only the shortest are listed")
    if not kept:
        notes.append("whatever would allow is also what denies")
        return Decision(Outcome.NOT_ALLOWED, deciding=denies, notes=_unique(notes))
    if not kept[0].residual:
        return Decision(Outcome.ALLOWED, deciding=kept[0].deciding, notes=_unique(notes))
    usable = [way for way in kept if satisfiable(way.residual)]
    deciding = _unique([item for way in usable or kept for item in way.deciding] + list(denies))
    if usable:
        alternatives: tuple[Residual, ...] = tuple(way.residual for way in usable)
        return Decision(Outcome.CONDITIONAL, deciding, alternatives, _unique(notes))
    notes += _reasons(kept)
    return Decision(Outcome.UNVERIFIED, deciding, notes=_unique(notes))


def _reasons(ways: Sequence[Way]) -> list[str]:
    """Say in words what is not understood."""
    atoms = {atom for way in ways for clause in way.residual for atom in clause if atom.operator == "?"}
    return [f"not understood or not seen: {atom.key} {' | '.join(atom.values)}" for atom in sorted(atoms)]


def _unique(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))
