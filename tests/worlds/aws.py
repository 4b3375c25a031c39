"""Worlds of AWS in code: a fluent builder that writes evidence folders as the vendor's own calls answer.

Input: ``world().account("111111111111").user("ci", allow("iam:*")).role("deploy", trusts=trust("111111111111"))``.
Output: ``build(folder)`` writes ``aws/<account>[/<region>]/<service>.<operation>.json[l]`` and ``declared/*.jsonl``.
Not handled: several regions, pages, refused calls; use ``without`` to leave an operation out.

Every operation is written, empty where there is nothing: a world is complete unless ``without`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from collectors.aws.records import AwsRecords
from tests.worlds.aws_files import AccountFiles, OrganizationFiles, write_world
from tests.worlds.names import ADMINISTRATOR, GITHUB, POWER_USER, READ_ONLY, Names
from tests.worlds.statements import Json, allow, document

__all__ = ["World", "world"]

AWS_MANAGED: Mapping[str, Json] = {
    ADMINISTRATOR: document(allow("*")),
    READ_ONLY: document(allow("s3:Get*", "s3:List*", "ec2:Describe*", "iam:Get*", "iam:List*")),
    POWER_USER: document(
        {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
        allow("iam:CreateServiceLinkedRole", "iam:ListRoles", "organizations:DescribeOrganization"),
    ),
}
_SERIALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
Statements = Json | Sequence[Json]


def world() -> World:
    """Return an empty world."""
    return World()


def unique_id(prefix: str, arn: str) -> str:
    """Return a stable made-up unique id such as ``AIDA…``."""
    digest = sha256(arn.encode()).digest()
    return prefix + "".join(_SERIALS[byte % len(_SERIALS)] for byte in digest[:17])


def _listed(statements: Statements) -> list[Json]:
    return [statements] if isinstance(statements, dict) else list(statements)


@dataclass(slots=True)
class World:
    """A world; every method adds to the account that was named last and returns the world."""

    accounts: dict[str, AccountFiles] = field(default_factory=dict)
    org: OrganizationFiles | None = None
    declarations: dict[str, list[Json]] = field(default_factory=dict)
    amendments: list[Callable[[AwsRecords], AwsRecords]] = field(default_factory=list)
    """Records that tests lay over what the evidence says."""
    _at: str = ""

    @property
    def here(self) -> AccountFiles:
        """The account that was named last."""
        return self.accounts[self._at]

    @property
    def names(self) -> Names:
        """Its ids."""
        return Names(self._at)

    def account(self, account: str) -> World:
        """Go to an account; begin it when it is new."""
        self.accounts.setdefault(account, AccountFiles(account))
        self._at = account
        return self

    def without(self, *operations: str) -> World:
        """Leave operations out of this account's evidence: they were not looked at."""
        self.here.without |= set(operations)
        return self

    def policy(self, name: str, *statements: Json, older: Sequence[Statements] = ()) -> World:
        """Add a customer managed policy; ``older`` holds its other versions, oldest first."""
        versions = [document(*_listed(each)) for each in older] + [document(*statements)]
        self._managed(self.names.policy(name), versions)
        return self

    def _managed(self, arn: str, versions: Sequence[Json]) -> None:
        self.here.policies[arn] = {
            "PolicyName": arn.rsplit("/", 1)[-1],
            "PolicyId": unique_id("ANPA", arn),
            "Arn": arn,
            "DefaultVersionId": f"v{len(versions)}",
            "PolicyVersionList": [
                {"VersionId": f"v{n}", "IsDefaultVersion": n == len(versions), "Document": body}
                for n, body in reversed(list(enumerate(versions, start=1)))
            ],
        }

    def _attached(self, policies: Sequence[str]) -> list[Json]:
        arns = [each if each.startswith("arn:") else self.names.policy(each) for each in policies]
        for arn in arns:
            if arn in AWS_MANAGED and arn not in self.here.policies:
                self._managed(arn, [AWS_MANAGED[arn]])
        return [{"PolicyName": arn.rsplit("/", 1)[-1], "PolicyArn": arn} for arn in arns]

    def _body(self, kind: str, name: str, arn: str, inline: Sequence[Json], attached: Sequence[str], path: str) -> Json:
        policies = [
            {"PolicyName": f"inline-{n}", "PolicyDocument": document(each)} for n, each in enumerate(inline, start=1)
        ]
        prefix = {"User": "AIDA", "Role": "AROA", "Group": "AGPA"}[kind]
        return {
            f"{kind}Name": name,
            f"{kind}Id": unique_id(prefix, arn),
            "Arn": arn,
            "Path": path,
            "CreateDate": "2025-01-01T00:00:00Z",
            f"{kind}PolicyList": policies,
            "AttachedManagedPolicies": self._attached(attached),
        }

    def _boundary(self, boundary: str) -> Json:
        if not boundary:
            return {}
        (attached,) = self._attached([boundary])
        return {
            "PermissionsBoundary": {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": attached["PolicyArn"],
            }
        }

    def group(self, name: str, *inline: Json, attached: Sequence[str] = ()) -> World:
        """Add a group; every inline statement is a policy of its own."""
        arn = self.names.group(name)
        self.here.groups[name] = self._body("Group", name, arn, inline, attached, "/")
        return self

    def user(
        self,
        name: str,
        *inline: Json,
        attached: Sequence[str] = (),
        groups: Sequence[str] = (),
        boundary: str = "",
        tags: Mapping[str, str] | None = None,
        keys: int = 0,
        password: bool = False,
        mfa: bool = False,
    ) -> World:
        """Add a user; every inline statement is a policy of its own."""
        body = self._body("User", name, self.names.user(name), inline, attached, "/")
        self.here.users[name] = body | {"GroupList": list(groups), "Tags": _tags(tags)} | self._boundary(boundary)
        self.here.sign_in[name] = (keys, password, mfa)
        return self

    def role(
        self,
        name: str,
        *inline: Json,
        trusts: Statements = (),
        attached: Sequence[str] = (),
        boundary: str = "",
        tags: Mapping[str, str] | None = None,
        path: str = "/",
        profile: bool = False,
    ) -> World:
        """Add a role; ``profile`` gives it an instance profile of the same name."""
        arn = self.names.role(path.lstrip("/") + name)
        body = self._body("Role", name, arn, inline, attached, path)
        holders = [{"InstanceProfileName": name, "Arn": self.names.profile(name), "Path": "/"}] if profile else []
        self.here.roles[name] = (
            body
            | {
                "AssumeRolePolicyDocument": document(*_listed(trusts)),
                "InstanceProfileList": holders,
                "Tags": _tags(tags),
                "RoleLastUsed": {},
            }
            | self._boundary(boundary)
        )
        return self

    def drop_document(self, arn: str) -> World:
        """Leave out a managed policy's document although it is attached."""
        self.here.policies.pop(arn, None)
        return self

    def function(self, name: str, role: str, *policy: Json, tags: Mapping[str, str] | None = None) -> World:
        """Add a function that runs as a role of this account (friendly name)."""
        arn = self.names.function(name)
        self.here.functions[name] = {"FunctionName": name, "FunctionArn": arn, "Role": self.names.role(role)}
        self.here.function_policies[name] = document(*policy) if policy else None
        self.here.tags[arn] = dict(tags or {})
        return self

    def instance(
        self,
        instance_id: str,
        profile: str = "",
        *,
        state: str = "running",
        managed: bool = False,
        tags: Mapping[str, str] | None = None,
    ) -> World:
        """Add an instance, with the instance profile of a role (friendly name) when given."""
        holder = {"IamInstanceProfile": {"Arn": self.names.profile(profile)}} if profile else {}
        self.here.instances[instance_id] = {
            "InstanceId": instance_id, "State": {"Name": state}, "PlatformDetails": "Linux/UNIX", "Tags": _tags(tags),
        } | holder  # fmt: skip
        if managed:
            self.here.managed.append(instance_id)
        return self

    def bucket(
        self,
        name: str,
        *policy: Json,
        blocked: bool = False,
        tags: Mapping[str, str] | None = None,
    ) -> World:
        """Add a bucket with its policy; ``blocked`` turns its public access block on."""
        self.here.buckets[name] = document(*policy) if policy else None
        self.here.blocked[name] = blocked
        self.here.tags[self.names.bucket(name)] = dict(tags or {})
        return self

    def key(self, key_id: str, *policy: Json, manager: str = "CUSTOMER") -> World:
        """Add a KMS key; without statements its policy gives the account full control, the vendor's default."""
        default = {**allow("kms:*"), "Principal": {"AWS": self.names.root}}
        self.here.keys[key_id] = (document(*(policy or (default,))), manager)
        return self

    def secret(self, name: str, *policy: Json, kms: str = "", tags: Mapping[str, str] | None = None) -> World:
        """Add a secret; without ``kms`` it is under the account's ``aws/secretsmanager`` key."""
        body: Json = {"ARN": self.names.secret(name), "Name": name, "Tags": _tags(tags)}
        self.here.secrets[name] = body | ({"KmsKeyId": kms} if kms else {})
        self.here.secret_policies[name] = document(*policy) if policy else None
        return self

    def oidc(self, url: str = GITHUB, *audiences: str) -> World:
        """Add an OIDC provider."""
        self.here.oidc[self.names.oidc(url)] = {"Url": url, "ClientIDList": list(audiences or ("sts.amazonaws.com",))}
        return self

    def saml(self, name: str) -> World:
        """Add a SAML provider."""
        self.here.saml.append({"Arn": self.names.saml(name), "ValidUntil": "2030-01-01T00:00:00Z"})
        return self

    def organization(self, management: str, tree: Mapping[str, Sequence[str]], organization_id: str = "o-a1") -> World:
        """Say that accounts form an organization; ``tree`` maps an OU id (or ``r-a1``, the root) to account ids."""
        self.org = OrganizationFiles(organization_id, management, {key: list(ids) for key, ids in tree.items()})
        self.account(management)
        return self

    def scp(self, name: str, *statements: Json, on: str, full: bool = True) -> World:
        """Attach an SCP to a root, OU or account id; ``full=False`` takes ``FullAWSAccess`` off that target."""
        assert self.org is not None
        self.org.policies.append((name, "SERVICE_CONTROL_POLICY", document(*statements), on))
        if not full:
            self.org.not_full.add(("SERVICE_CONTROL_POLICY", on))
        return self

    def rcp(self, name: str, *statements: Json, on: str) -> World:
        """Attach an RCP to a root, OU or account id."""
        assert self.org is not None
        self.org.policies.append((name, "RESOURCE_CONTROL_POLICY", document(*statements), on))
        return self

    def declared(self, kind: str, *rows: Json) -> World:
        """Declare rows of ``owners``, ``environments``, ``jewels``, ``accounts``, ``secrets`` or ``people``."""
        self.declarations.setdefault(kind, []).extend(rows)
        return self

    def amend(self, change: Callable[[AwsRecords], AwsRecords]) -> World:
        """Change the records that the evidence gives: for things that this builder writes no evidence of."""
        self.amendments.append(change)
        return self

    def build(self, folder: Path) -> Path:
        """Write the evidence and return its folder."""
        write_world(folder, self.accounts, self.org, self.declarations)
        return folder


def _tags(tags: Mapping[str, str] | None) -> list[dict[str, Any]]:
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
