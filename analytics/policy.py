"""What an organisation decides about the rules: thresholds and rules turned off, read from ``nhi.toml``.

Input: the tables ``[thresholds]``, ``[rules]``, ``[jewels]`` and ``[[zones]]`` of a TOML file. Output: ``Policy``; the
defaults are its field defaults. The last two are ``analytics.zones``' part.
Not handled: the other tables of ``nhi.toml``, which belong to the command; suppressions, which are state.

    [thresholds]
    old_key_days = 60
    [rules]
    disabled = ["aws-inactive-key"]
    severity = { aws-two-active-keys = "medium" }
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from analytics.errors import PolicyFileError
from analytics.verdicts import Severity
from analytics.zones import JEWEL_TAGS, Zone, read_jewel_tags, read_zones

__all__ = ["Policy", "policy_from", "read_policy"]

_THRESHOLDS, _RULES, _JEWELS, _ZONES = "thresholds", "rules", "jewels", "zones"


def _days(default: int, meaning: str) -> Any:
    return field(default=default, metadata={"table": _THRESHOLDS, "unit": "days", "minimum": 0, "meaning": meaning})


def _steps(default: int, meaning: str) -> Any:
    return field(default=default, metadata={"table": _THRESHOLDS, "unit": "steps", "minimum": 1, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds and choices. Field defaults are the product's defaults."""

    old_key_days: int = _days(90, "an active access key older than this is old (CIS AWS Foundations: 90)")
    unused_key_days: int = _days(90, "an active key not used for longer than this is unused (PCI DSS 8.2.6: 90)")
    unused_privileged_key_days: int = _days(
        45, "the same for identities that are or can become administrator (CIS Controls 5.3: 45)"
    )
    unused_privilege_days: int = _days(90, "a privileged identity not used for longer than this is unused")
    unused_app_days: int = _days(
        90, "an OAuth application that did not sign in for longer than this, or a high permission of it, is unused"
    )
    service_credential_days: int = _days(
        90, "a service-specific credential or signing certificate older than this is old"
    )
    cross_environment_steps: int = _steps(4, "a way from one environment into another counts up to this length")
    secret_rotation_days: int = _days(90, "a secret whose rotation last happened longer ago is late")
    entra_secret_days: int = _days(
        180, "a client secret of Entra that is valid, or in use, for longer is long-lived (the portal proposes 180)"
    )
    entra_certificate_days: int = _days(366, "the same for a certificate that proves an application")
    entra_active_credentials: int = field(
        default=2,
        metadata={
            "table": _THRESHOLDS,
            "unit": "credentials",
            "minimum": 1,
            "meaning": "an application with more secrets and certificates in force than this keeps leftovers",
        },
    )
    entra_blueprint_agents: int = field(
        default=2,
        metadata={
            "table": _THRESHOLDS,
            "unit": "agents",
            "minimum": 2,
            "meaning": "a blueprint's secret or certificate that proves so many agent identities is shared",
        },
    )
    github_key_days: int = _days(365, "a deploy key of GitHub that writes and is older than this is old")
    shared_role_workloads: int = field(
        default=2,
        metadata={
            "table": _THRESHOLDS,
            "unit": "workloads",
            "minimum": 2,
            "meaning": "a role that so many unrelated workloads run as is shared",
        },
    )
    disabled: tuple[str, ...] = ()
    """Rule ids that do not run; sorted."""
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """Severity by rule id, where the organisation sees it otherwise; findings of the rule all take it."""
    jewel_tags: tuple[str, ...] = JEWEL_TAGS
    """Tag keys that make a jewel; sorted, lower case."""
    zones: tuple[Zone, ...] = ()
    """Parts of the estate whose members are jewels."""

    @property
    def digest(self) -> str:
        """Return a hash (hex) that differs whenever an answer could; names folders of recomputable results."""
        plain = asdict(self) | {"severity": {rule: value.word for rule, value in self.severity.items()}}
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()

    @staticmethod
    def thresholds() -> Mapping[str, Mapping[str, Any]]:
        """Return default, unit, minimum and meaning by threshold, as documentation prints them."""
        return {
            each.name: {"default": each.default, **each.metadata} for each in fields(Policy) if "unit" in each.metadata
        }


def read_policy(path: Path, *, others: Collection[str] = ()) -> Policy:
    """Return the policy that a settings file states.

    Parameters
    ----------
    path
        A TOML file.
    others
        Tables of the same file that somebody else reads.

    Raises
    ------
    PolicyFileError
        The file cannot be read, or a key is unknown or of the wrong type; the error names file and key.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyFileError(f"`{path}` cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyFileError(f"`{path}` is not TOML: {error}") from error
    return policy_from({key: value for key, value in content.items() if key not in others}, str(path))


def policy_from(content: Mapping[str, Any], place: str) -> Policy:
    """Return the policy behind parsed tables; raise ``PolicyFileError`` naming ``place`` and the key that is wrong."""
    for name in content:
        if name not in (_THRESHOLDS, _RULES, _JEWELS, _ZONES):
            raise PolicyFileError(
                f"`{place}`: `{name}` is not known; write `{_THRESHOLDS}`, `{_RULES}`, `{_JEWELS}` or `{_ZONES}`"
            )
    chosen: dict[str, Any] = dict(_read_thresholds(_table(content, _THRESHOLDS, place), place))
    rules = _table(content, _RULES, place)
    for name in rules:
        if name not in ("disabled", "severity"):
            raise PolicyFileError(f"`{place}`: `{_RULES}.{name}` is not known; write `disabled` or `severity`")
    chosen["disabled"] = _disabled(rules.get("disabled", []), place)
    chosen["severity"] = _severities(_table(rules, "severity", place, _RULES + "."), place)
    chosen["jewel_tags"] = read_jewel_tags(_table(content, _JEWELS, place), place)
    chosen["zones"] = read_zones(content.get(_ZONES, []), place)
    return Policy(**chosen)


def _table(content: Mapping[str, Any], name: str, place: str, prefix: str = "") -> Mapping[str, Any]:
    table = content.get(name, {})
    if not isinstance(table, Mapping):
        raise PolicyFileError(f"`{place}`: `{prefix}{name}` must be a table")
    return table


def _read_thresholds(table: Mapping[str, Any], place: str) -> Mapping[str, int]:
    known = Policy.thresholds()
    for name, value in table.items():
        if name not in known:
            raise PolicyFileError(f"`{place}`: `{_THRESHOLDS}.{name}` is not known; known are {', '.join(known)}")
        # bool is an int in Python, and `true` days means nothing.
        if not isinstance(value, int) or isinstance(value, bool) or value < known[name]["minimum"]:
            raise PolicyFileError(
                f"`{place}`: `{_THRESHOLDS}.{name}` must be a whole number of {known[name]['unit']}, "
                f"{known[name]['minimum']} or more"
            )
    return table


def _disabled(value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise PolicyFileError(f"`{place}`: `{_RULES}.disabled` must be a list of rule ids")
    for rule in value:
        _check_rule(rule, f"{_RULES}.disabled", place)
    return tuple(sorted(set(value)))


def _severities(table: Mapping[str, Any], place: str) -> Mapping[str, Severity]:
    words = {severity.word: severity for severity in Severity}
    for rule, word in table.items():
        _check_rule(rule, f"{_RULES}.severity", place)
        if word not in words:
            raise PolicyFileError(f"`{place}`: `{_RULES}.severity.{rule}` must be one of {', '.join(words)}")
    return {rule: words[word] for rule, word in sorted(table.items())}


def _check_rule(rule: str, key: str, place: str) -> None:
    from analytics.rules import RULES  # the rules read the policy, so they cannot be imported above

    if rule not in RULES:
        raise PolicyFileError(f"`{place}`: `{key}` names rule `{rule}`, which does not exist")
