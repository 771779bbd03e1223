"""Limits are never exceeded, no message waits for ever, and replies have room."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.numbers import FIRST_ON_WHATSAPP
from bot.outbox.pacing import ASKED, MARGIN, ON_WHATSAPP, UNASKED, Lane, Limits, Pacing, Turnstile

LIMITS = Limits(
    overall_per_second=5, private_burst=3, private_per_second=1, group_messages=10, group_seconds=20
)
GROUP, PERSON = -1, 1

arrivals = st.lists(
    st.tuples(
        st.floats(0, 3, allow_nan=False),
        st.sampled_from([ASKED, UNASKED]),
        st.integers(1, 10),
    ),
    max_size=40,
)


def send_all(chat: int, waiting: list[tuple[float, Lane, int]]) -> list[tuple[float, Lane, int]]:
    """Send one after another as the outbox does, without any time passing in calls."""
    pacing, now = Pacing(LIMITS), 0.0
    sent = []
    for pause, lane, cost in waiting:
        now += pause
        now += pacing.wait(chat, lane, cost, now)
        assert pacing.wait(chat, lane, cost, now) < 1e-6
        pacing.sent(chat, cost, now)
        sent.append((now, lane, cost))
    return sent


def most_in_window(sent: list[tuple[float, Lane, int]], seconds: float) -> int:
    return max(
        (sum(cost for when, _, cost in sent if start <= when < start + seconds) for start, _, _ in sent),
        default=0,
    )


@given(arrivals)
def test_a_group_never_gets_more_than_its_limit_in_any_window(waiting: list[tuple[float, Lane, int]]) -> None:
    assert most_in_window(send_all(GROUP, waiting), LIMITS.group_seconds) <= LIMITS.group_messages


@given(arrivals)
def test_a_person_never_gets_more_than_the_burst_in_its_time(waiting: list[tuple[float, Lane, int]]) -> None:
    single = [(pause, lane, 1) for pause, lane, _ in waiting]
    sent = send_all(PERSON, single)
    for seconds in (1.0, 3.0, 7.0, 20.0):
        allowed = LIMITS.private_burst + seconds * LIMITS.private_per_second
        assert most_in_window(sent, seconds) <= allowed


@given(arrivals)
def test_unasked_messages_keep_an_even_pace(waiting: list[tuple[float, Lane, int]]) -> None:
    sent = send_all(GROUP, [(pause, UNASKED, 1) for pause, _, _ in waiting])
    step, few = LIMITS.group_seconds / LIMITS.group_messages, 2
    for steps in range(few, LIMITS.group_messages):
        assert most_in_window(sent, steps * step) <= steps + few


@given(arrivals)
def test_every_message_is_sent_in_the_end(waiting: list[tuple[float, Lane, int]]) -> None:
    sent = send_all(GROUP, waiting)
    assert len(sent) == len(waiting)
    assert all(earlier[0] <= later[0] for earlier, later in pairwise(sent))


@given(st.lists(st.tuples(st.floats(0, 0.5, allow_nan=False), st.integers(1, 4)), max_size=40))
def test_all_chats_together_never_get_more_than_the_common_limit(calls: list[tuple[float, int]]) -> None:
    pacing, now = Pacing(LIMITS), 0.0
    sent: list[tuple[float, Lane, int]] = []
    for pause, cost in calls:
        now += pause
        place = pacing.reserve(PERSON, cost, now)
        now += place.wait(now)
        place.leave(now)
        sent.append((now, ASKED, 1))
    assert most_in_window(sent, 1.0) <= LIMITS.overall_per_second


def test_a_burst_that_arrives_late_holds_its_places_longer() -> None:
    pacing = Pacing(LIMITS)
    first = [pacing.reserve(PERSON, 1, 0.0) for _ in range(int(LIMITS.overall_per_second))]
    assert [place.wait(0.0) for place in first] == [0.0] * len(first)
    following = pacing.reserve(PERSON, 1, 0.5)
    assert following.wait(2.0) > 0
    first[0].leave(2.1)
    assert following.wait(2.1) == pytest.approx(MARGIN)


def test_a_few_cards_go_at_once_and_the_others_at_an_even_pace() -> None:
    pacing = Pacing(LIMITS)
    for _ in range(2):
        assert pacing.wait(GROUP, UNASKED, 1, 0.0) == 0
        pacing.sent(GROUP, 1, 0.0)
    assert pacing.wait(GROUP, UNASKED, 1, 1.0) == 3.0
    assert pacing.wait(GROUP, ASKED, 1, 1.0) == 0


def test_a_retry_after_closes_its_chat_and_no_other() -> None:
    pacing = Pacing(LIMITS)
    pacing.throttled(GROUP, 7, 0.0)
    assert pacing.wait(GROUP, ASKED, 1, 2.0) == 5.0
    assert pacing.wait(PERSON, ASKED, 1, 2.0) == 0


def test_two_chats_throttled_at_once_close_all() -> None:
    pacing = Pacing(LIMITS)
    pacing.throttled(GROUP, 7, 0.0)
    pacing.throttled(PERSON, 3, 1.0)
    assert pacing.wait(99, ASKED, 1, 2.0) == 5.0
    assert pacing.wait(99, ASKED, 1, 7.0) == 0


def test_chats_that_are_throttled_alone_close_no_other() -> None:
    pacing, people = Pacing(LIMITS), [FIRST_ON_WHATSAPP + number for number in (1, 2, 3)]
    for person in people[:2]:
        pacing.throttled(person, 3600, 0.0, only_chat=True)
    assert [pacing.wait(person, ASKED, 1, 1.0) for person in people] == [3599.0, 3599.0, 0]


def test_a_person_on_whatsapp_gets_a_burst_and_then_one_message_in_six_seconds() -> None:
    pacing, siti = Pacing(LIMITS), FIRST_ON_WHATSAPP + 1
    for _ in range(45):
        assert pacing.wait(siti, ASKED, 1, 0.0) == 0
        pacing.sent(siti, 1, 0.0)
    assert pacing.wait(siti, ASKED, 1, 0.0) == pytest.approx(6 * MARGIN)
    # The burst is paid off before there is another one.
    pacing.sent(siti, 1, 6.1)
    assert pacing.wait(siti, ASKED, 1, 6.1) == pytest.approx(12 * MARGIN - 6.1)


def test_each_messenger_has_its_own_common_limit() -> None:
    pacing, people = Pacing(LIMITS), (FIRST_ON_WHATSAPP + 1, FIRST_ON_WHATSAPP + 2)
    for person in people:
        pacing.throttled(person, 9, 0.0)
    assert pacing.wait(FIRST_ON_WHATSAPP + 3, ASKED, 1, 1.0) == 8.0
    assert pacing.wait(PERSON, ASKED, 1, 1.0) == 0
    for _ in range(int(ON_WHATSAPP.overall_per_second)):
        assert pacing.reserve(people[0], 1, 20.0).wait(20.0) == 0
    assert pacing.reserve(people[0], 1, 20.0).wait(20.0) > 0
    assert pacing.reserve(PERSON, 1, 20.0).wait(20.0) == 0


def test_chats_long_silent_are_forgotten() -> None:
    pacing = Pacing(LIMITS)
    for person in range(1, 5000):
        pacing.sent(person, 1, float(person))
    assert len(pacing._chats) < 2100


def test_an_album_larger_than_the_window_is_sent_when_the_window_is_empty() -> None:
    pacing = Pacing(LIMITS)
    assert pacing.wait(GROUP, ASKED, 99, 0.0) == 0
    pacing.sent(GROUP, 99, 0.0)
    assert 20 < pacing.wait(GROUP, ASKED, 1, 0.0) < 21


def test_documents_and_cards_give_way_while_many_chats_are_answered() -> None:
    pacing = Pacing(LIMITS)
    for _ in range(4):
        pacing.reserve(PERSON, 1, 0.0)
    for chat in (GROUP, PERSON):
        assert pacing.wait(chat, ASKED, 1, 0.1) == 0
        assert pacing.wait(chat, UNASKED, 1, 0.1) == pytest.approx(MARGIN - 0.1)
        assert pacing.wait(chat, UNASKED, 1, 0.1, waited=11.0) == 0


def test_unasked_messages_are_sent_despite_endless_replies() -> None:
    turnstile, served = Turnstile(), []
    for _ in range(30):
        lane = turnstile.next_lane(asked=True, unasked=True)
        turnstile.served(lane, other_waits=True)
        served.append(lane)
    assert served[0] == ASKED
    assert served.count(UNASKED) == 3


def test_the_time_of_calls_does_not_slow_down_the_cards_of_a_surge() -> None:
    pacing, now = Pacing(Limits()), 0.0
    for _ in range(100):
        now += pacing.wait(GROUP, UNASKED, 1, now) + 0.5
        pacing.sent(GROUP, 1, now)
    assert now < 1.05 * 100 / 20 * 60
