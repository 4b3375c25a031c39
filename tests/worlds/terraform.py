"""States and plans of Terraform in code, as Terraform writes them: with every secret in plain text.

Input: ``tf().resource("aws_iam_access_key", "ci", {"id": …, "secret": …}, needs=["aws_iam_user.ci"])``.
Output: ``state()`` (format version 4), ``shown()`` (``show -json``), ``build(folder, "prod")``, which writes
``terraform/prod/state.json``.
Not handled: outputs and variables; tests add them to the document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Terraform", "change", "plan", "tf"]

Json = dict[str, Any]
PROVIDER = 'provider["registry.terraform.io/hashicorp/any"]'


@dataclass(frozen=True, slots=True)
class _Resource:
    type: str
    name: str
    values: Json
    needs: tuple[str, ...]
    module: str
    mode: str
    key: str | int | None
    hidden: tuple[str, ...]

    @property
    def address(self) -> str:
        kind = f"data.{self.type}" if self.mode == "data" else self.type
        key = "" if self.key is None else f"[{json.dumps(self.key)}]"
        return ".".join(filter(None, (self.module, kind, self.name))) + key


@dataclass(slots=True)
class Terraform:
    """One state."""

    resources: list[_Resource] = field(default_factory=list)

    def resource(
        self,
        kind: str,
        name: str,
        values: Json,
        *,
        needs: Sequence[str] = (),
        module: str = "",
        mode: str = "managed",
        key: str | int | None = None,
        hidden: Sequence[str] = (),
    ) -> Terraform:
        """Add an instance; ``hidden`` are attributes that the file marks as sensitive."""
        self.resources.append(_Resource(kind, name, values, tuple(needs), module, mode, key, tuple(hidden)))
        return self

    def state(self) -> Json:
        """Return the state as it is stored."""
        return {
            "version": 4,
            "terraform_version": "1.9.8",
            "serial": 7,
            "lineage": "3f0a3b0e-1111-4222-8333-444455556666",
            "outputs": {},
            "resources": [self._stored(each) for each in self.resources],
            "check_results": None,
        }

    @staticmethod
    def _stored(each: _Resource) -> Json:
        instance: Json = {
            "schema_version": 0,
            "attributes": each.values,
            "sensitive_attributes": [[{"type": "get_attr", "value": name}] for name in each.hidden],
            "private": "bnVsbA==",
            "dependencies": list(each.needs),
        }
        if each.key is not None:
            instance["index_key"] = each.key
        body: Json = {"mode": each.mode, "type": each.type, "name": each.name, "provider": PROVIDER}
        if each.module:
            body["module"] = each.module
        return {**body, "instances": [instance]}

    def shown(self) -> Json:
        """Return what ``terraform show -json`` prints of it."""
        modules: dict[str, list[Json]] = {}
        for each in self.resources:
            modules.setdefault(each.module, []).append(
                {
                    "address": each.address,
                    "mode": each.mode,
                    "type": each.type,
                    "name": each.name,
                    **({} if each.key is None else {"index": each.key}),
                    "provider_name": "registry.terraform.io/hashicorp/any",
                    "schema_version": 0,
                    "values": each.values,
                    "sensitive_values": dict.fromkeys(each.hidden, True),
                    "depends_on": list(each.needs),
                }
            )
        root: Json = {"resources": modules.pop("", [])}
        root["child_modules"] = [{"address": name, "resources": found} for name, found in modules.items()]
        return {"format_version": "1.0", "terraform_version": "1.9.8", "values": {"outputs": {}, "root_module": root}}

    def build(self, folder: Path, workspace: str = "prod", *, shown: bool = False) -> Path:
        """Write it where a person would put it by hand."""
        place = folder / "terraform" / workspace
        place.mkdir(parents=True, exist_ok=True)
        (place / "state.json").write_text(json.dumps(self.shown() if shown else self.state()), encoding="utf-8")
        return folder


def tf() -> Terraform:
    """Return an empty state."""
    return Terraform()


def change(
    kind: str,
    name: str,
    actions: Sequence[str],
    before: Json | None = None,
    after: Json | None = None,
    unknown: Mapping[str, bool] | None = None,
    hidden: Sequence[str] = (),
) -> Json:
    """Return one entry of a plan's ``resource_changes``."""
    marks = dict.fromkeys(hidden, True)
    body: Json = {"actions": list(actions), "before": before, "after": after, "after_unknown": dict(unknown or {})}
    body |= {"before_sensitive": marks if before else False, "after_sensitive": marks if after else False}
    return {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "change": body}


def plan(*changes: Json, prior: Terraform | None = None) -> Json:
    """Return what ``terraform show -json PLAN`` prints."""
    body: Json = {"format_version": "1.2", "terraform_version": "1.9.8", "resource_changes": list(changes)}
    body["planned_values"] = {"root_module": {}}
    if prior is not None:
        body["prior_state"] = prior.shown()
    return body
