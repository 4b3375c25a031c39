"""Rule aws-password-on-nhi: a user that programs use can be signed in to by a person as well.

Input: a snapshot. Output: one verdict for each user with a console password.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.rules._context import NO_TIME, RuleContext, parse_moment
from analytics.rules._keys import AccessKey
from analytics.rules._service_credentials import LISTING, ServiceCredential, service_credentials
from analytics.rules._use import keys_by_identity, keys_looked_at
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-password-on-nhi",
    title="Console password on a machine's user",
    question="Can a person sign in with a password to a user that programs use?",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    rationale=(
        "When a person and a program are the same user, no log says which of the two acted, the key outlives the "
        "person's job, and a phished password takes over the program's rights."
    ),
    remediation=(
        "Separate them. If the user is a machine's, delete its console password. If it is a person's, give the program "
        "a role of its own, deactivate and delete the key, and let the person sign in through IAM Identity Center."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html", "2026-11"),
        Reference("https://owasp.org/www-project-non-human-identities-top-10/2025/"),
    ),
    frameworks=(
        "NHI10:2025",
        "NHI4:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 AC-2",
        "PCI DSS 4.0.1 8.6.1",
        "ISO/IEC 27001:2022 A.5.16",
    ),
    since="0.2.0",
    limits=(
        "Evidence for a machine is an active access key in use, an active service-specific credential, or a tag that "
        "says so; names and paths are none.",
        "A person's own command line uses an access key as a program does: where nothing but a key speaks for a "
        "machine and the password is in use, confidence is low if path or name is a person's. It is low as well where "
        "only Git credentials speak for one.",
        "A key that was not used for longer than the policy's limit for unused keys does not count; aws-unused-key "
        "reports it.",
        "A user whose credentials were not all looked at is not judged, unless what was seen is enough.",
    ),
)
_TAG_KEYS = re.compile(r"^(?:(?:identity|user|principal|account|iam)[-_ ]?)?(?:type|kind|class|usage)$", re.IGNORECASE)
_MACHINE = re.compile(
    r"^(?:service([-_ ]?(account|user))?|machine([-_ ]?user)?|robot|bot|nhi|non[-_ ]?human|workload|automation)$",
    re.IGNORECASE,
)
_GIT = "codecommit.amazonaws.com"
"""People have Git credentials for it as programs do."""
_PERSON = re.compile(r"@|/(?:people|humans?|persons?|employees|staff)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for a machine."""

    keys: tuple[AccessKey, ...]
    credentials: tuple[ServiceCredential, ...]
    tags: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.keys or self.credentials or self.tags)

    @property
    def words(self) -> str:
        """Return the evidence as a sentence's middle."""
        parts = [f"access key {key.label} was last used {str(key.last_used_at)[:10]}" for key in self.keys]
        parts += [f"credential {item.label} for {item.service} is active" for item in self.credentials]
        parts += [f"tag {tag} says so" for tag in self.tags]
        return " and ".join(parts)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a user with a password, or of whom nothing says whether it has one."""
    credentials: dict[str, list[ServiceCredential]] = {}
    for item in service_credentials(context):
        if (
            item.active
            and item.service
            and not (item.expires_at and context.as_of and item.expires_at <= context.as_of)
        ):
            credentials.setdefault(item.identity, []).append(item)
    for node in context.nodes(NodeKind.AWS_USER):
        if node.attributes.get("has_password") is None:
            yield Verdict.not_judged(node.id, "The evidence does not say whether the user has a password.")
        elif node.attributes.get("has_password"):
            yield _judge(node, context, tuple(credentials.get(node.id, ())))


def _judge(node: Node, context: RuleContext, credentials: tuple[ServiceCredential, ...]) -> Verdict:
    keys = tuple(key for key in keys_by_identity(context).get(node.id, ()) if key.active)
    in_use = tuple(key for key in keys if _recent(key.last_used_at, context))
    tags = node.attributes.get("tags")
    found = _Evidence(in_use, credentials, tuple(_machine_tags(tags if isinstance(tags, Mapping) else {})))
    if found:
        return _failed(node, context, found)
    if keys and context.as_of is None:
        return Verdict.not_judged(node.id, NO_TIME)
    if any(not key.last_used_known for key in keys):
        return Verdict.not_judged(node.id, "The evidence does not say when its access keys were last used.")
    if not keys_looked_at(context, node.scope):
        return Verdict.not_judged(node.id, "Its access keys are not in the evidence.")
    if not context.looked_at(node.scope, LISTING):
        return Verdict.not_judged(node.id, f"Its service-specific credentials are not in the evidence (`{LISTING}`).")
    return Verdict.passed(node.id)


def _recent(moment: datetime | None, context: RuleContext) -> bool:
    limit = timedelta(days=context.policy.unused_key_days)
    return moment is not None and context.as_of is not None and context.as_of - moment <= limit


def _machine_tags(tags: Mapping[str, object]) -> Iterator[str]:
    for key, value in sorted(tags.items()):
        if _TAG_KEYS.match(str(key)) and _MACHINE.match(str(value).strip()):
            yield f"{key}={value}"


def _failed(node: Node, context: RuleContext, found: _Evidence) -> Verdict:
    moment = parse_moment(node.attributes.get("password_last_used_at"))
    signed_in = f"was used {str(moment)[:10]}" if moment else "shows no use"
    rows = [(key.node, key.evidence) for key in found.keys]
    rows += [(item.node, item.evidence) for item in found.credentials]
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"Programs use this user ({found.words}), and it has a console password, which {signed_in}.",
        key="password",
        severity=context.severity_for(node.id, Severity.MEDIUM),
        confidence=_confidence(node, found, password_in_use=_recent(moment, context)),
        grants=(f"aws:password:{node.id}",),
        evidence=tuple(dict.fromkeys(evidence for _, evidence in rows if evidence)),
        related=(f"aws:password:{node.id}", *(credential for credential, _ in rows)),
    )


def _confidence(node: Node, found: _Evidence, *, password_in_use: bool) -> Confidence:
    """Return how sure it is that programs use the user; a person's name speaks against, a machine's not for it."""
    if found.tags and (found.keys or found.credentials):
        return Confidence.HIGH
    if not found.tags and not found.keys and all(item.service == _GIT for item in found.credentials):
        return Confidence.LOW
    person = _PERSON.search(f"{node.attributes.get('path', '')}{node.name}")
    return Confidence.LOW if person and password_in_use and not found.tags else Confidence.MEDIUM
