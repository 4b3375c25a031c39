"""Recognise a vendor's answer that stands alone, without a folder that says what it is.

Input: a file name and its parsed documents. Output: source, scope, region and operation, or the reason why not.
Not handled: answers that do not say whose they are (a KMS key policy, a tag list): they need the folder form.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from collectors.errors import EvidenceError
from collectors.evidence.layout import Location, is_regional, operations_of
from collectors.evidence.recognise_entra import entra_operation, entra_tenant

__all__ = ["UNKNOWN_SCOPE", "account_in", "expected_keys", "is_credential_report", "recognise", "report_text"]

UNKNOWN_SCOPE = "unknown"
"""Scope of a bare dump that names no account or tenant; a name that none has."""

_AWS_KEYS: tuple[tuple[str, frozenset[str]], ...] = (
    ("iam.get_account_authorization_details", frozenset({"UserDetailList", "RoleDetailList"})),
    ("iam.get_account_authorization_details", frozenset({"UserDetailList"})),
    ("iam.get_account_authorization_details", frozenset({"RoleDetailList"})),
    ("iam.get_account_authorization_details", frozenset({"GroupDetailList"})),
    ("iam.get_credential_report", frozenset({"Content", "ReportFormat"})),
    ("iam.get_credential_report", frozenset({"Content", "GeneratedTime"})),
    ("iam.list_access_keys", frozenset({"AccessKeyMetadata"})),
    ("iam.list_service_specific_credentials", frozenset({"ServiceSpecificCredentials"})),
    ("iam.list_virtual_mfa_devices", frozenset({"VirtualMFADevices"})),
    ("iam.list_mfa_devices", frozenset({"MFADevices"})),
    ("iam.get_login_profile", frozenset({"LoginProfile"})),
    ("iam.list_open_id_connect_providers", frozenset({"OpenIDConnectProviderList"})),
    ("iam.get_open_id_connect_provider", frozenset({"ThumbprintList", "Url"})),
    ("iam.get_open_id_connect_provider", frozenset({"ClientIDList", "Url"})),
    ("iam.list_saml_providers", frozenset({"SAMLProviderList"})),
    ("iam.get_saml_provider", frozenset({"SAMLMetadataDocument"})),
    ("iam.get_account_summary", frozenset({"SummaryMap"})),
    ("iam.list_account_aliases", frozenset({"AccountAliases"})),
    ("iam.list_instance_profiles", frozenset({"InstanceProfiles"})),
    ("organizations.describe_organization", frozenset({"Organization"})),
    ("organizations.list_roots", frozenset({"Roots"})),
    ("organizations.list_organizational_units_for_parent", frozenset({"OrganizationalUnits"})),
    ("organizations.list_accounts", frozenset({"Accounts"})),
    ("organizations.list_accounts_for_parent", frozenset({"Accounts"})),
    ("organizations.list_children", frozenset({"Children"})),
    ("organizations.list_policies", frozenset({"Policies"})),
    ("organizations.list_targets_for_policy", frozenset({"Targets"})),
    ("organizations.list_tags_for_resource", frozenset({"Tags"})),
    ("organizations.describe_policy", frozenset({"Policy"})),
    ("lambda.list_functions", frozenset({"Functions"})),
    ("lambda.get_policy", frozenset({"Policy"})),
    ("lambda.list_tags", frozenset({"Tags"})),
    ("ec2.describe_regions", frozenset({"Regions"})),
    ("ec2.describe_instances", frozenset({"Reservations"})),
    ("ec2.describe_iam_instance_profile_associations", frozenset({"IamInstanceProfileAssociations"})),
    ("ssm.describe_instance_information", frozenset({"InstanceInformationList"})),
    ("kms.list_keys", frozenset({"Keys"})),
    ("kms.describe_key", frozenset({"KeyMetadata"})),
    ("kms.get_key_policy", frozenset({"Policy"})),
    ("kms.list_aliases", frozenset({"Aliases"})),
    ("kms.list_resource_tags", frozenset({"Tags"})),
    ("secretsmanager.list_secrets", frozenset({"SecretList"})),
    ("secretsmanager.get_resource_policy", frozenset({"ARN", "Name"})),
    ("resourcegroupstaggingapi.get_resources", frozenset({"ResourceTagMappingList"})),
    ("s3.list_buckets", frozenset({"Buckets"})),
    ("s3.get_bucket_location", frozenset({"LocationConstraint"})),
    ("s3.get_bucket_policy", frozenset({"Policy"})),
    ("s3.get_public_access_block", frozenset({"PublicAccessBlockConfiguration"})),
    ("s3control.get_public_access_block", frozenset({"PublicAccessBlockConfiguration"})),
    ("s3.get_bucket_tagging", frozenset({"TagSet"})),
    ("sts.get_caller_identity", frozenset({"Account", "Arn"})),
)
"""Operation, and top-level keys that its answer has; the first row that fits decides, specific ones first."""

_ARN_ACCOUNT = re.compile(r"arn:aws[a-z-]*:([a-z0-9-]*):([a-z0-9-]*):(\d{12}):")
_OWN_ARN_FIELDS = frozenset({"Arn", "ARN", "arn", "FunctionArn", "KeyArn", "AliasArn", "MasterAccountArn"})
_OWN_ACCOUNT_FIELDS = frozenset({"OwnerId", "Account", "AWSAccountId"})
_REPORT_HEADER = "user,arn,user_creation_time"


def expected_keys(source: str, operation: str) -> tuple[frozenset[str], ...]:
    """Return the sets of top-level keys of which an answer of the operation has one whole; empty when not known."""
    if source == "entra":
        return (frozenset({"value"}), frozenset({"id"}))
    if source == "azure":
        return (frozenset({"value"}), frozenset({"data"}), frozenset({"id"}), frozenset({"properties"}))
    if source == "opengraph":
        return (frozenset({"graph"}),)
    if source != "aws":
        return ()
    found = [keys for name, keys in _AWS_KEYS if name == operation]
    if operation == "iam.get_account_authorization_details":
        found.append(frozenset({"Policies"}))  # a page of a filtered call may hold nothing else
    return tuple(found)


def recognise(name: str, documents: list[tuple[str, Any]]) -> Location:
    """Tell which vendor call a bare file is the answer of.

    Parameters
    ----------
    name
        The file's path as it is shown; only its last part is looked at, and only for ``service.operation``.
    documents
        Its documents with their pointers.

    Raises
    ------
    EvidenceError
        The file is no known vendor's answer, or its pages are of different calls.
    """
    if not documents:
        raise EvidenceError(f"{name}: no line tells which call it is; put it into the folder form")
    if all(_is_open_graph(document) for _, document in documents):
        return Location("opengraph", _graph_scope(documents[0][1]), "", "graph")
    stem = PurePosixPath(name).name.split(".json")[0]
    named = stem if stem in (operations_of("aws")) else ""
    operations = set()
    graph: dict[str, None] = {}
    of_graph = 0
    for pointer, document in documents:
        body = document.get("response", document) if isinstance(document, Mapping) else document
        if not isinstance(body, Mapping):
            place = f"{name}#{pointer}" if pointer else name
            raise EvidenceError(f"{place}: expected an object with a vendor's answer, found {_type(body)}")
        operation = named or _operation_of(body)
        if not operation and (found := entra_operation(body)) in operations_of("entra"):
            graph[found] = None
            of_graph += 1
        operations.add(operation)
    if of_graph == len(documents) and operations == {""} and (len(graph) == 1 or stem in graph):
        operation = stem if stem in graph else next(iter(graph))
        return Location("entra", entra_tenant(body for _, body in documents) or UNKNOWN_SCOPE, "", operation)
    if operations == {""}:
        keys = ", ".join(sorted(map(str, documents[0][1]))[:5]) or "none"
        raise EvidenceError(f"{name}: not recognised as a vendor's answer (top-level keys: {keys})")
    if len(operations) != 1:
        raise EvidenceError(f"{name}: holds answers of different calls ({', '.join(sorted(filter(None, operations)))})")
    account, region = _account_and_region(document for _, document in documents)
    operation = operations.pop()
    return Location("aws", account or UNKNOWN_SCOPE, region if is_regional("aws", operation) else "", operation)


def _is_open_graph(document: Any) -> bool:
    graph = document.get("graph") if isinstance(document, Mapping) else None
    return isinstance(graph, Mapping) and ("nodes" in graph or "edges" in graph)


def _graph_scope(document: Mapping[str, Any]) -> str:
    """Return what an OpenGraph file calls the source of its nodes."""
    metadata = document.get("metadata")
    kind = metadata.get("source_kind") if isinstance(metadata, Mapping) else None
    return kind.strip() if isinstance(kind, str) and kind.strip() else UNKNOWN_SCOPE


def is_credential_report(text: str) -> bool:
    """Tell whether a text is the CSV of an IAM credential report."""
    return text.lstrip("\ufeff").startswith(_REPORT_HEADER)


def report_text(content: str) -> str | None:
    """Return the CSV of a credential report's ``Content``: as it is, or base64 as the AWS CLI prints it.

    ``None`` when it is neither.
    """
    if is_credential_report(content):
        return content.lstrip("\ufeff")
    try:
        text = base64.b64decode(content, validate=False).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return text if is_credential_report(text) else None


def account_in(text: str) -> str:
    """Return the account of the first ARN in a text; empty when there is none."""
    match = _ARN_ACCOUNT.search(text)
    return match.group(3) if match else ""


def _operation_of(body: Mapping[str, Any]) -> str:
    present = body.keys()
    for operation, keys in _AWS_KEYS:
        if keys <= present and _fits(operation, body):
            return operation
    return ""


def _fits(operation: str, body: Mapping[str, Any]) -> bool:
    """Tell answers apart that have the same top-level key."""
    if operation in (
        "lambda.get_policy",
        "kms.get_key_policy",
        "s3.get_bucket_policy",
        "s3.get_public_access_block",
        "s3control.get_public_access_block",
        "lambda.list_tags",
        "kms.list_resource_tags",
        "organizations.list_tags_for_resource",
    ):
        return False  # nothing in the answer says whose policy, tags or settings it is: the file's name decides
    if operation == "organizations.describe_policy":
        return isinstance(body["Policy"], Mapping) and "PolicySummary" in body["Policy"]
    if operation == "organizations.list_policies":
        first = next(iter(body["Policies"]), None) if isinstance(body["Policies"], list) else None
        return isinstance(first, Mapping) and str(first.get("Id", "")).startswith("p-")
    return True


def _account_and_region(documents: Iterator[Any]) -> tuple[str, str]:
    """Return the account, and region, of the first ARN that names an account of the customer's own."""
    for document in documents:
        for text in _own_arns(document):
            match = _ARN_ACCOUNT.match(text)
            if match:
                return match.group(3), match.group(2)
    return "", ""


def _own_arns(value: Any) -> Iterator[str]:
    """Yield texts under keys that name the object itself, so that no trusted or attached foreign ARN is taken."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, str) and key in _OWN_ARN_FIELDS:
                yield item
            elif isinstance(item, str) and key in _OWN_ACCOUNT_FIELDS:
                yield f"arn:aws:::{item}:"
            elif isinstance(item, str) and key == "Content" and (report := report_text(item)):
                yield f"arn:aws:::{account_in(report)}:"
            elif key not in ("AssumeRolePolicyDocument", "PolicyDocument", "Document"):
                yield from _own_arns(item)
    elif isinstance(value, list):
        for item in value:
            yield from _own_arns(item)


def _type(value: Any) -> str:
    return {list: "a list", str: "text", bool: "a truth value", type(None): "null"}.get(type(value), "a number")
