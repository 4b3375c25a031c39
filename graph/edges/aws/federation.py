"""FEDERATES_INTO: tokens and assertions of outside identity providers that become a session of a role.

Input: trust lines that name OIDC or SAML providers. Output: edges from the issuer (any subject, claims as open
conditions), from each subject pattern that a trust names (``oidc://<issuer>/<pattern>``), and from SAML providers.
Handled: StringEquals and StringLike on ``sub`` (a wildcard under StringEquals is a literal character and matches nobody
that an issuer would name so), StringEqualsIgnoreCase, missing ``sub``, audience, further claims, a provider that the
account does not have (dead).
Not handled: what the issuer's subjects can be made to say; that is the issuing system's evaluator.
Errs towards: conditional on claims that nobody stated.
"""

from __future__ import annotations

from dataclasses import replace

from collectors.interface import Presence
from graph.decision import ALWAYS, Clause, Outcome, Residual, merge_residuals
from graph.edges.aws.layers import role_resource
from graph.edges.aws.trust import TrustForm, TrustLine, oidc_issuer, trust_lines
from graph.edges.aws.world import AwsWorld, account_id_of
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers, authorize
from graph.evaluate.aws.document import ConditionTest
from graph.evaluate.aws.globs import escape, glob_matches
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Node

__all__ = [
    "SAML",
    "SAML_SIGN_IN",
    "WEB_IDENTITY",
    "accepted_audiences",
    "accepted_subjects",
    "build_federation",
    "decide_line",
    "issuer_node",
    "provider_is_missing",
    "subject_node",
]

WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
SAML = "sts:AssumeRoleWithSAML"
SAML_SIGN_IN = "https://signin.aws.amazon.com/saml"
"""The audience that AWS's own sign-in endpoint asks for; every assertion made for AWS carries it."""
_POSITIVE = ("StringEquals", "StringLike", "StringEqualsIgnoreCase")


def issuer_node(issuer: str) -> str:
    """Return the node id of an OIDC issuer as "any subject of it"."""
    return f"oidc://{issuer}"


def subject_node(issuer: str, subject: str) -> str:
    """Return the node id of a subject or subject pattern."""
    return f"oidc://{issuer}/{subject}"


def accepted_subjects(line: TrustLine) -> tuple[ConditionTest, ...]:
    """Return the positive tests on the token's ``sub`` in a trust line."""
    key = f"{oidc_issuer(line.value).lower()}:sub"
    return tuple(test for test in line.statement.conditions if test.key == key and test.operator in _POSITIVE)


def provider_is_missing(world: AwsWorld, line: TrustLine) -> bool:
    """Return whether the evidence shows that the account does not have the provider that the trust names."""
    own = account_id_of(line.role)
    kind = "oidc" if line.form is TrustForm.OIDC else "saml"
    operation = "iam.list_open_id_connect_providers" if kind == "oidc" else "iam.list_saml_providers"
    if world.records.presence.get((own, operation), Presence.ABSENT) not in (Presence.PRESENT, Presence.EMPTY):
        return False
    if kind == "oidc" and ":oidc-provider/" not in line.value:
        return False
    known = {item.arn for item in (world.records.oidc_providers if kind == "oidc" else world.records.saml_providers)}
    return line.value not in known


def build_federation(world: AwsWorld) -> None:
    """Add every FEDERATES_INTO edge."""
    for line in trust_lines(world):
        if line.form is TrustForm.OIDC and line.statement.covers_action(WEB_IDENTITY):
            _oidc(world, line)
        elif line.form is TrustForm.SAML and line.statement.covers_action(SAML):
            _saml(world, line)


def decide_line(
    world: AwsWorld,
    line: TrustLine,
    principal: Principal,
    action: str,
    stated: dict[str, tuple[str, ...]] | None = None,
) -> tuple[Outcome, tuple[Residual, ...], str]:
    """Return what one trust line, with the trust's denies and the RCPs, says of a bearer: outcome, open ways, notes."""
    layers = PolicyLayers(
        identity=(),
        boundary=None,
        scps=(),
        rcps=tuple(
            tuple(LabelledDocument(item.label, item.document, "rcp") for item in level)
            for level in world.rcps.get(account_id_of(line.role), ())
        ),
        resource=LabelledDocument(f"trust policy of {line.role}", line.alone, "trust"),
        session=None,
        resource_mandatory=True,
    )
    decision = authorize(Request(principal, action, role_resource(world, line.role), stated or {}, frozenset()), layers)
    return decision.outcome, decision.alternatives or (ALWAYS,), "; ".join(decision.notes)[:300]


def _add(
    world: AwsWorld, source: str, line: TrustLine, outcome: Outcome, alternatives: tuple[Residual, ...], note: str
) -> None:
    if outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED):
        return
    state = State.UNVERIFIED if outcome is Outcome.UNVERIFIED else State.VERIFIED
    for residual in alternatives:
        world.identity_graph.add_edge(
            Edge(source, line.role, EdgeKind.FEDERATES_INTO, True, "", (line.grant,), residual, (), state, note=note)
        )


def _oidc(world: AwsWorld, line: TrustLine) -> None:
    graph = world.identity_graph
    issuer = oidc_issuer(line.value)
    graph.add_node(Node(issuer_node(issuer), NodeKind.OIDC_ISSUER, issuer, "oidc", "", {"issuer": issuer}))
    graph.add_edge(Edge(issuer_node(issuer), line.role, EdgeKind.TRUSTS, False, grants=(line.grant,)))
    tests = accepted_subjects(line)
    if provider_is_missing(world, line) or not accepted_audiences(world, line) or (tests and not _issuable(tests)):
        return
    anyone = Principal(PrincipalKind.WEB_IDENTITY, "", "", provider=issuer)
    _add(world, issuer_node(issuer), line, *decide_line(world, line, anyone, WEB_IDENTITY))
    if not tests:
        _subject(world, line, issuer, "*", pattern=True)
    for test in tests:
        ignore_case = test.operator == "StringEqualsIgnoreCase"
        for value in _issuable((test,)):
            _subject(world, line, issuer, value, pattern=_has_wildcard(value), ignore_case=ignore_case)


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text


def _issuable(tests: tuple[ConditionTest, ...]) -> list[str]:
    """Return the subjects that an issuer could name: outside StringLike a wildcard is a plain character.

    No issuer that IAM is used with puts ``*`` or ``?`` into a subject (git refuses both in names of branches and tags),
    so such a value matches no token.
    """
    return [
        value for test in tests for value in test.values if test.operator == "StringLike" or not _has_wildcard(value)
    ]


def _subject(
    world: AwsWorld, line: TrustLine, issuer: str, value: str, *, pattern: bool, ignore_case: bool = False
) -> None:
    """Add the set of subjects that one value accepts, with what is left to satisfy."""
    graph = world.identity_graph
    node = subject_node(issuer, value)
    facts: dict[str, object] = {"issuer": issuer, "subject": value, "pattern": pattern}
    if ignore_case:
        # It takes more than a trust that names the same text and looks at case.
        node, facts = f"{node} (any case)", {**facts, "ignore_case": True}
    graph.add_node(Node(node, NodeKind.OIDC_SUBJECT, value, "oidc", "", facts))
    graph.add_edge(Edge(issuer_node(issuer), node, EdgeKind.CONTAINS, False))
    _tell_audiences(world, line, node)
    claims: dict[str, str | tuple[str, ...]] = {}
    if audience := next((each for each in accepted_audiences(world, line) if each), ""):
        # The workload that asks for the token names its audience, so a holder of the subject presents an accepted one.
        claims["aud"] = audience
    if not pattern:
        claims["sub"] = value
    principal = Principal(PrincipalKind.WEB_IDENTITY, "", "", provider=issuer, claims=claims)
    outcome, alternatives, note = decide_line(world, line, principal, WEB_IDENTITY)
    if pattern:
        key = f"{issuer.lower()}:sub"
        alternatives = tuple(dict.fromkeys(_without_subject(residual, key, value) for residual in alternatives))
    _add(world, node, line, outcome, alternatives, note)


def _tell_audiences(world: AwsWorld, line: TrustLine, node: str) -> None:
    """Keep with a subject which audiences each role takes, as patterns; none where nothing tells them.

    Whether a source of tokens can have one of them made is asked by the joint of subjects.
    """
    key = f"{oidc_issuer(line.value).lower()}:aud"
    asked = next((t for t in line.statement.conditions if t.key == key and t.operator in _POSITIVE), None)
    provider = next((item for item in world.records.oidc_providers if item.arn == line.value), None)
    accepted = [each for each in accepted_audiences(world, line) if each]
    if not accepted and asked is None and provider is not None and provider.client_ids_known:
        accepted = list(provider.client_ids)
    as_pattern = asked is not None and asked.operator == "StringLike"
    patterns = accepted if as_pattern else [escape(each) for each in accepted]
    known = world.identity_graph.nodes[node]
    audiences = dict(known.attributes.get("audiences") or {})
    # Several statements of one role: whatever one of them takes; one that takes any takes all.
    before = audiences.get(line.role, patterns)
    audiences[line.role] = sorted({*before, *patterns}) if before and patterns else []
    world.identity_graph.nodes[node] = replace(known, attributes={**known.attributes, "audiences": audiences})


def _without_subject(residual: Residual, key: str, value: str) -> Residual:
    """Drop the tests that every member of the pattern passes."""

    def passes(clause: Clause) -> bool:
        return any(atom.key == key and not atom.negated and value in atom.values for atom in clause)

    return merge_residuals([tuple(clause for clause in residual if not passes(clause))])


def accepted_audiences(world: AwsWorld, line: TrustLine) -> list[str]:
    """Return audiences that trust and provider both accept; ``[""]``: the trust asks for none that is known here.

    STS takes a token only for an audience that the IAM provider lists; a trust that asks for another one is dead:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html (read 2026-11).
    """
    key = f"{oidc_issuer(line.value).lower()}:aud"
    asked = next((t for t in line.statement.conditions if t.key == key and t.operator in _POSITIVE), None)
    if asked is None or not asked.values:
        return [""]
    provider = next((item for item in world.records.oidc_providers if item.arn == line.value), None)
    if provider is None or not provider.client_ids_known:
        return list(asked.values)
    if asked.operator == "StringLike":
        return [item for item in provider.client_ids if any(glob_matches(value, item) for value in asked.values)]
    fold = str.lower if asked.operator == "StringEqualsIgnoreCase" else str
    wanted = {fold(value) for value in asked.values}
    return [item for item in provider.client_ids if fold(item) in wanted]


def _saml(world: AwsWorld, line: TrustLine) -> None:
    graph = world.identity_graph
    graph.add_node(
        Node(
            line.value,
            NodeKind.AWS_SAML_PROVIDER,
            line.value.rsplit("/", 1)[-1],
            "aws",
            account_id_of(line.value),
            collected=False,
        )
    )
    if provider_is_missing(world, line):
        graph.add_edge(
            Edge(
                line.value,
                line.role,
                EdgeKind.TRUSTS,
                False,
                grants=(line.grant,),
                note="The account does not have this provider.",
            )
        )
        return
    principal = Principal(PrincipalKind.SAML, "", "", provider=line.value, claims={"aud": SAML_SIGN_IN})
    _add(world, line.value, line, *decide_line(world, line, principal, SAML))
