"""The estate around what is planted: users, groups, roles, policies and resources of an account, one after the other.

Input: an account's numbers and the seed. Output: iterators; each thing is a function of its number, so that a second
pass (keys, the credential report) makes the same things again and nothing is held.
Handled: shared policies as hubs, account-root and cross-account trusts, repositories, vendors, workloads,
administrators.
Not handled: anything that would reach a planted thing: see the package's docstring.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.accuracy.statements import Json, allow, assume, document, service
from benchmarks.estate.account import Person, aws_managed, managed, principal, profile_of
from benchmarks.estate.ids import REGION, WORDS, access_key_id, ago, hexadecimal, source, uuid
from benchmarks.estate.kinds.across import github_trust
from benchmarks.estate.lab import ADMINISTRATOR

__all__ = ["MANAGER_ROLE", "Background", "assigned"]

MANAGER_ROLE: Final = "OrganizationAccountAccessRole"
"""What Organizations makes in an account that it creates; it trusts the management account.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html"""
_BASELINE: Final = "bg-baseline"
_SERVICES: Final = ("lambda", "ecs-tasks", "ec2", "codebuild")
_KINDS: Final = 10


@dataclass(frozen=True, slots=True)
class Background:
    """How much of what an account holds, beside its root user and what is planted."""

    seed: int
    account: str
    manager: str
    """The management account."""
    partner: str
    """An account of the same environment whose teams come over."""
    vendor: str
    users: int
    roles: int
    """Without administrators."""
    administrators: int
    """Roles beside the one that the management account may take."""
    buckets: int
    organization_role: bool = True

    # ---- users and groups

    def people(self) -> Iterator[Person]:
        """Yield users: programs with a key or two, some of them with a console password and MFA."""
        for number in range(self.users):
            yield self._person(number)

    def _person(self, number: int) -> Person:
        random = source(self.seed, "user", self.account, number)
        team, name = random.choice(WORDS), f"bg-{WORDS[number % len(WORDS)]}-{number}"
        owner = f"{team}-team@estate.example" if random.random() > 0.03 else f"left-{number % 50}@estate.example"
        body = principal(
            self.seed,
            "User",
            self.account,
            "/service/",
            name,
            tags={"owner": owner, "team": team} if number % 9 else {},
        )
        body["GroupList"] = ["bg-everyone", f"bg-{team}"]
        held = 0 if random.random() < 0.3 else 1 + (random.random() < 0.07)
        keys = tuple(
            (access_key_id(self.seed, self.account, "/service/", name, each), *_ages(random.random(), random.random()))
            for each in range(held)
        )
        return Person(body, keys, password=held == 0, mfa=random.random() < 0.8)

    def groups(self) -> Iterator[Json]:
        """Yield the group of everybody, a hub, and one for each team, which may assume the team's roles."""
        own = allow(
            "iam:CreateAccessKey iam:ListAccessKeys", f"arn:aws:iam::{self.account}:user/service/${{aws:username}}"
        )
        yield principal(self.seed, "Group", self.account, "/", "bg-everyone", [own], [self._policy(_BASELINE)])
        for team in WORDS:
            roles = [f"arn:aws:iam::{self.account}:role/team/{team}/*", f"arn:aws:iam::*:role/partner/{team}/*"]
            yield principal(self.seed, "Group", self.account, "/", f"bg-{team}", [allow("sts:AssumeRole", roles)])

    def policies(self) -> Iterator[Json]:
        """Yield the customer policy that every identity carries, and AWS's own."""
        listing = allow("s3:ListAllMyBuckets ec2:DescribeInstances cloudwatch:PutMetricData iam:GetAccountSummary")
        count = self.users + self.roles
        yield managed(self.seed, self._policy(_BASELINE), [document(listing)], 1, max(count, 1))
        yield aws_managed(self.seed, "AdministratorAccess")

    def _policy(self, name: str) -> str:
        return f"arn:aws:iam::{self.account}:policy/{name}"

    # ---- roles

    def role_bodies(self) -> Iterator[Json]:
        """Yield all roles: administrators first, then one kind after the other."""
        saml = {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{self.account}:saml-provider/bg-workforce"},
            "Action": "sts:AssumeRoleWithSAML",
            "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        }
        if self.organization_role:
            trust = assume(f"arn:aws:iam::{self.manager}:root")
            yield self._role("/", MANAGER_ROLE, trust, (), (ADMINISTRATOR,), 40)
        for number in range(self.administrators):
            yield self._role("/admins/", f"bg-admin-{number}", saml, (), (ADMINISTRATOR,), number % 60)
        for number in range(self.roles):
            yield self._numbered(number, saml)

    def _role(
        self, path: str, name: str, trust: Json, statements: tuple[Json, ...], attached: tuple[str, ...], used: int
    ) -> Json:
        body = principal(
            self.seed, "Role", self.account, path, name, statements, attached,
            tags={"owner": f"{WORDS[used % len(WORDS)]}-team@estate.example"},
        )  # fmt: skip
        body["AssumeRolePolicyDocument"] = document(trust)
        body["InstanceProfileList"] = []
        body["RoleLastUsed"] = {"LastUsedDate": ago(used), "Region": REGION} if used else {}
        return body

    def _numbered(self, number: int, saml: Json) -> Json:
        kind, team = number % _KINDS, WORDS[number // _KINDS % len(WORDS)]
        used, baseline = number * 7 % 300, (self._policy(_BASELINE),)
        name, data = f"bg-{team}-{number}", allow("s3:GetObject s3:PutObject", f"arn:aws:s3:::{self.bucket(number)}/*")
        if kind < 4:
            trust, own = service(_SERVICES[kind]), allow("secretsmanager:GetSecretValue", self.secret(number))
            decrypt = allow("kms:Decrypt", self.key()[0])
            body = self._role("/service/", name, trust, (data, own, decrypt), baseline, used)
            if _SERVICES[kind] == "ec2":
                body["InstanceProfileList"] = [profile_of(body)]
            return body
        if kind < 7:
            trust = assume(f"arn:aws:iam::{self.account}:root")
            return self._role(f"/team/{team}/", name, trust, (data,), baseline, used)
        if kind == 7:
            trust = assume(f"arn:aws:iam::{self.partner}:root")
            return self._role(f"/partner/{team}/", name, trust, (data,), baseline, used)
        if kind == 8:
            trust = github_trust(self.account, "StringEquals", f"repo:bg-org/{team}-{number}:ref:refs/heads/main")
            return self._role("/ci/", name, trust, (data,), baseline, used)
        if number // _KINDS % 5 == 0:
            external = {
                "StringEquals": {"sts:ExternalId": hexadecimal(self.seed, 12, "external", self.account, number)}
            }
            trust = assume(f"arn:aws:iam::{self.vendor}:root", when=external)
            return self._role("/vendor/", name, trust, (data,), baseline, used)
        return self._role("/people/", name, saml, (), baseline, used)

    # ---- resources

    def bucket(self, number: int) -> str:
        """Return the name of the bucket that a role of this number uses."""
        return f"bg-{self.account}-{number % max(self.buckets, 1)}"

    def secret(self, number: int) -> str:
        """Return the secret that the workload role of this number reads."""
        part = hexadecimal(self.seed, 6, "secret", self.account, number)
        return f"arn:aws:secretsmanager:{REGION}:{self.account}:secret:bg-{number}-{part}"

    def key(self) -> tuple[str, str, Json]:
        """Return the account's key for secrets: its ARN, id, and the statement that leaves decisions to IAM."""
        ident = uuid(self.seed, "background", self.account)
        root = {"AWS": f"arn:aws:iam::{self.account}:root"}
        return f"arn:aws:kms:{REGION}:{self.account}:key/{ident}", ident, {**allow("kms:*"), "Principal": root}

    def workloads(self, kind: str) -> Iterator[tuple[int, Json]]:
        """Yield number and role of each workload of a service."""
        place = _SERVICES.index(kind)
        for number in range(place, self.roles, _KINDS):
            team = WORDS[number // _KINDS % len(WORDS)]
            name = f"bg-{team}-{number}"
            yield number, {"name": name, "arn": f"arn:aws:iam::{self.account}:role/service/{name}"}

    def secrets(self) -> Iterator[Json]:
        """Yield the secrets of workload roles; a quarter lies under the account's own key."""
        for number in range(self.roles):
            if number % _KINDS < 4:
                arn = self.secret(number)
                body: Json = {"ARN": arn, "Name": f"bg-{number}", "CreatedDate": ago(400), "LastChangedDate": ago(90)}
                body["RotationEnabled"] = number % 3 == 0
                if number % 4 == 0:
                    body["KmsKeyId"] = self.key()[0]
                yield body

    def bucket_policy(self, number: int) -> Json | None:
        """Return a bucket's policy: one in ten refuses plain HTTP."""
        if number % 10:
            return None
        return document(
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{self.bucket(number)}", f"arn:aws:s3:::{self.bucket(number)}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        )


def _ages(age: float, used: float) -> tuple[float, float | None]:
    """Return a key's age and the days since its last use: most are young and used, some are old or were never used."""
    days = 3 + 60 * age if age < 0.7 else 1500 * age
    return days, None if used > 0.95 else min(days, used * used * 300)


def assigned(total: int, accounts: int) -> list[int]:
    """Share identities out among accounts by a power law, the largest first; each gets at least three."""
    weights = [1 / (rank + 1) ** 1.5 for rank in range(accounts)]
    shares = [max(3, int(total * weight / sum(weights))) for weight in weights]
    shares[0] += total - sum(shares)
    return shares
