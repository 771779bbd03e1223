"""Fetching goes on only when all is stored, and a stop breaks off a fetch but never a turn (invariant 1)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.channels.base import FetchError, Raw, UnreadableUpdate, UnreadableUpdateError
from bot.sources.polling import Polling, TokenRefusedError
from bot.turns.batches import Incoming
from conversations.events import TextReceived
from tests.integration.turn_setup import origin

Answer = list[Raw] | Exception


def _updates(*numbers: int) -> list[Raw]:
    return [{"update_id": number} for number in numbers]


@dataclass
class Source:
    """Answers one after the other, then is silent as a long poll is."""

    answers: list[Answer]
    name: str = "telegram"
    offsets: list[int] = field(default_factory=list)
    silent: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, offset: int, timeout: float) -> list[Raw]:  # noqa: ASYNC109
        assert timeout > 0
        self.offsets.append(offset)
        if not self.answers:
            self.silent.set()
            await asyncio.Event().wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def read(self, raw: Mapping[str, Any]) -> TextReceived | None:
        if raw["update_id"] == 13:
            raise UnreadableUpdateError
        if raw["update_id"] == 666:
            raise RuntimeError("rahasia")
        return TextReceived(origin(), "halo")


@dataclass
class Taker:
    taken: list[Incoming] = field(default_factory=list)
    allowed: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, incoming: Sequence[Incoming]) -> None:
        await self.allowed.wait()
        self.taken.extend(incoming)


async def _poll(source: Source, *, offset: int = 0) -> Taker:
    """Everything that the source has to give."""
    taker, stopping = Taker(), asyncio.Event()
    taker.allowed.set()
    running = asyncio.create_task(Polling(source, taker.take, offset).run(stopping))
    async with asyncio.timeout(60):
        await source.silent.wait()
        stopping.set()
        await running
    return taker


async def test_polling_continues_after_the_last_update_even_when_ids_restart_lower() -> None:
    source = Source([_updates(900, 901), _updates(5, 6)])
    await _poll(source, offset=900)
    assert source.offsets == [900, 902, 7]


async def test_nothing_is_left_to_acknowledge_after_an_empty_answer() -> None:
    source = Source([_updates(900), [], _updates(5)])
    await _poll(source)
    assert source.offsets == [0, 901, 0, 6]


async def test_the_next_fetch_waits_until_the_turn_has_stored() -> None:
    source, taker, stopping = Source([_updates(1)]), Taker(), asyncio.Event()
    running = asyncio.create_task(Polling(source, taker.take, 0).run(stopping))
    for _ in range(20):
        await asyncio.sleep(0)
    assert source.offsets == [0]
    taker.allowed.set()
    await source.silent.wait()
    assert source.offsets == [0, 2]
    stopping.set()
    await running


async def test_an_unreadable_update_comes_with_its_error_and_affects_no_other() -> None:
    taker = await _poll(Source([_updates(12, 13, 14)]))
    assert [bool(one.unreadable) for one in taker.taken] == [False, True, False]
    assert taker.taken[1].raw == {"update_id": 13}


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that polling would have waited, at once."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("bot.sources.polling.asyncio.sleep", sleep)
    return waited


async def test_a_fault_in_reading_sets_that_update_aside_alone() -> None:
    taker = await _poll(Source([_updates(12, 666, 14)]))
    assert [one.update_id for one in taker.taken] == [12, 666, 14]
    assert taker.taken[1].unreadable.startswith("RuntimeError")
    assert "rahasia" not in taker.taken[1].unreadable


async def test_an_unreadable_item_goes_to_the_turns_as_bytes() -> None:
    odd = UnreadableUpdate(None, b"null", "odd"), UnreadableUpdate(8, b"{", "odd")
    source = Source([[*_updates(7), *odd, *_updates(9)]])
    taker = await _poll(source)
    assert [(one.update_id, one.unreadable) for one in taker.taken] == [
        (7, ""),
        (None, "odd"),
        (8, "odd"),
        (9, ""),
    ]
    assert [one.raw for one in taker.taken[1:3]] == [b"null", b"{"]
    assert source.offsets == [0, 10]


async def test_an_answer_without_any_id_is_taken_once_with_growing_waits(
    waits: list[float],
) -> None:
    odd: list[Raw] = [UnreadableUpdate(None, b"null", "odd")]
    source = Source([_updates(4), *[odd] * 7, _updates(5)])
    taker = await _poll(source)
    assert [one.update_id for one in taker.taken] == [4, None, 5]
    assert source.offsets == [0, *[5] * 8, 6]
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


async def test_an_answer_damaged_on_its_way_skips_no_update(waits: list[float]) -> None:
    damaged: list[list[Raw]] = [[UnreadableUpdate(None, raw, "odd")] for raw in (b"null", b"7")]
    source = Source([_updates(4), *damaged, _updates(5)])
    taker = await _poll(source)
    assert [one.update_id for one in taker.taken] == [4, 5]
    assert source.offsets == [0, 5, 5, 5, 6]


async def test_an_item_without_an_id_is_passed_with_the_next_update(waits: list[float]) -> None:
    odd: list[Raw] = [UnreadableUpdate(None, b"null", "odd")]
    source = Source([_updates(4), odd, odd, [*odd, *_updates(6)], _updates(7)])
    taker = await _poll(source)
    assert [one.update_id for one in taker.taken] == [4, None, None, 6, 7]
    assert source.offsets == [0, 5, 5, 5, 7, 8]


async def test_polling_waits_after_any_fault_of_a_fetch(waits: list[float]) -> None:
    faults = RuntimeError("x"), RecursionError(), UnicodeDecodeError("utf-8", b"", 0, 1, "x"), KeyError("x")
    source = Source([_updates(4), *faults, _updates(5)])
    taker = await _poll(source)
    assert [one.update_id for one in taker.taken] == [4, 5]
    assert waits == [1.0, 2.0, 4.0, 8.0]


async def test_a_failed_fetch_is_tried_again_from_the_same_offset(waits: list[float]) -> None:
    failures = FetchError("temporary"), FetchError("temporary", retry_after=7.0), FetchError("conflict")
    source = Source([_updates(4), *failures, _updates(5)])
    await _poll(source)
    assert source.offsets[1:-1] == [5, 5, 5, 5]
    assert waits == [1.0, 7.0, 5.0]


async def test_a_wrong_token_ends_the_bot_and_names_the_setting() -> None:
    polling = Polling(Source([FetchError("token")]), Taker().take, 0)
    with pytest.raises(TokenRefusedError, match=r"telegram\.token"):
        await polling.run(asyncio.Event())


async def test_a_stop_finishes_the_turn_that_has_begun() -> None:
    source, taker, stopping = Source([_updates(1)]), Taker(), asyncio.Event()
    running = asyncio.create_task(Polling(source, taker.take, 0).run(stopping))
    for _ in range(20):
        await asyncio.sleep(0)
    stopping.set()
    taker.allowed.set()
    await running
    assert len(taker.taken) == 1
