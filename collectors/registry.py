"""List the collectors, each as import paths, so that naming one never imports its SDK.

Input: none. Output: ``COLLECTORS``; ``load`` resolves one path when it is used.
Not handled: collectors outside this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

__all__ = ["COLLECTORS", "CollectorEntry", "load"]


@dataclass(frozen=True, slots=True)
class CollectorEntry:
    """Where the parts of one collector are; every path is ``module:attribute``."""

    name: str
    """Name of the source, as in the evidence folder and in ``nhi collect NAME``."""
    summary: str
    """One line for the help text."""
    collect: str
    """Fetches evidence; needs the source's SDK."""
    settings: str
    """Class of its settings."""
    to_records: str
    """Turns evidence into records; needs no SDK."""
    operations: str
    """Mapping of declared operations."""
    permissions: str
    """Returns the read permissions, sorted."""
    least_policy: str
    """Returns the least policy, in the vendor's own form."""
    estimate: str = ""
    """Says how many calls a collection would make; empty where a source has no such count."""
    members: str = ""
    """Module that knows the further accounts of an organization; empty where there is no such thing."""


COLLECTORS: Mapping[str, CollectorEntry] = MappingProxyType(
    {
        "aws": CollectorEntry(
            name="aws",
            summary="AWS accounts, one or an organization: IAM and what its identities act through and reach.",
            collect="collectors.aws.collect:collect_aws",
            settings="collectors.aws.session:AwsCollectSettings",
            to_records="collectors.aws.to_records:to_records",
            operations="collectors.aws.operations:OPERATIONS",
            permissions="collectors.aws.permissions:permissions_needed",
            least_policy="collectors.aws.permissions:least_policy",
            estimate="collectors.aws.estimate:estimate_calls",
            members="collectors.aws.members",
        ),
        "entra": CollectorEntry(
            name="entra",
            summary="One Microsoft Entra tenant: applications, service principals, consents, roles, what decides them.",
            collect="collectors.entra.collect:collect_entra",
            settings="collectors.entra.session:EntraCollectSettings",
            to_records="collectors.entra.to_records:to_records",
            operations="collectors.entra.operations:OPERATIONS",
            permissions="collectors.entra.permissions:permissions_needed",
            least_policy="collectors.entra.permissions:least_policy",
            estimate="collectors.entra.estimate:estimate_calls",
        ),
        "azure": CollectorEntry(
            name="azure",
            summary="The Azure of one tenant: management groups and subscriptions, access, what carries identities.",
            collect="collectors.azure.collect:collect_azure",
            settings="collectors.azure.session:AzureCollectSettings",
            to_records="collectors.azure.to_records:to_records",
            operations="collectors.azure.operations:OPERATIONS",
            permissions="collectors.azure.permissions:permissions_needed",
            least_policy="collectors.azure.permissions:least_policy",
            estimate="collectors.azure.estimate:estimate_calls",
        ),
        "github": CollectorEntry(
            name="github",
            summary="One GitHub organization: people, repositories, apps, tokens, Actions, and what guards branches.",
            collect="collectors.github.collect:collect_github",
            settings="collectors.github.session:GitHubCollectSettings",
            to_records="collectors.github.to_records:to_records",
            operations="collectors.github.operations:OPERATIONS",
            permissions="collectors.github.permissions:permissions_needed",
            least_policy="collectors.github.permissions:least_policy",
            estimate="collectors.github.estimate:estimate_calls",
        ),
    }
)
"""Keyed by name."""


def load(path: str) -> Any:
    """Return what ``module:attribute`` names, importing the module now.

    Raises
    ------
    ImportError
        When the module or something that it needs is not installed.
    AttributeError
        When the module has no such attribute.
    """
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)
