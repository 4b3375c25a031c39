"""What the collector runs for workloads on servers and containers.

Input: none (data only). Output: fetching functions by service. Not handled: their order; they are independent.
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.aws.compute.fetch_apprunner_batch import fetch_apprunner, fetch_batch
from collectors.aws.compute.fetch_ecs import fetch_ecs
from collectors.aws.compute.fetch_eks import fetch_eks
from collectors.aws.compute.fetch_lambda_reach import fetch_lambda_reach
from collectors.aws.compute.fetch_servers import fetch_autoscaling, fetch_ec2_templates, fetch_ssm_contents
from collectors.aws.compute.operations_containers import CONTAINERS_REGIONAL
from collectors.aws.fetching import AwsFetch
from collectors.aws.offered import where_offered

__all__ = ["EVERYWHERE", "REGIONAL"]

REGIONAL: tuple[tuple[str, Callable[[AwsFetch, str], None]], ...] = (
    ("apprunner", where_offered("apprunner", CONTAINERS_REGIONAL, fetch_apprunner)),
    ("autoscaling", fetch_autoscaling),
    ("batch", where_offered("batch", CONTAINERS_REGIONAL, fetch_batch)),
    ("ec2", fetch_ec2_templates),
    ("ecs", fetch_ecs),
    ("eks", where_offered("eks", CONTAINERS_REGIONAL, fetch_eks)),
    ("lambda", fetch_lambda_reach),
    ("ssm", fetch_ssm_contents),
)
"""Service (boto3's name of the client, which the settings leave out by) and what fetches one region."""
EVERYWHERE: tuple[tuple[str, Callable[[AwsFetch], None]], ...] = ()
"""Service and what fetches that which is asked once an account."""
