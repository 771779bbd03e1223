"""What one person may send on one day: the limit, its one notice, and what still works."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.complaints.bounds import MOST_ADDED
from conversations.complaints.case import Contribution, Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.draft import Draft
from conversations.complaints.rules import Limits
from conversations.effects import Edit, KeepFile, Send
from conversations.messages import Button
from tests.unit.filed import CITIZEN, Desk, render_all, wording
from tests.unit.following import adding, responded
from tests.unit.transcript import RULES, START, Actor, Chat
from tests.unit.walker import SITI, asked, citizen, draft_of, walk

FEW = {
    "complaints_per_day": 2,
    "additions_per_day": 2,
    "edits_per_day": 2,
    "files_per_day": 3,
    "megabytes_per_day": 10,
}


def strict(chat: Chat) -> Chat:
    """The same world with small budgets."""
    chat.rules = RULES.model_copy(update={"limits": Limits(**FEW)})
    return chat


def siti() -> Actor:
    """A citizen in a world with small budgets."""
    return citizen(strict(Chat()))


def filed(chat: Chat) -> int:
    """The number of cases."""
    return len(chat.cases)


def test_complaints_over_the_daily_limit_stay_drafts_until_tomorrow() -> None:
    person = siti()
    for _ in range(2):
        walk(person, until="filed")
    walk(person, until="sending")
    assert person.presses("send") == ["limits.complaints_today"]
    render_all(person.chat_log.fresh)
    (notice,) = person.chat_log.sent(SITI)
    text = wording(notice)
    for said in ("2 pengaduan", "belum terkirim", "Rabu, 18 Maret 2026", "(0343) 749035", "/lapor"):
        assert said in text
    assert filed(person.chat_log) == 2
    assert draft_of(person).answers["signature"]
    person.chat_log.now += timedelta(days=1)
    person.presses("send")
    assert filed(person.chat_log) == 3


def test_a_village_head_can_file_ten_complaints_a_day() -> None:
    person = citizen()
    for _ in range(10):
        walk(person, until="filed")
    assert filed(person.chat_log) == 10
    walk(person, until="sending")
    assert person.presses("send") == ["limits.complaints_today"]


def test_entries_of_officers_have_no_daily_limit() -> None:
    chat = strict(Chat())
    officer = chat.person(601, "Budi Santoso")
    entry = Draft(
        id="d1",
        screen="story",
        answers={"on_behalf": True},
        agency="dpmd",
        started_at=START,
        touched_at=START,
    )
    talk = chat.conversation(601).model_copy(update={"draft": entry, "listener": "intake"})
    chat.conversations[str(talk.key)] = talk.model_dump_json()
    for _ in range(5):
        officer.sends(size=9 << 20)
    draft = chat.conversation(601).draft
    assert draft
    assert len(draft.story) == 5


def test_the_day_is_that_of_jakarta() -> None:
    person = siti()
    person.chat_log.now = START.replace(hour=23, minute=58)
    for _ in range(2):
        walk(person, until="filed")
    walk(person, until="sending")
    assert person.presses("send") == ["limits.complaints_today"]
    person.chat_log.now = START.replace(hour=0, minute=1) + timedelta(days=1)
    person.presses("send")
    assert filed(person.chat_log) == 3


def test_an_earlier_day_that_is_read_late_opens_no_new_count() -> None:
    person = siti()
    walk(person, until="story")
    now = person.chat_log.now
    for day in (0, -1, 0, -1, 0):
        person.chat_log.now = now + timedelta(days=day)
        last = person.sends()
    assert last == ["limits.files_today"]


def test_additions_over_the_limit_stay_unsent_until_tomorrow() -> None:
    world = Desk()
    strict(world.chat)
    case = adding(world)
    for number in range(3):
        if number:
            world.press(world.citizen, case, "add")
        world.citizen.says(f"Keterangan {number}")
        shown = world.citizen.presses("send")
    assert shown == ["limits.additions_today"]
    render_all(world.chat.fresh)
    assert "Rabu, 18 Maret 2026" in wording(world.chat.sent(CITIZEN)[0])
    assert len(world.now(case).thread) == 2
    unsent = world.chat.conversation(CITIZEN).collecting
    assert unsent
    assert [part.text for part in unsent.parts] == ["Keterangan 2"]
    world.later(days=1)
    world.citizen.presses("send")
    assert len(world.now(case).thread) == 3


def test_another_case_has_its_own_additions() -> None:
    world = Desk()
    strict(world.chat)
    for case in (world.file(), world.file()):
        for _ in range(2):
            world.press(world.citizen, case, "add")
            world.citizen.says("Keterangan")
            world.citizen.presses("send")
        assert len(world.now(case).thread) == 2


def test_rights_have_no_limit() -> None:
    world = Desk()
    strict(world.chat)
    case = responded(world)
    for _ in range(2):
        world.press(world.citizen, case, "add")
        world.citizen.says("Keterangan")
        world.citizen.presses("send")
    assert world.citizen.commands("status", case.reference)[0] == "followup.case"
    world.citizen.presses("not_satisfied")
    world.citizen.says("Bantuannya belum cair juga.")
    world.citizen.presses("send")
    assert world.now(case).thread[-1].purpose is Purpose.OBJECTION


def test_a_late_objection_counts_as_an_addition() -> None:
    world = Desk()
    strict(world.chat)
    case = responded(world)
    for _ in range(2):
        world.press(world.citizen, case, "add")
        world.citizen.says("Keterangan")
        world.citizen.presses("send")
    world.citizen.presses("not_satisfied")
    world.citizen.says("Bantuannya belum cair juga.")
    left = world.now(case).model_copy(update={"objection_until": (START - timedelta(days=1)).date()})
    world.chat.cases[case.id] = left.model_dump_json()
    assert world.citizen.presses("send") == ["limits.additions_today"]


def test_an_answer_to_no_question_counts_as_an_addition() -> None:
    world = Desk()
    strict(world.chat)
    case = world.file()
    world.asked(world.budi, case)
    button = world.citizen.button("answer_now")
    for _ in range(4):
        world.citizen.presses_button(button)
        world.citizen.says("Di balai desa.")
        world.citizen.presses("send")
    answers = [entry for entry in world.now(case).thread if not entry.by]
    # The answer that was asked for, and two additions.
    assert len(answers) <= 3


def test_what_is_added_to_one_case_has_a_bound() -> None:
    world = Desk()
    case = adding(world)
    long = Contribution(
        purpose=Purpose.ADDITION, by="", at=START, parts=(Part(message=1, at=START, text="a" * MOST_ADDED),)
    )
    full = world.now(case).model_copy(update={"thread": (long,)})
    world.chat.cases[case.id] = full.model_dump_json()
    world.citizen.says("Satu lagi")
    assert world.citizen.presses("send") == ["limits.case_full"]
    render_all(world.chat.fresh)
    assert world.now(case).thread == (long,)


# what is sent after three files -> whether it is refused
FILES = {
    "a fourth file": (("photo", 1_000), True),
    "a text": (("", 0), False),
}


@pytest.mark.parametrize(("sent", "refused"), FILES.values(), ids=FILES)
def test_files_have_a_number_for_each_day(sent: tuple[str, int], *, refused: bool) -> None:
    person = siti()
    walk(person, until="story")
    for _ in range(3):
        assert person.sends() == ["intake.tally"]
    shown = person.sends() if sent[0] else person.says("Bantuan belum cair.")
    assert shown == (["limits.files_today"] if refused else ["intake.tally"])
    assert len(draft_of(person).story) == (3 if refused else 4)


def test_the_size_of_a_days_files_has_a_limit_and_one_notice() -> None:
    person = siti()
    walk(person, until="story")
    person.sends("video", size=9 << 20)
    assert person.sends("video", size=2 << 20) == ["limits.files_today"]
    render_all(person.chat_log.fresh)
    assert not [effect for effect in person.chat_log.fresh if isinstance(effect, KeepFile)]
    (first,) = [effect for effect in person.chat_log.fresh if isinstance(effect, Send | Edit)]
    person.sends("video", size=2 << 20)
    (second,) = [effect for effect in person.chat_log.fresh if isinstance(effect, Send | Edit)]
    assert isinstance(second, Edit)
    assert first.key == second.key
    assert person.sends(size=1_000) == ["intake.tally"]


def test_a_file_of_unknown_size_counts_as_the_largest() -> None:
    person = siti()
    walk(person, until="story")
    assert person.sends("video", size=0) == ["limits.files_today"]


@pytest.mark.parametrize("place", ["held", "collected", "name", "sending"])
def test_every_place_that_keeps_files_counts_them(place: str) -> None:
    person = siti()
    if place == "collected":
        walk(person, until="filed")
        person.presses("add_information")
    elif place != "held":
        walk(person, until=place)
    shown = [person.sends() for _ in range(4)]
    assert [name for name in shown if "limits.files_today" in name] == [["limits.files_today"]]


def test_edits_over_the_limit_are_refused_with_one_notice() -> None:
    person = siti()
    walk(person, until="story")
    person.says("satu", message=90_000)
    for text in ("dua", "tiga"):
        assert person.edits(90_000, text) == ["intake.edited"]
    assert person.edits(90_000, "empat") == ["limits.edits_today"]
    render_all(person.chat_log.fresh)
    assert draft_of(person).story[0].text == "tiga"
    # A reaction is no edit.
    assert person.edits(90_000, "tiga") == []
    person.chat_log.now += timedelta(days=1)
    assert person.edits(90_000, "empat") == ["intake.edited"]


def test_forged_presses_cannot_pass_the_limit() -> None:
    person = siti()
    for _ in range(2):
        walk(person, until="filed")
    walk(person, until="sending")
    send = person.button("send")
    for value in ("", "1", "x"):
        forged = Button("send", send.action, send.subject, send.version, value)
        assert person.presses_button(forged) == ["limits.complaints_today"]
    assert asked(person) == "signing"
    assert filed(person.chat_log) == 2
