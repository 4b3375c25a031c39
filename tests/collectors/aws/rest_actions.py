"""Name the operation of a REST request by botocore's own service models.

Input: signing name, method, path and query of a request. Output: the operation and what it is about.
Not handled: S3, whose operations differ by query flags alone and which the proxy knows itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from collectors.aws.session import SERVICES

__all__ = ["answers_in_json", "rest_action"]


def rest_action(signing_name: str, method: str, path: str) -> tuple[str, str] | None:
    """Return operation and first path parameter (empty without one); ``None`` where no model knows the request."""
    place = urlsplit(path)
    flags = set(parse_qs(place.query, keep_blank_values=True))
    for verb, pattern, wanted, name in _operations().get(signing_name, ()):
        found = pattern.fullmatch(place.path.rstrip("/") or "/")
        if verb == method and found and wanted <= flags:
            return name, unquote(found.group(1)) if pattern.groups else ""
    return None


def answers_in_json(signing_name: str) -> bool:
    """Tell whether a service's errors are JSON, by its protocol."""
    return signing_name in _json_services()


@cache
def _operations() -> Mapping[str, list[tuple[str, re.Pattern[str], set[str], str]]]:
    found: dict[str, list[tuple[str, re.Pattern[str], set[str], str]]] = {}
    for service, model in _models().items():
        if not str(model.metadata.get("protocol")).startswith("rest") or service == "s3":
            continue
        for name in model.operation_names:
            http = model.operation_model(name).http
            path, _, query = http["requestUri"].partition("?")
            body = "".join(
                f"({'.+' if part.endswith('+}') else '[^/]+'})" if part.startswith("{") else re.escape(part)
                for part in re.split(r"(\{\w+\+?\})", path.rstrip("/") or "/")
            )
            wanted = {each.partition("=")[0] for each in query.split("&") if each and "{" not in each}
            row = (http["method"], re.compile(body), wanted, name)
            found.setdefault(model.signing_name, []).append(row)
    # The most particular first: literal paths before those with parameters, flags before none.
    for rows in found.values():
        rows.sort(key=lambda row: (row[1].groups, -len(row[1].pattern), -len(row[2])))
    return found


@cache
def _json_services() -> frozenset[str]:
    return frozenset(model.signing_name for model in _models().values() if "json" in model.metadata["protocol"])


@cache
def _models() -> Mapping[str, Any]:
    import botocore.session

    session = botocore.session.get_session()
    return {service: session.get_service_model(service) for service in SERVICES}
