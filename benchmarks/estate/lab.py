"""What a planted kind builds with: accounts chosen by seed, names that nothing else names, and the truth of it.

Input: accounts and a random source. Output: things in ``Planted`` accounts and ``Truth`` rows.
Not handled: what the background does (``background``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, TypeAlias

from benchmarks.accuracy.statements import Json, assume, document, everything, service
from benchmarks.estate.account import Person, Planted, add_key, managed, principal, profile_of, tags_of
from benchmarks.estate.ids import REGION, WORDS, access_key_id, ago, hexadecimal, source, uuid
from benchmarks.estate.truth import ADMIN, STATES, Door, Truth
from benchmarks.estate.world import Estate

__all__ = ["ADMINISTRATOR", "SEALED", "Kind", "Lab", "Plant"]

ADMINISTRATOR: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
SEALED: Final = "sealed"
"""What lies below ``/sealed/``, or begins with it, is what the organization's own policies deny."""


class Lab:
    """One case being planted: a kind, or with ``variant`` its near twin."""

    def __init__(self, estate: Estate, kind: Kind, variant: str, number: int) -> None:
        """Choose the home account by seed."""
        self.estate, self.kind, self.variant = estate, kind, variant
        self.case = f"{kind.name}/{number}" + (f"~{variant}" if variant else "")
        self.random: Random = source(estate.seed, "lab", self.case)
        self.home: Planted = self.random.choice(estate.members)
        self._made = 0

    # ---- names

    def is_twin(self, variant: str) -> bool:
        """Return whether this is that near twin."""
        if variant not in self.kind.twins:
            raise KeyError(f"{self.kind.name} declares no twin {variant}")
        return self.variant == variant

    def word(self, prefix: str = "x") -> str:
        """Return a name that nothing else in the estate names."""
        self._made += 1
        part = hexadecimal(self.estate.seed, 10, "name", self.case, self._made)
        return f"{prefix}-{part}-{self.random.choice(WORDS)}"

    def path(self) -> str:
        """Return an IAM path of its own."""
        return f"/{self.word()}/"

    def of_environment(self, environment: str) -> Planted:
        """Return a member account of an environment."""
        return self.random.choice([each for each in self.estate.members if each.environment == environment])

    def other(self, environment: str = "", *, same: bool = False) -> Planted:
        """Return another member account: of that environment, or of the home's (``same``)."""
        wanted = self.home.environment if same else environment
        rest = [each for each in self.estate.members if each is not self.home]
        fitting = [each for each in rest if not wanted or each.environment == wanted]
        return self.random.choice(fitting or rest)

    # ---- identities

    def user(self, *statements: Json, at: Planted | None = None, path: str = "", name: str = "",
             attached: Sequence[str] = (), groups: Sequence[str] = (), boundary: str = "",
             tags: Mapping[str, str] | None = None, keys: int = 1,
             age: float = 30, used: float | None = 1, password: bool = False, mfa: bool = False) -> str:  # fmt: skip
        """Add a user and return its ARN."""
        account = at or self.home
        seed, path, name = self.estate.seed, path or self.path(), name or self.word("svc")
        body = principal(
            seed, "User", account.id, path, name, statements, attached, boundary=boundary, tags=self._owned(tags)
        )
        body["GroupList"] = list(groups)
        held = tuple((access_key_id(seed, account.id, path, name, number), age, used) for number in range(keys))
        account.users.append(Person(body, held, password, mfa))
        return str(body["Arn"])

    def role(self, trust: Json, *statements: Json, at: Planted | None = None, path: str = "", name: str = "",
             attached: Sequence[str] = (), boundary: str = "", tags: Mapping[str, str] | None = None,
             used: float | None = 1) -> str:  # fmt: skip
        """Add a role with one trust statement and return its ARN."""
        account = at or self.home
        path, name = path or self.path(), name or self.word("role")
        body = principal(
            self.estate.seed, "Role", account.id, path, name, statements, attached, boundary=boundary,
            tags=self._owned(tags),
        )  # fmt: skip
        body["AssumeRolePolicyDocument"] = document(trust)
        body["InstanceProfileList"] = []
        body["RoleLastUsed"] = {} if used is None else {"LastUsedDate": ago(used), "Region": REGION}
        account.roles.append(body)
        return str(body["Arn"])

    def _owned(self, tags: Mapping[str, str] | None) -> dict[str, str]:
        return {"owner": f"{self.random.choice(WORDS)}-team@estate.example", **(tags or {})}

    def administrator(self, trust: Json, *, at: Planted | None = None, path: str = "", used: float | None = 1) -> str:
        """Add a role with AdministratorAccess and say so in the truth."""
        arn = self.role(trust, at=at, path=path, attached=(ADMINISTRATOR,), used=used)
        self.helper(arn, account=at)
        return arn

    def administrator_user(self, *, keys: int = 1, password: bool = False) -> str:
        """Add a user that may do everything and say so in the truth."""
        arn = self.user(everything(), keys=keys, password=password)
        self.helper(arn)
        return arn

    def group(self, *statements: Json, path: str = "", name: str = "", attached: Sequence[str] = ()) -> str:
        """Add a group to the home account and return its ARN."""
        body = principal(
            self.estate.seed,
            "Group",
            self.home.id,
            path or self.path(),
            name or self.word("group"),
            statements,
            attached,
        )
        self.home.groups.append(body)
        return str(body["Arn"])

    def policy(self, *documents: Json, arn: str = "", default: int = 0) -> str:
        """Add a customer managed policy; ``default`` counts from 1, 0 is the newest."""
        arn = arn or self.policy_arn()
        self.home.policies.append(managed(self.estate.seed, arn, documents, default or len(documents)))
        return arn

    def policy_arn(self, name: str = "") -> str:
        """Return the ARN of a policy to be made in the home account."""
        return f"arn:aws:iam::{self.home.id}:policy{self.path()}{name or self.word('policy')}"

    def user_arn(self, path: str, name: str) -> str:
        """Return the ARN of a user of the home account before it is made."""
        return f"arn:aws:iam::{self.home.id}:user{path}{name}"

    def profile(self, role: str, *, at: Planted | None = None) -> str:
        """Put a role into an instance profile of its own name."""
        body = next(each for each in (at or self.home).roles if each["Arn"] == role)
        body["InstanceProfileList"].append(profile_of(body))
        return str(body["InstanceProfileList"][-1]["Arn"])

    # ---- resources

    def arn(self, product: str, rest: str, at: Planted | None = None) -> str:
        """Return a regional ARN."""
        return f"arn:aws:{product}:{REGION}:{(at or self.home).id}:{rest}"

    def function(self, role: str, *, prefix: str = "fn") -> str:
        """Add a Lambda function that runs as the role."""
        name = self.word(prefix)
        arn = self.arn("lambda", f"function:{name}")
        self.home.bodies["lambda.list_functions"].append(
            {"FunctionName": name, "FunctionArn": arn, "Role": role, "Runtime": "python3.12", "Handler": "app.handler"}
        )
        return arn

    def instance(self, role: str, tags: Mapping[str, str] | None = None, *, managed: bool = True) -> str:
        """Add a running instance with the role's instance profile, registered with Systems Manager or not."""
        ident = "i-" + hexadecimal(self.estate.seed, 17, "instance", self.word())
        profile = {"Arn": self.profile(role), "Id": "AIPA" + ident.upper()[2:]}
        instance = {"InstanceId": ident, "State": {"Code": 16, "Name": "running"}, "IamInstanceProfile": profile,
                    "Tags": tags_of(tags or {}), "PlatformDetails": "Linux/UNIX"}  # fmt: skip
        self.home.bodies["ec2.describe_instances"].append(
            {"ReservationId": f"r-{ident[2:]}", "OwnerId": self.home.id, "Groups": [], "Instances": [instance]}
        )
        if managed:
            self.home.bodies["ssm.describe_instance_information"].append(
                {"InstanceId": ident, "PingStatus": "Online", "PlatformType": "Linux", "ResourceType": "EC2Instance"}
            )
        return self.arn("ec2", f"instance/{ident}")

    def bucket(
        self, policy: Json | None = None, *, at: Planted | None = None, name: str = "", blocked: bool = True
    ) -> str:
        """Add a bucket and return its ARN."""
        account, name = at or self.home, name or self.word("data")
        account.bodies["s3.list_buckets"].append({"Name": name, "CreationDate": ago(500), "BucketRegion": REGION})
        if policy:
            account.calls["s3.get_bucket_policy"].append(({"Bucket": name}, {"Policy": json.dumps(policy)}))
        names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        block = {"PublicAccessBlockConfiguration": dict.fromkeys(names, blocked)}
        account.calls["s3.get_public_access_block"].append(({"Bucket": name}, block))
        return f"arn:aws:s3:::{name}"

    def secret(self, policy: Json | None = None, *, key: str = "") -> str:
        """Add a secret under the account's default key, or a customer's, and return its ARN."""
        name = self.word("secret")
        arn = self.arn("secretsmanager", f"secret:{name}-{hexadecimal(self.estate.seed, 6, name)}")
        body = {"ARN": arn, "Name": name, "CreatedDate": ago(300), "LastChangedDate": ago(40), "RotationEnabled": False}
        if key:
            body["KmsKeyId"] = key
        self.home.bodies["secretsmanager.list_secrets"].append(body)
        said = {"ARN": arn, "Name": name, **({"ResourcePolicy": json.dumps(policy)} if policy else {})}
        self.home.calls["secretsmanager.get_resource_policy"].append(({"SecretId": arn}, said))
        return arn

    def key(self, *statements: Json) -> str:
        """Add a customer's KMS key with that policy and return its ARN."""
        ident = uuid(self.estate.seed, self.word())
        arn = self.arn("kms", f"key/{ident}")
        add_key(self.home, arn, ident, statements)
        return arn

    def root_of(self, account: Planted | None = None) -> str:
        """Return what a policy writes for "the account itself"."""
        return f"arn:aws:iam::{(account or self.home).id}:root"

    def trusts_account(self, account: Planted | None = None, when: Json | None = None) -> Json:
        """Return a trust statement for a whole account."""
        return assume(self.root_of(account), when=when)

    @staticmethod
    def trusts_service(name: str) -> Json:
        """Return a trust statement for a service."""
        return service(name)

    # ---- truth

    def helper(self, arn: str, state: str = STATES[0], account: Planted | None = None) -> None:
        """Say that an identity beside the subject is, or becomes, administrator too."""
        self._say("helper", ADMIN, arn, (account or self.home).id, state, ((),) if state == STATES[0] else ())

    def admin(
        self, subject: str, *chains: Sequence[str], state: str = STATES[0], account: Planted | None = None
    ) -> None:
        """Say that the subject becomes administrator of the account by one of the chains; of a twin: it does not."""
        self._say("", ADMIN, subject, (account or self.home).id, state, tuple(map(tuple, chains)))

    def reaches(
        self,
        subject: str,
        target: str,
        *,
        state: str = STATES[0],
        accounts: Sequence[Planted] = (),
        anybody: bool = False,
    ) -> None:
        """Say that the subject reaches the resource; administrators (home, ``accounts``), or anybody, may, too."""
        also = ("*",) if anybody else tuple(sorted({each.id for each in (self.home, *accounts)}))
        self._say("", "reaches", subject, target, state, also=also)

    def passes_on(self, holder: str, target: str) -> None:
        """Say that an identity beside the subject reaches the resource, too."""
        self._say("helper", "reaches", holder, target, STATES[0], also=(self.home.id,))

    def finding(self, subject: str, rule: str) -> None:
        """Say that the rule has a finding for the subject; of a twin: none."""
        self._say("", "finding", subject, rule, STATES[0])

    def pool(self, credential: str, consumers: Sequence[str]) -> None:
        """Say that these share the credential; of a twin: that it is no pool."""
        self._say("", "pool", credential, credential, STATES[0], also=tuple(sorted(consumers)))

    def cut(self, sources: Sequence[str], target: str, size: int) -> None:
        """Say how many grants separate the sources from the target at least; so for the twin, with its own number."""
        self._say("planted", "cut", " ".join(sources), target, STATES[0], also=(str(size),))

    def opens(self, start: Planted, end: Planted, state: str = STATES[0], *, granting: bool = False) -> None:
        """Say that every administrator of one account becomes administrator of the other."""
        self.estate.doors.append(Door(start.id, end.id, state, granting))

    def _say(self, case: str, claim: str, subject: str, target: str, state: str,
             chains: tuple[tuple[str, ...], ...] = (), also: tuple[str, ...] = ()) -> None:  # fmt: skip
        case = case or ("decoy" if self.variant else "planted")
        why = self.kind.twins[self.variant] if self.variant else self.kind.why
        name = self.case if case in ("planted", "decoy") else f"{self.case}+{subject.rsplit('/', 1)[-1]}"
        if case == "decoy":
            state, chains = "", ()
        self.estate.truths.append(
            Truth(name, self.kind.name, case, claim, subject, target, state, chains, why, self.kind.page, also)
        )


Plant: TypeAlias = Callable[[Lab], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of planted case with its near twins."""

    name: str
    why: str
    """Why it holds."""
    page: str
    """AWS's page that says so."""
    twins: Mapping[str, str]
    """Why it does not hold, by name of the near twin."""
    plant: Plant
