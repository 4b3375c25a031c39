"""Turn what a Terraform plan does to grants into changes that ``nhi what-if`` evaluates.

Input: what ``terraform show -json PLAN`` prints, a snapshot. Output: ``PlanChanges``: entries of a change file, and
what cannot be one with the reason.
Handled: of AWS attachments, inline policies, trust policies and memberships that come or go; users and roles that go;
access keys, client secrets, app roles, directory roles and role assignments of Azure that go.
Not handled: identities that a plan makes (a snapshot does not know them), customer policies whose text changes, grants
of Entra and Azure that come: each is told, never dropped in silence. Secrets of the plan are taken out on reading.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analytics.errors import AnalyticsError
from collectors.errors import CollectorError
from collectors.evidence.redact import Redactor
from collectors.interface import EvidenceRef
from collectors.terraform.bring import read_files
from collectors.terraform.clean import clean
from collectors.terraform.operations import PLAN
from collectors.terraform.records import TerraformChange
from collectors.terraform.to_records import document_changes, document_resources
from graph.evaluate.azure.ids import role_grant as azure_role_grant
from graph.evaluate.entra.ids import app_role_grant, role_grant
from graph.kinds import NodeKind
from graph.records import read_records
from graph.snapshot import Snapshot

__all__ = ["PlanChanges", "changes_of_plan"]

_KINDS = {"user": NodeKind.AWS_USER, "role": NodeKind.AWS_ROLE, "group": NodeKind.AWS_GROUP}
_GOES = {
    "aws_iam_access_key": lambda row: f"aws:key:{row.get('id')}",
    "azuread_app_role_assignment": lambda row: app_role_grant(str(row.get("id")).rpartition("/")[2]),
    "azuread_directory_role_assignment": lambda row: role_grant(str(row.get("id")).rpartition("/")[2]),
    "azurerm_role_assignment": lambda row: azure_role_grant(str(row.get("id"))),
}
"""What the grant is called that goes with a resource."""
_NO_GRANTS = frozenset(
    {
        *("aws_secretsmanager_secret", "aws_secretsmanager_secret_version", "aws_ssm_parameter", "tls_private_key"),
        *("azurerm_key_vault_secret", "github_actions_secret", "github_actions_organization_secret"),
        *("github_actions_environment_secret", "kubernetes_secret", "kubernetes_secret_v1", "github_repository"),
    }
)
"""Types that give nobody anything by themselves."""


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What came of a plan."""

    changes: list[dict[str, Any]]
    left_out: list[str]
    """``address: why``."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A grant in the words of a plan."""

    kind: str
    """``attach``, ``inline``, ``trust``, ``member``."""
    sort: str
    holder: str
    what: str
    """Policy ARN, group, or canonical text of a statement."""
    policy: str = ""
    index: int = 0


def changes_of_plan(file: Path, snapshot: Snapshot) -> PlanChanges:
    """Return the changes of a plan against a snapshot.

    Raises
    ------
    AnalyticsError
        The file is no plan that can be read.
    """
    try:
        (read,) = read_files([file])
        if read.operation != PLAN:
            raise AnalyticsError(
                f"{file}: this is a {read.operation}, no plan: give what `terraform show -json` prints of one"
            )
        body, _ = clean(read.body, Redactor(), EvidenceRef(str(file)), PLAN)
    except CollectorError as error:
        raise AnalyticsError(str(error)) from error
    ref = EvidenceRef(str(file))
    changes = document_changes("plan", body, ref)
    arns: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for each in document_resources("plan", body, ref):
        _learn(arns, each.type, each.facts)
    for change in changes:
        _learn(arns, change.type, change.before)
    found = _Found(snapshot, arns)
    for change in changes:
        found.add(change)
    return PlanChanges(found.changes, found.left_out)


def _learn(arns: Mapping[tuple[str, str], set[str]], kind: str, facts: Mapping[str, Any]) -> None:
    sort = kind.removeprefix("aws_iam_")
    if sort in _KINDS and isinstance(facts.get("arn"), str):
        arns[sort, str(facts.get("name"))].add(facts["arn"])


class _Found:
    """Changes while they are gathered."""

    def __init__(self, snapshot: Snapshot, arns: Mapping[tuple[str, str], set[str]]) -> None:
        self._snapshot = snapshot
        self._arns = arns
        self.changes: list[dict[str, Any]] = []
        self.left_out: list[str] = []

    def add(self, change: TerraformChange) -> None:
        if "forget" in change.actions:
            self._leave(change, "Terraform forgets it; nothing changes in the cloud")
        elif change.type in ("aws_iam_user", "aws_iam_role") and change.actions == ("delete",):
            self._disable(change)
        elif change.type in _GOES:
            self._goes(change)
        elif (units := self._units(change)) is not None:
            self._compare(change, *units)
        elif change.type not in _NO_GRANTS:
            self._leave(change, f"{'/'.join(change.actions)} of {change.type} is no change that what-if knows")

    def _leave(self, change: TerraformChange, why: str) -> None:
        self.left_out.append(f"{change.address}: {why}")

    def _disable(self, change: TerraformChange) -> None:
        arn = str(change.before.get("arn"))
        if self._snapshot.find_id(arn) is None:
            self._leave(change, f"{arn} is not in the snapshot")
        else:
            self.changes.append({"disable": arn})

    def _goes(self, change: TerraformChange) -> None:
        if "delete" in change.actions:
            self._remove(change, _GOES[change.type](change.before))
        if "create" in change.actions:
            self._leave(change, f"a {change.type} that is made is no change that what-if knows")

    def _remove(self, change: TerraformChange, grant: str) -> None:
        if self._snapshot.grant(grant) is None:
            self._leave(change, f"the snapshot has no grant {grant}")
        else:
            self.changes.append({"remove": grant})

    def _units(self, change: TerraformChange) -> tuple[list[_Unit], list[_Unit]] | None:
        try:
            before, after = list(_units_of(change.type, change.before)), list(_units_of(change.type, change.after))
        except ValueError as error:
            self._leave(change, str(error))
            return [], []
        open_ = [name for name in change.unknown if name in _MEANS.get(change.type, ())]
        if open_:
            self._leave(change, f"{', '.join(open_)} is known after apply alone")
            return before, []
        return None if change.type not in _MEANS else (before, after)

    def _compare(self, change: TerraformChange, before: list[_Unit], after: list[_Unit]) -> None:
        same = {(each.kind, each.holder, each.what, each.policy) for each in before} & {
            (each.kind, each.holder, each.what, each.policy) for each in after
        }
        for units, gone in ((before, True), (after, False)):
            for each in units:
                if (each.kind, each.holder, each.what, each.policy) in same:
                    continue
                holder = self._holder(each)
                if not holder:
                    self._leave(change, f"{each.sort} {each.holder!r} is not in the snapshot, or several are called so")
                elif gone:
                    self._remove(change, _grant(holder, each))
                elif each.kind == "attach" and each.what not in self._policies:
                    self._leave(change, f"the snapshot does not have the policy {each.what}")
                else:
                    self.changes.append({"add": _added(holder, each)})

    def _holder(self, unit: _Unit) -> str:
        found = self._arns.get((unit.sort, unit.holder)) or self._by_name.get((unit.sort, unit.holder), set())
        arn = next(iter(found)) if len(found) == 1 else ""
        return arn if arn and self._snapshot.find_id(arn) is not None else ""

    @cached_property
    def _policies(self) -> frozenset[str]:
        return frozenset(policy.arn for policy in read_records(self._snapshot).aws.managed_policies)

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], set[str]]:
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for sort, kind in _KINDS.items():
            for number in self._snapshot.nodes_of_kind(kind).tolist():
                arn = self._snapshot.node_id(number)
                found[sort, arn.rpartition("/")[2]].add(arn)
        return found


_MEANS: Mapping[str, tuple[str, ...]] = {
    **{f"aws_iam_{sort}_policy_attachment": (sort, "policy_arn") for sort in _KINDS},
    **{f"aws_iam_{sort}_policy": (sort, "name", "policy") for sort in _KINDS},
    "aws_iam_policy_attachment": ("policy_arn", "users", "roles", "groups"),
    "aws_iam_user_group_membership": ("user", "groups"),
    "aws_iam_role": ("assume_role_policy", "name"),
}
"""Attributes without which a change of the type says nothing."""


def _units_of(kind: str, row: Mapping[str, Any]) -> Iterator[_Unit]:
    if not row or kind not in _MEANS:
        return
    sort = next((each for each in _KINDS if kind.startswith(f"aws_iam_{each}_policy")), "")
    if kind == "aws_iam_policy_attachment":
        for each in _KINDS:
            for name in row.get(f"{each}s") or ():
                yield _Unit("attach", each, str(name), str(row.get("policy_arn")))
    elif kind == "aws_iam_user_group_membership":
        for group in row.get("groups") or ():
            yield _Unit("member", "user", str(row.get("user")), str(group))
    elif kind.endswith("_policy_attachment"):
        yield _Unit("attach", sort, str(row.get(sort)), str(row.get("policy_arn")))
    elif kind == "aws_iam_role":
        for number, text in enumerate(_statements(row.get("assume_role_policy"))):
            yield _Unit("trust", "role", str(row.get("name")), text, index=number)
    else:
        for number, text in enumerate(_statements(row.get("policy"))):
            yield _Unit("inline", sort, str(row.get(sort)), text, str(row.get("name")), number)


def _statements(text: Any) -> Iterator[str]:
    if text is None:
        return
    try:
        body = json.loads(text)
        found = body["Statement"]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError("its policy is no policy document") from error
    for statement in found if isinstance(found, list) else [found]:
        yield json.dumps(statement, sort_keys=True)


def _grant(holder: str, unit: _Unit) -> str:
    if unit.kind == "attach":
        return f"aws:attachment:{holder}:{unit.what}"
    if unit.kind == "member":
        return f"aws:membership:{holder}:{unit.what}"
    if unit.kind == "trust":
        return f"aws:trust:{holder}#{unit.index}"
    return f"aws:statement:{holder}:inline:{unit.policy}#{unit.index}"


def _added(holder: str, unit: _Unit) -> dict[str, Any]:
    if unit.kind == "attach":
        return {"holder": holder, "attach": unit.what}
    if unit.kind == "member":
        return {"user": holder, "group": unit.what}
    statement = json.loads(unit.what)
    return {"role": holder, "trust": statement} if unit.kind == "trust" else {"holder": holder, "statement": statement}
