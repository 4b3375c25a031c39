"""SQS queues and SNS topics.

Input: ``sqs`` and ``sns`` answers. Output: records with their policies. Not handled: subscriptions, messages.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account, partition_of
from collectors.aws.records_tags import TagIndex
from collectors.aws.resource_types import AwsResource, ResourceKind
from collectors.aws.sharing.own_policy import answer_of, own_policy
from collectors.evidence.evidence import Call, is_refusal
from collectors.interface import EvidenceRef, Presence

__all__ = ["read_queues", "read_topics"]

_QUEUES, _QUEUE = "sqs.list_queues", "sqs.get_queue_attributes"
_TOPICS, _TOPIC = "sns.list_topics", "sns.get_topic_attributes"


def read_queues(reading: Reading, account: str, tags: TagIndex) -> Iterator[AwsResource]:
    """Yield the queues of an account, by their attributes or, where those were refused, by the list alone."""
    asked = reading.by_request(_QUEUE, account, "QueueUrl")
    listed = [
        (region, url, answer.ref.child("QueueUrls", index))
        for region, _, answer in reading.answers(_QUEUES, account)
        for index, url in enumerate(answer.texts("QueueUrls"))
    ]
    known = {(region, url) for region, url, _ in listed}
    listed += [(region, url, call.ref) for (region, url), call in asked.items() if (region, url) not in known]
    for region, url, ref in listed:
        call = asked.get((region, url))
        if call is not None and call.error is not None and not is_refusal("aws", _QUEUE, call):
            continue  # it was deleted in between
        attributes = answer_of(reading, _QUEUE, account, region, call)
        try:
            yield _queue(attributes.inner("Attributes") if attributes else None, region, url, ref, call, tags)
        except FieldError as error:
            reading.gap(_QUEUE, account, region, str(error))


def _queue(
    attributes: Fields | None, region: str, url: str, ref: EvidenceRef, call: Call | None, tags: TagIndex
) -> AwsResource:
    if attributes is None:
        arn, policy, presence = _arn_of_url(url, region), None, Presence.FAILED if call else Presence.ABSENT
        if not arn:
            raise FieldError(f"{ref}: {url!r} names no queue, and its attributes were not seen")
    else:
        arn = attributes.arn("QueueArn")
        policy, presence = own_policy(attributes, "Policy")
    own_tags, tags_known = tags.of(region, arn)
    return AwsResource(
        arn=arn,
        name=arn.split(":")[-1],
        kind=ResourceKind.SQS_QUEUE,
        account=arn_account(arn),
        region=region,
        ref=attributes.ref if attributes else ref,
        policy=policy,
        policy_presence=presence,
        kms_key_id=attributes.text("KmsMasterKeyId") if attributes else "",
        settings={"QueueUrl": url},
        tags=own_tags,
        tags_known=tags_known,
    )


def _arn_of_url(url: str, region: str) -> str:
    """Return the ARN of a queue whose URL ends in account and name, as every one does."""
    *_, account, name = ("", "", *url.rstrip("/").split("/"))
    return f"arn:{partition_of(region)}:sqs:{region}:{account}:{name}" if account.isdigit() and region else ""


def read_topics(reading: Reading, account: str, tags: TagIndex) -> Iterator[AwsResource]:
    """Yield the topics of an account."""
    asked = reading.by_request(_TOPIC, account, "TopicArn")

    def build(item: Fields, region: str, _call: Call) -> AwsResource:
        arn = item.arn("TopicArn")
        call = asked.get((region, arn))
        answer = answer_of(reading, _TOPIC, account, region, call)
        attributes = answer.inner("Attributes") if answer else None
        own_tags, tags_known = tags.of(region, arn)
        policy, presence = own_policy(attributes, "Policy") if attributes else (None, Presence.ABSENT)
        if call is not None and attributes is None:
            presence = Presence.FAILED if is_refusal("aws", _TOPIC, call) else Presence.EMPTY
        return AwsResource(
            arn=arn,
            name=arn.split(":")[-1],
            kind=ResourceKind.SNS_TOPIC,
            account=arn_account(arn),
            region=region,
            ref=attributes.ref if attributes else item.ref,
            policy=policy,
            policy_presence=presence,
            kms_key_id=attributes.text("KmsMasterKeyId") if attributes else "",
            tags=own_tags,
            tags_known=tags_known,
        )

    yield from reading.each(_TOPICS, account, "Topics", build)
