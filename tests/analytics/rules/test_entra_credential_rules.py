"""Secrets and certificates of applications.

What proves an application, and what only belongs to single sign-on by SAML:
https://learn.microsoft.com/graph/api/serviceprincipal-addkey (the password of an ``X509CertAndPassword`` key opens that
key).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.policy import Policy
from tests.analytics.rules.entra_cases import Case, check, names
from tests.analytics.rules.scenarios_entra import HIGH, SHOP, months, pair
from tests.worlds.entra import TENANT, EntraWorldFiles, entra, oid, secret, token

LONG, EXPIRED, MANY = "entra-long-lived-secret", "entra-expired-credential", "entra-many-credentials"
BESIDE, ON_SP, PRIVILEGED = "entra-secret-beside-federation", "entra-secret-on-principal", "entra-secret-on-privileged"
MANAGED = f"https://login.microsoftonline.com/{TENANT}/v2.0"
SIGNING = pair(usage="Sign", type="X509CertAndPassword", endDateTime="2029-01-01T00:00:00Z")
VERIFYING = pair(keyId="11111111-0000-4000-8000-000000000002", endDateTime="2029-01-01T00:00:00Z")
SIGNING_PASSWORD = secret("x", ends="2029-01-01T00:00:00Z") | {"keyId": SIGNING["keyId"]}
OTHER_ID_PASSWORD = secret("x", ends="2029-01-01T00:00:00Z") | {"customKeyIdentifier": "AAAA"}


def app(**options: Any) -> EntraWorldFiles:
    """Return a tenant with one application."""
    return entra().app("deploy", **options)


def saml(*passwords: Any, **options: Any) -> EntraWorldFiles:
    """Return a vendor's application that signs people in by SAML: both halves of the certificate and its password."""
    return entra().sp("saml", secrets=passwords, more={"keyCredentials": [SIGNING, VERIFYING]}, **options)


LIFETIME = [
    Case(LONG, "two years", app(secrets=[months("k", 24)]), ("deploy medium",), says="valid for 720 days"),
    Case(LONG, "no end", app(secrets=[secret("k", ends="")]), ("deploy medium",), says="never ends"),
    Case(
        LONG,
        "begun at no known time",
        app(secrets=[secret("k", starts="", ends="2028-01-01T00:00:00Z")]),
        ("deploy medium",),
    ),
    Case(
        LONG,
        "nothing but a near end",
        app(secrets=[secret("k", starts="", ends="2026-07-01T00:00:00Z")]),
        (),
        ("when it began",),
    ),
    Case(LONG, "a certificate of eleven months", app(keys=[pair()])),
    Case(
        LONG, "a certificate of three years", app(keys=[pair(endDateTime="2029-01-01T00:00:00Z")]), ("deploy medium",)
    ),
    Case(LONG, "over already", app(secrets=[secret("k", starts="2020-01-01T00:00:00Z", ends="2026-05-01T00:00:00Z")])),
    Case(LONG, "of a privileged application", app(secrets=[months("k", 24)]).grants("deploy", HIGH), ("deploy high",)),
    Case(
        LONG,
        "of a disabled application",
        app(secrets=[months("k", 24)], enabled=False).grants("deploy", HIGH),
        ("deploy low",),
    ),
    Case(LONG, "single sign-on, one id", saml(SIGNING_PASSWORD)),
    Case(LONG, "single sign-on, one thumbprint", saml(OTHER_ID_PASSWORD)),
    Case(LONG, "single sign-on and a secret beside it", saml(months("k", 24)), ("saml medium",)),
    Case(
        LONG,
        "applications not looked at",
        app(secrets=[months("k", 6)]).without("applications"),
        (),
        ("Other credentials",),
    ),
    Case(LONG, "judged without a time", app(secrets=[months("k", 24)]), ("deploy medium",), timeless=True),
    Case(
        EXPIRED,
        "a certificate",
        app(keys=[pair(endDateTime="2026-05-31T00:00:00Z")]),
        ("deploy low",),
        says="1 day ago",
    ),
    Case(EXPIRED, "no end", app(secrets=[secret("k", ends="")])),
    Case(EXPIRED, "single sign-on", saml(secret("x", ends="2025-06-01T00:00:00Z") | {"keyId": SIGNING["keyId"]})),
    Case(EXPIRED, "perhaps over by now", app(secrets=[months("k", 6)]), (), ("give `--as-of`",), timeless=True),
    Case(EXPIRED, "not looked at", app().without("servicePrincipals"), (), ("`servicePrincipals`",)),
    Case(
        MANY,
        "application and service principal together",
        app(secrets=[months("a", 6), months("b", 6)], sp_secrets=[months("c", 6)]),
        ("deploy low",),
    ),
    Case(
        MANY,
        "two and federations",
        app(secrets=[months("a", 6)], keys=[pair()], federated=[token(SHOP + "ref:refs/heads/main")]),
    ),
    Case(MANY, "privileged", app(secrets=[months(k, 6) for k in "abc"]).grants("deploy", HIGH), ("deploy medium",)),
    Case(MANY, "not begun", app(secrets=[months("a", 6), months("b", 6), secret("c", starts="2026-07-01T00:00:00Z")])),
    Case(MANY, "not looked at", app().without("applications"), (), ("Other credentials",)),
]

PLACES = [
    Case(
        BESIDE,
        "a managed identity",
        entra()
        .managed_identity("worker")
        .app("deploy", secrets=[months("k", 6)], federated=[token(oid("sp:worker"), issuer=MANAGED)]),
        ("deploy medium",),
        says="a managed identity",
    ),
    Case(
        BESIDE,
        "a managed identity that is gone",
        entra().app("deploy", secrets=[months("k", 6)], federated=[token(oid("sp:worker"), issuer=MANAGED)]),
    ),
    Case(BESIDE, "no federation", app(secrets=[months("k", 6)])),
    Case(BESIDE, "a certificate beside it", app(keys=[pair()], federated=[token(SHOP + "ref:refs/heads/main")])),
    Case(
        BESIDE,
        "the secret is over",
        app(secrets=[secret("k", ends="2026-05-01T00:00:00Z")], federated=[token(SHOP + "ref:refs/heads/main")]),
    ),
    Case(
        BESIDE,
        "federations not looked at",
        app(secrets=[months("k", 6)]).without("applications.federatedIdentityCredentials"),
        (),
        ("Which applications federate",),
    ),
    Case(ON_SP, "on a vendor's", entra().sp("mailer", secrets=[months("k", 6)]), ("mailer high",)),
    Case(
        ON_SP,
        "on a vendor's that can become others",
        entra().sp("mailer", secrets=[months("k", 6)]).grants("mailer", HIGH),
        ("mailer critical",),
    ),
    Case(ON_SP, "single sign-on", saml(SIGNING_PASSWORD)),
    Case(ON_SP, "a certificate that proves", entra().sp("mailer", more={"keyCredentials": [pair()]}), ("mailer high",)),
    Case(ON_SP, "over", app(sp_secrets=[secret("k", ends="2026-05-01T00:00:00Z")])),
    Case(ON_SP, "not looked at", app().without("servicePrincipals"), (), ("Other service principals",)),
    Case(
        PRIVILEGED,
        "by a path alone",
        app(secrets=[months("k", 6)]).role("sp:deploy", "Privileged Role Administrator"),
        ("deploy high",),
    ),
    Case(PRIVILEGED, "mail alone is not becoming others", app(secrets=[months("k", 6)]).grants("deploy", "Mail.Read")),
    Case(
        PRIVILEGED,
        "told as a secret beside a federation",
        app(secrets=[months("k", 6)], federated=[token(SHOP + "ref:refs/heads/main")]).grants("deploy", HIGH),
    ),
    Case(PRIVILEGED, "disabled", app(secrets=[months("k", 6)], enabled=False).grants("deploy", HIGH)),
    Case(PRIVILEGED, "not looked at", app().without("applications"), (), ("Other credentials",)),
]

CASES = LIFETIME + PLACES


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


def test_the_policy_decides(tmp_path: Path) -> None:
    case = Case(LONG, "", app(secrets=[months("k", 7)]))
    check(case, tmp_path, Policy(entra_secret_days=210))


def test_expired_is_not_judged_without_a_time(tmp_path: Path) -> None:
    from analytics.findings import evaluate
    from analytics.rules import RULES
    from analytics.rules._context import RuleContext
    from tests.analytics.rules.building import snapshot_of

    built = snapshot_of(app(secrets=[secret("k", ends="2026-05-01T00:00:00Z")]).build(tmp_path / "e"), tmp_path / "w")
    verdicts = list(RULES[EXPIRED].evaluate(built, RuleContext(built, Policy(), None)))
    assert [verdict.outcome.value for verdict in verdicts] == ["not_judged"]
    assert evaluate(built, rules={EXPIRED: RULES[EXPIRED]}).findings


def test_what_to_remove(tmp_path: Path) -> None:
    case = Case(MANY, "", app(secrets=[months(k, 6) for k in "abc"]), ("deploy low",))
    (finding,) = check(case, tmp_path).findings
    assert len(finding.grants) == 2, "one stays"
    assert all(grant.text.startswith("client secret") for grant in finding.grants)
