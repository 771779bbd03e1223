"""The sender of a raw update is found without the library; news about members have none."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.base import Sender
from bot.channels.telegram.senders import sender_of

PRIVATE, GROUP = {"id": 7, "type": "private"}, {"id": -5, "type": "supergroup"}
SITI = {"id": 7, "is_bot": False, "first_name": "Siti"}


def message(**facts: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": 100, "chat": PRIVATE, "from": SITI, "text": "halo"} | facts


RAW: dict[str, tuple[dict[str, Any], Sender | None]] = {
    "a message": ({"message": message()}, Sender(7, 7, 100.0)),
    "a message in a group": ({"message": message(chat=GROUP)}, Sender(-5, 7, 100.0)),
    "an edit counts when it is made": (
        {"edited_message": message(edit_date=300)},
        Sender(7, 7, 300.0),
    ),
    "a press": ({"callback_query": {"from": SITI, "message": message(chat=GROUP)}}, Sender(-5, 7, None)),
    "a press without its message": ({"callback_query": {"from": SITI}}, Sender(7, 7, None)),
    "who joins": ({"message": message(chat=GROUP, new_chat_members=[SITI])}, None),
    "who leaves": ({"message": message(chat=GROUP, left_chat_member=SITI)}, None),
    "a group that moves": ({"message": message(chat=GROUP, migrate_to_chat_id=-6)}, None),
    "a member's change": ({"chat_member": {"chat": GROUP, "from": SITI, "date": 100}}, None),
    "the bot's own change": ({"my_chat_member": {"chat": PRIVATE, "from": SITI, "date": 100}}, None),
    "no sender": ({"message": {"chat": GROUP, "date": 100}}, None),
    "a sender of another form": ({"message": message(**{"from": [7]})}, None),
    "an id of another form": ({"message": message(**{"from": {"id": 7.5}})}, None),
    "a date of another form": ({"message": message(date="today")}, None),
    "another kind": ({"poll": {"id": 1}}, None),
    "a message of another form": ({"message": "halo"}, None),
}


@pytest.mark.parametrize("name", RAW)
def test_the_sender_of_a_raw_update(name: str) -> None:
    raw, sender = RAW[name]
    assert sender_of({"update_id": 1, **raw}) == sender
