"""A press of a button, taken apart, also of a button that is not ours."""

from __future__ import annotations

import pytest

from conversations.events import AnonymousSpoke, ButtonPressed
from tests.unit.raw_updates import ANONYMOUS, BOT, GROUP, NOW, SENT, press


def test_a_press_is_taken_apart() -> None:
    event = press("take:abc:12:a:b")
    assert event == ButtonPressed(event.origin, "q1", "take", "abc", 12, "a:b")
    assert (event.origin.chat, event.origin.private, event.origin.message, event.origin.at) == (
        7,
        True,
        5,
        NOW,
    )


FOREIGN_DATA: dict[str, str | None] = {
    "no data": None,
    "empty": "",
    "one part": "x",
    "two parts": "take:abc",
    "version is a letter": "take:abc:x:",
    "version below zero": "take:abc:-1:",
    "version is a raised digit": "take:abc:²:",
    "version in Arabic digits": "take:abc:٣:",
    "version out of bounds": "take:abc:99999999999:",
    "version of 5000 digits": f"take:abc:{'9' * 5000}:",
    "subject of 5000 letters": f"take:{'a' * 5000}:1:",
    "no text": "��",
}


@pytest.mark.parametrize("data", FOREIGN_DATA.values(), ids=FOREIGN_DATA)
def test_a_press_of_a_foreign_button_has_no_action(data: str | None) -> None:
    assert press(data).action == ""


def test_a_press_on_a_message_too_old_to_be_shown_still_names_it() -> None:
    old = {"message_id": 5, "date": 0, "chat": GROUP}
    event = press("take:abc:12:", message=old)
    assert (event.origin.chat, event.origin.private, event.origin.message) == (-100, False, 5)
    assert event.origin.at == NOW


def test_a_press_by_an_anonymous_administrator_has_no_person() -> None:
    under = {"message_id": 5, "date": SENT, "chat": GROUP, "from": BOT, "text": "?"}
    event = press("take:abc:1:", **{"from": ANONYMOUS, "message": under})
    assert event == AnonymousSpoke(-100, NOW, "q1")
