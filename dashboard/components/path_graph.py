"""A blast radius drawn from left to right, as text of the DOT language; the browser lays it out, nothing is fetched.

Input: witnesses in the order in which they matter, kinds and accounts of nodes. Output: ``Drawing``.
Handled: at most so many nodes; ends of the same kind that are reached alike share a box; what lies behind full control
of an account is one box, with its number; what is left out is counted. Names are escaped and nodes numbered, so that no
evidence is DOT.
Not handled: further ways to the same target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics.steps import Step
from dashboard.components.markup import dot_text, identity_link, shorten
from dashboard.witnesses import Witness
from dashboard.words import VERBS, brief, kind_word, plural
from graph.kinds import Category, NodeKind, State, category_of

__all__ = ["MAX_NODES", "Drawing", "Look", "Palette", "box_colours", "draw"]

MAX_NODES = 60
_NAME_LENGTH = 30
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
_ADMINISTRATOR = "#b91c1c"


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
class Look:
    """What a drawing needs beside the witnesses."""

    accounts: Mapping[str, str]
    """Names by number."""
    administrators: frozenset[str]
    """Identities that are administrators as they stand."""
    snapshot: str
    """Id, for the links."""
    palette: Palette


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing and what it shows."""

    dot: str
    nodes: int
    ranks: int
    """Boxes on the longest way; its width."""
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
    look: Look,
    *,
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
    max_nodes
        At least 2.
    """
    plan = _plan(subject, witnesses, places, max_nodes)
    boxes = _boxes(plan, places)
    number_of = {node: f"n{place}" for place, box in enumerate(boxes) for node in box}
    lines = [
        "digraph reach {",
        '  graph [rankdir=LR, bgcolor="transparent", nodesep=0.14, ranksep=0.45, pad=0.1]',
        '  node [shape=box, style="rounded,filled", fontname="Arial", fontsize=12, margin="0.12,0.05", height=0.3]',
        f'  edge [fontname="Arial", fontsize=10, arrowsize=0.7, penwidth=1.4, fontcolor="{look.palette.text}"]',
    ]
    for box in boxes:
        content = _box(box[0], places[box[0]], look, box[0] == subject) if len(box) == 1 else _shared(box, places, look)
        lines.append(f"  {number_of[box[0]]} [{content}]")
    arrows: dict[tuple[str, str], Step] = {}
    for (source, target), step in plan.edges.items():
        # Edges into a shared box differ in their tooltips only; the first stands for all.
        arrows.setdefault((number_of[source], number_of[target]), step)
    lines += [f"  {source} -> {target} [{_arrow(step)}]" for (source, target), step in arrows.items()]
    for place, (admin, count) in enumerate(plan.folded.items()):
        lines += _behind(f"f{place}", number_of[admin], count, look.palette)
    lines.append("}")
    longest = max((len(witnesses[target].steps) for target in plan.drawn), default=0)
    return Drawing(
        dot="\n".join(lines),
        nodes=len(plan.nodes) + len(plan.folded),
        ranks=longest + 1 + bool(plan.folded),
        drawn=frozenset(plan.drawn),
        folded=plan.folded,
        left_out=plan.left_out,
    )


def _boxes(plan: _Plan, places: Mapping[str, tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return the nodes by box: ends that one node reaches in the same way, and that are alike, share one."""
    sources = {source for source, _ in plan.edges}
    into: dict[str, list[Step]] = {}
    for (_, target), step in plan.edges.items():
        into.setdefault(target, []).append(step)
    boxes: dict[tuple[object, ...], list[str]] = {}
    for node in plan.nodes:
        steps = into.get(node, [])
        alone = node in sources or node in plan.folded or len(steps) != 1 or places[node][0] == NodeKind.SCOPE_ADMIN
        alike = (steps[0].source, steps[0].kind, steps[0].state, places[node]) if not alone else (node,)
        boxes.setdefault(alike, []).append(node)
    return [tuple(box) for box in boxes.values()]


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
    """Return the last full-control node before a target; ``""`` when there is none, or the target is one itself."""
    if places[target][0] == NodeKind.SCOPE_ADMIN:
        return ""
    return next((step.source for step in reversed(steps) if places[step.source][0] == NodeKind.SCOPE_ADMIN), "")


def box_colours(kind: str) -> tuple[str, str, str]:
    """Return fill, ink and quiet ink of a box, by the kind of the node in it."""
    category = category_of(NodeKind(kind))
    quiet = "#fecaca" if category is Category.PRIVILEGE else "#475569"
    return _FILL.get(category, _OTHER_FILL), "#ffffff" if category is Category.PRIVILEGE else "#0f172a", quiet


def _box(node: str, place: tuple[str, str], look: Look, is_subject: bool) -> str:
    kind, account = place
    fill, ink, quiet = box_colours(kind)
    under = [kind_word(kind)]
    if account and kind != NodeKind.SCOPE_ADMIN:
        under.append(look.accounts.get(account, account))
    administrator = node in look.administrators
    if administrator:
        under.append("administrator")
    limit = _NAME_LENGTH * (2 if kind == NodeKind.SCOPE_ADMIN else 1)
    name = dot_text(shorten(brief(node, look.accounts), limit))
    label = f'<B>{name}</B><BR/><FONT POINT-SIZE="10" COLOR="{quiet}">{dot_text(" · ".join(under))}</FONT>'
    border = _ADMINISTRATOR if administrator else look.palette.line
    width = 2.6 if is_subject or administrator else 0.8
    return (
        f'label=<{label}>, fillcolor="{fill}", fontcolor="{ink}", color="{border}", penwidth={width}, '
        f'tooltip="{dot_text(node)}", URL="{dot_text(identity_link(node, look.snapshot))}", target="_self"'
    )


def _shared(nodes: Sequence[str], places: Mapping[str, tuple[str, str]], look: Look) -> str:
    kind, account = places[nodes[0]]
    fill, ink, quiet = box_colours(kind)
    head = plural(len(nodes), kind_word(kind))
    if account:
        head = f"{head} · {look.accounts.get(account, account)}"
    rows = [f'<TR><TD ALIGN="LEFT"><FONT POINT-SIZE="10" COLOR="{quiet}">{dot_text(head)}</FONT></TD></TR>']
    for node in nodes:
        name = dot_text(shorten(brief(node, look.accounts), _NAME_LENGTH))
        if node in look.administrators:
            name += f' <FONT POINT-SIZE="10" COLOR="{_ADMINISTRATOR}">administrator</FONT>'
        rows.append(
            f'<TR><TD ALIGN="LEFT" HREF="{dot_text(identity_link(node, look.snapshot))}" TARGET="_self" '
            f'TOOLTIP="{dot_text(node)}"><B>{name}</B></TD></TR>'
        )
    table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>'
    return f'label=<{table}>, fillcolor="{fill}", fontcolor="{ink}", color="{look.palette.line}", penwidth=0.8'


def _arrow(step: Step) -> str:
    colour, style = _EDGES[step.state]
    verb = VERBS.get(step.kind, "")
    return f'color="{colour}", style="{style}", label="{dot_text(verb)}", tooltip="{dot_text(step.text)}"'


def _behind(name: str, admin: str, count: int, palette: Palette) -> list[str]:
    label = dot_text(f"{plural(count, 'more thing', 'more things')} in the table below")
    return [
        f'  {name} [label="{label}", style="rounded,dashed", color="{palette.line}", fontcolor="{palette.text}"]',
        f'  {admin} -> {name} [color="{palette.line}", style="solid", label="includes"]',
    ]
