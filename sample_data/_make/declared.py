"""What Nordlicht's people state: owners, people, environments, crown jewels, accounts, what a secret holds.

Input: none. Output: CSV text keyed by path below the evidence root. Not handled: owners that tags already name.
"""

from __future__ import annotations

import csv
import io

from sample_data._make.entra.names import DOMAIN, TENANT, guid
from sample_data._make.identifiers import access_key_id
from sample_data._make.regional import secret_arn

__all__ = ["declared_files"]

_PRODUCTION, _DATA = "222233334444", "444455556666"
_INTEGRATION = f"arn:aws:iam::{_PRODUCTION}:user/service/svc-integration"


def _domain(name: str) -> str:
    return f"{name}@nordlicht.example"


def _principal(app: str) -> str:
    return f"entra:{guid('principal', app)}"


def _rows() -> dict[str, list[tuple[str, ...]]]:
    first, second = (access_key_id(_PRODUCTION, f"svc-integration-{number}") for number in (1, 2))
    return {
        "accounts": [
            ("account", "relation", "name"),
            ("111122223333", "own", "nordlicht-management"),
            (_PRODUCTION, "own", "nordlicht-production"),
            ("333344445555", "own", "nordlicht-staging"),
            (_DATA, "own", "nordlicht-data"),
            (TENANT, "own", DOMAIN),
            ("555566667777", "vendor", "Logtail"),
        ],
        "environments": [
            ("match", "environment"),
            ("*:111122223333:*", "shared"),
            (f"*:{_PRODUCTION}:*", "production"),
            ("*:333344445555:*", "staging"),
            (f"*:{_DATA}:*", "production"),
            ("arn:aws:s3:::nordlicht-prod-*", "production"),
            ("arn:aws:s3:::nordlicht-data-*", "production"),
            ("arn:aws:s3:::nordlicht-stg-*", "staging"),
        ],
        "jewels": [
            ("match", "name", "impact"),
            ("tag:data-class=restricted", "restricted data", "H5"),
            (f"{secret_arn(_PRODUCTION, 'prod/shop/payment-api-key')}", "payment provider key", "H4"),
            ("arn:aws:s3:::nordlicht-prod-artifacts", "what production runs", "H6"),
        ],
        "owners": [
            ("identity", "owner", "team", "active"),
            (f"arn:aws:iam::{_PRODUCTION}:role/ci/gha-docs", _domain("lena.brandt"), "shop", "true"),
            (f"arn:aws:iam::{_DATA}:user/BedrockAPIKey-k3fw", _domain("tom.ziegler"), "data", "false"),
            *(
                (
                    f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole",
                    _domain("mats.ekberg"),
                    "platform",
                    "true",
                )
                for account in ("333344445555", _DATA)
            ),
            ("arn:aws:iam::333344445555:role/people/developer-legacy", _domain("anna.lindqvist"), "platform", ""),
        ],
        "people": [
            ("login", "person", "active"),
            *(
                (_domain(name), name.replace(".", " ").title(), active)
                for name, active in (
                    ("anna.lindqvist", "false"),
                    ("jonas.weber", "true"),
                    ("lena.brandt", "true"),
                    ("mats.ekberg", "true"),
                    ("noor.haddad", "true"),
                    ("petra.nowak", "true"),
                    ("tom.ziegler", "false"),
                    ("yusuf.demir", "true"),
                )
            ),
        ],
        "secrets": [
            ("secret", "credential", "identity", "type"),
            (secret_arn(_PRODUCTION, "prod/integration/erp"), second, _INTEGRATION, "aws_access_key"),
            (secret_arn(_PRODUCTION, "prod/integration/warehouse"), second, _INTEGRATION, "aws_access_key"),
            (secret_arn(_PRODUCTION, "prod/integration/carrier-gateway"), first, _INTEGRATION, "aws_access_key"),
            (
                secret_arn(_PRODUCTION, "prod/shop/mail-relay"),
                guid("secret", "parcel-mailer"),
                _principal("parcel-mailer"),
                "client_secret",
            ),
            (
                "github:nordlicht/tools/AWS_SECRET_ACCESS_KEY",
                access_key_id(_PRODUCTION, "svc-label-printer-1"),
                f"arn:aws:iam::{_PRODUCTION}:user/service/svc-label-printer",
                "aws_access_key",
            ),
            *(
                (secret_arn(_DATA, f"data/{secret}"), guid("secret", held), _principal(app), "client_secret")
                for secret, held, app in (
                    ("release-bot-client-secret", "release-bot-ci", "release-bot"),
                    ("release-bot-escrow", "release-bot-ci", "release-bot"),
                    ("people-sync-client-secret", "people-sync", "people-sync"),
                )
            ),
        ],
    }


def declared_files() -> dict[str, str]:
    """Return the files of the ``declared`` folder."""
    files = {}
    for kind, rows in _rows().items():
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        files[f"declared/{kind}.csv"] = text.getvalue()
    return files
