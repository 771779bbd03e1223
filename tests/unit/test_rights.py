"""What a person may ask for about their own data, under /privasi."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from conversations.complaints.block import Block
from conversations.complaints.case import Case, Contribution, Officer, Purpose, Recall
from conversations.complaints.life_cycle import Status
from conversations.complaints.part import Part
from conversations.conversation import Conversation
from conversations.desk.actions import buttons
from conversations.desk.viewing import identity_message
from conversations.documents import personal_data
from conversations.documents.personal_data import MOST_ACTS, Act, OwnCase, Person
from conversations.effects import Send, TellOperator
from conversations.events import DeadlinePassed, WakeupKind
from conversations.messages import Button, Document, DocumentKind
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.transcript import RULES, START, Actor

BOTH = ["rights.data_coming", "captions.personal_data", "captions.personal_json"]
OTHER = 509


def documents(world: Desk, chat: int) -> list[Document]:
    """The documents that the last event sent to this chat."""
    return [message.document for message in world.chat.sent(chat) if message.document]


def test_the_data_come_as_two_files_to_the_private_chat() -> None:
    world = Desk()
    world.file()
    assert world.citizen.commands("privasi") == ["followup.privacy"]
    assert world.citizen.presses("download_data") == BOTH
    assert documents(world, CITIZEN) == [
        Document(DocumentKind.PERSONAL_DATA, str(CITIZEN)),
        Document(DocumentKind.PERSONAL_JSON, str(CITIZEN)),
    ]
    assert {effect.chat for effect in world.chat.fresh if isinstance(effect, Send)} == {CITIZEN}
    render_all(world.chat.effects)


def test_the_label_can_be_typed() -> None:
    world = Desk()
    assert world.citizen.says("unduh data saya.") == BOTH


def test_the_data_come_at_most_once_an_hour() -> None:
    world = Desk()
    world.citizen.commands("privasi")
    assert world.citizen.presses("download_data") == BOTH
    assert world.citizen.says("Unduh Data Saya") == ["rights.data_recent"]
    render_all(world.chat.effects)
    world.later(minutes=59)
    assert world.citizen.presses("download_data") == ["rights.data_recent"]
    world.later(minutes=1)
    assert world.citizen.presses("download_data") == BOTH


def test_a_clock_that_was_ahead_locks_nobody_out() -> None:
    world = Desk()
    world.later(days=30)
    assert world.citizen.says("Unduh Data Saya") == BOTH
    world.later(days=-30)
    assert world.citizen.says("Unduh Data Saya") == BOTH


def test_in_a_group_the_button_does_nothing() -> None:
    world = Desk()
    world.budi.says("unduh data saya")
    assert documents(world, world.budi.chat) == []


def _entry(purpose: Purpose, text: str, *, recalled: bool = False) -> Contribution:
    recall = Recall(by="Rina", at=START) if recalled else None
    part = Part(message=1, at=START, text=text)
    return Contribution(purpose=purpose, by="Rina", at=START, parts=(part,), recall=recall, chat=-77001)


def _person(world: Desk, *talks: Conversation, **changes: Any) -> Person:
    officer = Officer(id=602_602, name="Rina Wati")
    case = world.file(
        status=Status.IN_PROGRESS,
        thread=(
            _entry(Purpose.NOTE, "RAHASIADAPUR"),
            _entry(Purpose.RESPONSE, "DITARIK", recalled=True),
            _entry(Purpose.QUESTION, "Tanggal berapa?"),
        ),
        officer=officer,
        verified_by=officer,
        meant=(602_602,),
        prompted={602_602: "Rina"},
        grants={"identity:602602": START},
        **changes,
    )
    return Person(CITIZEN, RULES, talks, [OwnCase(case, (), {})])


def test_the_file_has_what_a_citizen_reads_and_nothing_of_the_officers_work() -> None:
    person = _person(Desk())
    for said in (json.dumps(personal_data.data(person)), json.dumps(personal_data.page(person))):
        for own in ("Siti Aminah", "Krajan", "Februari", "Tanggal berapa?"):
            assert own in said
        for theirs in ("RAHASIADAPUR", "DITARIK", "602602", "-77001", "hash:", "identity:"):
            assert theirs not in said, theirs


def test_who_made_a_block_is_named_without_account_and_nip() -> None:
    officer = Officer(id=602_602, name="Rina Wati", position="Kasi", nip="198003122005012003")
    block = Block(
        agency="dpmd", until=START.date(), reason="ALASANNYA", officer=officer, at=START, case="aaaa00000001"
    )
    talk = Conversation(chat=CITIZEN, person=CITIZEN, blocks=(block,))
    said = json.dumps(personal_data.data(_person(Desk(), talk, block=block)))
    assert "ALASANNYA" in said
    assert "Rina Wati" in said
    assert "602602" not in said
    assert officer.nip not in said


def test_every_field_of_the_conversation_is_in_the_json() -> None:
    talk = Conversation(
        chat=CITIZEN, person=CITIZEN, name="SitiAkun", held=(Part(message=1, at=START, text="H"),)
    )
    (told,) = personal_data.data(_person(Desk(), talk))["conversations"]
    assert told.keys() == Conversation.model_fields.keys()
    assert personal_data.page(_person(Desk(), talk))["unsent"] == ["H"]


def test_an_officer_reads_their_acts_the_newest_in_the_pdf() -> None:
    acts = [Act(f"DPMD-2026-{n:04d}", (START + timedelta(days=n)).isoformat(), "taken") for n in range(300)]
    person = Person(602, RULES, (), (), acts=acts, groups=[(-5, "2026-01-01")])
    shown = personal_data.page(person)
    assert (len(shown["acts"]), shown["more_acts"], shown["groups"]) == (MOST_ACTS, 100, 1)
    assert shown["acts"][-1]["reference"] == "DPMD-2026-0299"
    assert len(personal_data.data(person)["officer_acts"]) == 300


WORDS = "Nama saya Siti Aminah, bukan Siti Amina."


def _requested(world: Desk, label: str = "correct_data", **changes: Any) -> Case:
    """A case in which the citizen has asked for something about their data."""
    case = world.file(**changes)
    world.citizen.commands("privasi")
    assert world.citizen.presses(label) == ["followup.collect"]
    assert world.citizen.says(WORDS) == ["followup.tally"]
    assert world.citizen.presses("send") == ["rights.requested"]
    return case


def _in_private(world: Desk, case: Case, actor: Actor) -> Actor:
    """The officer opens the request in the private chat."""
    world.press(actor, case, "data_request")
    private = world.private(actor)
    assert private.commands("start", world.chat.alert.link) == ["rights.read"]
    return private


@pytest.mark.parametrize("label", ["correct_data", "erase_data"])
@pytest.mark.parametrize("status", [Status.RECEIVED, Status.RESPONDED, Status.ARCHIVED])
def test_a_request_becomes_a_task_without_its_words_in_the_group(label: str, status: Status) -> None:
    world = Desk()
    case = _requested(world, label, status=status)
    shown = world.chat.sent(GROUP)
    assert [message.template for message in shown] == ["rights.task", "desk.card"]
    assert all("Amina." not in wording(message) for message in shown)
    assert world.now(case).data_request
    assert world.now(case).thread == ()
    assert not world.now(case).unheard
    render_all(world.chat.effects)


def test_the_group_never_reads_the_words() -> None:
    world = Desk()
    case = _requested(world)
    for action in ("read_all", "history", "evidence"):
        world.press(world.budi, case, action)
    for command in ("tiket", "riwayat", "cari"):
        world.budi.commands(command, case.reference)
    assert all("Amina." not in wording(message) for message in world.messages(GROUP))


@pytest.mark.parametrize(("label", "done"), [("data_done", True), ("data_refused", False)])
def test_an_officer_answers_in_private_after_a_preview(label: str, done: bool) -> None:
    world = Desk()
    case = _requested(world)
    private = _in_private(world, case, world.budi)
    assert WORDS in wording(world.chat.sent(private.chat)[0])
    assert private.presses(label) == ["desk.prompt"]
    assert private.says("Sudah kami periksa.") == ["rights.preview"]
    assert "rights.answered" not in [message.template for message in world.messages(CITIZEN)]
    assert private.presses("send") == ["rights.answer_sent"]
    assert [message.template for message in world.chat.sent(CITIZEN)] == ["rights.answered"]
    (asked,) = world.now(case).data_requests
    assert (asked.done, asked.answered_by, asked.answer) == (done, "Budi Santoso", "Sudah kami periksa.")
    assert world.history()[-3:] == [
        (f"citizen:{CITIZEN}", "data_correction"),
        ("officer:601", "data_viewed"),
        ("officer:601", label),
    ]
    assert "data_request" not in [b.label for row in buttons(world.now(case)) for b in row]
    render_all(world.chat.effects)


def test_a_confirmed_correction_is_shown_with_the_identity() -> None:
    world = Desk()
    case = _requested(world)
    before = identity_message(world.now(case), world.chat.world()).params["fields"]
    assert "data_correction" not in [row["field"] for row in before]
    private = _in_private(world, case, world.budi)
    private.presses("data_done")
    private.says("Sudah.")
    private.presses("send")
    fields = identity_message(world.now(case), world.chat.world()).params["fields"]
    assert fields[-1] == {"field": "data_correction", "text": WORDS}


def test_the_second_officer_reads_who_was_first() -> None:
    world = Desk()
    case = _requested(world)
    first, second = _in_private(world, case, world.budi), _in_private(world, case, world.rina)
    second.presses("data_refused")
    second.says("Tidak bisa.")
    first.presses("data_done")
    first.says("Sudah.")
    first.presses("send")
    second.presses("send")
    assert world.chat.alert.template == "desk.not_now"
    assert len(world.messages(CITIZEN)) == len([m for m in world.messages(CITIZEN) if m])
    (asked,) = world.now(case).data_requests
    assert asked.answered_by == "Budi Santoso"
    world.press(world.rina, case, "data_request")
    assert world.chat.alert.template == "rights.answered_already"
    assert "Budi Santoso" in str(world.chat.alert.params)


def test_the_private_buttons_need_the_link() -> None:
    world = Desk()
    case = _requested(world)
    stranger = world.chat.person(OTHER)
    world.press(stranger, case, "data_done")
    assert world.chat.alert.template == "system.press_outdated"
    world.press(world.private(world.rina), case, "data_done")
    assert world.chat.alert.template == "system.press_outdated"


def test_who_may_not_read_a_confidential_case_does_not_read_its_request() -> None:
    world = Desk()
    case = _requested(world, confidential=True)
    world.press(world.budi, case, "data_request")
    assert world.chat.alert.template == "desk.leaders_only"
    assert _in_private(world, case, world.leader)


def test_a_second_request_waits_for_the_answer_to_the_first() -> None:
    world = Desk()
    _requested(world)
    assert world.citizen.says("Hapus Data") == ["rights.already_requested"]


def test_with_several_complaints_the_citizen_is_asked_which() -> None:
    world = Desk()
    world.file()
    second = world.file()
    assert world.citizen.says("perbaiki data") == ["rights.which"]
    assert world.citizen.presses_button(Button("next", "correct_of", second.id)) == ["followup.collect"]
    world.citizen.says(WORDS)
    world.citizen.presses("send")
    assert world.now(second).data_request
    render_all(world.chat.effects)


def test_the_page_of_a_complaint_has_the_button() -> None:
    world = Desk()
    case = world.file()
    world.citizen.commands("status", case.reference)
    assert world.citizen.presses("correct_data") == ["followup.collect"]


def test_only_words_are_a_request() -> None:
    world = Desk()
    world.file()
    world.citizen.says("Perbaiki Data")
    assert world.citizen.sends() == ["rights.words_please"]
    assert world.citizen.presses("cancel") == ["followup.dropped"]


def test_nobody_else_asks_about_a_case() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(OTHER)
    for action in ("correct_of", "erase_of"):
        assert stranger.presses_button(Button("next", action, case.id)) == []
        assert world.chat.alert.template == "system.press_outdated"


def test_without_a_complaint_the_operator_is_informed_once_a_day() -> None:
    world = Desk()
    told: list[str] = []
    for label in ("hapus data", "perbaiki data"):
        assert world.citizen.says(label) == ["rights.no_case"]
        told += [e.message.template for e in world.chat.fresh if isinstance(e, TellOperator)]
    world.later(days=1)
    world.citizen.says("hapus data")
    told += [e.message.template for e in world.chat.fresh if isinstance(e, TellOperator)]
    assert told == ["system.operator_data_request"] * 2


def test_the_group_is_reminded_each_working_morning_until_the_answer() -> None:
    world = Desk()
    case = _requested(world, status=Status.CLOSED)
    reminded = []
    for _ in range(7):
        world.later(days=1)
        world.chat.feed(
            DeadlinePassed(world.chat.now, person=CITIZEN, case=case.id, kind=WakeupKind.DATA_REQUEST)
        )
        reminded += [message.template for message in world.chat.sent(GROUP)]
    # A week has five working mornings.
    assert reminded == ["rights.task"] * 5
    assert "masih menunggu" in wording(world.messages(GROUP)[-1])
