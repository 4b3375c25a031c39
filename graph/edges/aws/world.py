"""AWS records made ready for evaluation: compiled documents, principals with their layers, trust and resource facts.

Input: ``AwsRecords``. Output: ``AwsWorld``; grants and documents are registered in the identity graph on the way.
Not handled: edges, which the other files of this folder derive. A document that does not compile becomes a gap and
counts as missing, never as empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.aws.records import (
    AwsAccount,
    AwsGroup,
    AwsManagedPolicy,
    AwsRecords,
    AwsRole,
    AwsUser,
    Document,
)
from collectors.interface import Gap, Presence
from graph.edges.aws.caller_questions import CallerQuestions
from graph.edges.aws.capability import DocumentInForce, PrincipalView, StatementIndex
from graph.evaluate.aws.context import Context, Principal, PrincipalKind, Request, Resource, request_context
from graph.evaluate.aws.document import Effect, PolicyDocument, PolicyLibrary, PolicySyntaxError
from graph.model import DocumentUse, Edge, Grant, IdentityGraph

if TYPE_CHECKING:
    from graph.edges.aws.access_states import StateObject

__all__ = ["AwsWorld", "admin_id", "account_id_of", "build_world", "target_context"]


def admin_id(account: str) -> str:
    """Return the node id of full control over an account."""
    return f"aws:admin:{account}"


def account_node(account: str) -> str:
    """Return the node id of an account."""
    return f"aws:account:{account}"


def account_id_of(arn: str) -> str:
    """Return the account field of an ARN, or ``""``."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def target_context(resource: Resource) -> Context:
    """Return what is known of a resource alone; keys about the caller stay unknown."""
    nobody = Principal(kind=PrincipalKind.ACCOUNT, arn="", account="", tags=None, organization_id=None)
    return request_context(Request(nobody, "", resource, {}, frozenset()))


@dataclass(slots=True)
class AwsWorld:
    """Everything that the AWS edge builders read."""

    records: AwsRecords
    identity_graph: IdentityGraph
    library: PolicyLibrary
    accounts: dict[str, AwsAccount]
    users: dict[str, AwsUser]
    roles: dict[str, AwsRole]
    groups: dict[str, AwsGroup]
    policies: dict[str, AwsManagedPolicy]
    views: dict[str, PrincipalView] = field(default_factory=dict)
    """Principals with their layers, by ARN, in ARN order."""
    trust: dict[str, PolicyDocument | None] = field(default_factory=dict)
    """Compiled trust policy of each role; ``None`` when unreadable."""
    scps: dict[str, tuple[tuple[DocumentInForce, ...], ...]] = field(default_factory=dict)
    rcps: dict[str, tuple[tuple[DocumentInForce, ...], ...]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    resource_policies: dict[str, PolicyDocument | None] = field(default_factory=dict)
    """Compiled resource policy by resource ARN; absent key: none or not looked at."""
    changed: dict[str, list[PrincipalView]] = field(default_factory=dict)
    """Users and roles as they are after changes of their state, by the identity's ARN; filled by ``change_state``."""
    named_assumptions: list[Edge] = field(default_factory=list)
    """CAN_ASSUME edges that were decided pair by pair; filled by ``assume_role``."""
    asked: CallerQuestions = field(default_factory=lambda: CallerQuestions(()))
    """What trust policies ask of their callers; filled by ``assume_role``."""
    _by_account: dict[str, dict[PrincipalKind, list[PrincipalView]]] = field(default_factory=dict)
    _by_unique_id: dict[str, PrincipalView] = field(default_factory=dict)
    index: StatementIndex = field(default_factory=StatementIndex)
    groups_by_name: dict[tuple[str, str], AwsGroup] = field(default_factory=dict)
    state_objects: tuple[StateObject, ...] = ()
    """Objects of S3 that hold a state of Terraform."""
    group_documents: dict[str, tuple[DocumentInForce, ...]] = field(default_factory=dict)
    """Policies of each group, by group ARN."""

    def group_named(self, account: str, name: str) -> AwsGroup | None:
        """Return a group by account and name."""
        return self.groups_by_name.get((account, name))

    def organization_of(self, account: str) -> str | None:
        """Return the organization id, ``""`` for "not in ours", ``None`` when not known.

        An account that the organization's own list of accounts leaves out is in none, or in one that is not ours.
        """
        row = self.accounts.get(account)
        if row is not None and row.organization_id:
            return row.organization_id
        listed = self.records.organization is not None and any(
            operation == "organizations.list_accounts" and presence is Presence.PRESENT
            for (_, operation), presence in self.records.presence.items()
        )
        return "" if listed and account else None

    def is_collected(self, account: str) -> bool:
        """Return whether the account's IAM is in the evidence."""
        row = self.accounts.get(account)
        return row is not None and row.collected

    def callers_by_kind(self, account: str) -> Mapping[PrincipalKind, Sequence[PrincipalView]]:
        """Return the principals of an account, each kind in ARN order; ``build_world`` must be through."""
        if not self._by_account:
            for view in self.views.values():
                self._by_account.setdefault(view.account, {}).setdefault(view.principal.kind, []).append(view)
        return self._by_account.get(account, {})

    @property
    def caller_accounts(self) -> list[str]:
        """Return the accounts of which principals were collected, sorted."""
        self.callers_by_kind("")
        return sorted(self._by_account)

    def with_unique_id(self, unique_id: str) -> PrincipalView | None:
        """Return the principal of a unique id; ``build_world`` must be through."""
        if not self._by_unique_id:
            for view in self.views.values():
                self._by_unique_id.setdefault(view.principal.unique_id, view)
        return self._by_unique_id.get(unique_id)

    def states_of(self, arn: str) -> list[PrincipalView]:
        """Return a principal as it is and as it could be changed; empty when it was not collected."""
        view = self.views.get(arn)
        return [] if view is None else [view, *self.changed.get(arn, ())]

    def compile(self, document: Document, what: str) -> PolicyDocument | None:
        """Compile a document once; a broken or missing one becomes a gap and ``None``."""
        if document.body is None:
            self._gap(document, what, document.problem or "the document is missing")
            return None
        try:
            compiled = self.library.compile(document.body)
        except PolicySyntaxError as error:
            self._gap(document, what, f"policy does not parse at {error.place}: {error.message}")
            return None
        self.identity_graph.add_document(compiled.digest, document.body)
        return compiled

    def _gap(self, document: Document, what: str, reason: str) -> None:
        self.gaps.append(
            Gap(
                source="aws",
                scope=account_id_of(what),
                operation="policy document",
                subject=what,
                reason=f"{document.ref}: {reason}",
                lost="what this policy allows or denies; answers that need it are unverified",
            )
        )

    def use(self, use: DocumentUse) -> None:
        """Remember where a document is in force, for ``explain`` and ``who-can``."""
        self.identity_graph.add_document_use(use)

    def grant(self, grant_id: str, kind: str, holder: str, text: str, evidence: str) -> str:
        """Register a grant and return its id."""
        return self.identity_graph.add_grant(Grant(grant_id, kind, holder, text, evidence))

    def statement_grants(
        self, prefix: str, holder: str, label: str, document: PolicyDocument, evidence: str, kind: str = "statement"
    ) -> None:
        """Register one grant for every statement of a document whose statements are the removable unit."""
        for statement in document.statements:
            sid = f" {statement.sid}" if statement.sid else ""
            self.grant(
                f"{prefix}#{statement.index}",
                kind,
                holder,
                f"{label}, statement {statement.index}{sid}",
                f"{evidence}/Statement/{statement.index}",
            )


def build_world(records: AwsRecords, identity_graph: IdentityGraph) -> AwsWorld:
    """Compile and join records.

    Parameters
    ----------
    records
        What ``collectors.aws.to_records`` returned.
    identity_graph
        Receives grants, documents and document uses.
    """
    world = AwsWorld(
        records=records,
        identity_graph=identity_graph,
        library=PolicyLibrary(),
        accounts={row.id: row for row in records.accounts},
        users={row.arn: row for row in records.users},
        roles={row.arn: row for row in records.roles},
        groups={row.arn: row for row in records.groups},
        policies={row.arn: row for row in records.managed_policies},
    )
    _organization_layers(world)
    world.group_documents = {group.arn: _documents_of(world, group, "group") for group in records.groups}
    world.groups_by_name = {(group.account, group.name): group for group in records.groups}
    for user in records.users:
        world.views[user.arn] = _user_view(world, user)
    for role in records.roles:
        world.views[role.arn] = _role_view(world, role)
        world.trust[role.arn] = _trust(world, role)
    _resource_policies(world)
    world.views = dict(sorted(world.views.items()))
    return world


def _organization_layers(world: AwsWorld) -> None:
    for kind, store, layer in (
        ("SERVICE_CONTROL_POLICY", world.scps, "scp"),
        ("RESOURCE_CONTROL_POLICY", world.rcps, "rcp"),
    ):
        by_target: dict[str, list[DocumentInForce]] = {}
        for policy in world.records.organization_policies:
            if policy.kind != kind:
                continue
            label = f"{layer.upper()} {policy.name} ({policy.id})"
            compiled = world.compile(policy.document, policy.id)
            for target in policy.targets:
                by_target.setdefault(target, []).append(
                    DocumentInForce(layer, label, compiled, f"aws:{layer}:{policy.id}:{target}")
                )
        for account in world.records.accounts:
            if account.management or not account.parents:
                continue
            # Organizations never leaves an entity without a policy of an enabled type, so a level without one is a
            # level that the evidence does not show; it is passed over instead of denying everything.
            levels = [by_target[target] for target in (*account.parents, account.id) if target in by_target]
            if layer == "rcp":
                levels = [_with_full_access(world, level) for level in levels]
            store[account.id] = tuple(tuple(level) for level in levels)
            for order, level in enumerate(levels):
                for item in level:
                    digest = item.document.digest if item.document else ""
                    world.use(
                        DocumentUse(
                            f"aws:account:{account.id}", layer, item.label, digest, item.grant_prefix, False, "", order
                        )
                    )


def _with_full_access(world: AwsWorld, level: list[DocumentInForce]) -> list[DocumentInForce]:
    """Return an RCP level with the policy that AWS attaches everywhere for good, where evidence lacks it."""
    allow = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    }
    compiled = world.library.compile(allow)
    if any(item.document is not None and _allows_anything(item.document) for item in level):
        return level
    world.identity_graph.add_document(compiled.digest, allow)
    return [*level, DocumentInForce("rcp", "RCP RCPFullAWSAccess", compiled, "aws:rcp:p-RCPFullAWSAccess")]


def _allows_anything(document: PolicyDocument) -> bool:
    return any(
        statement.effect is Effect.ALLOW and "*" in statement.actions and "*" in statement.resources
        for statement in document.statements
    )


def _documents_of(world: AwsWorld, holder: AwsUser | AwsRole | AwsGroup, layer: str) -> tuple[DocumentInForce, ...]:
    """Compile the inline and attached policies of one holder and register their grants."""
    found: list[DocumentInForce] = []
    for policy in holder.inline:
        compiled = world.compile(policy.document, holder.arn)
        prefix = f"aws:statement:{holder.arn}:inline:{policy.name}"
        label = f"inline policy {policy.name} of {_short(holder.arn)}"
        if compiled is not None:
            world.statement_grants(prefix, holder.arn, label, compiled, str(policy.document.ref))
        else:
            # Statements that could not be read cannot be removed one by one: the unit is the policy.
            world.grant(prefix, "statement", holder.arn, f"{label}, not understood", str(policy.document.ref))
        found.append(DocumentInForce(layer, label, compiled, prefix, True))
    for attachment in holder.attached:
        found.append(_attached(world, holder.arn, attachment.arn, attachment.name, str(attachment.ref), layer))
    for item in found:
        world.use(
            DocumentUse(
                holder.arn,
                layer,
                item.label,
                item.document.digest if item.document else "",
                item.grant_prefix,
                item.per_statement,
            )
        )
    return tuple(found)


def _attached(world: AwsWorld, holder: str, arn: str, name: str, evidence: str, layer: str) -> DocumentInForce:
    policy = world.policies.get(arn)
    compiled = None
    if policy is not None:
        default = next((version for version in policy.versions if version.is_default), None)
        if default is not None:
            compiled = world.compile(default.document, arn)
    if policy is None or not any(version.is_default for version in policy.versions):
        world.gaps.append(
            Gap(
                "aws",
                account_id_of(holder),
                "iam.get_account_authorization_details",
                subject=holder,
                reason=f"{evidence}: the document of attached policy {arn} is not in the evidence",
                lost="what this policy allows; administration is shown as unverified",
            )
        )
    if policy is not None and not policy.aws_managed and compiled is not None:
        prefix = f"aws:statement:{arn}"
        default_ref = next(str(version.document.ref) for version in policy.versions if version.is_default)
        world.statement_grants(prefix, arn, f"policy {name}", compiled, default_ref)
        return DocumentInForce(layer, f"policy {arn}", compiled, prefix, True)
    prefix = world.grant(
        f"aws:attachment:{holder}:{arn}", "attachment", holder, f"{name} attached to {_short(holder)}", evidence
    )
    return DocumentInForce(layer, f"policy {arn}", compiled, prefix, False)


def _boundary(world: AwsWorld, holder: str, arn: str | None) -> DocumentInForce | None:
    if arn is None:
        return None
    policy = world.policies.get(arn)
    default = next((version for version in policy.versions if version.is_default), None) if policy else None
    compiled = world.compile(default.document, arn) if default else None
    if default is None:
        world.gaps.append(
            Gap(
                "aws",
                account_id_of(holder),
                "iam.get_account_authorization_details",
                subject=holder,
                reason=f"the document of permissions boundary {arn} is not in the evidence",
                lost="what the boundary stops; answers for this principal are unverified",
            )
        )
    label = f"boundary {arn}"
    world.use(
        DocumentUse(holder, "boundary", label, compiled.digest if compiled else "", f"aws:boundary:{holder}", False)
    )
    return DocumentInForce("boundary", label, compiled, f"aws:boundary:{holder}", False)


def _user_view(world: AwsWorld, user: AwsUser) -> PrincipalView:
    documents = list(_documents_of(world, user, "identity"))
    if not user.policies_known:
        documents.append(DocumentInForce("identity", f"policies of {user.name} (not collected)", None))
    for name in user.groups:
        membership = world.grant(
            f"aws:membership:{user.arn}:{name}",
            "membership",
            user.arn,
            f"{user.name} is a member of group {name}",
            str(user.ref.child("GroupList")),
        )
        group = world.group_named(user.account, name)
        if group is None:
            documents.append(_unseen_group(world, user, name, membership))
            continue
        documents.extend(
            DocumentInForce("group", item.label, item.document, item.grant_prefix, item.per_statement, (membership,))
            for item in world.group_documents[group.arn]
        )
        world.use(DocumentUse(user.arn, "member_of", group.arn, "", membership, False))
    principal = Principal(
        kind=PrincipalKind.ROOT if user.is_root else PrincipalKind.USER,
        arn=user.arn,
        account=user.account,
        unique_id=user.unique_id,
        name=user.name,
        tags=dict(user.tags),
        organization_id=world.organization_of(user.account),
        organization_paths=_paths(world, user.account),
    )
    return PrincipalView(
        user.arn,
        principal,
        tuple(documents),
        _boundary(world, user.arn, user.boundary_arn),
        world.scps.get(user.account, ()),
        world.index,
    )


def _unseen_group(world: AwsWorld, user: AwsUser, name: str, membership: str) -> DocumentInForce:
    """Return what stands for the policies of a group that the evidence refers to and does not hold."""
    label = f"policies of group {name} (not in the evidence)"
    world.gaps.append(
        Gap(
            "aws",
            user.account,
            "iam.get_account_authorization_details",
            f"users of account {user.account} are members of group {name}, which is not in the evidence",
            subject=f"group {name}",
            lost="what the policies of the group allow and deny; administration of members is shown as unverified",
        )
    )
    world.use(DocumentUse(user.arn, "group", label, "", membership, False))
    return DocumentInForce("group", label, None, membership)


def _role_view(world: AwsWorld, role: AwsRole) -> PrincipalView:
    principal = Principal(
        kind=PrincipalKind.ROLE,
        arn=role.arn,
        account=role.account,
        unique_id=role.unique_id,
        name=role.name,
        tags=dict(role.tags),
        organization_id=world.organization_of(role.account),
        organization_paths=_paths(world, role.account),
        service_linked=role.service_linked,
        open_tags=_tags_are_chosen(world, role),
    )
    scps = () if role.service_linked else world.scps.get(role.account, ())
    documents = _documents_of(world, role, "identity")
    boundary = _boundary(world, role.arn, role.boundary_arn)
    return PrincipalView(role.arn, principal, documents, boundary, scps, world.index)


def _tags_are_chosen(world: AwsWorld, role: AwsRole) -> bool:
    """Return whether whoever assumes the role may tag the session, before the role's own tags.

    References
    ----------
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html (read 2026-11)
    """
    trusted = world.compile(role.trust, role.arn) if role.trust.body is not None else None
    return trusted is not None and any(
        statement.effect is Effect.ALLOW and statement.covers_action("sts:TagSession")
        for statement in trusted.statements
    )


def _paths(world: AwsWorld, account: str) -> tuple[str, ...] | None:
    row = world.accounts.get(account)
    if row is None or not row.organization_id or not row.parents:
        return None
    return ("/".join((row.organization_id, *row.parents)) + "/",)


def _trust(world: AwsWorld, role: AwsRole) -> PolicyDocument | None:
    compiled = world.compile(role.trust, role.arn)
    if compiled is not None:
        prefix = f"aws:trust:{role.arn}"
        world.statement_grants(prefix, role.arn, f"trust policy of {role.name}", compiled, str(role.trust.ref), "trust")
        world.use(DocumentUse(role.arn, "trust", f"trust policy of {role.arn}", compiled.digest, prefix, True))
    else:
        world.use(DocumentUse(role.arn, "trust", f"trust policy of {role.arn}", "", f"aws:trust:{role.arn}", True))
    return compiled


def _resource_policies(world: AwsWorld) -> None:
    records = world.records
    rows: Iterable[tuple[str, Document | None, Presence]] = (
        *((item.arn, item.policy, item.policy_presence) for item in records.functions),
        *((item.arn, item.policy, item.policy_presence) for item in records.buckets),
        *((item.arn, item.policy, item.policy_presence) for item in records.kms_keys),
        *((item.arn, item.policy, item.policy_presence) for item in records.secrets),
        *((item.arn, item.policy, item.policy_presence) for item in records.resources),
    )
    for arn, document, _ in rows:
        if document is None:
            continue
        compiled = world.compile(document, arn)
        world.resource_policies[arn] = compiled
        prefix = f"aws:resource_policy:{arn}"
        if compiled is not None:
            world.statement_grants(
                prefix, arn, f"resource policy of {_short(arn)}", compiled, str(document.ref), "resource_policy"
            )
        world.use(
            DocumentUse(arn, "resource", f"resource policy of {arn}", compiled.digest if compiled else "", prefix, True)
        )


def _short(arn: str) -> str:
    return arn.split(":", 5)[-1]
