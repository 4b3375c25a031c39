"""Make the table of operations for the documentation of GitLab and Bitbucket.

Input: declared operations. Output: Markdown. Not handled: granting rights.
"""

from __future__ import annotations

from collectors.bitbucket.operations import FILES as BITBUCKET_FILES
from collectors.bitbucket.operations import OPERATIONS as BITBUCKET
from collectors.gitlab.operations import FILES as GITLAB_FILES
from collectors.gitlab.operations import OPERATIONS as GITLAB

__all__ = ["operations_table"]

_FILES = {
    GITLAB_FILES: "gitlab/<group>/files/<project>/.gitlab-ci.yml",
    BITBUCKET_FILES: "bitbucket/<workspace>/files/<repository>/bitbucket-pipelines.yml",
}


def operations_table() -> str:
    """Return the Markdown table of every operation, in the order of the declarations; no trailing newline.

    Returns
    -------
    str
        Columns: file, least scope of a token and role, what is lost.
    """
    rows = ["| file | least scope and role | lost without it |", "|---|---|---|"]
    for folder, operations in (("gitlab/<group>", GITLAB), ("bitbucket/<workspace>", BITBUCKET)):
        for operation in operations.values():
            name = f"{folder}/{operation.name}.{'jsonl' if operation.per_object else 'json'}"
            rows.append(f"| `{_FILES.get(operation.name, name)}` | {operation.permission} | {operation.lost_without} |")
    return "\n".join(rows)
