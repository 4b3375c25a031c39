"""The envelope of permissions that somebody approved for a workflow.

Input: a JSON file with a list of Allow and Deny statements in IAM's form, or a whole policy document.
Output: ``PermissionSet``. Not handled: who approved it and until when.
"""

from __future__ import annotations

from pathlib import Path

from analytics.delegation.sets import PermissionSet, stated_set
from analytics.errors import AnalyticsError
from analytics.json_file import read_json
from graph.evaluate.aws.document import VARIABLES_SINCE, PolicySyntaxError, compile_policy

__all__ = ["read_approved"]


def read_approved(file: Path) -> PermissionSet:
    """Read an approved envelope.

    Raises
    ------
    AnalyticsError
        The file cannot be read, is not JSON, or holds no policy statements; one line naming file and place.
    """
    body = read_json(file)
    if isinstance(body, list):
        body = {"Version": VARIABLES_SINCE, "Statement": body}
    if not isinstance(body, dict):
        raise AnalyticsError(f"{file}: an approved envelope is a JSON list of policy statements")
    try:
        return stated_set((compile_policy(body),))
    except PolicySyntaxError as error:
        raise AnalyticsError(f"{file}#{error.place}: {error.message}") from error
