"""Messages that are held while no question is open are never lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conversations.complaints.case import Case, Purpose
from conversations.complaints.life_cycle import Status
from conversations.effects import GiveFiles, KeepFile
from tests.unit.filed import CITIZEN, Desk, render_all, wording
from tests.unit.following import asked, drafting, responded
from tests.unit.transcript import Actor
from tests.unit.walker import ADDRESS, SITI, citizen, walk

WAYS: dict[str, Callable[[Actor], object]] = {
    "typed": lambda siti: siti.says("Buat Pengaduan"),
    "button": lambda siti: siti.presses("file_complaint"),
    "command": lambda siti: siti.commands("lapor"),
    "link": lambda siti: siti.commands("start", "dpmd"),
    "help": lambda siti: (siti.commands("bantuan"), siti.presses("file_complaint")),
}


@pytest.mark.parametrize("way", WAYS)
def test_held_messages_become_the_story_on_every_way_to_a_complaint(way: str) -> None:
    siti = citizen()
    siti.says("Bantuan saya tidak cair sejak Januari")
    siti.sends()
    WAYS[way](siti)
    talk = siti.chat_log.conversation(SITI)
    assert talk.draft
    assert [part.kind for part in talk.draft.story] == ["text", "photo"]
    assert talk.held == ()
    given = [effect.owner for effect in siti.chat_log.effects if isinstance(effect, GiveFiles)]
    assert given == [talk.draft.id]


def test_held_text_starts_the_answer_that_a_button_asks_for() -> None:
    world = Desk()
    case = asked(world)
    world.citizen.says("Tanggal 2 Maret, di balai desa")
    world.citizen.sends()
    assert world.citizen.presses("answer_now") == ["followup.tally"]
    assert [e.owner for e in world.chat.fresh if isinstance(e, GiveFiles)] == [case.id]
    world.citizen.presses("send")
    assert world.now(case).thread[-1].purpose is Purpose.ANSWER
    assert len(world.now(case).thread[-1].parts) == 2


def test_held_text_starts_an_objection() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.says("Belum cair sampai sekarang")
    assert world.citizen.presses("not_satisfied") == ["followup.tally"]
    world.citizen.presses("send")
    assert world.now(case).thread[-1].text == "Belum cair sampai sekarang"
    assert world.now(case).status is Status.REOPENED


def test_a_reply_to_a_question_waits_while_something_else_is_unsent() -> None:
    world = Desk()
    other = world.file()
    world.press(world.citizen, other, "add")
    world.citizen.says("Satu")
    case = asked(world)
    reply = world.question(case)
    assert world.citizen.says("Di balai desa.", reply_to=reply) == ["followup.settle_first"]
    world.citizen.presses("send")
    assert world.press(world.citizen, case, "answer_now") == ["followup.tally"]
    world.citizen.presses("send")
    assert world.now(case).thread[-1].text == "Di balai desa."


def test_a_plain_answer_to_an_officers_question_is_offered_as_one() -> None:
    world = Desk()
    case = asked(world)
    world.citizen.says("Tanggal 2 Maret")
    assert world.citizen.presses("send_answer") == ["followup.sent"]
    assert world.now(case).thread[-1].purpose is Purpose.ANSWER
    world.citizen.says("Lagi")
    assert world.citizen.presses("add_to_case") == ["followup.tally"]


def filed() -> tuple[Actor, int, int]:
    """A filed complaint; the messages that gave its story and its address."""
    siti = citizen()
    story, address = 9001, 9002
    walk(
        siti,
        until="filed",
        answers={
            "story": lambda siti: siti.says("Bantuan belum cair", message=story),
            "address": lambda siti: siti.says(ADDRESS, message=address),
        },
    )
    return siti, story, address


def test_an_edit_of_any_answer_that_was_filed_is_offered_as_an_addition() -> None:
    siti, story, address = filed()
    assert siti.edits(address, f"{ADDRESS}, rumah pagar hijau") == ["followup.edit_filed"]
    assert siti.edits(story, "Bantuan dua bulan") == ["followup.edit_filed"]


def test_an_edit_of_what_was_filed_is_known_while_another_draft_listens() -> None:
    siti, story, _ = filed()
    siti.commands("lapor")
    assert siti.chat_log.conversation(SITI).listener == "intake"
    assert siti.edits(story, "Bantuan tiga bulan") == ["followup.edit_filed"]
    assert siti.edits(9, "Entah") == ["intake.edit_too_late"]


@pytest.mark.parametrize("asking", ["DPMD-2026-0099", ""])
def test_an_edit_while_a_number_or_code_is_asked_for_is_no_wrong_try(asking: str) -> None:
    world = Desk()
    world.file(filed_by=777)
    world.citizen.commands("status", asking)
    assert world.citizen.edits(4711, "Halo") == ["followup.edit_unknown"]
    assert world.chat.conversation(CITIZEN).tries == 0


def test_a_story_written_where_a_number_was_asked_for_is_held() -> None:
    world = Desk()
    world.citizen.commands("status")
    tale = "Saya mau melapor bahwa bantuan saya belum cair sejak Januari"
    assert world.citizen.says(tale) == ["followup.begin_with_this"]
    assert [part.text for part in world.chat.conversation(CITIZEN).held] == [tale]


def test_text_written_where_a_number_was_asked_for_joins_the_draft() -> None:
    world = Desk()
    drafting(world)
    world.citizen.commands("status")
    world.citizen.button("resume_draft")
    assert world.citizen.says("Bantuan belum cair") == ["followup.what_for"]
    assert world.citizen.sends() == ["followup.what_for"]
    assert [e.owner for e in world.chat.fresh if isinstance(e, KeepFile)] == [str(CITIZEN)]
    assert world.citizen.presses("add_to_draft")[-1] == "intake.ask_story"
    talk = world.chat.conversation(CITIZEN)
    assert talk.draft
    assert [part.text for part in talk.draft.story] == ["Bantuan belum cair", ""]
    assert [e.owner for e in world.chat.fresh if isinstance(e, GiveFiles)] == [talk.draft.id]
    assert (talk.held, talk.listener) == ((), "intake")
    world.citizen.presses("add_to_draft")
    assert world.chat.alert.template == "system.press_outdated"


def test_held_messages_survive_the_choice_of_an_agency() -> None:
    world = Desk()
    world.citizen.commands("lapor")
    choice = world.citizen.button("choice", "dpmd")
    world.citizen.commands("status")
    world.citizen.says("Bantuan belum cair")
    assert world.citizen.presses_button(choice) == ["intake.notice"]
    assert [part.text for part in world.chat.conversation(CITIZEN).held] == ["Bantuan belum cair"]


def test_an_unaddressed_message_is_answered_that_no_complaint_exists_yet() -> None:
    world = Desk()
    world.citizen.says("Bantuan saya belum cair")
    assert "<b>pengaduan belum dibuat</b>" in wording(world.chat.sent(CITIZEN)[0])


def judged(world: Desk) -> Case:
    """A reply to the response, not yet called a thank-you or an objection."""
    case = responded(world)
    world.citizen.says("Belum ada", reply_to=world.response(case))
    return case


def test_a_reply_to_the_response_is_answered_that_a_choice_is_missing() -> None:
    world = Desk()
    assert judged(world)
    assert "belum diteruskan kepada petugas" in wording(world.chat.sent(CITIZEN)[0])


def test_all_messages_render_in_both_languages() -> None:
    world = Desk()
    drafting(world)
    world.citizen.commands("status")
    world.citizen.says("Bantuan belum cair")
    judged(world)
    asked(world)
    world.citizen.says("Jalan rusak")
    render_all(world.chat.effects)
