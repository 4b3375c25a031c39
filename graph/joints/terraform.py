"""AUTHENTICATES_AS out of what a state of Terraform holds: stored secrets to credentials, and the state to all of them.

Input: records of Terraform, the graph with the credentials of every source. Output: claims about stored secrets and
secrets of CI systems, edges from other keepers (of Kubernetes, or not collected) and from states, figures.
Handled: equal keyed fingerprints of whole values, and of fields of a value that is JSON; key ids and app ids beside a
secret in such a value; a value that depends on a credential's resource, a guess. A version or time of the cloud that
is not the state's rules the claim out: what was written since is not known.
Not handled: parts of values that are no JSON; values that are no credential of anybody here.
Complexity: linear in resources and their dependencies.

Terraform writes into ``dependencies`` all that a resource depends on, also by way of others, so a dependency alone does
not say that the value is in it: https://developer.hashicorp.com/terraform/internals/machine-readable-ui and
``AttachDependenciesTransformer`` of its source (read 2026-11).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from collectors.evidence.times import parse_time
from collectors.terraform.records import TerraformRecords, TerraformResource, TerraformSecret, config_address
from graph.edges.terraform.ids import Places, state_node
from graph.joints.ci_places import is_ci_secret
from graph.joints.counts import JointCount, Outcome, Tally
from graph.joints.credentials import GUID, KEY_ID, Credentials, Held
from graph.joints.resolve import Claim, Keeper, Link, Rank, resolve
from graph.joints.secret_evidence import is_stored_secret, keeper_of
from graph.joints.stored_secrets import secret_edge
from graph.kinds import NodeKind, State
from graph.model import IdentityGraph, Node

__all__ = ["TerraformLinks", "join_terraform"]

_CREDENTIALS = (
    "aws_iam_access_key",
    "azuread_application_password",
    "azuread_service_principal_password",
    "google_service_account_key",
)
_KEEPERS = (
    "aws_secretsmanager_secret_version",
    "aws_ssm_parameter",
    "azurerm_key_vault_secret",
    "github_actions_secret",
    "github_actions_organization_secret",
    "github_actions_environment_secret",
    "kubernetes_secret",
    "kubernetes_secret_v1",
    "google_secret_manager_secret_version",
)
_DEPLOY_KEY, _PAIR = "github_repository_deploy_key", "tls_private_key"
_ALONE = "The credential, or what keeps it, is known from Terraform's state alone."
_SOON = timedelta(days=2)
_CLOCKS = timedelta(minutes=5)
_NAMES_SECRET = re.compile(r"secret|password|pwd|token|private", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TerraformLinks:
    """What states say."""

    told: dict[str, list[Claim]]
    """Claims about secrets that were collected, by secret; ``stored_secrets`` and ``ci_secrets`` decide about them."""
    counts: tuple[JointCount, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """A credential of which a state has the secret, or made it."""

    node: str
    resource: TerraformResource
    prints: frozenset[str]
    ids: frozenset[str]
    """Public ids, which are not the secret."""


@dataclass(slots=True)
class _Joint:
    identity_graph: IdentityGraph
    known: Credentials
    places: Places
    by_print: defaultdict[str, dict[str, _Made]] = field(default_factory=lambda: defaultdict(dict))
    by_address: defaultdict[tuple[str, str], dict[str, _Made]] = field(default_factory=lambda: defaultdict(dict))
    told: defaultdict[str, list[Claim]] = field(default_factory=lambda: defaultdict(list))


def join_terraform(records: TerraformRecords, identity_graph: IdentityGraph, known: Credentials) -> TerraformLinks:
    """Add the edges and return what is told of stored secrets."""
    joint = _Joint(identity_graph, known, Places(records, identity_graph))
    states = Tally("Terraform state to credential", "credentials whose secret lies in a state")
    for made in _made(records, joint, states):
        for print_ in made.prints:
            joint.by_print[print_][made.node] = made
        joint.by_address[made.resource.state, config_address(made.resource.address)][made.node] = made
    values = Tally(
        "secret in a state to credential",
        "values that states have and no other joint looks at, or that were written since",
    )
    for each in records.resources:
        if each.type in _KEEPERS and each.secrets and not each.deposed:
            _keeper(each, joint, values)
    _states(records, joint, states)
    return TerraformLinks(dict(joint.told), (states.done(), values.done()))


# ---- credentials of states -------------------------------------------------------------------------------------------


def _made(records: TerraformRecords, joint: _Joint, tally: Tally) -> Iterator[_Made]:
    keys = {
        (each.state, each.text("public_key_openssh").strip()): each
        for each in records.resources
        if each.type == _PAIR and each.text("public_key_openssh")
    }
    for each in records.resources:
        secrets: Sequence[TerraformSecret] = ()
        if each.type in _CREDENTIALS:
            secrets = [secret for secret in each.secrets if not secret.place.startswith("ses_")]
        elif each.type == _DEPLOY_KEY and (pair := keys.get((each.state, each.text("key").strip()))):
            secrets = pair.secrets
        else:
            continue
        node = joint.places.node(each)
        if node not in joint.identity_graph.nodes:
            if secrets and node:
                tally.add(Outcome.IMPOSSIBLE)
            continue
        prints = frozenset(secret.fingerprint for secret in secrets if secret.fingerprint)
        yield _Made(node, each, prints, frozenset(filter(None, (each.text("id"), each.text("key_id")))))


def _states(records: TerraformRecords, joint: _Joint, tally: Tally) -> None:
    """Let whoever reads a state have the credentials whose secret is in it."""
    inside: defaultdict[str, dict[str, TerraformResource]] = defaultdict(dict)
    for found in joint.by_address.values():
        for made in found.values():
            if made.prints or any(secret.whole for secret in made.resource.secrets):
                inside[made.resource.state][made.node] = made.resource
    for each in records.resources:
        for secret in each.secrets:
            for node in _with_print(joint, secret.fingerprint):
                inside[each.state].setdefault(node, each)
    for state, nodes in inside.items():
        holder = joint.identity_graph.nodes.get(state_node(state))
        if holder is None:
            continue
        for node, resource in sorted(nodes.items()):
            target = joint.identity_graph.nodes[node]
            sure = target.collected
            tally.add(Outcome.MATCHED if sure else Outcome.UNVERIFIED)
            note = f"Whoever reads the state has this credential: {resource.address} has its secret in plain text."
            link = Link(
                node,
                State.VERIFIED if sure else State.UNVERIFIED,
                note if sure else f"{note} {_ALONE}",
                str(resource.ref),
                grants=(node,) if node in joint.identity_graph.grants else (),
            )
            joint.identity_graph.add_edge(secret_edge(holder, link))


def _with_print(joint: _Joint, print_: str) -> dict[str, None]:
    if not print_:
        return {}
    return dict.fromkeys(
        (*joint.by_print.get(print_, ()), *(held.node for held in joint.known.with_fingerprint(print_)))
    )


# ---- what keeps them -------------------------------------------------------------------------------------------------


def _keeper(each: TerraformResource, joint: _Joint, tally: Tally) -> None:
    node = joint.identity_graph.nodes.get(joint.places.node(each))
    if node is None or (each.type == "aws_ssm_parameter" and not is_stored_secret(node)):
        return
    claims = list(_claims(each, node, joint))
    if claims and _written_since(each, node):
        tally.add(Outcome.IMPOSSIBLE)
        return
    outcome = Outcome.UNMATCHED
    of_known = [claim for claim in claims if not claim.credential or claim.credential in joint.known.by_node]
    alone = [claim for claim in claims if claim not in of_known]
    elsewhere = node.collected and (is_stored_secret(node) or is_ci_secret(node))
    if elsewhere:
        joint.told[node.id] += of_known
    elif of_known:
        found = resolve(joint.known, _plain_keeper(node), of_known)
        outcome = found.outcome if node.collected else Outcome.UNVERIFIED if found.links else found.outcome
        for link in found.links:
            joint.identity_graph.add_edge(secret_edge(node, link if node.collected else _doubted(link)))
    best = max((claim.rank for claim in alone), default=None)
    for claim in alone:
        if claim.rank == best and not of_known:
            outcome = _alone(claim, node, joint)
    if not elsewhere or (alone and not of_known):
        tally.add(outcome)


def _plain_keeper(node: Node) -> Keeper:
    return keeper_of(node) if node.kind is not NodeKind.OTHER_SECRET else Keeper(node.id)


def _doubted(link: Link) -> Link:
    return replace(link, state=State.UNVERIFIED, note=f"{link.note} {_ALONE}")


def _alone(claim: Claim, node: Node, joint: _Joint) -> Outcome:
    """Add the edge to a credential that the index of credentials does not have."""
    target = joint.identity_graph.nodes[claim.credential]
    sure = claim.rank is Rank.FINGERPRINT and node.collected and target.collected
    note = f"Whoever reads it holds this credential: {claim.why}."
    if not (node.collected and target.collected):
        note = f"{note} {_ALONE}"
    grants = (target.id,) if target.id in joint.identity_graph.grants else ()
    state = State.VERIFIED if sure else State.UNVERIFIED
    joint.identity_graph.add_edge(secret_edge(node, Link(target.id, state, note, claim.evidence, grants=grants)))
    return Outcome.MATCHED if sure else Outcome.UNVERIFIED


def _claims(each: TerraformResource, node: Node, joint: _Joint) -> Iterator[Claim]:
    """Yield the strongest evidence that there is."""
    found = [*_by_value(each, node, joint)] or [*_by_id(each, joint)] or [*_by_dependency(each, joint)]
    yield from dict.fromkeys(found)


def _by_value(each: TerraformResource, node: Node, joint: _Joint) -> Iterator[Claim]:
    for secret in each.secrets:
        for target in _with_print(joint, secret.fingerprint):
            place = "" if secret.whole else f", field {secret.place.partition(':')[2] or secret.place}"
            held = joint.known.by_node.get(target)
            fresh = _version_told(each, node) or not _written_later(node, held)
            why = (
                f"Terraform state {each.state} had its value in {each.address}{place}, and that is the secret of the "
                "credential, by keyed fingerprint"
            )
            if not fresh:
                why = f"{why}; that it was written later speaks against it"
            rank = Rank.FINGERPRINT if fresh else Rank.HINT
            yield Claim(rank, why, target, held.identity if held else "", str(each.ref))


def _by_id(each: TerraformResource, joint: _Joint) -> Iterator[Claim]:
    """Yield what a value of several fields says of its credential beside the secret itself."""
    fields = [secret for secret in each.secrets if not secret.whole]
    if not any(_NAMES_SECRET.search(secret.place.partition(":")[2]) and not _public(secret) for secret in fields):
        return
    for secret in fields:
        why = f"Terraform state {each.state} had an id of it in {each.address}, beside a secret"
        if KEY_ID.fullmatch(secret.hint):
            for held in joint.known.with_id(secret.hint):
                if not _print_known(joint, held.node):
                    yield Claim(Rank.ID, why, held.node, held.identity, str(each.ref))
        elif GUID.fullmatch(secret.hint):
            for identity in joint.known.identities(secret.hint):
                if not any(_print_known(joint, held.node) for held in joint.known.of(identity)):
                    yield Claim(Rank.ID, why, "", identity, str(each.ref))


def _print_known(joint: _Joint, node: str) -> bool:
    """Return whether a credential's own secret is known by fingerprint, and so was compared."""
    row = joint.identity_graph.credentials.get(node)
    return row is not None and bool(row.fingerprint)


def _public(secret: TerraformSecret) -> bool:
    return bool(KEY_ID.fullmatch(secret.hint) or GUID.fullmatch(secret.hint))


def _by_dependency(each: TerraformResource, joint: _Joint) -> Iterator[Claim]:
    wholes = [secret for secret in each.secrets if secret.whole]
    if not wholes or all(_public(secret) for secret in wholes):
        return  # it holds an id alone, which opens nothing
    why = f"Terraform state {each.state} made its value of {{}}, or of what depends on it"
    for address in dict.fromkeys(map(config_address, each.dependencies)):
        for node, made in joint.by_address.get((each.state, address), {}).items():
            held = joint.known.by_node.get(node)
            identity = held.identity if held else ""
            yield Claim(Rank.TAG, why.format(made.resource.address), node, identity, str(each.ref))


# ---- whether the cloud has the value that the state had --------------------------------------------------------------


def _version_told(each: TerraformResource, node: Node) -> bool:
    """Return whether the cloud says that its current version is the state's."""
    ours, theirs = _versions(each, node)
    then, now = _times(each, node)
    return (bool(ours and theirs) and ours == theirs) or bool(then and now and now <= then + _CLOCKS)


def _times(each: TerraformResource, node: Node) -> tuple[datetime | None, datetime | None]:
    """Return when an Actions secret was written as the state knows it, and as GitHub shows it."""
    if not each.type.startswith("github_"):
        return None, None
    then = parse_time(each.text("updated_at")) or parse_time(each.text("created_at"))
    return then, parse_time(node.attributes.get("updated_at"))


def _versions(each: TerraformResource, node: Node) -> tuple[str, str]:
    facts = node.attributes
    if each.type == "aws_secretsmanager_secret_version":
        return each.text("version_id"), str(facts.get("current_version") or "")
    if each.type == "aws_ssm_parameter":
        return str(each.facts.get("version") or ""), str((facts.get("settings") or {}).get("Version") or "")
    return "", ""


def _written_since(each: TerraformResource, node: Node) -> bool:
    """Return whether the cloud shows that the value is another one by now."""
    ours, theirs = _versions(each, node)
    if ours and theirs:
        return ours != theirs
    then, now = _times(each, node)
    return bool(then and now and now > then + _CLOCKS)


def _written_later(node: Node, held: Held | None) -> bool:
    """Return whether a secret was written long after the credential began, so that it may hold another by now."""
    written = keeper_of(node).written_at
    return bool(held and written and held.starts_at and written > held.starts_at + _SOON)
