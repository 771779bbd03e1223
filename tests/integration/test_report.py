"""The report from the store: `aduan report`, and what makes the documents of /rekap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.database.cases import file_cases
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.documents import reports
from bot.documents.reports import Reports, ReportUnknownError, count
from bot.documents.typesetting import Typesetter
from bot.wording.rendering import Renderer
from conversations.complaints.agency import Agency
from conversations.complaints.report import Asked
from conversations.messages import Document, DocumentKind
from tests.commands import aduan
from tests.integration.test_cli import EXAMPLE
from tests.integration.turn_setup import case_of, damage
from tests.unit.transcript import RULES, TERMS, WIB

AT = datetime(2026, 3, 27, 9, 30, tzinfo=WIB)  # a Friday
MARCH = Asked("2026-03", AT)
DPMD: Agency = RULES.agencies[0]


@pytest.fixture
async def filed(database: Database, codec: Codec) -> Database:
    """Three complaints of March, one of them restricted, one of April, and one of the other agency."""
    days = ["2026-03-02", "2026-03-17", "2026-03-18", "2026-04-01"]
    cases = [
        case_of(f"c{number}", number).model_copy(
            update={
                "received_at": datetime.fromisoformat(f"{day}T08:00:00+07:00"),
                "due_on": date(2026, 3, 20),
                "restricted": number == 3,
            }
        )
        for number, day in enumerate(days, 1)
    ]
    cases.append(case_of("other", 1, agency="bakesbangpol"))
    await database.write(lambda connection: file_cases(connection, codec, cases, TERMS))
    return database


@pytest.fixture
async def making(filed: Database, codec: Codec) -> AsyncIterator[Reports]:
    typesetter = Typesetter()
    yield Reports(filed.store, codec, Renderer(), typesetter)
    await typesetter.close()


async def test_the_complaints_of_the_agency_and_period_are_counted(filed: Database, codec: Codec) -> None:
    found = count(filed.store, codec, DPMD, MARCH)
    assert (found["figures"]["total"], found["skipped"]) == (3, 0)
    assert found["figures"]["late_cases"]["hidden"] == 1
    restricted = count(filed.store, codec, DPMD, MARCH._replace(restricted=True))
    assert restricted["figures"]["total"] == 1
    assert [one["reference"] for one in restricted["figures"]["late_cases"]["shown"]] == ["DPMD-2026-0003"]


async def test_a_complaint_that_cannot_be_read_is_counted_apart(filed: Database, codec: Codec) -> None:
    await filed.write(lambda connection: damage(connection, "UPDATE cases SET state = :byte WHERE id = 'c1'"))
    found = count(filed.store, codec, DPMD, MARCH)
    assert (found["figures"]["total"], found["skipped"]) == (2, 1)


async def test_picture_and_pdf_of_one_request_are_counted_once(
    making: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []

    def counting(*arguments: object) -> object:
        counted.append(arguments)
        return count(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(reports, "count", counting)
    kinds = (DocumentKind.REPORT_PICTURE, DocumentKind.REPORT)
    made = await asyncio.gather(
        *(making.make(Document(kind, "dpmd", str(MARCH)), RULES, "id") for kind in kinds)
    )
    assert [(one.name, one.picture) for one in made] == [
        ("rekap-dpmd-2026-03.png", True),
        ("laporan-dpmd-2026-03.pdf", False),
    ]
    assert [bytes(one.content)[:4] for one in made if isinstance(one.content, bytes)] == [b"\x89PNG", b"%PDF"]
    assert len(counted) == 1
    later = MARCH._replace(at=AT.replace(hour=10))
    await making.make(Document(DocumentKind.REPORT, "dpmd", str(later)), RULES, "en")
    assert len(counted) == 2


@pytest.mark.parametrize(
    ("subject", "detail", "error"),
    [
        ("dpmd", "2026-13 2026-03-27T09:30:00+07:00", ReportUnknownError),
        ("gone", "2026-03 2026-03-27T09:30:00+07:00", ReportUnknownError),
        ("dpmd", "nothing", ValueError),
    ],
)
async def test_an_unknown_report_is_not_made(
    making: Reports, subject: str, detail: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await making.make(Document(DocumentKind.REPORT, subject, detail), RULES, "id")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with a configuration and an empty database."""
    token = 'token = "123456:AbCdEfGhIjKlMnOpQrStUvWxYz"'
    config = EXAMPLE.read_text(encoding="utf-8").replace('token = ""', token, 1)
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")
    return tmp_path


def test_the_report_is_written_to_a_file(installed: Path) -> None:
    assert aduan("init", folder=installed).returncode == 0
    for name, magic in {"report.pdf": b"%PDF", "report.PNG": b"\x89PNG"}.items():
        done = aduan("report", "dpmd", "--period", "2026-03", "--output", name, folder=installed)
        assert (done.returncode, done.stdout) == (0, f"0 pengaduan, ditulis ke {name}.\n"), done.stderr
        assert (installed / name).read_bytes().startswith(magic)


WRONG = {
    "agency": (("gone", "--output", "a.pdf"), 2, "Yang ada: dpmd, bakesbangpol."),
    "period": (("dpmd", "--period", "kapan", "--output", "a.pdf"), 2, "Contoh: 2026-11, 2026-Q4, atau 2026."),
    "future": (("dpmd", "--period", "2999", "--output", "a.pdf"), 2, "belum dimulai"),
    "ending": (("dpmd", "--output", "a.docx"), 2, "harus berakhiran .pdf atau .png"),
    "no database": (("dpmd", "--output", "a.pdf"), 1, "is not there yet"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_a_sentence(installed: Path, name: str) -> None:
    arguments, code, said = WRONG[name]
    done = aduan("report", *arguments, folder=installed)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (installed / "a.pdf").exists()
