"""Which properties the rule of a dynamic group reads, and whether somebody who writes users can satisfy it.

Input: a membership rule. Output: ``RuleReads``.
Handled: properties of users by name, the rule on direct reports, extension attributes.
Not handled: what values the rule asks for: whoever writes a property writes the value that is asked for.
Errs towards: unverified where a rule also reads what nobody writes so; silence on rules for devices, which are no
identities here.

References
----------
https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership and
https://learn.microsoft.com/graph/api/user-update (read 2026-11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["OWN", "RuleReads", "rule_reads"]

_QUOTED = re.compile(r'"(?:`.|[^"`])*"')
_PROPERTY = re.compile(r"\b(user|device)\.([A-Za-z0-9_]+)", re.IGNORECASE)
_REPORTS = re.compile(r"^\s*direct\s+reports\s+for\b", re.IGNORECASE)
_WRITTEN = frozenset(
    {
        "accountenabled",
        "city",
        "companyname",
        "country",
        "department",
        "displayname",
        "employeehiredate",
        "employeeid",
        "facsimiletelephonenumber",
        "givenname",
        "jobtitle",
        "mail",
        "mailnickname",
        "manager",
        "mobile",
        "othermails",
        "passwordpolicies",
        "physicaldeliveryofficename",
        "postalcode",
        "preferredlanguage",
        "state",
        "streetaddress",
        "surname",
        "telephonenumber",
        "usagelocation",
        "userprincipalname",
        "usertype",
    }
)
"""Properties that updating a user writes, lower case, as rules name them."""
OWN = frozenset({"mobile"})
"""Those that every member writes of itself:
https://learn.microsoft.com/entra/fundamentals/users-default-permissions (read 2026-11)."""


@dataclass(frozen=True, slots=True)
class RuleReads:
    """What a rule reads."""

    written: frozenset[str]
    """Properties that whoever updates users writes."""
    others: frozenset[str]
    """Other properties: of the object itself, of other groups, of licences, from premises."""
    devices: bool = False

    @property
    def own(self) -> bool:
        """Return whether the rule reads nothing but what every member writes of itself."""
        return bool(self.written) and self.written <= OWN and not self.others and not self.devices


def rule_reads(rule: str) -> RuleReads:
    """Return what a membership rule reads; nothing where no property is found in it."""
    if _REPORTS.match(rule):
        return RuleReads(frozenset({"manager"}), frozenset())
    found = _PROPERTY.findall(_QUOTED.sub('""', rule))
    if any(kind.lower() == "device" for kind, _ in found):
        return RuleReads(frozenset(), frozenset(), devices=True)
    names = frozenset(name.lower() for _, name in found)
    written = frozenset(name for name in names if name in _WRITTEN or name.startswith("extension"))
    return RuleReads(written, names - written)
