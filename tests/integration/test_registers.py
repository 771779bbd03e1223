"""The register that a group asks for: its own rows, without identities, and a note of what was left out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.database import cases, period_cases
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.documents import registers as making
from bot.documents.registers import Registers, RegisterUnknownError
from bot.wording.rendering import Renderer
from conversations.complaints.report import Asked
from conversations.messages import Document, DocumentKind
from tests.integration.turn_setup import case_of
from tests.unit.filed import complaint
from tests.unit.sheets import Sheet
from tests.unit.transcript import RULES, START, TERMS

FILED = (
    case_of("plain", 1),
    case_of("secret", 2).model_copy(update={"complaint": complaint(confidential=True)}),
    case_of("restricted", 3).model_copy(update={"restricted": True}),
    case_of("other", 1, agency="bakesbangpol"),
)


@pytest.fixture
async def registers(database: Database, codec: Codec) -> Registers:
    await database.write(lambda connection: cases.file_cases(connection, codec, FILED, TERMS))
    return Registers(database.store, codec, Renderer())


async def _table(registers: Registers, folder: Path, *, restricted: bool = False) -> list[dict[str, Any]]:
    asked = Asked("2026", START, restricted)
    made = await registers.make(Document(DocumentKind.REGISTER, "dpmd", str(asked)), RULES, "id")
    assert made.name == "register-dpmd-2026.xlsx"
    assert isinstance(made.content, bytes)
    path = folder / made.name
    await asyncio.to_thread(path.write_bytes, made.content)
    sheet = Sheet(path)
    assert not any(b"Krajan" in part or b"Siti" in part for part in sheet.parts.values())
    return sheet.table


async def test_the_staff_group_reads_its_ordinary_complaints(registers: Registers, tmp_path: Path) -> None:
    rows = await _table(registers, tmp_path)
    told = {row["Nomor"]: row.get("Penyelesaian") for row in rows}
    assert told == {"DPMD-2026-0001": "Penjelasan", "DPMD-2026-0002": None, "DPMD-2026-0003": None}


async def test_the_restricted_chat_reads_its_own(registers: Registers, tmp_path: Path) -> None:
    (row,) = await _table(registers, tmp_path, restricted=True)
    assert (row["Nomor"], row["Penyelesaian"]) == ("DPMD-2026-0003", "Penjelasan")


async def test_a_last_row_says_what_is_missing(
    registers: Registers, database: Database, tmp_path: Path
) -> None:
    await database.write(lambda c: c.execute(text("UPDATE cases SET state = '' WHERE id = 'plain'")))
    *rows, last = await _table(registers, tmp_path)
    assert [row["Nomor"] for row in rows] == ["DPMD-2026-0002", "DPMD-2026-0003"]
    assert last["Nomor"].startswith("1 pengaduan tidak terbaca")


@pytest.mark.parametrize(("agency", "period"), [("dinkes", "2026"), ("dpmd", "kapan")])
async def test_an_unknown_register_is_an_error(registers: Registers, agency: str, period: str) -> None:
    with pytest.raises(RegisterUnknownError):
        await registers.make(Document(DocumentKind.REGISTER, agency, str(Asked(period, START))), RULES, "id")


async def test_a_register_that_is_cancelled_ends_its_thread(
    registers: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = asyncio.Event()
    loop = asyncio.get_running_loop()
    ended: list[str] = []
    real = period_cases.cases_of_period

    def endless(*given: Any) -> Any:
        while True:
            loop.call_soon_threadsafe(read.set)
            yield from real(*given)

    def noted(*given: Any) -> Any:
        try:
            yield from endless(*given)
        finally:
            ended.append("thread")

    monkeypatch.setattr(making, "cases_of_period", noted)
    document = Document(DocumentKind.REGISTER, "dpmd", str(Asked("2026", START)))
    task = asyncio.create_task(registers.make(document, RULES, "id"))
    await read.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await loop.shutdown_default_executor()
    assert ended == ["thread"]
