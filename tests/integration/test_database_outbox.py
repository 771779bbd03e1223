"""The outbox table: edits replace waiting rows, and no replacement is lost to a mark (invariants 3, 4)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from bot.database import sent_messages
from bot.database.engine import Database
from bot.database.outbox_marks import Failed, Later, Sent, mark_failed, mark_later, mark_sent, park, release
from bot.database.outbox_rows import Kind, LaneNumber, OutboxRow, State
from bot.database.outbox_table import insert_rows, load_rows, untried
from bot.database.sealing import Codec
from bot.database.tables import outbox
from conversations.messages import AskReply, Button, Key, Keyboard, OutgoingMessage

Work = Callable[[Connection], object]


def _message(person: int) -> OutgoingMessage:
    return OutgoingMessage("system.own_id", {"person": person})


def _row(kind: Kind = Kind.SEND, key: str = "", person: int = 1, **changes: object) -> OutboxRow:
    plain = OutboxRow(0, 7, LaneNumber.ASKED, kind, "id", 1.0, _message(person), key)
    return replace(plain, **changes)  # type: ignore[arg-type]


class Table:
    """The table with its codec."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self._database, self._codec = database, codec

    async def insert(self, *rows: OutboxRow, in_flight: Collection[int] = ()) -> list[OutboxRow]:
        return await self._database.write(lambda c: insert_rows(c, self._codec, rows, in_flight))

    async def waiting(self) -> list[OutboxRow]:
        return await self._database.write(lambda c: load_rows(c, self._codec))

    async def persons(self) -> list[int]:
        return [row.message.params["person"] for row in await self.waiting() if row.message]

    async def run(self, work: Work) -> None:
        await self._database.write(work)

    async def release(self) -> list[OutboxRow]:
        return await self._database.write(lambda c: release(c, self._codec, 7))

    async def column(self, name: str) -> list[object]:
        query = select(outbox.c[name]).order_by(outbox.c.id)
        return list(await self._database.write(lambda c: c.execute(query).scalars().all()))

    async def newest(self, key: str) -> int | None:
        found = await self._database.write(lambda c: sent_messages.newest(c, [key]))
        return found.get((7, key))


@pytest.fixture
def table(database: Database, codec: Codec) -> Table:
    return Table(database, codec)


async def test_rows_are_read_back_as_they_were_stored(table: Table) -> None:
    full = OutgoingMessage(
        "system.own_id",
        {"person": "<b>Siti</b> \u202e\u200b"},
        buttons=((Button("back", "back", style="danger", version=3), Button("back", url="https://x.id")),),
        keyboard=Keyboard(((Key("back", "contact"),),)),
        files=("7-1",),
        reply_to="card:a",
    )
    asking = replace(full, keyboard=AskReply(42))
    rows = (
        _row(message=full, key="k", report="a"),
        _row(Kind.EDIT, message=asking),
        _row(Kind.LEAVE, message=None),
    )
    stored = await table.insert(*rows)
    assert await table.waiting() == stored
    assert [row.message for row in stored] == [full, asking, None]


async def test_an_edit_takes_the_place_of_the_waiting_row(table: Table) -> None:
    first, _ = await table.insert(_row(key="k", person=1), _row(person=2))
    (replaced,) = await table.insert(_row(Kind.EDIT, "k", 3))
    assert (replaced.id, replaced.revision, replaced.kind) == (first.id, 1, Kind.SEND)
    assert await table.persons() == [3, 2]
    assert (await table.waiting())[0] == replaced


async def test_edits_of_one_batch_join_the_message_they_belong_to(table: Table) -> None:
    await table.insert(_row(key="k", person=1), _row(person=2), _row(Kind.EDIT, "k", 3))
    await table.insert(_row(Kind.EDIT, "k", 4), _row(Kind.EDIT, "k", 5))
    assert await table.persons() == [5, 2]


BEHIND = {
    "being sent": (_row(key="k"), True),
    "partly sent": (_row(key="k", progress=1), False),
    "another key": (_row(key="other"), False),
    "another chat": (_row(key="k", chat=8), False),
}


@pytest.mark.parametrize("name", BEHIND)
async def test_an_edit_waits_behind_a_row_that_it_cannot_replace(table: Table, name: str) -> None:
    before, sending = BEHIND[name]
    (first,) = await table.insert(before)
    (edit,) = await table.insert(_row(Kind.EDIT, "k", 3), in_flight={first.id} if sending else ())
    assert edit.id > first.id
    assert len(await table.waiting()) == 2


async def test_a_sent_row_leaves_and_its_key_names_the_message(table: Table) -> None:
    (row,) = await table.insert(_row(key="k"))
    await table.run(lambda c: mark_sent(c, [Sent(row, 55, 2.0)]))
    assert await table.waiting() == []
    assert await table.newest("k") == 55


async def test_a_key_moves_to_the_newer_message(table: Table) -> None:
    first, second = await table.insert(_row(key="k"), _row(key="k"))
    await table.run(lambda c: mark_sent(c, [Sent(first, 55, 2.0)]))
    await table.run(lambda c: mark_sent(c, [Sent(second, 60, 3.0)]))
    assert await table.newest("k") == 60


async def test_a_replacement_that_came_while_sending_becomes_an_edit_of_what_was_sent(table: Table) -> None:
    (sending,) = await table.insert(_row(key="k", person=1))
    await table.insert(_row(Kind.EDIT, "k", 2))
    await table.run(lambda c: mark_sent(c, [Sent(sending, 55, 2.0)]))
    (left,) = await table.waiting()
    assert (left.kind, left.at, left.message) == (Kind.EDIT, 55, _message(2))


async def test_a_replacement_is_sent_though_the_replaced_message_failed(table: Table) -> None:
    (sending,) = await table.insert(_row(key="k", person=1))
    await table.insert(_row(Kind.EDIT, "k", 2))
    await table.run(lambda c: mark_failed(c, [Failed(sending, "chat not found")]))
    assert await table.persons() == [2]


async def test_the_time_of_the_next_attempt_survives_a_restart(table: Table) -> None:
    (row,) = await table.insert(_row())
    await table.run(lambda c: mark_later(c, [Later(row, 3, 900.0, 2)]))
    assert await table.waiting() == [replace(row, attempts=3, not_before=900.0, progress=2)]


async def test_a_parked_chat_comes_back_with_its_final_response_first(table: Table) -> None:
    plain, answer, foreign = await table.insert(_row(), _row(report="a"), _row(chat=8))
    await table.run(lambda c: park(c, 7))
    assert await table.waiting() == [foreign]
    assert await table.column("outcome") == [None, "unreachable", None]
    assert [row.id for row in await table.release()] == [answer.id, plain.id]
    assert len(await table.waiting()) == 3


async def test_a_row_that_waited_for_its_next_try_is_sent_at_once_when_its_chat_is_back(table: Table) -> None:
    (answer,) = await table.insert(_row(report="a"))
    await table.run(lambda c: mark_later(c, [Later(answer, 2, 900.0, 0)]))
    await table.run(lambda c: park(c, 7))
    assert [(row.attempts, row.not_before) for row in await table.release()] == [(2, 0.0)]


async def test_a_parked_row_can_still_be_replaced(table: Table) -> None:
    await table.insert(_row(key="k", person=1))
    await table.run(lambda c: park(c, 7))
    (replaced,) = await table.insert(_row(Kind.EDIT, "k", 2))
    assert replaced.state is State.PARKED
    assert [row.message for row in await table.release()] == [_message(2)]


async def test_numbers_are_never_used_twice(table: Table) -> None:
    (first,) = await table.insert(_row())
    await table.run(lambda c: mark_sent(c, [Sent(first, 55, 2.0)]))
    (second,) = await table.insert(_row())
    assert second.id == first.id + 1


async def test_removing_a_key_prefix_leaves_longer_keys_of_others(table: Table) -> None:
    first, second = await table.insert(_row(key="tally:a"), _row(key="tally:ab"))
    await table.run(lambda c: mark_sent(c, [Sent(first, 55, 2.0), Sent(second, 56, 2.0)]))
    await table.run(lambda c: sent_messages.forget_prefix(c, "tally:ab"))
    assert (await table.newest("tally:a"), await table.newest("tally:ab")) == (55, None)


async def test_one_key_of_a_prefix_can_be_kept(table: Table) -> None:
    first, second = await table.insert(_row(key="screen:7:1"), _row(key="screen:7:2"))
    await table.run(lambda c: mark_sent(c, [Sent(first, 55, 2.0), Sent(second, 56, 2.0)]))
    await table.run(lambda c: sent_messages.forget_prefix(c, "screen:7:", "screen:7:2"))
    assert (await table.newest("screen:7:1"), await table.newest("screen:7:2")) == (None, 56)


async def untried_of(table: Table, key: str, in_flight: Collection[int] = ()) -> bool:
    found: list[frozenset[tuple[int, str]]] = []
    await table.run(lambda c: found.append(untried(c, [key], in_flight)))
    return (7, key) in found[0]


async def test_a_message_that_waits_and_was_not_tried_can_have_been_seen_by_nobody(table: Table) -> None:
    (row,) = await table.insert(_row(key="screen:7:3"))
    assert await untried_of(table, "screen:7:3")
    assert not await untried_of(table, "screen:7:3", in_flight={row.id})
    assert not await untried_of(table, "screen:7:4")


async def test_a_message_whose_sending_timed_out_may_have_been_seen(table: Table) -> None:
    (row,) = await table.insert(_row(key="screen:7:3"))
    await table.run(lambda c: mark_later(c, [Later(row, 1, 900.0, 0)]))
    assert not await untried_of(table, "screen:7:3")


async def test_the_first_message_of_a_key_is_the_first_showing(table: Table) -> None:
    await table.run(
        lambda c: sent_messages.remember(c, [(7, 41, "screen:7:3", 2.0), (7, 40, "screen:7:3", 1.0)])
    )
    found: list[dict[tuple[int, str], int]] = []
    await table.run(lambda c: found.append(sent_messages.oldest(c, ["screen:7:3", "screen:7:9"])))
    assert found == [{(7, "screen:7:3"): 40}]


async def test_the_newest_message_of_a_key_is_the_last_sent_though_the_clock_was_set_back(
    table: Table,
) -> None:
    await table.run(lambda c: sent_messages.remember(c, [(7, 40, "card:abc", 9.0), (7, 41, "card:abc", 1.0)]))
    found: list[dict[tuple[int, str], int]] = []
    await table.run(lambda c: found.append(sent_messages.newest(c, ["card:abc"])))
    await table.run(lambda c: found.append(sent_messages.oldest(c, ["card:abc"])))
    assert found == [{(7, "card:abc"): 41}, {(7, "card:abc"): 40}]
