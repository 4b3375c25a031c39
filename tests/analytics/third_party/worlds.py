"""What tests of applications share: builds a world, asks, picks one application and its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from analytics.policy import Policy
from analytics.third_party.app import App
from analytics.third_party.find import AppQuestion, AppReport, apps
from graph.build import build_snapshot
from graph.snapshot import Snapshot, open_snapshot
from tests.worlds.entra import EntraWorldFiles, node

__all__ = ["AS_OF", "MICROSOFT", "NOT_VERIFIED", "VERIFIED", "Asked", "built"]

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
NOT_VERIFIED = {"verifiedPublisher": {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None}}
VERIFIED = {"verifiedPublisher": {"displayName": "Acme Ltd", "verifiedPublisherId": "1234567"}}


def built(world: EntraWorldFiles, folder: Path, as_of: datetime | None = AS_OF) -> Snapshot:
    """Build a world and open its snapshot."""
    result = build_snapshot([world.build(folder / "evidence")], folder / "ws", product_version="0", as_of=as_of)
    return open_snapshot(folder / "ws" / "snapshots" / result.snapshot_id)


@dataclass(frozen=True)
class Asked:
    """The answer about all applications of a world."""

    report: AppReport

    @staticmethod
    def of(world: EntraWorldFiles, folder: Path, policy: Policy | None = None) -> Asked:
        """Build a world and ask."""
        return Asked(apps(built(world, folder), policy, AppQuestion(everything=True)))

    def app(self, name: str) -> App:
        """Return one application by the name of its service principal."""
        (found,) = [app for app in self.report.apps if app.id == node(f"sp:{name}")]
        return found

    def verdicts(self, name: str) -> dict[str, str]:
        """Return verdict by reason; what does not hold is left out."""
        return {risk.reason.value: risk.verdict.value for risk in self.app(name).risks}
