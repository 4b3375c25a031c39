"""A session policy: what it leaves of the rights of a role's session.

Input: a policy file; edges that leave the session's role. Output: ``SessionPolicy``; the best state it leaves an edge.
Handled: actions that the policy does not allow at all (the edge is void where an identity policy grants it), and
actions that it allows on everything without condition while denying nothing of them (the edge stays as it is).
Not handled: resources and conditions of its statements, and what a resource policy grants to the session itself: such
edges are at best unverified. ``analytics.evaluate`` evaluates the policy in full for one action on one resource.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session (accessed 2026-11-21)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import AnalyticsError
from analytics.json_file import read_json_object
from graph.catalog.loader import impact_aws, techniques_aws
from graph.evaluate.aws.document import Effect, PolicyDocument, PolicySyntaxError, compile_policy
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["SessionPolicy", "read_session_policy"]

_DATA_ACTIONS = ("s3:GetObject", "kms:Decrypt", "secretsmanager:GetSecretValue")
"""What the edge CAN_ACCESS stands for, by the service of its target; see ``graph.edges.aws.access``."""
_MAY_ALSO_NEED = {
    "iam-001": ("iam:DeletePolicyVersion",),
    "nhi-lambda-updatefunctionconfiguration": ("lambda:InvokeFunction",),
    "nhi-ssm-startautomationexecution": ("ssm:CreateDocument",),
    "sagemaker-001": ("sagemaker:CreatePresignedNotebookInstanceUrl",),
}
_UNLIMITED = frozenset({EdgeKind.AUTHENTICATES_AS, EdgeKind.RUNS_AS, EdgeKind.CONTROLS, EdgeKind.FEDERATES_INTO})
"""Edges that no permission of the source stands behind."""


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """A session policy that was passed when the session began."""

    label: str
    document: PolicyDocument

    def limit(self, edge: Edge) -> State:
        """Return the best state that an edge out of the session's role can have."""
        if edge.kind in _UNLIMITED:
            return State.VERIFIED
        needed = _needed(edge)
        if edge.kind is EdgeKind.CAN_ASSUME and not self._may_allow("sts:AssumeRole") and _names_the_role(edge):
            return State.VOID
        if any(not self._may_allow(action) for action in needed):
            # A resource policy can grant to the session itself, past its session policy; an identity policy cannot.
            return State.VOID if any(_is_own(grant) for grant in edge.grants) else State.UNVERIFIED
        wanted = (*needed, *_MAY_ALSO_NEED.get(edge.technique, ()))
        if "secretsmanager:GetSecretValue" in needed:
            wanted = (*wanted, "kms:Decrypt")
        if wanted and all(self._allows_anywhere(action) for action in wanted):
            return State.VERIFIED
        return State.UNVERIFIED

    def _may_allow(self, action: str) -> bool:
        return any(item.effect is Effect.ALLOW and item.covers_action(action) for item in self.document.statements)

    def _allows_anywhere(self, action: str) -> bool:
        speaking = [item for item in self.document.statements if item.covers_action(action)]
        return not any(item.effect is Effect.DENY for item in speaking) and any(
            not item.conditions and not item.problems and not item.not_resource and "*" in item.resources
            for item in speaking
        )


def _needed(edge: Edge) -> Sequence[str]:
    """Return the actions behind an edge, as far as the catalogue tells."""
    technique = techniques_aws().get(edge.technique)
    if technique is not None:
        return technique.permissions
    if edge.kind is EdgeKind.ADMIN_OF:
        return impact_aws().admin.all
    parts = edge.target.split(":")
    service = parts[1 if edge.target.startswith("hub:") else 2] if len(parts) > 2 else ""
    return [action for action in _DATA_ACTIONS if action.startswith(f"{service}:")]


def _names_the_role(edge: Edge) -> bool:
    """Return whether a trust lets the role itself in, which its session policy limits; it does not limit a session's.

    References
    ----------
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session (read 2026-11)
    """
    named = any(atom.key == "nhi:session-name" for clause in edge.conditions for atom in clause)
    return not named and not edge.target.startswith("hub:")


def _is_own(grant: str) -> bool:
    return grant.startswith(("aws:statement:", "aws:attachment:"))


def read_session_policy(file: Path) -> SessionPolicy:
    """Read a session policy.

    Raises
    ------
    AnalyticsError
        The file cannot be read, is not JSON, or is no policy document; one line naming file and place.
    """
    body = read_json_object(file, "a session policy is a JSON object")
    try:
        return SessionPolicy(f"session policy {file.name}", compile_policy(body))
    except PolicySyntaxError as error:
        raise AnalyticsError(f"{file}#{error.place}: {error.message}") from error
