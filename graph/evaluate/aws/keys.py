"""Who determines the value of an AWS condition key.

Input: a condition key. Output: its ``KeyFamily``.
Not handled: keys that only one service documents, unless listed; those are ``unknown``.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = ["KeyFamily", "key_family"]


class KeyFamily(StrEnum):
    """Who or what decides the value of a key."""

    PRINCIPAL = "principal"
    """Follows from who calls."""
    CREDENTIAL = "credential"
    """Follows from how the caller got its credential: MFA, token age, source identity, claims."""
    CALLER = "caller"
    """Chosen freely by the caller in the request."""
    SECRET = "secret"
    """Chosen by the caller, who must know it."""
    NETWORK = "network"
    """Follows from where the call comes from."""
    RESOURCE = "resource"
    SERVICE = "service"
    """Set by an AWS service that calls for someone."""
    DATE = "date"
    UNKNOWN = "unknown"


_EXACT: Final = {
    KeyFamily.PRINCIPAL: (
        "aws:principalarn aws:principalaccount aws:principalorgid aws:principalorgpaths aws:principaltype aws:userid "
        "aws:username aws:principalisawsservice aws:principalservicename aws:principalservicenameslist "
        "kms:calleraccount"
    ),
    KeyFamily.CREDENTIAL: (
        "aws:multifactorauthpresent aws:multifactorauthage aws:tokenissuetime aws:sourceidentity "
        "aws:federatedprovider aws:assumedroot aws:chatbotsourcearn ec2:sourceinstancearn ec2:roledelivery "
        "aws:ec2instancesourcevpc aws:ec2instancesourceprivateipv4 lambda:sourcefunctionarn ssm:sourceinstancearn "
        "glue:roleassumedby glue:credentialissuingservice identitystore:userid"
    ),
    KeyFamily.CALLER: (
        "aws:requestedregion aws:useragent aws:referer aws:tagkeys aws:securetransport sts:rolesessionname "
        "sts:sourceidentity sts:transitivetagkeys sts:durationseconds sts:requestcontextproviders sts:taskpolicyarn "
        "iam:policyarn iam:passedtoservice iam:associatedresourcearn iam:permissionsboundary iam:awsservicename "
        "lambda:functionarn lambda:principal lambda:functionurlauthtype lambda:invokedviafunctionurl lambda:layer "
        "kms:encryptioncontextkeys secretsmanager:versionstage "
        "s3:prefix s3:delimiter s3:max-keys s3:x-amz-acl s3:versionid s3:authtype s3:signatureversion s3:signatureage "
        "s3:x-amz-server-side-encryption s3:x-amz-server-side-encryption-aws-kms-key-id s3:tlsversion"
    ),
    KeyFamily.SECRET: "sts:externalid",
    KeyFamily.NETWORK: (
        "aws:sourceip aws:sourcevpc aws:sourcevpcarn aws:sourcevpce aws:vpcsourceip aws:vpceaccount aws:vpceorgid "
        "aws:vpceorgpaths"
    ),
    KeyFamily.RESOURCE: "aws:resourceaccount aws:resourceorgid aws:resourceorgpaths s3:resourceaccount",
    KeyFamily.SERVICE: (
        "aws:sourcearn aws:sourceaccount aws:sourceorgid aws:sourceorgpaths aws:calledvia aws:calledviafirst "
        "aws:calledvialast aws:viaawsservice aws:ismcpserviceaction aws:calledviaawsmcp aws:viaawsmcpservice "
        "kms:viaservice kms:grantisforawsresource kms:encryptioncontext:secretversionid"
    ),
    KeyFamily.DATE: "aws:currenttime aws:epochtime",
}
_FAMILIES: Final = {key: family for family, keys in _EXACT.items() for key in keys.split()}
_PREFIXES: Final = (
    ("aws:principaltag/", KeyFamily.PRINCIPAL),
    ("aws:requesttag/", KeyFamily.CALLER),
    ("s3:requestobjecttag/", KeyFamily.CALLER),
    ("kms:encryptioncontext:", KeyFamily.CALLER),
    ("s3:existingobjecttag/", KeyFamily.RESOURCE),
    ("saml:", KeyFamily.CREDENTIAL),
)


def key_family(key: str) -> KeyFamily:
    """Return who determines a condition key.

    Parameters
    ----------
    key
        Condition key in any case.

    Notes
    -----
    A key whose prefix is a host name (``token.actions.githubusercontent.com:sub``) is a claim of a web identity token.
    """
    folded = key.lower()
    found = _FAMILIES.get(folded)
    if found is not None:
        return found
    for prefix, family in _PREFIXES:
        if folded.startswith(prefix):
            return family
    service, _, rest = folded.partition(":")
    if rest.startswith("resourcetag/"):
        return KeyFamily.RESOURCE
    if "." in service.split("/", 1)[0]:
        return KeyFamily.CREDENTIAL
    return KeyFamily.UNKNOWN
