"""The rows of the register, and who sees what in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from bot.wording.rendering import LANGUAGES, Renderer
from conversations.complaints.case import Case, Contribution, Happened, Officer, Purpose
from conversations.complaints.cells import Cell, Word
from conversations.complaints.complaint import QUESTIONS, Channel, Complaint, Part
from conversations.complaints.completion import Request, Supplement
from conversations.complaints.follow_up import Plan
from conversations.complaints.life_cycle import Status
from conversations.documents.register import COLUMNS, Sight, columns, row
from tests.integration.turn_setup import case_of
from tests.unit.filed import complaint
from tests.unit.transcript import RULES, WIB

TODAY = date(2026, 3, 31)  # a Tuesday
BUDI = Officer(id=42, name="Budi Santoso")
IDENTITIES, STAFF, RESTRICTED = Sight(identities=True), Sight(), Sight(restricted=True)
# Words that must not be in a register without identities.
NAMES = ("Siti Aminah", "Krajan", "081234567890", "Pak Darmo")


def _at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, 0, tzinfo=WIB)


def _wrote(purpose: Purpose, text: str, day: int, **more: Any) -> Contribution:
    part = Part(message=1, at=_at(day), text=text)
    return Contribution(purpose=purpose, by="Budi", at=_at(day), parts=(part,), **more)


def _case(*, filed: Complaint | None = None, **changes: Any) -> Case:
    known = {"complaint": filed or complaint(reported_person="Pak Darmo"), "classified": "biaya"}
    return case_of("a", 1).model_copy(update={**known, **changes})


def _row(case: Case, sight: Sight = STAFF, today: date = TODAY) -> dict[str, Cell]:
    cells = row(case, sight, RULES, today, lambda day: day.weekday() < 5)
    return {column.heading: cell for column, cell in zip(columns(sight), cells, strict=True)}


RESPONDED = _case(
    status=Status.RESPONDED,
    level=2,
    officer=BUDI,
    verified_by=BUDI,
    stars=4,
    timeline=(
        Happened(status=Status.RECEIVED, at=_at(17)),
        Happened(status=Status.VERIFIED, at=_at(18)),
        Happened(status=Status.RESPONDED, at=_at(20)),
    ),
    thread=(
        _wrote(Purpose.INSTRUCTION, "Mohon dicek", 18, target="pemdes"),
        _wrote(Purpose.RESPONSE, "Sudah cair", 20, due_on=date(2026, 3, 25)),
        _wrote(Purpose.OBJECTION, "Belum", 24),
    ),
    plan=Plan(text="Menelepon desa", division="desk", due_on=date(2026, 4, 3), by="Budi", at=_at(25)),
)


def test_a_row_tells_what_became_of_a_case() -> None:
    cells = _row(RESPONDED)
    assert (
        cells
        | {
            "register_number": "DPMD-2026-0001",
            "register_agency": RULES.agencies[0].short_name,
            "register_received_at": _at(17),
            "field_channel": Word("channel_bot"),
            "field_service": "Penyaluran BLT Desa",
            "field_loss_kind": Word("loss_material"),
            "field_loss": "Rp 300.000",
            "field_resolution": "Penjelasan tertulis",
            "field_confidential": Word("no"),
            "register_status": Word("status_responded"),
            "register_level": 2,
            "register_officer": "Budi Santoso",
            "register_verified_at": _at(18),
            "register_verified_by": "Budi Santoso",
            "register_due_on": date(2026, 3, 25),
            "register_responded_at": _at(20),
            "register_days": 3,
            "register_on_time": Word("yes"),
            "register_objected_at": _at(24),
            "register_stars": 4,
            "register_plan": "Menelepon desa",
            "register_plan_due": date(2026, 4, 3),
            "register_plan_done": None,
            "register_reason": None,
        }
        == cells
    )


def test_a_story_is_cut() -> None:
    story = _row(RESPONDED)["field_story"]
    assert isinstance(story, str)
    assert len(story) <= 300
    assert story.endswith("…")


def test_the_answers_that_hold_now_stand_in_the_row() -> None:
    completion = Supplement(items=("resolution",), answers={"resolution": "Uang kembali"}, at=_at(19))
    assert _row(_case(supplements=(completion,)))["field_resolution"] == "Uang kembali"


def test_an_entered_case_names_its_channel() -> None:
    entered = complaint(on_behalf=True, channel=Channel.LAPOR, tracking_id="0012345")
    cells = _row(_case(filed=entered))
    assert (cells["field_channel"], cells["field_tracking_id"]) == (Word("channel_lapor"), "0012345")


CLOCKS: dict[str, tuple[dict[str, Any], int | None, Cell]] = {
    "within the time": ({"due_on": date(2026, 3, 31)}, 10, None),
    "overdue": ({}, 10, Word("no")),
    "paused": (
        {
            "status": Status.INCOMPLETE,
            "request": Request(
                items=("loss",), at=_at(19), officer=42, name="Budi", until=TODAY, days_kept=2
            ),
        },
        1,
        None,
    ),
    "a late response": (
        {
            "status": Status.RESPONDED,
            "thread": (_wrote(Purpose.RESPONSE, "x", 30, due_on=date(2026, 3, 25)),),
        },
        9,
        Word("no"),
    ),
    "withdrawn": ({"status": Status.WITHDRAWN}, None, None),
}


@pytest.mark.parametrize("name", CLOCKS)
def test_the_clock_figures(name: str) -> None:
    changes, days, on_time = CLOCKS[name]
    cells = _row(_case(**changes))
    assert (cells["register_days"], cells["register_on_time"]) == (days, on_time)


REASONS: dict[str, tuple[dict[str, Any], Cell]] = {
    "a decision": (
        {"status": Status.REJECTED, "thread": (_wrote(Purpose.REJECTION, "Bukan layanan publik", 18),)},
        "Bukan layanan publik",
    ),
    "a withdrawal in words": (
        {"status": Status.WITHDRAWN, "thread": (_wrote(Purpose.WITHDRAWAL, "Sudah beres", 18),)},
        "Sudah beres",
    ),
    "a withdrawal by a button": (
        {
            "status": Status.WITHDRAWN,
            "thread": (_wrote(Purpose.WITHDRAWAL, "", 18, target="solved"),),
        },
        Word("withdrawn_solved"),
    ),
}


@pytest.mark.parametrize("name", REASONS)
def test_the_reason_of_an_end_without_a_response(name: str) -> None:
    changes, reason = REASONS[name]
    assert _row(_case(**changes))["register_reason"] == reason


def test_answers_about_the_person_are_asked_for() -> None:
    assert _row(RESPONDED, IDENTITIES) | {
        "field_name": "Siti Aminah",
        "field_phone": "081234567890",
        "field_reported_person": "Pak Darmo",
    } == _row(RESPONDED, IDENTITIES)
    assert {name for name, question in QUESTIONS.items() if question.personal} == {
        column.heading.removeprefix("field_") for column in COLUMNS if column.personal
    }
    assert not any(name in str(_row(RESPONDED)) for name in NAMES)


OPEN = {
    *("register_number", "register_agency", "register_received_at", "field_service", "register_status"),
    *("register_due_on", "register_responded_at", "register_days", "register_on_time"),
}
SECRET = complaint(confidential=True, service="sewa kios oleh Pak Darmo", reported_person="Pak Darmo")


@pytest.mark.parametrize(
    ("case", "sight"),
    [
        (RESPONDED.model_copy(update={"complaint": SECRET}), STAFF),
        (RESPONDED.model_copy(update={"restricted": True}), STAFF),
        (RESPONDED.model_copy(update={"complaint": SECRET, "restricted": True}), RESTRICTED),
    ],
    ids=["confidential", "restricted", "confidential in the restricted chat"],
)
def test_a_case_that_few_may_read_shows_its_open_columns(case: Case, sight: Sight) -> None:
    cells = _row(case, sight)
    assert {heading for heading, cell in cells.items() if cell not in {None, ""}} <= OPEN
    assert cells["register_number"] == "DPMD-2026-0001"
    shown = str(cells)
    assert not any(word in shown for word in (*NAMES, "kios", "Rp 300.000", "Penjelasan", "cair", "Budi"))


def test_the_restricted_chat_reads_its_own_cases() -> None:
    cells = _row(RESPONDED.model_copy(update={"restricted": True}), RESTRICTED)
    assert cells["field_resolution"] == "Penjelasan tertulis"
    assert "field_name" not in cells


def test_with_identities_all_columns_are_filled() -> None:
    cells = _row(RESPONDED.model_copy(update={"complaint": SECRET}), IDENTITIES)
    assert cells["field_service"] == "sewa kios oleh Pak Darmo"
    assert cells["field_name"] == "Siti Aminah"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_has_its_words(language: str) -> None:
    renderer = Renderer()
    headings = [renderer.word(column.heading, language) for column in COLUMNS]
    assert len(set(headings)) == len(headings)
    name = renderer.word("register_sheet", language)
    assert 0 < len(name) <= 31
    assert not set(name) & set("[]:*?/\\")
