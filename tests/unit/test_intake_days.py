"""Days count from the sending of a message, and a day's button names its date."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.wording.rendering import Renderer
from conversations.events import TextReceived
from conversations.messages import OutgoingMessage
from tests.unit.transcript import STAFF, START, Actor
from tests.unit.walker import citizen, draft_of, last, walk

RENDERER = Renderer()


def at_occurred() -> Actor:
    siti = citizen()
    walk(siti, until="occurred")
    return siti


def wording(message: OutgoingMessage) -> list[str]:
    return [RENDERER.label(b.label, b.params, "id") for row in message.buttons for b in row]


def test_the_buttons_of_days_show_their_dates() -> None:
    siti = at_occurred()
    assert wording(last(siti))[:2] == ["Hari ini, 17 Mar", "Kemarin, 16 Mar"]
    siti.presses("yesterday")
    assert draft_of(siti).answers["occurred"]["day"] == "2026-03-16"  # a Monday


@pytest.mark.parametrize("label", ["today", "yesterday"])
def test_a_day_question_of_an_earlier_day_is_shown_again_before_a_press_counts(label: str) -> None:
    siti = at_occurred()
    old = siti.button(label)
    siti.chat_log.now += timedelta(days=1)
    assert siti.presses_button(old) == ["intake.ask_occurred"]
    assert "occurred" not in draft_of(siti).answers
    assert wording(last(siti))[:2] == ["Hari ini, 18 Mar", "Kemarin, 17 Mar"]
    siti.presses(label)
    assert draft_of(siti).answers["occurred"]["day"] == ("2026-03-18" if label == "today" else "2026-03-17")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("hari ini", "2026-03-17"),
        ("tadi malam", "2026-03-16"),
        ("kemarin sore", "2026-03-16"),
        ("2 hari lalu", "2026-03-15"),
        ("yesterday", "2026-03-16"),
    ],
)
def test_a_message_that_waited_counts_from_its_sending(typed: str, day: str) -> None:
    siti = at_occurred()
    origin = siti.origin()
    siti.chat_log.now = START + timedelta(days=2)
    siti.chat_log.feed(TextReceived(origin, typed))
    assert draft_of(siti).answers["occurred"]["day"] == day


@pytest.mark.parametrize("typed", ["minggu lalu", "lebaran kemarin", "Agustus kemarin", "kemarin tgl 2"])
def test_what_is_kept_as_typed_says_when_it_was_said(typed: str) -> None:
    siti = at_occurred()
    siti.says(typed)
    walk(siti, until="summary")
    shown = RENDERER.plain(last(siti).template, last(siti).params, "id")
    assert f"{typed} (disampaikan Selasa, 17-03-2026)" in shown


def test_an_answer_is_said_in_english_too() -> None:
    siti = at_occurred()
    siti.says("last week")
    walk(siti, until="summary")
    assert "last week (said on Tuesday, 17-03-2026)" in RENDERER.plain(
        last(siti).template, last(siti).params, "en"
    )


@pytest.mark.parametrize("typed", ["tidak ingat", "Lupa.", "saya tidak tahu", "I don't know", "kurang tahu"])
def test_who_does_not_know_the_day_is_shown_with_these_words(typed: str) -> None:
    siti = at_occurred()
    assert siti.says(typed) == ["intake.ask_occurred_place"]
    walk(siti, until="summary")
    (shown,) = [row for row in last(siti).params["answers"] if row["field"] == "occurred"]
    assert shown == {"field": "occurred", "text": typed}
    walk(siti, until="filed")
    siti.presses("check_status")
    siti.presses("case")
    siti.presses("read_all")
    assert typed in RENDERER.text(last(siti), "id").replace("&#39;", "'")
    staff = siti.chat_log.person(77, "Budi", STAFF["dpmd"])
    staff.presses("read_all")
    assert typed in RENDERER.text(siti.chat_log.sent(STAFF["dpmd"])[-1], "id").replace("&#39;", "'")


@pytest.mark.parametrize("typed", ["lewati", "lewat", "skip it"])
def test_a_skipped_day_is_shown_as_skipped(typed: str) -> None:
    siti = at_occurred()
    siti.says(typed)
    walk(siti, until="summary")
    (shown,) = [row for row in last(siti).params["answers"] if row["field"] == "occurred"]
    assert shown == {"field": "occurred", "word": "skipped"}


def test_what_was_typed_without_a_day_keeps_the_day_of_its_sending() -> None:
    siti = at_occurred()
    siti.says("waktu banjir")
    assert draft_of(siti).answers["occurred"]["said"] == "2026-03-17"
