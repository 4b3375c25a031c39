"""A small AWS account, built in few calls and written down as the vendor's answers.

Input: what a case says. Output: ``files()``: region, operation and body or calls (design §2).
Not handled: what no case needs (several regions, sessions, pages). Every listing that a case says nothing about is
present and empty: it was asked, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.accuracy.empty import GLOBAL, REGIONAL
from benchmarks.accuracy.managed import MANAGED
from benchmarks.accuracy.statements import ACCOUNT, Json, document

__all__ = ["Account", "call", "refused"]

_BORN = "2025-01-01T00:00:00+00:00"
_REPORT = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)


def call(request: Json, response: Json) -> Json:
    """Return one line of a ``.jsonl`` file: what was asked for, and the answer."""
    return {"request": request, "response": response}


def refused(request: Json, code: str) -> Json:
    """Return one line of a ``.jsonl`` file for a call that was answered with an error code."""
    return {"request": request, "error": {"code": code, "message": "There is none."}}


@dataclass(slots=True)
class Account:
    """An account; each method adds one thing and returns the account or the ARN of the new thing."""

    id: str = ACCOUNT
    users: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, Json] = field(default_factory=dict)
    roles: dict[str, Json] = field(default_factory=dict)
    policies: dict[str, Json] = field(default_factory=dict)
    sign_in: dict[str, tuple[int, bool, bool]] = field(default_factory=dict)
    """Number of access keys, has a password, has MFA, by user."""
    scps: list[Json] = field(default_factory=list)
    """Documents attached to the account itself, or one that stands in place of full access."""
    scp_replaces: bool = False
    """The first document replaces ``FullAWSAccess`` (an allow list)."""
    organization: str = ""
    """Id of the organization that the account is in; its management account is another one."""
    regional: dict[str, Any] = field(default_factory=dict)
    """Bodies (mapping) or calls (list) by operation, over the empty ones."""
    everywhere: dict[str, Any] = field(default_factory=dict)

    def user(
        self,
        name: str,
        *statements: Json,
        attached: Sequence[str] = (),
        groups: Sequence[str] = (),
        boundary: str = "",
        tags: Mapping[str, str] | None = None,
        keys: int = 1,
        password: bool = False,
        mfa: bool = False,
    ) -> Account:
        """Add a user with one inline policy of the statements."""
        body = self._principal("User", name, statements, attached, boundary, tags)
        body["GroupList"] = list(groups)
        self.users[name] = body
        self.sign_in[name] = (keys, password, mfa)
        return self

    def role(
        self,
        name: str,
        *statements: Json,
        trust: Json | Sequence[Json],
        attached: Sequence[str] = (),
        boundary: str = "",
        tags: Mapping[str, str] | None = None,
        path: str = "/",
        profile: bool = False,
    ) -> Account:
        """Add a role; ``profile``: an instance profile of the same name carries it."""
        body = self._principal("Role", name, statements, attached, boundary, tags, path)
        statement = [trust] if isinstance(trust, dict) else list(trust)
        body["AssumeRolePolicyDocument"] = document(*statement)
        body["RoleLastUsed"] = {}
        carried = {key: body[key] for key in ("Path", "RoleName", "RoleId", "Arn", "CreateDate")}
        carried["AssumeRolePolicyDocument"] = body["AssumeRolePolicyDocument"]
        body["InstanceProfileList"] = [self._profile(name, carried)] if profile else []
        self.roles[name] = body
        return self

    def boss(self, trust: Json | Sequence[Json], profile: bool = False) -> Account:
        """Add the role ``boss`` with AdministratorAccess."""
        return self.role("boss", trust=trust, attached=["AdministratorAccess"], profile=profile)

    def group(self, name: str, *statements: Json, attached: Sequence[str] = ()) -> Account:
        """Add a group."""
        body = self._principal("Group", name, statements, attached, "", None)
        self.groups[name] = {key: value for key, value in body.items() if key != "Tags"}
        return self

    def policy(self, name: str, *statements: Json, older: Sequence[Sequence[Json]] = ()) -> Account:
        """Add a customer-managed policy; ``older`` are versions that are not the default, oldest first."""
        documents = [document(*each) for each in older] + [document(*statements)]
        self.policies[self.policy_arn(name)] = self._managed(name, self.policy_arn(name), documents)
        return self

    def scp(self, *statements: Json, replace: bool = False) -> Account:
        """Attach a service control policy to the account; ``replace``: instead of full access."""
        self.scps.append(document(*statements))
        self.scp_replaces = self.scp_replaces or replace
        self.organization = self.organization or "o-exampleorg1"
        return self

    def has(self, operation: str, body: Any) -> Account:
        """Say what a regional operation answers: a body, or a list of calls."""
        self.regional[operation] = body
        return self

    def has_global(self, operation: str, body: Any) -> Account:
        """Say what an operation without region answers: a body, or a list of calls."""
        self.everywhere[operation] = body
        return self

    def policy_arn(self, name: str) -> str:
        """Return the ARN of a policy: AWS's where it is one of AWS's and the account has none of that name."""
        own = f"arn:aws:iam::{self.id}:policy/{name}"
        return f"arn:aws:iam::aws:policy/{name}" if name in MANAGED and own not in self.policies else own

    def files(self) -> Iterator[tuple[str, Any]]:
        """Yield ``<region>/<operation>`` (no region for global ones) and content; a list is one call a line."""
        said = {**GLOBAL, **self._iam(), **self.everywhere}
        yield from said.items()
        yield from ((f"us-east-1/{name}", body) for name, body in {**REGIONAL, **self.regional}.items())

    def _principal(
        self,
        kind: str,
        name: str,
        statements: Sequence[Json],
        attached: Sequence[str],
        boundary: str,
        tags: Mapping[str, str] | None,
        path: str = "/",
    ) -> Json:
        inline = [{"PolicyName": "inline", "PolicyDocument": document(*statements)}] if statements else []
        body: Json = {
            "Path": path,
            f"{kind}Name": name,
            f"{kind}Id": self._unique({"User": "AIDA", "Role": "AROA", "Group": "AGPA"}[kind], name),
            "Arn": f"arn:aws:iam::{self.id}:{kind.lower()}{path}{name}",
            "CreateDate": _BORN,
            f"{kind}PolicyList": inline,
            "AttachedManagedPolicies": [{"PolicyName": each, "PolicyArn": self._attachable(each)} for each in attached],
            "Tags": [{"Key": key, "Value": value} for key, value in (tags or {}).items()],
        }
        if boundary:
            body["PermissionsBoundary"] = {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": self._attachable(boundary),
            }
        return body

    def _attachable(self, name: str) -> str:
        """Return a policy's ARN and see to it that AWS's own are in the evidence."""
        policy_arn = self.policy_arn(name)
        if policy_arn.startswith("arn:aws:iam::aws:") and policy_arn not in self.policies:
            self.policies[policy_arn] = self._managed(name, policy_arn, [MANAGED[name]])
        return policy_arn

    def _managed(self, name: str, policy_arn: str, documents: Sequence[Json]) -> Json:
        versions = [
            {
                "Document": body,
                "VersionId": f"v{number}",
                "IsDefaultVersion": number == len(documents),
                "CreateDate": _BORN,
            }
            for number, body in enumerate(documents, 1)
        ]
        return {
            "PolicyName": name,
            "PolicyId": self._unique("ANPA", name),
            "Arn": policy_arn,
            "Path": "/",
            "DefaultVersionId": f"v{len(documents)}",
            "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": True,
            "CreateDate": _BORN,
            "UpdateDate": _BORN,
            "PolicyVersionList": versions[::-1],
        }

    def _profile(self, name: str, role: Json) -> Json:
        return {
            "Path": "/",
            "InstanceProfileName": name,
            "InstanceProfileId": self._unique("AIPA", name),
            "Arn": f"arn:aws:iam::{self.id}:instance-profile/{name}",
            "CreateDate": _BORN,
            "Roles": [role],
        }

    def _unique(self, prefix: str, name: str) -> str:
        letters = "".join(each for each in name.upper() if each.isalnum())
        return prefix + (letters + self.id + "X" * 17)[:17]

    def _iam(self) -> dict[str, Any]:
        root = f"arn:aws:iam::{self.id}:root"
        return {
            "sts.get_caller_identity": {"UserId": self.id, "Account": self.id, "Arn": root},
            "iam.get_account_authorization_details": {
                "UserDetailList": list(self.users.values()),
                "GroupDetailList": list(self.groups.values()),
                "RoleDetailList": list(self.roles.values()),
                "Policies": list(self.policies.values()),
                "IsTruncated": False,
            },
            "iam.get_credential_report": {"Content": self._report(root), "ReportFormat": "text/csv"},
            "iam.list_access_keys": [
                call({"UserName": name}, {"AccessKeyMetadata": list(self._keys(name)), "IsTruncated": False})
                for name in self.users
            ],
        }

    def _keys(self, name: str) -> Iterator[Json]:
        for number in range(self.sign_in[name][0]):
            key = "AKIA" + self.users[name]["UserId"][4:19] + "AB"[number]
            yield {"UserName": name, "AccessKeyId": key, "Status": "Active", "CreateDate": _BORN}

    def _report(self, root: str) -> str:
        rows = [("<root_account>", root, 0, "not_supported", True)]
        rows += [
            (name, body["Arn"], self.sign_in[name][0], str(self.sign_in[name][1]).lower(), self.sign_in[name][2])
            for name, body in self.users.items()
        ]
        lines = [_REPORT]
        for name, where, keys, password, mfa in rows:
            slots = [f"true,{_BORN},N/A,N/A,N/A" if number < keys else "false,N/A,N/A,N/A,N/A" for number in (0, 1)]
            lines.append(
                ",".join([f"{name},{where},{_BORN},{password},N/A,N/A,N/A,{str(mfa).lower()}", *slots])
                + ",false,N/A,false,N/A"
            )
        return "\n".join(lines)
