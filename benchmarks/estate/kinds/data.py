"""Planted: identities that read a secret or a bucket, by every layer that has a say.

Input: a ``Lab``. Output: ``KINDS``. Not handled: objects and versions; stores other than secrets and buckets.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.statements import Json, allow, assume, deny, document
from benchmarks.estate.ids import REGION, access_key_id
from benchmarks.estate.lab import SEALED, Kind, Lab

__all__ = ["KINDS"]

_GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_DOCS: Final = "https://docs.aws.amazon.com/"
_READ_SECRET: Final = "secretsmanager:GetSecretValue"
_READ: Final = "s3:GetObject"


def _by(statement: Json, principal: object) -> Json:
    return {**statement, "Principal": principal}


def _for_all(statement: Json) -> Json:
    return _by(statement, "*")


def _key_for_account(lab: Lab) -> Json:
    """Return the statement by which a key leaves decisions to the account's own policies."""
    return _by(allow("kms:*"), {"AWS": lab.root_of()})


def _secret(lab: Lab) -> None:
    path, name = lab.path(), lab.word("role")
    arn = f"arn:aws:iam::{lab.home.id}:role{path}{name}"
    policy = document(_by(deny(_READ_SECRET), {"AWS": arn})) if lab.is_twin("resource-denies") else None
    secret = lab.secret(policy)
    wanted = "secretsmanager:DescribeSecret" if lab.is_twin("describes-only") else _READ_SECRET
    lab.reaches(lab.role(lab.trusts_service("lambda"), allow(wanted, secret), path=path, name=name), secret)


def _secret_under_key(lab: Lab) -> None:
    keeper = lab.role(lab.trusts_service("lambda"))
    statement = _key_for_account(lab)
    if lab.is_twin("key-refuses"):
        statement = _by(allow("kms:Decrypt kms:DescribeKey"), {"AWS": keeper})
    key = lab.key(statement)
    secret = lab.secret(key=key)
    statements = [allow(_READ_SECRET, secret)]
    if not lab.is_twin("no-decrypt"):
        statements.append(allow("kms:Decrypt", key))
    lab.reaches(lab.role(lab.trusts_service("ecs-tasks"), *statements), secret)


def _key_in_secret(lab: Lab) -> None:
    keeper = lab.role(lab.trusts_service("lambda"))
    statement = _key_for_account(lab)
    if lab.is_twin("key-refuses"):
        statement = _by(allow("kms:Decrypt kms:DescribeKey"), {"AWS": keeper})
    key = lab.key(statement)
    boss = lab.administrator_user()
    path, name = boss.split(":user", 1)[1].rsplit("/", 1)
    secret = lab.secret(key=key)
    credential = access_key_id(lab.estate.seed, lab.home.id, f"{path}/", name, 0)
    lab.estate.secrets.append((secret, credential, boss))
    reads = [allow(_READ_SECRET, secret), allow("kms:Decrypt", key)]
    lab.admin(lab.role(lab.trusts_service("lambda"), *reads), ("nhi-secretsmanager-getsecretvalue",))


def _bucket_elsewhere(lab: Lab) -> None:
    there = lab.other()
    name = lab.word(SEALED if lab.is_twin("rcp") else "data")
    objects = f"arn:aws:s3:::{name}/*"
    bucket = lab.bucket(document(_by(allow(_READ, objects), {"AWS": lab.root_of()})), at=there, name=name)
    wanted = f"{bucket}-old/*" if lab.is_twin("no-allow") else objects
    lab.reaches(lab.user(allow(_READ, wanted)), bucket, accounts=[there])


def _bucket_endpoint(lab: Lab) -> None:
    name = lab.word("data")
    objects = f"arn:aws:s3:::{name}/*"
    test: Json = {"StringNotEquals": {"aws:SourceVpce": "vpce-" + lab.word("v").split("-")[1]}}
    if lab.is_twin("other-principal"):
        test = {"ArnNotEquals": {"aws:PrincipalArn": lab.role(lab.trusts_service("lambda"))}}
    bucket = lab.bucket(document(_for_all(deny("s3:*", objects, test))), name=name)
    lab.reaches(lab.user(allow(_READ, objects)), bucket, state="conditional")


def _bucket_not_action(lab: Lab) -> None:
    bucket = lab.bucket()
    left_out = "not s3:*" if lab.is_twin("excluded") else "not s3:DeleteObject s3:PutObject"
    lab.reaches(lab.user(allow(left_out, f"{bucket}/*")), bucket)


def _bucket_by_role(lab: Lab) -> None:
    bucket = lab.bucket()
    path, name = lab.path(), lab.word("role")
    arn = f"arn:aws:iam::{lab.home.id}:role{path}{name}"
    statements = [allow(_READ, f"{bucket}/*")]
    if lab.is_twin("role-denied"):
        statements.append(deny("s3:Get*"))
    role = lab.role(lab.trusts_account(), *statements, path=path, name=name)
    if not lab.variant:
        lab.passes_on(role, bucket)
    lab.reaches(lab.user(allow("sts:AssumeRole", arn)), bucket)


def _bucket_bounded(lab: Lab) -> None:
    bucket = lab.bucket()
    allowed = f"{bucket}-public/*" if lab.is_twin("boundary") else f"{bucket}/*"
    limit = lab.policy(document(allow("s3:*", allowed)))
    lab.reaches(lab.role(lab.trusts_service("ec2"), allow("s3:GetObject s3:ListBucket"), boundary=limit), bucket)


def _bucket_named(lab: Lab) -> None:
    path, name = lab.path(), lab.word("svc")
    subject = lab.user_arn(path, name)
    bucket_name = lab.word("data")
    named = f"{subject}-old" if lab.is_twin("another-named") else subject
    statement = _by(allow(_READ, f"arn:aws:s3:::{bucket_name}/*"), {"AWS": named})
    bucket = lab.bucket(document(statement), name=bucket_name)
    if lab.is_twin("another-named"):
        lab.user(path=path, name=f"{name}-old")
        lab.passes_on(named, bucket)
    lab.reaches(lab.user(path=path, name=name), bucket)


def _secret_by_chain(lab: Lab) -> None:
    there = lab.other()
    secret = lab.secret()
    caller_path, caller_name = lab.path(), lab.word("role")
    caller = f"arn:aws:iam::{there.id}:role{caller_path}{caller_name}"
    trust = assume(caller)
    if lab.is_twin("wrong-external-account"):
        trust = lab.trusts_service("lambda")
    reader = lab.role(trust, allow(_READ_SECRET, secret))
    lab.passes_on(reader, secret)
    subject = lab.role(
        lab.trusts_service("ec2"), allow("sts:AssumeRole", reader), at=there, path=caller_path, name=caller_name
    )
    lab.reaches(subject, secret, accounts=[there])


def _via_service(lab: Lab) -> None:
    product = "s3" if lab.is_twin("other-service") else "secretsmanager"
    via: Json = {
        "StringEquals": {
            "kms:ViaService": f"{product}.{REGION}.amazonaws.com",
            "kms:CallerAccount": lab.home.id,
        }
    }
    secret = lab.secret(key=lab.key(_by(allow("kms:Decrypt kms:DescribeKey", when=via), {"AWS": "*"})))
    lab.reaches(lab.role(lab.trusts_service("lambda"), allow(_READ_SECRET, secret)), secret)


def _bucket_tls(lab: Lab) -> None:
    name = lab.word("data")
    plain = _for_all(deny("s3:*", f"arn:aws:s3:::{name}/*", {"Bool": {"aws:SecureTransport": "false"}}))
    statements = [allow(_READ, f"arn:aws:s3:::{name}/*")]
    if lab.is_twin("explicit-deny"):
        statements.append(deny(_READ, when={"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}}))
    bucket = lab.bucket(document(plain), name=name)
    lab.reaches(lab.user(*statements), bucket)


def _bucket_not_principal(lab: Lab) -> None:
    path, name, bucket_name = lab.path(), lab.word("svc"), lab.word("data")
    spared = lab.user() if lab.is_twin("another-spared") else lab.user_arn(path, name)
    others = {**deny("s3:*", f"arn:aws:s3:::{bucket_name}/*"), "NotPrincipal": {"AWS": [spared, lab.root_of()]}}
    bucket = lab.bucket(document(others), name=bucket_name)
    lab.reaches(lab.user(allow(_READ, f"{bucket}/*"), path=path, name=name), bucket)


def _bucket_of_team(lab: Lab) -> None:
    team = lab.word("team")
    bucket = lab.bucket(name=f"{team}-files")
    tags = {} if lab.is_twin("no-tag") else {"team": f"{team}-guest" if lab.is_twin("other-tag") else team}
    statement = allow(_READ, "arn:aws:s3:::${aws:PrincipalTag/team}-files/*")
    lab.reaches(lab.role(lab.trusts_service("ec2"), statement, tags=tags), bucket)


def _public_beside(lab: Lab) -> None:
    names = [lab.word("web") for _ in range(2)]
    opened = [
        lab.bucket(document(_for_all(allow(_READ, f"arn:aws:s3:::{name}/*"))), name=name, blocked=False)
        for name in names
    ]
    private = lab.bucket()
    subject = lab.role(lab.trusts_service("lambda"))
    lab.reaches(subject, private if lab.is_twin("private") else opened[0], anybody=not lab.variant)


KINDS: Final = (
    Kind(
        "data/secret",
        "It may read the secret, which lies under the account's default key.",
        _DOCS + "secretsmanager/latest/userguide/auth-and-access.html",
        {
            "resource-denies": "The secret's own policy denies it.",
            "describes-only": "It may describe the secret alone.",
        },
        _secret,
    ),
    Kind(
        "data/secret-under-key",
        "It may read the secret and decrypt with its key, which leaves the decision to the account's policies.",
        _DOCS + "kms/latest/developerguide/key-policy-default.html",
        {
            "key-refuses": "The key's policy names another role and not the account.",
            "no-decrypt": "It may not decrypt with the key.",
        },
        _secret_under_key,
    ),
    Kind(
        "data/key-in-secret",
        "It reads a secret that is declared to hold an administrator's access key.",
        _DOCS + "secretsmanager/latest/userguide/security-encryption.html",
        {"key-refuses": "The key's policy names another role and not the account."},
        _key_in_secret,
    ),
    Kind(
        "data/bucket-elsewhere",
        "The bucket's policy lets the caller's account in, and the caller's own policy allows it.",
        _GUIDE + "reference_policies_evaluation-logic-cross-account.html",
        {
            "rcp": "A resource control policy denies callers of other accounts.",
            "no-allow": "The caller's own policy allows another bucket alone.",
        },
        _bucket_elsewhere,
    ),
    Kind(
        "data/bucket-endpoint",
        "The bucket denies all but one VPC endpoint, by which the caller may or may not come.",
        _DOCS + "AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html",
        {"other-principal": "The bucket denies all but another role."},
        _bucket_endpoint,
    ),
    Kind(
        "data/bucket-not-action",
        "Allow with NotAction leaves out writing, and so allows reading.",
        _GUIDE + "reference_policies_elements_notaction.html",
        {"excluded": "NotAction s3:* leaves out reading as well."},
        _bucket_not_action,
    ),
    Kind(
        "data/bucket-by-role",
        "It assumes a role that reads the bucket.",
        _GUIDE + "id_roles.html",
        {"role-denied": "The role's own policy denies s3:Get*."},
        _bucket_by_role,
    ),
    Kind(
        "data/bucket-bounded",
        "Reading any bucket, within a boundary that leaves this one.",
        _GUIDE + "access_policies_boundaries.html",
        {"boundary": "The boundary leaves another bucket whose name begins alike."},
        _bucket_bounded,
    ),
    Kind(
        "data/bucket-named",
        "The bucket's policy names a user of its account, which needs no allow of its own.",
        _GUIDE + "reference_policies_evaluation-logic_policy-eval-basics-single-account.html",
        {"another-named": "The policy names another user whose name begins alike."},
        _bucket_named,
    ),
    Kind(
        "data/public-beside",
        "Two buckets of the account let everybody read; its own identities need no allow.",
        _GUIDE + "reference_policies_evaluation-logic_policy-eval-basics-single-account.html",
        {"private": "A third bucket beside them has no policy."},
        _public_beside,
    ),
    Kind(
        "data/secret-by-chain",
        "A role of another account, trusted by name and allowed, reads the secret.",
        _GUIDE + "tutorial_cross-account-with-roles.html",
        {"wrong-external-account": "The reader trusts Lambda alone; the caller's allow finds no trust."},
        _secret_by_chain,
    ),
    Kind(
        "data/secret-via-service",
        "The key lets everybody of the account decrypt by way of Secrets Manager.",
        _DOCS + "kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service",
        {"other-service": "The key lets everybody of the account decrypt by way of S3."},
        _via_service,
    ),
    Kind(
        "data/bucket-tls",
        "The bucket denies plain HTTP, which nobody has to use.",
        _DOCS + "AmazonS3/latest/userguide/example-bucket-policies.html",
        {"explicit-deny": "The user's own policy denies users to read."},
        _bucket_tls,
    ),
    Kind(
        "data/bucket-not-principal",
        "The bucket denies everybody but this user and the account.",
        _GUIDE + "reference_policies_elements_notprincipal.html",
        {"another-spared": "The bucket denies everybody but another user and the account."},
        _bucket_not_principal,
    ),
    Kind(
        "data/bucket-of-team",
        "The allow names the bucket of the caller's team by a variable.",
        _GUIDE + "reference_policies_variables.html",
        {
            "other-tag": "The caller's tag begins alike and is another.",
            "no-tag": "The caller bears no such tag; a variable without a value matches nothing.",
        },
        _bucket_of_team,
    ),
)
"""Kinds of this module."""
