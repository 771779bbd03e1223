"""Flood limits of the embedded messenger, with a clock that the tests move."""

import pytest

from bot.simulator.state.chats import Chat
from bot.simulator.state.limits import Limits
from tests.integration.simulator_client import messenger

PRIVATE = Chat({"id": 5001, "type": "private", "first_name": "Siti"})
GROUP = Chat({"id": -1001, "type": "supergroup", "title": "Petugas"})


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_group_gets_at_most_twenty_a_minute() -> None:
    clock = Clock()
    limits = Limits(clock=clock)
    for _ in range(20):
        assert limits.spend(GROUP) == 0
        clock.now += 1
    assert limits.spend(GROUP) == 40
    clock.now += 39.5
    assert limits.spend(GROUP) == 1
    clock.now += 0.5
    assert limits.spend(GROUP) == 0


def test_a_person_gets_a_short_burst_and_then_one_a_second() -> None:
    clock = Clock()
    limits = Limits(clock=clock)
    assert [limits.spend(PRIVATE) for _ in range(6)] == [0] * 5 + [1]
    for _ in range(20):
        clock.now += 1
        assert [limits.spend(PRIVATE), limits.spend(PRIVATE)] == [0, 1]
    clock.now += 5
    assert [limits.spend(PRIVATE) for _ in range(6)] == [0] * 5 + [1]


def test_all_chats_together_get_at_most_thirty_a_second() -> None:
    clock = Clock()
    limits = Limits(clock=clock)
    people = [Chat({"id": number, "type": "private", "first_name": "x"}) for number in range(1, 32)]
    assert [limits.spend(chat) for chat in people] == [0] * 30 + [1]
    clock.now += 1
    assert limits.spend(people[-1]) == 0


def test_each_item_of_an_album_counts() -> None:
    limits = Limits(clock=Clock())
    assert limits.spend(GROUP, 10) == 0
    assert limits.spend(GROUP, 10) == 0
    assert limits.spend(GROUP) == 60


def test_a_call_before_the_end_of_the_wait_is_refused() -> None:
    clock = Clock()
    limits = Limits(group=1, clock=clock)
    assert [limits.spend(GROUP), limits.spend(GROUP)] == [0, 60]
    clock.now += 30
    assert limits.spend(GROUP) == 30


def test_a_wait_has_whole_seconds_and_ends_only_after_them() -> None:
    clock = Clock()
    limits = Limits(private=1, private_window=0.5, clock=clock)
    assert [limits.spend(PRIVATE), limits.spend(PRIVATE)] == [0, 1]
    clock.now += 0.6
    assert limits.spend(PRIVATE) == 1
    clock.now += 0.4
    assert limits.spend(PRIVATE) == 0


async def test_edits_count_and_the_refusal_says_how_long_to_wait() -> None:
    async with messenger(Limits(group=2, clock=Clock())) as client:
        client.simulator.group(-1001, "Petugas")
        sent = await client.result("sendMessage", chat_id=-1001, text="a")
        where = {"chat_id": -1001, "message_id": sent["message_id"]}
        await client.result("editMessageText", **where, text="b")
        body = await client.call("editMessageText", **where, text="c")
        assert body == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 60",
            "parameters": {"retry_after": 60},
        }
        assert client.simulator.groups[-1001].messages[-1]["text"] == "b"


@pytest.mark.parametrize("method", ["sendChatAction", "deleteMessage"])
async def test_a_call_that_adds_no_message_does_not_count(method: str) -> None:
    async with messenger(Limits(group=1, clock=Clock())) as client:
        client.simulator.group(-1001, "Petugas")
        sent = await client.result("sendMessage", chat_id=-1001, text="a")
        params = {"action": "typing"} if method == "sendChatAction" else {"message_id": sent["message_id"]}
        assert await client.result(method, chat_id=-1001, **params) is True
