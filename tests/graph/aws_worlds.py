"""Turns the corpus's neutral worlds into the product evaluator's request and layers.

Input: ``World``, ``Case``. Output: ``graph.decision.Decision``, atoms' keys.
Not handled: choosing layers from an estate: what the product's graph builder decides (management account, services
without resource control policies) is decided here from what the world states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.decision import Decision
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers, authorize
from graph.evaluate.aws.context import Principal, PrincipalKind, Request, Resource
from graph.evaluate.aws.document import compile_policy
from tests.cases.loader import Case
from tests.reference.aws_world import Json, Who, World


def decide_case(case: Case) -> Decision:
    """Ask the product about a case, unread documents included."""
    return decide(case.world, case.missing, case.groups)


def decide(world: World, missing: frozenset[str] = frozenset(), groups: int = 0) -> Decision:
    """Ask the product about a world; ``missing`` names layers that have one unread document more."""
    return authorize(_request(world), _layers(world, missing, groups))


def residual_keys(decision: Decision) -> set[str]:
    """Return the condition keys of every alternative of a conditional decision."""
    return {atom.key for residual in decision.alternatives for clause in residual for atom in clause}


def _principal(who: Who) -> Principal:
    return Principal(
        kind=PrincipalKind(who.kind),
        arn=who.service or who.arn,
        account=who.account,
        tags=who.tags,
        organization_id=who.organization_id,
        organization_paths=None if who.organization_paths is None else tuple(who.organization_paths),
        service_linked=who.service_linked,
        open_tags=who.open_tags,
        session_arn=who.session_arn,
        provider=who.provider,
        claims=who.claims or {},
    )


def _request(world: World) -> Request:
    return Request(
        principal=_principal(world.who),
        action=world.action,
        resource=Resource(
            arn=world.what.arn,
            account=world.what.account,
            tags=world.what.tags,
            organization_id=world.what.organization_id,
            organization_paths=None if world.what.organization_paths is None else tuple(world.what.organization_paths),
        ),
        stated=world.context,
        absent=frozenset(world.absent) | frozenset(_claims_not_in_token(world)),
    )


def _claims_not_in_token(world: World) -> Iterator[str]:
    """Yield claim keys that policies ask for and a fully known token lacks: an OIDC token has exactly its claims."""
    who = world.who
    if who.claims is None or not who.provider:
        return
    prefix = "saml:" if who.kind == "saml" else who.provider.partition(":oidc-provider/")[2].lower() + ":"
    documents = [world.resource_policy] if world.resource_policy else []
    documents += [document for level in world.rcps for document in level]
    known = {prefix + claim.lower() for claim in who.claims}
    for key in condition_keys(documents):
        if key.lower().startswith(prefix) and key.lower() not in known:
            yield key.lower()


def condition_keys(documents: Iterable[Json]) -> Iterator[str]:
    """Yield the keys of every ``Condition`` of the documents, as written."""
    for document in documents:
        statements = document["Statement"]
        for statement in statements if isinstance(statements, list) else [statements]:
            for tests in statement.get("Condition", {}).values():
                yield from tests


def _labelled(layer: str, documents: Iterable[Json], missing: frozenset[str]) -> tuple[LabelledDocument, ...]:
    found = [LabelledDocument(f"{layer} {i}", compile_policy(body), layer) for i, body in enumerate(documents)]
    if layer in missing:
        found.append(LabelledDocument(f"{layer} unread", None, layer))
    return tuple(found)


def _levels(
    layer: str, name: str, levels: tuple[tuple[Json, ...], ...], missing: frozenset[str]
) -> tuple[tuple[LabelledDocument, ...], ...]:
    found = [
        tuple(LabelledDocument(f"{layer} {i}.{j}", compile_policy(body), layer) for j, body in enumerate(level))
        for i, level in enumerate(levels)
    ]
    if name in missing:
        found.append((LabelledDocument(f"{layer} unread", None, layer),))
    return tuple(found)


def _layers(world: World, missing: frozenset[str], groups: int) -> PolicyLayers:
    own = world.identity[: len(world.identity) - groups]
    of_groups = world.identity[len(world.identity) - groups :]
    boundary = _labelled("boundary", [world.boundary] if world.boundary is not None else [], missing)
    resource_label = "trust" if world.action.lower().startswith("sts:assumerole") else "resource"
    resource = [world.resource_policy] if world.resource_policy is not None else []
    resource_missing = frozenset({resource_label}) if "resource_policy" in missing else frozenset()
    policies = _labelled(resource_label, resource, resource_missing)
    session = _labelled("session", world.session, missing)
    return PolicyLayers(
        identity=_labelled("identity", own, missing) + _labelled("group", of_groups, missing),
        boundary=boundary[0] if boundary else None,
        scps=() if world.who.management_account else _levels("scp", "scps", world.scps, missing),
        rcps=() if world.what.management_account else _levels("rcp", "rcps", world.rcps, missing),
        resource=policies[0] if policies else None,
        session=session or None,
        resource_mandatory=world.resource_mandatory,
    )
