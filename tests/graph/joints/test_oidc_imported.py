"""Identities of tables that state issuer and subject: Terraform Cloud, SPIFFE, anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.joints.oidc.imported import meets
from graph.kinds import State
from tests.graph.joints.joined import Joined, figures, join
from tests.graph.joints.trusts import ROLE, trusting

TERRAFORM, APPLY = "app.terraform.io", "organization:acme:project:core:workspace:prod:run_phase:apply"
SPIRE, CHECKOUT = "oidc.spire.acme.example", "spiffe://acme.example/ns/shop/sa/checkout"
BAR = "other:tools/main:bar"


def _joined(folder: Path, issuer: str, accepted: str, like: bool, table: str) -> Joined:
    place = folder / "other" / "tools" / "main"
    place.mkdir(parents=True)
    (place / "identities.csv").write_text(f"id,kind,issuer,subject\n{table}\n" if table else "id\n")
    return join(folder, aws=trusting(issuer, accepted, like=like))


@pytest.mark.parametrize(
    ("accepted", "like", "row", "state", "figure"),
    [
        (APPLY, False, f"bar,identity,https://{TERRAFORM},{APPLY}", State.VERIFIED, (1, 0, 0, 0, 0)),
        (APPLY, False, f"bar,workload,{TERRAFORM},{APPLY}", State.VERIFIED, (1, 0, 0, 0, 0)),
        ("organization:acme:*", True, f"bar,identity,{TERRAFORM},{APPLY}", State.VERIFIED, (1, 0, 0, 0, 0)),
        (APPLY, False, f"bar,identity,{TERRAFORM},{APPLY.replace('apply', '*')}", State.VERIFIED, (1, 0, 0, 0, 0)),
        # Only some of what is stated is accepted, and nothing says that it has one of those.
        ("organization:acme:*:run_phase:apply", True, f"bar,identity,{TERRAFORM},organization:*:workspace:prod:*",
         State.UNVERIFIED, (0, 1, 0, 0, 0)),
        # Another phase, another organization, another case, a pattern that is plain text, another issuer.
        (APPLY, False, f"bar,identity,{TERRAFORM},{APPLY.replace('apply', 'plan')}", State.VOID, (0, 0, 0, 0, 1)),
        ("organization:rivals:*", True, f"bar,identity,{TERRAFORM},{APPLY}", State.VOID, (0, 0, 0, 0, 1)),
        (APPLY.replace("core", "Core"), False, f"bar,identity,{TERRAFORM},{APPLY}", State.VOID, (0, 0, 0, 0, 1)),
        (APPLY, False, f"bar,identity,app.eu.terraform.io,{APPLY}", State.VOID, (0, 0, 0, 0, 1)),
        (APPLY, False, "", State.VOID, (0, 0, 0, 0, 1)),
    ],
)  # fmt: skip
def test_terraform_cloud(
    tmp_path: Path, accepted: str, like: bool, row: str, state: State, figure: tuple[int, ...]
) -> None:
    found = _joined(tmp_path, TERRAFORM, accepted, like, row)
    assert found.reached(BAR, ROLE) is state
    assert figures(found.count("OIDC subject: Terraform Cloud")) == figure


@pytest.mark.parametrize(
    ("accepted", "like", "row", "state", "figure"),
    [
        (CHECKOUT, False, f"bar,workload,{SPIRE},{CHECKOUT}", State.VERIFIED, (1, 0, 0, 0, 0)),
        # Whoever holds the trust domain issues any id of it.
        (CHECKOUT, False, f"bar,identity,{SPIRE},spiffe://acme.example/*", State.VERIFIED, (1, 0, 0, 0, 0)),
        ("spiffe://acme.example/*", True, f"bar,workload,{SPIRE},{CHECKOUT}", State.VERIFIED, (1, 0, 0, 0, 0)),
        (CHECKOUT, False, f"bar,workload,,{CHECKOUT}", State.UNVERIFIED, (0, 1, 0, 0, 0)),
        (CHECKOUT, False, f"bar,workload,{SPIRE},spiffe://rivals.example/*", State.VOID, (0, 0, 0, 0, 1)),
        (CHECKOUT, False, f"bar,workload,{SPIRE},spiffe://acme.example/ns/shop/sa/*x", State.VOID, (0, 0, 0, 0, 1)),
        (CHECKOUT, False, f"bar,workload,spire.rivals.example,{CHECKOUT}", State.VOID, (0, 0, 0, 0, 1)),
        ("spiffe://acme.example/*", False, f"bar,workload,{SPIRE},{CHECKOUT}", State.VOID, (0, 0, 0, 0, 0)),
    ],
)
def test_spiffe(tmp_path: Path, accepted: str, like: bool, row: str, state: State, figure: tuple[int, ...]) -> None:
    found = _joined(tmp_path, SPIRE, accepted, like, row)
    assert found.reached(BAR, ROLE) is state
    assert figures(found.count("OIDC subject: SPIFFE")) == figure


def test_two_identities_that_state_one_subject_are_ambiguous(tmp_path: Path) -> None:
    row = f"bar,identity,{TERRAFORM},{APPLY}\nfoo,identity,{TERRAFORM},{APPLY}"
    found = _joined(tmp_path, TERRAFORM, APPLY, False, row)
    assert figures(found.count("OIDC subject: Terraform Cloud")) == (0, 0, 1, 0, 0)


def test_an_issuer_of_no_known_family_is_counted_with_the_others(tmp_path: Path) -> None:
    found = _joined(tmp_path, "ci.acme.example", "build-7", False, "bar,identity,ci.acme.example,build-7")
    assert found.reached(BAR, ROLE) is State.VERIFIED
    assert figures(found.count("OIDC subject: other")) == (1, 0, 0, 0, 0)


def test_a_disabled_identity_gets_no_token(tmp_path: Path) -> None:
    place = tmp_path / "other" / "tools" / "main"
    place.mkdir(parents=True)
    (place / "identities.csv").write_text(f"id,active,issuer,subject\nbar,false,{TERRAFORM},{APPLY}\n")
    assert join(tmp_path, aws=trusting(TERRAFORM, APPLY)).reached(BAR, ROLE) is State.VOID


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("bar,identity,app.terraform.io,", "line 2: column 'subject': missing beside an issuer"),
        ("bar,identity,,build-7", "line 2: column 'issuer': missing beside a subject that is no SPIFFE id"),
        ("bar,group,app.terraform.io,x", "line 2: columns 'issuer' and 'subject': a group gets no tokens of its own"),
    ],
)
def test_rows_that_cannot_be_used_are_told(tmp_path: Path, row: str, told: str) -> None:
    found = _joined(tmp_path, TERRAFORM, APPLY, False, row)
    assert any(told in gap.reason for gap in found.view.gaps)


@pytest.mark.parametrize(
    ("stated", "accepted", "pattern", "answer"),
    [
        ("a:b", "a:b", False, True),
        ("a:*", "a:b", False, True),
        ("a:b", "a:*", True, True),
        ("a:*", "*:b", True, None),
        ("a:b", "a:*", False, False),
        ("a:?", "a:bc", False, False),
    ],
)
def test_sets_of_subjects(stated: str, accepted: str, pattern: bool, answer: bool | None) -> None:
    assert meets(stated, accepted, pattern) is answer
