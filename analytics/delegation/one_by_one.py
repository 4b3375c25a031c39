"""Resources whose own policies tell two holders apart: compared one by one, by the evaluator itself.

Input: two holders. Output: patterns of such resources, which the comparison of sets leaves out, and what is gained.
Handled: policies that name either of the two, or that ask who calls; policies for everybody where one of the two has
limits of its own; every class of actions and every part of the resource (objects of a bucket) is asked about once.
Not handled: policies that treat both alike, which no hop gains by; trust policies, which are hops themselves; resource
control policies that ask who calls: they leave open what else would be contained.
Bounded: ``MOST`` resources for two holders; if there are more, nothing is claimed of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from analytics.delegation.compare import Comparison, Gained, Wishes, action_classes, resource_regions, spoken
from analytics.delegation.holders import Holder, Holders
from analytics.delegation.regions import TooManyError
from analytics.delegation.sets import ALWAYS, Rule
from analytics.delegation.texts import ResourceTexts
from graph.decision import Decision, Outcome
from graph.evaluate.aws.document import Effect, PolicyDocument, Statement, compile_policy
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.aws.keys import KeyFamily, key_family
from graph.kinds import NodeKind

__all__ = ["MOST", "OneByOne", "ResourcePolicies"]

MOST: Final = 16
"""Resources that are compared one by one for two holders."""
_BUCKET: Final = "arn:aws:s3:::"
_SHARED_KEYS: Final = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount"})
"""Keys of the caller that callers of one account share."""
_SERVICE_KEYS: Final = frozenset(
    {"aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist"}
)
"""Keys that are alike for all callers but AWS's own services."""
_REFUSED: Final = (Outcome.DENIED, Outcome.NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class OneByOne:
    """What the resources with telling policies add to a comparison."""

    apart: tuple[str, ...]
    """Patterns of these resources."""
    found: Comparison


@dataclass(frozen=True, slots=True)
class _Policy:
    """What a resource's policy says about callers."""

    resource: str
    document: PolicyDocument | None
    names: frozenset[str]
    everybody: bool
    keys: frozenset[str]
    """Keys about the caller that its conditions ask for."""

    def speaks_of(self, stranger: Holder) -> bool:
        """Return whether it may let in a party from outside, whose own policies nobody knows."""
        account = stranger.id.split(":")[4] if stranger.id.count(":") >= 5 else stranger.id.rpartition(":")[2]
        return self.everybody or bool(self.names & {stranger.id, account}) or "NotPrincipal" in self.keys


class ResourcePolicies:
    """The policies of a snapshot's resources, by whom they speak of; read once, when first asked for."""

    def __init__(self, holders: Holders) -> None:
        self._holders = holders
        self._compiled: dict[str, PolicyDocument] = {}

    def compare(self, target: Holder, source: Holder, wishes: Wishes, *, idle: bool = False) -> OneByOne:
        """Return what the target may do beyond the source where a resource's own policy tells the two apart.

        Parameters
        ----------
        idle
            The target's own policies let it do nothing, so that no resource control policy matters to them.
        """
        telling = sorted(self._telling(target, source), key=lambda policy: policy.resource)
        gained: list[Gained] = []
        unknown: list[str] = []
        if len(telling) > MOST:
            unknown.append(f"policies of {len(telling) - MOST} resources that speak of the two were not compared")
        for policy in telling[:MOST]:
            if policy.document is None:
                unknown.append(f"the policy of {policy.resource} was not seen")
                continue
            try:
                more, open_parts = self._compared(policy, policy.document, target, source, wishes)
            except TooManyError as error:
                more, open_parts = [], [f"the comparison on {policy.resource} was cut: {error}"]
            gained += more
            unknown += open_parts
        if gained or unknown or not idle:
            unknown += self._rcps(target, source)
        apart = tuple(pattern for policy in telling for pattern in _patterns(policy.resource))
        return OneByOne(apart, Comparison(tuple(gained), tuple(unknown[:4])))

    def _compared(
        self, policy: _Policy, document: PolicyDocument, target: Holder, source: Holder, wishes: Wishes
    ) -> tuple[list[Gained], list[str]]:
        said = tuple(
            Rule(item.actions, item.not_action, item.resources or ("*",), (), item.not_resource, ALWAYS)
            for item in document.statements
        )
        rules = tuple(dict.fromkeys((*target.permissions.rules, *source.permissions.rules, *said)))
        allowing = set(target.permissions.allows) | {
            rule for rule, item in zip(said, document.statements, strict=True) if item.effect is Effect.ALLOW
        }
        places = frozenset(place for place, rule in enumerate(rules) if rule in allowing)
        known = self._holders.resource(policy.resource, target.account)
        texts = ResourceTexts(known.owner or "")
        own = set(_patterns(policy.resource))
        gained: list[Gained] = []
        unknown: list[str] = []
        for (speaking, takes), actions in action_classes(rules, wishes, lambda found: bool(found & places)).items():
            speakers = [rules[place] for place in sorted(speaking)]
            for _, region in resource_regions(speakers, texts, wishes, (), [sorted(own)]):
                resource = self._holders.resource(region.example, known.owner or "")
                gets = self._holders.decide(target, actions[0], resource)
                if gets is None or gets.outcome in _REFUSED:
                    continue
                has = self._holders.decide(source, actions[0], resource)
                if has is not None and _contained(gets, has):
                    continue
                refused = not policy.speaks_of(source) if has is None else has.outcome in _REFUSED
                if refused and gets.outcome is not Outcome.UNVERIFIED:
                    names = spoken(allowing, actions)
                    examples = (*region.wished, region.text)
                    fits = any(glob_matches(pattern, region.example) for pattern in takes)
                    gained.append(Gained(tuple(actions), examples, names, gets.outcome is Outcome.CONDITIONAL, fits))
                else:
                    unknown.append(f"{actions[0]} on {region.example}: whether the source may as well is not known")
        return gained, unknown

    def _rcps(self, target: Holder, source: Holder) -> Iterator[str]:
        """Yield a reason when a resource control policy of the account could treat the two differently."""
        if target.principal is None:
            return
        shared = _SHARED_KEYS if _near(target, source) else frozenset[str]()
        for level in self._holders.evaluator.own_layers(target.principal, ()).rcps:
            for item in level:
                said = item.document.statements if item.document is not None else ()
                if item.document is None or any(_asking(each) - shared for each in said):
                    yield f"the resource control policy {item.label} asks who calls and was not compared"

    def _telling(self, target: Holder, source: Holder) -> Iterator[_Policy]:
        """Yield the policies that could treat the two differently."""
        near = _near(target, source)
        limited = bool(
            source.permissions.denies or source.permissions.ceilings or target.permissions.ceilings or not near
        )
        ids = {name for holder in (target, source) for name in _names(holder)}
        accounts = {holder.account for holder in (target, source)} - {""} if not near else set()
        for policy in self._candidates(ids | accounts):
            owner = self._holders.resource(policy.resource, "").owner
            named = policy.names & ids or any(account != owner for account in policy.names & accounts)
            asking = policy.keys - _SHARED_KEYS if near else policy.keys
            if named or asking or (policy.everybody and limited) or policy.document is None:
                yield policy

    def _candidates(self, names: set[str]) -> list[_Policy]:
        found = {policy.resource: policy for policy in self._general}
        found.update((policy.resource, policy) for name in names for policy in self._by_name.get(name, ()))
        return list(found.values())

    @cached_property
    def _policies(self) -> tuple[_Policy, ...]:
        table = self._holders.snapshot.table("document_uses").columns(["holder", "layer", "digest"]).to_pydict()
        rows = zip(table["holder"], table["layer"], table["digest"], strict=True)
        # AWS's own keys serve everybody of the account, through the service whose permission decides.
        snapshot = self._holders.snapshot
        keys = map(snapshot.node, snapshot.nodes_of_kind(NodeKind.KMS_KEY).tolist())
        aws_keys = {node.id for node in keys if node.attributes.get("manager") == "AWS"}
        return tuple(
            self._read(holder, digest)
            for holder, layer, digest in rows
            if layer == "resource" and holder not in aws_keys
        )

    @cached_property
    def _general(self) -> tuple[_Policy, ...]:
        """Policies that do not need to name anybody to tell callers apart."""
        return tuple(item for item in self._policies if item.everybody or item.keys or item.document is None)

    @cached_property
    def _by_name(self) -> dict[str, list[_Policy]]:
        found: defaultdict[str, list[_Policy]] = defaultdict(list)
        for policy in self._policies:
            for name in policy.names:
                found[name].append(policy)
        return dict(found)

    def _read(self, resource: str, digest: str) -> _Policy:
        if not digest:
            return _Policy(resource, None, frozenset(), False, frozenset())
        if digest not in self._compiled:
            self._compiled[digest] = compile_policy(self._holders.snapshot.document(digest))
        document = self._compiled[digest]
        names: set[str] = set()
        keys: set[str] = set()
        everybody = False
        for item in document.statements:
            keys |= _asking(item)
            if item.principals is None:
                continue
            if item.principals.not_principal:
                keys.add("NotPrincipal")
            everybody |= item.effect is Effect.ALLOW and (item.principals.anyone or "*" in item.principals.aws)
            names |= {_plain(name) for name in item.principals.aws}
        return _Policy(resource, document, frozenset(names), everybody, frozenset(keys))


def _asking(statement: Statement) -> set[str]:
    """Return the keys about the caller, services left out, that the conditions of a statement ask for."""
    keys = {test.key for test in statement.conditions if key_family(test.key) is KeyFamily.PRINCIPAL}
    return keys - _SERVICE_KEYS


def _near(target: Holder, source: Holder) -> bool:
    return target.account == source.account and source.principal is not None


def _names(holder: Holder) -> Iterator[str]:
    if holder.principal is not None:
        yield holder.principal.arn
        if holder.principal.unique_id:
            yield holder.principal.unique_id
    elif holder.id:
        yield holder.id


def _plain(name: str) -> str:
    """Return a principal as policies name it, an account by its number."""
    parts = name.split(":")
    return parts[4] if len(parts) == 6 and parts[5] == "root" else name


def _patterns(resource: str) -> tuple[str, ...]:
    """Return the patterns of what a resource's policy governs."""
    return (resource, f"{resource}/*") if resource.startswith(_BUCKET) else (resource,)


def _contained(gets: Decision, has: Decision) -> bool:
    if has.outcome is Outcome.ALLOWED:
        return True
    both = gets.outcome is Outcome.CONDITIONAL and has.outcome is Outcome.CONDITIONAL
    return both and set(gets.alternatives) <= set(has.alternatives)
