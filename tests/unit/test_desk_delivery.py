"""A response on its way to the citizen, and the task that it becomes when it cannot be delivered."""

from __future__ import annotations

from datetime import date

from conversations.effects import Edit, Lane, Send
from conversations.events import Delivery, MessageReported
from tests.unit.filed import CITIZEN, GROUP, Desk, wording


def test_the_response_carries_number_officer_and_the_way_to_object() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    send, _ = [e for e in world.chat.fresh if isinstance(e, Send) and e.chat == CITIZEN]
    assert (send.key, send.report) == (f"response:{case.id}:1", case.id)
    text = wording(send.message)
    for wanted in (case.reference, "Budi Santoso", "10 hari kalender", "Belum Puas"):
        assert wanted in text
    assert [button.label for row in send.message.buttons for button in row] == ["satisfied", "not_satisfied"]


def test_delivery_is_shown_on_the_card_and_starts_the_objection_days() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.later(days=2)
    (_, _posted, edit) = world.delivered(case)
    assert isinstance(edit, Edit)
    assert edit.lane is Lane.UNASKED
    assert "<b>Terkirim</b>, Kamis, 19 Maret 2026" in wording(edit.message)
    assert world.now(case).objection_until == date(2026, 3, 29)  # Sunday


def test_an_unreachable_citizen_becomes_a_task_and_later_delivery_clears_it() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    effects = world.delivered(case, how=Delivery.UNREACHABLE)
    (task,) = [effect for effect in effects if isinstance(effect, Send)]
    assert (task.chat, task.lane) == (GROUP, Lane.UNASKED)
    assert "Lihat Identitas" in wording(task.message)
    assert "tidak dapat dihubungi" in wording(world.chat.sent(GROUP)[0])
    assert not [e for e in world.delivered(case, how=Delivery.UNREACHABLE) if isinstance(e, Send)]
    world.delivered(case)
    assert "Terkirim" in wording(world.chat.sent(GROUP)[-1])


def test_an_unreachable_question_becomes_a_task_as_well() -> None:
    world = Desk()
    case = world.file()
    world.asked(world.budi, case)
    (send,) = [e for e in world.chat.fresh if isinstance(e, Send) and e.chat == CITIZEN]
    world.chat.feed(MessageReported(world.chat.now, case.id, send.key, Delivery.UNREACHABLE))
    assert world.chat.sent(GROUP)[0].template == "desk.unreachable"
