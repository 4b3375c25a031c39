"""Answer a tool's AWS calls from an evidence folder, so that its own collection runs unchanged.

Input: an evidence folder (``<service>.<operation>.json`` or ``.jsonl``). Output: ``replay``, which patches botocore.
Not handled: paging; answers are whole. A call that the evidence does not hold is refused as AccessDenied.

Runs in a tool's own environment and imports nothing of the project.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

__all__ = ["Evidence", "replay"]

Body = dict[str, Any]
_PREFIXES = {"UserDetailList": "User", "RoleDetailList": "Role", "GroupDetailList": "Group"}


def _dated(value: Any, key: str = "") -> Any:
    """Turn times into ``datetime``, as botocore does."""
    if isinstance(value, dict):
        return {name: _dated(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_dated(item, key) for item in value]
    if isinstance(value, str) and key in ("CreateDate", "UpdateDate", "CreatedDate", "CreationTime"):
        return datetime.fromisoformat(value)
    return value


class Evidence:
    """The answers of one account."""

    def __init__(self, folder: Path) -> None:
        """Read every file below the folder."""
        self.bodies: dict[str, Body] = {}
        self.calls: dict[str, list[Body]] = {}
        for path in sorted(folder.rglob("*")):
            if path.suffix == ".json":
                self.bodies[path.stem] = json.loads(path.read_text(encoding="utf-8"))
            elif path.suffix == ".jsonl":
                lines = path.read_text(encoding="utf-8").splitlines()
                self.calls[path.stem] = [json.loads(line) for line in lines]
        details = self.bodies["iam.get_account_authorization_details"]
        self.details: Body = details

    def named(self, listing: str, name: str) -> Body:
        """Return a user, role or group of the account."""
        kind = _PREFIXES[listing]
        return next(each for each in self.details[listing] if each[f"{kind}Name"] == name)

    def _iam(self, operation: str, asked: Mapping[str, Any]) -> Body | None:
        if operation == "get_account_authorization_details":
            return _filtered(self.details, asked.get("Filter"))
        if operation in ("list_users", "list_roles", "list_groups"):
            noun = operation[5:-1].capitalize()
            return {f"{noun}s": self.details[f"{noun}DetailList"], "IsTruncated": False}
        for noun in ("user", "role", "group"):
            listing, key = f"{noun.capitalize()}DetailList", f"{noun.capitalize()}Name"
            if operation == f"list_attached_{noun}_policies":
                return {"AttachedPolicies": self.named(listing, asked[key])["AttachedManagedPolicies"]}
            if operation == f"list_{noun}_policies":
                inline = self.named(listing, asked[key])[f"{noun.capitalize()}PolicyList"]
                return {"PolicyNames": [each["PolicyName"] for each in inline]}
        if operation == "list_groups_for_user":
            return {
                "Groups": [
                    self.named("GroupDetailList", each)
                    for each in self.named("UserDetailList", asked["UserName"])["GroupList"]
                ]
            }
        if operation == "get_access_key_last_used":
            return {"UserName": "", "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}}
        return self._sign_in(operation, asked.get("UserName", ""))

    def _sign_in(self, operation: str, name: str) -> Body | None:
        """Tell passwords and devices as the credential report does: fourth and eighth column."""
        rows = [line.split(",") for line in self.bodies["iam.get_credential_report"]["Content"].splitlines()[1:]]
        known = {row[0]: (row[3] == "true", row[7] == "true") for row in rows}
        if operation == "get_login_profile":
            return {"LoginProfile": {"UserName": name}} if known[name][0] else None
        if operation == "list_mfa_devices":
            devices = [{"UserName": name, "SerialNumber": f"arn:aws:iam::111122223333:mfa/{name}"}]
            return {"MFADevices": devices if known[name][1] else []}
        return None

    def answer(self, service: str, operation: str, asked: Mapping[str, Any]) -> Body | None:
        """Return the body of a call, or ``None`` when there is none."""
        name = f"{service}.{operation}"
        for call in self.calls.get(name, []):
            if "response" in call and call["request"].items() <= dict(asked).items():
                return dict(call["response"])
        if service == "iam":
            found = self._iam(operation, asked)
            if found is not None:
                return found
        body = self.bodies.get(name)
        return None if body is None or "error" in body else body


def _filtered(details: Body, kinds: list[str] | None) -> Body:
    """Leave AWS-managed policies out where the caller asks for local ones alone."""
    if not kinds or "AWSManagedPolicy" in kinds:
        return details
    local = [each for each in details["Policies"] if not each["Arn"].startswith("arn:aws:iam::aws:")]
    return {**details, "Policies": local}


@contextmanager
def replay(folder: Path) -> Iterator[Evidence]:
    """Answer every call of botocore from the folder while the context lasts."""
    from botocore import xform_name
    from botocore.exceptions import ClientError

    evidence = Evidence(folder)

    def answered(client: Any, operation: str, asked: Mapping[str, Any]) -> Any:
        name = client.meta.service_model.service_name
        body = evidence.answer(name, xform_name(operation), asked)
        if body is None:
            code = "NoSuchEntity" if name == "iam" else "AccessDeniedException"
            raise ClientError({"Error": {"Code": code, "Message": f"{code}: not in the evidence"}}, operation)
        return _dated(body)

    with mock.patch("botocore.client.BaseClient._make_api_call", answered):
        yield evidence
