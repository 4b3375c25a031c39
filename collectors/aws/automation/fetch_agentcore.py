"""Fetch Bedrock AgentCore code interpreters and agent runtimes of one region.

Input: an ``AwsFetch`` and a region. Output: the ``bedrock-agentcore-control.*`` files of the region.
Not handled: browsers, gateways, memories, credential providers, workload identities, earlier runtime versions.
"""

from __future__ import annotations

from collectors.aws.automation.operations import SYSTEM_PREFIX
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_agentcore"]

_PREFIX = "bedrock-agentcore-control."
_KINDS = (
    ("list_code_interpreters", "codeInterpreterSummaries", "get_code_interpreter", "codeInterpreterId"),
    ("list_agent_runtimes", "agentRuntimes", "get_agent_runtime", "agentRuntimeId"),
)
"""A listing, its list, the call for one object of it, and the id that it takes."""


def _style(key: str) -> PageStyle:
    # https://docs.aws.amazon.com/bedrock-agentcore-control/latest/APIReference/API_ListAgentRuntimes.html: up to 100
    return PageStyle((key,), "nextToken", "nextToken", "maxResults", 100)


def fetch_agentcore(fetch: AwsFetch, region: str) -> None:
    """Fetch code interpreters and agent runtimes, one call each; AWS's own interpreter is listed only."""
    for name, key, detail, parameter in _KINDS:
        listing, details = _PREFIX + name, _PREFIX + detail
        if fetch.pages(listing, _style(key), region=region) is not CallOutcome.OK:
            fetch.blocked(details, listing, region)
            continue
        ids = sorted(str(item[parameter]) for item in fetch.listed(listing, key, region) if item.get(parameter))
        own = [each for each in ids if not each.startswith(SYSTEM_PREFIX)]
        fetch.each(details, [Request({parameter: each}) for each in own], region)
