"""CAN_ACCESS by KMS grants: who may decrypt under a key because a grant names it as grantee.

Input: KMS grants, keys with their policies, principals. Output: edges to keys, from grantees that were collected and
from outside ones.
Handled: grants for Decrypt; constraints on the encryption context as open conditions; explicit denies of the grantee,
of the key policy, SCPs and RCPs, by the full evaluator.
Not handled: services as grantees; a grant as the key's consent to read a secret or parameter under it; retired grants.

References
----------
https://docs.aws.amazon.com/kms/latest/developerguide/grants.html (read 2026-11)
"""

from __future__ import annotations

from collections.abc import Sequence

from collectors.aws.records import AwsKmsKey
from collectors.aws.resource_types import AwsKmsGrant
from graph.decision import ALWAYS, Atom, Outcome, Residual, merge_residuals
from graph.edges.aws.access_assets import key_resource
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.layers import authorize_view
from graph.edges.aws.world import AwsWorld, account_id_of
from graph.evaluate.aws.document import Effect, PolicyDocument, compile_policy
from graph.kinds import EdgeKind, Impact, NodeKind, State
from graph.model import Edge, Node

__all__ = ["build_kms_grants"]


def build_kms_grants(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_ACCESS edge that a grant gives."""
    by_node = {view.node: view for view in views}
    keys = {key.arn: key for key in world.records.kms_keys}
    for row in world.records.kms_grants:
        if "Decrypt" not in row.operations or not row.grantee.startswith("arn:"):
            continue
        view = by_node.get(row.grantee)
        key = keys.get(row.key_arn)
        if key is None:
            continue
        if view is not None:
            _grantee(world, row, view, key)
        elif not world.is_collected(account_id_of(row.grantee)):
            _outsider(world, row)


def _grant(world: AwsWorld, row: AwsKmsGrant) -> str:
    return world.grant(
        f"aws:kms-grant:{row.key_arn}:{row.id}",
        "kms_grant",
        row.key_arn,
        f"KMS grant {row.id[:12]} to {row.grantee.split(':', 5)[-1]}",
        str(row.ref),
    )


def _constraints(row: AwsKmsGrant) -> Residual:
    return tuple(
        (Atom(f"kms:encryptioncontext:{key.lower()}", "StringEquals", (value,)),)
        for key, value in sorted(row.encryption_context.items())
    )


def _under_grant(world: AwsWorld, row: AwsKmsGrant) -> PolicyDocument:
    """Return the grant as a policy, with the key policy's denies, which stay in force."""
    written = compile_policy(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": row.grantee}, "Action": "kms:Decrypt", "Resource": "*"}
            ],
        }
    )
    known = world.resource_policies.get(row.key_arn)
    denies = tuple(item for item in known.statements if item.effect is Effect.DENY) if known else ()
    return PolicyDocument(written.version, (*written.statements, *denies), f"{written.digest}+{row.key_arn}")


def _grantee(world: AwsWorld, row: AwsKmsGrant, view: PrincipalView, key: AwsKmsKey) -> None:
    stated: dict[str, tuple[str, ...]] = {"kms:calleraccount": (view.account,)}
    decision = authorize_view(
        world,
        view,
        "kms:Decrypt",
        key_resource(world, key),
        policy=_under_grant(world, row),
        mandatory=True,
        stated=stated,
    )
    # The vendor does not say whether a grantee of another account needs a permission at home as well.
    at_home = decision.outcome is Outcome.NOT_ALLOWED and view.account != row.account
    if decision.outcome is Outcome.DENIED or (decision.outcome is Outcome.NOT_ALLOWED and not at_home):
        return
    unclear = at_home or decision.outcome is Outcome.UNVERIFIED
    for residual in decision.alternatives or (ALWAYS,):
        world.identity_graph.add_edge(
            Edge(
                view.node,
                row.key_arn,
                EdgeKind.CAN_ACCESS,
                True,
                "",
                (_grant(world, row),),
                merge_residuals([residual, _constraints(row)]),
                state=State.UNVERIFIED if unclear else State.VERIFIED,
                impact=Impact.H4.value,
                note="; ".join(decision.notes)[:300],
            )
        )


def _outsider(world: AwsWorld, row: AwsKmsGrant) -> None:
    account = account_id_of(row.grantee)
    world.identity_graph.add_node(
        Node(
            row.grantee,
            NodeKind.AWS_EXTERNAL_PRINCIPAL,
            row.grantee.split(":", 5)[-1],
            "aws",
            account,
            {"account_id": account},
            collected=False,
        )
    )
    world.identity_graph.add_edge(
        Edge(
            row.grantee,
            row.key_arn,
            EdgeKind.CAN_ACCESS,
            True,
            "",
            (_grant(world, row),),
            _constraints(row),
            state=State.UNVERIFIED,
            impact=Impact.H4.value,
            note="The account was not collected: whether it lets this principal do so is not known.",
        )
    )
