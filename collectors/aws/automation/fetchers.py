"""What the collector runs for build, data, deployment and event services.

Input: none (data only). Output: fetching functions by service. Not handled: their order; they are independent.
Each leaves out the regions in which its service does not exist (``where_offered``).
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.aws.automation import operations
from collectors.aws.automation.fetch_agentcore import fetch_agentcore
from collectors.aws.automation.fetch_cloudformation import fetch_cloudformation
from collectors.aws.automation.fetch_codebuild import fetch_codebuild
from collectors.aws.automation.fetch_codepipeline import fetch_codepipeline
from collectors.aws.automation.fetch_datapipeline import fetch_datapipeline
from collectors.aws.automation.fetch_events import fetch_events, fetch_scheduler
from collectors.aws.automation.fetch_glue import fetch_glue
from collectors.aws.automation.fetch_sagemaker import fetch_sagemaker
from collectors.aws.automation.fetch_stepfunctions import fetch_stepfunctions
from collectors.aws.fetching import AwsFetch
from collectors.aws.offered import where_offered

__all__ = ["EVERYWHERE", "REGIONAL"]

_SERVICES: tuple[tuple[str, Callable[[AwsFetch, str], None]], ...] = (
    ("bedrock-agentcore-control", fetch_agentcore),
    ("cloudformation", fetch_cloudformation),
    ("codebuild", fetch_codebuild),
    ("codepipeline", fetch_codepipeline),
    ("datapipeline", fetch_datapipeline),
    ("events", fetch_events),
    ("glue", fetch_glue),
    ("sagemaker", fetch_sagemaker),
    ("scheduler", fetch_scheduler),
    ("stepfunctions", fetch_stepfunctions),
)

REGIONAL: tuple[tuple[str, Callable[[AwsFetch, str], None]], ...] = tuple(
    (service, where_offered(service, operations.REGIONAL, fetch_region)) for service, fetch_region in _SERVICES
)
"""Service (boto3's name of the client, which the settings leave out by) and what fetches one region."""
EVERYWHERE: tuple[tuple[str, Callable[[AwsFetch], None]], ...] = ()
"""Service and what fetches that which is asked once an account."""
