"""`nhi pools` and `nhi privilege` on the sample company: its story, sections 2, 3, 8 and 9, and nothing beside it."""

from __future__ import annotations

from typing import Any

import pytest

from sample_data._make.entra import names
from tests.nhigraph.running import Command

PRODUCTION = "arn:aws:iam::222233334444"
SHOP_ORDERS, INTEGRATION = f"{PRODUCTION}:role/service/shop-orders", f"{PRODUCTION}:user/service/svc-integration"
NEWER_KEY, OLD_KEY = "aws:key:AKIATHPRDSKWMLZUCAJU", "aws:key:AKIATHPRDSKWOABHLRME"
LEFT = {
    f"{PRODUCTION}:role/ci/gha-deploy",
    f"{PRODUCTION}:role/vendors/vendor-logtail",
    f"{PRODUCTION}:user/service/svc-monitoring",
    "arn:aws:iam::333344445555:role/people/developer-legacy",
    "arn:aws:iam::444455556666:user/BedrockAPIKey-k3fw",
}
NOBODY = {
    f"{PRODUCTION}:role/service/legacy-export",
    f"{PRODUCTION}:role/vendors/customs-clearing",
    f"{PRODUCTION}:user/service/svc-label-printer",
    "arn:aws:iam::444455556666:role/service/ai-summariser",
}


def guid(kind: str, name: str) -> str:
    """Return the node id of a thing of the tenant."""
    return f"entra:{names.guid(kind, name)}"


def _pools(sample: Command) -> dict[str, Any]:
    return {row["credential"]: row for row in sample("pools", "--format", "json").json["pools"]}


def test_the_pools_of_the_company(sample: Command) -> None:
    found = _pools(sample)
    orders = found[SHOP_ORDERS]
    assert (orders["kind"], orders["consumer_count"]) == ("execution_role", 2)
    assert {row["id"].rpartition(":")[2] for row in orders["consumers"]} == {"shop-orders", "shop-returns"}
    assert not any(credential.endswith("/shop-checkout") for credential in found)
    key = found[NEWER_KEY]
    assert (key["kind"], key["identity"], key["consumer_count"]) == ("shared_key", INTEGRATION, 2)
    assert OLD_KEY not in found, "the older key lies in one secret"
    assert (found[INTEGRATION]["kind"], found[INTEGRATION]["consumer_count"]) == ("shared_identity", 3)
    assert {row["credential"] for row in found.values() if row["open_ended"]} == {
        f"{PRODUCTION}:role/ci/gha-deploy",
        f"{PRODUCTION}:role/ci/gha-docs",
        guid("principal", "gha-azure-tools"),
    }
    blueprint = found[guid("principal", "ticket-summariser")]
    assert (blueprint["kind"], blueprint["consumer_count"]) == ("agent_blueprint", 2)
    assert guid("principal", "route-helper") not in found, "it has one agent"
    assert not any(row["kind"] == "assumed_by_many" for row in found.values()), "people take those roles"


def test_a_pool_reaches_what_its_identity_reaches(sample: Command) -> None:
    pool, radius = _pools(sample)[INTEGRATION], sample.radius(INTEGRATION)
    assert pool["reaches"]["total"] == radius["counts"]["total"]
    assert {row["scope"] for row in pool["reaches"]["admin_of"]} == {row["scope"] for row in radius["admin_of"]}


def test_what_was_refused_could_add_consumers(sample: Command) -> None:
    missing = {row["operation"] for row in _pools(sample)[NEWER_KEY]["unknown"]}
    assert "secretsmanager.list_secrets" in missing


def test_a_blast_radius_tells_the_pools_on_its_way(sample: Command) -> None:
    (row,) = sample.radius(f"{PRODUCTION}:user/service/svc-integration")["pools"][:1]
    assert set(row) == {"identity", "kind", "consumers", "consumer_count"}
    orders = [row for row in sample.radius(SHOP_ORDERS)["pools"] if row["identity"] == SHOP_ORDERS]
    assert orders[0]["consumers"] == [
        "arn:aws:lambda:eu-central-1:222233334444:function:shop-orders",
        "arn:aws:lambda:eu-central-1:222233334444:function:shop-returns",
    ]


@pytest.mark.parametrize("who", ["AKIATHPRDSKWMLZUCAJU", INTEGRATION])
def test_one_credential_is_told_consumer_by_consumer(sample: Command, who: str) -> None:
    told = sample("pools", who).out
    assert "prod/integration/erp" in told
    assert "unknown: no use data" in told
    assert "Together they reach" in told
    assert "No pool" in sample("pools", OLD_KEY).out


def _verdicts(sample: Command, question: str, verdict: str) -> set[str]:
    rows = sample("privilege", "--question", question, "--verdict", verdict, "--format", "json").json["identities"]
    return {row["id"] for row in rows if row["id"].startswith("arn:")}


def test_who_is_orphaned(sample: Command) -> None:
    assert _verdicts(sample, "orphaned", "yes") == LEFT | NOBODY
    fine = _verdicts(sample, "orphaned", "no")
    assert f"{PRODUCTION}:role/ci/gha-docs" in fine
    assert f"{PRODUCTION}:role/vendors/vendor-backup" in fine


def test_vendors_and_keys_that_nobody_uses(sample: Command) -> None:
    dormant = _verdicts(sample, "dormant", "yes")
    assert {f"{PRODUCTION}:role/vendors/vendor-logtail", f"{PRODUCTION}:user/service/svc-sftp-import"} <= dormant
    assert not {f"{PRODUCTION}:role/vendors/vendor-backup", f"{PRODUCTION}:user/service/svc-edi-export"} & dormant
    assert f"{PRODUCTION}:role/vendors/vendor-logtail" in _verdicts(sample, "unused", "yes")


def test_standing_privilege_and_what_cannot_be_known(sample: Command) -> None:
    assert {INTEGRATION, "arn:aws:iam::111122223333:user/emergency/break-glass-1"} <= _verdicts(
        sample, "standing", "yes"
    )
    assert "arn:aws:iam::111122223333:role/people/platform-admins" in _verdicts(sample, "standing", "unknown")
    assert f"{PRODUCTION}:user/service/svc-reporting" in _verdicts(sample, "standing", "no")


def test_who_crosses_from_staging(sample: Command) -> None:
    crossing = _verdicts(sample, "crossing", "yes")
    assert "arn:aws:iam::333344445555:role/ci/ci-runner" in crossing
    assert "arn:aws:iam::333344445555:role/ci/ci-docs-runner" not in crossing


@pytest.mark.parametrize(
    "arguments",
    [
        ["pools", "--kind", "x"],
        ["pools", "nobody-at-all"],
        ["privilege", "--question", "x"],
        ["privilege", "--verdict", "x"],
    ],
)
def test_wrong_use_is_one_line(sample: Command, arguments: list[str]) -> None:
    answer = sample(*arguments)
    assert answer.code == 2
    assert not answer.out


def test_privilege_of_what_is_no_identity_is_one_line(sample: Command) -> None:
    answer = sample("privilege", "arn:aws:s3:::nordlicht-data-lake")
    assert answer.code == 2
    assert not answer.out
    assert "no collected identity or credential" in answer.err
    known = sample("privilege", SHOP_ORDERS, "--question", "standing", "--verdict", "no", "--format", "json")
    assert known.code == 0, "an identity without a row of that answer is an empty answer"


def test_limits_cut_and_say_so(sample: Command) -> None:
    pools = sample("pools", "--limit", "2", "--consumers", "1", "--format", "json").json
    assert (len(pools["pools"]), pools["truncated"], pools["count"] > 2) == (2, True, True)
    assert pools["pools"][0]["consumers_truncated"] is True
    rows = sample("privilege", "--limit", "3", "--format", "json").json
    assert (len(rows["identities"]), rows["truncated"]) == (3, True)
    assert set(rows["counts"]) == {"orphaned", "dormant", "standing", "unused", "crossing"}
