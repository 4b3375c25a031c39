"""Packages of npm as constraints/npm.pins pins them, unpacked side by side in a cache outside of the checkout.

Input: the name of a suite. Output: a folder with ``node_modules``, or the reason why there is none.
Handled: archives are checked against their SHA-512 before they are unpacked; scripts of packages are not run.
Not handled: finding the registry, which is npm's own configuration.
"""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.repository import ROOT

__all__ = ["folder_of"]

PINS = ROOT / "constraints" / "npm.pins"
_AT_ONCE = 30


@dataclass(frozen=True)
class _Package:
    place: str
    spec: str
    integrity: str

    @property
    def archive(self) -> str:
        name, _, version = self.spec.rpartition("@")
        return f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"


def _packages(suite: str) -> Iterator[_Package]:
    for line in PINS.read_text(encoding="utf-8").splitlines():
        of, *rest = line.split()
        if of == suite:
            yield _Package(*rest)


def folder_of(suite: str) -> Path:
    """Return the folder of a suite's packages, fetching what is not there; skips the test where it cannot."""
    packages = list(_packages(suite))
    pins = hashlib.sha256("\n".join(f"{each.place} {each.integrity}" for each in packages).encode()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nhigraph" / "npm"
    home = cache / f"{suite}-{pins}"
    if home.is_dir():
        return home
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as work:
        archives = Path(work, "archives")
        archives.mkdir()
        _fetch(packages, archives)
        made = Path(work, "made")
        for package in packages:
            _unpack(package, archives / package.archive, made / package.place)
        try:
            made.rename(home)
        except OSError:
            assert home.is_dir()  # another worker was quicker
    return home


def _fetch(packages: list[_Package], archives: Path) -> None:
    specs = list(dict.fromkeys(package.spec for package in packages))
    for start in range(0, len(specs), _AT_ONCE):
        command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(archives)]
        ended = subprocess.run(
            [*command, *specs[start : start + _AT_ONCE]], cwd=archives, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            pytest.skip(f"npm could not fetch its packages: {' '.join(ended.stderr.split())[:200]}")


def _unpack(package: _Package, archive: Path, target: Path) -> None:
    data = archive.read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    assert found == package.integrity, f"{package.spec}: not the archive that is pinned"
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            # Archives of npm have one folder, mostly called "package".
            member.name = member.name.partition("/")[2]
            if member.name and (member.isfile() or member.isdir()):
                tar.extract(member, target, filter="data")
