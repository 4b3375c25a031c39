"""Fill moto with one small account: an organization, identities, functions, an instance, keys, secrets, buckets.

Input: the address of a moto server. Output: nothing; names are constants here.
Not handled: service-specific credentials and paging, which moto lacks.
"""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from typing import Any

from tests.collectors.aws.automation_world import seed_automation
from tests.collectors.aws.seed_compute import seed_compute
from tests.collectors.aws.sharing_world import seed_sharing

__all__ = ["ACCOUNT", "REGIONS", "client", "seed_account"]

ACCOUNT = "123456789012"
REGIONS = ("eu-west-1", "us-east-1")
USERS = ("alice", "ci", "old", "robot")
"""``ci`` has one key, ``robot`` two, ``old`` an inactive one, ``alice`` a password only."""


@cache
def client(url: str, service: str, region: str = "us-east-1") -> Any:
    """Return a client that talks to moto directly, past the proxy and the hook."""
    return _session().client(service, region_name=region, endpoint_url=url)


@cache
def _session() -> Any:
    import boto3

    return boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x")


def _allow(action: str, principal: dict[str, str] | str | None = None) -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": action}
    statement |= {"Principal": principal} if principal else {"Resource": "*"}
    if principal and not action.startswith("sts"):
        statement["Resource"] = "*"
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def seed_account(url: str) -> None:
    """Create everything, once for a server."""
    role = _seed_iam(url)
    _seed_organization(url)
    for region in REGIONS:
        _seed_region(url, region, role)
    s3 = client(url, "s3")
    s3.create_bucket(Bucket="logs")
    s3.create_bucket(Bucket="data-eu", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_policy(Bucket="data-eu", Policy=_allow("s3:GetObject", {"AWS": role}))
    s3.put_public_access_block(
        Bucket="data-eu",
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    for region in REGIONS:
        seed_sharing(client, url, region, role)
        seed_automation(client, url, region, role)


def _seed_iam(url: str) -> str:
    iam = client(url, "iam")
    for name in USERS:
        iam.create_user(UserName=name)
    iam.create_login_profile(UserName="alice", Password="not-a-real-one-1")
    for name in ("ci", "old", "robot", "robot"):
        key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    iam.update_access_key(
        UserName="old",
        AccessKeyId=iam.list_access_keys(UserName="old")["AccessKeyMetadata"][0]["AccessKeyId"],
        Status="Inactive",
    )
    assert key
    iam.create_group(GroupName="devs")
    iam.add_user_to_group(GroupName="devs", UserName="alice")
    iam.put_group_policy(GroupName="devs", PolicyName="p", PolicyDocument=_allow("s3:ListAllMyBuckets"))
    policy = iam.create_policy(PolicyName="deploy", PolicyDocument=_allow("lambda:*"))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ci", PolicyArn=policy)
    trust = _allow("sts:AssumeRole", {"Service": "lambda.amazonaws.com"})
    role: str = iam.create_role(RoleName="runner", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.create_role(RoleName="host", AssumeRolePolicyDocument=trust)
    iam.create_instance_profile(InstanceProfileName="host")
    iam.add_role_to_instance_profile(InstanceProfileName="host", RoleName="host")
    iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )
    iam.create_saml_provider(Name="okta", SAMLMetadataDocument="<x/>" + "a" * 1000)
    iam.create_account_alias(AccountAlias="example-company")
    iam.generate_credential_report()
    return role


def _seed_organization(url: str) -> None:
    organizations = client(url, "organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
    unit = organizations.create_organizational_unit(ParentId=root, Name="workloads")["OrganizationalUnit"]["Id"]
    inner = organizations.create_organizational_unit(ParentId=unit, Name="production")["OrganizationalUnit"]["Id"]
    member = organizations.create_account(Email="p@example.com", AccountName="prod")["CreateAccountStatus"]["AccountId"]
    organizations.move_account(AccountId=member, SourceParentId=root, DestinationParentId=inner)
    for kind, name in (("SERVICE_CONTROL_POLICY", "no-leave"), ("RESOURCE_CONTROL_POLICY", "own-only")):
        policy = organizations.create_policy(Content=_allow("*"), Description="d", Name=name, Type=kind)
        organizations.attach_policy(PolicyId=policy["Policy"]["PolicySummary"]["Id"], TargetId=unit)


def _seed_region(url: str, region: str, role: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("f.py", "def h(e, c): pass")
    functions = client(url, "lambda", region)
    for name in ("quiet", "shared"):
        functions.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=role,
            Handler="f.h",
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": {"DB_PASSWORD": "hunter2-hunter2"}},
        )
    functions.add_permission(FunctionName="shared", StatementId="1", Action="lambda:InvokeFunction", Principal="*")
    keys = client(url, "kms", region)
    key = keys.create_key(Description="payments")["KeyMetadata"]["KeyId"]
    keys.create_alias(AliasName="alias/payments", TargetKeyId=key)
    secrets = client(url, "secretsmanager", region)
    for name in ("db/main", "db/replica", "api/token"):
        secrets.create_secret(Name=name, SecretString="never-read")
    policy = _allow("secretsmanager:GetSecretValue", {"AWS": role})
    secrets.put_resource_policy(SecretId="db/main", ResourcePolicy=policy)
    ec2 = client(url, "ec2", region)
    # Not looked up: moto's list of images takes seconds.
    ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, IamInstanceProfile={"Name": "host"})
    seed_compute(lambda service: client(url, service, region), role, archive.getvalue())
