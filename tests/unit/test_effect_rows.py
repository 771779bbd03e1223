"""Effects as rows of the outbox, by what the messenger of the chat can do."""

from __future__ import annotations

import pytest

from bot.channels.numbers import FIRST_ON_WHATSAPP
from bot.database.outbox_rows import Kind, LaneNumber
from bot.outbox.effect_rows import PROGRESS_SECONDS, rows
from conversations.effects import (
    DeleteMessages,
    Edit,
    Effect,
    Lane,
    LeaveChat,
    Send,
    ShowCommands,
    StripButtons,
    Weight,
)
from conversations.messages import OutgoingMessage

ON_TELEGRAM, ON_WHATSAPP = 7, FIRST_ON_WHATSAPP + 7
SAID = OutgoingMessage("system.own_id", {"person": 7})
NOW = 1000.0


def edit(chat: int, weight: Weight, lane: Lane = Lane.ASKED) -> Edit:
    return Edit(chat, "tally:abc:1", SAID, 55, lane, weight)


@pytest.mark.parametrize("weight", Weight)
def test_telegram_changes_a_message_whatever_that_is_worth(weight: Weight) -> None:
    (row,) = rows([edit(ON_TELEGRAM, weight)], lambda _: "id", NOW)
    assert (row.kind, row.at, row.not_before, row.replaces) == (Kind.EDIT, 55, 0.0, False)


def test_content_on_whatsapp_is_a_new_message_under_the_same_key() -> None:
    (row,) = rows([edit(ON_WHATSAPP, Weight.CONTENT)], lambda _: "en", NOW)
    assert (row.kind, row.key, row.at, row.message) == (Kind.SEND, "tally:abc:1", 0, SAID)
    assert row.replaces
    assert not row.is_cosmetic
    assert (row.not_before, row.language) == (0.0, "en")


def test_progress_on_whatsapp_is_a_message_some_seconds_later() -> None:
    (row,) = rows([edit(ON_WHATSAPP, Weight.PROGRESS)], lambda _: "id", NOW)
    assert (row.kind, row.lane) == (Kind.SEND, LaneNumber.COSMETIC)
    assert row.is_progress
    assert row.is_cosmetic
    assert row.not_before == NOW + PROGRESS_SECONDS


@pytest.mark.parametrize(
    "effect",
    [
        edit(ON_WHATSAPP, Weight.COSMETIC),
        edit(ON_WHATSAPP, Weight.CONTENT, Lane.COSMETIC),
        StripButtons(ON_WHATSAPP, 5),
        ShowCommands(ON_WHATSAPP, "id"),
        LeaveChat(ON_WHATSAPP),
    ],
    ids=["cosmetic", "cosmetic lane", "buttons", "commands", "leaving"],
)
def test_what_whatsapp_cannot_do_and_nobody_misses_has_no_row(effect: Effect) -> None:
    assert rows([effect], lambda _: "id", NOW) == []


def test_a_message_and_a_deletion_have_their_rows_on_both() -> None:
    for chat in (ON_TELEGRAM, ON_WHATSAPP):
        sent, deleted = rows(
            [
                Send(chat, SAID, "response:abc:1", report="abc"),
                DeleteMessages(chat, "response:abc:1", "recalled_response:abc:1", "abc"),
            ],
            lambda _: "id",
            NOW,
        )
        assert (sent.kind, sent.report) == (Kind.SEND, "abc")
        assert (deleted.kind, deleted.report) == (Kind.DELETE, "abc")
        assert deleted.replaces is (chat == ON_WHATSAPP)
