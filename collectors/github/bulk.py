"""Ask GraphQL about many repositories in one request, and write one line of evidence for each.

Input: ``GitHubFetch``, repositories with their node ids. Output: files in their place, coverage records.
Handled: a request that is too much for GitHub (halved), connections that go on (asked for alone), a field or a
repository that the caller may not see (a refusal in its line), interrupted runs.
Not handled: what the answers mean (``graphql_evidence``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from collectors.errors import one_line
from collectors.evidence.writer import LineFile
from collectors.github.fetching import GitHubFetch, Request, StoppedError
from collectors.github.operations import IDENTITIES
from collectors.github.queries import QUERIES, Query
from collectors.github.transport import TOO_MUCH, Answer, outcome_of_code
from collectors.interface import CallOutcome
from collectors.recording import NOT_ASKED, Ended

__all__ = ["TEAMS", "Place", "about_repositories", "external_identities", "organization_teams", "points_of"]

TEAMS = "graphql.organization-teams"
_HIDDEN = "FORBIDDEN"
_NULL = "GitHub answered null, which is what it shows to whom it does not show it"
_PAGING = "PagingError"


@dataclass(frozen=True, slots=True)
class Place:
    """A repository to ask about."""

    node: str
    """Node id."""
    owner: str
    name: str

    @property
    def request(self) -> Request:
        """What the evidence has as the request."""
        return {"owner": self.owner, "repo": self.name}


def points_of(query: Query, number: int) -> int:
    """Return what a request about so many repositories costs."""
    return max(1, -(-(1 + number * query.connections) // 100))


def about_repositories(fetch: GitHubFetch, name: str, places: Iterable[Place], note: str = "") -> CallOutcome:
    """Ask one operation of ``QUERIES`` about each repository; one line a repository, in their order."""
    if not fetch.recording.needed(name):
        return CallOutcome.OK
    query, started = QUERIES[name], fetch.recording.now()
    try:
        with fetch.writer.jsonl(*fetch.file(name)) as lines:
            waiting = (place for place in places if not lines.has(place.request))
            while batches := _batches(waiting, query.at_once):
                for batch, answers in zip(
                    batches, fetch.pool.map(lambda batch: _batch(fetch, name, batch), batches), strict=True
                ):
                    for place, answer in zip(batch, answers, strict=True):
                        fetch.write(name, place.request, answer, lines)
    except StoppedError:
        return fetch.stopped(name, started)
    return fetch.recording.record_lines(name, started, note)


def _batches(places: Iterator[Place], size: int) -> list[list[Place]]:
    found: list[list[Place]] = []
    while len(found) < 8 and (batch := list(islice(places, size))):
        found.append(batch)
    return found


def _batch(fetch: GitHubFetch, name: str, places: Sequence[Place]) -> list[Answer]:
    """Return the answers about some repositories; halved where they are too many at once."""
    query = QUERIES[name]
    variables = {"ids": [place.node for place in places]}
    answer = fetch.caller.query(name, query.text, variables, points_of(query, len(places)))
    if answer.code == TOO_MUCH and len(places) > 1:
        middle = len(places) // 2
        return [*_batch(fetch, name, places[:middle]), *_batch(fetch, name, places[middle:])]
    if answer.body is None:
        return [answer] * len(places)
    nodes = (answer.body.get("data") or {}).get("nodes")
    if not isinstance(nodes, list) or len(nodes) != len(places):
        wrong = Answer(CallOutcome.FAILED, code="UnreadableAnswer", message="not as many answers as questions")
        return [wrong] * len(places)
    return [_goes_on(fetch, name, place, each) for place, each in zip(places, _each(query, answer.body), strict=True)]


def _each(query: Query, body: Mapping[str, Any]) -> Iterator[Answer]:
    """Yield the answer about each repository of one request, or why there is none."""
    errors: dict[int, Mapping[str, Any]] = {}
    for error in body.get("errors") or ():
        path = error.get("path") if isinstance(error, Mapping) else None
        if isinstance(path, list) and len(path) > 1 and path[0] == "nodes" and isinstance(path[1], int):
            errors.setdefault(path[1], error)
    for number, node in enumerate(body["data"]["nodes"]):
        error = errors.get(number)
        if error is not None:
            code = str(error.get("type") or "GraphQLError")
            yield Answer(CallOutcome.FAILED, code=code, message=one_line(error.get("message", "")))
        elif not isinstance(node, Mapping) or (query.needed and node.get(query.needed) is None):
            yield Answer(CallOutcome.DENIED, code=_HIDDEN, message=_NULL)
        else:
            yield Answer(CallOutcome.OK, body=node)


def _goes_on(fetch: GitHubFetch, name: str, place: Place, answer: Answer) -> Answer:
    """Return an answer with all pages of its connection."""
    query, body = QUERIES[name], answer.body
    seen = set[str]()
    while body is not None and query.goes_on and (cursor := _cursor(body[query.goes_on])):
        if cursor in seen:
            return Answer(CallOutcome.FAILED, code=_PAGING, message="a cursor repeats: the list does not end")
        seen.add(cursor)
        more = fetch.caller.query(name, query.text, {"ids": [place.node], "after": cursor}, points_of(query, 1))
        if more.body is None:
            return more
        [more] = _each(query, more.body)
        if more.body is None:
            return more
        body = {**body, query.goes_on: _joined(body[query.goes_on], more.body[query.goes_on])}
    return answer if body is answer.body else Answer(CallOutcome.OK, body=body)


def _cursor(connection: Any) -> str:
    page = connection.get("pageInfo") if isinstance(connection, Mapping) else None
    return str(page.get("endCursor") or "") if isinstance(page, Mapping) and page.get("hasNextPage") else ""


def _joined(first: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    grown = {key: [*first[key], *more[key]] for key in ("nodes", "edges") if key in first and key in more}
    return {**first, **more, **grown}


def organization_teams(fetch: GitHubFetch, org: str) -> CallOutcome:
    """Ask for teams with members and repositories; one line a page."""
    if not fetch.recording.needed(TEAMS):
        return CallOutcome.OK
    started = fetch.recording.now()
    try:
        with fetch.writer.jsonl(*fetch.file(TEAMS)) as lines:
            answer = _team_pages(fetch, org, lines)
            if answer.outcome is not CallOutcome.OK:
                if fetch.caller.stopped_for(TEAMS, graphql=True):
                    raise StoppedError
                lines.restart()
                lines.error({"org": org}, answer.code, one_line(answer.message))
    except StoppedError:
        return fetch.stopped(TEAMS, started)
    return fetch.recording.record_lines(TEAMS, started)


def _team_pages(fetch: GitHubFetch, org: str, lines: LineFile) -> Answer:
    after: str | None = None
    for line in lines.lines():
        if "response" in line:
            after = _cursor(line["response"])
            if not after:
                return Answer(CallOutcome.OK)
    first, seen = QUERIES[TEAMS].at_once, {after}
    while True:
        answer, first = _page(fetch, TEAMS, org, after, first)
        if answer.body is None:
            return answer
        connection = answer.body.get("teams")
        if not isinstance(connection, Mapping):
            return Answer(CallOutcome.DENIED, code=_HIDDEN, message=_NULL)
        lines.response({"org": org, **({"after": after} if after else {})}, connection)
        after = _cursor(connection)
        if not after:
            return Answer(CallOutcome.OK)
        if after in seen:
            return Answer(CallOutcome.FAILED, code=_PAGING, message="a cursor repeats: the list does not end")
        seen.add(after)


def _page(fetch: GitHubFetch, name: str, org: str, after: str | None, first: int) -> tuple[Answer, int]:
    """Return an organization as one request shows it, and how many objects a request may ask for."""
    query = QUERIES[name]
    while True:
        variables = {"org": org, "first": first, "after": after}
        answer = fetch.caller.query(name, query.text, variables, points_of(query, first))
        if answer.code == TOO_MUCH and first > 1:
            first //= 2
            continue
        if answer.body is None:
            return answer, first
        errors = [each for each in answer.body.get("errors") or () if isinstance(each, Mapping)]
        if errors:
            code, message = str(errors[0].get("type") or "GraphQLError"), one_line(errors[0].get("message", ""))
            return Answer(CallOutcome.FAILED, code=code, message=message), first
        found = answer.body["data"].get("organization")
        if not isinstance(found, Mapping):
            return Answer(CallOutcome.DENIED, code=_HIDDEN, message=_NULL), first
        return Answer(CallOutcome.OK, body=found), first


def external_identities(fetch: GitHubFetch, org: str, *, may_see: bool) -> CallOutcome:
    """Ask which person of the identity provider each login is; one list.

    Parameters
    ----------
    may_see
        The caller is known to be shown it, so that ``null`` means that there is no single sign-on.
    """
    if not fetch.recording.needed(IDENTITIES):
        return CallOutcome.OK
    started, first, after, found, calls = fetch.recording.now(), QUERIES[IDENTITIES].at_once, None, list[Any](), 0
    seen = set[str]()
    while True:
        answer, first = _page(fetch, IDENTITIES, org, after, first)
        calls += 1
        if answer.body is None:
            break
        provider = answer.body.get("samlIdentityProvider")
        connection = provider.get("externalIdentities") if isinstance(provider, Mapping) else None
        if not isinstance(connection, Mapping):
            if not may_see and not answer.body.get("viewerCanAdminister"):
                answer = Answer(CallOutcome.DENIED, code=_HIDDEN, message=_NULL)
            break
        found += [each for each in connection.get("nodes") or () if isinstance(each, Mapping)]
        after = _cursor(connection)
        if not after:
            break
        if after in seen:
            answer = Answer(CallOutcome.FAILED, code=_PAGING, message="a cursor repeats: the list does not end")
            break
        seen.add(after)
    outcome = _outcome(fetch, answer)
    if outcome is CallOutcome.OK:
        fetch.writer.json(*fetch.file(IDENTITIES), found)
    elif answer.code != NOT_ASKED:
        fetch.writer.refused(*fetch.file(IDENTITIES), answer.code, one_line(answer.message))
    ended = Ended(outcome, answer.code, one_line(answer.message), calls, len(found))
    fetch.recording.record(IDENTITIES, ended, started)
    return outcome


def _outcome(fetch: GitHubFetch, answer: Answer) -> CallOutcome:
    if answer.outcome is CallOutcome.OK or not answer.code:
        return answer.outcome
    return outcome_of_code(fetch.recording.operations[IDENTITIES], answer.code)
