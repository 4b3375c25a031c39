"""Shapes of well-known tokens, so that a secret in an unexpected place is still found.

Input: text. Output: which secrets stand where.
Not handled: secrets without a shape of their own (a bare AWS secret access key, an old Vault token): those are redacted
by the name of the field that holds them. Access key ids and unique ids are not secrets and match nothing.
Every shape has a literal that must occur, which makes a clean file cost one substring search per shape.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["TOKEN_SHAPES", "Match", "TokenShape", "find_tokens", "shapes_in"]

_BEFORE = r"(?<![A-Za-z0-9+/_.-])"
_AFTER = r"(?![A-Za-z0-9_-])"


@dataclass(frozen=True, slots=True)
class TokenShape:
    """One kind of token."""

    kind: str
    literals: tuple[str, ...]
    """One of these occurs in every token of the kind."""
    pattern: re.Pattern[str]
    """The token is group 1 where there is one, else the whole match."""
    shown_head: int = 0
    """How many first characters the vendor itself shows in its lists; they stay as a hint."""
    shown_tail: int = 0
    check: Callable[[str], bool] | None = None
    """A further test of the matched text."""
    in_json: re.Pattern[str] | None = None
    """Occurs in the JSON text of every value that holds the token; for shapes whose literal is an everyday one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A token found in a text."""

    shape: TokenShape
    start: int
    end: int


def _is_jwt(text: str) -> bool:
    head = text.split(".", 1)[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError):
        return False
    return isinstance(header, dict) and "alg" in header


def _shape(
    kind: str, literals: str, body: str, head: int = 0, tail: int = 0, check: Callable[[str], bool] | None = None
) -> TokenShape:
    return TokenShape(kind, tuple(literals.split()), re.compile(_BEFORE + f"(?:{body})" + _AFTER), head, tail, check)


_PEM = TokenShape(
    "private_key",
    ("PRIVATE KEY", "PRIVATE+KEY", "PRIVATE%20KEY"),
    re.compile(
        r"-----BEGIN(?: |\+|%20)(?:[A-Z0-9]+(?: |\+|%20)){0,3}PRIVATE(?: |\+|%20)KEY(?:(?: |\+|%20)BLOCK)?-----"
        r".*?(?:-----END(?: |\+|%20)[A-Z0-9 +%]{0,40}-----|\Z)",
        re.DOTALL,
    ),
)

TOKEN_SHAPES: tuple[TokenShape, ...] = (
    _PEM,
    TokenShape(
        "aws_secret_access_key",
        ("secret_access_key", "SecretAccessKey", "SECRET_ACCESS_KEY", "secretAccessKey"),
        re.compile(
            r"(?i:(?<=secret_access_key)|(?<=secretaccesskey))[\"']?\s*[=:]\s*[\"']?"
            r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
        ),
    ),
    _shape(
        "aws_session_token",
        "IQoJb3JpZ2lu FwoGZXIvYXdz FQoGZXIvYXdz",
        r"(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9+/=%]{80,}",
    ),
    _shape("aws_bedrock_api_key", "ABSK", r"ABSK[A-Za-z0-9+/]{100,280}={0,2}"),
    _shape("aws_bedrock_api_key", "bedrock-api-key-YmVkcm9jay5h", r"bedrock-api-key-[A-Za-z0-9+/=_-]{40,}"),
    _shape("gcp_api_key", "AIza", r"AIza[\w-]{35}"),
    _shape("gcp_oauth_token", "ya29.", r"ya29\.[\w-]{20,}"),
    _shape("gcp_refresh_token", "1//0", r"1//0[\w-]{30,}"),
    _shape("gcp_client_secret", "GOCSPX-", r"GOCSPX-[\w-]{28}"),
    _shape("github_token", "ghp_ gho_ ghu_ ghr_ ghs_", r"gh[pour]_[A-Za-z0-9]{36}|ghs_[A-Za-z0-9._-]{36,}"),
    _shape("github_token", "github_pat_", r"github_pat_\w{82}"),
    _shape(
        "gitlab_token",
        "glpat- gldt- glrt- glcbt- gloas- glsoat- glagent-",
        r"gl(?:pat|dt|rt|cbt|oas|soat|agent)-[\w.-]{20,}",
    ),
    _shape(
        "slack_token",
        "xox xapp-",
        r"xox[abeopr](?:\.xox[bp])?-[A-Za-z0-9-]{20,}|xapp-\d-A[A-Z0-9]+-[A-Za-z0-9-]{20,}",
    ),
    TokenShape(
        "slack_webhook",
        ("hooks.slack.com/",),
        re.compile(r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,}"),
    ),
    _shape("entra_client_secret", "Q~", r"[\w~.-]{3}\dQ~[\w~.-]{31,34}", head=3),
    _shape(
        "openai_api_key", "T3BlbkFJ", r"sk-(?:(?:proj|svcacct|admin)-)?[\w-]{20,}T3BlbkFJ[\w-]{20,}", head=7, tail=4
    ),
    _shape("anthropic_api_key", "sk-ant-", r"sk-ant-(?:api|admin|oat)\d\d-[\w-]{80,}", head=16, tail=4),
    _shape("vault_token", "hvs. hvb. hvr.", r"hv[sbr]\.[\w-]{24,}"),
    _shape("stripe_key", "sk_ rk_", r"[sr]k_(?:test|live|prod)_[A-Za-z0-9]{16,}", head=8, tail=4),
    _shape("npm_token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    _shape("pypi_token", "pypi-AgE", r"pypi-AgE[\w-]{50,}"),
    _shape("databricks_token", "dapi", r"dapi[0-9a-f]{32}(?:-\d)?"),
    _shape("huggingface_token", "hf_", r"hf_[A-Za-z]{34}"),
    _shape("notion_token", "ntn_", r"ntn_[A-Za-z0-9]{40,}"),
    _shape("linear_api_key", "lin_api_", r"lin_api_[A-Za-z0-9]{40}"),
    _shape("atlassian_token", "ATATT3", r"ATATT3[\w=-]{60,}"),
    _shape("perplexity_api_key", "pplx-", r"pplx-[A-Za-z0-9]{40,}"),
    _shape("grafana_token", "glsa_", r"glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}"),
    _shape("digitalocean_token", "dop_v1_ doo_v1_ dor_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _shape("sentry_token", "sntrys_", r"sntrys_[A-Za-z0-9+/=_-]{60,}"),
    _shape("postman_api_key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    _shape("sendgrid_api_key", "SG.", r"SG\.[\w-]{22}\.[\w-]{43}"),
    _shape("onepassword_token", "ops_eyJ", r"ops_eyJ[\w-]{100,}"),
    _shape("doppler_token", "dp.pt. dp.st.", r"dp\.[ps]t\.[A-Za-z0-9.]{40,}"),
    _shape("pulumi_token", "pul-", r"pul-[0-9a-f]{40}"),
    _shape("heroku_api_key", "HRKU-AA", r"HRKU-AA[\w-]{50,}"),
    _shape("shopify_token", "shpat_ shpss_", r"shp(?:at|ss)_[0-9a-fA-F]{32}"),
    _shape("okta_api_token", "SSWS ", r"SSWS 00[\w-]{38,42}"),
    _shape("jwt", "eyJ", r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}", check=_is_jwt),
    TokenShape(
        "azure_account_key",
        ("AccountKey=", "SharedAccessKey="),
        re.compile(r"(?:(?<=AccountKey=)|(?<=SharedAccessKey=))[A-Za-z0-9+/]{42,88}={0,2}(?![A-Za-z0-9+/=])"),
    ),
    _shape("azure_devops_pat", "AZDO", r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    TokenShape(
        "azure_service_key",
        ("+ASt", "+ABa", "+AMC", "ACDb", "APIM"),
        re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{76}(?:APIM|ACDb|\+(?:ASt|ABa|AMC))[A-Za-z0-9+/]{5}[AQgw]=="),
    ),
    TokenShape("azure_sas", ("sig=",), re.compile(r"(?<=[?&]sig=)(?:[A-Za-z0-9+/_-]|%[0-9A-Fa-f]{2}){40,}=?")),
    TokenShape(
        "url_password",
        ("://",),
        re.compile(r"(?<=://)(?![$<{*])[^\s/:@\"']{1,80}:(?![$<{*])[^\s/@\"']{3,200}(?=@[A-Za-z0-9.-]+)"),
        in_json=re.compile(r"://[^\s/:@\"']{1,80}:[^\s/@\"']{3,200}@"),
    ),
)
"""Published shapes; each is long or structured enough that a name or an id does not look like it by chance."""


def shapes_in(text: str) -> tuple[TokenShape, ...]:
    """Return the shapes whose literal occurs in a JSON text: the only ones worth searching for in its values."""
    return tuple(
        shape
        for shape in TOKEN_SHAPES
        if any(literal in text for literal in shape.literals) and (shape.in_json is None or shape.in_json.search(text))
    )


def find_tokens(text: str, shapes: Sequence[TokenShape] = TOKEN_SHAPES) -> Iterator[Match]:
    """Yield tokens from left to right; of two that overlap, the one that begins first (then the longer)."""
    found = [
        Match(shape, *hit.span(1 if shape.pattern.groups else 0))
        for shape in shapes
        if any(literal in text for literal in shape.literals)
        for hit in shape.pattern.finditer(text)
        if shape.check is None or shape.check(hit.group())
    ]
    last = 0
    for match in sorted(found, key=lambda item: (item.start, -item.end)):
        if match.start >= last:
            last = match.end
            yield match
