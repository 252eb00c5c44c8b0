"""python -m course lessons FOLDER: copy the lessons into a folder, or renew them there, and keep a learner's work."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

LEFT_OUT = ("__pycache__", "progress.json")
RECORD = ".lessons.json"  # of each file that was copied, the hash of what was copied


def shipped() -> Path:
    """The folder of lessons: that of the clone which course is imported from, or else the one that came with it."""
    in_clone = Path(__file__).resolve().parents[2] / "notebooks"
    return in_clone if in_clone.is_dir() else Path(sys.prefix, "share", "many-clients", "lessons")


def _unused(path: Path) -> Path:
    """A name beside a file for its new edition: lesson.new.ipynb, lesson.new2.ipynb, ..."""
    names = (path.with_suffix(f".new{number}{path.suffix}") for number in ("", *range(2, 1000)))
    return next(name for name in names if not name.exists())


def copy_lessons(folder: Path) -> list[str]:
    """Copy the lessons into a folder, or renew them there; return a sentence for each file that is not as it was.

    A file that has not been changed since it was copied is replaced. One that has been changed stays as it is, and if
    its lesson has changed too, the new one is put beside it: 04_many_clients.new.ipynb. Raises OSError if a file
    cannot be read or written, ValueError if the record of what was copied cannot be read.
    """
    record = folder / RECORD
    copied: dict[str, str] = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    said = []
    for path in sorted(shipped().rglob("*")):
        name = path.relative_to(shipped())
        if not path.is_file() or any(part in LEFT_OUT or part.startswith(".") for part in name.parts):
            continue
        content, target = path.read_bytes(), folder / name
        digest = hashlib.sha256(content).hexdigest()
        is_new = copied.get(name.as_posix()) != digest
        here = hashlib.sha256(target.read_bytes()).hexdigest() if target.exists() else None
        if here == digest:
            copied[name.as_posix()] = digest
            continue
        if here is not None and here != copied.get(name.as_posix()):
            if not is_new:
                continue
            target = _unused(target)
            said.append(f"{name} has your work in it and stays; the new one is {target.name}")
        else:
            said.append(f"{name}: {'copied' if here is None else 'renewed'}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        copied[name.as_posix()] = digest
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(copied, indent=1), encoding="utf-8")
    return said
