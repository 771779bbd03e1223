"""What an erased case says, wherever somebody meets it."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.complaints.block import Block
from conversations.complaints.case import Case, Officer
from conversations.complaints.cells import Word
from conversations.complaints.erasing import _EMPTIED, ENDED, files_of, without_person
from conversations.complaints.erasure import Erasure
from conversations.complaints.life_cycle import OPEN, Status
from conversations.complaints.signatures import signed_texts
from conversations.conversation import Conversation
from conversations.desk.actions import CARD
from conversations.documents.register import Sight
from conversations.forgetting import without_case
from conversations.messages import Button
from tests.integration.ended_store import MARKS, SITI, ended
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, RENDERER, Desk, render_all, wording
from tests.unit.test_register import _row
from tests.unit.transcript import START

OTHER = 509
# The fields of a case that an erasure leaves as they are: nobody can be found by them. A new field of a case
# is written here, or into _EMPTIED.
_KEPT_FIELDS = {
    "accepted_at", "accepted_by", "agency", "assigned_at", "chat", "classified", "clock_from",
    "delivered_at", "delivery", "division", "drafts", "due_on", "duplicate_of", "explained", "explained_by",
    "history_count", "history_head", "id", "language", "level", "messenger", "objection_until", "officer",
    "passed_on", "received_at", "recorded_by", "redirected_from", "redirected_to", "reference",
    "released_by", "reminded_at", "restricted", "stars", "status", "taken_at", "timeline", "verified_by",
    "version",
}  # fmt: skip
# Those of which a part is left.
_REDUCED = {"complaint", "thread", "plan", "erased"}
BY_ORDER = Erasure(at=START, order="Keputusan 12/2027")


def erased(world: Desk, **changes: Any) -> Case:
    """A closed case of the citizen from which the person was removed."""
    case = world.file(status=Status.CLOSED, **changes)
    left = without_person(case, BY_ORDER, "blt")
    world.chat.cases[case.id] = left.model_dump_json()
    return left


def test_nothing_of_the_person_is_left_in_the_state() -> None:
    case = ended("a", 1, SITI)
    assert MARKS[SITI] in case.model_dump_json()
    left = without_person(case, BY_ORDER, "")
    assert MARKS[SITI] not in left.model_dump_json()
    assert str(SITI) not in left.model_dump_json()
    assert files_of(left) == ()
    assert files_of(case) == ("a-1",)
    assert Case.model_validate_json(left.model_dump_json()) == left


def test_each_field_of_a_case_is_kept_or_emptied_by_decision() -> None:
    case = Desk().file()
    left = without_person(case, BY_ORDER, "")
    assert _KEPT_FIELDS | {*_EMPTIED} | _REDUCED == {*Case.model_fields}
    assert {name for name in _KEPT_FIELDS if getattr(left, name) != getattr(case, name)} <= {"version"}


def test_a_block_goes_with_the_case_from_which_it_was_made() -> None:
    case = ended("a", 1, SITI)
    officer = Officer(id=601, name="Budi Santoso")
    blocks = [
        Block(agency="dpmd", until=START.date(), reason="Kata kasar.", officer=officer, at=START, case=name)
        for name in (case.id, "another")
    ]
    talk = Conversation(chat=SITI, person=SITI, blocks=tuple(blocks))
    left = without_person(case.model_copy(update={"block": blocks[0]}), BY_ORDER, "")
    assert left.block is None
    assert without_case(talk, case).blocks == (blocks[1],)


def test_every_status_is_open_or_may_be_erased_or_waits_for_the_citizen() -> None:
    assert {*ENDED, *OPEN, Status.DRAFT, Status.RESPONDED} == {*Status}
    assert not ENDED & OPEN


def test_an_erased_case_has_no_signed_text() -> None:
    assert signed_texts(without_person(ended("a", 1, SITI), BY_ORDER, "")) == ()


def test_the_card_is_the_line_of_the_register_without_buttons() -> None:
    world = Desk()
    case = erased(world)
    assert world.budi.commands("tiket", case.reference) == ["erased.card"]
    (card,) = world.chat.sent(GROUP)
    assert card.buttons == ()
    for language in LANGUAGES:
        said = wording(card, language)
        assert case.reference in said
        assert "Siti" not in said
        assert "Februari" not in said
    assert "Keputusan 12/2027" not in wording(card)
    render_all(world.chat.effects)


@pytest.mark.parametrize("entry", CARD, ids=lambda entry: entry.label)
def test_every_button_of_an_old_card_is_answered_by_an_alert(entry: object) -> None:
    world = Desk()
    case = erased(world)
    label = getattr(entry, "label", "")
    world.budi.presses_button(Button("next", label, case.id, case.version))
    assert world.chat.alert.template == "erased.press"
    for language in LANGUAGES:
        assert len(RENDERER.plain("erased.press", world.chat.alert.params, language)) <= 200
    assert world.now(case) == case


@pytest.mark.parametrize("argument", ["{} Sudah kami salurkan.", "{}"])
def test_officers_can_write_nothing_about_it(argument: str) -> None:
    world = Desk()
    case = erased(world)
    assert world.budi.commands("jawab", argument.format(case.reference)) == ["erased.here"]
    assert world.budi.says("Sudah selesai", reply_to=world.card(case)) == ["erased.here"]
    assert world.now(case) == case


def test_the_history_is_shown_without_its_texts() -> None:
    world = Desk()
    case = erased(world)
    assert world.budi.commands("riwayat", case.reference) == ["desk.history"]


@pytest.mark.parametrize("person", [CITIZEN, OTHER])
@pytest.mark.parametrize("typed", ["{}", "{} ABCD2345"])
def test_whoever_asks_for_the_number_reads_that_it_was_erased(person: int, typed: str) -> None:
    world = Desk()
    case = erased(world)
    actor = world.chat.person(person)
    assert actor.commands("status", typed.format(case.reference)) == ["erased.case"]
    assert "Keputusan" not in wording(world.chat.sent(person)[0])
    assert actor.commands("start", case.reference) == ["erased.case"]
    assert actor.says(typed.format(case.reference)) == ["erased.case"]
    render_all(world.chat.effects)


def test_a_code_that_was_asked_for_before_is_answered_by_the_erasure() -> None:
    world = Desk()
    case = world.file(status=Status.CLOSED)
    actor = world.chat.person(OTHER)
    assert actor.commands("status", case.reference) == ["followup.ask_code"]
    world.chat.cases[case.id] = without_person(case, BY_ORDER, "").model_dump_json()
    assert actor.says("ABCD2345") == ["erased.case"]
    assert world.chat.conversation(OTHER).listener == "none"


def test_the_citizens_list_does_not_have_it() -> None:
    world = Desk()
    erased(world)
    assert world.citizen.commands("status") == ["followup.ask_reference"]


def test_the_citizens_old_buttons_are_answered() -> None:
    world = Desk()
    case = erased(world)
    for action in ("read_case", "documents", "add", "satisfied", "case"):
        world.citizen.presses_button(Button("next", action, case.id, case.version, "1"))
        assert world.chat.alert.template == "erased.press", action


def test_cek_says_that_the_text_is_gone_and_the_history_is_whole() -> None:
    world = Desk()
    case = erased(world)
    typed = f"{case.reference} 3f7a90c2d1e4b586"
    assert world.citizen.commands("cek", typed) == ["erased.checked"]
    assert world.budi.commands("cek", typed) == ["erased.checked"]
    assert world.chat.sent(GROUP)[0].params["sound"] is True


def test_the_register_has_the_line_and_no_answer() -> None:
    left = without_person(ended("a", 1, SITI), BY_ORDER, "")
    for sight in (Sight(), Sight(identities=True)):
        cells = _row(left, sight)
        assert cells["register_number"] == left.reference
        assert cells["register_reason"] == Word("register_erased")
        assert MARKS[SITI] not in repr(cells)
        assert {name for name, cell in cells.items() if cell and name.startswith("field_")} <= {
            "field_channel",
            "field_confidential",
        }


def test_a_duplicate_of_an_erased_case_still_shows_the_status_of_it() -> None:
    world = Desk()
    case = erased(world)
    link = {"id": case.id, "reference": case.reference}
    other = world.file(status=Status.DUPLICATE, duplicate_of=link)
    assert world.citizen.commands("status", other.reference) == ["followup.case"]
