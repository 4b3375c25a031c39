"""What was not looked at that could add consumers to a pool.

Input: a snapshot's coverage. Output: ``NotSeen`` rows for an account, or for all of them.
Handled: listings of workloads, connectors and secrets that were not asked for or not answered in full.
Not handled: regions and accounts that nobody named; copies of a credential outside of what the product reads.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graph.snapshot import Snapshot

__all__ = ["NotSeen", "Unseen"]

_SERVICES = frozenset(
    {
        "apigateway", "apigatewayv2", "apprunner", "autoscaling", "batch", "bedrock-agentcore-control",
        "cloudformation", "codebuild", "codepipeline", "datapipeline", "ec2", "ecs", "eks", "events", "glue", "lambda",
        "pipes", "sagemaker", "scheduler", "ssm", "stepfunctions",
    }
)  # fmt: skip
"""Services whose answers show what runs with a role, or holds a credential in a variable."""
_OF_A_TENANT = frozenset(
    {
        "app", "automation", "compute", "containerinstance", "containerservice", "logic", "managedidentity", "web",
    }
)  # fmt: skip
"""Providers of Azure whose answers show what carries a managed identity."""
_KEEPERS = frozenset({"secretsmanager", "ssm"})
_ENTRIES = (
    "iam.get_account_authorization_details",
    "iam.list_open_id_connect_providers",
    "rolesanywhere.list_profiles",
    "applications.federatedIdentityCredentials",
    "servicePrincipals.federatedIdentityCredentials",
    "servicePrincipals.microsoft.graph.agentIdentity",
)
_NOT_WHOLE = frozenset({"absent", "partial", "failed"})
_PLACES = 5


@dataclass(frozen=True, slots=True)
class NotSeen:
    """One operation that was not answered, and where."""

    operation: str
    presence: str
    """``absent``, ``partial`` or ``failed``."""
    places: tuple[str, ...]
    """``ACCOUNT`` or ``ACCOUNT/REGION``; cut."""
    count: int
    """How many places there are."""


class Unseen:
    """What was not looked at, by account."""

    def __init__(self, snapshot: Snapshot) -> None:
        rows = [row for row in snapshot.coverage if row["presence"] in _NOT_WHOLE]
        self._rows = [row for row in rows if _matters(str(row["operation"]))]
        self._known: dict[tuple[str, bool], tuple[NotSeen, ...]] = {}

    def of(self, account: str, *, keepers: bool) -> tuple[NotSeen, ...]:
        """Return what could add consumers, by operation.

        Parameters
        ----------
        account
            Where the consumers of a role are; ``""``: anywhere.
        keepers
            Secrets and parameters count as consumers.
        """
        key = (account, keepers)
        if key not in self._known:
            self._known[key] = self._grouped(account, keepers)
        return self._known[key]

    def _grouped(self, account: str, keepers: bool) -> tuple[NotSeen, ...]:
        places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for row in self._rows:
            operation = str(row["operation"])
            if account in ("", str(row["scope"])) and (keepers or operation.partition(".")[0] != "secretsmanager"):
                place = f"{row['scope']}/{row['region']}" if row["region"] else str(row["scope"])
                places[operation, str(row["presence"])].append(place)
        return tuple(
            NotSeen(operation, presence, tuple(sorted(where)[:_PLACES]), len(where))
            for (operation, presence), where in sorted(places.items())
        )


def _matters(operation: str) -> bool:
    service = operation.partition(".")[0]
    return service in _SERVICES | _OF_A_TENANT or service in _KEEPERS or operation in _ENTRIES
