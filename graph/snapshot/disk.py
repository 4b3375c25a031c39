"""Folders that appear whole or not at all: written beside under a temporary name, made durable, renamed once.

Input: a parent folder and functions that write files. Output: files on disk with their size and SHA-256.
Not handled: what the files hold. On Windows folders cannot be flushed and leftovers of dead writers stay.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

__all__ = ["FileRecord", "flush_folder", "make_temporary", "publish", "remove_leftovers", "sha256_of", "write_file"]

_PREFIX = ".tmp-"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the manifest says about one file."""

    size: int
    """Bytes."""
    sha256: str
    """Lower-case hex."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_file(path: Path, write: Callable[[BinaryIO], None]) -> FileRecord:
    """Create a file, let ``write`` fill it, flush it to the device, and return its record."""
    with open(path, "xb") as stream:
        write(stream)
        stream.flush()
        os.fsync(stream.fileno())
    return FileRecord(path.stat().st_size, sha256_of(path))


def make_temporary(parent: Path, name: str) -> Path:
    """Create ``parent/.tmp-<name>-<random>-<pid>``; the pid tells later writers whether this one still lives."""
    folder = parent / f"{_PREFIX}{name}-{secrets.token_hex(4)}-{os.getpid()}"
    os.mkdir(folder)
    return folder


def flush_folder(folder: Path) -> None:
    """Make the entries of a folder durable."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish(temporary: Path, final: Path) -> bool:
    """Give a finished temporary folder its name; return False when another writer had already done so."""
    flush_folder(temporary)
    try:
        os.rename(temporary, final)
    except OSError:
        if not final.exists():
            raise
        shutil.rmtree(temporary)
        return False
    flush_folder(final.parent)
    return True


def remove_leftovers(parent: Path) -> list[str]:
    """Remove temporary folders whose writer is dead; return their names."""
    removed = []
    for folder in sorted(parent.glob(f"{_PREFIX}*")):
        pid = folder.name.rpartition("-")[2]
        if pid.isdigit() and not _may_live(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder.name)
    return removed


def _may_live(pid: int) -> bool:
    """Tell whether a process may exist; True whenever that cannot be known."""
    if os.name == "nt":  # os.kill(pid, 0) would end it there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
