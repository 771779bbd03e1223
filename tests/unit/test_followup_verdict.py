"""Verdicts that come by old buttons, and objections that are sent late."""

from __future__ import annotations

from datetime import timedelta

from conversations.complaints.case import Purpose, Status
from conversations.effects import StripButtons
from conversations.events import DeadlinePassed
from tests.unit.filed import CITIZEN, Desk, render_all, wording
from tests.unit.test_followup import responded


def test_a_button_of_an_older_response_says_so_and_offers_no_new_complaint() -> None:
    world = Desk()
    case = responded(world)
    old = world.citizen.button("satisfied")
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum.")
    world.citizen.presses("send")
    world.answered(world.budi, case, "Sekarang sudah.")
    world.delivered(case, 2)
    assert world.citizen.presses_button(old) == ["followup.verdict_over"]
    (message,) = world.chat.sent(CITIZEN)
    assert "tanggapan yang lama" in wording(message)
    assert "Waktu keberatan" not in wording(message)
    assert message.buttons == ()
    render_all(world.chat.effects)


def test_the_response_objected_to_loses_its_buttons() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum.")
    assert not [effect for effect in world.chat.fresh if isinstance(effect, StripButtons)]
    world.citizen.presses("send")
    assert StripButtons(CITIZEN, key=f"response:{case.id}:1") in world.chat.fresh


def test_an_objection_names_its_last_day_while_it_waits() -> None:
    world = Desk()
    responded(world)
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum.")
    assert "Kirim paling lambat <b>Jumat, 27 Maret 2026</b>" in wording(world.chat.sent(CITIZEN)[0])
    world.chat.wake(CITIZEN, timedelta(hours=2))
    assert "Kirim paling lambat <b>Jumat, 27 Maret 2026</b>" in wording(world.chat.sent(CITIZEN)[0])
    render_all(world.chat.effects)


def test_an_objection_written_in_time_reopens_what_silence_has_closed() -> None:
    world = Desk()
    case = responded(world)
    world.later(days=9)
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum cair")
    world.later(days=2)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    assert world.now(case).status is Status.CLOSED
    assert world.citizen.presses("send") == ["followup.sent"]
    assert world.now(case).status is Status.REOPENED
    assert world.now(case).thread[-1].purpose is Purpose.OBJECTION


def test_an_objection_written_in_time_counts_before_the_clock_has_closed_the_case() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum cair")
    world.later(days=11)
    world.citizen.presses("send")
    assert world.now(case).status is Status.REOPENED


def test_an_objection_after_puas_does_not_reopen() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum cair")
    world.press(world.citizen, case, "satisfied", "1")
    assert world.press(world.citizen, case, "send_parts") == ["followup.objection_late", "followup.sent"]
    assert world.now(case).status is Status.CLOSED


def test_a_closed_case_is_not_objected_to_by_its_old_button() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.presses("satisfied")
    assert world.press(world.citizen, case, "not_satisfied", "1") == ["followup.verdict_over"]
    assert world.now(case).status is Status.CLOSED
