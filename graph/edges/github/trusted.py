"""Subjects that trust GitHub's tokens, with what each trust asks of other claims, and steps into them.

Input: the graph with the trusts of the clouds. Output: ``TrustedSubjects``; CAN_IMPERSONATE edges to a subject, or to
a class of its trusts where claims tell these apart.
Handled: what is known of a token's claims: a trust that they contradict is not entered, a condition that they surely
meet is gone, one that is not known stays. Trusts of one subject that ask the same are one class.
Not handled: audiences, which a job chooses; conditions on anything but claims, which stay on the trust's edge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from graph.decision import Atom, Residual, merge_residuals
from graph.evaluate.claims import claim_of, narrowed
from graph.evaluate.github.subjects import SubjectMaker, forms, issued_by_github
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, IdentityGraph, Node

__all__ = ["CLASS_OF", "TrustClass", "TrustedSubject", "TrustedSubjects", "github_subjects"]

CLASS_OF = "trusts_of"
"""Attribute of a class of trusts: the node of their subject."""
_NAMING = ("repository_id", "repository")
"""Claims of which a repository has one value that is its own."""


def github_subjects(identity_graph: IdentityGraph) -> list[Node]:
    """Return the subjects of GitHub's tokens that somebody trusts."""
    return [
        node
        for node in identity_graph.nodes.values()
        if node.kind is NodeKind.OIDC_SUBJECT and issued_by_github(str(node.attributes.get("issuer")))
    ]


@dataclass(frozen=True, slots=True)
class TrustClass:
    """Trusts of one subject that ask the same of other claims."""

    claims: Residual
    edges: tuple[Edge, ...]

    def names(self, issuer: str) -> tuple[str, tuple[str, ...]] | None:
        """Return by which claim, and which values, it is for repositories that it names."""
        for clause in self.claims:
            atom = clause[0]
            claim = claim_of(atom, issuer)
            if len(clause) == 1 and claim in _NAMING and atom.operator == "StringEquals" and not atom.negated:
                return claim, atom.values
        return None


class TrustedSubject:
    """One subject or pattern, and the classes of its trusts."""

    def __init__(self, node: Node, trusts: Iterable[Edge]) -> None:
        self.node = node
        self.issuer = str(node.attributes["issuer"])
        self.accepted = str(node.attributes["subject"])
        self.pattern = bool(node.attributes.get("pattern"))
        self.ignore_case = bool(node.attributes.get("ignore_case"))
        found: defaultdict[Residual, list[Edge]] = defaultdict(list)
        for edge in trusts:
            found[self._split(edge.conditions)[0]].append(edge)
        self.classes = tuple(TrustClass(claims, tuple(edges)) for claims, edges in sorted(found.items()))
        self._open: list[int] = []
        self._named: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, each in enumerate(self.classes):
            names = each.names(self.issuer)
            if names is None:
                self._open.append(number)
            else:
                for value in names[1]:
                    self._named[names[0]][value].append(number)

    def _split(self, conditions: Residual) -> tuple[Residual, Residual]:
        """Return conditions on claims, and others."""

        def asks(atom: Atom) -> bool:
            return bool(claim_of(atom, self.issuer))

        claims = tuple(clause for clause in conditions if any(map(asks, clause)))
        return claims, tuple(clause for clause in conditions if clause not in claims)

    def _near(self, claims: Mapping[str, str]) -> list[TrustClass]:
        """Return the classes that do not name other repositories.

        Notes
        -----
        Looked up by name: trusts × repositories would be a product where each trust names one repository.
        """
        numbers = list(self._open)
        for claim, by_value in self._named.items():
            value = claims.get(claim)
            lists = by_value.values() if value is None else [by_value.get(value, [])]
            numbers += [number for each in lists for number in each]
        return [self.classes[number] for number in sorted(set(numbers))]

    def served(self, claims: Mapping[str, str]) -> list[tuple[TrustClass, Residual]]:
        """Return the classes that a token with these claims can pass, each with what is left to meet."""
        answers = ((each, narrowed(each.claims, self.issuer, claims)) for each in self._near(claims))
        return [(each, left) for each, left in answers if left is not None]

    def enter(
        self, identity_graph: IdentityGraph, claims: Mapping[str, str], step: Callable[[str, Residual], Edge]
    ) -> None:
        """Let a source of tokens have the subject, past it where claims tell its trusts apart.

        Parameters
        ----------
        step
            Makes the edge to a node, under conditions.
        """
        self._enter(identity_graph, self.served(claims), step)

    def enter_where(
        self, identity_graph: IdentityGraph, meets: Callable[[Residual], bool], step: Callable[[str, Residual], Edge]
    ) -> None:
        """Do the same for a source of which it is told which conditions it may meet."""
        self._enter(identity_graph, [(each, each.claims) for each in self.classes if meets(each.claims)], step)

    def _enter(
        self,
        identity_graph: IdentityGraph,
        served: list[tuple[TrustClass, Residual]],
        step: Callable[[str, Residual], Edge],
    ) -> None:
        same = len(served) == len(self.classes) and all(left == each.claims for each, left in served)
        if same:
            identity_graph.add_edge(step(self.node.id, ()))
            return
        for each, left in served:
            identity_graph.add_edge(step(self._class_node(identity_graph, each), left))

    def _class_node(self, identity_graph: IdentityGraph, each: TrustClass) -> str:
        words = " and ".join(" or ".join(map(str, clause)) for clause in each.claims)
        digest = sha256(words.encode()).hexdigest()[:12]
        hub = f"hub:{self.node.id}:{digest}"
        if hub not in identity_graph.nodes:
            shown = f"{self.accepted}, {words or 'no other claim asked'}"
            identity_graph.add_node(Node(hub, NodeKind.HUB, shown, "oidc", "", {CLASS_OF: self.node.id}))
            for edge in each.edges:
                rest = merge_residuals([self._split(edge.conditions)[1]])
                identity_graph.add_edge(replace(edge, source=hub, conditions=rest))
        return hub


class TrustedSubjects:
    """Trusted subjects by their first two parts, and those whose beginning is not fixed."""

    def __init__(self, identity_graph: IdentityGraph) -> None:
        trusts: defaultdict[str, list[Edge]] = defaultdict(list)
        for edge in identity_graph.edges:
            if edge.kind is EdgeKind.FEDERATES_INTO and edge.traversable:
                trusts[edge.source].append(edge)
        self.all = [TrustedSubject(node, trusts.get(node.id, ())) for node in github_subjects(identity_graph)]
        self._fixed: defaultdict[str, list[TrustedSubject]] = defaultdict(list)
        self._wide: list[TrustedSubject] = []
        self._folded: defaultdict[str, list[TrustedSubject]] = defaultdict(list)
        for each in self.all:
            key = self._key(each.accepted, each.pattern)
            if each.ignore_case:
                self._folded[key.lower()].append(each)
            else:
                (self._fixed[key] if key else self._wide).append(each)

    @staticmethod
    def _key(subject: str, pattern: bool) -> str:
        parts = subject.split(":", 2)
        head = ":".join(parts[:2])
        return "" if pattern and (len(parts) < 3 or "*" in head or "?" in head) else head

    def near(self, maker: SubjectMaker) -> Iterator[TrustedSubject]:
        """Yield what a repository's subjects can meet, and few others."""
        heads = dict.fromkeys(":".join(form.text.split(":", 2)[:2]) for form in forms(maker))
        if any("\0" in head for head in heads):
            yield from self.all
            return
        for head in heads:
            yield from self._fixed.get(head, ())
        for head in dict.fromkeys(head.lower() for head in heads):
            yield from self._folded.get(head, ())
        yield from self._wide
