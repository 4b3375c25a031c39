"""Pages of the documentation that are made from the catalogue: techniques of each provider and edge kinds.

Input: the catalogue, and for techniques the names of the cases that hold them to it. Output: Markdown text.
Not handled: writing files; a test compares the pages with what stands in ``docs/`` and rewrites them on request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.catalog.loader import (
    Technique,
    edge_kinds,
    techniques,
    techniques_aws,
    techniques_azure,
    techniques_entra,
    techniques_github,
)

__all__ = [
    "CaseNames",
    "edges_page",
    "technique_aws_page",
    "technique_azure_page",
    "technique_entra_page",
    "technique_github_page",
    "techniques_aws_page",
    "techniques_azure_page",
    "techniques_entra_page",
    "techniques_github_page",
]

_TECHNIQUES_HEAD = """# AWS escalation techniques

Made from `graph/catalog/techniques_aws/` by `graph/catalog/document.py`; edit those, not this page.

An edge with one of these ids says that its source can take its target by this one technique. Permissions count as AWS
evaluates them: identity, group and resource policies, boundary, SCPs, explicit denies and conditions, each on the very
resource. What is still open stands on the edge as conditions, and makes it `conditional`.

Ids are those of pathfinding.cloud where it has one, else `nhi-<service>-<action>`. Each has a page of its own with its
preconditions, what stays open where evidence is missing, and the tests that hold it to that.
"""
_ENTRA_HEAD = """# Entra escalation techniques

Made from `graph/catalog/techniques_entra/` by `graph/catalog/document.py`; edit those, not this page.

An edge with one of these ids says that its source can take its target by this one technique. What counts is what Entra
grants: app roles of Microsoft Graph, delegated consents together with what the user holds, directory roles active or
eligible, custom roles by their actions, ownership, membership, federated credentials. What is still open stands on the
edge as conditions (`entra:…`) and makes it `conditional`; what Microsoft's pages leave open makes it `unverified`.

Each has a page of its own with its preconditions, what stays open where evidence is missing, and the tests that hold it
to that. Classes of impact of permissions and roles are in `graph/catalog/impact_entra.toml`.
"""
_AZURE_HEAD = """# Azure escalation techniques

Made from `graph/catalog/techniques_azure/` by `graph/catalog/document.py`; edit those, not this page.

An edge with one of these ids says that its source can take its target by this one technique. Actions count as Azure
RBAC decides them: roles built in and custom with their `NotActions`, assigned at the target or above it, to the
principal or to a group (a path leads from its members), less deny assignments. What is still open stands on the edge as
conditions (`entra:…` for activation, `azure:…` for conditions of assignments) and makes it `conditional`.

An Owner of a subscription has `ADMIN_OF` and no technique. Each technique has a page of its own with its preconditions,
what stays open where evidence is missing, and the tests that hold it to that. Classes of impact of actions are in
`graph/catalog/impact_azure.toml`.
"""
_GITHUB_HEAD = """# GitHub escalation techniques

Made from `graph/catalog/techniques_github/` by `graph/catalog/document.py`; edit those, not this page.

An edge with one of these ids says that its source can take its target by this one technique. Roles count as owners, the
base role, teams and collaborators have them. What is still open stands on the edge as conditions (`github:review`,
`github:status-checks`, `github:deployment-approval`, `github:deployment-rule`, `github:fork-approval`, `github:label`)
and makes it `conditional`; what evidence or GitHub's pages leave open makes it `unverified`.

Tokens of jobs lead on to what trusts them: subjects are the nodes that trust in AWS and Entra made
(`oidc://token.actions.githubusercontent.com/…`). Each technique has a page of its own with its preconditions, what
stays open where evidence is missing, and the tests that hold it to that.
"""
_DECIDED_GITHUB = (
    "Each is decided at the very repository, branch, environment or job. Removing any one grant behind them ends this "
    "way; parallel edges are other ways."
)
_DECIDED_AWS = (
    "Each is decided on the very resource: identity, group and resource policies, boundary, SCPs, RCPs, explicit "
    "denies and conditions. Removing any one grant behind them ends this way; parallel edges are other ways."
)
_DECIDED_ENTRA = (
    "A name with dots is a permission of Microsoft Graph as an app role; a delegated one counts for what its user "
    "holds as well. A role counts at the scope that it is held for. Removing any one grant behind them ends this way; "
    "parallel edges are other ways."
)
_DECIDED_AZURE = (
    "Each is decided at the very resource: roles assigned there or above, to the holder or to a group, `NotActions` "
    "within one role, conditions, deny assignments. Removing any one grant behind them ends this way; parallel edges "
    "are other ways."
)
_EDGES_HEAD = """# Edge kinds

Made from `graph/catalog/edges.toml` by `graph/catalog/document.py`; edit those, not this page.

An edge reads from source to target: the holder of the source gains, or has, the target. Only traversable kinds are
steps of a path; the others record facts. Cost runs from 0 (nothing to do) to 5 (loud or destructive) and orders paths.
"""


@dataclass(frozen=True, slots=True)
class CaseNames:
    """Names of the cases of one technique."""

    firing: tuple[str, ...]
    silent: tuple[str, ...]


def techniques_aws_page(cases: Mapping[str, CaseNames]) -> str:
    """Return the page of AWS techniques.

    Parameters
    ----------
    cases
        Cases by technique id; every technique of the catalogue needs some of both sides.

    Raises
    ------
    KeyError
        A technique has no cases.
    """
    return _techniques_page(_TECHNIQUES_HEAD, "aws", techniques_aws(), cases)


def techniques_entra_page(cases: Mapping[str, CaseNames]) -> str:
    """Return the page of Entra techniques; as ``techniques_aws_page``."""
    return _techniques_page(_ENTRA_HEAD, "entra", techniques_entra(), cases)


def techniques_azure_page(cases: Mapping[str, CaseNames]) -> str:
    """Return the page of Azure techniques; as ``techniques_aws_page``."""
    return _techniques_page(_AZURE_HEAD, "azure", techniques_azure(), cases)


def techniques_github_page(cases: Mapping[str, CaseNames]) -> str:
    """Return the page of GitHub techniques; as ``techniques_aws_page``."""
    return _techniques_page(_GITHUB_HEAD, "github", techniques_github(), cases)


def _techniques_page(
    head: str, folder: str, techniques: Mapping[str, Technique], cases: Mapping[str, CaseNames]
) -> str:
    rows = [
        (
            f"[{row.id}]({folder}/{row.id}.md)",
            row.title,
            _code(row.permissions),
            row.edge.value,
            f"{len(cases[row.id].firing)} / {len(cases[row.id].silent)}",
        )
        for row in techniques.values()
    ]
    header = ("id", "title", "permissions, all together", "edge", "cases: fires / silent")
    return f"{head}\n{_table(header, rows)}"


def technique_aws_page(technique: Technique, cases: CaseNames) -> str:
    """Return the page of one AWS technique.

    Parameters
    ----------
    technique
        Its row in the catalogue.
    cases
        The tests that hold it to what the page says.
    """
    return _technique_page(technique, cases, _DECIDED_AWS, "aws")


def technique_entra_page(technique: Technique, cases: CaseNames) -> str:
    """Return the page of one Entra technique; as ``technique_aws_page``."""
    return _technique_page(technique, cases, _DECIDED_ENTRA, "entra")


def technique_azure_page(technique: Technique, cases: CaseNames) -> str:
    """Return the page of one Azure technique; as ``technique_aws_page``."""
    return _technique_page(technique, cases, _DECIDED_AZURE, "azure")


def technique_github_page(technique: Technique, cases: CaseNames) -> str:
    """Return the page of one GitHub technique; as ``technique_aws_page``."""
    return _technique_page(technique, cases, _DECIDED_GITHUB, "github")


def _technique_page(technique: Technique, cases: CaseNames, decided: str, folder: str) -> str:
    edge = edge_kinds()[technique.edge]
    parts = [
        f"# {technique.title}",
        f"`{technique.id}` · edge [{technique.edge.value}](../../edges.md) · cost {technique.cost} of 5 · "
        f"[vendor's page]({technique.source})",
        f"{edge.description} Here it gains **{technique.gain}**.",
        "## Permissions, all together",
        _bullets(f"`{permission}`" for permission in technique.permissions),
        decided,
        "## Preconditions",
        technique.needs or "None beyond the permissions.",
        "## Where evidence is missing",
        technique.missing,
        *(("## Not handled", technique.limits) if technique.limits else ()),
        "## Cases",
        f"In `tests/graph/edges_{folder}/`. It fires in {len(cases.firing)}:",
        _bullets(cases.firing),
        f"and stays silent in {len(cases.silent)} near-twins:",
        _bullets(cases.silent),
        f"Made from `graph/catalog/techniques_{folder}/`; edit that, not this page.",
    ]
    return "\n\n".join(parts) + "\n"


def edges_page() -> str:
    """Return the page of edge kinds, with the technique ids that refine each."""
    refined: dict[str, list[str]] = {}
    for technique in techniques().values():
        refined.setdefault(technique.edge.value, []).append(technique.id)
    rows = [
        (
            f"`{kind.value}`",
            "yes" if row.traversable else "no",
            str(row.cost),
            row.description,
            _code(refined.get(kind.value, ())),
        )
        for kind, row in edge_kinds().items()
    ]
    return f"{_EDGES_HEAD}\n{_table(('kind', 'traversable', 'cost', 'meaning', 'techniques'), rows)}"


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [_row(header), _row(("---",) * len(header)), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _code(words: Iterable[str]) -> str:
    return "<br>".join(f"`{word}`" for word in words)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
