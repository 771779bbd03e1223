"""A report on paper and as a picture: its words for both example agencies and languages; hostile names."""

from __future__ import annotations

import io
import itertools
import re
import struct
import tomllib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typst
from pypdf import PdfReader

from bot.documents.compiler import _compiled
from bot.documents.reports import PICTURE_PPI, pdf_data, picture_data
from bot.wording.rendering import LANGUAGES, Renderer
from conversations.complaints.agency import Agency, Division, Service
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Channel
from conversations.complaints.figures import Scope
from conversations.complaints.report import Asked, params
from conversations.complaints.tally import Tally
from tests.unit.reported import PRIVATE, Day, scope
from tests.unit.test_figures import played
from tests.unit.transcript import WIB

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
AGENCIES = {
    one["id"]: Agency.model_validate(one) for one in tomllib.loads(EXAMPLE.read_text("utf-8"))["agencies"]
}
GOLDEN = Path(__file__).with_name("golden")
RENDERER = Renderer()
AT = datetime(2026, 3, 27, 9, 30, tzinfo=WIB)  # a Friday
ASKED = Asked("2026-03", AT)


@cache
def compiler() -> typst.Compiler:
    return typst.Compiler(root="/", ignore_system_fonts=True)


def typeset(page: str, data: dict[str, Any], form: str) -> bytes:
    """The page, as the process that typesets makes it."""
    ppi = PICTURE_PPI if form == "png" else None
    return _compiled(compiler(), {"page": page, "data": data, "format": form, "ppi": ppi})


def cases_of(agency: Agency) -> Iterable[Case]:
    """The played complaints as those of this agency, over its services, classes, divisions and channels."""
    channels = itertools.cycle([None, None, Channel.LETTER, Channel.PHONE, Channel.VISIT, Channel.LAPOR])
    for number, one in enumerate(played().values()):
        case = one.case
        service = [*(entry.id for entry in agency.services), f"Warung {PRIVATE[3]}"][
            number % 6 % (len(agency.services) + 1)
        ]
        said = {"agency": agency.id, "service": service, "channel": next(channels)}
        thread = tuple(
            entry.model_copy(update={"target": agency.divisions[0].id})
            if entry.purpose is Purpose.INSTRUCTION
            else entry
            for entry in case.thread
        )
        yield case.model_copy(
            update={
                "agency": agency.id,
                "reference": case.reference.replace("DPMD", agency.prefix),
                "complaint": case.complaint.model_copy(update=said),
                "classified": [*(entry.id for entry in agency.classes), ""][number % 4],
                "thread": thread,
                "restricted": number % 10 == 9,
            }
        )


def figures_of(agency: Agency, cases: Iterable[Case], skipped: int = 0) -> dict[str, Any]:
    about: Scope = scope(AT.date(), agency=agency)
    counted = Tally(about)
    for case in cases:
        counted.add(case)
    return params(counted.figures(), about, ASKED, skipped)


def text_of(agency: Agency, figures: dict[str, Any], language: str) -> str:
    """The text of the PDF, a line for each line of it."""
    pdf = typeset("report", pdf_data(RENDERER, agency, figures, language), "pdf")
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "\n".join(pages).replace("\u200b", "") + "\n"


def words_of(data: dict[str, Any]) -> str:
    """All texts that a page prints."""
    rows = (
        cell for block in data["blocks"] for row in block.get("rows", [block.get("runs", [])]) for cell in row
    )
    runs = (run for cell in rows for run in (cell if isinstance(cell, list) else [cell]))
    return " ".join(run["text"] for run in runs)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("agency", AGENCIES)
def test_the_text_of_the_pdf(agency: str, language: str) -> None:
    """Delete the file to make it again; read it before it is kept."""
    known = AGENCIES[agency]
    text = text_of(known, figures_of(known, cases_of(known)), language)
    golden = GOLDEN / f"report-{agency}-{language}.txt"
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
        pytest.fail(f"{golden.name} was written")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_complaint_or_person_is_in_it(language: str) -> None:
    agency = AGENCIES["dpmd"]
    figures = figures_of(agency, cases_of(agency))
    text = text_of(agency, figures, language)
    shown = text + words_of(picture_data(RENDERER, figures, language))
    said = {word for one in played().values() for word in words_in(one.case)}
    assert {*PRIVATE} <= said
    for word in (*PRIVATE, "Siti", "Krajan", "Februari belum cair", "0812"):
        assert word.casefold() not in shown.casefold()


def words_in(case: Case) -> set[str]:
    text = f"{case.model_dump_json()} {PRIVATE[3]}"
    return {word for word in PRIVATE if word in text}


def test_the_picture_has_the_same_numbers_and_the_width_of_a_phone() -> None:
    agency = AGENCIES["dpmd"]
    figures = figures_of(agency, cases_of(agency))
    data = picture_data(RENDERER, figures, "id")
    png = typeset("report_picture", data, "png")
    width, height = struct.unpack(">II", png[16:24])
    assert width == 1080
    # Telegram refuses a photo whose width and height are more than 10,000 together.
    assert height < 5000
    for page in (data, pdf_data(RENDERER, agency, figures, "id")):
        assert re.search(r"\b71 %", words_of(page))
        assert re.search(r"\b2,7\b", words_of(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_complaints_there_is_a_page_and_a_picture_that_say_so(language: str) -> None:
    agency = AGENCIES["bakesbangpol"]
    figures = figures_of(agency, [])
    none = {"id": "Tidak ada pengaduan yang diterima", "en": "No complaint was received"}[language]
    assert none in text_of(agency, figures, language)
    data = picture_data(RENDERER, figures, language)
    assert none in words_of(data)
    assert typeset("report_picture", data, "png")


@pytest.mark.parametrize("name", ["untouched", "incomplete", "withdrawn", "objected", "archived with a plan"])
def test_a_single_complaint_of_any_kind_can_be_drawn(name: str) -> None:
    figures = figures_of(Day().chat.rules.agencies[0], [played()[name].case])
    assert text_of(AGENCIES["dpmd"], figures, "id")
    assert typeset("report_picture", picture_data(RENDERER, figures, "id"), "png")


HOSTILE = (
    '#panic("x")',
    "= Judul $x$ *tebal* _miring_ @ref <label>",
    "<b>tebal</b> &amp; </td></table>",
    "W" * 60,
    "=HYPERLINK(1) \\ #import `a`",
    "\u202ekiri \U0001f600 \x07",
    "12",
)


def test_hostile_names_are_printed_literally() -> None:
    services = tuple(Service(id=f"s{number}", name=name) for number, name in enumerate(HOSTILE))
    divisions = tuple(Division(id=f"d{number}", name=name) for number, name in enumerate(HOSTILE))
    agency = AGENCIES["dpmd"].model_copy(update={"services": services, "divisions": divisions})
    base = played()["untouched"].case
    cases = [
        base.model_copy(update={"complaint": base.complaint.model_copy(update={"service": service.id})})
        for service in services
    ]
    figures = figures_of(agency, cases, skipped=3)
    text = re.sub(r"\s+", "", text_of(agency, figures, "id"))
    for name in HOSTILE[:5]:
        assert text.count(re.sub(r"\s+", "", name)) == 2, name
    assert "[U+202E]kiri[U+1F600][U+0007]" in text
    assert "3pengaduantidakdapatdibaca" in text
    assert typeset("report_picture", picture_data(RENDERER, figures, "id"), "png")
