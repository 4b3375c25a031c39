"""What policies ask of tags, MFA and boundaries: the values that a change could be worth setting.

Input: every compiled policy of the world. Output: ``Mentions``.
Handled: conditions on ``aws:PrincipalTag/…`` and ``…:ResourceTag/…`` with their values; attribute-based access, where
``${aws:PrincipalTag/…}`` stands for a tag of the resource or for a part of its ARN; tag keys in any case; boundaries
named by ``iam:PermissionsBoundary``.
Not handled: values that only a range or a set of several tags would satisfy.
Complexity: each document is read once; what those of one account ask is put together, so that a caller looks at few.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graph.attacker import MFA_KEYS
from graph.edges.aws.capability import DocumentInForce, PrincipalView
from graph.edges.aws.world import AwsWorld, account_id_of
from graph.evaluate.aws.compare import NEGATED
from graph.evaluate.aws.document import ConditionTest, Effect, PolicyDocument, Statement

__all__ = ["ANY_VALUE", "DocumentMentions", "Mentions"]

ANY_VALUE = "nhi-probe-7f3a9c"
"""A value that no policy names: what is asked for is only that it is another one, or that there is one."""
MAX_VALUES = 8
"""Values of one tag key that are tried; what is cut is told as a gap."""
_PRINCIPAL_TAG = "aws:principaltag/"
_VARIABLE = re.compile(r"\$\{\s*aws:principaltag/([^},]+?)\s*(?:,[^}]*)?\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DocumentMentions:
    """What one document asks."""

    keys: frozenset[str]
    """Condition keys, lower case."""
    principal_tags: Mapping[str, frozenset[str]]
    """Tag key (lower case) to values that a condition names; wildcards filled in."""
    resource_tags: Mapping[str, frozenset[str]]
    equal_tags: frozenset[tuple[str, str]]
    """(tag key of the caller, tag key of the resource) that must be equal."""
    arn_parts: frozenset[tuple[str, str]]
    """(tag key of the caller, resource pattern that holds it)."""
    boundaries: frozenset[str]
    """Patterns of boundaries that a condition names."""
    tag_spellings: frozenset[str]
    """Tag keys as ``aws:TagKeys`` spells them."""


_NOTHING = DocumentMentions(frozenset(), {}, {}, frozenset(), frozenset(), frozenset(), frozenset())


def _together(parts: Iterable[DocumentMentions]) -> DocumentMentions:
    """Return what documents ask between them, of each tag the first values that are tried and a few more."""
    listed = list(parts)
    return DocumentMentions(
        frozenset().union(*(part.keys for part in listed)),
        _joined(part.principal_tags for part in listed),
        _joined(part.resource_tags for part in listed),
        frozenset().union(*(part.equal_tags for part in listed)),
        frozenset().union(*(part.arn_parts for part in listed)),
        frozenset().union(*(part.boundaries for part in listed)),
        frozenset().union(*(part.tag_spellings for part in listed)),
    )


def _joined(tags: Iterable[Mapping[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for part in tags:
        for key, values in part.items():
            found[key] |= values
    return {key: _first(values) for key, values in found.items()}


def _first(values: Iterable[str]) -> frozenset[str]:
    """Return the values that matter of many: those tried, one more that tells of a cut, and room for a present one."""
    return frozenset(sorted(values)[: MAX_VALUES + 2])


def _filled(value: str) -> str:
    return value.replace("*", ANY_VALUE).replace("?", "a")


def _worth_setting(statement: Statement, test: ConditionTest, values: set[str]) -> set[str]:
    """Return the values of a caller's tag that make an allow hold or a deny not.

    Where equality does it these are the values named; where inequality does, or presence, any value that nobody names.
    """
    if test.operator == "Null":
        return {ANY_VALUE}
    wants_equal = (test.operator in NEGATED) == (statement.effect is Effect.DENY)
    return values if wants_equal else {ANY_VALUE}


def _read(document: PolicyDocument) -> DocumentMentions:
    keys: set[str] = set()
    principal: defaultdict[str, set[str]] = defaultdict(set)
    resource: defaultdict[str, set[str]] = defaultdict(set)
    equal: set[tuple[str, str]] = set()
    parts: set[tuple[str, str]] = set()
    boundaries: set[str] = set()
    spellings: set[str] = set()
    for statement in document.statements:
        for test in statement.conditions:
            keys.add(test.key)
            plain = {_filled(value) for value in test.values if "${" not in value}
            variables = {match.lower() for value in test.values for match in _VARIABLE.findall(value)}
            service, _, rest = test.key.partition(":")
            if test.key.startswith(_PRINCIPAL_TAG):
                principal[test.key.removeprefix(_PRINCIPAL_TAG)] |= _worth_setting(statement, test, plain)
            elif service and rest.startswith("resourcetag/"):
                name = rest.removeprefix("resourcetag/")
                resource[name] |= set() if test.operator == "Null" else plain
                equal |= {(variable, name) for variable in variables}
                for variable in variables:
                    principal[variable] |= set()
            elif test.key == "iam:permissionsboundary":
                boundaries |= set(test.values)
            elif test.key == "aws:tagkeys":
                spellings |= {value for value in test.values if not {"*", "?", "$"} & set(value)}
        for pattern in statement.resources:
            for variable in _VARIABLE.findall(pattern):
                parts.add((variable.lower(), pattern))
                principal[variable.lower()] |= set()
    return DocumentMentions(
        frozenset(keys),
        {key: frozenset(values) for key, values in principal.items()},
        {key: frozenset(values) for key, values in resource.items()},
        frozenset(equal),
        frozenset(parts),
        frozenset(boundaries),
        frozenset(spellings),
    )


@dataclass
class Mentions:
    """What the policies of a world ask, looked up once."""

    world: AwsWorld
    cut: set[tuple[str, str]] = field(default_factory=set)
    """(account, tag key) of which more values are named than are tried."""
    _by_digest: dict[str, DocumentMentions] = field(default_factory=dict)
    _of_patterns: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def of(self, document: PolicyDocument | None) -> DocumentMentions:
        """Return what a document asks; nothing for a missing one."""
        if document is None:
            return _NOTHING
        found = self._by_digest.get(document.digest)
        if found is None:
            found = self._by_digest[document.digest] = _read(document)
        return found

    def of_all(self, items: Iterable[DocumentInForce | None]) -> list[DocumentMentions]:
        """Return what the documents in force ask, those left out that ask nothing."""
        return [
            found for item in items if item is not None and (found := self.of(item.document)).keys | found.arn_parts
        ]

    # ---- policies on the other side: trust and resource policies, and RCPs

    @cached_property
    def _trusts(self) -> _Speaking:
        return _Speaking.of(self, self.world.trust.values())

    @cached_property
    def _resources(self) -> _Speaking:
        controls = [
            part
            for levels in self.world.rcps.values()
            for level in levels
            for part in self.of_all(level)
            if _speaks_of_callers(part)
        ]
        return _Speaking.of(self, self.world.resource_policies.values(), controls)

    def towards(self, view: PrincipalView) -> Iterator[DocumentMentions]:
        """Yield what trust and resource policies that could speak of a principal ask of it.

        A trust of the whole account counts for those alone whose own policies let them ask for a role.
        """
        arn = view.principal.arn
        names = [arn, *([view.account] if view.may_allow("sts:AssumeRole") else [])]
        yield from self._trusts.towards(names)
        yield from self._resources.towards([arn, view.account])

    @cached_property
    def boundaries(self) -> frozenset[str]:
        """Return patterns of boundaries that any condition names."""
        return frozenset().union(*(found.boundaries for found in self._everything))

    @cached_property
    def resource_tags(self) -> Mapping[str, frozenset[str]]:
        """Return tag keys (lower case) of targets that any identity policy or ceiling looks at, with the values."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for part in self._everything:
            for key, values in part.resource_tags.items():
                found[key] |= values
        return {key: frozenset(values) for key, values in found.items()}

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """Return tag keys, lower case, as a condition on ``aws:TagKeys`` spells them (the first by name wins)."""
        names = sorted({name for found in self._everything for name in found.tag_spellings}, reverse=True)
        return {name.lower(): name for name in names}

    @cached_property
    def _everything(self) -> list[DocumentMentions]:
        views = self.world.views.values()
        items = [item for view in views for item in (*view.documents, view.boundary)]
        items += [item for documents in self.world.group_documents.values() for item in documents]
        items += [item for levels in self.world.scps.values() for level in levels for item in level]
        found = {id(mentions): mentions for mentions in self.of_all(items)}
        return list(found.values())

    # ---- tags of resources, for attribute-based access

    @cached_property
    def _tag_values(self) -> dict[str, dict[str, frozenset[str]]]:
        """Return account to tag key (lower case) to the first values that its collected things bear."""
        found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        records = self.world.records
        for rows in (records.users, records.roles, records.functions, records.instances, records.secrets):
            for row in rows:
                for key, value in row.tags.items():
                    found[row.account][key.lower()].add(value)
        return {account: {key: _first(values) for key, values in keys.items()} for account, keys in found.items()}

    def tag_values(self, account: str, key: str) -> frozenset[str]:
        """Return values of a tag key (lower case) in an account, the first by name where there are many."""
        return self._tag_values.get(account, {}).get(key, frozenset())

    @cached_property
    def _arns(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        records = self.world.records
        for rows in (records.users, records.roles, records.functions, records.buckets, records.secrets):
            for row in rows:
                found[row.account].append(row.arn)
        return found

    def arn_values(self, account: str, pattern: str) -> frozenset[str]:
        """Return what a variable of a resource pattern would have to be to name something of the account.

        The first by name where there are many.
        """
        found = self._of_patterns.get((account, pattern))
        if found is None:
            found = self._of_patterns[account, pattern] = _first(_of_arns(pattern, self._arns.get(account, ())))
        return found

    def has_mfa(self, found: DocumentMentions) -> bool:
        """Return whether a document asks for MFA."""
        return bool(found.keys & MFA_KEYS)


@dataclass(slots=True)
class _Speaking:
    """What documents of the other side ask, by whom they name."""

    named: dict[str, DocumentMentions]
    """By account or ARN."""
    everybody: DocumentMentions

    @staticmethod
    def of(
        mentions: Mentions, documents: Iterable[PolicyDocument | None], controls: Iterable[DocumentMentions] = ()
    ) -> _Speaking:
        """Read documents; ``controls`` speak of everybody besides."""
        named: defaultdict[str, dict[int, DocumentMentions]] = defaultdict(dict)
        everybody = {id(found): found for found in controls}
        for document in documents:
            found = mentions.of(document)
            if document is None or not _speaks_of_callers(found):
                continue
            names, anyone = _named(document.statements)
            if anyone:
                everybody[id(found)] = found
            for name in names:
                named[name][id(found)] = found
        return _Speaking(
            {name: _together(found.values()) for name, found in named.items()}, _together(everybody.values())
        )

    def towards(self, names: Iterable[str]) -> Iterator[DocumentMentions]:
        """Yield what is asked of somebody who goes by some names."""
        yield from (self.named[name] for name in names if name in self.named)
        yield self.everybody


def _speaks_of_callers(found: DocumentMentions) -> bool:
    return bool(found.principal_tags or found.keys & MFA_KEYS)


def _named(statements: Iterable[Statement]) -> tuple[set[str], bool]:
    """Return accounts and ARNs that statements name, and whether they may name anybody."""
    names: set[str] = set()
    anyone = False
    for statement in statements:
        principals = statement.principals
        if principals is None or principals.not_principal or principals.anyone or "*" in principals.aws:
            anyone = True
            continue
        for value in principals.aws:
            names.add(account_id_of(value) if value.endswith(":root") else value)
    return names, anyone


def _of_arns(pattern: str, arns: Iterable[str]) -> set[str]:
    """Return the texts of the (single) variable for which the pattern matches one of the ARNs."""
    pieces = _VARIABLE.split(pattern)
    if len(pieces) != 3:
        return set()
    before, _, after = pieces
    shape = re.compile(f"{_expression(before)}([^:/*?]+?){_expression(after)}")
    return {match.group(1) for arn in arns if (match := shape.fullmatch(arn))}


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
