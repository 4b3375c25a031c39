"""What a custom role that consents for everybody gives, by the consent policy that it is held to.

Input: the records of one tenant, and the id of a consent policy. Output: ``Given`` rows.
Handled: whether the policy lets the holder give an application of its own (registered here, no verified publisher) a
permission that makes administrators: an app role, which gives all; a delegated one, which waits for an administrator.
Not handled: permissions that give less; policies for single applications, which are unverified: whether the holder has
one of these is not asked.
"""

from __future__ import annotations

from collectors.entra.records import EntraTenantRecords
from graph.decision import Truth
from graph.evaluate.entra.consent_policies import MICROSOFT_GRAPH, ConsentEvent, built_in_policy, policy_allows
from graph.evaluate.entra.rights import Given, Right

__all__ = ["ConsentRights"]

_APP_ROLES = ("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "06b708a9-e830-4db3-a914-8e69da51d44f")
"""RoleManagement.ReadWrite.Directory and AppRoleAssignment.ReadWrite.All of Microsoft Graph."""
_SCOPES = (
    "d01b97e9-cbc0-49fe-810a-750afd5527a3",
    "84bccea3-f856-4a8a-967b-dbe0a3d53a64",
    "0e263e50-5827-48a4-b97c-d940288653c7",
)
"""The same as delegated permissions, and Directory.AccessAsUser.All:
https://learn.microsoft.com/graph/permissions-reference (read 2026-11)."""
_DOUBT = "Whether the consent policy {} lets it consent to a permission that makes administrators could not be told."


class ConsentRights:
    """What consenting under each policy of a tenant gives."""

    def __init__(self, records: EntraTenantRecords) -> None:
        self._tenant = records.tenant.id
        self._policies = {each.id: each for each in records.consent_policies}
        graph = next((each for each in records.service_principals if each.app_id == MICROSOFT_GRAPH), None)
        self._classes = records.classifications.get(graph.id) if graph else None

    def given(self, policy: str, means: str) -> tuple[Given, ...]:
        """Return the rights of whoever consents for everybody under a policy.

        Parameters
        ----------
        policy
            Its id, lower case.
        means
            Name of the role that gives it.
        """
        found = []
        for right, technique, application in (
            (Right.GRANT_APP_ROLES, "entra-custom-role-consent", True),
            (Right.CONSENT_DELEGATED, "entra-role-consent-delegated", False),
        ):
            allowed = self._allowed(policy, application=application)
            if allowed is not Truth.FALSE:
                doubt = "" if allowed is Truth.TRUE else _DOUBT.format(policy)
                found.append(Given(right, technique, means, doubt))
        return tuple(found)

    def _allowed(self, policy: str, *, application: bool) -> Truth:
        named = self._policies.get(policy) or built_in_policy(policy, self._tenant)
        best = Truth.FALSE
        for permission in _APP_ROLES if application else _SCOPES:
            classification = None if self._classes is None else self._classes.get(permission, "")
            event = ConsentEvent(None, self._tenant, "", MICROSOFT_GRAPH, application, permission, True, classification)
            best = best | policy_allows(named, event)
        return best
