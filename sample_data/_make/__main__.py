"""Write the sample evidence anew: ``python -m sample_data._make [FOLDER]``.

Input: a folder, by default ``sample_data/evidence`` beside this package. Output: its files, older ones removed.
Not handled: folders that hold anything else; they are refused.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from sample_data._make.company import all_files

_FOLDERS = ("aws", "azure", "declared", "entra", "github")
_OURS = {*_FOLDERS, "manifest.json"}


def write(root: Path) -> int:
    """Replace the content of an evidence folder and return the number of files written.

    Raises
    ------
    SystemExit
        The folder holds something that is not sample evidence.
    """
    strangers = sorted(path.name for path in root.iterdir() if path.name not in _OURS) if root.is_dir() else []
    if strangers:
        raise SystemExit(f"{root} holds {strangers[0]}, which is not sample evidence; nothing was changed")
    for name in _FOLDERS:
        shutil.rmtree(root / name, ignore_errors=True)
    files = all_files()
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return len(files)


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(prog="python -m sample_data._make", description="Write the sample evidence anew.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent.parent / "evidence")
    folder: Path = parser.parse_args().folder
    write(folder)


if __name__ == "__main__":
    main()
