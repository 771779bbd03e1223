"""Days count from the sending of a message, and a day's button names its date."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.wording.rendering import Renderer
from conversations.events import TextReceived
from conversations.messages import OutgoingMessage
from tests.unit.transcript import START, Actor
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
