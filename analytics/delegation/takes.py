"""What the catalogued high-impact actions act on, and examples that a reader knows: the wishes of a comparison.

Input: an account with its resources. Output: ``Wishes``.
Handled: the catalogue of impact classes, whose actions are told apart in every gain.
Not handled: all other actions: of those it is not known what they act on, and any resource counts.

References
----------
https://docs.aws.amazon.com/service-authorization/latest/reference/ (resource types of each action)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from analytics.delegation.compare import Wishes
from analytics.delegation.holders import Holders
from graph.catalog.loader import impact_aws

__all__ = ["catalogued", "wishes_for"]

_NO_RESOURCE: Final = "${*}"
"""The pattern of the one text `*`: what an action without a resource is done to."""
_USER, _ROLE, _GROUP = "arn:*:iam::*:user/*", "arn:*:iam::*:role/*", "arn:*:iam::*:group/*"
_MACHINES: Final = ("arn:*:ec2:*:*:instance/*", "arn:*:ssm:*:*:managed-instance/*")
_PARAMETER: Final = ("arn:*:ssm:*:*:parameter/*",)
_TAKES: Final[Mapping[str, tuple[str, ...]]] = {
    "s3:getobject": ("arn:*:s3:::*/*",),
    "s3:deleteobject": ("arn:*:s3:::*/*",),
    "ssm:startsession": _MACHINES,
    "ssm:sendcommand": _MACHINES,
    "ssm:getparameter": _PARAMETER,
    "ssm:getparameters": _PARAMETER,
    "ssm:getparametersbypath": _PARAMETER,
    "sts:assumeroot": ("arn:*:iam::*:root",),
    "secretsmanager:getsecretvalue": ("arn:*:secretsmanager:*:*:secret:*",),
    "kms:decrypt": ("arn:*:kms:*:*:key/*",),
    "lambda:updatefunctioncode": ("arn:*:lambda:*:*:function:*",),
    "lambda:createfunction": ("arn:*:lambda:*:*:function:*",),
    "ecr:getauthorizationtoken": (_NO_RESOURCE,),
    "secretsmanager:batchgetsecretvalue": (_NO_RESOURCE,),
    "bedrock:callwithbearertoken": (_NO_RESOURCE,),
    "bedrock:deletemodelinvocationloggingconfiguration": (_NO_RESOURCE,),
}
"""Actions that do not act on everything of their own service."""
_IAM_TYPES: Final = (
    ("samlprovider", "arn:*:iam::*:saml-provider/*"),
    ("openidconnectprovider", "arn:*:iam::*:oidc-provider/*"),
    ("policyversion", "arn:*:iam::*:policy/*"),
    ("group", _GROUP),
    ("role", _ROLE),
    ("user", _USER),
    ("loginprofile", _USER),
    ("accesskey", _USER),
    ("servicespecificcredential", _USER),
)
"""What an action of IAM acts on, by a part of its name; the first that fits."""
_NAMED: Final = (
    ("iam", "", "user/any"),
    ("iam", "", "role/any"),
    ("iam", "", "group/any"),
    ("iam", "", "policy/any"),
    ("iam", "", "root"),
    ("ec2", "us-east-1", "instance/any"),
    ("ssm", "us-east-1", "managed-instance/any"),
    ("ssm", "us-east-1", "parameter/any"),
    ("lambda", "us-east-1", "function:any"),
    ("kms", "us-east-1", "key/any"),
    ("secretsmanager", "us-east-1", "secret:any"),
)


@cache
def catalogued() -> Mapping[str, tuple[str, str]]:
    """Return by action in lower case its vendor spelling and its class of impact."""
    found: dict[str, tuple[str, str]] = {}
    for impact, actions in impact_aws().classes.items():
        for action in actions:
            found.setdefault(action.lower(), (action, impact.value))
    return found


@cache
def _takes() -> Mapping[str, tuple[str, ...]]:
    return {action: tuple(_of(action)) for action in catalogued()}


def _of(action: str) -> Iterator[str]:
    service, _, name = action.partition(":")
    if action in _TAKES:
        yield from _TAKES[action]
        return
    typed = next((pattern for part, pattern in _IAM_TYPES if service == "iam" and part in name), "")
    if typed:
        yield typed
        return
    yield f"arn:*:{service}:*"
    yield _NO_RESOURCE


def wishes_for(holders: Holders, account: str) -> Wishes:
    """Return the examples that a reader of a comparison on an account's resources knows."""
    services = dict.fromkeys(action.partition(":")[0] for action in catalogued())
    named = [f"arn:aws:{service}:{region}:{account}:{name}" for service, region, name in _NAMED]
    made_up = [f"arn:aws:{service}:us-east-1:{account}:any" for service in services if service not in ("iam", "s3")]
    examples = (*holders.examples(account), "arn:aws:s3:::any", "arn:aws:s3:::any/any", *named, *made_up)
    return Wishes(tuple(catalogued()), examples, _takes())
