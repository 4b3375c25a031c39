"""Enrolling an MFA device for a user: the holder of a key then has sessions that carry MFA.

Input: users. Output: ``Move`` rows.
Handled: a virtual device of any name, enabled for the very user, then sts:GetSessionToken, which needs no permission;
done without MFA, because the holder of a long-term key has none to present. A user holds up to eight devices, so one
that is there is not in the way.
Not handled: roles, whose sessions never carry MFA; hardware devices and passkeys; the number of devices.

References
----------
https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html (read 2026-11)
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
(CreateVirtualMFADevice works on the device, EnableMFADevice on the user)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graph.edges.aws.changed_mentions import Mentions
from graph.edges.aws.changes import MFA_PRESENTED, Change, ChangedState, ChangeKind, Move
from graph.evaluate.aws.principals import PrincipalKind

__all__ = ["mfa_moves"]

_DEVICE = "arn:aws:iam::{account}:mfa/{name}"


def mfa_moves(mentions: Mentions, state: ChangedState) -> Iterator[Move]:
    """Yield the enrolment of a device, where any policy that could speak of the user asks for MFA."""
    view = state.view
    if view.principal.kind is not PrincipalKind.USER or view.presents:
        return
    own = mentions.of_all([*view.documents, view.boundary, *(item for level in view.scps for item in level)])
    others = mentions.towards(view)
    if any(mentions.has_mfa(found) for found in (*own, *others)):
        yield Move(
            Change(ChangeKind.MFA),
            replace(view, presents=MFA_PRESENTED),
            "nhi-iam-enablemfadevice",
            (("iam:EnableMFADevice", ()),),
            fresh=("iam:CreateVirtualMFADevice", _DEVICE),
            without_mfa=True,
        )
