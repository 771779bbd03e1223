"""The time is certain while system clock, messenger and messages agree; else the most likely one is used."""

from __future__ import annotations

import pytest

from bot.clock.business_time import BusinessClock
from bot.clock.trusted_time import CONFIRMED_FOR, Certainty, TrustedTime, read_date
from tests.unit.wrong_clocks import ABSURD, BARELY, DAY, MINUTE, MONTH, TRUE, WRONG, Machine, header

wrong_clocks = pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
barely_wrong = pytest.mark.parametrize("wrong", BARELY.values(), ids=BARELY)
absurd_headers = pytest.mark.parametrize("text", ABSURD.values(), ids=ABSURD)


def certainty(machine: Machine) -> Certainty:
    return machine.time.judgement().certainty


def certain_machine() -> Machine:
    machine = Machine()
    machine.answer()
    assert machine.time.is_certain()
    return machine


def test_nothing_is_certain_before_the_messenger_has_answered() -> None:
    assert certainty(Machine()) is Certainty.SILENT


def test_one_answer_that_agrees_makes_the_time_certain() -> None:
    assert certainty(certain_machine()) is Certainty.CERTAIN


@barely_wrong
def test_a_clock_that_is_some_seconds_wrong_is_used(wrong: float) -> None:
    machine = Machine(wrong)
    machine.answer(5)
    assert machine.time.is_certain()
    assert machine.error == pytest.approx(wrong)


@wrong_clocks
def test_a_clock_that_is_wrong_at_the_start_is_found_by_three_answers(wrong: float) -> None:
    machine = Machine(wrong)
    for _ in range(2):
        machine.answer()
        assert certainty(machine) is Certainty.UNNAMED
    machine.answer()
    judged = machine.time.judgement()
    assert (judged.certainty, round(judged.ahead)) == (Certainty.DIFFERS, wrong)
    assert abs(machine.error) <= 1


@wrong_clocks
def test_a_clock_that_jumps_is_found_at_once_without_an_answer(wrong: float) -> None:
    machine = certain_machine()
    machine.wrong = wrong
    assert certainty(machine) is Certainty.DIFFERS
    assert abs(machine.error) <= 1


@wrong_clocks
def test_the_time_is_certain_again_as_soon_as_the_clock_is_right(wrong: float) -> None:
    machine = Machine(wrong)
    machine.answer(10)
    assert not machine.time.is_certain()
    machine.wrong = 0.0
    assert machine.time.is_certain()


@wrong_clocks
def test_a_clock_that_jumps_while_the_messenger_is_out_of_reach_is_not_followed(wrong: float) -> None:
    machine = certain_machine()
    machine.pass_by(3 * DAY)
    machine.wrong = wrong
    assert not machine.time.is_certain()
    assert abs(machine.error) <= 1


def test_after_ten_minutes_without_an_answer_nothing_is_certain() -> None:
    machine = certain_machine()
    machine.pass_by(CONFIRMED_FOR - MINUTE)
    assert machine.time.is_certain()
    machine.pass_by(2)
    assert certainty(machine) is Certainty.SILENT
    machine.answer()
    assert machine.time.is_certain()


def test_a_clock_near_the_limit_does_not_change_the_judgement_to_and_fro() -> None:
    machine = certain_machine()
    for wrong, certain in ((110, True), (130, False), (110, False), (70, False), (50, True), (110, True)):
        machine.wrong = wrong
        assert machine.time.is_certain() is certain, wrong


@absurd_headers
def test_an_absurd_date_names_no_time(text: str | None) -> None:
    assert read_date(text) is None


@absurd_headers
def test_one_absurd_answer_among_right_ones_does_not_stop_the_work(text: str | None) -> None:
    machine = certain_machine()
    for _ in range(5):
        machine.header(text)
        assert machine.time.is_certain()
        machine.answer(2)
    assert machine.time.is_certain()


@absurd_headers
@pytest.mark.parametrize("before", [0, 1])
def test_answers_without_a_usable_date_do_not_confirm_the_clock(text: str | None, before: int) -> None:
    machine = Machine()
    machine.answer(before)
    machine.header(text, times=12)
    assert certainty(machine) is Certainty.UNNAMED
    assert machine.error == 0
    machine.answer()
    assert machine.time.is_certain()


@wrong_clocks
def test_one_wrong_answer_among_right_ones_does_not_stop_the_work(wrong: float) -> None:
    machine = Machine()
    for _ in range(20):
        machine.answer(wrong=wrong)
        machine.answer(2)
        assert machine.time.is_certain()
        assert machine.error == 0


def test_answers_that_name_another_time_each_do_not_confirm_the_clock() -> None:
    machine = certain_machine()
    for number in range(1, 15):
        machine.answer(wrong=number * DAY)
    assert certainty(machine) is Certainty.UNNAMED
    assert machine.error == 0


@wrong_clocks
def test_a_proxy_that_forges_every_date_is_outvoted_by_clock_and_messages(wrong: float) -> None:
    machine = Machine()
    machine.answer(5, wrong=wrong)
    for _ in range(2):
        machine.time.sent(machine.true)
    assert certainty(machine) is Certainty.DIFFERS
    assert abs(machine.error) <= 1
    machine.answer(3)
    assert machine.time.is_certain()


def test_what_a_forged_date_cannot_be_is_earlier_than_the_last_certain_time() -> None:
    machine = Machine()
    machine.time.keep(TRUE - MINUTE)
    machine.answer(5, wrong=-MONTH)
    assert not machine.time.is_certain()
    assert machine.error == 0


def test_a_clock_that_went_back_over_a_restart_is_found_by_what_was_kept() -> None:
    machine = Machine(wrong=-MONTH)
    machine.time.keep(TRUE - MINUTE)
    machine.answer(3)
    assert certainty(machine) is Certainty.DIFFERS
    assert abs(machine.error) <= 1


def test_a_kept_time_that_was_wrong_gives_way_to_two_clocks_that_agree() -> None:
    machine = Machine()
    machine.time.keep(TRUE + MONTH)
    machine.answer()
    assert machine.time.is_certain()
    assert machine.error == 0


@wrong_clocks
def test_a_messenger_on_the_same_machine_is_contradicted_by_the_dates_of_sent_messages(wrong: float) -> None:
    machine = Machine(wrong)
    machine.answer(3, wrong=wrong)
    for _ in range(3):
        assert machine.time.is_certain()
        machine.time.sent(machine.true)
    assert certainty(machine) is Certainty.DIFFERS


def test_messages_that_are_dated_ahead_of_the_clock_contradict_it() -> None:
    machine = Machine(wrong=-DAY)
    machine.answer(3, wrong=-DAY)
    for _ in range(3):
        assert machine.time.is_certain()
        machine.time.dated(machine.true)
    assert not machine.time.is_certain()


def test_messages_of_any_age_contradict_nothing() -> None:
    machine = certain_machine()
    for age in (0.0, 1.0, DAY, MONTH, 400 * DAY):
        for _ in range(5):
            machine.time.dated(machine.true - age)
            machine.answer()
    assert machine.time.is_certain()
    assert machine.error == 0


@pytest.mark.parametrize("date", [0, -1, 10**10, float("nan")])
def test_an_absurd_date_of_a_message_is_not_heard(date: float) -> None:
    machine = certain_machine()
    for _ in range(5):
        machine.time.sent(date)
        machine.time.dated(date)
    assert machine.time.is_certain()


def test_a_paused_machine_needs_three_answers() -> None:
    machine = certain_machine()
    machine.time.sent(machine.true)
    machine.pass_by(DAY)
    machine.paused = DAY
    assert not machine.time.is_certain()
    machine.answer(3, every=1.0)
    assert machine.time.is_certain()
    assert machine.error == 0


def test_practice_does_not_move_wall_time() -> None:
    machine = certain_machine()
    clock = BusinessClock(machine.time, practice=True)
    ahead = clock.now().fromtimestamp(machine.true + MONTH, clock.now().tzinfo)
    for _ in range(5):
        clock.sent(machine.true + MONTH)
        clock.moment(ahead)
        clock.answered(header(machine.true))
    assert machine.time.is_certain()
    assert clock.wall().timestamp() == machine.true


def test_the_system_clock_is_asked_by_default() -> None:
    clock = TrustedTime()
    clock.answered(header(clock.wall()))
    assert clock.is_certain()
