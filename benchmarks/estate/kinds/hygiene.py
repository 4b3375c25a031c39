"""Planted: what rules ask about keys, owners, use, environments, vendors and open doors.

Input: a ``Lab``. Output: ``KINDS``; the target of a claim is the rule that has the finding (``docs/rules``).
Not handled: severities and words of a finding.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.statements import Json, allow, assume, document
from benchmarks.estate.ids import account_id, unique_id
from benchmarks.estate.kinds.across import github_trust
from benchmarks.estate.lab import Kind, Lab

__all__ = ["KINDS"]

_GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_PRACTICE: Final = _GUIDE + "best-practices.html"


def _owner_left(lab: Lab) -> None:
    owner = f"{lab.word('person')}@estate.example"
    if not lab.is_twin("owner-here"):
        lab.estate.departed.append(owner)
    else:
        lab.estate.present.append(owner)
    lab.finding(lab.role(lab.trusts_service("lambda"), tags={"owner": owner}), "no-living-owner")


def _dormant(lab: Lab) -> None:
    used = 1 if lab.is_twin("used-yesterday") else 211
    lab.finding(lab.administrator(lab.trusts_service("lambda"), used=used), "aws-unused-privilege")


def _old_key(lab: Lab) -> None:
    age = 41 if lab.is_twin("young") else 640
    lab.finding(lab.user(age=age, used=1), "aws-old-key")


def _unused_key(lab: Lab) -> None:
    used = 2 if lab.is_twin("used") else 131
    lab.finding(lab.user(age=300, used=used), "aws-unused-key")


def _crossing(lab: Lab) -> None:
    lab.home = lab.of_environment("staging")
    there = lab.other(same=True) if lab.is_twin("same-environment") else lab.other("production")
    path, name = lab.path(), lab.word("role")
    subject = f"arn:aws:iam::{lab.home.id}:role{path}{name}"
    target = lab.role(assume(subject), at=there)
    lab.role(lab.trusts_service("codebuild"), allow("sts:AssumeRole", target), path=path, name=name)
    lab.finding(subject, "cross-environment")


def _vendor(lab: Lab) -> None:
    vendor = account_id(lab.estate.seed, f"vendor {lab.case}")
    lab.estate.vendors.append(vendor)
    when: Json | None = {"StringEquals": {"sts:ExternalId": lab.word("ext")}} if lab.is_twin("external-id") else None
    lab.finding(lab.role(assume(f"arn:aws:iam::{vendor}:root", when=when)), "aws-vendor-trust")


def _stranger(lab: Lab) -> None:
    own = lab.other().id
    trusted = own if lab.is_twin("own-account") else account_id(lab.estate.seed, f"stranger {lab.case}")
    lab.finding(lab.role(assume(f"arn:aws:iam::{trusted}:root")), "aws-external-trust")


def _stale(lab: Lab) -> None:
    gone = unique_id(lab.estate.seed, "AROA", lab.home.id, f"gone {lab.case}")
    trusted = lab.role(lab.trusts_service("ec2")) if lab.is_twin("alive") else gone
    lab.finding(lab.role(assume(trusted)), "aws-stale-trust")


def _weak_subject(lab: Lab) -> None:
    owner = lab.word("org")
    subject = f"repo:{owner}/{lab.word('repo')}:*" if lab.is_twin("pinned") else f"repo:{owner}*"
    lab.finding(lab.role(github_trust(lab.home.id, "StringLike", subject)), "aws-weak-oidc-trust")


def _public(lab: Lab) -> None:
    name = lab.word("web")
    opened = {**allow("s3:GetObject", f"arn:aws:s3:::{name}/*"), "Principal": "*"}
    lab.finding(lab.bucket(document(opened), name=name, blocked=lab.is_twin("blocked")), "aws-public-bucket")


KINDS: Final = (
    Kind(
        "hygiene/owner-left",
        "Its owner tag names a person who left.",
        "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
        {"owner-here": "The person is still here."},
        _owner_left,
    ),
    Kind(
        "hygiene/dormant-administrator",
        "An administrator role last used 211 days ago.",
        _GUIDE + "access_policies_last-accessed.html",
        {"used-yesterday": "It was used yesterday."},
        _dormant,
    ),
    Kind("hygiene/old-key", "A key of 640 days.", _PRACTICE, {"young": "A key of 41 days."}, _old_key),
    Kind(
        "hygiene/unused-key",
        "A key last used 131 days ago.",
        _GUIDE + "id_credentials_getting-report.html",
        {"used": "A key used two days ago."},
        _unused_key,
    ),
    Kind(
        "hygiene/crossing",
        "A role of staging assumes one of production.",
        "https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/benefits-of-using-multiple-aws-accounts.html",
        {"same-environment": "The other account is of the same environment."},
        _crossing,
    ),
    Kind(
        "hygiene/vendor",
        "A vendor's account may assume the role without an external id.",
        _GUIDE + "id_roles_common-scenarios_third-party.html",
        {"external-id": "The trust asks for an external id."},
        _vendor,
    ),
    Kind(
        "hygiene/stranger",
        "The role trusts an account that nobody declared.",
        _GUIDE + "access-analyzer-concepts.html",
        {"own-account": "The account is of the organization."},
        _stranger,
    ),
    Kind(
        "hygiene/stale-trust",
        "The trust names the id of a role that is gone.",
        _GUIDE + "reference_policies_elements_principal.html",
        {"alive": "The role is there."},
        _stale,
    ),
    Kind(
        "hygiene/weak-subject",
        "The trust lets in every owner whose name begins alike.",
        _GUIDE + "id_roles_providers_create_oidc.html",
        {"pinned": "The trust lets in one repository."},
        _weak_subject,
    ),
    Kind(
        "hygiene/public-bucket",
        "Everybody may read the bucket.",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        {"blocked": "RestrictPublicBuckets is on."},
        _public,
    ),
)
"""Kinds of this module."""
