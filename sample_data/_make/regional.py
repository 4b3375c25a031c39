"""Render what an account has in one region: functions, instances, keys, secrets, tags; and its buckets.

Input: an ``Account`` and a ``Region``. Output: answer bodies, and (request, answer) pairs for calls made per object.
Not handled: secret values and values of environment variables; the latter appear as a collector redacts them.
"""

from __future__ import annotations

import base64
import hashlib
import json

from sample_data._make.documents import Json
from sample_data._make.iam import tags_of
from sample_data._make.identifiers import days_ago, hex_id, moment, resource_suffix, unique_id
from sample_data._make.parts import REGION, Account, Bucket, Function, Instance, KmsKey, Region, Secret

__all__ = ["Error", "Lines", "bucket_answers", "key_ids", "region_answers", "secret_arn"]

Error = tuple[str, str]
"""The vendor's code and message."""
Lines = list[tuple[Json, Json | Error]]
"""Calls made per object: request and response, or the refusal."""


def _text(body: Json) -> str:
    """Return a resource policy as these services give it: JSON in a string."""
    return json.dumps(body, separators=(",", ":"))


def _uuid(name: str) -> str:
    digits = hex_id(name, 32)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _function_arn(account: Account, region: Region, function: Function) -> str:
    return f"arn:aws:lambda:{region.name}:{account.id}:function:{function.name}"


def _function(account: Account, region: Region, function: Function) -> Json:
    arn = _function_arn(account, region, function)
    body: Json = {
        "FunctionName": function.name,
        "FunctionArn": arn,
        "Runtime": function.runtime,
        "Role": f"arn:aws:iam::{account.id}:role/{function.role}",
        "Handler": "app.handler",
        "CodeSize": 20480 + len(function.name) * 1024,
        "Description": "",
        "Timeout": 30,
        "MemorySize": 256,
        "LastModified": moment(function.modified, "09:12:44").strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "CodeSha256": base64.b64encode(hashlib.sha256(arn.encode()).digest()).decode("ascii"),
        "Version": "$LATEST",
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": _uuid(arn),
        "PackageType": "Zip",
        "Architectures": ["arm64"],
    }
    if function.environment:
        redacted = {"redacted": "environment_variable"}
        body["Environment"] = {"Variables": {name: dict(redacted) for name in function.environment}}
    return body


def _lambda(account: Account, region: Region) -> tuple[Json, Lines]:
    functions = sorted(region.functions, key=lambda function: function.name)
    lines: Lines = []
    for function in functions:
        answer: Json | Error = ("ResourceNotFoundException", "The resource you requested does not exist.")
        if function.policy:
            answer = {"Policy": _text(function.policy), "RevisionId": _uuid(function.name)}
        lines.append(({"FunctionName": function.name}, answer))
    return {"Functions": [_function(account, region, function) for function in functions]}, lines


def _instance_id(account: Account, instance: Instance) -> str:
    return "i-" + hex_id(f"{account.id}/{instance.name}")


def _profile(account: Account, instance: Instance) -> Json:
    return {
        "Arn": f"arn:aws:iam::{account.id}:instance-profile/{instance.profile}",
        "Id": unique_id("AIPA", account.id, instance.profile),
    }


def _reservation(account: Account, region: Region, instance: Instance) -> Json:
    body: Json = {
        "InstanceId": _instance_id(account, instance),
        "ImageId": "ami-" + hex_id("ami"),
        "InstanceType": "t4g.large",
        "State": {"Code": 16, "Name": "running"},
        "LaunchTime": days_ago(instance.launched, "06:40:18"),
        "Placement": {"AvailabilityZone": f"{region.name}a", "Tenancy": "default"},
        "Architecture": "arm64",
        "MetadataOptions": {"State": "applied", "HttpTokens": "required", "HttpEndpoint": "enabled"},
        "PlatformDetails": "Linux/UNIX",
        "Tags": tags_of({"Name": instance.name, **instance.tags}),
    }
    if instance.profile:
        body["IamInstanceProfile"] = _profile(account, instance)
    reservation = "r-" + hex_id(f"r/{account.id}/{instance.name}")
    return {"ReservationId": reservation, "OwnerId": account.id, "Groups": [], "Instances": [body]}


def _association(account: Account, instance: Instance) -> Json:
    return {
        "AssociationId": "iip-assoc-" + hex_id(f"a/{account.id}/{instance.name}"),
        "InstanceId": _instance_id(account, instance),
        "IamInstanceProfile": _profile(account, instance),
        "State": "associated",
    }


def _managed(account: Account, instance: Instance) -> Json:
    return {
        "InstanceId": _instance_id(account, instance),
        "PingStatus": "Online",
        "LastPingDateTime": days_ago(0, "05:44:30"),
        "AgentVersion": "3.3.3050.0",
        "IsLatestVersion": True,
        "PlatformType": "Linux",
        "PlatformName": "Amazon Linux",
        "PlatformVersion": "2023",
        "ResourceType": "EC2Instance",
        "ComputerName": f"{instance.name}.internal",
    }


def _key_arn(account: Account, region: Region, key: KmsKey) -> str:
    return f"arn:aws:kms:{region.name}:{account.id}:key/{_key_id(account, key)}"


def _key_id(account: Account, key: KmsKey) -> str:
    return _uuid(f"kms/{account.id}/{key.alias}")


def _key_metadata(account: Account, region: Region, key: KmsKey) -> Json:
    description = (
        ""
        if key.manager == "CUSTOMER"
        else "Default key that protects my Secrets Manager data when no other key is defined"
    )
    return {
        "KeyMetadata": {
            "AWSAccountId": account.id,
            "KeyId": _key_id(account, key),
            "Arn": _key_arn(account, region, key),
            "CreationDate": days_ago(key.created, "12:10:09"),
            "Enabled": True,
            "Description": description,
            "KeyUsage": "ENCRYPT_DECRYPT",
            "KeyState": "Enabled",
            "Origin": "AWS_KMS",
            "KeyManager": key.manager,
            "KeySpec": "SYMMETRIC_DEFAULT",
            "MultiRegion": False,
        }
    }


def key_ids(account: Account, region: Region) -> list[str]:
    """Return the ids of the customer's keys of a region, sorted."""
    return sorted(_key_id(account, key) for key in region.kms_keys)


def _kms(account: Account, region: Region) -> dict[str, Json | Lines]:
    keys = sorted(region.kms_keys, key=lambda key: _key_id(account, key))
    aliases = [
        {
            "AliasName": f"alias/{key.alias}",
            "AliasArn": f"arn:aws:kms:{region.name}:{account.id}:alias/{key.alias}",
            "TargetKeyId": _key_id(account, key),
            "CreationDate": days_ago(key.created, "12:10:10"),
        }
        for key in sorted(keys, key=lambda key: key.alias)
    ]
    listed = [{"KeyId": _key_id(account, key), "KeyArn": _key_arn(account, region, key)} for key in keys]
    described: Lines = [({"KeyId": _key_id(account, key)}, _key_metadata(account, region, key)) for key in keys]
    policies: Lines = [
        (
            {"KeyId": _key_id(account, key), "PolicyName": "default"},
            {"Policy": _text(key.policy), "PolicyName": "default"},
        )
        for key in keys
    ]
    return {
        "kms.list_keys": {"Keys": listed, "Truncated": False},
        "kms.describe_key": described,
        "kms.get_key_policy": policies,
        "kms.list_aliases": {"Aliases": aliases, "Truncated": False},
    }


def secret_arn(account_id: str, name: str, region: str = REGION) -> str:
    """Return the ARN of a secret, with the suffix that Secrets Manager adds to its name."""
    return f"arn:aws:secretsmanager:{region}:{account_id}:secret:{name}-{resource_suffix(f'{account_id}/{name}')}"


def _secret(account: Account, region: Region, secret: Secret) -> Json:
    body: Json = {
        "ARN": secret_arn(account.id, secret.name, region.name),
        "Name": secret.name,
        "LastChangedDate": days_ago(secret.changed, "10:05:00"),
        "CreatedDate": days_ago(secret.created, "10:05:00"),
        # The vendor keeps the day only: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
        "LastAccessedDate": days_ago(secret.accessed, "00:00:00"),
        "RotationEnabled": False,
        "Tags": tags_of(secret.tags),
        "SecretVersionsToStages": {_uuid(secret.name): ["AWSCURRENT"]},
    }
    for key in region.kms_keys:
        if key.alias == secret.kms:
            body["KmsKeyId"] = _key_arn(account, region, key)
    return body


def _secrets(account: Account, region: Region) -> dict[str, Json | Lines]:
    listing, policies = "secretsmanager.list_secrets", "secretsmanager.get_resource_policy"
    if region.secrets_denied:
        message = (
            f"User: arn:aws:sts::{account.id}:assumed-role/nhi-collector/nhi is not authorized to perform: "
            "secretsmanager:ListSecrets because no identity-based policy allows the secretsmanager:ListSecrets action"
        )
        blocked = f"not asked: {listing} did not say what there is"
        return {listing: [({}, ("AccessDeniedException", message))], policies: [({}, ("NotAsked", blocked))]}
    secrets = sorted(region.secrets, key=lambda secret: secret.name)
    lines: Lines = []
    for secret in secrets:
        arn = secret_arn(account.id, secret.name, region.name)
        answer: Json = {"ARN": arn, "Name": secret.name}
        lines.append(({"SecretId": arn}, answer | ({"ResourcePolicy": _text(secret.policy)} if secret.policy else {})))
    return {listing: {"SecretList": [_secret(account, region, secret) for secret in secrets]}, policies: lines}


def _tagged(account: Account, region: Region) -> Json:
    """Return ``GetResources`` for functions, keys and, in the region that holds them, buckets."""
    tags = {_function_arn(account, region, function): function.tags for function in region.functions}
    tags |= {_key_arn(account, region, key): key.tags for key in region.kms_keys}
    if region.name == REGION:
        tags |= {f"arn:aws:s3:::{bucket.name}": bucket.tags for bucket in account.buckets}
    mapped = [{"ResourceARN": arn, "Tags": tags_of(tags[arn])} for arn in sorted(tags) if tags[arn]]
    return {"PaginationToken": "", "ResourceTagMappingList": mapped}


def region_answers(account: Account, region: Region) -> dict[str, Json | Lines]:
    """Return every regional answer, keyed by operation."""
    functions, function_policies = _lambda(account, region)
    instances = sorted(region.instances, key=lambda instance: instance.name)
    return {
        "lambda.list_functions": functions,
        "lambda.get_policy": function_policies,
        "ec2.describe_instances": {"Reservations": [_reservation(account, region, instance) for instance in instances]},
        "ec2.describe_iam_instance_profile_associations": {
            "IamInstanceProfileAssociations": [
                _association(account, instance) for instance in instances if instance.profile
            ]
        },
        "ssm.describe_instance_information": {
            "InstanceInformationList": [_managed(account, instance) for instance in instances if instance.managed]
        },
        **_kms(account, region),
        **_secrets(account, region),
        "resourcegroupstaggingapi.get_resources": _tagged(account, region),
    }


def bucket_answers(account: Account) -> dict[str, Json | Lines]:
    """Return the answers about buckets, keyed by operation."""
    buckets = sorted(account.buckets, key=lambda bucket: bucket.name)
    owner = {"ID": hashlib.sha256(account.id.encode()).hexdigest()}

    def policy(bucket: Bucket) -> Json | Error:
        return (
            {"Policy": _text(bucket.policy)}
            if bucket.policy
            else ("NoSuchBucketPolicy", "The bucket policy does not exist")
        )

    switches = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return {
        "s3.list_buckets": {
            "Buckets": [
                {
                    "Name": bucket.name,
                    "CreationDate": days_ago(bucket.created, "15:00:31"),
                    "BucketRegion": REGION,
                    "BucketArn": f"arn:aws:s3:::{bucket.name}",
                }
                for bucket in buckets
            ],
            "Owner": owner,
        },
        "s3.get_bucket_policy": [({"Bucket": bucket.name}, policy(bucket)) for bucket in buckets],
        "s3.get_public_access_block": [
            (
                {"Bucket": bucket.name},
                {"PublicAccessBlockConfiguration": dict.fromkeys(switches, True)}
                if bucket.blocked
                else ("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"),
            )
            for bucket in buckets
        ],
    }
