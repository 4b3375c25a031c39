"""Fetch Step Functions state machines of one region.

Input: an ``AwsFetch`` and a region. Output: the ``stepfunctions.*`` files of the region.
Not handled: executions, activities, versions and aliases. Of a definition only what it calls is written; one that is
encrypted with a customer's KMS key needs ``kms:Decrypt`` on it, without which the state machine is a gap.
"""

from __future__ import annotations

from collectors.aws.automation.kept import keep_definition
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_stepfunctions"]

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachines.html: up to 1000 a page
_MACHINES = PageStyle(("stateMachines",), "nextToken", "nextToken", "maxResults", 1000)
_LISTING, _DETAILS = "stepfunctions.list_state_machines", "stepfunctions.describe_state_machine"


def fetch_stepfunctions(fetch: AwsFetch, region: str) -> None:
    """Fetch state machines, one call each."""
    if fetch.pages(_LISTING, _MACHINES, region=region) is not CallOutcome.OK:
        fetch.blocked(_DETAILS, _LISTING, region)
        return
    machines = fetch.listed(_LISTING, "stateMachines", region)
    arns = sorted(str(item["stateMachineArn"]) for item in machines if item.get("stateMachineArn"))
    fetch.each(_DETAILS, [Request({"stateMachineArn": arn}) for arn in arns], region, keep=keep_definition)
