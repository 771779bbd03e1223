"""Ids of messages are never used again, although the messenger's numbers are."""

from __future__ import annotations

import pytest

from bot.channels.base import DeliveryError, Failure, Posting, Step
from bot.channels.message_ids import MessageIds, is_before, is_next
from bot.channels.moves import Moves
from conversations.messages import OutgoingMessage

FIRST, SECOND, THIRD = -1, -1002, -1003
MESSAGE = OutgoingMessage("system.own_id", {"person": 7})


def ids(account: int = 0) -> MessageIds:
    made = MessageIds(Moves({FIRST}, {FIRST: SECOND, SECOND: THIRD}))
    made.use_account(account)
    return made


def test_without_moves_and_changes_the_ids_are_the_messengers() -> None:
    assert [ids().inward(chat, 5) for chat in (7, FIRST, -555)] == [5, 5, 5]
    assert ids().outward(7, 5) == 5


def test_each_place_a_group_has_had_gives_its_own_ids() -> None:
    known = [ids(account).inward(chat, 5) for account in (0, 1, 2) for chat in (FIRST, SECOND, THIRD)]
    assert len(set(known)) == 9
    # A later message has the larger id: that decides which copy of a card is the newest.
    assert known == sorted(known)
    assert max(known) < 2**63


@pytest.mark.parametrize("account", [0, 1, 200])
def test_only_messages_of_one_account_are_in_order(account: int) -> None:
    early, late = ids(account).inward(7, 5), ids(account).inward(7, 6)
    assert is_before(early, late)
    assert not is_before(late, early)
    assert not is_before(early, early)
    assert not is_before(early, ids(account + 1).inward(7, 6))
    assert not is_before(ids(account + 1).inward(7, 5), late)


def test_only_the_message_with_the_next_number_of_the_account_is_next() -> None:
    first, second = ids().inward(7, 5), ids().inward(7, 6)
    assert is_next(second, first)
    assert not any(
        is_next(message, earlier)
        for message, earlier in (
            (first, second),
            (first, first),
            (ids().inward(7, 7), first),
            (ids(1).inward(7, 6), first),
            (ids().inward(7, 1), 0),
        )
    )


def test_the_last_generation_of_all_still_fits_into_63_bits() -> None:
    assert ids(2**23 - 1).inward(THIRD, 2**31 - 1) < 2**63


@pytest.mark.parametrize("account", [0, 3])
@pytest.mark.parametrize("chat", [7, FIRST, SECOND, THIRD])
def test_an_id_contains_the_messengers_number(account: int, chat: int) -> None:
    assert ids(account).outward(chat, ids(account).inward(chat, 5)) == 5


@pytest.mark.parametrize(
    ("account", "chat", "former"),
    [(0, THIRD, SECOND), (0, THIRD, FIRST), (1, 7, 7), (1, THIRD, THIRD)],
)
def test_a_message_of_an_earlier_generation_is_out_of_reach(account: int, chat: int, former: int) -> None:
    earlier = ids().inward(former, 5)
    now = ids(account)
    assert now.outward(chat, earlier) == 0
    with pytest.raises(DeliveryError) as caught:
        now.posting(Posting(chat, MESSAGE, "id", edit=earlier))
    assert caught.value.kind is Failure.VANISHED
    assert now.posting(Posting(chat, MESSAGE, "id", reply_to=earlier)).reply_to == 0


def test_no_message_stays_no_message() -> None:
    assert ids(4).inward(THIRD, 0) == ids(4).outward(THIRD, 0) == 0
    assert ids(4).posting(Posting(THIRD, MESSAGE, "id")) == Posting(THIRD, MESSAGE, "id")


async def test_a_sent_message_has_an_id_that_is_never_used_again() -> None:
    async def run() -> tuple[int, ...]:
        return 5, 0

    made = ids(1).step(THIRD, Step(1, main=True, run=run))
    assert await made.run() == (ids(1).inward(THIRD, 5), 0)


async def test_the_messages_of_an_incomplete_album_have_such_ids_too() -> None:
    async def run() -> tuple[int, ...]:
        raise DeliveryError(Failure.REFUSED, made=(5,))

    with pytest.raises(DeliveryError) as caught:
        await ids(1).step(THIRD, Step(1, main=False, run=run)).run()
    assert caught.value.made == (ids(1).inward(THIRD, 5),)


def test_a_move_that_was_read_counts_at_once() -> None:
    moves = Moves({FIRST})
    assert moves.position(SECOND) == 0
    moves.note_read(FIRST, SECOND)
    assert [moves.position(chat) for chat in (FIRST, SECOND)] == [0, 1]
    moves.note_read(SECOND, FIRST)
    assert [moves.position(chat) for chat in (FIRST, SECOND)] == [0, 1]


CIRCLES = {
    "back": ((FIRST, SECOND), (SECOND, FIRST)),
    "to itself": ((FIRST, FIRST),),
    "over a third": ((FIRST, SECOND), (SECOND, THIRD), (THIRD, FIRST)),
    "to where it came from, moved before": ((FIRST, SECOND), (THIRD, FIRST), (FIRST, THIRD)),
}


@pytest.mark.parametrize("name", CIRCLES)
def test_moves_never_lead_in_a_circle(name: str) -> None:
    moves = Moves({FIRST})
    for old, new in CIRCLES[name]:
        moves.note_read(old, new)
        moves.add(old, new)
    for chat in (FIRST, SECOND, THIRD):
        assert moves.destination(chat) in {FIRST, SECOND, THIRD}
        assert moves.position(chat) <= 2
