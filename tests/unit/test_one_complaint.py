"""docs/one-complaint.md: its code is in the files, and its data lead to each other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from conversations.events import ButtonPressed
from conversations.messages import OutgoingMessage
from tests.unit.filed import RENDERER
from tests.unit.raw_updates import reader

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "one-complaint.md").read_text(encoding="utf-8")
# A block of code, and the file that was named last before it.
CODE = [
    (re.findall(r"`([\w/]+\.py): \w+\(\)`", PAGE[: found.start()])[-1], found[1])
    for found in re.finditer(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
]
UPDATE, ROW = (
    json.loads(text) for text in re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
)
RECEIPT, CARD = re.findall(r"^```html\n(.*?)\n```", PAGE, re.MULTILINE | re.DOTALL)
CARD_PARAMS: dict[str, Any] = {
    "reference": "DPMD-2026-0001 · UK58",
    "status": "received",
    "due": "2026-12-01",
    "service": "Pendampingan Dana Desa",
    "story": "Bantuan saya tidak cair sejak Januari tanpa penjelasan.",
    "loss": "none",
    "resolution": "Penjelasan tertulis",
    "open": True,
    **dict.fromkeys(
        ("overdue", "additions", "unshown", "notes", "stars", "unheard", "kept", "untold", "told", "block"), 0
    ),
    **dict.fromkeys(("redirected_from", "ended", "plan", "messenger"), ""),
    "off": False,
    **dict.fromkeys(("draft_by", "until", "items", "completed"), ""),
    **dict.fromkeys(("division", "report")),
    **dict.fromkeys(
        (
            *("officer", "taken_at", "delivery", "delivered_at", "evidence", "objection", "earlier"),
            *("attorney", "classified", "level", "entry"),
        ),
        "",
    ),
}


@pytest.mark.parametrize(("path", "code"), CODE, ids=[path for path, _ in CODE])
def test_the_code_is_in_its_file_in_this_order(path: str, code: str) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    place = 0
    for piece in re.split(r"^ *…\n", code, flags=re.MULTILINE):
        place = source.find(piece, place)
        assert place >= 0, piece
        place += len(piece)


def test_there_are_excerpts() -> None:
    assert len(CODE) == 5


def test_the_update_is_read_as_the_event() -> None:
    event = reader().read(UPDATE)
    assert isinstance(event, ButtonPressed)
    for name in ("press", "action", "subject", "version", "value"):
        assert f"{name}={getattr(event, name)!r}" in PAGE
    for name in ("chat", "private", "person", "message"):
        assert f"{name}={getattr(event.origin, name)!r}" in PAGE


def test_the_row_is_rendered_as_the_receipt() -> None:
    assert RENDERER.text(OutgoingMessage(ROW["template"], ROW["params"]), "id") == RECEIPT


def test_the_card_is_rendered_as_shown() -> None:
    assert RENDERER.text(OutgoingMessage("desk.card", CARD_PARAMS), "id") == CARD


def test_the_data_name_one_case() -> None:
    assert set(re.findall(r"(?:receipt|card|tally|take):(\w+)", PAGE)) == {"cf7m35i0xlfs"}
    assert set(re.findall(r"\bDPMD-\d{4}-\d{4}", PAGE)) == {ROW["params"]["reference"]}
