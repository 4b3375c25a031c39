"""Which grants of the graph Terraform manages: attachments, inline policies, assignments.

Input: records of Terraform, the grants of the graph. Output: by holder, grant id to workspace and address.
Handled: the grants that the cloud's evidence shows; one that is in a state alone is no grant.
Not handled: trust policies, statements of customer policies (their role or policy is what is managed).
Complexity: linear in grants and resources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from collectors.terraform.records import TerraformRecords, TerraformResource
from graph.edges.terraform.ids import Places, last_part
from graph.evaluate.azure.ids import role_grant as azure_role_grant
from graph.evaluate.entra.ids import app_role_grant, role_grant
from graph.model import IdentityGraph

__all__ = ["attachments_of", "inline_of", "managed_grants"]

_SORTS = ("user", "role", "group")
_INLINE = ":inline:"


def attachments_of(each: TerraformResource, places: Places) -> Iterator[tuple[str, str]]:
    """Yield holder and managed policy of each attachment that a resource makes."""
    policy = each.text("policy_arn")
    for sort in _SORTS if policy else ():
        names = [each.text(sort)] if each.type == f"aws_iam_{sort}_policy_attachment" else []
        listed = each.facts.get(f"{sort}s")
        if each.type == "aws_iam_policy_attachment" and isinstance(listed, list):
            names = [str(name) for name in listed]
        for name in names:
            if holder := places.iam(each.state, sort, name):
                yield holder, policy


def inline_of(each: TerraformResource, places: Places) -> tuple[str, str]:
    """Return holder and name of the inline policy that a resource is; empty when it is none."""
    sort = each.type.removeprefix("aws_iam_").removesuffix("_policy")
    if sort not in _SORTS or each.type != f"aws_iam_{sort}_policy":
        return "", ""
    return places.iam(each.state, sort, each.text(sort)), each.text("name")


def managed_grants(
    records: TerraformRecords, identity_graph: IdentityGraph, places: Places
) -> Mapping[str, Mapping[str, str]]:
    """Return the grants that resources of the states are, by holder."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    statements = _statements(identity_graph) if records.resources else {}
    for each in records.resources:
        if each.mode != "managed":
            continue
        for grant in (*_grants(each, places), *statements.get(":".join(inline_of(each, places)), ())):
            known = identity_graph.grants.get(grant)
            if known is not None and known.holder in identity_graph.nodes:
                found[known.holder].setdefault(grant, f"{each.state}: {each.address}")
    return found


def _statements(identity_graph: IdentityGraph) -> Mapping[str, list[str]]:
    """Return the statements of inline policies by ``<holder>:<policy>``."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for grant in identity_graph.grants.values():
        if grant.kind == "statement" and _INLINE in grant.id:
            policy = grant.id.rpartition(_INLINE)[2].rpartition("#")[0]
            found[f"{grant.holder}:{policy}"].append(grant.id)
    return found


def _grants(each: TerraformResource, places: Places) -> Iterator[str]:
    for holder, policy in attachments_of(each, places):
        yield f"aws:attachment:{holder}:{policy}"
    identity = each.text("id")
    if each.type == "azuread_app_role_assignment":
        yield app_role_grant(last_part(identity))
    elif each.type == "azuread_directory_role_assignment":
        yield role_grant(last_part(identity))
    elif each.type == "azurerm_role_assignment" and identity:
        yield azure_role_grant(identity)
