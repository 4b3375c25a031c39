"""Build: evidence in, one snapshot out.

Input: paths of evidence. Output: ``BuildResult`` with the snapshot's id, what was redacted and what could not be read.
Not handled: collecting, and judging; rules and sweeps read the snapshot.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from collectors.aws.operations import OPERATIONS
from collectors.aws.records import AwsRecords
from collectors.aws.to_records import to_records
from collectors.azure.operations import OPERATIONS as AZURE_OPERATIONS
from collectors.azure.to_records import stands_here
from collectors.azure.to_records import to_records as to_azure_records
from collectors.bitbucket.operations import OPERATIONS as BITBUCKET_OPERATIONS
from collectors.bitbucket.to_records import to_records as to_bitbucket_records
from collectors.entra.operations import OPERATIONS as ENTRA_OPERATIONS
from collectors.entra.to_records import to_records as to_entra_records
from collectors.errors import NothingReadError, UnusableInputError
from collectors.evidence.coverage import CoverageRow, coverage_summary
from collectors.evidence.evidence import EvidenceSet
from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.reader import read_evidence
from collectors.evidence.redact import Redaction
from collectors.github.operations import OPERATIONS as GITHUB_OPERATIONS
from collectors.github.to_records import to_records as to_github_records
from collectors.gitlab.operations import OPERATIONS as GITLAB_OPERATIONS
from collectors.gitlab.to_records import to_records as to_gitlab_records
from collectors.interface import Gap, Operation, Presence
from collectors.opengraph.operations import OPERATIONS as OPENGRAPH_OPERATIONS
from collectors.opengraph.to_records import to_records as to_opengraph_records
from collectors.other.operations import OPERATIONS as OTHER_OPERATIONS
from collectors.other.to_records import to_records as to_other_records
from collectors.terraform.operations import OPERATIONS as TERRAFORM_OPERATIONS
from collectors.terraform.records import TerraformRecords
from collectors.terraform.to_records import to_records as to_terraform_records
from graph.edges.aws import build_aws_edges
from graph.edges.aws.access_states import StateObject
from graph.edges.aws.impact import impact_classes
from graph.edges.aws.world import AwsWorld, build_world
from graph.edges.azure import build_azure_edges
from graph.edges.azure.rights import build_azure_rights
from graph.edges.azure.world import kind_of
from graph.edges.ci import build_ci_edges
from graph.edges.entra import build_entra_edges
from graph.edges.github import build_github_edges
from graph.edges.opengraph import build_opengraph
from graph.edges.other import build_other
from graph.edges.terraform import build_terraform
from graph.edges.terraform.ids import state_node
from graph.joints.build import build_joints, plain_counts
from graph.joints.counts import JointCount
from graph.kinds import NodeKind
from graph.model import IdentityGraph, Node
from graph.records import BuildInput, ReadingGaps, record_rows
from graph.snapshot import SnapshotMeta, write_snapshot

__all__ = ["BuildResult", "build_graph", "build_snapshot", "graph_of", "plain_gaps"]

logger = logging.getLogger(__name__)
_REFERRED = {
    "aws": NodeKind.AWS_EXTERNAL_PRINCIPAL,
    "entra": NodeKind.ENTRA_EXTERNAL_PRINCIPAL,
    "github": NodeKind.GITHUB_REPOSITORY,
}
_IMPORTS = ("opengraph", "other", "terraform")
"""Sources that a person's own files tell, where bad rows are found when they are used."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build gave."""

    snapshot_id: str
    nodes: int
    edges: int
    gaps: tuple[Gap, ...]
    redactions: tuple[Redaction, ...]
    as_of: datetime
    as_of_known: bool
    """False when the evidence states no time; ages are then not judged against a real clock."""
    joints: tuple[JointCount, ...] = ()
    """How the joints between systems came out."""


def build_graph(
    evidence: EvidenceSet, records: AwsRecords | None = None, as_of: datetime | None = None
) -> tuple[IdentityGraph, tuple[Gap, ...]]:
    """Return the identity graph of evidence and what could not be used while building it.

    Parameters
    ----------
    evidence
        What was read.
    records
        Its AWS records where the caller has them already; default: made here.
    as_of
        Time to judge by; default: the evidence's own. It only says which credentials are listed as active.

    Raises
    ------
    NothingReadError
        When the evidence holds no identity, no account and no resource at all.
    """
    records = to_records(evidence) if records is None else records
    return graph_of(_input(evidence, records, as_of), evidence.name)


def _input(evidence: EvidenceSet, aws: AwsRecords, as_of: datetime | None) -> BuildInput:
    entra, azure = to_entra_records(evidence, as_of), to_azure_records(evidence, as_of)
    other, opengraph = to_other_records(evidence, as_of), to_opengraph_records(evidence)
    github, terraform = to_github_records(evidence), to_terraform_records(evidence)
    pipelines = to_gitlab_records(evidence), to_bitbucket_records(evidence)
    reading = ReadingGaps(evidence.gaps)
    return BuildInput(aws, evidence.declared, reading, entra, azure, other, opengraph, github, *pipelines, terraform)


def graph_of(kept: BuildInput, name: str) -> tuple[IdentityGraph, tuple[Gap, ...]]:
    """Return the identity graph of records and what could not be used while building it.

    Parameters
    ----------
    kept
        Records, what people declared, and what could not be read.
    name
        Of the evidence, for errors.

    Raises
    ------
    NothingReadError
        When the records hold no identity, no account and no resource at all.
    """
    identity_graph = IdentityGraph()
    world = build_world(kept.aws, identity_graph)
    world.state_objects = _state_objects(kept.terraform, identity_graph)
    build_aws_edges(world)
    _impacts(world)
    build_entra_edges(kept.entra, identity_graph)
    build_azure_edges(kept.azure, identity_graph)
    build_azure_rights(kept.azure, kept.entra, identity_graph)
    # Behind the clouds, since its tokens are compared with what they trust.
    build_github_edges(kept.github, identity_graph)
    for pipelines in (kept.gitlab, kept.bitbucket):
        build_ci_edges(pipelines, identity_graph)
    imported = (*build_opengraph(kept.opengraph, identity_graph), *build_other(kept.other, identity_graph))
    build_terraform(kept.terraform, kept.aws, identity_graph)
    pipelines_of = (*kept.gitlab.scopes, *kept.bitbucket.scopes)
    listed = partial(_keys_listed, kept.aws)
    build_joints(identity_graph, kept.declared, kept.entra, listed, pipelines_of, kept.terraform)
    _referred_to(identity_graph)
    told = (*kept.reading.gaps, *kept.aws.gaps, *world.gaps, *kept.entra.gaps, *kept.azure.gaps, *kept.github.gaps)
    told = (*told, *kept.gitlab.gaps, *kept.bitbucket.gaps, *kept.terraform.gaps)
    gaps = dict.fromkeys((*told, *kept.opengraph.gaps, *kept.other.gaps, *imported))
    if not any(node.collected and node.kind is not NodeKind.HUB for node in identity_graph.nodes.values()):
        first = next((gap.reason for gap in gaps), "it describes no identity, account or resource")
        raise NothingReadError(f"{name}: nothing in it could be read as an inventory of any source: {first}")
    return identity_graph, tuple(gaps)


def _state_objects(terraform: TerraformRecords, identity_graph: IdentityGraph) -> tuple[StateObject, ...]:
    """Return the objects of S3 that hold a state; who reads them is decided before the states' own nodes are there."""
    found = [state for state in terraform.states if state.bucket and state.present]
    for state in found:
        identity_graph.add_node(
            Node(state_node(state.id), NodeKind.TERRAFORM_STATE, state.id, "terraform", state.id, collected=False)
        )
    return tuple(StateObject(state_node(state.id), state.bucket, state.key, state.kms_key) for state in found)


def _keys_listed(records: AwsRecords, account: str) -> bool:
    seen = records.presence.get((account, "iam.list_access_keys"))
    return seen in (Presence.PRESENT, Presence.EMPTY)


def _impacts(world: AwsWorld) -> None:
    nodes = world.identity_graph.nodes
    for node, classes in impact_classes(world.views.values()).items():
        known = nodes[node]
        nodes[node] = replace(
            known, impact=classes[0], attributes={**known.attributes, "impact_classes": list(classes)}
        )


def _referred_to(identity_graph: IdentityGraph) -> None:
    """Give every end of an edge a node, so that what is merely referred to is a node that was not collected."""
    for edge in identity_graph.edges:
        for end in (edge.source, edge.target):
            if end not in identity_graph.nodes:
                source = next((name for name in ("entra", "azure", "github") if end.startswith(f"{name}:")), "aws")
                kind = _REFERRED.get(source) or kind_of(end.removeprefix("azure:"))
                identity_graph.add_node(Node(end, kind, end, source, "", collected=False))


def build_snapshot(
    paths: Sequence[Path],
    workspace: Path,
    *,
    product_version: str,
    as_of: datetime | None = None,
    key: FingerprintKey | None = None,
) -> BuildResult:
    """Read evidence, build the graph, write the snapshot.

    Parameters
    ----------
    paths
        Evidence folders or single dumps.
    workspace
        Where snapshots live; created when missing.
    product_version
        Recorded in the snapshot.
    as_of
        Time to judge by; default: the evidence's own.
    key
        Workspace key for fingerprints of secrets that occur in the input.

    Raises
    ------
    CollectorError, GraphError
        As reading and writing say.
    """
    evidence = read_evidence(paths, key=key)
    try:
        kept = _input(evidence, to_records(evidence), as_of)
        identity_graph, gaps = graph_of(kept, evidence.name)
    except NothingReadError as error:
        if all(path.is_file() for path in paths):
            # The user named these very files, so they are wrong input rather than an empty inventory.
            raise UnusableInputError(f"{', '.join(map(str, paths))}: {str(error).partition(': ')[2]}") from error
        raise
    time = as_of or evidence.as_of
    facts: dict[str, Any] = {
        "as_of_known": time is not None,
        "as_of_is_lower_bound": as_of is None and time is not None and not _tells_its_time(evidence),
        "evidence": evidence.name,
        "gaps": plain_gaps(gaps),
        "redactions": [{"kind": item.kind, "place": str(item.ref)} for item in evidence.redactions],
        "fingerprint_key": key.key_id if key else "",
        "joints": plain_counts(identity_graph),
    }
    meta = SnapshotMeta(time or EPOCH, product_version, {evidence.name: evidence.digest}, facts)
    snapshot_id = write_snapshot(identity_graph, workspace, meta, _coverage(evidence, gaps), record_rows(kept))
    logger.info(
        "built %s: %d nodes, %d edges, %d gaps",
        snapshot_id,
        len(identity_graph.nodes),
        len(identity_graph.edges),
        len(gaps),
    )
    return BuildResult(
        snapshot_id,
        len(identity_graph.nodes),
        len(identity_graph.edges),
        gaps,
        evidence.redactions,
        time or EPOCH,
        time is not None,
        tuple(count for count in identity_graph.joints if count.total),
    )


def _tells_its_time(evidence: EvidenceSet) -> bool:
    """Return whether the evidence says when it was collected, and not only how new the newest thing in it is."""
    reports = (
        call
        for account in evidence.scopes("aws")
        for call in evidence.calls("aws", account, "iam.get_credential_report")
        if call.response is not None
    )
    return bool(evidence.manifests) or any("GeneratedTime" in (call.response or {}) for call in reports)


def _operations(evidence: EvidenceSet) -> list[Mapping[str, Operation]]:
    """Return the operations of each source that the evidence has; AWS's where it has none that is read."""
    tables = {
        "aws": OPERATIONS,
        "entra": ENTRA_OPERATIONS,
        "azure": AZURE_OPERATIONS,
        "other": OTHER_OPERATIONS,
        "opengraph": OPENGRAPH_OPERATIONS,
        "github": GITHUB_OPERATIONS,
        "gitlab": GITLAB_OPERATIONS,
        "bitbucket": BITBUCKET_OPERATIONS,
        "terraform": TERRAFORM_OPERATIONS,
    }
    found = [table for source, table in tables.items() if evidence.scopes(source)]
    return found or [OPERATIONS]


def plain_gaps(gaps: Iterable[Gap]) -> list[Mapping[str, str]]:
    """Return gaps as the manifest of a snapshot keeps them."""
    return [{name: value for name, value in asdict(gap).items() if value} for gap in gaps]


def _coverage(evidence: EvidenceSet, gaps: Sequence[Gap]) -> list[Mapping[str, Any]]:
    """Return the rows of coverage."""
    return [
        {
            "source": row.source,
            "scope": row.scope,
            "region": row.region,
            "operation": row.operation,
            "presence": row.presence.value,
            "calls": row.calls,
            "objects": row.objects,
            "permission": row.permission,
            "lost": row.lost_without,
            "reason": row.problem,
            "guard": row.guard,
            **{name: value for name, value in _told(row) if value},
            **(_unused(row, gaps) if row.source in _IMPORTS else {}),
        }
        for operations in _operations(evidence)
        for row in coverage_summary(evidence, operations)
        if row.source != "azure" or stands_here(evidence, row.scope, row.operation)
    ]


def _told(row: CoverageRow) -> list[tuple[str, str]]:
    return [("outcome", row.outcome), ("told", row.told), ("ended_at", row.ended_at)]


def _unused(row: CoverageRow, gaps: Iterable[Gap]) -> dict[str, str]:
    """Return what an imported table's or graph's row says where something in it could not be used as it is meant."""
    reasons = [
        gap.reason
        for gap in gaps
        if (gap.source, gap.operation) == (row.source, row.operation) and gap.scope in ("", row.scope)
    ]
    if not reasons or row.presence not in (Presence.PRESENT, Presence.PARTIAL):
        return {}
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return {"presence": Presence.PARTIAL.value, "reason": reasons[0] + more}
