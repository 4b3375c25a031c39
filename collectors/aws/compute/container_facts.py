"""What container definitions say, the same in ECS and Batch: privileges and environment.

Input: container definitions. Output: ``ContainerFacts``.
Not handled: files of variables in buckets; Linux capabilities.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collectors.aws.records_environment import Environment, joined, of_pairs
from collectors.aws.records_fields import Fields, arn_account, arn_region

__all__ = ["ContainerFacts", "container_facts", "source_arn"]


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """Containers of one definition together."""

    privileged: bool
    environment: Environment


def container_facts(containers: Iterable[Fields], owner: str) -> ContainerFacts:
    """Return what the containers of one definition say.

    Parameters
    ----------
    containers
        ``containerDefinitions`` of ECS, ``containerProperties`` of Batch, or overrides of either.
    owner
        ARN of the definition or task; its region and account are those of parameters that stand without them.
    """
    privileged = False
    parts: list[tuple[str, Environment]] = []
    for index, container in enumerate(containers):
        privileged = privileged or container.flag("privileged") is True
        plain = of_pairs(container.items("environment"))
        secrets = {
            each.text("name"): source_arn(each.text("valueFrom"), owner)
            for each in container.items("secrets")
            if each.text("name") and each.text("valueFrom")
        }
        names = tuple(sorted({*plain.names, *secrets}))
        parts.append(
            (
                container.text("name") or str(index),
                Environment(names, {**plain.ids, **secrets}, plain.secrets, plain.kinds, plain.hints),
            )
        )
    return ContainerFacts(privileged, joined(parts))


def source_arn(value: str, owner: str) -> str:
    """Return the ARN of the secret or parameter that a variable is taken from.

    References
    ----------
    A parameter of the same region may stand by its name alone:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html (read 2026-11).
    """
    if value.startswith("arn:"):
        return value
    partition = owner.split(":")[1] if owner.startswith("arn:") else "aws"
    return f"arn:{partition}:ssm:{arn_region(owner)}:{arn_account(owner)}:parameter/{value.removeprefix('/')}"
