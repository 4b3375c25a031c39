"""Cases: logins of GitHub and people who are gone.

Input: none (data only). Output: ``CASES``. Not handled: owners of identities.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.accuracy.entra.tenant import Tenant
from benchmarks.accuracy.joints.case import Case, case, no, yes
from benchmarks.accuracy.joints.hub import Hub, hub

__all__ = ["CASES"]

_SAML: Final = "https://docs.github.com/en/graphql/reference/objects#externalidentity"
_PEOPLE: Final = "docs/joints.md#people-of-github"


def _known(**sign_on: str) -> Hub:
    made = hub()
    made.sign_on = sign_on
    return made


def _gone(*logins: str, active: bool = False) -> dict[str, list[dict[str, Any]]]:
    return {"people": [{"login": one, "person": "Anna Berg", "active": active} for one in logins]}


CASES: Final[tuple[Case, ...]] = (
    case(
        "person/by the name id of single sign-on",
        "The name id is the address of somebody who left.",
        _SAML,
        yes("gh:anna", "left"),
        no("gh:ben", "left"),
        no("gh:rea", "left"),
        github=_known(anna="anna.berg@small.example", ben="ben.olsen@small.example"),
        declared=_gone("anna.berg@small.example"),
    ),
    case(
        "person/another domain",
        "The same name at another domain is another person.",
        _PEOPLE,
        no("gh:anna", "left"),
        no("gh:ben", "left"),
        github=_known(anna="anna.berg@small.example"),
        declared=_gone("anna.berg@small.example.org"),
    ),
    case(
        "person/declared by login",
        "The row names the login of GitHub.",
        _PEOPLE,
        yes("gh:anna", "left"),
        no("gh:ben", "left"),
        github=hub(),
        declared=_gone("github:anna"),
    ),
    case(
        "person/a login without github:",
        "It is a login of something else.",
        _PEOPLE,
        no("gh:anna", "left"),
        github=hub(),
        declared=_gone("anna"),
    ),
    case(
        "person/a disabled account of Entra",
        "The name id is the principal name of a disabled user; the twin's is enabled.",
        _PEOPLE,
        yes("gh:anna", "left"),
        no("gh:ben", "left"),
        github=_known(anna="anna@small.example", ben="ben@small.example"),
        entra=Tenant().user("anna", enabled=False).user("ben"),
    ),
    case(
        "person/statements that contradict each other",
        "Gone by one, here by the other: not known.",
        "docs/adr/0018-joints.md",
        no("gh:anna", "left"),
        github=_known(anna="anna@small.example"),
        entra=Tenant().user("anna", enabled=False),
        declared=_gone("anna@small.example", active=True),
    ),
    case(
        "person/login that begins alike",
        "Similar names are not looked at.",
        _PEOPLE,
        no("gh:anna", "left"),
        no("gh:ben", "left"),
        github=hub(),
        declared=_gone("github:anna-b", "anna@small.example"),
    ),
)
