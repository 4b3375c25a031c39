"""Pages: the generic follower, and the collector against answers that AWS cuts into pages and moto does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from collectors.paging import PageStyle, PagingError, follow_pages, merge_pages
from tests.collectors.aws.proxy import PAGED, AwsProxy
from tests.collectors.aws.running import answer_what_moto_lacks, collect, coverage, files

STYLE = PageStyle(("Items",), "Marker", "Next", "MaxItems", 2, "More")


def test_follows_every_page() -> None:
    asked: list[Mapping[str, Any]] = []

    def call(params: Mapping[str, Any]) -> Mapping[str, Any]:
        asked.append(params)
        start = int(params.get("Marker", "0"))
        return {"Items": [start, start + 1], "More": start < 4, "Next": str(start + 2), "Owner": start}

    pages = list(follow_pages(call, {"Kind": "x"}, STYLE))
    assert [page.next_token for page in pages] == ["2", "4", ""]
    assert asked[0] == {"Kind": "x", "MaxItems": 2}
    assert asked[2] == {"Kind": "x", "MaxItems": 2, "Marker": "4"}
    assert merge_pages((page.body for page in pages), STYLE) == {"Items": [0, 1, 2, 3, 4, 5], "Owner": 0}


def test_goes_on_from_a_token() -> None:
    (page,) = follow_pages(lambda params: {"Items": [params["Marker"]], "More": False}, {}, STYLE, "7")
    assert page.body["Items"] == ["7"]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([{"Items": [], "More": True}], "More is true but Next is missing"),
        ([{"Items": [], "More": True, "Next": "a"}, {"Items": [], "More": True, "Next": "a"}], "Next repeats"),
    ],
)
def test_a_listing_that_cannot_end_is_an_error(answers: list[dict[str, Any]], message: str) -> None:
    left = iter(answers)
    with pytest.raises(PagingError, match=message):
        list(follow_pages(lambda _: next(left), {}, STYLE))


def test_a_list_that_is_none_is_an_error() -> None:
    with pytest.raises(PagingError, match="Items is not a list"):
        merge_pages([{"Items": {"a": 1}}], STYLE)


def test_empty_lists_stay() -> None:
    assert merge_pages([{"More": False}], STYLE) == {"Items": []}


@pytest.mark.needs_moto
@pytest.mark.parametrize("size", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_paged_answers_give_the_same_evidence(proxy: AwsProxy, tmp_path: Path, size: int) -> None:
    answer_what_moto_lacks(proxy)
    collect(tmp_path / "whole")
    proxy.log.clear()
    proxy.page_sizes = dict.fromkeys(PAGED, size)
    result = collect(tmp_path / "paged")
    assert result.complete
    whole, paged = files(tmp_path / "whole"), files(tmp_path / "paged")
    assert {name: text for name, text in whole.items() if name != "manifest.json"} == {
        name: text for name, text in paged.items() if name != "manifest.json"
    }
    asked = proxy.actions()
    for action, objects in (
        ("iam.GetAccountAuthorizationDetails", 4 + 1 + 3 + 1),
        ("organizations.ListAccounts", 2),
        ("secretsmanager.ListSecrets", 2 * 3),
        ("lambda.ListFunctions", 2 * 2),
    ):
        regions = 2 if action.startswith(("secrets", "lambda")) else 1
        assert asked[action] == regions * -(-objects // regions // size), action
    record = coverage(tmp_path / "paged")["iam.get_account_authorization_details", ""]
    assert (record["calls"], record["objects"]) == (-(-9 // size), 9)
