"""The citizen's verdict: satisfied ("Puas") closes, not satisfied ("Belum Puas") reopens, also when late."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.complaints.case import Purpose
from conversations.complaints.life_cycle import Status
from conversations.effects import Edit, Lane, Send, StripButtons
from conversations.events import DeadlinePassed
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.following import responded


def test_puas_closes_and_offers_stars() -> None:
    world = Desk()
    case = responded(world)
    assert world.citizen.presses("satisfied") == ["followup.thanks"]
    assert world.now(case).status is Status.CLOSED
    assert world.citizen.presses("star", "4") == ["followup.starred"]
    assert world.now(case).stars == 4
    assert "⭐⭐⭐⭐" in wording(world.chat.sent(GROUP)[0])
    world.citizen.presses("star", "1")
    assert world.now(case).stars == 4


def test_puas_twice_is_explained() -> None:
    world = Desk()
    responded(world)
    world.citizen.presses("satisfied")
    assert world.citizen.presses("satisfied") == ["followup.verdict_over"]


def test_belum_puas_collects_a_reason_and_reopens_with_a_new_clock() -> None:
    world = Desk()
    case = responded(world)
    world.later(days=6)  # Monday 2026-03-23
    assert world.citizen.presses("not_satisfied") == ["followup.collect"]
    assert world.citizen.says("Belum ada bantuan yang datang.") == ["followup.tally"]
    assert world.now(case).status is Status.RESPONDED
    assert world.citizen.presses("send") == ["followup.sent"]
    now = world.now(case)
    assert now.status is Status.REOPENED
    assert now.due_on == date(2026, 3, 26)  # Thursday
    assert (now.delivery, now.objection_until) == (None, None)
    added, card = world.chat.sent(GROUP)
    assert added.reply_to == f"card:{case.id}"
    assert "Belum ada bantuan" in wording(added)
    assert "Belum ada bantuan" in wording(card)
    assert "Dibuka kembali" in wording(card)
    assert all(
        e.lane is Lane.UNASKED for e in world.chat.fresh if isinstance(e, Send | Edit) and e.chat == GROUP
    )


def test_a_reopened_case_is_answered_again_and_its_old_verdict_buttons_expire() -> None:
    world = Desk()
    case = responded(world)
    old = world.citizen.button("satisfied")
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum.")
    world.citizen.presses("send")
    world.answered(world.budi, case, "Sekarang sudah.")
    assert world.citizen.presses_button(old) == ["followup.verdict_over"]
    assert world.now(case).status is Status.RESPONDED
    world.citizen.presses("satisfied", "2")
    assert world.now(case).status is Status.CLOSED


def test_after_the_objection_days_belum_puas_is_explained() -> None:
    world = Desk()
    case = responded(world)
    world.later(days=11)
    assert world.citizen.presses("not_satisfied") == ["followup.verdict_over"]
    assert world.now(case).status is Status.RESPONDED


def test_a_late_reason_is_passed_on_as_an_addition() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.presses("not_satisfied")
    world.later(days=11)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    world.citizen.says("Belum ada.")
    assert world.citizen.presses("send") == ["followup.objection_late", "followup.sent"]
    assert world.now(case).status is Status.CLOSED
    assert world.now(case).thread[-1].purpose is Purpose.ADDITION


def test_silence_closes_on_the_day_after_the_last() -> None:
    world = Desk()
    case = responded(world)
    world.later(days=10)
    assert world.chat.feed(DeadlinePassed(world.chat.now, case=case.id)) == []
    world.later(days=1)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    assert world.now(case).status is Status.CLOSED
    assert world.chat.sent(CITIZEN)[0].template == "followup.closed_by_silence"
    assert "Selesai" in wording(world.chat.sent(GROUP)[0])
    assert ("clock", "objection_expired") in world.history()


def test_a_strangers_press_on_a_verdict_does_nothing() -> None:
    world = Desk()
    case = responded(world)
    stranger = world.chat.person(888, "Orang Lain")
    world.press(stranger, case, "satisfied", "1")
    world.press(stranger, case, "add")
    world.press(stranger, case, "read_case")
    assert world.now(case).status is Status.RESPONDED
    assert world.messages(888) == []


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


def test_an_objection_written_in_time_reopens_a_case_that_the_clock_closed() -> None:
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
