"""Find the role in an instance profile, which launch templates and environments name by ARN or by name.

Input: a ``Reading``. Output: ``InstanceRoles``.
Not handled: instance profiles of other accounts; an instance can only carry one of its own account.
"""

from __future__ import annotations

from collectors.aws.compute.answers import looked_at
from collectors.aws.records_fields import Reading, arn_account
from collectors.aws.records_iam import DETAILS, read_instance_profiles

__all__ = ["InstanceRoles"]


class InstanceRoles:
    """Roles by instance profile, over all accounts of the evidence."""

    def __init__(self, reading: Reading) -> None:
        profiles = read_instance_profiles(reading).values()
        self._by_arn = {profile.arn: next(iter(profile.role_arns), "") for profile in profiles}
        self._by_name = {(profile.account, profile.name): self._by_arn[profile.arn] for profile in profiles}
        self._whole = {account for account in reading.accounts if looked_at(reading, DETAILS, account, "")}

    def role_of(self, profile: str, account: str) -> tuple[str, bool]:
        """Return the role in a profile and whether that is known; no profile holds no role.

        Parameters
        ----------
        profile
            ARN or name as the vendor gives it; empty for none.
        account
            Account that the name stands in.
        """
        if not profile:
            return "", True
        if profile.startswith("arn:"):
            found, owner = self._by_arn.get(profile), arn_account(profile)
        else:
            found, owner = self._by_name.get((account, profile)), account
        # A profile that holds no role is not among the roles' profiles.
        return (found, True) if found is not None else ("", owner in self._whole)
