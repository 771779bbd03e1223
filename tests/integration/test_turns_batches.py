"""One turn, one transaction: order, sharing, acknowledgement (invariants 1 and 2)."""

from __future__ import annotations

from sqlalchemy.event import listen

from bot.database import arrivals
from bot.database.conversations import load_conversations
from bot.turns.batches import Arrival, batches
from bot.turns.turns import Incoming
from conversations.conversation import Conversation, ConversationKey
from conversations.engine import Needs
from conversations.events import Event, TextReceived
from conversations.queries import (
    Listing,
)
from tests.integration.turn_setup import GROUP, FakeCore, TurnSetup, pressed, said
from tests.unit.transcript import START


def _words(setup: TurnSetup) -> list[str]:
    return [event.text for event in setup.core.seen if isinstance(event, TextReceived)]


async def test_two_presses_in_one_batch_see_each_other(setup: TurnSetup) -> None:
    await setup.take(said(1, "file a"))
    setup.committed.clear()
    await setup.take(pressed(2, "a", 20), pressed(3, "a", 21))
    answers = [press.answer.template for press in setup.committed[0].presses]
    assert answers == ["system.checking", "system.press_outdated"]


async def test_a_conversation_goes_on_where_the_last_batch_left_it(setup: TurnSetup) -> None:
    await setup.take(said(1, "satu"), said(2, "dua"))
    await setup.take(said(3, "tiga"))
    key = ConversationKey(7, 7)
    found = await setup.database.write(lambda c: load_conversations(c, setup.codec, {key}))
    assert found[key].name == "satu dua tiga"


async def test_an_update_is_taken_once_however_often_it_arrives(setup: TurnSetup) -> None:
    await setup.take(said(1, "satu"), said(1, "satu"))
    await setup.take(said(1, "satu"), said(2, "dua"))
    assert _words(setup) == ["satu", "dua"]
    assert await setup.value("SELECT count(*) FROM outbox") == 2


async def test_the_key_the_offset_and_the_answer_are_stored_together(setup: TurnSetup) -> None:
    await setup.take(said(41, "halo"))
    assert await setup.rows("SELECT update_id FROM updates") == [(41,)]
    assert await setup.value("SELECT next FROM offsets") == 42
    assert await setup.value("SELECT count(*) FROM outbox") == 1


async def test_the_offset_follows_ids_that_restart_lower(setup: TurnSetup) -> None:
    await setup.take(said(900, "lama"))
    await setup.take(said(5, "baru"))
    assert await setup.value("SELECT next FROM offsets") == 6


async def test_the_offset_follows_the_last_update_of_a_batch_not_the_highest(setup: TurnSetup) -> None:
    await setup.take(said(900, "lama"), said(5, "baru"))
    assert await setup.value("SELECT next FROM offsets") == 6


async def test_an_offset_older_than_the_messenger_keeps_updates_is_not_used(setup: TurnSetup) -> None:
    await setup.take(said(900, "lama"))
    wall = 1_000_000.0
    assert await setup.database.write(lambda c: arrivals.offset(c, "telegram", wall + 60)) == 901
    assert await setup.database.write(lambda c: arrivals.offset(c, "telegram", wall + 90_000)) == 0


async def test_an_event_of_no_concern_is_only_acknowledged(setup: TurnSetup) -> None:
    await setup.take(Incoming("telegram", 8, None, b"{}"))
    assert await setup.value("SELECT next FROM offsets") == 9
    assert await setup.value("SELECT count(*) FROM quarantine") == 0


async def test_a_listing_sees_what_came_before_it_and_not_what_came_after(setup: TurnSetup) -> None:
    seen: list[int] = []
    setup.core.then = lambda _event, world: seen.append(world.listed.total) if world.listed else None
    await setup.take(said(1, "file a"), said(2, "list"), said(3, "file b"), said(4, "list"))
    assert seen == [1, 2]
    assert len(setup.committed) == 4


async def test_numbers_run_on_over_batches_and_within_one(setup: TurnSetup) -> None:
    await setup.take(said(1, "file a"), said(2, "file b", 8))
    await setup.take(said(3, "file c", 9))
    assert await setup.rows("SELECT serial FROM cases ORDER BY serial") == [(1,), (2,), (3,)]


async def test_only_a_turn_that_files_reads_the_last_numbers(setup: TurnSetup) -> None:
    asked: list[str] = []
    listen(setup.database._connection.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    await setup.take(said(1, "halo"))
    assert not [statement for statement in asked if "max(cases.serial)" in statement]
    await setup.take(said(2, "file a"), said(3, "file b"), said(4, "file c", person=8))
    assert len([statement for statement in asked if "max(cases.serial)" in statement]) == 1
    assert [row[0] for row in await setup.rows("SELECT serial FROM cases ORDER BY id")] == [1, 2, 3]


async def test_a_case_changed_in_the_batch_is_not_overwritten_by_loading_it_again(setup: TurnSetup) -> None:
    await setup.take(said(1, "file a"))

    class Curious(FakeCore):
        """Asks for a person's cases only after they have pressed a button."""

        def further_needs(self, _event: Event, _conversation: Conversation | None, _key: str, /) -> Needs:
            return Needs(own=7 if self.seen else 0)

    setup.core = Curious()
    await setup.take(pressed(2, "a"), pressed(3, "a"))
    answers = [press.answer.template for press in setup.committed[-1].presses]
    assert answers == ["system.checking", "system.press_outdated"]


def _arrivals(*persons: int | str) -> list[Arrival]:
    made = []
    for number, person in enumerate(persons, start=100):
        listing = Listing("dpmd", "open", 0, 0, START.date()) if person == "list" else None
        made.append(
            Arrival(said(number, "x", 1 if person == "list" else int(person)), Needs(listing=listing))
        )
    return made


def _cut(*persons: int | str) -> list[tuple[list[int], int | None]]:
    return [
        ([arrival.incoming.update_id or 0 for arrival in batch.arrivals], batch.following)
        for batch in batches(_arrivals(*persons))
    ]


def test_at_most_two_hundred_updates_go_into_a_batch() -> None:
    assert [len(numbers) for numbers, _ in _cut(*range(1, 451))] == [200, 200, 50]


def test_at_most_five_of_one_person_and_the_rest_waits_in_order() -> None:
    assert _cut(1, 1, 1, 1, 1, 1, 2, 1) == [
        ([100, 101, 102, 103, 104, 106], 105),
        ([105, 107], 108),
    ]


def test_the_offset_never_passes_an_update_that_was_put_off() -> None:
    cut = _cut(*[1] * 12, 2, 3)
    assert [following for _, following in cut] == [105, 110, 114]


def test_an_event_that_needs_a_query_runs_alone() -> None:
    assert [numbers for numbers, _ in _cut(1, 2, "list", 3)] == [[100, 101], [102], [103]]


async def test_an_answer_knows_for_whom_it_is(setup: TurnSetup) -> None:
    await setup.take(said(1, "halo", 20, GROUP), said(2, "halo", 21, GROUP))
    assert [row.asker for done in setup.committed for row in done.rows] == [20, 21]
