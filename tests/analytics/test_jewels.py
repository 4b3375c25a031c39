"""Which nodes are jewels, why, and which twins are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.errors import PolicyFileError
from analytics.jewels import Jewel, jewels
from analytics.policy import Policy, read_policy
from analytics.zones import Zone
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, IdentityGraph, Node
from graph.snapshot import Snapshot, open_snapshot, write_snapshot
from tests.analytics.holder_worlds import META, MFA, SCOPE

ACCOUNT = "111111111111"


def _node(name: str, kind: NodeKind, impact: str = "", account: str = ACCOUNT, **attributes: object) -> Node:
    return Node(name, kind, name, "aws", account, attributes, impact=impact)


def _snapshot(folder: Path, nodes: list[Node], *edges: Edge) -> Snapshot:
    world = IdentityGraph()
    for node in nodes:
        world.add_node(node)
    world.add_edges(edges)
    write_snapshot(world, folder, META, ())
    return open_snapshot(workspace=folder)


def _told(found: tuple[Jewel, ...]) -> dict[str, tuple[str, str]]:
    return {jewel.id: (jewel.why, jewel.impact) for jewel in found}


def test_built_in_jewels_and_their_twins(tmp_path: Path) -> None:
    snapshot = _snapshot(
        tmp_path,
        [
            _node(SCOPE, NodeKind.SCOPE_ADMIN, "H1"),
            _node("org", NodeKind.AWS_ORGANIZATION),
            _node("admin", NodeKind.AWS_USER, "H1"),
            _node("hopeful", NodeKind.AWS_USER, "H1"),
            _node("key-admin", NodeKind.AWS_ACCESS_KEY),
            _node("holds-admin", NodeKind.SECRET),
            _node("holds-hopeful", NodeKind.SECRET),
            _node("parameter", NodeKind.SSM_PARAMETER),
            _node("plain", NodeKind.SECRET),
            _node("marked", NodeKind.S3_BUCKET, "H2"),
            _node("data", NodeKind.S3_BUCKET, "H5"),
        ],
        Edge("admin", SCOPE, EdgeKind.ADMIN_OF, True),
        Edge("hopeful", SCOPE, EdgeKind.CAN_CHANGE_OWN_POLICY, True, conditions=MFA),
        Edge("key-admin", "admin", EdgeKind.AUTHENTICATES_AS, True),
        Edge("holds-admin", "key-admin", EdgeKind.AUTHENTICATES_AS, True),
        Edge("holds-hopeful", "hopeful", EdgeKind.AUTHENTICATES_AS, True),
        Edge("parameter", "admin", EdgeKind.AUTHENTICATES_AS, True),
    )
    found = jewels(snapshot)
    assert _told(found) == {
        SCOPE: ("full control", "H1"),
        "org": ("high impact", "H1"),
        "holds-admin": ("high impact", "H1"),
        "parameter": ("high impact", "H1"),
        "marked": ("high impact", "H2"),
    }
    assert [jewel.node for jewel in found] == sorted(jewel.node for jewel in found)


def test_declared_and_tagged(tmp_path: Path) -> None:
    snapshot = _snapshot(
        tmp_path,
        [
            _node("declared", NodeKind.S3_BUCKET, jewel={"name": "customer data", "impact": "H5"}),
            _node("both", NodeKind.S3_BUCKET, jewel={"name": "orders", "impact": "H5"}, tags={"Crown-Jewel": "H3"}),
            _node("tagged", NodeKind.S3_BUCKET, tags={"jewel": "yes"}),
            _node("denied", NodeKind.S3_BUCKET, tags={"jewel": "false"}),
            _node("speaks", NodeKind.S3_BUCKET, tags={"note": '"jewel"', "my-jewel": "yes"}),
            _node("own", NodeKind.S3_BUCKET, tags={"precious": "h2"}),
        ],
    )
    assert _told(jewels(snapshot)) == {
        "declared": ("declared", "H5"),
        "both": ("tag", "H3"),
        "tagged": ("tag", "H5"),
    }
    assert {jewel.id: jewel.name for jewel in jewels(snapshot)}["both"] == "orders"
    assert _told(jewels(snapshot, tags=("precious",)))["own"] == ("tag", "H2")


def test_zones(tmp_path: Path) -> None:
    snapshot = _snapshot(
        tmp_path,
        [
            _node("aws:account:111111111111", NodeKind.AWS_ACCOUNT, environment="prd"),
            _node("role", NodeKind.AWS_ROLE),
            _node("bucket", NodeKind.S3_BUCKET, environment="production", tags={"system": "payment"}),
            _node("elsewhere", NodeKind.S3_BUCKET, account="222222222222", tags={"system": "payments"}),
            _node("class", NodeKind.HUB),
        ],
    )

    def members(pattern: str) -> set[str]:
        return set(_told(jewels(snapshot, (Zone("z", (pattern,), "H4"),))))

    assert members("account:111111111111") == {"role", "bucket"}
    assert members("environment:prod") == {"role", "bucket"}
    assert members("tag:system=payment") == {"bucket"}
    assert members("tag:system=pay*") == {"bucket", "elsewhere"}
    assert members("*e*") == {"role", "bucket", "elsewhere"}
    assert members("class") == set(), "a class is no thing"
    assert _told(jewels(snapshot, (Zone("z", ("role",), "H4"),))) == {"role": ("zone z", "H4")}


def _read(folder: Path, text: str) -> Policy:
    (folder / "nhi.toml").write_text(text, encoding="utf-8")
    return read_policy(folder / "nhi.toml")


def test_settings(tmp_path: Path) -> None:
    policy = _read(
        tmp_path, '[jewels]\ntags = ["Top"]\n[[zones]]\nname = "pay"\nmatch = ["account:111111111111"]\nimpact = "H4"\n'
    )
    assert policy.jewel_tags == ("top",)
    assert policy.zones == (Zone("pay", ("account:111111111111",), "H4"),)
    assert policy.digest != Policy().digest


ZONE = '[[zones]]\nname = "a"\nmatch = ["*"]\nimpact = "H1"\n'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[jewels]\ntag = ["x"]\n', "jewels.tag"),
        ('[jewels]\ntags = "x"\n', "jewels.tags"),
        ('[jewels]\ntags = [""]\n', "jewels.tags"),
        ("[zones]\n", "zones"),
        ('[[zones]]\nmatch = ["*"]\nimpact = "H4"\n', "zones[0].name"),
        ('[[zones]]\nname = "a"\nmatch = []\nimpact = "H4"\n', "zones[0].match"),
        ('[[zones]]\nname = "a"\nmatch = ["account:12"]\nimpact = "H4"\n', "zones[0].match[0]"),
        ('[[zones]]\nname = "a"\nmatch = ["tag:x"]\nimpact = "H4"\n', "zones[0].match[0]"),
        ('[[zones]]\nname = "a"\nmatch = ["environment:"]\nimpact = "H4"\n', "zones[0].match[0]"),
        ('[[zones]]\nname = "a"\nmatch = ["*"]\nimpact = "H12"\n', "zones[0].impact"),
        ('[[zones]]\nname = "a"\nmatch = ["*"]\nimpact = "H1"\nextra = 1\n', "zones[0].extra"),
        (ZONE + ZONE, "zones[1].name"),
    ],
)
def test_wrong_settings_name_the_key(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(PolicyFileError) as error:
        _read(tmp_path, text)
    assert named in str(error.value)
    assert "\n" not in str(error.value)
