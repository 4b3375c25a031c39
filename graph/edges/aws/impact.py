"""Impact classes of an identity: which classes H1-H11 it holds an action of, effectively and without conditions.

Input: principals. Output: the classes by node id, worst first.
Handled: every identity layer, boundary, SCPs, explicit denies; an action counts when it is allowed on some resource.
Not handled: classes that come only from a resource policy. Errs towards: silence on conditional permissions.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.catalog.loader import impact_aws
from graph.decision import ALWAYS
from graph.edges.aws.capability import Capability, PrincipalView, capability, on_target
from graph.edges.aws.world import target_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import Impact

__all__ = ["impact_classes"]


def impact_classes(views: Iterable[PrincipalView]) -> dict[str, tuple[str, ...]]:
    """Return for each principal the classes that it holds; principals without any are left out."""
    found: dict[str, tuple[str, ...]] = {}
    order = {impact.value: place for place, impact in enumerate(Impact)}
    known: dict[object, bool] = {}
    rows = list(impact_aws().classes.items())
    for view in views:
        classes = [impact.value for impact, actions in rows if any(_holds(view, action, known) for action in actions)]
        if classes:
            found[view.node] = tuple(sorted(classes, key=order.__getitem__))
    return found


def _holds(view: PrincipalView, action: str, known: dict[object, bool]) -> bool:
    """Return whether the principal may do an action on something; equal rights are looked at once."""
    if not view.may_allow(action):
        return False
    rights = capability(view, action)
    key = (view.account, tuple(way.slice for way in rights.ways), rights.guard_key)
    answer = known.get(key)
    if answer is None:
        answer = known[key] = _anywhere(rights, view.account)
    return answer


def _anywhere(rights: Capability, account: str) -> bool:
    for way in rights.ways:
        for pattern in way.slice.patterns if not way.slice.negated else ("arn:aws:x:us-east-1:nhi-probe:probe",):
            # A wildcard's own text stands for a resource that only this pattern and wider ones speak of.
            arn = pattern.replace("*", "nhi-probe-7f3a9c")
            context = target_context(Resource(arn=arn, account=account))
            if any(residual == ALWAYS for residual in on_target(way.slice, rights, arn, context)):
                return True
    return False
