"""Variables of pipelines: who reads them, and which job uses which.

Input: ``CiWorld``. Output: variable nodes, CAN_ACCESS edges from runs and jobs; variables of a group through one class.
Handled: protected variables (a condition: the branch or tag must be protected), variables of one environment
(unverified, since who may deploy there was not looked at), names that a file uses where variables were not looked at.
Not handled: what a variable holds (a joint of its own); variables of an instance; who edits variables.

References
----------
https://docs.gitlab.com/ci/variables/, https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
(read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.ci.records import CiJob, CiProject, CiVariable
from collectors.evidence.environment_values import names_application, secret_kind
from collectors.interface import EvidenceRef
from graph.decision import ALWAYS
from graph.edges.ci.world import CiWorld
from graph.evaluate.aws.globs import escape, glob_matches
from graph.kinds import EdgeKind, Impact, NodeKind, State
from graph.model import Edge, Node

__all__ = ["build_variables"]

_READ, _H4 = EdgeKind.CAN_ACCESS, Impact.H4.value
_DEPLOYS = "Who may deploy to {} was not looked at."
_UNSEEN = "Variables were not looked at; the pipeline file names this one."
_PROBE_VALUE = "a1B2c3D4e5F6"
_PROBE_ID = "00000000-0000-4000-8000-000000000000"
_KEY_IDS = frozenset({"AWS_ACCESS_KEY_ID"})


def build_variables(world: CiWorld) -> None:
    """Add nodes and edges; linear in variables, and in names that jobs use."""
    for path, variables in world.scope.variables.items():
        _group(world, path, variables)
    for project in world.live:
        own = list(_own(world, project))
        shared = [
            (variable, _id(world, path, variable))
            for path, variables in world.scope.variables.items()
            if _within(project.path, path)
            for variable in variables
        ]
        scoped: dict[str, list[tuple[CiVariable, str]]] = {}
        for variable, node in (*own, *shared):
            scoped.setdefault(variable.name, []).append((variable, node))
        for job in project.jobs:
            _used(world, project, job, scoped)


def _within(project: str, group: str) -> bool:
    return project.lower().startswith(f"{group.lower()}/")


def _id(world: CiWorld, holder: str, variable: CiVariable) -> str:
    place = "" if variable.environment == "*" else f"{variable.environment.lower()}:"
    return world.id_of("variable", holder, f"{place}{variable.name}")


def _node(world: CiWorld, holder: str, above: str, variable: CiVariable, *, seen: bool = True) -> str:
    node = _id(world, holder, variable)
    facts = {
        "environment": "" if variable.environment == "*" else variable.environment,
        "place": ""
        if variable.environment == "*"
        else world.id_of("environment", holder, variable.environment.lower()),
        "protected": variable.protected,
        "masked": variable.masked,
        "value_kind": variable.kind,
        "fingerprint": variable.fingerprint,
        "hint": variable.hint,
    }
    world.node(node, NodeKind.CI_VARIABLE, variable.name, facts, str(variable.ref), seen)
    world.add(Edge(above, node, EdgeKind.CONTAINS, False))
    return node


def _reads(world: CiWorld, source: str, node: str, holder: str, variable: CiVariable) -> None:
    """Let whoever's code runs in a pipeline read a variable, as far as branch and environment let it."""
    conditions = world.waits_for("protected-branch", holder) if variable.protected else ALWAYS
    note = _DEPLOYS.format(variable.environment) if variable.environment != "*" else ""
    state = State.UNVERIFIED if note else State.VERIFIED
    world.add(Edge(source, node, _READ, True, conditions=conditions, state=state, impact=_H4, note=note))


def _own(world: CiWorld, project: CiProject) -> Iterator[tuple[CiVariable, str]]:
    runs, above = world.id_of("ci", project.path), world.id_of("project", project.path)
    for variable in project.variables:
        node = _node(world, project.path, above, variable)
        _reads(world, runs, node, project.path, variable)
        yield variable, node


def _group(world: CiWorld, path: str, variables: tuple[CiVariable, ...]) -> None:
    above, hub = world.id_of("group", path), f"hub:{world.system}:{path.lower()}:variables"
    world.node(above, NodeKind.CI_GROUP, path, {"aliases": [path]}, "")
    if above != world.id_of("group", world.scope.name):
        world.add(Edge(world.id_of("group", world.scope.name), above, EdgeKind.CONTAINS, False))
    graph = world.identity_graph
    graph.add_node(Node(hub, NodeKind.HUB, f"variables of {path}", world.system, world.scope.name))
    for project in world.live:
        if _within(project.path, path):
            world.add(Edge(world.id_of("ci", project.path), hub, _READ, True, impact=_H4))
    for variable in variables:
        _reads(world, hub, _node(world, path, above, variable), path, variable)


def _used(world: CiWorld, project: CiProject, job: CiJob, scoped: dict[str, list[tuple[CiVariable, str]]]) -> None:
    source = world.job_node(project, job.id)
    for name in job.variables:
        found = [each for each in scoped.get(name, ()) if _deploys_to(job, each[0])]
        for variable, node in found:
            sure = variable.environment == "*" or job.environment != "*"
            state, note = (
                (State.VERIFIED, "") if sure else (State.UNVERIFIED, "A variable names the job's environment.")
            )
            world.add(Edge(source, node, _READ, True, state=state, impact=_H4, note=note))
        if not found and not project.variables_known and _tells(name):
            variable = CiVariable(name, EvidenceRef(project.file))
            node = _node(world, project.path, world.id_of("project", project.path), variable, seen=False)
            for who in (source, world.id_of("ci", project.path)):
                world.add(Edge(who, node, _READ, True, state=State.UNVERIFIED, impact=_H4, note=_UNSEEN))


def _deploys_to(job: CiJob, variable: CiVariable) -> bool:
    """Return whether a job gets a variable by its environment; ``*`` in the variable's scope stands for any text."""
    if variable.environment == "*" or job.environment == "*":
        return True
    pattern = "*".join(escape(part) for part in variable.environment.lower().split("*"))
    return bool(job.environment) and glob_matches(pattern, job.environment.lower())


def _tells(name: str) -> bool:
    """Return whether a name alone says that the variable is of a credential; most names in scripts are none."""
    return name in _KEY_IDS or bool(secret_kind(name, _PROBE_VALUE, None)) or names_application(name, _PROBE_ID)
