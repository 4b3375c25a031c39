"""Rule aws-honeytoken-hint: an access key that somebody may have planted for intruders to find.

Input: a snapshot. Output: one verdict for each user with an active access key, and for each workload with the id of a
key in a variable.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analytics.leaks.aws import CANARY_ACCOUNTS, account_of_key_id
from analytics.rules._context import RuleContext
from analytics.rules._documents import Documents
from analytics.rules._identities import policies_seen
from analytics.rules._keys import AccessKey, accounts_not_looked_at
from analytics.rules._use import keys_by_identity
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.evaluate.aws.document import Effect, PolicyDocument
from graph.kinds import Category, NodeKind, category_of
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-honeytoken-hint",
    title="Possible honeytoken",
    question="Does this access key look like one that was planted as an alarm?",
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    rationale=(
        "A planted key exists to be stolen: its use is the alarm. Whoever tidies up unused keys removes the alarm, and "
        "whoever tests the key sets it off. This is a hint for responders, not a fault."
    ),
    remediation=(
        "Do not delete, rotate or test the key before its owner was asked. Look whether its use raised an alarm; if it "
        "was ever used, treat the place where it lay as entered. Record it as a honeytoken and suppress what other "
        "rules say of it; if it is none, delete it as an unused key."
    ),
    references=(
        Reference("https://blog.thinkst.com/2017/09/canarytokens-new-member-aws-api-key.html", "2026-11"),
        Reference("https://summitroute.com/blog/2018/06/22/guidance_on_deploying_honey_tokens/", "2026-11"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"),
    ),
    frameworks=(
        "NHI2:2025",
        "NIST CSF 2.0 RS.AN-03",
        "NIST SP 800-53 SI-4",
        "ISO/IEC 27001:2022 A.8.16",
    ),
    since="0.2.0",
    limits=(
        "A hint only: a good honeytoken looks like any other key, and a user that somebody locked out looks like a "
        "honeytoken.",
        "A user is told by two of three marks: name, path or tag speak of a canary or honeytoken; it has no policy, or "
        "everything is denied to it; its keys were never used. Without the first, only an explicit denial of "
        "everything counts; the word canary alone counts only for a user that may do nothing.",
        "A key of an account that is known to hand out honeytokens is told by its id alone; the list of those accounts "
        "comes from public tools and is not complete.",
        "Foreign keys are seen in variables of collected workloads alone.",
    ),
)
_WORKLOADS = tuple(kind for kind in NodeKind if category_of(kind) is Category.WORKLOAD)
_MARK = re.compile(r"canary[-_ ]?tokens?|canary|honey[-_ ]?(?:token|key|pot|user|cred)|tripwire|decoy", re.IGNORECASE)
_AMBIGUOUS = re.compile("canary", re.IGNORECASE)
"""CloudWatch Synthetics and careful deployments have canaries, too; theirs may do something."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a user is called a honeytoken, and by which word."""

    place: str
    word: str


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a user with an active key."""
    yield from accounts_not_looked_at(context)
    documents = Documents(snapshot)
    for identity, keys in sorted(keys_by_identity(context).items()):
        active = tuple(key for key in keys if key.active)
        node = context.node(identity)
        if active and node is not None and node.kind is NodeKind.AWS_USER:
            yield _judge(snapshot, documents, node, active)
    for node in context.nodes(*_WORKLOADS):
        yield from _variables(node)


def _variables(node: Node) -> Iterator[Verdict]:
    keys = node.attributes.get("environment_key_ids")
    for name, key_id in sorted(keys.items() if isinstance(keys, Mapping) else ()):
        account = account_of_key_id(str(key_id))
        if account not in CANARY_ACCOUNTS:
            yield Verdict.passed(node.id)
            continue
        yield Verdict(
            Outcome.FAILED,
            node.id,
            f"Variable {name} holds access key {key_id} of account {account}, which is known to hand out honeytokens. "
            "Do not test it; ask who planted it.",
            key=f"variable:{name}",
            confidence=Confidence.MEDIUM,
        )


def _judge(snapshot: Snapshot, documents: Documents, node: Node, keys: tuple[AccessKey, ...]) -> Verdict:
    if not policies_seen(node):
        return Verdict.not_judged(node.id, "Its policies and tags are not in the evidence.")
    mark = _mark(node)
    denied, without = _rights(snapshot, documents, node)
    never = all(key.last_used_known and key.last_used_at is None for key in keys)
    powerless, hidden = denied or without, any(not key.last_used_known for key in keys)
    clear = mark is not None and not _AMBIGUOUS.fullmatch(mark.word)
    if not ((mark and powerless) or (never and (clear or denied))):
        if hidden and (clear or denied):
            return Verdict.not_judged(node.id, "The evidence does not say whether its access keys were ever used.")
        return Verdict.passed(node.id)
    reasons = [
        text
        for text, holds in (
            (f"{mark.place if mark else ''} speaks of one", mark is not None),
            ("everything is denied to it", denied),
            ("it may do nothing", without and not denied),
            ("its keys were never used", never),
        )
        if holds
    ]
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"This user may be a honeytoken: {', '.join(reasons)}. Ask its owner before deleting, rotating or testing "
        "its key, and look whether its use raised an alarm.",
        key="user",
        confidence=Confidence.MEDIUM if mark and powerless and never else Confidence.LOW,
        evidence=tuple(dict.fromkeys(key.evidence for key in keys)),
        related=tuple(key.node for key in keys),
    )


def _mark(node: Node) -> _Mark | None:
    tags = node.attributes.get("tags")
    texts = [("its name", node.name), ("its path", str(node.attributes.get("path", "")))]
    for key, value in sorted(tags.items() if isinstance(tags, Mapping) else ()):
        texts.append((f"tag {key}", f"{key} {value}"))
    found = [_Mark(place, match.group()) for place, text in texts for match in _MARK.finditer(text)]
    return min(found, key=lambda mark: bool(_AMBIGUOUS.fullmatch(mark.word)), default=None)


def _rights(snapshot: Snapshot, documents: Documents, node: Node) -> tuple[bool, bool]:
    """Return whether everything is denied to a user, and whether it has no policy at all."""
    uses = [use for use in snapshot.document_uses(node.id) if use.layer in ("identity", "group")]
    found = [documents.compiled(use.digest) for use in uses]
    return any(document is not None and _denies_all(document) for document in found), not uses


def _denies_all(document: PolicyDocument) -> bool:
    return any(
        statement.effect is Effect.DENY
        and not (statement.not_action or statement.not_resource or statement.conditions or statement.problems)
        and bool({"*", "*:*"} & set(statement.actions))
        and "*" in statement.resources
        for statement in document.statements
    )
