"""Write an estate: evidence in ``evidence/``, its truth beside it.

Input: ``Size`` and a folder. Output: ``evidence/`` and ``truth.jsonl``; ``Written`` says how much.
Not handled: reading what was written.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.estate.account import Planted
from benchmarks.estate.account_files import write_account
from benchmarks.estate.background import MANAGER_ROLE, Background, assigned
from benchmarks.estate.ids import AS_OF, WORDS, account_id, hexadecimal
from benchmarks.estate.kinds import KINDS
from benchmarks.estate.lab import Lab
from benchmarks.estate.organization import UNITS, write_organization
from benchmarks.estate.stream import write_body, write_csv
from benchmarks.estate.truth import ADMIN, Truth, closure, row
from benchmarks.estate.world import Estate

__all__ = ["Written", "plant", "write_estate"]

_ADMINISTRATORS: Final = 200
_A_ROUND: Final = 300
"""Every kind and twin is planted once for the square root of the identities over this: 57 times of a million, so that
what is held in memory stays small."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    evidence: Path
    truth: Path
    identities: int
    accounts: int
    planted: int
    decoys: int


def plant(identities: int, seed: int) -> Estate:
    """Return an estate with everything that is planted, and nothing else yet."""
    count = max(6, int(0.4 * math.sqrt(identities)))
    manager, units = account_id(seed, "management"), list(UNITS.items())
    members = [
        Planted(account_id(seed, number), environment=units[number % len(units)][1], unit=units[number % len(units)][0])
        for number in range(count)
    ]
    estate = Estate(seed, f"o-{hexadecimal(seed, 10, 'organization')}", manager, members)
    for number in range(max(1, int(math.sqrt(identities / _A_ROUND)))):
        for kind in KINDS:
            for variant in ("", *kind.twins):
                kind.plant(Lab(estate, kind, variant, number))
    return estate


def write_estate(folder: Path, identities: int, seed: int = 1) -> Written:
    """Write an estate of that many identities (users, roles and root users).

    Parameters
    ----------
    folder
        Made when missing; files of an earlier estate in it are not removed.
    identities
        At least what is planted once, about 300; fewer give a background of nearly nothing.
    seed
        The same seed and number give the same bytes.
    """
    estate = plant(identities, seed)
    evidence, truth = folder / "evidence", folder / "truth.jsonl"
    backgrounds = _backgrounds(estate, identities)
    planted = {each.id: each for each in estate.members}
    for background in backgrounds:
        held = planted.get(background.account) or Planted(background.account)
        write_account(evidence / "aws" / background.account, held, background)
    write_organization(evidence / "aws" / estate.manager, estate)
    _write_declared(evidence / "declared", estate, backgrounds)
    _write_manifest(evidence / "manifest.json", backgrounds)
    rows = [*estate.truths, *_administrators(estate, backgrounds)]
    claims = [each for each in rows if each.claim == ADMIN and each.case != "decoy"]
    members = [each.id for each in estate.members]
    rows.extend(closure(claims, estate.doors, members, estate.manager))
    with truth.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row(each)) + "\n" for each in rows)
    return Written(
        evidence,
        truth,
        sum(_count(each, planted.get(each.account)) for each in backgrounds),
        len(backgrounds),
        sum(each.case == "planted" for each in rows),
        sum(each.case == "decoy" for each in rows),
    )


def _count(background: Background, planted: Planted | None) -> int:
    """Return the identities of an account: root user, users, roles."""
    held = len(planted.users) + len(planted.roles) if planted else 0
    return 1 + background.users + background.roles + background.administrators + background.organization_role + held


def _backgrounds(estate: Estate, identities: int) -> list[Background]:
    """Share the identities that are not planted out among the accounts; the management account is small."""
    seed, members = estate.seed, estate.members
    planted = sum(len(each.users) + len(each.roles) for each in members)
    standing = 2 * len(members) + 4
    shares = assigned(max(identities - planted - standing, 4 * len(members)), len(members))
    vendor = account_id(seed, "vendor of the background")
    estate.vendors.append(vendor)
    rows = [
        Background(seed, estate.manager, estate.manager, estate.manager, vendor, 0, 1, 2, 0, organization_role=False)
    ]
    for number, (member, share) in enumerate(zip(members, shares, strict=True)):
        administrators = min(_ADMINISTRATORS, share // 40)
        users = int(0.35 * (share - administrators))
        partner = members[(number + len(UNITS)) % len(members)].id
        roles = share - administrators - users
        rows.append(Background(seed, member.id, estate.manager, partner, vendor, users, roles, administrators, roles))
    return rows


def _administrators(estate: Estate, backgrounds: list[Background]) -> Iterator[Truth]:
    for each in backgrounds:
        names = [f"role/admins/bg-admin-{number}" for number in range(each.administrators)]
        names += [f"role/{MANAGER_ROLE}"] if each.organization_role else []
        for name in ("root", *names):
            arn = f"arn:aws:iam::{each.account}:{name}"
            yield Truth(
                f"administrator/{arn}", "administrator", "administrator", ADMIN, arn, each.account, "verified", ((),)
            )


def _write_declared(folder: Path, estate: Estate, backgrounds: list[Background]) -> None:
    accounts = [(each.account, "own") for each in backgrounds] + [(each, "vendor") for each in estate.vendors]
    write_csv(folder / "accounts.csv", "account,relation", accounts)
    environments = [(f"*:{each.id}:*", each.environment) for each in estate.members]
    write_csv(folder / "environments.csv", "match,environment", environments)
    people = [(f"{word}-team@estate.example", f"Team {word}", "true") for word in WORDS]
    people += [(f"left-{number}@estate.example", f"Former {number}", "false") for number in range(50)]
    people += [(each, each.split("@")[0], "true") for each in estate.present]
    people += [(each, each.split("@")[0], "false") for each in estate.departed]
    write_csv(folder / "people.csv", "login,person,active", people)
    rows = [(secret, key, user, "aws_access_key") for secret, key, user in estate.secrets]
    write_csv(folder / "secrets.csv", "secret,credential,identity,type", rows)
    # A cut asks about these; one row each, and no more than the rounds.
    targets = sorted({each.target for each in estate.truths if each.claim == "cut"})
    write_csv(folder / "jewels.csv", "match,name,impact", [(each, "planted jewel", "H4") for each in targets])


def _write_manifest(path: Path, backgrounds: list[Background]) -> None:
    """Write what tells the time of the evidence; coverage is what files are there."""
    ended = AS_OF.strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {
        "schema_version": "1.0",
        "product_version": "estate",
        "started_at": ended,
        "ended_at": ended,
        "complete": True,
        "fingerprint_key_id": "",
        "redactions": {},
        "scopes": [f"aws/{each.account}" for each in backgrounds],
        "coverage": [],
    }
    write_body(path, {}, body)
