"""Fetch SQS queues and SNS topics of one region, with their policies.

Input: an ``AwsFetch`` and a region. Output: the ``sqs.*`` and ``sns.*`` files of the region.
Not handled: messages (no call that returns one is declared), subscriptions.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch
from collectors.aws.sharing.listing import list_and_ask
from collectors.paging import PageStyle

__all__ = ["fetch_sns", "fetch_sqs"]

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html: up to 1000 a page
_QUEUES = PageStyle(("QueueUrls",), "NextToken", "NextToken", "MaxResults", 1000)
# https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html: 100 a page, which cannot be changed
_TOPICS = PageStyle(("Topics",), "NextToken", "NextToken")
_ATTRIBUTES = ["QueueArn", "Policy", "KmsMasterKeyId"]


def fetch_sqs(fetch: AwsFetch, region: str) -> None:
    """Fetch queues and, one call each, policy and encryption key."""
    attributes = ("sqs.get_queue_attributes", None, lambda url: {"QueueUrl": url, "AttributeNames": _ATTRIBUTES})
    list_and_ask(fetch, region, "sqs.list_queues", _QUEUES, "QueueUrls", "", [attributes])


def fetch_sns(fetch: AwsFetch, region: str) -> None:
    """Fetch topics and, one call each, their attributes: SNS gives them all or none."""
    attributes = ("sns.get_topic_attributes", None, lambda arn: {"TopicArn": arn})
    list_and_ask(fetch, region, "sns.list_topics", _TOPICS, "Topics", "TopicArn", [attributes])
