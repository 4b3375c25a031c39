"""Whether what a role was made for still exists: the principals, tokens, services and accounts that its trust names.

Input: ``RuleContext``, coverage. Output: ``Found`` for deleted parents and for departed vendors.
Handled: deleted principals and dead OIDC trust (as the rules on them see it), services whose workloads were looked at,
outside accounts by what is declared of them, SAML providers against the account's list.
Not handled: services whose workloads are not read, where an unused role is unknown.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow.compute as pc

from analytics.privilege.answers import Answer, Looked
from analytics.rules._context import RuleContext
from analytics.rules._oidc_trust import evaluate_oidc
from analytics.rules._outside_trust import TrustFault, evaluate_trust
from analytics.rules._resource_policies import ResourcePolicy
from analytics.rules._trust import role_trusts
from analytics.rules._use import Idleness
from analytics.verdicts import Outcome
from graph.edges.aws.trust import TrustForm, TrustLine
from graph.kinds import EdgeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["Found", "Parents"]

_WORKLOADS = {
    "lambda.amazonaws.com": ("lambda.list_functions",),
    "ec2.amazonaws.com": (
        "ec2.describe_instances",
        "ec2.describe_launch_templates",
        "autoscaling.describe_auto_scaling_groups",
        "autoscaling.describe_launch_configurations",
        "batch.describe_compute_environments",
        "eks.list_nodegroups",
    ),
    "ecs-tasks.amazonaws.com": ("ecs.list_task_definitions", "batch.describe_job_definitions"),
    "codebuild.amazonaws.com": ("codebuild.list_projects",),
    "glue.amazonaws.com": ("glue.get_jobs", "glue.get_dev_endpoints"),
    "states.amazonaws.com": ("stepfunctions.list_state_machines",),
    "tasks.apprunner.amazonaws.com": ("apprunner.list_services",),
    "codepipeline.amazonaws.com": ("codepipeline.list_pipelines",),
    "bedrock-agentcore.amazonaws.com": (
        "bedrock-agentcore-control.list_agent_runtimes",
        "bedrock-agentcore-control.list_code_interpreters",
    ),
}
"""Services of which every workload that a role may be made for is read, and the calls that list them."""
_SAML_LISTED = "iam.list_saml_providers"
_REGIONS = "ec2.describe_regions"
"""Answered when nobody limited the regions; else a workload may be where nobody looked."""


@dataclass(frozen=True, slots=True)
class Found:
    """Whether what a role was made for is gone."""

    answer: Answer
    reason: str = ""
    grants: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()


_FINE = Found(Answer.NO)


class Parents:
    """Answers for the roles of one snapshot."""

    def __init__(self, snapshot: Snapshot, context: RuleContext, looked: Looked) -> None:
        self._snapshot = snapshot
        self._context = context
        self._looked = looked
        self._limit = context.policy.unused_privilege_days

    def gone(self, node: Node, idle: Idleness) -> Found:
        """Return whether everything that the role lets in was deleted."""
        trust = self._trusts.get(node.id)
        if trust is None or trust.document is None:
            return Found(Answer.UNKNOWN, "Its trust policy is not in the evidence or does not parse.")
        dead, unusable = self._dead[node.id], self._unusable[node.id]
        dead, unseen = dead | self._saml_gone(node, trust), self._saml_unseen(node, trust)
        living = [line for line in trust.lines if (line.value, line.grant) not in dead | unusable]
        if not living and (dead or not unusable):
            whom = ", ".join(sorted({value for value, _ in dead})) or "nobody"
            grants = tuple(sorted({grant for _, grant in dead}))
            operations = (_SAML_LISTED,) if any(":saml-provider/" in value for value, _ in dead) else ()
            return Found(Answer.YES, f"Its trust names only what does not exist any more ({whom}).", grants, operations)
        if living and all((line.value, line.grant) in unseen for line in living):
            whom = ", ".join(sorted({line.value for line in living}))
            why = f"It trusts {whom}; whether that still exists was not, or not wholly, looked at."
            return Found(Answer.UNKNOWN, why, operations=(_SAML_LISTED,))
        if not living or any(line.form is not TrustForm.SERVICE for line in living) or idle.outcome is Outcome.PASSED:
            return _FINE
        return self._service(node, living, idle)

    def _saml_gone(self, node: Node, trust: ResourcePolicy) -> set[tuple[str, str]]:
        """Return the SAML providers of its own account that a role's trust names and that the full list lacks."""
        if not self._context.looked_at(node.scope, _SAML_LISTED):
            return set()
        return self._saml_absent(trust)

    def _saml_unseen(self, node: Node, trust: ResourcePolicy) -> set[tuple[str, str]]:
        """Return the SAML providers of which nobody looked whether they exist."""
        return set() if self._context.looked_at(node.scope, _SAML_LISTED) else self._saml_absent(trust)

    def _saml_absent(self, trust: ResourcePolicy) -> set[tuple[str, str]]:
        found = {(line.value, line.grant) for line in trust.lines if line.form is TrustForm.SAML}
        nodes = {value: self._context.node(value) for value, _ in found}
        return {(value, grant) for value, grant in found if (node := nodes[value]) is None or not node.collected}

    def _service(self, node: Node, living: list[TrustLine], idle: Idleness) -> Found:
        services = sorted({line.value for line in living})
        if self._users[self._snapshot.node_index(node.id)] or node.id in self._service_roles:
            return _FINE
        named = ", ".join(services)
        listings = {each for service in services for each in _WORKLOADS.get(service, ())}
        operations = tuple(sorted({_REGIONS, *listings}))
        seen = all(service in _WORKLOADS for service in services) and all(
            self._looked.answered(node.scope, operation) for operation in operations
        )
        if not seen:
            why = f"It trusts {named}; whether a workload of it is left was not, or not wholly, looked at."
            return Found(Answer.UNKNOWN, why, operations=operations)
        if idle.outcome is Outcome.NOT_JUDGED:
            return Found(Answer.UNKNOWN, f"Nothing of {named} is left that uses it. {idle.reason}", (), operations)
        grants = tuple(sorted({line.grant for line in living}))
        why = f"It is for {named}, nothing of that is left that uses it, and no use is seen within {self._limit} days."
        return Found(Answer.YES, why, grants, operations)

    def left(self, node: Node, idle: Idleness) -> Found:
        """Return whether the role lets in outside accounts alone, and nobody says whose they are."""
        trust = self._trusts.get(node.id)
        if trust is None or trust.document is None or not trust.lines or idle.outcome is Outcome.PASSED:
            return _FINE
        forms = {line.form for line in trust.lines}
        accounts = sorted({line.account for line in trust.lines})
        if not forms <= {TrustForm.ACCOUNT, TrustForm.PRINCIPAL} or node.scope in accounts:
            return _FINE
        if any(self._context.relation_of(account) != "unknown" for account in accounts):
            return _FINE
        named = f"It lets in only account {', '.join(accounts)}, which nobody declares"
        if not self._own_accounts_known:
            return Found(Answer.UNKNOWN, f"{named}; the evidence holds no list of own accounts and vendors.")
        if idle.outcome is Outcome.NOT_JUDGED:
            return Found(Answer.UNKNOWN, f"{named}. {idle.reason}")
        grants = tuple(sorted({line.grant for line in trust.lines}))
        return Found(Answer.YES, f"{named}, and no use is seen within {self._limit} days.", grants)

    @cached_property
    def _own_accounts_known(self) -> bool:
        """Return whether anything tells own accounts and vendors from others."""
        if self._context.organizations:
            return True
        accounts = self._context.accounts.values()
        # A collected account counts as own without being declared, so that its node alone tells nothing.
        told = any(not node.collected and node.attributes.get("relation") in ("own", "vendor") for node in accounts)
        return told or self._accounts_declared()

    def _accounts_declared(self) -> bool:
        """Return whether the records that the snapshot keeps declare an account, be it a collected one."""
        if not self._snapshot.has_table("records"):
            return False
        columns = self._snapshot.table("records").columns(["provider", "kind", "body"])
        mine = columns.filter((pc.field("provider") == "declared") & (pc.field("kind") == "accounts"))
        return any(json.loads(body).get("relation") in ("own", "vendor") for body in mine["body"].to_pylist())

    # ---- made once -------------------------------------------------------------------------------------------------

    @cached_property
    def _trusts(self) -> dict[str, ResourcePolicy]:
        return {role.node.id: role for role in role_trusts(self._snapshot, self._context)}

    @cached_property
    def _dead(self) -> defaultdict[str, set[tuple[str, str]]]:
        """Return what each role's trust names and does not exist, with the statement that names it."""
        found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for verdict in evaluate_trust(self._snapshot, self._context, TrustFault.STALE):
            value = verdict.key.removeprefix("dead:")
            found[verdict.subject].update((value, grant) for grant in verdict.grants if value != verdict.key)
        return self._oidc(found, gone=True)

    @cached_property
    def _unusable(self) -> defaultdict[str, set[tuple[str, str]]]:
        """Return OIDC providers that exist and of which no token passes: a mistake, and nothing that was deleted."""
        return self._oidc(defaultdict(set), gone=False)

    def _oidc(
        self, found: defaultdict[str, set[tuple[str, str]]], *, gone: bool
    ) -> defaultdict[str, set[tuple[str, str]]]:
        for verdict in evaluate_oidc(self._snapshot, self._context, dead=True):
            if verdict.outcome is Outcome.FAILED and verdict.key.startswith("no-provider") == gone:
                found[verdict.subject].update((value, grant) for value in verdict.related for grant in verdict.grants)
        return found

    @cached_property
    def _users(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return how many edges say that something runs as each node."""
        arrays = self._snapshot.arrays
        runs = arrays.edge_kind == self._snapshot.edge_kind_code(EdgeKind.RUNS_AS)
        return np.bincount(arrays.indices[runs], minlength=arrays.node_count)

    @cached_property
    def _service_roles(self) -> frozenset[str]:
        """Return the roles that services use for workloads, which no edge shows."""
        from analytics.pools.links import Evidence, Links

        links = Links(self._snapshot).of_attributes()
        return frozenset(target for target, link in links if link.evidence is Evidence.SERVICE_ROLE)
