"""The sample company, built once for all tests of the command line."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from tests.nhigraph.running import Command
from tests.worlds.aws import World

SAMPLE = Path(str(files("sample_data").joinpath("evidence")))


@pytest.fixture(scope="session")
def evidence() -> Path:
    return SAMPLE


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """`nhi` on a workspace that holds the sample company."""
    command = Command(tmp_path_factory.mktemp("sample") / "workspace")
    command.build(SAMPLE)
    return command


@pytest.fixture
def empty(tmp_path: Path) -> Command:
    """`nhi` on a workspace that does not exist yet."""
    return Command(tmp_path / "workspace")


@pytest.fixture
def built(tmp_path: Path) -> Callable[[World], Command]:
    """Build a world and return `nhi` on its workspace."""

    def build(world: World) -> Command:
        command = Command(tmp_path / "workspace")
        command.build(world.build(tmp_path / "evidence"))
        return command

    return build
