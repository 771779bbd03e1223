"""docs/whatsapp.md says how many messages a complaint costs: as many as a real bot sends."""

from __future__ import annotations

import re
from pathlib import Path

from tests.whatsapp_costs import LONG, measure

DOCUMENT = Path(__file__).parents[2] / "docs" / "whatsapp.md"
ROW = re.compile(r"^\| (filing|response|rating)\b.* \| (\d+) \|$", re.MULTILINE)


async def test_a_complaint_costs_what_the_document_says() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    said = {part: int(number) for part, number in ROW.findall(text)}
    measured = {part: found.total() for part, found in (await measure(LONG)).items()}
    assert measured == said
    assert f"With {sum(said.values())} messages each" in text
