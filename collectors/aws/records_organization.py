"""The organization: its tree, accounts, and the policies that cap them.

Input: ``organizations.*`` answers of any account, declared accounts. Output: records.
Not handled: which policies apply to an account (evaluation walks ``parents``); other policy types than SCP and RCP.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectors.aws.records import AwsAccount, AwsOrganization, AwsOrganizationPolicy, Document
from collectors.aws.records_fields import FieldError, Fields, Reading
from collectors.aws.records_iam import DETAILS
from collectors.aws.sharing.records_account import read_account_block
from collectors.evidence.evidence import Call, unfinished_chains
from collectors.evidence.recognise import UNKNOWN_SCOPE
from collectors.interface import Presence

__all__ = ["read_accounts", "read_organization", "read_organization_policies"]

_DESCRIBE = "organizations.describe_organization"
_POLICY = "organizations.describe_policy"
_TARGETS = "organizations.list_targets_for_policy"
_KINDS = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def read_organization(reading: Reading) -> AwsOrganization | None:
    """Return the organization; of two different ones the first by account, with a gap."""
    found: dict[str, AwsOrganization] = {}
    for account in reading.accounts:
        root_id, types = _root(reading, account)
        for _, _, answer in reading.answers(_DESCRIBE, account):
            body = answer.inner("Organization")
            organization_id = body.text("Id")
            if not organization_id:
                reading.gap(_DESCRIBE, account, "", f"{body.ref.child('Id')}: is missing")
                continue
            known = found.get(organization_id)
            if known is None or (root_id and not known.root_id):
                found[organization_id] = AwsOrganization(
                    organization_id, body.text("MasterAccountId"), root_id, body.ref, types
                )
    first, *others = found.values() or (None,)
    for other in others:
        if other is not None:
            reading.gap(_DESCRIBE, other.management_account, "", f"a second organization, {other.id}, is not looked at")
    return first


def read_accounts(reading: Reading, organization: AwsOrganization | None) -> dict[str, AwsAccount]:
    """Return accounts by id: of the organization, collected, or declared."""
    found: dict[str, AwsAccount] = {}
    parent_of = _parents(reading)
    for account in reading.accounts:
        for operation in ("organizations.list_accounts", "organizations.list_accounts_for_parent"):
            for member in reading.each(operation, account, "Accounts", _account):
                found.setdefault(member.id, member)
    if organization is not None:
        _place_members(found, organization, parent_of)
    for account in reading.accounts:
        if account != UNKNOWN_SCOPE:
            member = _collected(reading, account, found.get(account), organization)
            found[account] = replace(member, public_access_block=read_account_block(reading, account))
    for declared in reading.evidence.declared.accounts:
        if not declared.account.isdigit():
            continue  # a tenant of Entra, or something of GitHub
        known = found.get(declared.account) or AwsAccount(declared.account, declared.ref)
        is_member = organization is not None and known.organization_id == organization.id
        found[declared.account] = known if is_member else replace(known, relation=declared.relation)
    tags = dict(_account_tags(reading))
    return {key: replace(each, tags=tags.get(key, each.tags)) for key, each in found.items()}


def read_organization_policies(reading: Reading) -> dict[str, AwsOrganizationPolicy]:
    """Return SCPs and RCPs by id, also those of which only the listing is known."""
    found: dict[str, AwsOrganizationPolicy] = {}
    for account in reading.accounts:
        targets = _targets(reading, account)
        for policy in reading.each("organizations.list_policies", account, "Policies", _listed_policy):
            found.setdefault(policy.id, policy)
        for _, call, answer in reading.answers(_POLICY, account):
            try:
                policy = _described_policy(answer.inner("Policy"))
            except FieldError as error:
                reading.gap(_POLICY, account, "", str(error), str(call.request.get("PolicyId", "")))
                continue
            found[policy.id] = policy
        for policy_id, (ids, whole) in targets.items():
            if policy_id in found:
                found[policy_id] = replace(found[policy_id], targets=ids, targets_known=whole)
    return {policy_id: policy for policy_id, policy in found.items() if policy.kind in _KINDS}


def _root(reading: Reading, account: str) -> tuple[str, tuple[str, ...]]:
    for _, _, answer in reading.answers("organizations.list_roots", account):
        for root in answer.items("Roots"):
            types = (each.text("Type") for each in root.items("PolicyTypes") if each.text("Status") == "ENABLED")
            return root.text("Id"), tuple(sorted(each for each in types if each in _KINDS))
    return "", ()


def _parents(reading: Reading) -> dict[str, str]:
    """Return the parent of every OU and account that a listing shows below its parent."""
    found: dict[str, str] = {}
    listings = (
        ("organizations.list_organizational_units_for_parent", "OrganizationalUnits"),
        ("organizations.list_accounts_for_parent", "Accounts"),
        ("organizations.list_children", "Children"),
    )
    for account in reading.accounts:
        for operation, key in listings:
            for _, call, answer in reading.answers(operation, account):
                parent = call.request.get("ParentId")
                if isinstance(parent, str):
                    found.update({child.text("Id"): parent for child in answer.items(key) if child.text("Id")})
    return found


def _place_members(found: dict[str, AwsAccount], organization: AwsOrganization, parent_of: dict[str, str]) -> None:
    for account_id, member in list(found.items()):
        found[account_id] = replace(
            member, organization_id=organization.id, parents=_chain(account_id, parent_of) or member.parents
        )
    management = organization.management_account
    if management:
        known = found.get(management) or AwsAccount(management, organization.ref)
        found[management] = replace(
            known,
            management=True,
            relation="own",
            organization_id=organization.id,
            organization_known=True,
            parents=known.parents or _chain(management, parent_of),
        )


def _chain(child: str, parent_of: dict[str, str]) -> tuple[str, ...]:
    """Return the ids from the root down to the nearest parent; empty when the chain does not reach a root."""
    chain: list[str] = []
    at = child
    while at in parent_of and len(chain) <= len(parent_of):
        at = parent_of[at]
        chain.append(at)
    return tuple(reversed(chain)) if chain and chain[-1].startswith("r-") else ()


def _account(item: Fields, _region: str, _call: Call) -> AwsAccount:
    paths = item.texts("Paths")
    parents = tuple(part for part in paths[0].split("/") if part.startswith(("r-", "ou-"))) if len(paths) == 1 else ()
    return AwsAccount(
        id=item.required("Id"),
        ref=item.ref,
        name=item.text("Name"),
        email=item.text("Email"),
        status=item.text("State") or item.text("Status"),
        organization_known=True,
        parents=parents,
        relation="own",
    )


def _collected(
    reading: Reading, account: str, known: AwsAccount | None, organization: AwsOrganization | None
) -> AwsAccount:
    details = reading.evidence.presence("aws", account, DETAILS)
    first = next((call for _, call in reading.calls(DETAILS, account)), None)
    known = known or AwsAccount(account, first.ref if first else None)
    described = [call for _, call in reading.calls(_DESCRIBE, account)]
    in_none = bool(described) and reading.evidence.presence("aws", account, _DESCRIBE) is Presence.EMPTY
    member = next((call for call in described if call.response is not None), None)
    if member is not None and organization is not None:
        own = (member.response or {}).get("Organization")
        if isinstance(own, dict) and own.get("Id") == organization.id:
            known = replace(known, organization_id=organization.id, organization_known=True)
    return replace(
        known,
        name=known.name or _alias(reading, account),
        collected=details in (Presence.PRESENT, Presence.PARTIAL, Presence.EMPTY),
        relation="own",
        organization_known=known.organization_known or in_none,
    )


def _alias(reading: Reading, account: str) -> str:
    for _, _, answer in reading.answers("iam.list_account_aliases", account):
        for alias in answer.texts("AccountAliases"):
            return alias
    return ""


def _account_tags(reading: Reading) -> Iterator[tuple[str, dict[str, str]]]:
    for account in reading.accounts:
        for _, call, answer in reading.answers("organizations.list_tags_for_resource", account):
            yield str(call.request.get("ResourceId", "")), answer.tags()


def _listed_policy(item: Fields, _region: str, _call: Call) -> AwsOrganizationPolicy:
    missing = Document(None, item.ref, "was not collected (organizations.describe_policy)")
    return AwsOrganizationPolicy(
        item.required("Id"), item.text("Name"), item.text("Type"), missing, (), item.ref, targets_known=False
    )


def _described_policy(policy: Fields) -> AwsOrganizationPolicy:
    summary = policy.inner("PolicySummary")
    return AwsOrganizationPolicy(
        summary.required("Id"),
        summary.text("Name"),
        summary.text("Type"),
        policy.document("Content"),
        (),
        policy.ref,
        targets_known=False,
    )


def _targets(reading: Reading, account: str) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Return target ids by policy id, and whether they are all of them."""
    calls = tuple(call for _, call in reading.calls(_TARGETS, account))
    cut_off = {str(call.request.get("PolicyId")) for call in unfinished_chains(calls)}
    refused = {str(call.request.get("PolicyId")) for call in calls if call.response is None}
    found: dict[str, set[str]] = {}
    for _, call, answer in reading.answers(_TARGETS, account):
        ids = found.setdefault(str(call.request.get("PolicyId", "")), set())
        ids |= {target.text("TargetId") for target in answer.items("Targets")} - {""}
    return {key: (tuple(sorted(ids)), key not in cut_off | refused) for key, ids in found.items()}
