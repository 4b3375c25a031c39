"""Login to person: one person known by every login, so that who left one system has left as an owner in all.

Input: rows of ``declared/people``, users of Entra tenants (principal name, mail, object id, enabled or not), what
single sign-on calls logins of other systems (``graph.joints.logins``), named owners.
Output: ``People``, which says whether a login's person is still here; owner facts of nodes of Entra, whose owners may
have left by declaration; figures.
Handled: exact equality of addresses without regard to case; several logins that are declared for one person; logins of
GitHub (``github:anna``), declared or linked by single sign-on; a name that is no address, kept as a candidate.
Statements that contradict each other, and a login of two people, say nothing.
Not handled: similar addresses (the same name before the ``@`` of another domain is another person), other addresses of
a mailbox. A shared mailbox has a disabled account in Entra: declare its login as active where it owns something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from collectors.entra.records import EntraRecords, EntraUser
from collectors.evidence.declared import Declared, DeclaredPerson
from graph.evaluate.entra.ids import node_of
from graph.joints.counts import JointCount, Outcome, Tally
from graph.kinds import NodeKind
from graph.model import IdentityGraph, Node

__all__ = ["Answer", "People", "join_owners"]

_USER = "github:user:"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of the person behind a login."""

    outcome: Outcome
    active: bool | None = None
    """Whether the person is still here; ``None``: not known, or contradicting statements."""
    users: tuple[str, ...] = ()
    """Entra users that are the person, as node ids; of an ambiguous login all candidates."""
    why: str = ""


class People:
    """Persons by login."""

    def __init__(
        self, declared: Declared, entra: EntraRecords, linked: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> None:
        """Remember who is who; ``linked``: what single sign-on calls a login, by login (``github:anna``)."""
        self._rows: defaultdict[str, list[DeclaredPerson]] = defaultdict(list)
        self._persons: defaultdict[str, list[DeclaredPerson]] = defaultdict(list)
        for row in declared.people:
            self._rows[_key(row.login)].append(row)
            self._persons[row.person.lower()].append(row)
        self._users: defaultdict[str, list[EntraUser]] = defaultdict(list)
        self._all = [user for tenant in entra.tenants for user in tenant.users if not user.agent]
        for user in self._all:
            for login in (*_logins(user), user.id.lower()):
                self._users[login].append(user)
        self._linked: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for login, names in linked.items():
            for name in map(str.lower, names):
                self._linked[login][name] = None
                self._linked[name][login] = None
        self._answers: dict[str, Answer] = {}

    def active(self, login: str) -> bool | None:
        """Return whether the person behind a login, or of a name, is still here; ``None``: not known."""
        return self.answer(login).active

    def answer(self, login: str) -> Answer:
        """Return what is known of the person behind a login, or of a declared name."""
        key = _key(login)
        if key not in self._answers:
            self._answers[key] = self._answer(key)
        return self._answers[key]

    def _answer(self, key: str) -> Answer:
        logins, clash = self._closure(key)
        rows = [row for login in sorted(logins) for row in (*self._rows[login], *self._persons[login])]
        users = list({user.id: user for login in sorted(logins) for user in self._users[login]}.values())
        nodes = tuple(node_of(user.id) for user in users)
        if not rows and not users:
            return self._near(key)
        stated = {row.active for row in rows} - {None}
        shown = {user.enabled for user in users} - {None}
        if clash and len(stated | shown) > 1:
            return Answer(Outcome.AMBIGUOUS, None, nodes, f"{key} is a login of more than one person")
        if len(stated) > 1 or (stated == {True} and shown == {False}):
            return Answer(Outcome.AMBIGUOUS, None, nodes, f"statements about {key} contradict each other")
        outcome = Outcome.AMBIGUOUS if clash else Outcome.MATCHED
        if stated:
            return Answer(outcome, stated == {True}, nodes, "declared/people")
        if shown:
            return Answer(outcome, True in shown, nodes, "accounts in Entra")
        return Answer(outcome, None, nodes)

    def _closure(self, key: str) -> tuple[set[str], bool]:
        """Return every login of the person, and whether one of them is another person's as well."""
        seen, waiting, clash = {key}, [key], False
        while waiting:
            login = waiting.pop()
            same = (login, *self._linked[login])
            users = {user.id for each in same for user in self._users[each]}
            persons = {row.person.lower() for row in self._rows[login]}
            clash = (
                clash or len(users) > 1 or len({row.person.lower() for each in same for row in self._rows[each]}) > 1
            )
            found = {other for user in self._users[login] for other in _logins(user)} | set(same)
            for person in (*persons, login):
                found |= {_key(row.login) for row in self._persons[person]}
            waiting += sorted(found - seen)
            seen |= found
        return seen, clash

    def _near(self, key: str) -> Answer:
        """Return whom a text that is no login might mean; whoever has the same name in another domain is ruled out."""
        if "@" in key:
            twin = self._local_parts.get(key.partition("@")[0])
            return Answer(Outcome.IMPOSSIBLE if twin else Outcome.UNMATCHED)
        users = list({user.id: user for user in (*self._local_parts.get(key, ()), *self._names.get(key, ()))}.values())
        nodes = tuple(node_of(user.id) for user in users)
        outcome = (Outcome.UNMATCHED, Outcome.UNVERIFIED, Outcome.AMBIGUOUS)[min(len(nodes), 2)]
        return Answer(outcome, None, nodes)

    @cached_property
    def _local_parts(self) -> dict[str, list[EntraUser]]:
        found: defaultdict[str, list[EntraUser]] = defaultdict(list)
        for user in self._all:
            for part in dict.fromkeys(login.partition("@")[0] for login in _logins(user)):
                found[part].append(user)
        return dict(found)

    @cached_property
    def _names(self) -> dict[str, list[EntraUser]]:
        found: defaultdict[str, list[EntraUser]] = defaultdict(list)
        for user in self._all:
            if user.name:
                found[user.name.lower()].append(user)
        return dict(found)


def _key(login: str) -> str:
    """Return a login as it is compared; ``github:user:anna``, a node's id, is the login ``github:anna``."""
    plain = login.strip().lower()
    return f"github:{plain.removeprefix(_USER)}" if plain.startswith(_USER) else plain


def _logins(user: EntraUser) -> Iterator[str]:
    yield from dict.fromkeys(text.lower() for text in (user.principal_name, user.mail) if "@" in text)


def join_owners(identity_graph: IdentityGraph, people: People) -> JointCount:
    """Say on every owned node who its owner is in Entra, and of Entra's own owners who has left by declaration.

    ``graph.declared`` asks ``People`` about owners in tags and in ``declared/owners``; this is the rest.
    """
    tally = Tally("login to person", "owners that identities, workloads and credentials name")
    counted: set[str] = set()
    for node in list(identity_graph.nodes.values()):
        owner = str(node.attributes.get("owner") or "")
        if not owner:
            if node.kind is NodeKind.ENTRA_USER:
                _person(identity_graph, node, people)
            continue
        if str(node.attributes.get("owner_source", "")).startswith("Entra"):
            node = _of_entra(identity_graph, node, people)
            owner = str(node.attributes["owner"])
        found = people.answer(owner)
        if owner.lower() not in counted:
            counted.add(owner.lower())
            tally.add(found.outcome)
        if found.users:
            name = "owner_accounts" if found.outcome is Outcome.MATCHED else "owner_candidates"
            identity_graph.nodes[node.id] = replace(node, attributes={**node.attributes, name: list(found.users)})
    return tally.done()


def _of_entra(identity_graph: IdentityGraph, node: Node, people: People) -> Node:
    """Return a node of Entra with the first owner or sponsor who is still here, by any system's word."""
    facts = node.attributes
    named = [(str(name), "owner") for name in facts.get("owners") or ()]
    named += [(str(name), "sponsor") for name in facts.get("sponsors") or ()]
    known = [(name, word, answer) for name, word in named if "@" in name and (answer := people.answer(name)).users]
    here = next((row for row in known if row[2].active), None)
    chosen = here or next((row for row in known if row[0] == facts["owner"]), None)
    if chosen is None:
        return node
    name, word, answer = chosen
    told = answer.active is not None or answer.outcome is Outcome.AMBIGUOUS
    active = answer.active if told else facts["owner_active"]
    owner = {"owner": name, "owner_source": f"Entra {word}", "owner_active": active}
    changed = replace(node, attributes={**facts, **owner})
    identity_graph.nodes[node.id] = changed
    return changed


def _person(identity_graph: IdentityGraph, node: Node, people: People) -> None:
    """Say on a user of Entra that its person has left, where another system says so and its account is enabled."""
    login = str(node.attributes.get("user_principal_name") or "")
    if login and node.attributes.get("active") and people.active(login) is False:
        identity_graph.nodes[node.id] = replace(node, attributes={**node.attributes, "person_active": False})
