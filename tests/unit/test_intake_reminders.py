"""A draft that waits is reminded of and dropped; a file that was lost no longer counts."""

from __future__ import annotations

from datetime import timedelta

from conversations.effects import RecordHistory
from conversations.events import FileLost
from tests.unit.walker import NAME, SITI, asked, citizen, draft_of, walk


def test_draft_is_reminded_of_after_a_day_and_dropped_after_seven() -> None:
    siti = citizen()
    walk(siti, until="name")
    chat = siti.chat_log
    chat.wake(SITI, timedelta(hours=23))
    assert chat.sent(SITI) == []
    chat.wake(SITI, timedelta(hours=2))
    assert [message.template for message in chat.sent(SITI)] == ["intake.reminder"]
    chat.wake(SITI, timedelta(days=1))
    assert chat.sent(SITI) == []
    chat.wake(SITI, timedelta(days=5))
    assert [message.template for message in chat.sent(SITI)] == ["intake.dropped"]
    assert chat.conversation(SITI).draft is None


def test_question_still_listens_after_a_reminder() -> None:
    siti = citizen()
    walk(siti, until="name")
    siti.chat_log.wake(SITI, timedelta(hours=25))
    assert asked(siti) == "name"
    assert siti.says(NAME) == ["intake.ask_name", "intake.not_taken"]
    assert "name" not in draft_of(siti).answers
    siti.presses("use_as_answer")
    assert draft_of(siti).answers["name"] == NAME


def test_going_on_with_a_draft_keeps_it_for_another_seven_days() -> None:
    siti = citizen()
    walk(siti, until="name")
    chat = siti.chat_log
    chat.wake(SITI, timedelta(hours=25))
    reminder = chat.sent(SITI)[0]
    assert str(reminder.params["until"]).startswith("2026-03-24T09:0")  # Tuesday, a week later
    chat.now += timedelta(days=5)
    siti.presses("resume_draft")
    chat.wake(SITI, timedelta(days=2))
    assert chat.conversation(SITI).draft is not None


def test_lost_file_is_reported_and_no_longer_counted() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Cerita")
    siti.sends("photo", caption="Loket")
    chat, draft = siti.chat_log, draft_of(siti)
    chat.feed(FileLost(chat.now, draft.id, draft.story[1].file, SITI, "unreachable"))
    assert [message.template for message in chat.sent(SITI)] == ["intake.file_lost"]
    assert [(part.kind, part.text, part.file) for part in draft_of(siti).story] == [
        ("text", "Cerita", ""),
        ("text", "Loket", ""),
    ]


def test_lost_file_of_a_filed_complaint_is_reported_and_recorded() -> None:
    siti = citizen()
    walk(siti, until="filed")
    chat = siti.chat_log
    chat.feed(FileLost(chat.now, chat.case().id, "5001-1", SITI, "too_large"))
    assert [message.template for message in chat.sent(SITI)] == ["intake.file_lost_later"]
    assert any(isinstance(effect, RecordHistory) for effect in chat.fresh)
