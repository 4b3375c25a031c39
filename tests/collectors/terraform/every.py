"""A state with every handled resource type, and in each of its attributes a secret of its own that can be looked for.

Input: none. Output: ``everything``, ``SECRETS``. Not handled: what the resources mean together.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from collectors.terraform.resource_types import TYPES
from tests.worlds.terraform import Terraform, tf

__all__ = ["SECRETS", "everything", "marked"]

_MAPS = ("data", "binary_data")
SECRETS: dict[str, list[str]] = {}
"""Resource type to the values that nobody may see."""


def marked(kind: str, name: str, more: str = "") -> str:
    """Return a value that occurs nowhere else."""
    text = f"Zq{kind}-{name}{more}-9xT4".replace("_", "0")
    SECRETS.setdefault(kind, []).append(text)
    return text


def _values(kind: str) -> dict[str, Any]:
    known = TYPES[kind]
    values: dict[str, Any] = {name: f"{kind}-{name}" for name in known.keep}
    for name in known.secrets:
        if name in _MAPS:
            values[name] = {"password": marked(kind, name), marked(kind, name, "-key"): marked(kind, name, "-odd")}
        elif name == "private_key":
            inner = json.dumps({"private_key": marked(kind, name), "client_email": "a@b.example"})
            values[name] = base64.b64encode(inner.encode()).decode()
            SECRETS[kind].append(values[name])
        else:
            parts = {"client_secret": marked(kind, name), "nested": {"deep": [marked(kind, name, "-deep")]}}
            values[name] = json.dumps(parts) if name in ("secret_string", "value") else marked(kind, name, "-plain")
    # What the provider has beside them, or may have one day.
    values["some_other_attribute"] = marked(kind, "other")
    values["encrypted_value"] = marked(kind, "encrypted")
    values["password_blocks"] = [{"value": marked(kind, "block")}]
    return values


def everything() -> Terraform:
    """Return the state, with types that are not handled too."""
    SECRETS.clear()
    state = tf()
    for kind in TYPES:
        state.resource(kind, "it", _values(kind))
    state.resource("random_password", "it", {"result": marked("random_password", "result")})
    state.resource("aws_instance", "it", {"user_data": marked("aws_instance", "user_data")})
    hidden = {"name": marked("aws_iam_role", "hidden"), "arn": "arn:aws:iam::111111111111:role/hidden"}
    state.resource("aws_iam_role", "hidden", hidden, hidden=["name"])
    remote = {"backend": "s3", "config": {"bucket": "states", "key": "k", "secret_key": marked("remote", "config")}}
    state.resource("terraform_remote_state", "other", remote | {"outputs": {"x": marked("remote", "o")}}, mode="data")
    return state
