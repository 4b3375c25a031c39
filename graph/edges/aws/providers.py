"""CAN_GRANT by identity providers: who creates or edits the provider that a role's trust names becomes the role.

Input: trust lines that name OIDC or SAML providers, the account's providers, principals.
Output: edges of ``nhi-iam-updatesamlprovider`` to SAML providers that are there (FEDERATES_INTO goes on),
``nhi-iam-createsamlprovider`` and ``nhi-iam-createopenidconnectprovider`` to roles whose provider is missing,
``nhi-iam-addclientidtoopenidconnectprovider`` to roles whose trust asks for an audience that the provider lacks.
Handled: whoever writes SAML metadata signs assertions with attributes of its choosing; tokens of an issuer stay the
issuer's to sign, so an OIDC edge is conditional on holding one that the trust accepts.
Not handled: thumbprints (IAM does not use them for issuers behind a public authority); providers of another account,
which a trust cannot use.

References
----------
https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html (each read 2026-11)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from graph.decision import ALWAYS, Atom, Outcome, Residual, merge_residuals
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.federation import (
    SAML,
    SAML_SIGN_IN,
    WEB_IDENTITY,
    accepted_audiences,
    accepted_subjects,
    decide_line,
    provider_is_missing,
)
from graph.edges.aws.trust import TrustForm, TrustLine, oidc_issuer, trust_lines
from graph.edges.aws.world import AwsWorld, account_id_of, target_context
from graph.evaluate.aws.principals import Principal, PrincipalKind, Resource
from graph.kinds import EdgeKind, State

__all__ = ["build_providers"]

_CREATE_SAML, _UPDATE_SAML = "nhi-iam-createsamlprovider", "nhi-iam-updatesamlprovider"
_CREATE_OIDC, _ADD_CLIENT = "nhi-iam-createopenidconnectprovider", "nhi-iam-addclientidtoopenidconnectprovider"
_ACTIONS = {
    _CREATE_SAML: "iam:CreateSAMLProvider",
    _UPDATE_SAML: "iam:UpdateSAMLProvider",
    _CREATE_OIDC: "iam:CreateOpenIDConnectProvider",
    _ADD_CLIENT: "iam:AddClientIDToOpenIDConnectProvider",
}
_OF_IDENTITY_CENTER = re.compile(r"^AWSSSO_.*_DO_NOT_DELETE$")
_RESERVED = "The provider is of IAM Identity Center; whether anybody else may write it is not documented."
_Found = dict[str, dict[str, list[Target]]]


def build_providers(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_GRANT edge that goes through a provider of IAM."""
    found: _Found = {technique: defaultdict(list) for technique in _ACTIONS}
    for provider in world.records.saml_providers:
        found[_UPDATE_SAML][provider.account].append(_target(world, provider.arn, provider.arn))
    for line in trust_lines(world):
        own = account_id_of(line.role)
        if line.account != own:
            continue
        if line.form is TrustForm.SAML and line.statement.covers_action(SAML):
            _saml(world, line, found[_CREATE_SAML][own])
        elif line.form is TrustForm.OIDC and line.statement.covers_action(WEB_IDENTITY):
            _oidc(world, line, found[_CREATE_OIDC][own], found[_ADD_CLIENT][own])
    for technique, action in _ACTIONS.items():
        candidates = {account: Candidates(targets) for account, targets in found[technique].items()}
        class_edges(
            world.identity_graph,
            views,
            [Need(action)],
            candidates.get,
            kind=EdgeKind.CAN_GRANT,
            technique=technique,
            describe="providers",
        )


def _target(
    world: AwsWorld,
    provider: str,
    node: str,
    grants: tuple[str, ...] = (),
    conditions: Residual = ALWAYS,
    state: State = State.VERIFIED,
    note: str = "",
) -> Target:
    account = account_id_of(provider)
    if _OF_IDENTITY_CENTER.match(provider.rsplit("/", 1)[-1]):
        state, note = State.UNVERIFIED, _RESERVED
    context = target_context(Resource(arn=provider, account=account, organization_id=world.organization_of(account)))
    via = provider if node != provider else ""
    return Target(
        provider, node, context, (), grants, conditions, state=state, via=via, note=note, not_for=node if via else ""
    )


def _saml(world: AwsWorld, line: TrustLine, missing: list[Target]) -> None:
    """Take a role whose SAML provider is not there: whoever creates it brings metadata of its own."""
    if not provider_is_missing(world, line):
        return
    claims: dict[str, str | tuple[str, ...]] = {"aud": SAML_SIGN_IN}
    principal = Principal(PrincipalKind.SAML, "", "", provider=line.value, claims=claims)
    outcome, alternatives, note = decide_line(world, line, principal, SAML)
    if outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED):
        return
    state = State.UNVERIFIED if outcome is Outcome.UNVERIFIED else State.VERIFIED
    for residual in alternatives:
        asked = _own_assertion(residual)
        missing.append(_target(world, line.value, line.role, (line.grant,), asked, state, note))


def _own_assertion(residual: Residual) -> Residual:
    """Drop positive tests on attributes: who signs the assertion writes them."""
    return tuple(
        clause for clause in residual if not any(atom.key.startswith("saml:") and not atom.negated for atom in clause)
    )


def _oidc(world: AwsWorld, line: TrustLine, missing: list[Target], without_audience: list[Target]) -> None:
    issuer = oidc_issuer(line.value)
    if provider_is_missing(world, line):
        into = missing
    elif not accepted_audiences(world, line):
        into = without_audience
    else:
        return
    subjects = tuple(dict.fromkeys(value for test in accepted_subjects(line) for value in test.values)) or ("*",)
    token: Residual = ((Atom(f"{issuer.lower()}:sub", "StringLike", subjects),),)
    anyone = Principal(PrincipalKind.WEB_IDENTITY, "", "", provider=issuer)
    outcome, alternatives, note = decide_line(world, line, anyone, WEB_IDENTITY)
    if outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED):
        return
    state = State.UNVERIFIED if outcome is Outcome.UNVERIFIED else State.VERIFIED
    for residual in alternatives:
        kept = _without_audience(residual, issuer)
        into.append(_target(world, line.value, line.role, (line.grant,), merge_residuals([kept, token]), state, note))


def _without_audience(residual: Residual, issuer: str) -> Residual:
    """Drop tests on the audience: the provider's list is the caller's to write, the token's its holder's to ask for."""
    key = f"{issuer.lower()}:aud"
    return tuple(clause for clause in residual if not any(atom.key == key and not atom.negated for atom in clause))
