"""Fetch SageMaker notebook instances and Studio users of one region.

Input: an ``AwsFetch`` and a region. Output: the ``sagemaker.*`` files of the region.
Not handled: running apps and shared spaces of Studio, jobs, models and endpoints, lifecycle scripts.
"""

from __future__ import annotations

from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_sagemaker"]


def _style(key: str) -> PageStyle:
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListNotebookInstances.html: up to 100 a page
    return PageStyle((key,), "NextToken", "NextToken", "MaxResults", 100)


_LISTINGS = (
    ("sagemaker.list_notebook_instances", "NotebookInstances", ("NotebookInstanceName",)),
    ("sagemaker.list_domains", "Domains", ("DomainId",)),
    ("sagemaker.list_user_profiles", "UserProfiles", ("DomainId", "UserProfileName")),
)
"""A listing, its list, and the parameters of the call that describes one object of it."""
_DETAILS = ("sagemaker.describe_notebook_instance", "sagemaker.describe_domain", "sagemaker.describe_user_profile")


def fetch_sagemaker(fetch: AwsFetch, region: str) -> None:
    """Fetch notebook instances, Studio domains and user profiles: a listing each, and one call an object."""
    for (listing, key, names), details in zip(_LISTINGS, _DETAILS, strict=True):
        if fetch.pages(listing, _style(key), region=region) is not CallOutcome.OK:
            fetch.blocked(details, listing, region)
            continue
        found = [
            {name: str(item[name]) for name in names}
            for item in fetch.listed(listing, key, region)
            if all(item.get(name) for name in names)
        ]
        requests = [Request(params) for params in sorted(found, key=lambda params: tuple(params.values()))]
        fetch.each(details, requests, region)
