"""What a person may ask for about their own data, under /privasi."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from conversations.complaints.case import Contribution, Officer, Purpose, Recall
from conversations.complaints.life_cycle import Status
from conversations.complaints.part import Part
from conversations.conversation import Conversation
from conversations.documents import personal_data
from conversations.documents.personal_data import MOST_ACTS, Act, OwnCase, Person
from conversations.effects import Send
from conversations.messages import Document, DocumentKind
from tests.unit.filed import CITIZEN, Desk, render_all
from tests.unit.transcript import RULES, START

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
