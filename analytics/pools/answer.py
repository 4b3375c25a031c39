"""What a pool is, as every output tells it.

Input: none. Output: ``Pool`` and its parts. Not handled: finding pools (``analytics.pools.find``).
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.pools.coverage import NotSeen
from analytics.pools.facts import Fact
from analytics.pools.reach import Together
from analytics.pools.separation import Separation

__all__ = ["CONFIGURATION", "KINDS", "PERMISSION", "Consumer", "EvidenceOf", "LeftOut", "Pool", "PoolReport"]

KINDS = (
    "agent_blueprint",
    "assumed_by_many",
    "execution_role",
    "federated_application",
    "federated_role",
    "instance_profile",
    "managed_identity",
    "service_role",
    "shared_identity",
    "shared_key",
    "shared_secret",
    "shared_value",
)
CONFIGURATION, PERMISSION = "configuration", "permission"


@dataclass(frozen=True, slots=True)
class EvidenceOf:
    """One thing that shows that a consumer uses what is shared."""

    kind: str
    """See ``pools.links.Evidence``."""
    pointer: str
    """``file#pointer``, a variable, or the grants that let it in."""
    state: str
    """``verified``, ``conditional`` or ``unverified``."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """One consumer of a pool."""

    id: str
    kind: str
    evidence: tuple[EvidenceOf, ...]
    observed: str
    """When it was seen to use it: a time, ``never``, or ``unknown``."""
    size: int
    """Nodes that are this one consumer: a service with its tasks, a group with its instances."""
    open_ended: bool
    account: str
    environment: str
    owner: str
    deployment: str
    separate: tuple[str, ...]
    """What giving it something of its own takes."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who may use it and is not counted as a consumer."""

    people: int
    administrators: int


@dataclass(frozen=True, slots=True)
class Pool:
    """One identity or credential with its consumers."""

    credential: str
    """What is shared: a key, a secret, a value, or the role or user itself."""
    identity: str
    """Whom it proves; ``""``: not known, or no identity (a secret of unknown content)."""
    kind: str
    basis: str
    """``configuration``: two or more are set up to use it; ``permission``: without those who merely may, it is none."""
    consumers: tuple[Consumer, ...]
    consumer_count: int
    """Exact."""
    configured_count: int
    open_ended: bool
    """At least so many: some consumer stands for several that no evidence lists."""
    left_out: LeftOut
    account: Fact
    environment: Fact
    owner: Fact
    deployment: Fact
    last_used_at: str
    reaches: Together | None
    """``None``: no node stands for it, so what it opens is not known."""
    separation: Separation
    unknown: tuple[NotSeen, ...]

    @property
    def crosses(self) -> tuple[str, ...]:
        """Return in what the consumers are known to differ."""
        facts = (("account", self.account), ("environment", self.environment), ("owner", self.owner))
        return tuple(name for name, fact in facts if fact.same is False)


@dataclass(frozen=True, slots=True)
class PoolReport:
    """Pools of a snapshot."""

    pools: tuple[Pool, ...]
    """Set up ones first, then those that cross environments or accounts, then by own impact and size; cut."""
    count: int
    """How many there are."""
