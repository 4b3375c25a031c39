"""A resource's own policy, wherever in the answer it stands.

Input: the object that holds it, and the call that asked. Output: the document, and whether it was looked at.
Not handled: what the policy says.
"""

from __future__ import annotations

import json
from typing import Any

from collectors.aws.policy_types import Document
from collectors.aws.records_fields import Fields, Reading
from collectors.evidence.evidence import Call
from collectors.interface import Presence

__all__ = ["answer_of", "escaped_policy", "own_policy"]


def answer_of(reading: Reading, operation: str, account: str, region: str, call: Call | None) -> Fields | None:
    """Return the answer of one call with its place; ``None`` where it was refused or never made."""
    if call is None or call.response is None:
        return None
    return Fields(call.response, call.ref, lambda reason: reading.gap(operation, account, region, reason))


def own_policy(holder: Fields, name: str) -> tuple[Document | None, Presence]:
    """Return the policy that an answered object carries, and whether there is one."""
    if holder.body.get(name) in (None, ""):
        return None, Presence.EMPTY
    return holder.document(name), Presence.PRESENT


def escaped_policy(holder: Fields, name: str) -> tuple[Document | None, Presence]:
    r"""Return a policy that API Gateway gives as the inside of a JSON text, each quote as ``\"``.

    References
    ----------
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
    """
    text = holder.body.get(name)
    if not isinstance(text, str) or '\\"' not in text:
        return own_policy(holder, name)
    body: dict[str, Any] = {**holder.body}
    try:
        body[name] = json.loads(f'"{text}"')
    except ValueError:
        return own_policy(holder, name)
    return own_policy(Fields(body, holder.ref, lambda reason: holder.report(name, reason)), name)
