"""Planted: credentials that several share, and how many grants separate sources from a target.

Input: a ``Lab``. Output: ``KINDS``. Not handled: weights of grants.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.statements import allow, assume
from benchmarks.estate.ids import access_key_id
from benchmarks.estate.lab import Kind, Lab

__all__ = ["KINDS"]

_GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_LAMBDA: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"


def _role(lab: Lab) -> None:
    role = lab.role(lab.trusts_service("lambda"))
    number = 1 if lab.is_twin("one-function") else 3
    functions = [lab.function(role) for _ in range(number)]
    if lab.variant:
        lab.function(lab.role(lab.trusts_service("lambda")))
    lab.pool(role, functions)


def _key(lab: Lab) -> None:
    user = lab.user()
    path, name = user.split(":user", 1)[1].rsplit("/", 1)
    credential = access_key_id(lab.estate.seed, lab.home.id, f"{path}/", name, 0)
    secrets = [lab.secret() for _ in range(1 if lab.is_twin("one-secret") else 2)]
    lab.estate.secrets.extend((secret, credential, user) for secret in secrets)
    # Who reads which copy.
    readers = [lab.role(lab.trusts_service("lambda"), allow("secretsmanager:GetSecretValue", each)) for each in secrets]
    for reader in readers:
        lab.function(reader)
    lab.pool(credential, secrets)


def _bottleneck(lab: Lab) -> None:
    """Plant two sources over one reader; of the twin, each over a reader of its own."""
    secret = lab.secret()
    number = 2 if lab.is_twin("two-ways") else 1
    names = [(lab.path(), lab.word("svc")) for _ in range(2)]
    users = [lab.user_arn(path, name) for path, name in names]
    readers = [
        lab.role(assume(*(users if number == 1 else [users[place]])), allow("secretsmanager:GetSecretValue", secret))
        for place in range(number)
    ]
    for path, name in names:
        lab.user(path=path, name=name)
    for reader in readers:
        lab.passes_on(reader, secret)
    for user in users:
        lab.passes_on(user, secret)
    lab.cut(users, secret, number)


KINDS: Final = (
    Kind(
        "shared/execution-role",
        "Three functions run as one role.",
        _LAMBDA,
        {"one-function": "One function runs as the role; another has a role of its own."},
        _role,
    ),
    Kind(
        "shared/access-key",
        "One access key is declared to lie in two secrets.",
        _GUIDE + "id_credentials_access-keys.html",
        {"one-secret": "The key lies in one secret."},
        _key,
    ),
    Kind(
        "shared/bottleneck",
        "One grant, the reader's trust or its read, separates both sources from the secret.",
        _GUIDE + "id_roles.html",
        {"two-ways": "Each source has a reader of its own; two grants are needed."},
        _bottleneck,
    ),
)
"""Kinds of this module."""
