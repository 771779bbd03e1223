"""A lane serves one share after the other; within a share the order stays."""

from __future__ import annotations

import pytest

from bot.database.outbox_rows import Kind, LaneNumber, OutboxRow
from bot.outbox.fair_lane import FairLane, share_of
from conversations import keys
from conversations.messages import OutgoingMessage

GROUP, CASE, OTHER = -5, "a" * 16, "b" * 16
SAID = OutgoingMessage("system.own_id", {"person": 7})


def lane(*items: str) -> FairLane[str]:
    """Items named share + number."""
    made = FairLane[str]()
    for item in items:
        made.put(item, item[0])
    return made


def taken(from_lane: FairLane[str]) -> list[str]:
    return [from_lane.take() for _ in range(len(from_lane))]


def test_a_case_with_many_messages_gives_way_to_the_others() -> None:
    assert taken(lane("a1", "a2", "a3", "b1", "c1", "b2")) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_new_share_waits_for_one_message_of_each_other() -> None:
    waiting = lane("a1", "a2", "a3")
    assert waiting.take() == "a1"
    waiting.put("b1", "b")
    assert taken(waiting) == ["a2", "b1", "a3"]


def test_what_is_tried_again_is_the_head_and_keeps_the_order_of_its_share() -> None:
    waiting = lane("a1", "a2", "b1")
    again = waiting.take()
    waiting.put_first(again, "a")
    assert waiting.head == "a1"
    assert taken(waiting) == ["a1", "b1", "a2"]


def test_the_head_stays_while_others_are_put_behind_it() -> None:
    waiting = lane("a1")
    waiting.put("b1", "b")
    assert (waiting.head, list(waiting)) == ("a1", ["a1", "b1"])


def test_an_item_is_removed_and_all_are_cleared() -> None:
    waiting = lane("a1", "b1", "a2")
    waiting.remove("b1")
    with pytest.raises(ValueError, match="not in this lane"):
        waiting.remove("b1")
    assert taken(waiting) == ["a1", "a2"]
    waiting = lane("a1", "b1")
    waiting.clear()
    assert not waiting
    assert waiting.head is None


def row(key: str = "", lane: LaneNumber = LaneNumber.UNASKED, **facts: object) -> OutboxRow:
    values: dict[str, object] = {"kind": Kind.SEND, "chat": GROUP, "message": SAID, **facts}
    return OutboxRow(id=1, lane=lane, language="id", created=0.0, key=key, **values)  # type: ignore[arg-type]


SHARES = {
    "a card": (row(keys.card(CASE)), CASE),
    "an addition": (row(keys.added(OTHER, 2)), OTHER),
    "a reply to a card": (
        row(message=OutgoingMessage("system.own_id", {"person": 7}, reply_to=keys.card(CASE))),
        CASE,
    ),
    "a digest": (row(), ""),
    "a reply to an officer": (row(keys.card(CASE), LaneNumber.ASKED, asker=8), "8"),
    "a reply to no one": (row(lane=LaneNumber.ASKED), ""),
    "a message to a citizen": (row(keys.card(CASE), chat=7, asker=7), ""),
    "leaving": (row(kind=Kind.LEAVE, asker=7, lane=LaneNumber.ASKED), ""),
}


@pytest.mark.parametrize("name", SHARES)
def test_the_share_of_a_row(name: str) -> None:
    found, share = SHARES[name]
    assert share_of(found) == share
