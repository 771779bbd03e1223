"""What the programs of the benchmark measured, as JSON files that reports are drawn from."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "build" / "bench"


def store(program: str, lines: Sequence[str], facts: Mapping[str, Any]) -> Path:
    """Write the tables of a program, its further facts and the machine's; return the file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{program}.json"
    content = {"machine": machine(), "lines": [*lines], **facts}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def load(program: str) -> dict[str, Any]:
    """Return what `store` wrote. Raises FileNotFoundError when the program has not run."""
    content: dict[str, Any] = json.loads((FOLDER / f"{program}.json").read_text(encoding="utf-8"))
    return content


def machine() -> str:
    """Return the Python and the machine in words."""
    cores = len(os.sched_getaffinity(0))
    return f"Python {platform.python_version()}, {platform.machine()}, {cores} processors"
