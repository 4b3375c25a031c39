"""Ask cloudsplaining (BSD-3-Clause) whether the principal has a policy with the finding PrivilegeEscalation.

Input: a JSON file: list of ``name``, ``folder``, ``who``; with ``--all-risky`` as second argument, its option
``--flag-all-risky-actions``. Output: one JSON line a case.
Not handled: its other findings. A policy counts where it is the principal's own, attached, or its group's.

Runs in the tool's own environment and imports nothing of the project.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# This file has the name of the package, and its folder comes first on the path.
sys.path = [each for each in sys.path if Path(each or ".").resolve() != Path(__file__).resolve().parent]


def _policies(results: dict[str, Any], principal: dict[str, Any]) -> Iterator[dict[str, Any]]:
    kinds = ("aws_managed_policies", "customer_managed_policies", "inline_policies")
    for one in (principal, *(principal.get("groups") or {}).values()):
        for kind in kinds:
            for name in one.get(kind) or ():
                yield results[kind].get(name, {})


def _ask(case: dict[str, Any], all_risky: bool) -> str:
    from cloudsplaining.scan.authorization_details import AuthorizationDetails  # type: ignore[import-not-found]

    path = next(Path(case["folder"]).rglob("iam.get_account_authorization_details.json"))
    details = json.loads(path.read_text(encoding="utf-8"))
    with contextlib.redirect_stdout(io.StringIO()):
        found = AuthorizationDetails(
            details, flag_conditional_statements=all_risky, flag_resource_arn_statements=all_risky
        ).results
    kind = "users" if ":user/" in case["who"] else "roles"
    principal = next(each for each in found[kind].values() if each["arn"] == case["who"])
    risky = any(policy.get("PrivilegeEscalation", {}).get("findings") for policy in _policies(found, principal))
    return "yes" if risky else "no"


def main() -> None:
    """Answer every case of the file that the first argument names."""
    logging.disable(logging.CRITICAL)
    all_risky = "--all-risky" in sys.argv[2:]
    for case in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        try:
            line = {"case": case["name"], "verdict": _ask(case, all_risky)}
        except Exception as wrong:
            line = {"case": case["name"], "verdict": "error", "note": f"{type(wrong).__name__}: {wrong}"}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
