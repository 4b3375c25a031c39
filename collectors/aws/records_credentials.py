"""Passwords, MFA, access keys and other credentials of users, the root user included.

Input: the credential report, access key lists, service-specific credentials, MFA devices, login profiles, the account
summary. Output: users completed, and one record a credential.
Not handled: the age of keys that nothing shows (a report without a date, a list without the report's last use).

Access keys have ids in ``iam.list_access_keys`` and last use in the report; the two are joined by the creation time,
which the report gives as "created or last changed". A list that was answered for a user is the newer truth: a report
slot without a partner there is a key deleted since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from collectors.aws.credential_report import ReportKey, ReportRow, parse_report
from collectors.aws.records import AwsAccessKey, AwsServiceCredential, AwsSigningCertificate, AwsUser
from collectors.aws.records_fields import Fields, Reading, arn_account
from collectors.aws.records_iam import DETAILS
from collectors.errors import EvidenceError
from collectors.evidence.evidence import Call, is_cut_off, is_refusal
from collectors.interface import Presence

__all__ = ["Credentials", "read_credentials"]

_REPORT = "iam.get_credential_report"
_KEYS = "iam.list_access_keys"
_SAME_TIME = timedelta(seconds=2)
_QUARANTINE = "AWSCompromisedKeyQuarantine"
"""Policies that AWS attaches to the user of a key that it found in public: V1, V2, V3."""


@dataclass(slots=True)
class Credentials:
    """Users completed, and their credentials."""

    users: dict[str, AwsUser]
    """By ARN."""
    access_keys: list[AwsAccessKey] = field(default_factory=list)
    service_credentials: list[AwsServiceCredential] = field(default_factory=list)
    signing_certificates: list[AwsSigningCertificate] = field(default_factory=list)


def read_credentials(reading: Reading, users: dict[str, AwsUser]) -> Credentials:
    """Complete users with what the other calls say of them, and read every credential.

    Parameters
    ----------
    reading
        The evidence.
    users
        Users by ARN, from the authorization details.
    """
    found = Credentials(dict(users))
    for account in reading.accounts:
        rows = _report_rows(reading, account)
        listed = _listed_keys(reading, account)
        _complete_users(reading, account, found, rows)
        names = {user.name: user for user in found.users.values() if user.account == account and not user.is_root}
        _add_keys(account, found, names, rows, listed)
        for row in rows.values():
            found.signing_certificates += [
                AwsSigningCertificate(f"cert_{slot}", row.arn, account, active, row.ref, created)
                for slot, active, created in row.certificates
                if row.arn in found.users
            ]
        found.service_credentials += reading.each(
            "iam.list_service_specific_credentials",
            account,
            "ServiceSpecificCredentials",
            _service_builder(account, names),
        )
    return found


def _report_rows(reading: Reading, account: str) -> dict[str, ReportRow]:
    """Return the newest report's rows by ARN."""
    best: tuple[datetime | None, list[ReportRow]] = (None, [])
    for _, call, answer in reading.answers(_REPORT, account):
        try:
            rows, problems = parse_report(answer.text("Content"), call.ref.child("Content"))
        except EvidenceError as error:
            reading.gap(_REPORT, account, "", str(error))
            continue
        for problem in problems:
            reading.gap(_REPORT, account, "", problem)
        made = answer.time("GeneratedTime")
        if not best[1] or (made is not None and (best[0] is None or made > best[0])):
            best = (made, rows)
    return {row.arn: row for row in best[1]}


def _complete_users(reading: Reading, account: str, found: Credentials, rows: dict[str, ReportRow]) -> None:
    details_whole = reading.evidence.presence("aws", account, DETAILS) in (Presence.PRESENT, Presence.EMPTY)
    for row in rows.values():
        user = found.users.get(row.arn)
        if user is None and (row.is_root or not details_whole):
            user = _user_of_row(row, account)
        if user is None:
            continue  # deleted since the report, which may be four hours old
        found.users[row.arn] = replace(
            user,
            created_at=user.created_at or row.created_at,
            has_password=row.has_password,
            mfa_active=row.mfa_active,
            password_last_used_at=_latest(user.password_last_used_at, row.password_last_used_at),
            password_changed_at=row.password_changed_at,
            keys_present=bool(row.keys) if row.is_root else None,
        )
    _complete_from_profiles(reading, account, found)
    _complete_from_devices(reading, account, found)
    _complete_root(reading, account, found)


def _user_of_row(row: ReportRow, account: str) -> AwsUser:
    resource = row.arn.split(":", 5)[-1]
    return AwsUser(
        arn=row.arn,
        unique_id="",
        name="root" if row.is_root else row.name,
        path="/" if row.is_root else resource.removeprefix("user").rsplit("/", 1)[0] + "/",
        account=arn_account(row.arn) or account,
        ref=row.ref,
        is_root=row.is_root,
        policies_known=row.is_root,
    )


def _complete_from_profiles(reading: Reading, account: str, found: Credentials) -> None:
    operation = "iam.get_login_profile"
    calls = {name: call for (_, name), call in reading.by_request(operation, account, "UserName").items()}
    for arn, user in list(found.users.items()):
        call = calls.get(user.name) if user.account == account and not user.is_root else None
        if call is not None and user.has_password is None and not is_refusal("aws", operation, call):
            found.users[arn] = replace(user, has_password=call.response is not None)


def _complete_from_devices(reading: Reading, account: str, found: Credentials) -> None:
    operation = "iam.list_mfa_devices"
    devices: dict[str, bool] = {}
    for (_, name), call in reading.by_request(operation, account, "UserName").items():
        if call.response is not None:
            devices[name] = bool(call.response.get("MFADevices"))
        elif not is_refusal("aws", operation, call):
            devices[name] = False
    owners = set()
    for _, _, answer in reading.answers("iam.list_virtual_mfa_devices", account):
        owners |= {device.inner("User").text("Arn") for device in answer.items("VirtualMFADevices")}
    for arn, user in list(found.users.items()):
        if user.account == account and user.mfa_active is None:
            # A user without a virtual device may have a hardware one: only its own listing says "none".
            known = True if arn in owners else None if user.is_root else devices.get(user.name)
            found.users[arn] = replace(user, mfa_active=known)


def _complete_root(reading: Reading, account: str, found: Credentials) -> None:
    """Take from the account summary what the report does not tell of the root user; the summary is never old.

    References
    ----------
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html (read 2026-11)
    """
    for _, _, answer in reading.answers("iam.get_account_summary", account):
        summary = answer.inner("SummaryMap")
        mfa, keys, password = (
            summary.number(name) for name in ("AccountMFAEnabled", "AccountAccessKeysPresent", "AccountPasswordPresent")
        )
        if mfa is None and keys is None and password is None:
            continue
        partition = next((arn.split(":")[1] for arn in found.users if arn_account(arn) == account), "aws")
        arn = f"arn:{partition}:iam::{account}:root"
        root = found.users.get(arn) or AwsUser(arn, "", "root", "/", account, summary.ref, is_root=True)
        in_report = bool(root.keys_present)
        found.users[arn] = replace(
            root,
            mfa_active=_told(root.mfa_active, mfa),
            has_password=_told(root.has_password, password),
            keys_present=True if keys else _told(root.keys_present, keys),
        )
        if keys and not in_report:
            reading.gap(
                _REPORT, account, "", "the root user has an access key; only the report says its age and state", arn
            )


def _told(known: bool | None, number: int | None) -> bool | None:
    return known if known is not None or number is None else number > 0


@dataclass(frozen=True, slots=True)
class _ListedKeys:
    """Access keys of one user as its listing gives them."""

    keys: tuple[Fields, ...]
    whole: bool
    """True when the listing was answered to its last page for this very user."""


def _listed_keys(reading: Reading, account: str) -> dict[str, _ListedKeys]:
    """Return listed keys by user name."""
    keys: dict[str, dict[str, Fields]] = {}
    whole: set[str] = set()
    for _, call in reading.calls(_KEYS, account):
        name = call.request.get("UserName")
        if isinstance(name, str) and call.response is None and not is_refusal("aws", _KEYS, call):
            whole.add(name)
    for _, call, answer in reading.answers(_KEYS, account):
        name = call.request.get("UserName")
        if isinstance(name, str) and not is_cut_off(call.response or {}):
            whole.add(name)
        for item in answer.items("AccessKeyMetadata"):
            key_id, owner = item.text("AccessKeyId"), item.text("UserName") or (name if isinstance(name, str) else "")
            if key_id and owner:
                keys.setdefault(owner, {}).setdefault(key_id, item)
                if not is_cut_off(call.response or {}):
                    whole.add(owner)
            else:
                reading.gap(_KEYS, account, "", f"{item.ref}: AccessKeyId or UserName is missing")
    return {name: _ListedKeys(tuple(keys.get(name, {}).values()), name in whole) for name in whole | keys.keys()}


def _add_keys(
    account: str,
    found: Credentials,
    names: dict[str, AwsUser],
    rows: dict[str, ReportRow],
    listed: dict[str, _ListedKeys],
) -> None:
    rows_by_name = {row.name: row for row in rows.values() if not row.is_root}
    partition = next((arn.split(":")[1] for arn in (*found.users, *rows) if arn_account(arn) == account), "aws")
    for name, listing in listed.items():
        row = rows_by_name.get(name)
        user = names.get(name)
        arn = user.arn if user else row.arn if row else f"arn:{partition}:iam::{account}:user/{name}"
        partners = _match(listing.keys, row.keys if row else ())
        for item in listing.keys:
            found.access_keys.append(_listed_key(item, arn, account, _quarantined(user), partners))
        if not listing.whole and row is not None:
            taken = {slot.slot for slot in partners.values()}
            found.access_keys += _report_keys(row, account, _quarantined(user), taken)
    for row in rows.values():
        if row.arn in found.users and (row.is_root or row.name not in listed):
            found.access_keys += _report_keys(row, account, _quarantined(found.users[row.arn]), ())


def _match(items: tuple[Fields, ...], slots: tuple[ReportKey, ...]) -> dict[str, ReportKey]:
    """Join listed keys with the report's slots; a pair that time does not join stays apart."""
    partners: dict[str, ReportKey] = {}
    free = list(slots)
    for item in items:
        created = item.time("CreateDate")
        same = [slot for slot in free if created and slot.rotated_at and abs(slot.rotated_at - created) <= _SAME_TIME]
        if len(same) > 1:
            same = [slot for slot in same if slot.active == _is_active(item)] or same
        if same:
            partners[item.text("AccessKeyId")] = same[0]
            free.remove(same[0])
    rest = [item for item in items if item.text("AccessKeyId") not in partners]
    if len(rest) == 1 and len(free) == 1:
        # The slot's time moves when a key's status is changed: later than the creation, same status.
        created, changed = rest[0].time("CreateDate"), free[0].rotated_at
        if created and changed and changed > created and free[0].active == _is_active(rest[0]):
            partners[rest[0].text("AccessKeyId")] = free[0]
    return partners


def _listed_key(
    item: Fields, user_arn: str, account: str, quarantined: bool, partners: dict[str, ReportKey]
) -> AwsAccessKey:
    slot = partners.get(item.text("AccessKeyId"))
    return AwsAccessKey(
        id=item.text("AccessKeyId"),
        user_arn=user_arn,
        account=account,
        active=_is_active(item),
        ref=item.ref,
        created_at=item.time("CreateDate"),
        last_used_at=slot.last_used_at if slot else None,
        last_used_known=slot is not None,
        last_used_service=slot.last_used_service if slot else "",
        last_used_region=slot.last_used_region if slot else "",
        slot=slot.slot if slot else 0,
        quarantined=quarantined,
    )


def _report_keys(row: ReportRow, account: str, quarantined: bool, taken: Iterable[int]) -> Iterator[AwsAccessKey]:
    for slot in row.keys:
        if slot.slot not in taken:
            yield AwsAccessKey(
                id="",
                user_arn=row.arn,
                account=account,
                active=slot.active,
                ref=row.ref,
                created_at=slot.rotated_at,
                last_used_at=slot.last_used_at,
                last_used_known=True,
                last_used_service=slot.last_used_service,
                last_used_region=slot.last_used_region,
                slot=slot.slot,
                quarantined=quarantined,
            )


def _is_active(item: Fields) -> bool:
    return item.text("Status") == "Active"


def _quarantined(user: AwsUser | None) -> bool:
    return user is not None and any(policy.name.startswith(_QUARANTINE) for policy in user.attached)


def _service_builder(account: str, names: dict[str, AwsUser]) -> Callable[[Fields, str, Call], AwsServiceCredential]:
    def build(item: Fields, _region: str, _call: Call) -> AwsServiceCredential:
        name = item.required("UserName")
        user = names.get(name)
        return AwsServiceCredential(
            id=item.required("ServiceSpecificCredentialId"),
            user_arn=user.arn if user else f"arn:aws:iam::{account}:user/{name}",
            account=account,
            service=item.text("ServiceName"),
            active=_is_active(item),
            ref=item.ref,
            created_at=item.time("CreateDate"),
            expires_at=item.time("ExpirationDate"),
            alias=item.text("ServiceCredentialAlias"),
        )

    return build


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((time for time in (one, other) if time is not None), default=None)
