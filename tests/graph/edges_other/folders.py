"""Small evidence folders for imported tables and graphs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collectors.evidence.reader import read_evidence
from collectors.interface import Gap
from graph.build import build_graph
from graph.kinds import EdgeKind
from graph.model import Edge, IdentityGraph

ACCOUNT = "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
TENANT = "3f2504e0-4f89-11d3-9a0c-0305e82c3300"
PRINCIPAL = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
APPLICATION = "3f2504e0-4f89-11d3-9a0c-0305e82c3302"
APP_ID = "3f2504e0-4f89-11d3-9a0c-0305e82c3303"

IDENTITIES = """id,kind,name,scope,owner,environment,active,created_at,last_used_at
deployer,service_account,Deployer,prod,alice@x.example,production,true,2024-01-01,2026-01-01
builder,service_account,Builder,,,,true,2024-01-01,never
retired,service_account,Retired,,,,false,,
devs,group,Developers,,,,,,
orders,resource,Orders,prod,,,,,
"""


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def tables(root: Path, **files: str) -> Path:
    """Write tables of the system ``jenkins/ci``; identities unless others are given."""
    return write(
        root, {f"other/jenkins/ci/{name}.csv": text for name, text in {"identities": IDENTITIES, **files}.items()}
    )


def graph_of(path: Path) -> tuple[IdentityGraph, tuple[Gap, ...]]:
    """Build the graph of a path."""
    return build_graph(read_evidence([path]))


def edges(identity_graph: IdentityGraph, kind: EdgeKind) -> list[Edge]:
    """Return the edges of a kind."""
    return [edge for edge in identity_graph.edges if edge.kind is kind]


def own(text: str) -> str:
    """Return the node id of something of ``jenkins/ci``."""
    return f"other:jenkins/ci:{text}"


def aws(root: Path) -> Path:
    """Add an AWS account with one role and one user that holds a key."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    admin = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    body: dict[str, Any] = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [
            {
                "Path": "/",
                "RoleName": "deploy",
                "RoleId": "AROAEXAMPLEEXAMPLE001",
                "Arn": ROLE,
                "CreateDate": "2024-01-01T00:00:00Z",
                "AssumeRolePolicyDocument": trust,
                "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": admin}],
                "AttachedManagedPolicies": [],
                "Tags": [{"Key": "owner", "Value": "carol"}],
            }
        ],
        "Policies": [],
    }
    return write(root, {f"aws/{ACCOUNT}/iam.get_account_authorization_details.json": json.dumps(body)})


def entra(root: Path) -> Path:
    """Add a tenant with one application and its service principal."""
    application = {"id": APPLICATION, "appId": APP_ID, "displayName": "Shop", "passwordCredentials": []}
    principal = {
        "id": PRINCIPAL,
        "appId": APP_ID,
        "displayName": "Shop",
        "servicePrincipalType": "Application",
        "appOwnerOrganizationId": TENANT,
        "accountEnabled": True,
    }
    return write(
        root,
        {
            f"entra/{TENANT}/applications.json": json.dumps({"value": [application]}),
            f"entra/{TENANT}/servicePrincipals.json": json.dumps({"value": [principal]}),
        },
    )


def node(identity: str, kind: str, **properties: Any) -> dict[str, Any]:
    """Return a node of an OpenGraph."""
    return {"id": identity, "kinds": [kind], "properties": properties}


def edge(kind: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    """Return an edge of an OpenGraph, by ids unless ``start`` or ``end`` is given as an object."""
    return {"kind": kind, "start": {"value": start}, "end": {"value": end}, **more}


def open_graph(nodes: list[Any], links: list[Any], source: str = "GitHub") -> str:
    """Return the text of an OpenGraph file."""
    return json.dumps({"metadata": {"source_kind": source}, "graph": {"nodes": nodes, "edges": links}})
