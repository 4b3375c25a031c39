"""Identities of imported tables that say by which issuer and subject their tokens are known.

Input: nodes with ``token_issuer`` and ``token_subject``. Output: bearers of trusted subjects.
Handled: an exact subject; one with ``*`` and ``?``, such as all workloads of a SPIFFE trust domain, all phases of a
Terraform Cloud workspace; a SPIFFE id whose issuer is not named (unverified: a trust domain can be known by another).
Not handled: audiences, which whoever holds such an identity is taken to choose; claims beside the subject.

References
----------
https://github.com/spiffe/spiffe/blob/main/standards/JWT-SVID.md,
https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens
(read 2026-11).
"""

from __future__ import annotations

from graph.evaluate.aws.globs import escape, glob_covers, glob_matches, globs_intersect
from graph.evaluate.entra.federation import issuer_name
from graph.joints.oidc.trusted import TrustedSubject, TrustedSubjects
from graph.model import Node

__all__ = ["SPIFFE", "join_imported", "meets"]

SPIFFE = "spiffe://"
_SOME = "Only some of the subjects that are stated for it are accepted; whether it has one of those was not told."
_DOMAIN = "The issuer of its SPIFFE ids was not stated; the subject alone fits."


def join_imported(subjects: TrustedSubjects) -> None:
    """Add the steps.

    Notes
    -----
    Identities with an exact subject are looked up; those with a wildcard meet each subject of their issuer.
    """
    exact: dict[tuple[str, str], list[TrustedSubject]] = {}
    for each in subjects.all:
        if not (each.pattern or each.ignore_case):
            exact.setdefault((each.issuer_key, each.subject), []).append(each)
    patterns = {
        issuer: [each for each in listed if each.pattern or each.ignore_case]
        for issuer, listed in subjects.by_issuer.items()
    }
    for node in list(subjects.identity_graph.nodes.values()):
        subject = str(node.attributes.get("token_subject") or "")
        if not subject or node.attributes.get("active") is False:
            continue
        issuer = issuer_name(str(node.attributes.get("token_issuer") or ""))
        if issuer and not _wild(subject):
            near = [*exact.get((issuer, subject), ()), *patterns.get(issuer, ())]
        else:
            near = list(subjects.by_issuer.get(issuer, ()) if issuer else subjects.all)
        for trusted in near:
            _join(subjects, node, issuer, subject, trusted)


def _join(subjects: TrustedSubjects, node: Node, issuer: str, subject: str, trusted: TrustedSubject) -> None:
    if not issuer and not trusted.subject.startswith(SPIFFE):
        return
    if trusted.ignore_case:
        answer = meets(subject.lower(), trusted.subject.lower(), trusted.pattern)
    else:
        answer = meets(subject, trusted.subject, trusted.pattern)
    if answer is False:
        return
    claims = {} if _wild(subject) else {"sub": subject}
    served = [trust for trust in trusted.trusts if trust.possible(trusted.issuer, claims)]
    note = " ".join(([] if answer else [_SOME]) + ([] if issuer else [_DOMAIN]))
    subjects.bear(node.id, node.id, trusted, served, note=note)


def _wild(text: str) -> bool:
    return "*" in text or "?" in text


def meets(stated: str, accepted: str, pattern: bool) -> bool | None:
    """Return whether a stated set of subjects has one that is accepted; ``None``: only some are, or might be.

    Parameters
    ----------
    stated
        ``*`` and ``?`` stand for other characters.
    accepted, pattern
        What a trust takes; without ``pattern`` its signs are plain.
    """
    wanted = accepted if pattern else escape(accepted)
    if not _wild(stated):
        return glob_matches(wanted, stated)
    if not globs_intersect(stated, wanted):
        return False
    # All of its tokens are accepted, or all that is accepted is among what it was said to have.
    return True if glob_covers(wanted, stated) or glob_covers(stated, wanted) else None
