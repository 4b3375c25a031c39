"""Whom a resource policy lets in from outside: anyone, an account or an organization that nobody declared.

Input: a ``ResourcePolicy`` and actions to try. Output: ``Opening`` rows, or reasons why a line is not judged.
Handled: conditions, through the evaluator, with callers of no organization, of another one, and of accounts and ARNs
that conditions name; calls from outside any VPC; ranges of addresses that are narrow keep anyone out.
Not handled: declared vendors (they are known); services (``aws_confused_deputy``); accounts of AWS's own that write
logs of load balancers.

References
----------
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html ("The meaning of public":
ranges wider than /8, for IPv6 /32, are public; read 2026-11)
https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/enable-access-logs.html (accounts of load balancers)
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.evaluate import state_of
from analytics.rules._context import RuleContext
from analytics.rules._resource_policies import ResourcePolicy
from analytics.rules._trust import is_positive
from graph.decision import Atom, Decision
from graph.edges.aws.trust import TrustForm, TrustLine
from graph.edges.aws.world import account_id_of
from graph.evaluate.aws.principals import Principal, PrincipalKind
from graph.kinds import State

__all__ = ["ANYONE", "Opening", "Probe", "Unclear", "openings", "targets_of"]

ANYONE = "anyone"
_STRANGER = "000000000000"
_PROBE = "nhi-probe-7f3a9c"
_WILD = re.compile(r"[*?]")
_NOT_OUR_ORGANIZATION = "o-nhiprobe7f3a9c"
_NO_VPC = frozenset(
    {"aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid",
     "aws:vpceorgpaths"}
)  # fmt: skip
_ACCOUNT_KEYS = ("aws:principalaccount", "aws:sourceowner", "kms:calleraccount")
_OF_LOAD_BALANCERS = frozenset(
    {
        "127311923021", "033677994240", "027434742980", "797873946194", "098369216593", "754344448648", "718504428378",
        "383597477331", "600734575887", "114774131450", "783225319266", "582318560864", "985666609251", "054676820928",
        "156460612806", "652711504416", "635631232127", "009996457667", "897822967062", "076674570225", "507241528517",
        "589379963580",
    }
)  # fmt: skip
_WIDEST = {4: 8, 6: 32}


@dataclass(frozen=True, slots=True)
class Probe:
    """An action that is tried, and what it means."""

    action: str
    words: str
    """What whoever may do it can do, after "can"."""
    weight: int
    """Severity of it when anyone can."""
    within: bool = False
    """It is done to something within the resource (an object of a bucket)."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody outside who can do something."""

    whom: str
    """``anyone``, ``account:<id>`` or ``organization:<id>``."""
    probe: Probe
    state: State
    grant: str
    keys: tuple[str, ...]
    """Condition keys of the statement."""
    caller: Principal


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line that could not be judged."""

    whom: str
    """As in ``Opening``; ``""``: it may concern anybody."""
    reason: str


def openings(policy: ResourcePolicy, probes: Sequence[Probe], context: RuleContext) -> Iterator[Opening | Unclear]:
    """Yield what outsiders can do by a policy, and which lines could not be judged.

    Parameters
    ----------
    probes
        Actions of the resource's service; others are not tried.
    """
    for line in policy.lines:
        tried = [probe for probe in probes if line.statement.covers_action(probe.action)]
        if not tried:
            continue
        if line.form is TrustForm.NOT_UNDERSTOOD:
            yield Unclear("", f"Its policy names {line.value}, which is not evaluated.")
        elif line.form is TrustForm.ANYONE:
            yield from _anyone(policy, line, tried, context)
        elif line.form in (TrustForm.ACCOUNT, TrustForm.PRINCIPAL) and _is_unknown(policy, line.account, context):
            callers = _of_account(line, line.account, context)
            yield from _outsiders(policy, line, tried, f"account:{line.account}", callers)


def targets_of(line: TrustLine, probe: Probe) -> tuple[str, ...]:
    """Return ARNs that the probe is tried on: the resource, or things within it that the statement speaks of."""
    base = line.role
    if not probe.within:
        return (base,)
    named = [] if line.statement.not_resource else [_WILD.sub(_PROBE, each) for each in line.statement.resources]
    inside = [each for each in named if each.startswith(f"{base}/")]
    return tuple(dict.fromkeys([*inside, f"{base}/{_PROBE}"]))


def _is_unknown(policy: ResourcePolicy, account: str, context: RuleContext) -> bool:
    if not account.isdigit() or account == policy.node.scope or account in _OF_LOAD_BALANCERS:
        return False  # `arn:aws:iam::cloudfront:user/…` is a name of AWS's own
    return context.relation_of(account) not in ("own", "vendor")


# ---- anyone --------------------------------------------------------------------------------------------------------


def _anyone(
    policy: ResourcePolicy, line: TrustLine, probes: Sequence[Probe], context: RuleContext
) -> Iterator[Opening | Unclear]:
    callers = [*_callers(line, _STRANGER, "")]
    if _values(line, "aws:principalorgid"):
        callers += _callers(line, _STRANGER, _NOT_OUR_ORGANIZATION)
    found = list(_outsiders(policy, line, probes, ANYONE, callers))
    if found:
        yield from found
        return
    accounts = {value for key in _ACCOUNT_KEYS for value in _values(line, key)}
    accounts |= {account_id_of(value) for value in _values(line, "aws:principalarn")}
    for account in sorted(accounts):
        if _is_unknown(policy, account, context):
            theirs = _of_account(line, account, context)
            yield from _outsiders(policy, line, probes, f"account:{account}", theirs)
    yield from _organizations(policy, line, probes, context)


def _organizations(
    policy: ResourcePolicy, line: TrustLine, probes: Sequence[Probe], context: RuleContext
) -> Iterator[Opening | Unclear]:
    named = sorted({value for value in _values(line, "aws:principalorgid") if not _WILD.search(value)})
    for organization in named:
        if organization in context.organizations:
            continue
        if not context.organizations:
            why = f"Its policy lets in organization {organization}; nothing says which organization is ours."
            yield Unclear(f"organization:{organization}", why)
            continue
        members = _callers(line, _STRANGER, organization)
        yield from _outsiders(policy, line, probes, f"organization:{organization}", members)


def _outsiders(
    policy: ResourcePolicy, line: TrustLine, probes: Sequence[Probe], whom: str, callers: Sequence[Principal]
) -> Iterator[Opening | Unclear]:
    keys = tuple(sorted({test.key for test in line.statement.conditions}))
    unclear = False
    for probe in probes:
        best, by = _best(policy, line, probe, callers)
        if best is State.UNVERIFIED:
            unclear = True
        elif best is not State.VOID:
            yield Opening(whom, probe, best, policy.grant(line), keys, by)
    if unclear:
        who = "everybody" if whom == ANYONE else whom.replace(":", " ")
        yield Unclear(whom, f"Its policy names {who} under conditions or denies that are not understood.")


def _best(
    policy: ResourcePolicy, line: TrustLine, probe: Probe, callers: Sequence[Principal]
) -> tuple[State, Principal]:
    """Return how surely one of the callers gets in, and which."""
    best, by = State.VOID, callers[0]
    for caller in callers:
        for target in targets_of(line, probe):
            state = _state(policy, line, caller, probe.action, target)
            if state > best:
                best, by = state, caller
            if best is State.VERIFIED:
                return best, by
    return best, by


def _state(policy: ResourcePolicy, line: TrustLine, caller: Principal, action: str, target: str) -> State:
    # SNS writes `aws:SourceOwner` into a topic's first policy: the account of whoever calls.
    stated: Mapping[str, tuple[str, ...]] = {"aws:sourceowner": (caller.account,)}
    decision = policy.decision(line, caller, action, target, stated, _NO_VPC)
    return State.VOID if _from_fixed_addresses(decision) else state_of(decision, policy.context.attacker)


# ---- addresses -----------------------------------------------------------------------------------------------------


def _from_fixed_addresses(decision: Decision) -> bool:
    """Return whether every way in asks for an address out of narrow ranges."""
    return bool(decision.alternatives) and all(
        any(all(_is_narrow(atom) for atom in clause) for clause in residual) for residual in decision.alternatives
    )


def _is_narrow(atom: Atom) -> bool:
    if atom.key != "aws:sourceip":
        return False
    asks = "NotIpAddress" in atom.operator if atom.negated else atom.operator.removesuffix("IfExists") == "IpAddress"
    return asks and all(_range_is_narrow(value) for value in atom.values)


def _range_is_narrow(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.is_private or network.prefixlen >= _WIDEST[network.version]


# ---- callers -------------------------------------------------------------------------------------------------------


def _values(line: TrustLine, key: str) -> list[str]:
    return [
        value for test in line.statement.conditions if test.key == key and is_positive(test) for value in test.values
    ]


def _of_account(line: TrustLine, account: str, context: RuleContext) -> Sequence[Principal]:
    """Return callers of one account, of the organization that it is in, as far as that is known."""
    known = context.organization_of(account)
    if known is None and _knows_members(context):
        # An account that the organization's list leaves out is in none, or in one that is not ours.
        named = [value for value in _values(line, "aws:principalorgid") if value not in context.organizations]
        return [caller for each in dict.fromkeys(["", *named]) for caller in _callers(line, account, each)]
    return _callers(line, account, known)


def _knows_members(context: RuleContext) -> bool:
    def ask() -> bool:
        return any(
            node.attributes.get("management") and context.looked_at(account, "organizations.list_accounts")
            for account, node in context.accounts.items()
        )

    return context.shared("members of the organization are listed", ask)


def _callers(line: TrustLine, account: str, organization: str | None) -> Sequence[Principal]:
    """Return callers of an account that the line might let in: any user, and one for each ARN that conditions want."""
    named = line.form is TrustForm.PRINCIPAL and line.account == account
    wanted = [line.value if named else f"arn:aws:iam::{account}:user/{_PROBE}"]
    for value in _values(line, "aws:principalarn"):
        parts = value.split(":", 5)
        if len(parts) == 6 and (parts[4] == account or _WILD.search(parts[4])):
            wanted.append(":".join([*parts[:4], account, _WILD.sub(_PROBE, parts[5])]).replace("*", "aws"))
    # Whoever calls from an account of its own puts there what tags it likes.
    tags = {
        test.key.partition("/")[2]: _WILD.sub(_PROBE, test.values[0])
        for test in line.statement.conditions
        if test.key.startswith("aws:principaltag/") and is_positive(test) and test.values
    }
    return [replace(_caller(arn, account, organization), tags=tags) for arn in dict.fromkeys(wanted)]


def _caller(arn: str, account: str, organization: str | None) -> Principal:
    if ":assumed-role/" in arn:
        name = arn.split(":assumed-role/", 1)[1].split("/", 1)[0]
        role = f"arn:aws:iam::{account}:role/{name}"
        return Principal(PrincipalKind.ROLE_SESSION, role, account, organization_id=organization, session_arn=arn)
    kind = PrincipalKind.ROLE if ":role/" in arn else PrincipalKind.USER
    return Principal(kind, arn, account, organization_id=organization)
