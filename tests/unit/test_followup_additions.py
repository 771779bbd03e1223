"""The citizen adds to a complaint: messages are counted until Send ("Kirim")."""

from __future__ import annotations

from datetime import timedelta

from conversations.complaints.life_cycle import Status
from conversations.effects import DropFile, Edit, KeepFile, Send
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.following import adding, asked, drafting


def test_additions_are_counted_in_one_message_and_sent_together() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.says("Satu")
    first = world.chat.fresh[0]
    assert isinstance(first, Send)
    assert first.key == f"tally:{case.id}"
    world.citizen.sends(album="a")
    world.citizen.sends(album="a")
    world.citizen.locates()
    (edit,) = [effect for effect in world.chat.fresh if isinstance(effect, Edit)]
    assert "Tercatat: 4" in wording(edit.message)
    world.citizen.presses("send")
    assert len(world.now(case).thread[0].parts) == 4
    assert "Keterangan tambahan: 1" in wording(world.chat.sent(GROUP)[1])
    assert ("citizen:501", "addition") in world.history()


def test_sending_nothing_is_explained_and_sending_twice_counts_once() -> None:
    world = Desk()
    case = adding(world)
    assert world.citizen.says("Kirim") == ["followup.nothing_yet"]
    world.citizen.says("Satu")
    world.citizen.presses("send")
    world.citizen.presses("send")
    assert world.chat.alert.template == "system.press_outdated"
    assert len(world.now(case).thread) == 1


def test_cancelling_an_addition_drops_its_files() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.sends()
    assert [e.owner for e in world.chat.fresh if isinstance(e, KeepFile)] == [case.id]
    assert world.citizen.presses("cancel") == ["followup.dropped"]
    assert [effect for effect in world.chat.fresh if isinstance(effect, DropFile)]
    assert world.now(case).thread == ()
    assert world.chat.conversation(CITIZEN).listener == "none"


def test_limits_are_named_while_adding() -> None:
    world = Desk()
    adding(world)
    assert world.citizen.sends(size=30 << 20) == ["followup.problem"]
    assert "20 MB" in wording(world.chat.sent(CITIZEN)[0])
    for _ in range(10):
        world.citizen.sends()
    assert world.citizen.sends() == ["followup.problem"]
    assert world.citizen.says("x" * 20_001) == ["followup.problem"]
    assert "20000" in wording(world.chat.sent(CITIZEN)[0])


def test_unsupported_kinds_are_explained_while_adding() -> None:
    world = Desk()
    adding(world)
    assert world.citizen.sticks() == ["followup.unreadable"]
    assert world.citizen.shares("0812") == ["followup.contact_unasked"]


def test_an_edit_before_sending_changes_the_part_and_keeps_both() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.says("Stau", message=777)
    assert world.citizen.edits(777, "Satu") == ["followup.edited"]
    world.citizen.presses("send")
    part = world.now(case).thread[0].parts[0]
    assert (part.text, part.replaced) == ("Satu", ("Stau",))


def test_unsent_messages_are_reminded_of_once_after_an_hour() -> None:
    world = Desk()
    adding(world)
    world.citizen.says("Satu")
    world.chat.wake(CITIZEN, timedelta(minutes=59))
    assert world.chat.fresh == []
    world.chat.wake(CITIZEN, timedelta(minutes=2))
    assert world.chat.sent(CITIZEN)[0].template == "followup.reminder"
    world.chat.wake(CITIZEN, timedelta(hours=3))
    assert world.chat.fresh == []


def test_the_clock_handles_a_draft_and_unsent_messages_in_one_wake_up() -> None:
    world = Desk()
    asked(world)
    drafting(world)
    world.citizen.presses("answer_now")
    world.citizen.says("Di balai desa.")
    world.chat.wake(CITIZEN, timedelta(days=1, minutes=1))
    assert {message.template for message in world.chat.sent(CITIZEN)} == {
        "intake.reminder",
        "followup.reminder",
    }
    after = world.chat.conversation(CITIZEN)
    assert after.draft
    assert after.collecting
    assert after.draft.reminded_at
    assert after.collecting.reminded


def test_unsent_messages_for_one_case_are_settled_before_another() -> None:
    world = Desk()
    adding(world)
    other = world.file()
    world.citizen.says("Satu")
    assert world.press(world.citizen, other, "add") == ["followup.settle_first"]
    assert world.citizen.presses("send") == ["followup.sent"]


def test_a_confidential_addition_stays_out_of_the_group() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.citizen, case, "add")
    world.citizen.says("Rahasia sekali")
    world.citizen.sends()
    world.citizen.presses("send")
    for message in world.chat.sent(GROUP):
        assert "Rahasia sekali" not in wording(message)
        assert message.files == ()


def test_an_addition_to_a_closed_case_is_explained() -> None:
    world = Desk()
    case = world.file(status=Status.CLOSED)
    assert world.press(world.citizen, case, "add") == ["followup.not_open"]


def test_all_messages_render_in_both_languages() -> None:
    world = Desk()
    case = asked(world)
    world.citizen.presses("answer_now")
    world.citizen.says("Di balai desa.", message=777)
    world.citizen.edits(777, "Di balai")
    world.citizen.sticks()
    world.citizen.shares("0812")
    world.citizen.sends(size=30 << 20)
    world.citizen.presses("send")
    world.answered(world.budi, case)
    world.delivered(case)
    world.citizen.commands("status", case.reference)
    world.citizen.presses("not_satisfied")
    world.citizen.says("Kirim")
    world.citizen.says("Belum.")
    world.chat.wake(CITIZEN, timedelta(hours=2))
    world.press(world.citizen, world.file(), "add")
    world.citizen.presses("send")
    world.answered(world.budi, case, "Sudah.")
    world.citizen.presses("satisfied", "1")
    world.citizen.says("Sudah cair", reply_to=world.response(case, 2))
    world.citizen.presses("satisfied", "2,held")
    world.citizen.presses("star", "5")
    world.citizen.says("Jalan rusak")
    world.citizen.says("Jalan rusak lagi")
    world.citizen.edits(11, "Baru")
    world.citizen.edits(4711, "Baru")
    world.citizen.presses("discard")
    render_all(world.chat.effects)
