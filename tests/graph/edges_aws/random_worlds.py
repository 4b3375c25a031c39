"""Random small worlds as plain data: drawn by Hypothesis, written as evidence, or asked about pair by pair.

Input: draws. Output: ``Spec``; ``Spec.world()`` for the product, ``Spec.decide()`` for the evaluator alone.
Not handled: groups, managed policies, resource policies other than trust.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from graph.decision import Decision
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers, authorize
from graph.evaluate.aws.document import compile_policy
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource
from tests.graph.edges_aws.technique_case import ACCOUNT, OTHER, A, B
from tests.worlds.aws import World, world
from tests.worlds.names import Names
from tests.worlds.statements import Json, allow, deny, document, trust

__all__ = ["DENIES", "Person", "Spec", "specs"]

MANAGEMENT = "555555555555"
UNITS = {"ou-1": ACCOUNT, "ou-2": OTHER}
TEAM = {"StringEquals": {"aws:ResourceTag/team": "web"}}
MINE = {"StringEquals": {"aws:PrincipalTag/team": "web"}}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
ALLOWS: tuple[Json, ...] = (
    allow("sts:AssumeRole"), allow("sts:*", on=A.role("*")), allow("sts:AssumeRole", on=[A.role("r0"), B.role("r1")]),
    allow("*"), allow("iam:CreateAccessKey"), allow("iam:Create*", on=A.user("u?")), allow("iam:*", on=B.user("u1")),
    allow("sts:AssumeRole", when=TEAM), allow("iam:CreateAccessKey", when=TEAM), allow("sts:AssumeRole", when=MFA),
    allow("iam:PutUserPolicy", "iam:AttachUserPolicy"), allow("iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy"),
    {"Effect": "Allow", "NotAction": "s3:*", "NotResource": A.role("r0")},
)  # fmt: skip
DENIES: tuple[Json, ...] = (
    deny("sts:AssumeRole", on=A.role("r0")), deny("iam:*"), deny("sts:*", when=TEAM), deny("*", when=MINE),
    deny("iam:CreateAccessKey", on=A.user("u0")), {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"},
    deny("*", when={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
    deny("sts:AssumeRole", when={"StringNotEquals": {"aws:ResourceAccount": ACCOUNT}}),
)  # fmt: skip
TRUSTS: tuple[Json, ...] = (
    trust(ACCOUNT), trust(B.root), trust("*"), trust(A.user("u0")), trust(B.user("u1"), A.role("r1")),
    trust(service="ec2.amazonaws.com"), trust(ACCOUNT, when=MINE),
    trust("*", when={"StringEquals": {"aws:PrincipalAccount": OTHER}}),
    trust(ACCOUNT, when=MFA), trust(OTHER, when={"StringEquals": {"sts:ExternalId": "x"}}),
    trust("*", when={"StringEquals": {"aws:PrincipalOrgID": "o-a1"}}),
    trust(A.user("u1"), effect="Deny"), trust("*", effect="Deny", when={"ArnLike": {"aws:PrincipalArn": "*:user/u0"}}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A user or a role."""

    kind: PrincipalKind
    account: str
    name: str
    statements: tuple[Json, ...]
    boundary: tuple[Json, ...] | None
    trusts: tuple[Json, ...]
    tags: tuple[tuple[str, str], ...]
    keys: int

    @property
    def arn(self) -> str:
        """Its ARN."""
        names = Names(self.account)
        return names.user(self.name) if self.kind is PrincipalKind.USER else names.role(self.name)


@dataclass(frozen=True, slots=True)
class Spec:
    """A world of two member accounts."""

    people: tuple[Person, ...]
    scps: tuple[tuple[str, Json], ...]
    """Target and statement."""

    def world(self, *, backwards: bool = False) -> World:
        """Return the evidence builder; ``backwards`` turns the order of everything that has none."""
        made = world().account(ACCOUNT).account(OTHER)
        turn = -1 if backwards else 1
        for person in self.people[::turn]:
            made.account(person.account)
            edge = f"edge-{person.name}" if person.boundary is not None else ""
            if person.boundary is not None:
                made.policy(edge, *person.boundary[::turn])
            if person.kind is PrincipalKind.USER:
                made.user(
                    person.name, *person.statements[::turn], boundary=edge, tags=dict(person.tags), keys=person.keys
                )
            else:
                made.role(
                    person.name, *person.statements[::turn], trusts=person.trusts[::turn], boundary=edge,
                    tags=dict(person.tags),
                )  # fmt: skip
        made.organization(MANAGEMENT, {"r-a1": [MANAGEMENT], **{unit: [each] for unit, each in UNITS.items()}})
        for number, (target, statement) in list(enumerate(self.scps))[::turn]:
            made.scp(f"s{number}", statement, on=target)
        return made

    def decide(self, caller: Person, action: str, target: Person) -> Decision:
        """Ask the evaluator about one pair."""
        principal = Principal(
            caller.kind, caller.arn, caller.account, tags=dict(caller.tags), organization_id="o-a1",
            unique_id="AIDAX", organization_paths=("o-a1/r-a1/ou-1/",),
        )  # fmt: skip
        trusted = action == "sts:AssumeRole"
        layers = PolicyLayers(
            identity=tuple(
                LabelledDocument(str(n), compile_policy(document(s))) for n, s in enumerate(caller.statements)
            ),
            boundary=None
            if caller.boundary is None
            else LabelledDocument("boundary", compile_policy(document(*caller.boundary)), "boundary"),
            scps=tuple(self._level(level) for level in ("r-a1", *(u for u, a in UNITS.items() if a == caller.account))),
            resource=LabelledDocument("trust", compile_policy(document(*target.trusts)), "trust") if trusted else None,
            resource_mandatory=trusted,
        )
        resource = Resource(target.arn, target.account, dict(target.tags), organization_id="o-a1")
        return authorize(Request(principal, action, resource), layers)

    def _level(self, target: str) -> tuple[LabelledDocument, ...]:
        bodies = [allow("*"), *(statement for place, statement in self.scps if place == target)]
        return tuple(
            LabelledDocument(f"{target} {n}", compile_policy(document(s)), "scp") for n, s in enumerate(bodies)
        )


_SOME_STATEMENTS = st.lists(st.sampled_from((*ALLOWS, *ALLOWS, *DENIES)), max_size=3).map(tuple)
_BOUNDARIES = st.none() | st.none() | st.lists(st.sampled_from((*ALLOWS, *DENIES)), min_size=1, max_size=2).map(tuple)
_TAGS = st.sampled_from(((), (("team", "web"),), (("team", "pay"),)))


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """Draw a world of up to three users and three roles."""
    people = []
    for kind, letter in ((PrincipalKind.USER, "u"), (PrincipalKind.ROLE, "r")):
        for number in range(draw(st.integers(1, 3))):
            is_role = kind is PrincipalKind.ROLE
            people.append(
                Person(
                    kind,
                    draw(st.sampled_from((ACCOUNT, ACCOUNT, OTHER))),
                    f"{letter}{number}",
                    draw(_SOME_STATEMENTS),
                    draw(_BOUNDARIES),
                    tuple(draw(st.lists(st.sampled_from(TRUSTS), min_size=1, max_size=2))) if is_role else (),
                    draw(_TAGS),
                    0 if is_role else draw(st.integers(0, 2)),
                )
            )
    scps = draw(st.lists(st.tuples(st.sampled_from(("r-a1", "ou-1")), st.sampled_from(DENIES)), max_size=1))
    return Spec(tuple(people), tuple(scps))
