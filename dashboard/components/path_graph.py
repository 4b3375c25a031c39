"""A blast radius drawn from left to right, as text of the DOT language; the browser lays it out, nothing is fetched.

Input: witnesses in the order in which they matter, kinds and accounts of nodes. Output: ``Drawing``.
Handled: at most so many nodes; what lies behind full control of an account is one box, with its number; what is left out is
counted. Names are escaped, nodes are numbered, so nothing of the evidence is DOT.
Not handled: further ways to the same target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics.steps import Step
from dashboard.components.markup import dot_text, identity_link, shorten
from dashboard.witnesses import Witness
from dashboard.words import brief, kind_word, plural
from graph.kinds import Category, EdgeKind, NodeKind, State, category_of

__all__ = ["MAX_NODES", "Drawing", "Palette", "draw"]

MAX_NODES = 60
_NAME_LENGTH = 30
_VERBS: Mapping[str, str] = {
    EdgeKind.MEMBER_OF: "is member of",
    EdgeKind.AUTHENTICATES_AS: "logs in as",
    EdgeKind.RUNS_AS: "runs as",
    EdgeKind.CAN_ASSUME: "assumes",
    EdgeKind.FEDERATES_INTO: "token becomes",
    EdgeKind.ADMIN_OF: "has",
    EdgeKind.CONTROLS: "includes",
    EdgeKind.CAN_CHANGE_OWN_POLICY: "changes own policy",
    EdgeKind.CAN_CHANGE_POLICY_OF: "changes a policy",
    EdgeKind.CAN_JOIN_GROUP: "joins",
    EdgeKind.CAN_CREATE_CREDENTIAL: "makes a credential",
    EdgeKind.CAN_CHANGE_TRUST: "changes trust",
    EdgeKind.CAN_PASS_ROLE: "starts code as",
    EdgeKind.CAN_TAKE_OVER: "runs code in",
    EdgeKind.CAN_ACCESS: "uses",
}
_EDGES: Mapping[State, tuple[str, str]] = {
    State.VERIFIED: ("#dc2626", "solid"),
    State.CONDITIONAL: ("#d97706", "dashed"),
    State.UNVERIFIED: ("#7c3aed", "dotted"),
}
_FILL: Mapping[Category, str] = {
    Category.IDENTITY: "#dbeafe",
    Category.WORKLOAD: "#d1fae5",
    Category.RESOURCE: "#fef9c3",
    Category.SECRET: "#fef9c3",
    Category.PRIVILEGE: "#b91c1c",
}
_OTHER_FILL = "#e5e7eb"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours that depend on the page's theme."""

    line: str
    text: str

    @staticmethod
    def of(theme: str) -> Palette:
        """Return the colours for ``dark``, or for any other theme."""
        return Palette("#94a3b8", "#e2e8f0") if theme == "dark" else Palette("#475569", "#334155")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing and what it shows."""

    dot: str
    nodes: int
    drawn: frozenset[str]
    """Targets that are drawn."""
    folded: Mapping[str, int]
    """Targets that stand in the box behind a full-control node, by that node's id."""
    left_out: int
    """Targets that are neither drawn nor folded."""


@dataclass(slots=True)
class _Plan:
    nodes: dict[str, None] = field(default_factory=dict)
    edges: dict[tuple[str, str], Step] = field(default_factory=dict)
    folded: dict[str, int] = field(default_factory=dict)
    drawn: set[str] = field(default_factory=set)
    left_out: int = 0

    def size_with(self, steps: Sequence[Step]) -> int:
        ends = {end for step in steps for end in (step.source, step.target)}
        return len(self.nodes) + len(self.folded) + len(ends - self.nodes.keys())

    def add(self, target: str, steps: Sequence[Step]) -> None:
        for step in steps:
            self.nodes[step.source] = self.nodes[step.target] = None
            known = self.edges.get((step.source, step.target))
            if known is None or known.state < step.state:
                self.edges[step.source, step.target] = step
        self.drawn.add(target)


def draw(
    subject: str,
    witnesses: Mapping[str, Witness],
    places: Mapping[str, tuple[str, str]],
    accounts: Mapping[str, str],
    *,
    snapshot: str,
    palette: Palette,
    max_nodes: int = MAX_NODES,
) -> Drawing:
    """Return the drawing of what a subject reaches.

    Parameters
    ----------
    subject
        Node id; the leftmost box.
    witnesses
        By target id, what matters most first; a target that does not fit any more is left out and counted.
    places
        (node kind, account number) of every node on the witnesses and of the subject.
    accounts
        Names by number.
    max_nodes
        At least 2.
    """
    plan = _plan(subject, witnesses, places, max_nodes)
    numbers = {node: f"n{place}" for place, node in enumerate(plan.nodes)}
    lines = [
        "digraph reach {",
        '  graph [rankdir=LR, bgcolor="transparent", nodesep=0.16, ranksep=0.75, pad=0.1]',
        '  node [shape=box, style="rounded,filled", fontname="Arial", fontsize=11, margin="0.14,0.06", height=0.3]',
        f'  edge [fontname="Arial", fontsize=9, arrowsize=0.7, penwidth=1.3, fontcolor="{palette.text}"]',
    ]
    for node, number in numbers.items():
        lines.append(f"  {number} [{_box(node, places[node], accounts, snapshot, palette, node == subject)}]")
    for (source, target), step in plan.edges.items():
        lines.append(f"  {numbers[source]} -> {numbers[target]} [{_arrow(step)}]")
    for place, (admin, count) in enumerate(plan.folded.items()):
        lines += _behind(f"f{place}", numbers[admin], count, palette)
    lines.append("}")
    return Drawing(
        "\n".join(lines), len(numbers) + len(plan.folded), frozenset(plan.drawn), plan.folded, plan.left_out
    )


def _plan(
    subject: str, witnesses: Mapping[str, Witness], places: Mapping[str, tuple[str, str]], max_nodes: int
) -> _Plan:
    plan = _Plan(nodes={subject: None})
    for target, witness in witnesses.items():
        behind = _full_control(target, witness.steps, places)
        if behind and (behind in plan.folded or (behind in plan.nodes and plan.size_with(()) < max_nodes)):
            plan.folded[behind] = plan.folded.get(behind, 0) + 1
        elif not behind and plan.size_with(witness.steps) <= max_nodes:
            plan.add(target, witness.steps)
        else:
            plan.left_out += 1
    return plan


def _full_control(target: str, steps: Sequence[Step], places: Mapping[str, tuple[str, str]]) -> str:
    """Return the last full-control node on the way to a thing; ``""`` when there is none, or the target is one itself."""
    if places[target][0] == NodeKind.SCOPE_ADMIN:
        return ""
    return next((step.source for step in reversed(steps) if places[step.source][0] == NodeKind.SCOPE_ADMIN), "")


def _box(
    node: str, place: tuple[str, str], accounts: Mapping[str, str], snapshot: str, palette: Palette, is_subject: bool
) -> str:
    kind, account = place
    category = category_of(NodeKind(kind))
    strong = category is Category.PRIVILEGE
    name = dot_text(shorten(brief(node, accounts), _NAME_LENGTH))
    under = kind_word(kind) if not account or strong else f"{kind_word(kind)} · {accounts.get(account, account)}"
    ink, quiet = ("#ffffff", "#fecaca") if strong else ("#0f172a", "#475569")
    label = f'<B>{name}</B><BR/><FONT POINT-SIZE="9" COLOR="{quiet}">{dot_text(under)}</FONT>'
    border = f'color="{palette.line}", penwidth={2.6 if is_subject else 0.8}'
    address = dot_text(identity_link(node, snapshot))
    return (
        f'label=<{label}>, fillcolor="{_FILL.get(category, _OTHER_FILL)}", fontcolor="{ink}", {border}, '
        f'tooltip="{dot_text(node)}", URL="{address}", target="_self"'
    )


def _arrow(step: Step) -> str:
    colour, style = _EDGES[step.state]
    verb = _VERBS.get(step.kind, "")
    return f'color="{colour}", style="{style}", label="{dot_text(verb)}", tooltip="{dot_text(step.text)}"'


def _behind(name: str, admin: str, count: int, palette: Palette) -> list[str]:
    label = dot_text(f"{plural(count, 'more thing', 'more things')} in the table below")
    return [
        f'  {name} [label="{label}", style="rounded,dashed", color="{palette.line}", fontcolor="{palette.text}"]',
        f'  {admin} -> {name} [color="{palette.line}", style="solid", label="includes"]',
    ]
