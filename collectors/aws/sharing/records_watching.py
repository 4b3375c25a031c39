"""What AWS itself watches: findings of Access Analyzer, last use of services, CloudTrail trails.

Input: ``accessanalyzer``, ``iam`` (service last accessed) and ``cloudtrail`` answers. Output: records.
Not handled: resolved findings, event data stores, insight and data events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from collectors.aws.records_fields import Fields, Reading, arn_account
from collectors.aws.resource_types import AwsAnalyzerFinding, AwsServiceUse, AwsTrail
from collectors.aws.sharing.own_policy import answer_of
from collectors.evidence.evidence import Call

__all__ = ["read_analyzer_findings", "read_service_uses", "read_trails"]

_GENERATE, _GET = "iam.generate_service_last_accessed_details", "iam.get_service_last_accessed_details"
_TRAILS, _STATUS, _SELECTORS = (
    "cloudtrail.describe_trails",
    "cloudtrail.get_trail_status",
    "cloudtrail.get_event_selectors",
)


def read_analyzer_findings(reading: Reading, account: str) -> Iterator[AwsAnalyzerFinding]:
    """Yield findings; an organization's analyzer has them for resources of other accounts, too."""

    def build(item: Fields, region: str, _call: Call) -> AwsAnalyzerFinding:
        principal = item.inner("principal")
        return AwsAnalyzerFinding(
            id=item.required("id"),
            resource_arn=item.text("resource"),
            account=item.text("resourceOwnerAccount") or account,
            region=region,
            kind=item.text("findingType") or "ExternalAccess",
            status=item.text("status"),
            ref=item.ref,
            principal={name: principal.text(name) for name in principal.body},
            actions=item.texts("action"),
            public=item.flag("isPublic"),
        )

    for name in ("accessanalyzer.list_findings", "accessanalyzer.list_findings_v2"):
        yield from reading.each(name, account, "findings", build)


def read_service_uses(reading: Reading, account: str) -> Iterator[AwsServiceUse]:
    """Yield the services that policies allow an identity, with their last use; a job that is not done is a gap."""
    identities = {
        answer.text("JobId"): str(call.request.get("Arn", ""))
        for _, call, answer in reading.answers(_GENERATE, account)
        if answer.text("JobId")
    }
    for region, call, answer in reading.answers(_GET, account):
        identity = identities.get(str(call.request.get("JobId", "")), "")
        if not identity or answer.text("JobStatus") != "COMPLETED":
            state = answer.text("JobStatus") or "of no status"
            why = f"the job is {state}" if identity else "nothing says which identity the job is about"
            reading.gap(_GET, account, region, f"{answer.ref}: {why}", identity)
            continue
        for item in answer.items("ServicesLastAccessed"):
            yield _service_use(item, identity)


def _service_use(item: Fields, identity: str) -> AwsServiceUse:
    service = item.text("ServiceNamespace")
    return AwsServiceUse(
        identity_arn=identity,
        service=service,
        account=arn_account(identity),
        ref=item.ref,
        last_used_at=item.time("LastAuthenticated"),
        actions={
            f"{service}:{action.text('ActionName')}": action.time("LastAccessedTime")
            for action in item.items("TrackedActionsLastAccessed")
        },
    )


def read_trails(reading: Reading) -> Iterator[AwsTrail]:
    """Yield every trail once, however many regions and accounts list it: as its home tells, where that was seen."""
    found: dict[str, AwsTrail] = {}
    for account in reading.accounts:
        for trail in _trails(reading, account):
            known = found.get(trail.arn)
            if known is None or (known.logging is None and trail.logging is not None):
                found[trail.arn] = trail
    yield from found.values()


def _trails(reading: Reading, account: str) -> Iterator[AwsTrail]:
    status = _by_arn(reading.by_request(_STATUS, account, "Name"))
    selectors = _by_arn(reading.by_request(_SELECTORS, account, "TrailName"))

    def build(item: Fields, region: str, _call: Call) -> AwsTrail:
        arn = item.arn("TrailARN")
        recording = answer_of(reading, _STATUS, account, region, status.get(arn))
        return AwsTrail(
            arn=arn,
            name=item.text("Name"),
            account=arn_account(arn),
            region=item.text("HomeRegion") or region,
            ref=item.ref,
            logging=recording.flag("IsLogging") if recording else None,
            multi_region=item.flag("IsMultiRegionTrail") is True,
            organization=item.flag("IsOrganizationTrail") is True,
            log_validation=item.flag("LogFileValidationEnabled"),
            bucket=item.text("S3BucketName"),
            kms_key_id=item.text("KmsKeyId"),
            management_events=_management_events(answer_of(reading, _SELECTORS, account, region, selectors.get(arn))),
            last_delivered_at=recording.time("LatestDeliveryTime") if recording else None,
            delivery_error=recording.text("LatestDeliveryError") if recording else "",
        )

    yield from reading.each(_TRAILS, account, "trailList", build)


def _by_arn(calls: Mapping[tuple[str, str], Call]) -> dict[str, Call]:
    return {arn: call for (_, arn), call in calls.items()}


def _management_events(answer: Fields | None) -> bool | None:
    """Return whether management events are recorded, those that read and those that write.

    References
    ----------
    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html (``readOnly`` left out
    means both; read 2026-11).
    """
    if answer is None:
        return None
    seen: set[str] = set()
    for selector in answer.items("EventSelectors"):
        if selector.flag("IncludeManagementEvents") is True:
            kind = selector.text("ReadWriteType") or "All"
            seen |= {"ReadOnly", "WriteOnly"} if kind == "All" else {kind}
    for selector in answer.items("AdvancedEventSelectors"):
        fields = {item.text("Field"): item.texts("Equals") for item in selector.items("FieldSelectors")}
        if "Management" in fields.get("eventCategory", ()):
            kinds = fields.get("readOnly") or ("true", "false")
            seen |= {"ReadOnly" if kind == "true" else "WriteOnly" for kind in kinds}
    return seen == {"ReadOnly", "WriteOnly"}
