"""A card contains no personal data, and its buttons follow the state of the case."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.complaints.life_cycle import Status
from conversations.desk.actions import card, updated_cards
from conversations.effects import Edit, Lane, Send
from conversations.events import Delivery, FileStored, GroupMoved
from tests.unit.filed import GROUP, Desk, render_all, wording

PERSONAL = ("Siti", "Krajan", "0812")


def labels(desk_world: Desk, case: object) -> list[str]:
    message = card(desk_world.now(case), desk_world.chat.world())  # type: ignore[arg-type]
    return [button.label for row in message.buttons for button in row]


def test_filing_puts_the_card_into_the_agencys_group_unasked() -> None:
    world = Desk()
    case, before = world.file(), world.chat.world()
    before.cases.clear()
    (send,) = updated_cards(before, [case], Lane.ASKED)
    assert isinstance(send, Send)
    assert (send.chat, send.lane) == (GROUP, Lane.UNASKED)
    assert send.key.startswith("card:")


def test_a_change_of_the_case_brings_its_card_up_to_date() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    edits = [effect for effect in world.chat.fresh if isinstance(effect, Edit)]
    assert [(edit.key, edit.lane) for edit in edits] == [(f"card:{case.id}", Lane.ASKED)]
    world.press(world.budi, case, "evidence")
    assert not any(isinstance(effect, Edit) for effect in world.chat.fresh)


def test_a_group_that_moved_gets_the_cards_of_its_open_cases_again() -> None:
    world = Desk()
    first, closed, third = (world.file() for _ in range(3))
    world.answered(world.budi, closed)
    world.delivered(closed)
    world.press(world.citizen, closed, "satisfied", "1")
    world.chat.feed(GroupMoved(world.chat.now, GROUP))
    assert [effect.key for effect in world.chat.fresh if isinstance(effect, Edit)] == [
        f"card:{first.id}",
        f"card:{third.id}",
    ]


def test_the_card_shows_the_subject_and_no_person() -> None:
    world = Desk()
    text = wording(card(world.file(), world.chat.world()))
    for wanted in ("DPMD-2026-0001", "Penyaluran BLT Desa", "materiel", "Penjelasan tertulis"):
        assert wanted in text
    assert "Jumat, 27 Maret 2026" in text
    assert "1 foto, 1 lokasi" in text
    assert not [word for word in PERSONAL if word in text]


def test_the_card_shows_the_first_300_characters_of_the_story() -> None:
    world = Desk()
    text = wording(card(world.file(), world.chat.world()))
    story = next(line for line in text.splitlines() if line.startswith("Bantuan saya"))
    assert 250 < len(story) <= 300
    assert story.endswith("…")


def test_a_confidential_card_shows_number_service_and_due_date_only() -> None:
    world = Desk()
    text = wording(card(world.file(confidential=True), world.chat.world()))
    assert "DPMD-2026-0001" in text
    assert "Penyaluran BLT Desa" in text
    assert "27 Maret 2026" in text
    for hidden in ("Bantuan saya", "materiel", "Penjelasan", "foto", *PERSONAL):
        assert hidden not in text


def test_a_confidential_cards_service_in_own_words_stays_hidden() -> None:
    world = Desk()
    case = world.file(confidential=True)
    own = case.complaint.model_copy(update={"service": "Kepala Desa Raci memukul saya"})
    text = wording(card(case.model_copy(update={"complaint": own}), world.chat.world()))
    assert "memukul" not in text


def test_an_overdue_card_says_so() -> None:
    world = Desk()
    case = world.file(due_on=date(2026, 3, 16))  # yesterday, a Monday
    assert "LEWAT TENGGAT" in wording(card(case, world.chat.world()))


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (Status.RECEIVED, {"take", "verify", "answer"}),
        (Status.VERIFIED, {"take", "answer"}),
        (Status.REOPENED, {"take", "answer"}),
        (Status.RESPONDED, set[str]()),
        (Status.CLOSED, set[str]()),
    ],
)
def test_the_buttons_follow_the_life_cycle(status: Status, shown: set[str]) -> None:
    world = Desk()
    found = set(labels(world, world.file(status=status)))
    assert found & {"take", "verify", "answer"} == shown
    assert {"read_all", "identity", "note"} <= found


def test_without_evidence_there_is_no_evidence_button() -> None:
    world = Desk()
    case = world.file()
    bare = case.complaint.model_copy(update={"story": case.complaint.story[:1]})
    world.chat.cases[case.id] = case.model_copy(update={"complaint": bare}).model_dump_json()
    assert "evidence" not in labels(world, case)


def test_a_stored_files_sha_follows_in_the_history() -> None:
    world = Desk()
    case = world.file()
    effects = world.chat.feed(FileStored(world.chat.now, case.id, "501-12", "ab" * 32, 10))
    assert "ab" * 32 in effects[0].text  # type: ignore[union-attr]
    assert world.chat.feed(FileStored(world.chat.now, "somedraft", "501-12", "ab" * 32, 10)) == []


def test_all_messages_render_in_both_languages() -> None:
    world = Desk()
    case, secret = world.file(), world.file(confidential=True)
    for action in ("take", "verify", "evidence", "read_all", "identity", "answer", "note"):
        world.press(world.budi, case, action)
        world.press(world.leader, secret, action)
        world.press(world.rina, secret, action)
    world.answered(world.budi, case)
    world.delivered(case, how=Delivery.UNREACHABLE)
    render_all(world.chat.effects)
