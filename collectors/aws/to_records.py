"""Turn AWS evidence into records: pure, without the SDK, tolerant of whatever is missing.

Input: an ``EvidenceSet``. Output: ``AwsRecords``.
Not handled: evaluation; accounts that policies merely refer to (the graph adds them).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from collectors.aws.automation.records import read_automation
from collectors.aws.compute.records import read_compute
from collectors.aws.operations import OPERATIONS, REGIONAL
from collectors.aws.records import AwsRecords
from collectors.aws.records_compute import read_functions, read_instances
from collectors.aws.records_credentials import read_credentials
from collectors.aws.records_data import read_buckets, read_kms_keys, read_secrets
from collectors.aws.records_federation import read_oidc_providers, read_saml_providers
from collectors.aws.records_fields import Reading, arn_account
from collectors.aws.records_iam import (
    DETAILS,
    read_groups,
    read_instance_profiles,
    read_managed_policies,
    read_roles,
    read_users,
)
from collectors.aws.records_organization import read_accounts, read_organization, read_organization_policies
from collectors.aws.sharing.records import read_sharing
from collectors.evidence.evidence import EvidenceSet
from collectors.interface import Gap, Presence

__all__ = ["to_records"]

_T = TypeVar("_T")


class _HasArn(Protocol):
    @property
    def arn(self) -> str: ...


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_A = TypeVar("_A", bound=_HasArn)
_I = TypeVar("_I", bound=_HasId)


def to_records(evidence: EvidenceSet) -> AwsRecords:
    """Join everything that AWS evidence says.

    Parameters
    ----------
    evidence
        As ``read_evidence`` gives it; may hold any subset of the operations, of any number of accounts.

    Returns
    -------
    AwsRecords
        Tuples sorted by ARN or id. ``gaps`` holds what could not be read here: unusable objects, wrong fields,
        documents that do not parse, each with file and JSON pointer. Those of the files are ``evidence.gaps``.

    Notes
    -----
    Linear in the evidence. Objects that several dumps show are taken from the first.
    """
    reading = Reading(evidence)
    users = read_users(reading)
    roles = read_roles(reading)
    credentials = read_credentials(reading, users)
    organization = read_organization(reading)
    partition = _Partitions((*users, *roles, *credentials.users))
    _note_foreign_objects(reading)
    compute, automation, sharing = read_compute(reading), read_automation(reading), read_sharing(reading)
    return AwsRecords(
        accounts=_sorted(read_accounts(reading, organization)),
        organization=organization,
        organization_policies=_sorted(read_organization_policies(reading)),
        users=_sorted(credentials.users),
        groups=_sorted(read_groups(reading)),
        roles=_sorted(roles),
        managed_policies=_sorted(read_managed_policies(reading)),
        access_keys=tuple(sorted(credentials.access_keys, key=lambda key: (key.user_arn, key.id, key.slot))),
        service_credentials=tuple(sorted(credentials.service_credentials, key=lambda each: each.id)),
        signing_certificates=tuple(sorted(credentials.signing_certificates, key=lambda each: (each.user_arn, each.id))),
        oidc_providers=_sorted(read_oidc_providers(reading)),
        saml_providers=_sorted(read_saml_providers(reading)),
        functions=_sorted(read_functions(reading)),
        instances=_sorted(read_instances(reading)),
        instance_profiles=_sorted(read_instance_profiles(reading)),
        buckets=_sorted(read_buckets(reading, partition.of)),
        kms_keys=_sorted(read_kms_keys(reading)),
        secrets=_sorted(read_secrets(reading)),
        workloads=_by_arn(compute.workloads + automation.workloads),
        triggers=_by_id(compute.triggers + automation.triggers),
        launch_templates=_by_arn(compute.launch_templates),
        clusters=_by_arn(compute.clusters),
        ecs_clusters=_by_arn(compute.ecs_clusters),
        instance_connect_endpoints=_by_arn(compute.instance_connect_endpoints),
        resources=_by_arn(compute.resources + automation.resources + sharing.resources),
        kms_grants=tuple(sorted(sharing.kms_grants, key=lambda grant: (grant.key_arn, grant.id))),
        permission_sets=_by_arn(sharing.permission_sets),
        account_assignments=tuple(
            sorted(
                sharing.account_assignments,
                key=lambda each: (each.target_account, each.permission_set_arn, each.principal_kind, each.principal_id),
            )
        ),
        identity_center_users=_by_id(sharing.identity_center_users),
        trust_anchors=_by_arn(sharing.trust_anchors),
        roles_anywhere_profiles=_by_arn(sharing.roles_anywhere_profiles),
        identity_pools=_by_id(sharing.identity_pools),
        resource_shares=_by_arn(sharing.resource_shares),
        analyzer_findings=_by_id(sharing.analyzer_findings),
        service_uses=tuple(sorted(sharing.service_uses, key=lambda use: (use.identity_arn, use.service))),
        trails=_by_arn(sharing.trails),
        presence=dict(_presence(evidence)),
        gaps=_distinct(reading.gaps),
    )


class _Partitions:
    """The partition of each account, as its identities' ARNs show it."""

    def __init__(self, arns: tuple[str, ...]) -> None:
        self._of = {arn_account(arn): arn.split(":", 2)[1] for arn in arns}

    def of(self, account: str) -> str:
        """Return the partition; ``aws`` where nothing shows it."""
        return self._of.get(account, "aws")


def _sorted(records: Mapping[str, _T]) -> tuple[_T, ...]:
    return tuple(records[key] for key in sorted(records))


def _by_arn(records: Iterable[_A]) -> tuple[_A, ...]:
    """Sort by ARN; of two with one ARN the first stays."""
    first: dict[str, _A] = {}
    for record in records:
        first.setdefault(record.arn, record)
    return _sorted(first)


def _by_id(records: Iterable[_I]) -> tuple[_I, ...]:
    """Sort by id; of two with one id the first stays."""
    first: dict[str, _I] = {}
    for record in records:
        first.setdefault(record.id, record)
    return _sorted(first)


def _distinct(gaps: list[Gap]) -> tuple[Gap, ...]:
    return tuple(sorted(dict.fromkeys(gaps), key=lambda gap: (gap.scope, gap.operation, gap.reason, gap.subject)))


def _note_foreign_objects(reading: Reading) -> None:
    """Say when a folder named after one account holds the identities of another."""
    for account in reading.accounts:
        owners = set()
        for _, _, answer in reading.answers(DETAILS, account):
            for key in ("UserDetailList", "RoleDetailList"):
                owners |= {arn_account(str(item.body.get("Arn", ""))) for item in answer.items(key)}
        for other in sorted(owners - {account, ""}):
            reading.gap(DETAILS, account, "", f"the folder is of account {account} and holds identities of {other}")


def _presence(evidence: EvidenceSet) -> Iterator[tuple[tuple[str, str], Presence]]:
    for account in evidence.scopes("aws"):
        regions = evidence.regions("aws", account)
        for operation in OPERATIONS:
            regional = operation in REGIONAL
            top = evidence.presence("aws", account, operation)
            if not regional or not regions or top is not Presence.ABSENT:
                yield (account, operation), top
            for region in regions if regional else ():
                yield (f"{account}/{region}", operation), evidence.presence("aws", account, operation, region)
