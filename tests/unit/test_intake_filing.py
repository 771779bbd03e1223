"""Kirim makes one case of a draft: its number, its receipt and its card."""

from __future__ import annotations

from conversations.complaints.life_cycle import Status
from conversations.effects import AnswerPress, Edit, Send
from conversations.intake.dialogue import ACTIONS
from tests.unit.transcript import STAFF, Chat
from tests.unit.walker import FILED, NAME, SITI, STORY, citizen, walk


def test_whole_path_ends_in_a_receipt_and_a_card() -> None:
    siti = citizen()
    walk(siti, until="filed")
    chat = siti.chat_log
    case = chat.case()
    assert (case.reference, case.status) == ("DPMD-2026-0001", Status.RECEIVED)
    assert (case.complaint.name, case.complaint.place) == (NAME, "Bangil")
    assert case.complaint.account == STORY
    assert str(case.due_on) == "2026-03-20"  # Friday, three working days after a Tuesday
    assert [message.template for message in chat.sent(SITI)] == FILED
    assert [message.template for message in chat.sent(STAFF["dpmd"])] == ["desk.card"]
    assert chat.conversation(SITI).draft is None


def test_typed_kirim_files_the_complaint() -> None:
    siti = citizen()
    walk(siti, until="sending")
    assert siti.says("Kirim") == FILED
    assert not any(isinstance(effect, AnswerPress) for effect in siti.chat_log.fresh)


def test_kirim_twice_files_once() -> None:
    siti = citizen()
    walk(siti, until="sending")
    send = siti.button("send")
    siti.presses_button(send)
    siti.presses_button(send)
    assert len(siti.chat_log.cases) == 1
    assert siti.chat_log.alert.template == "intake.already_filed"


def test_numbers_follow_each_other_per_agency() -> None:
    chat = Chat()
    for person in (1, 2, 3):
        walk(chat.person(person), until="filed")
    references = [chat.case(index).reference for index in range(3)]
    assert references == ["DPMD-2026-0001", "DPMD-2026-0002", "DPMD-2026-0003"]


def test_every_press_is_answered() -> None:
    siti = citizen()
    walk(siti, until="filed")
    presses = [effect for effect in siti.chat_log.effects if isinstance(effect, AnswerPress)]
    assert len({press.press for press in presses}) == len(presses)


def test_every_button_of_intake_has_an_action() -> None:
    siti = citizen()
    walk(siti, until="filed")
    for effect in siti.chat_log.effects:
        if isinstance(effect, Send | Edit) and effect.message.template.startswith("intake."):
            for row in effect.message.buttons:
                for button in row:
                    known = not button.action or button.action in {*ACTIONS, "status", "help", "add"}
                    assert known, button
