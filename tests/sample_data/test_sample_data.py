"""The sample company: reproducible, readable, free of secrets, and consistent with what is told about it."""

from __future__ import annotations

import base64
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from collectors.aws.operations import OPERATIONS, READABLE
from collectors.aws.records import AwsGroup, AwsRecords, AwsRole, AwsUser
from collectors.aws.to_records import to_records
from collectors.azure.operations import OPERATIONS as AZURE_OPERATIONS
from collectors.azure.operations import SUBSCRIPTION_OPERATIONS
from collectors.azure.records import AzureRecords
from collectors.azure.to_records import to_records as to_azure_records
from collectors.entra.operations import OPERATIONS as ENTRA_OPERATIONS
from collectors.entra.records import EntraRecords
from collectors.entra.to_records import to_records as to_entra_records
from collectors.evidence.evidence import EvidenceSet
from collectors.evidence.layout import locate
from collectors.evidence.reader import read_evidence
from collectors.evidence.token_shapes import find_tokens
from collectors.github.operations import OPERATIONS as GITHUB_OPERATIONS
from collectors.github.records import GitHubRecords
from collectors.github.to_records import to_records as to_github_records
from collectors.interface import CallOutcome, Presence
from graph.build import build_graph
from graph.joints.stored_secrets import TECHNIQUES
from graph.kinds import NodeKind
from graph.model import Node
from sample_data._make.__main__ import write
from sample_data._make.company import all_files

SAMPLE = Path(str(files("sample_data")))
EVIDENCE = SAMPLE / "evidence"
EXPECTED: dict[str, Any] = tomllib.loads((SAMPLE / "expected.toml").read_text(encoding="utf-8"))
AS_OF = datetime(2026, 11, 1, 6, tzinfo=UTC)
ACCOUNTS = {"111122223333", "222233334444", "333344445555", "444455556666"}
STORIES = list(range(1, 21))
KINDS = {"technique", "admin", "access", "trust", "rule"}


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    return all_files()


@pytest.fixture(scope="module")
def evidence() -> EvidenceSet:
    return read_evidence([EVIDENCE])


@pytest.fixture(scope="module")
def records(evidence: EvidenceSet) -> AwsRecords:
    return to_records(evidence)


@pytest.fixture(scope="module")
def tenant(evidence: EvidenceSet) -> EntraRecords:
    return to_entra_records(evidence)


@pytest.fixture(scope="module")
def azure(evidence: EvidenceSet) -> AzureRecords:
    return to_azure_records(evidence)


@pytest.fixture(scope="module")
def github(evidence: EvidenceSet) -> GitHubRecords:
    return to_github_records(evidence)


@pytest.fixture(scope="module")
def nodes(evidence: EvidenceSet) -> dict[str, Node]:
    return {node.id: node for node in build_graph(evidence)[0].nodes.values() if node.collected}


def identities(records: AwsRecords) -> list[AwsUser | AwsRole]:
    return [*records.users, *records.roles]


def known_ids(records: AwsRecords) -> set[str]:
    principals: list[Any] = [*identities(records), *records.groups, *records.managed_policies]
    resources: list[Any] = [*records.functions, *records.buckets, *records.secrets, *records.kms_keys]
    arns = {str(item.arn) for item in (*principals, *resources, *records.instances)}
    return arns | {key.id for key in records.access_keys}


def planted() -> Iterator[tuple[str, dict[str, Any]]]:
    for row in (*EXPECTED["problem"], *EXPECTED["twin"]):
        for subject in row.get("subjects", [row.get("subject")]):
            yield subject, row


def test_the_generator_writes_these_very_files(generated: dict[str, str]) -> None:
    on_disk = {
        path.relative_to(EVIDENCE).as_posix(): path.read_bytes().decode("utf-8")
        for path in EVIDENCE.rglob("*")
        if path.is_file()
    }
    assert on_disk == generated


def test_writing_twice_gives_the_same_folder(tmp_path: Path, generated: dict[str, str]) -> None:
    assert write(tmp_path) == write(tmp_path) == len(generated)
    sources = {"aws", "azure", "declared", "entra", "github"}
    assert {path.name for path in tmp_path.iterdir()} == {*sources, "manifest.json"}


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("do not lose", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"thesis\.txt"):
        write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_it_is_small_and_indented_by_one(generated: dict[str, str]) -> None:
    assert sum(len(text.encode()) for text in generated.values()) < 1_500_000
    for name, text in generated.items():
        if name.endswith(".json"):
            assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n", name


def test_every_file_is_an_operation_that_is_read() -> None:
    readable = {"aws": READABLE, "azure": AZURE_OPERATIONS, "entra": ENTRA_OPERATIONS, "github": GITHUB_OPERATIONS}
    for source, operations in readable.items():
        paths = [*(EVIDENCE / source).rglob("*.json"), *(EVIDENCE / source).rglob("*.jsonl")]
        assert len(paths) > 30
        for path in paths:
            location = locate(PurePosixPath(path.relative_to(EVIDENCE).as_posix()))
            assert location is not None, path
            assert location.operation in operations, path


def test_nothing_looks_like_a_secret(generated: dict[str, str]) -> None:
    for name, text in generated.items():
        assert not list(find_tokens(text)), name
    for path in (EVIDENCE / "aws").rglob("iam.get_credential_report.json"):
        report = base64.b64decode(json.loads(path.read_text(encoding="utf-8"))["Content"]).decode()
        assert not list(find_tokens(report))


def test_the_reader_takes_nothing_out_and_misses_nothing(
    evidence: EvidenceSet, records: AwsRecords, tenant: EntraRecords, azure: AzureRecords, github: GitHubRecords
) -> None:
    assert evidence.as_of == AS_OF
    assert not evidence.redactions
    assert not (*records.gaps, *tenant.gaps, *azure.gaps, *github.gaps)
    unexpected = [gap for gap in evidence.gaps if "skipped" not in gap.reason and "/eu-west-1" not in gap.scope]
    assert not unexpected


def test_one_call_was_denied_and_the_manifest_says_so(evidence: EvidenceSet) -> None:
    (manifest,) = evidence.manifests
    refused = [record for record in manifest.coverage if record.outcome is CallOutcome.DENIED]
    (gap,) = EXPECTED["gap"]
    assert [(f"{record.scope}/{record.region}", record.operation, record.code) for record in refused] == [
        (gap["scope"], gap["operation"], gap["code"])
    ]
    assert evidence.presence("aws", "444455556666", gap["operation"], "eu-west-1") is Presence.FAILED


def test_every_operation_is_accounted_for_in_every_account(evidence: EvidenceSet) -> None:
    (manifest,) = evidence.manifests
    for account in ACCOUNTS:
        told = {record.operation for record in manifest.coverage if record.scope == account}
        assert told == set(OPERATIONS)
    subscriptions = {path.name for path in (EVIDENCE / "azure").iterdir()} - {EXPECTED["tenant"]}
    assert len(subscriptions) == 2
    for source, scopes, operations in (
        ("entra", [EXPECTED["tenant"]], ENTRA_OPERATIONS),
        ("azure", sorted(subscriptions), SUBSCRIPTION_OPERATIONS),
        ("github", ["nordlicht"], GITHUB_OPERATIONS),
    ):
        for scope in scopes:
            records = [each for each in manifest.coverage if (each.source, each.scope) == (source, scope)]
            assert {record.operation for record in records} == set(operations)
    every = {"aws": OPERATIONS, "azure": AZURE_OPERATIONS, "entra": ENTRA_OPERATIONS, "github": GITHUB_OPERATIONS}
    assert all(each.permission == every[each.source][each.operation].permission for each in manifest.coverage)


def test_the_tenant_is_as_big_as_told(tenant: EntraRecords) -> None:
    (found,) = tenant.tenants
    assert found.tenant.id == EXPECTED["tenant"]
    kinds = [each.kind for each in found.service_principals if each.name != "Microsoft Graph"]
    told = {
        "service_principals": sum(kind in ("application", "blueprint") for kind in kinds),
        "managed_identities": kinds.count("managed_identity"),
        "agents": kinds.count("agent"),
        "agent_users": sum(user.agent for user in found.users),
    }
    assert told == EXPECTED["principals"]


def test_the_organization_is_as_big_as_told(github: GitHubRecords) -> None:
    (found,) = github.organizations
    live = [each for each in found.repositories if not each.archived]
    assert {"repositories": len(live), "apps": len(found.installations)} == EXPECTED["github"]
    assert not [workflow.path for each in live for workflow in each.workflows if workflow.problem]
    assert sum(len(each.workflows) for each in live) == 10


def test_managed_identities_of_the_tenant_are_those_of_azure(tenant: EntraRecords, azure: AzureRecords) -> None:
    (found,) = tenant.tenants
    mine = {each.id for each in found.service_principals if each.kind == "managed_identity"}
    carried = {each.system_principal_id for each in azure.workloads} | {
        each.principal_id for each in azure.managed_identities
    }
    assert mine == carried - {""}


def test_whoever_has_a_role_of_azure_is_in_the_tenant(tenant: EntraRecords, azure: AzureRecords) -> None:
    (found,) = tenant.tenants
    known = {each.id for each in (*found.users, *found.groups, *found.service_principals)}
    assert {each.principal_id for each in azure.role_assignments} <= known
    roles = {each.id for each in azure.role_definitions}
    assert {each.role_definition_id for each in azure.role_assignments} <= roles


def test_the_estate_is_as_big_as_told(records: AwsRecords) -> None:
    roots = [user for user in records.users if user.is_root]
    counted = {"users": len(records.users) - len(roots), "roots": len(roots), "roles": len(records.roles)}
    assert counted == EXPECTED["identities"]
    assert 40 <= sum(counted.values()) <= 90
    own = {account.id for account in records.accounts if account.relation == "own"}
    assert own == ACCOUNTS


def test_every_access_key_id_encodes_its_account(records: AwsRecords) -> None:
    assert len(records.access_keys) == 12
    for key in records.access_keys:
        assert key.slot in (1, 2) and key.last_used_known, key.id
        assert key.id[4] in "QRSTUVWXYZ234567"
        head = int.from_bytes(base64.b32decode(key.id[4:])[:6], "big")
        assert f"{(head & 0x7FFFFFFFFF80) >> 7:012d}" == key.account


def test_ids_are_well_formed_and_unique(records: AwsRecords) -> None:
    prefixed = [(user.unique_id, "AIDA") for user in records.users if not user.is_root]
    prefixed += [(role.unique_id, "AROA") for role in records.roles]
    prefixed += [(group.unique_id, "AGPA") for group in records.groups]
    ids = [unique_id for unique_id, _ in prefixed]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(prefix + "[A-Z2-7]{17}", unique_id) for unique_id, prefix in prefixed)


def test_no_time_lies_after_the_collection(records: AwsRecords) -> None:
    times = [
        getattr(item, name)
        for group in (records.users, records.roles, records.access_keys, records.secrets)
        for item in group
        for name in ("created_at", "last_used_at", "last_changed_at", "last_accessed_at", "password_last_used_at")
        if getattr(item, name, None)
    ]
    assert len(times) > 150
    assert max(times) <= AS_OF


def test_everything_referred_to_exists(records: AwsRecords) -> None:
    policies = {policy.arn for policy in records.managed_policies}
    roles = {role.arn for role in records.roles}
    keys = {key.arn for key in records.kms_keys}
    holders: list[AwsUser | AwsRole | AwsGroup] = [*identities(records), *records.groups]
    for holder in holders:
        assert {attached.arn for attached in holder.attached} <= policies
    for bounded in identities(records):
        assert bounded.boundary_arn is None or bounded.boundary_arn in policies
    assert {function.role_arn for function in records.functions} <= roles
    assert {secret.kms_key_id for secret in records.secrets} - {""} <= keys
    groups = {(group.account, group.name) for group in records.groups}
    assert {(user.account, name) for user in records.users for name in user.groups} == groups
    profiles = {profile.arn: profile.role_arns for profile in records.instance_profiles}
    assert all(profiles[instance.profile_arn] for instance in records.instances if instance.profile_arn)


def test_every_principal_named_in_a_document_exists_or_is_meant_not_to(records: AwsRecords) -> None:
    text = json.dumps([role.trust.body for role in records.roles]) + json.dumps(
        [item.policy.body for group in (records.kms_keys, records.buckets) for item in group if item.policy]
    )
    outside = {f"arn:aws:iam::{account}:root" for account in ("555566667777", "666677778888")}
    roots = {f"arn:aws:iam::{account}:root" for account in ACCOUNTS}
    named = set(re.findall(r'"(arn:aws:iam::\d{12}:(?:root|user/[^"*]+|role/[^"*]+))"', text))
    assert named - known_ids(records) - outside - roots == set()
    dead = set(re.findall(r"A(?:IDA|ROA)[A-Z2-7]{17}", text)) - {user.unique_id for user in records.users}
    assert dead == {"AIDATHPRDSKWDEAKU6CNS"}


def test_every_action_names_a_service_or_is_a_wildcard(records: AwsRecords) -> None:
    bodies = [version.document.body for policy in records.managed_policies for version in policy.versions]
    bodies += [inline.document.body for holder in identities(records) for inline in holder.inline]
    bodies += [policy.document.body for policy in records.organization_policies]
    for body in bodies:
        assert body is not None and body["Version"] == "2012-10-17"
        for statement in body["Statement"]:
            actions = statement.get("Action", statement.get("NotAction"))
            for action in [actions] if isinstance(actions, str) else actions:
                assert action == "*" or re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9*]+", action), action


def test_the_expected_file_is_well_formed() -> None:
    ids = [row["id"] for row in (*EXPECTED["problem"], *EXPECTED["twin"])]
    assert len(set(ids)) == len(ids)
    problems = {row["id"] for row in EXPECTED["problem"]}
    assert {row["story"] for row in EXPECTED["problem"]} == set(STORIES)
    assert {row["kind"] for row in EXPECTED["problem"]} <= KINDS
    for twin in EXPECTED["twin"]:
        assert twin["beside"] in problems and twin["because"] and twin["never"], twin["id"]
        assert all(row.keys() == {"kind", "what", "target"} and row["kind"] in KINDS for row in twin["never"])
    beside = {
        next(row["story"] for row in EXPECTED["problem"] if row["id"] == twin["beside"]) for twin in EXPECTED["twin"]
    }
    assert beside == set(STORIES)


def test_every_planted_id_exists(records: AwsRecords, nodes: dict[str, Node]) -> None:
    known = known_ids(records) | nodes.keys()
    scopes = ACCOUNTS | {"666677778888"} | {key for key in EXPECTED["admins"] if "-" in key}
    scopes |= {"github:org:nordlicht"}
    for subject, row in planted():
        assert subject in known or subject.startswith("oidc://"), row["id"]
        assert set(row.get("credentials", ())) <= known, row["id"]
        targets = [row.get("target", ""), *(each["target"] for each in row.get("never", ()))]
        for target in filter(None, targets):
            assert target in known or target in scopes, row["id"]
    for account, truth in EXPECTED["admins"].items():
        of_azure = f"azure:/subscriptions/{account}" in nodes or f"entra:tenant:{account}" in nodes
        assert account in ACCOUNTS or of_azure or account in nodes
        assert {*truth["direct"], *truth["reached"]} <= known
        assert not set(truth["direct"]) & set(truth["reached"])


def test_planted_techniques_are_in_the_catalog() -> None:
    folders = [
        files("graph.catalog").joinpath(f"techniques_{source}") for source in ("aws", "azure", "entra", "github")
    ]
    entries = [entry for folder in folders for entry in folder.iterdir() if entry.name.endswith(".toml")]
    texts = [entry.read_text(encoding="utf-8") for entry in entries]
    catalog = {row["id"] for text in texts for row in tomllib.loads(text)["technique"]}
    catalog |= set(TECHNIQUES.values())
    for row in EXPECTED["problem"]:
        wanted = row["what"] if row["kind"] == "technique" else row.get("via", [])
        assert set(wanted) <= catalog, row["id"]


def test_problems_and_truth_about_administrators_agree(nodes: dict[str, Node]) -> None:
    people = {node.id for node in nodes.values() if node.kind in (NodeKind.ENTRA_USER, NodeKind.GITHUB_USER)}
    for row in EXPECTED["problem"]:
        if row["kind"] == "admin":
            truth = EXPECTED["admins"][row["target"]]
            if row["subject"] in people:
                continue  # the tables count identities alone
            assert row["subject"] in (truth["reached"] if row["via"] else truth["direct"]), row["id"]
    for twin in EXPECTED["twin"]:
        for row in twin["never"]:
            if row["kind"] == "admin":
                for account in [row["target"]] if row["target"] else sorted(EXPECTED["admins"]):
                    truth = EXPECTED["admins"][account]
                    assert twin["subject"] not in {*truth["direct"], *truth["reached"]}, twin["id"]


def test_ages_are_as_told(records: AwsRecords) -> None:
    keys = {key.id: key for key in records.access_keys}
    old = {key.id for key in keys.values() if key.active and key.created_at and (AS_OF - key.created_at).days > 90}
    told = {
        name
        for row in EXPECTED["problem"]
        if row["kind"] == "rule" and "old access key" in row["what"]
        for name in row["credentials"]
    }
    assert old == told
    logtail = next(role for role in records.roles if role.name == "vendor-logtail")
    assert logtail.last_used_at is not None and (AS_OF - logtail.last_used_at).days == 399


def test_declared_rows_join(evidence: EvidenceSet, records: AwsRecords, nodes: dict[str, Node]) -> None:
    known = known_ids(records)
    assert {row.identity for row in evidence.declared.owners} <= known
    passwords = {node.attributes["key_id"] for node in nodes.values() if node.kind is NodeKind.ENTRA_SECRET}
    actions = {node.id for node in nodes.values() if node.kind is NodeKind.GITHUB_SECRET}
    passwords |= {each.replace("github:secret:", "github:").replace("tools:", "tools/") for each in actions}
    for secret in evidence.declared.secrets:
        assert {secret.secret, secret.credential, secret.identity} <= known | nodes.keys() | passwords
    people = {row.login for row in evidence.declared.people}
    tagged = {item.tags["owner"] for item in identities(records) if "owner" in item.tags}
    assert tagged | {row.owner for row in evidence.declared.owners} <= people
    gone = {row.login for row in evidence.declared.people if row.active is False}
    declared = {row.identity: row.owner for row in evidence.declared.owners}
    owners = {item.arn: item.tags.get("owner", declared.get(item.arn)) for item in identities(records)}
    (left,) = (row for row in EXPECTED["problem"] if row["id"] == "owner-left")
    assert {arn for arn, owner in owners.items() if owner in gone} == set(left["subjects"])
    (none,) = (row for row in EXPECTED["problem"] if row["id"] == "no-owner")
    nobody = {arn for arn, owner in owners.items() if owner is None and "/aws-service-role/" not in arn}
    assert {arn for arn in nobody if not arn.endswith(":root")} == set(none["subjects"])


def test_every_id_in_the_story_exists(records: AwsRecords, nodes: dict[str, Node]) -> None:
    story = (SAMPLE / "README.md").read_text(encoding="utf-8")
    known = known_ids(records)
    arns = set(re.findall(r"arn:aws:[\w:/.-]+\w", story))
    keys = set(re.findall(r"AKIA[A-Z2-7]{16}", story))
    assert len(arns) > 12 and keys
    assert (arns | keys) - known == set()
    names = {item.name for item in identities(records)} | {bucket.name for bucket in records.buckets}
    names |= {policy.name for policy in records.managed_policies}
    names |= {node.name for node in nodes.values()}
    told = set(
        re.findall(
            r"`((?:gha|svc|vendor|ops|release|ci|lake|ai|BedrockAPIKey|developer|nordlicht|hr|aa|vm|id|func|kv|rg|cloud|"
            r"tenant|summariser|route|ticket|label|parcel|report)-[\w-]+)`",
            story,
        )
    )
    assert told - names == {"nordlicht-shipping"}
    for row in EXPECTED["problem"]:
        for subject in row.get("subjects", [row.get("subject")]):
            if subject.startswith("github:"):
                name = re.split(r"[/ ]", nodes[subject].name)[-1]
            else:
                name = nodes[subject].name if subject.startswith("entra:") else re.split(r"[:/]", subject)[-1]
            assert name.removesuffix(" (agent)") in story, row["id"]


def test_every_section_of_the_story_is_planted() -> None:
    story = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert [int(number) for number in re.findall(r"^## (\d+)\. ", story, re.MULTILINE)] == STORIES
