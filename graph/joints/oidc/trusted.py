"""Subjects that trusts accept, with what each trust asks for beside the subject, and steps into them.

Input: the graph with the edges of every source. Output: ``TrustedSubjects``; CAN_IMPERSONATE edges into a subject, or
FEDERATES_INTO edges past it where a source of tokens serves some of its trusts alone.
Handled: fixed claims of a source against conditions on claims, denied ones too; audiences; subjects that several roles,
applications and managed identities trust.
Not handled: conditions on anything but claims of the issuer, which stay on the trust's edge; GitHub, whose own edges
(``graph.edges.github.trusted``) also tell which conditions surely hold. The issuer "as any subject" is a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.decision import ALWAYS, Atom, Residual, merge_residuals
from graph.evaluate.aws.globs import escape, glob_covers, glob_matches
from graph.evaluate.claims import claim_of, narrowed, narrowed_by
from graph.evaluate.entra.federation import AUDIENCES, issuer_name
from graph.evaluate.github.meeting import FREE, meets
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph

__all__ = ["Trust", "TrustedSubject", "TrustedSubjects", "by_audience", "head_of"]


_AUDIENCE = "The audience of the job's token is not known here: a variable, or an id that was not looked at, names it."
_ON_SUBJECTS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")
_ACCEPTED = "Which audiences the provider takes was not looked at."


@dataclass(frozen=True, slots=True)
class Trust:
    """One way from a subject into an identity."""

    edge: Edge
    audiences: tuple[str, ...] = ()
    """Patterns of which a token's audience must match one; empty: not told."""
    in_aws: bool = False

    def possible(self, issuer: str, claims: Mapping[str, str]) -> bool:
        """Return whether a token with these claims can pass, as far as they tell; an empty one is never there."""
        return narrowed(self.edge.conditions, issuer, claims) is not None

    def decided(self, issuer: str, form: str) -> Trust | None:
        """Return the trust with what is left of its tests for subjects of a shape; ``None``: it takes none of them.

        Most tests on the subject are the subject's own node; those that leave some out stand beside it.
        """
        left = narrowed_by(self.edge.conditions, lambda atom: _of_shape(atom, issuer, form))
        if left is None or set(left) == set(self.edge.conditions):
            return None if left is None else self
        return replace(self, edge=replace(self.edge, conditions=left))

    def takes(self, audiences: Collection[str], issuer: str) -> bool | None:
        """Return whether one of some audiences is accepted; ``None`` where AWS's provider was not looked at.

        A federated credential takes the audiences of ``AUDIENCES`` where it has no condition on another one.
        """
        if self.in_aws:
            if not self.audiences:
                return None
            return any(glob_matches(each, mine) for each in self.audiences for mine in audiences)
        own = f"{issuer.rstrip('/').lower()}:aud"
        if not any(atom.key == own for clause in self.edge.conditions for atom in clause):
            return any(each.lower() in AUDIENCES for each in audiences)
        return any(self.possible(issuer, {"aud": each}) for each in audiences)


def _of_shape(atom: Atom, issuer: str, form: str) -> bool | None:
    """Return whether a test on the subject holds for every text of a shape; ``None``: for some, or another test."""
    operator = atom.operator.removesuffix("IfExists")
    if claim_of(atom, issuer) != "sub" or operator not in _ON_SUBJECTS or any("${" in each for each in atom.values):
        return None
    pattern = operator.endswith("Like")
    if not any(meets(form, each, pattern) for each in atom.values):
        same = False
    elif any(glob_covers(each if pattern else escape(each), form.replace(FREE, "*")) for each in atom.values):
        same = True
    else:
        return None
    return (same is not ("Not" in operator)) is not atom.negated


@dataclass(frozen=True, slots=True)
class TrustedSubject:
    """A set of subjects that somebody trusts."""

    node: str
    issuer: str
    """As its node has it: without scheme."""
    subject: str
    pattern: bool
    trusts: tuple[Trust, ...]
    ignore_case: bool = False
    """Whether the trust compares without regard to case."""

    @property
    def issuer_key(self) -> str:
        """Return the issuer without its last slash."""
        return issuer_name(self.issuer)

    def accepts(self, form: str) -> bool:
        """Return whether some text of a shape, fixed text with free parts, is accepted."""
        if self.ignore_case:
            return meets(form.lower(), self.subject.lower(), self.pattern)
        return meets(form, self.subject, self.pattern)


def by_audience(trusts: Sequence[Trust], audiences: Collection[str], issuer: str) -> Iterator[tuple[list[Trust], str]]:
    """Yield the trusts that take a token for some audiences, and what is not sure about them.

    Parameters
    ----------
    audiences
        What a pipeline file fixes; ``*``: it does not tell.
    """
    if "*" in audiences:
        yield list(trusts), _AUDIENCE
        return
    answers = [(trust, trust.takes(audiences, issuer)) for trust in trusts]
    yield [trust for trust, answer in answers if answer], ""
    yield [trust for trust, answer in answers if answer is None], _ACCEPTED


def head_of(text: str) -> str:
    """Return the first two parts of a subject, by which subjects are looked up."""
    return ":".join(text.split(":", 2)[:2])


class TrustedSubjects:
    """All trusted subjects by issuer, and what was found to have each."""

    def __init__(self, identity_graph: IdentityGraph) -> None:
        self.identity_graph = identity_graph
        self.bearers: defaultdict[str, dict[str, bool]] = defaultdict(dict)
        """Sources by subject node; the value tells whether it is sure."""
        trusts: defaultdict[str, list[Edge]] = defaultdict(list)
        for edge in identity_graph.edges:
            if edge.kind is EdgeKind.FEDERATES_INTO and edge.traversable:
                trusts[edge.source].append(edge)
        self.all = tuple(self._read(trusts))
        self.by_issuer: defaultdict[str, list[TrustedSubject]] = defaultdict(list)
        self._fixed: defaultdict[tuple[str, str], list[TrustedSubject]] = defaultdict(list)
        self._wide: defaultdict[str, list[TrustedSubject]] = defaultdict(list)
        for each in self.all:
            self.by_issuer[each.issuer_key].append(each)
            head = head_of(each.subject)
            # Heads are compared with case; where the trust does not, it may be any source's.
            loose = each.ignore_case or (each.pattern and (each.subject.count(":") < 2 or "*" in head or "?" in head))
            if loose:
                self._wide[each.issuer_key].append(each)
            else:
                self._fixed[each.issuer_key, head].append(each)

    def _read(self, trusts: Mapping[str, list[Edge]]) -> Iterator[TrustedSubject]:
        nodes = self.identity_graph.nodes
        for node in list(nodes.values()):
            if node.kind is not NodeKind.OIDC_SUBJECT or node.id not in trusts:
                continue
            facts = node.attributes
            told: Mapping[str, list[str]] = facts.get("audiences") or {}
            ways = tuple(
                Trust(edge, tuple(told.get(edge.target, ())), nodes[edge.target].source == "aws")
                for edge in trusts[node.id]
                if edge.target in nodes
            )
            issuer, subject = str(facts.get("issuer")), str(facts.get("subject"))
            pattern, ignore_case = bool(facts.get("pattern")), bool(facts.get("ignore_case"))
            yield TrustedSubject(node.id, issuer, subject, pattern, ways, ignore_case)

    def near(self, issuer: str, heads: Iterable[str]) -> Iterator[TrustedSubject]:
        """Yield what subjects that begin with some heads can meet, and few others."""
        for head in dict.fromkeys(heads):
            yield from self._fixed.get((issuer, head), ())
        yield from self._wide.get(issuer, ())

    def bear(
        self,
        source: str,
        who: str,
        trusted: TrustedSubject,
        served: Collection[Trust],
        *,
        note: str = "",
        conditions: Residual = ALWAYS,
        sure: bool = True,
    ) -> None:
        """Let a source have a subject.

        Parameters
        ----------
        source, who
            The node that gains it, and which source of tokens that is of, for the figures.
        served
            The trusts that its tokens can pass; nothing is added where none is left.
        note
            What is not sure; the step is then unverified.
        """
        if not served:
            return
        state = State.UNVERIFIED if note or not sure else State.VERIFIED
        if len(served) == len(trusted.trusts) and all(trust in trusted.trusts for trust in served):
            self.identity_graph.add_edge(
                Edge(
                    source, trusted.node, EdgeKind.CAN_IMPERSONATE, True, conditions=conditions, state=state, note=note
                )
            )
        else:
            self._past(source, trusted, served, state, note, conditions)
        self.bearers[trusted.node][who] = self.bearers[trusted.node].get(who, False) or state is State.VERIFIED

    def _past(
        self,
        source: str,
        trusted: TrustedSubject,
        served: Collection[Trust],
        state: State,
        note: str,
        conditions: Residual,
    ) -> None:
        """Lead past a subject into what takes this source's tokens, since others that trust the subject do not."""
        for trust in served:
            edge = trust.edge
            self.identity_graph.add_edge(
                replace(
                    edge,
                    source=source,
                    state=min(edge.state, state),
                    conditions=merge_residuals([edge.conditions, conditions]),
                    via=trusted.node,
                    note=" ".join(each for each in (edge.note, note) if each),
                )
            )
