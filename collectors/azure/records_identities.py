"""Managed identities: user-assigned ones as resources with their federated credentials, and those of other resources.

Input: ``Reading`` rows, one resource. Output: records by id; ``Assigned``.
Handled: identities in the form of ARM, ``az`` and Resource Graph.
Not handled: their service principals, which Entra evidence shows; both meet in the principal's object id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from collectors.azure.records import AzureFederatedCredential, AzureManagedIdentity
from collectors.azure.records_fields import FieldError, Fields, Reading, arm_id, arm_type, lower_id, spread
from collectors.azure.records_scopes import tenant_of

__all__ = ["IDENTITY_TYPE", "Assigned", "assigned", "read_managed_identities"]

IDENTITY_TYPE = "microsoft.managedidentity/userassignedidentities"
_FEDERATED = "managedidentity.userAssignedIdentities.federatedIdentityCredentials"


@dataclass(frozen=True, slots=True)
class Assigned:
    """The identities of a resource."""

    system: str = ""
    """Object id of its own one."""
    user: tuple[str, ...] = ()
    """ARM ids of user-assigned ones."""
    principals: dict[str, str] = field(default_factory=dict)
    """Object id by such an ARM id, where told."""

    @property
    def any(self) -> bool:
        """Return whether there is one."""
        return bool(self.system or self.user)


def assigned(item: Fields) -> Assigned:
    """Return the identities that a resource says it has."""
    if not isinstance(item.body.get("identity"), dict):
        return Assigned()
    identity = item.inner("identity")
    users = identity.inner("userAssignedIdentities")
    principals: dict[str, str] = {}
    ids: list[str] = []
    for spelled in users.body:
        own = lower_id(spelled)
        ids.append(own)
        # ``az`` prints null for one whose details it does not have.
        if isinstance(users.body[spelled], dict) and (principal := users.inner(spelled).text("principalId")):
            principals[own] = principal.lower()
    return Assigned(identity.text("principalId").lower(), tuple(sorted(ids)), principals)


def read_managed_identities(readings: Sequence[Reading]) -> dict[str, AzureManagedIdentity]:
    """Return user-assigned identities whose principal is told."""
    federated = Reading.of_all_objects(readings, _FEDERATED)

    def build(item: Fields) -> AzureManagedIdentity:
        fields, identity = spread(item), arm_id(item)
        return AzureManagedIdentity(
            id=identity,
            name=item.text("name") or identity.rpartition("/")[2],
            principal_id=fields.required("principalId").lower(),
            client_id=fields.text("clientId").lower(),
            ref=item.ref,
            tenant=tenant_of(item),
            federated=tuple(_federated(federated.get(identity, ()))),
            federated_known=identity in federated,
            tags=item.tags("tags"),
            given_id=item.text("id"),
            created_at=item.inner("systemData").time("createdAt"),
        )

    def build_if_one(item: Fields) -> AzureManagedIdentity | None:
        shown = arm_type(item) == IDENTITY_TYPE and bool(spread(item).body.get("principalId"))
        return build(item) if shown else None

    found: dict[str, AzureManagedIdentity] = {}
    for reading in readings:
        for identity in reading.each("managedidentity.userAssignedIdentities", build):
            found.setdefault(identity.id, identity)
    for reading in readings:
        for other in reading.each("resources", build_if_one):
            if other is not None:
                found.setdefault(other.id, other)
    return found


def _federated(items: Sequence[Fields]) -> Iterator[AzureFederatedCredential]:
    for item in items:
        fields = spread(item)
        expression = fields.inner("claimsMatchingExpression")
        try:
            identity = arm_id(item)
            yield AzureFederatedCredential(
                id=identity,
                name=item.text("name") or identity.rpartition("/")[2],
                issuer=fields.required("issuer"),
                subject=fields.text("subject"),
                ref=item.ref,
                audiences=fields.texts("audiences"),
                expression=expression.text("value"),
                expression_version=expression.number("languageVersion") or 1,
            )
        except FieldError as error:
            item.report("issuer", str(error).rpartition(": ")[2])
