"""Ask PMapper (AGPL-3.0): its own gathering, edges and privilege-escalation query on each case.

Input: a JSON file: list of ``name``, ``folder``, ``who``, ``target``, ``scps``. Output: one JSON line a case.
Not handled: command line and storage. PMapper 1.1.5 names ``collections.Mapping``, which Python 3.10 removed; the name
is put back before it is imported, nothing else is changed.

Runs in the tool's own environment and imports nothing of the project but ``replay``, which is beside it.
"""

from __future__ import annotations

import collections
import collections.abc
import json
import logging
import sys
from pathlib import Path
from typing import Any

for _name in ("Mapping", "MutableMapping", "OrderedDict"):
    if not hasattr(collections, _name):
        setattr(collections, _name, getattr(collections.abc, _name))

from replay import replay  # type: ignore[import-not-found]  # noqa: E402


def _ask(case: dict[str, Any]) -> str:
    import botocore.session
    from principalmapper.graphing.edge_identification import checker_map  # type: ignore[import-not-found]
    from principalmapper.graphing.gathering import create_graph  # type: ignore[import-not-found]
    from principalmapper.querying.presets.privesc import can_privesc  # type: ignore[import-not-found]
    from principalmapper.querying.query_utils import is_connected  # type: ignore[import-not-found]

    with replay(Path(case["folder"])):
        session = botocore.session.get_session()
        session.set_credentials("AKIAIOSFODNN7EXAMPLE", "not-a-secret")
        session.set_config_variable("region", "us-east-1")
        made = create_graph(session, list(checker_map), ["us-east-1"], None, case["scps"])
    node = made.get_node_by_searchable_name(case["who"].split(":", 5)[5])
    if case["target"] == "admin":
        return "yes" if node.is_admin or can_privesc(made, node)[0] else "no"
    other = made.get_node_by_searchable_name(case["target"].split(":", 5)[5])
    return "yes" if is_connected(made, node, other) else "no"


def main() -> None:
    """Answer every case of the file that the first argument names."""
    logging.disable(logging.CRITICAL)
    for case in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        try:
            line = {"case": case["name"], "verdict": _ask(case)}
        except Exception as wrong:
            line = {"case": case["name"], "verdict": "error", "note": f"{type(wrong).__name__}: {wrong}"}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
