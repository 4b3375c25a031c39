"""The policy layers of a request, and what each of them says about it.

Input: labelled documents and a request. Output: allow ways and denies of a layer, each with its deciding statement.
Not handled: how layers combine; see ``authorize``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.decision import ALWAYS, Clause, Deciding, Residual, Truth
from graph.evaluate.aws.conditions import negated_residual, not_understood
from graph.evaluate.aws.context import Context, Request
from graph.evaluate.aws.document import Effect, PolicyDocument
from graph.evaluate.aws.matching import PrincipalMatch
from graph.evaluate.aws.statements import match_statement
from graph.evaluate.aws.ways import Way

__all__ = ["Denies", "LabelledDocument", "LayerReading", "PolicyLayers", "missing", "read_layer"]


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A policy document with the name under which decisions speak of it."""

    label: str
    document: PolicyDocument | None
    """``None``: the policy is attached but its document could not be read."""
    layer: str = "identity"
    """``identity`` or ``group``; in other places of ``PolicyLayers`` the place decides, unless this says ``trust``."""


@dataclass(frozen=True, slots=True)
class PolicyLayers:
    """Every policy that bears on a request."""

    identity: tuple[LabelledDocument, ...] = ()
    """Policies of the caller and of its groups."""
    boundary: LabelledDocument | None = None
    """``None``: the caller has no permissions boundary."""
    scps: tuple[tuple[LabelledDocument, ...], ...] = ()
    """One tuple a level, root to account; ``()``: none apply, or not looked at."""
    rcps: tuple[tuple[LabelledDocument, ...], ...] = ()
    """Likewise, of the resource's account. AWS attaches ``RCPFullAWSAccess`` to every level: it must be listed."""
    resource: LabelledDocument | None = None
    """Policy of the resource; ``None``: it has none, or not looked at."""
    session: tuple[LabelledDocument, ...] | None = None
    """Session policies; ``None`` or empty: none were passed."""
    resource_mandatory: bool = False
    """The resource's policy must allow: role trust policies and KMS key policies."""


@dataclass(slots=True)
class Denies:
    """Deny statements that apply or may apply."""

    certain: list[Deciding] = field(default_factory=list)
    possible: list[tuple[Clause, Deciding]] = field(default_factory=list)
    """Each with the clause that must hold for it *not* to apply."""

    def extend(self, other: Denies) -> None:
        """Add the denies of another layer."""
        self.certain += other.certain
        self.possible += other.possible


@dataclass(slots=True)
class LayerReading:
    """What one layer says about a request."""

    ways: list[Way] = field(default_factory=list)
    """Allows of the layer."""
    forms: list[tuple[PrincipalMatch, Way]] = field(default_factory=list)
    """The same for a resource's policy, each with the form in which the caller is named."""
    denies: Denies = field(default_factory=Denies)
    notes: list[str] = field(default_factory=list)


def missing(layer: str, label: str) -> Deciding:
    """Return the deciding entry of a layer that would have had to allow."""
    return Deciding(layer, "missing", label, -1)


def _unread(label: str) -> Residual:
    return ((not_understood("document", label),),)


def read_layer(
    documents: Iterable[LabelledDocument],
    layer: str,
    request: Request,
    context: Context,
    *,
    bounded: bool = False,
) -> LayerReading:
    """Read all documents of one layer.

    Parameters
    ----------
    documents
        Documents, any of which may allow or deny.
    layer
        Name of the layer for ``Deciding``; documents of the identity layer keep their own.
    request, context
        The question.
    bounded
        Whether the caller has a permissions boundary.

    Notes
    -----
    A document that could not be read may hold an allow and may hold a deny: both hang on an atom not understood.
    """
    reading = LayerReading()
    for item in documents:
        name = item.layer if layer == "identity" or item.layer == "trust" else layer
        if item.document is None:
            residual = _unread(item.label)
            deciding = missing(name, item.label)
            reading.ways.append(Way(residual, (deciding,)))
            reading.forms.append((PrincipalMatch.WILDCARD, Way(residual, (deciding,))))
            reading.denies.possible.append((negated_residual(residual), deciding))
            reading.notes.append(f"the document of {item.label} could not be read")
            continue
        for statement in item.document.statements:
            found = match_statement(statement, request, context, bounded=bounded)
            if found.truth is Truth.FALSE:
                continue
            deciding = Deciding(name, statement.effect.value, item.label, statement.index, statement.sid)
            reading.notes += [f"{item.label}, statement {statement.index}: {text}" for text in statement.problems]
            if statement.effect is Effect.ALLOW:
                reading.ways.append(Way(found.residual, (deciding,)))
                reading.forms += [(form, Way(residual, (deciding,))) for form, residual in found.forms.items()]
            elif found.residual == ALWAYS:
                reading.denies.certain.append(deciding)
            else:
                reading.denies.possible.append((negated_residual(found.residual), deciding))
    return reading
