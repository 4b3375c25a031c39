"""Names that belong together: the id of an application or key, its tenant, and the secret to it, under one prefix.

Input: names of settings, variables, secrets and inputs. Output: ``Part``: what a name says that it holds.
Handled: ``HR_CLIENT_ID`` beside ``HR_CLIENT_SECRET`` and ``HR_TENANT_ID``, ``AWS_ACCESS_KEY_ID`` beside
``AWS_SECRET_ACCESS_KEY``, ``AzureAd__ClientId``, ``aws-access-key-id``, ``ARM_CLIENT_CERTIFICATE``, and the whole of it
in ``AZURE_CREDENTIALS`` or the input ``creds``, as GitHub's action for Azure takes it.
Not handled: values; other ways to write the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from graph.joints.credentials import words

__all__ = ["Group", "Part", "Role", "part_of"]


class Role(StrEnum):
    """What a name says of its value."""

    ID = "id"
    TENANT = "tenant"
    SECRET = "secret"
    CERTIFICATE = "certificate"
    WHOLE = "whole"
    """Id, tenant and client secret in one text."""


Group = tuple[str, str]
"""``application`` or ``key``, and the prefix that its names share."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a name is to the others of its group."""

    group: Group
    role: Role


_WHO = r"(?:client|app|application|service_principal)"
_FORMS: tuple[tuple[str, Role, re.Pattern[str]], ...] = (
    ("key", Role.SECRET, re.compile(r"^(.*?)(?:secret_access_key|secret_key|access_key_secret)$")),
    ("application", Role.SECRET, re.compile(rf"^(.*?){_WHO}_(?:secret|secret_value|password|key)$")),
    ("application", Role.CERTIFICATE, re.compile(rf"^(.*?){_WHO}_certificate(?:_data|_pem|_pfx|_base64)?$")),
    ("application", Role.ID, re.compile(rf"^(.*?){_WHO}_id$")),
    ("application", Role.TENANT, re.compile(r"^(.*?)(?:tenant|directory)_id$")),
    ("application", Role.WHOLE, re.compile(r"^((?:.*_)?(?:azure|arm|aad|entra)_)cred(?:ential)?s$")),
    ("application", Role.WHOLE, re.compile(r"^()creds$")),
    ("key", Role.ID, re.compile(r"^(.*?)access_key(?:_id)?$")),
)


def part_of(name: str) -> Part | None:
    """Return what a name says that its value is; ``None`` where it says none of this.

    Examples
    --------
    >>> part_of("HR_CLIENT_SECRET")
    Part(group=('application', 'hr_'), role=<Role.SECRET: 'secret'>)
    >>> part_of("aws-access-key-id").role, part_of("AZURE_CREDENTIALS").group, part_of("NPM_TOKEN")
    (<Role.ID: 'id'>, ('application', 'azure_'), None)
    """
    plain = "_".join(words(name))
    for kind, role, form in _FORMS:
        if match := form.match(plain):
            return Part((kind, match.group(1)), role)
    return None
