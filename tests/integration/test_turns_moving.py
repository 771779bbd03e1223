"""A group of the configuration becomes a supergroup, before the composed bot: it stays, with its work."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, column, select, text

from bot.database import chats
from bot.database.cases import file_cases, load_cases
from bot.database.conversations import load_conversations, save_conversations
from bot.database.engine import Database
from bot.database.files_table import files_by_key, insert_files
from bot.database.outbox_rows import Kind, OutboxRow
from bot.database.outbox_table import insert_rows, load_rows
from bot.database.quarantine import Damage
from bot.database.renaming import rename_chats
from bot.database.sealing import Codec
from bot.database.sent_messages import remember
from bot.database.stores.choice import store_of
from bot.operations.verify import verify
from bot.outbox.marks import Marks
from bot.practice import town
from bot.simulator.server import Simulator
from bot.turns.turns import Turns
from conversations.conversation import Conversation, ConversationKey
from conversations.effects import KeepFile
from conversations.events import Attachment
from conversations.messages import OutgoingMessage
from tests.calls import values
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import eventually
from tests.integration.running_service import practice_config, service
from tests.integration.turn_setup import GROUP, case_of
from tests.unit.transcript import TERMS

STAFF = town.OFFICES[0].staff
NEW = -1001000000099
MOVED = "SELECT count(*) FROM chats WHERE migrated_to IS NOT NULL"
CITIZEN = next(iter(town.CITIZENS))
# A third of what the bot has for all steps of its end.
END = 1.5


def _calls(simulator: Simulator, method: str, chat: int) -> list[Any]:
    return [call for call in simulator.calls if call.method == method and values(call).get("chat_id") == chat]


def _chats_of(table: str, connection: Connection) -> set[int]:
    return set(connection.execute(select(column("chat")).select_from(text(table))).scalars())


async def _stored(database: Database, sql: str) -> None:
    await eventually(lambda: database.write(lambda c: c.exec_driver_sql(sql).scalar()))


@pytest.mark.parametrize("joins", ["before", "after"])
async def test_the_bot_stays_in_its_group_when_it_joins_and_moves_in_one_fetch(
    simulator: Simulator, place: Place, joins: Any
) -> None:
    async with service(practice_config(simulator, place)) as running:
        database = running.database
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls))
        await simulator.groups[STAFF].migrate(NEW, joins=joins)
        await _stored(database, MOVED)
        left = "SELECT count(*) FROM outbox WHERE kind = 'leave'"
        assert await database.write(lambda c: c.exec_driver_sql(left).scalar()) == 0
    assert _calls(simulator, "sendMessage", NEW) == []


async def test_the_bot_stays_in_its_group_when_the_notice_comes_after_the_greeting(
    simulator: Simulator, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.effect_rows.LEAVE_SECONDS", 3.0)
    async with service(practice_config(simulator, place)) as running:
        database = running.database
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls))
        group, pending = simulator.groups[STAFF], simulator.world.pending
        await group.migrate(NEW, joins="before")
        notices = [pending.pop(), pending.pop()]
        await simulator.until(lambda: _calls(simulator, "sendMessage", NEW))
        for notice in reversed(notices):
            simulator.world.queue(notice)
        await _stored(database, MOVED)
        await _stored(database, "SELECT count(*) = 0 FROM outbox WHERE kind = 'leave'")
    assert _calls(simulator, "leaveChat", NEW) == []


async def test_an_unknown_group_is_left_after_the_greeting(
    simulator: Simulator, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.effect_rows.LEAVE_SECONDS", 0.2)
    async with service(practice_config(simulator, place)):
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls))
        group = simulator.group(-4711, "Asing")
        await group.set_bot_status("left")
        await group.add_bot()
        await simulator.until(lambda: _calls(simulator, "leaveChat", -4711))
        assert _calls(simulator, "sendMessage", -4711)


async def test_rows_under_the_old_id_follow_the_configuration(simulator: Simulator, place: Place) -> None:
    config = practice_config(simulator, place)
    codec = Codec.load(config.database.keys_path, create=True)
    database = await Database.open(store_of(config.database))
    case, talk = case_of("a", 1), Conversation(chat=GROUP, person=7, name="Rina")
    keep = KeepFile("k", "a", GROUP, Attachment("photo", "f", "u"))
    await database.write(lambda c: file_cases(c, codec, [case], TERMS))
    await database.write(lambda c: save_conversations(c, codec, [talk], TERMS))
    await database.write(lambda c: insert_files(c, codec, [keep]))
    card = OutboxRow(0, GROUP, 0, Kind.SEND, "id", 1.0, OutgoingMessage("system.own_id", {"person": 7}))
    await database.write(lambda c: insert_rows(c, codec, [card], ()))
    await database.write(lambda c: chats.note_moved(c, codec, GROUP, NEW))
    await database.write(lambda c: chats.note_blocked(c, GROUP, blocked=True))
    named = [(GROUP, 5, "card:a", 1.0), (NEW, 5, "card:a", 1.0)]
    await database.write(lambda c: remember(c, named))
    for _ in range(2):
        await database.write(lambda c: rename_chats(c, codec, {GROUP: NEW}, TERMS, Damage()))
    found = await database.write(lambda c: load_conversations(c, codec, {ConversationKey(NEW, 7)}))
    assert [each.name for each in found.values()] == ["Rina"]
    (moved,) = (await database.write(lambda c: load_cases(c, codec, {"a"}))).values()
    assert moved == case.model_copy(update={"chat": NEW})
    (row,) = await database.write(lambda c: load_rows(c, codec))
    assert (row.chat, row.message) == (NEW, card.message)
    (job,) = (await database.write(lambda c: files_by_key(c, codec, ["k"]))).values()
    assert (job.chat, job.attachment) == (NEW, keep.attachment)
    assert verify(database.store, codec).faults == []
    for table in ("conversations", "sent_messages", "outbox", "cases", "files"):
        assert GROUP not in await database.write(partial(_chats_of, table))
    assert await database.write(chats.blocked) == {NEW}
    await database.close()


async def test_a_row_with_a_forged_destination_does_not_open_after_a_move(
    database: Database, codec: Codec
) -> None:
    answer = OutboxRow(0, 7, 0, Kind.SEND, "id", 1.0, OutgoingMessage("system.own_id", {"person": 7}))
    keep = KeepFile("k", "a", 7, Attachment("photo", "f", "u"))
    await database.write(lambda c: insert_rows(c, codec, [answer], ()))
    await database.write(lambda c: insert_files(c, codec, [keep]))
    for table in ("outbox", "files"):
        forged = text(f"UPDATE {table} SET chat = :group")  # noqa: S608 - the two names above
        await database.write(lambda c, forged=forged: c.execute(forged, {"group": GROUP}))  # type: ignore[misc]
    await database.write(lambda c: rename_chats(c, codec, {GROUP: NEW}, TERMS, Damage()))
    damage = Damage()
    await database.write(lambda c: load_rows(c, codec, damage))
    await database.write(lambda c: files_by_key(c, codec, ["k"], damage))
    assert [fault.error_name for fault in damage.faults.values()] == ["SealBrokenError", "SealBrokenError"]


async def test_a_start_with_the_new_id_in_the_configuration_takes_the_work_along(
    simulator: Simulator, place: Place
) -> None:
    config = practice_config(simulator, place)
    codec = Codec.load(config.database.keys_path, create=True)
    database = await Database.open(store_of(config.database))
    await database.write(
        lambda c: file_cases(c, codec, [case_of("a", 1).model_copy(update={"chat": STAFF})], TERMS)
    )
    await database.write(lambda c: chats.note_moved(c, codec, STAFF, NEW))
    await database.close()
    await simulator.groups[STAFF].migrate(NEW)
    first, *others = config.agencies
    agencies = (first.model_copy(update={"staff_chat_id": NEW}), *others)
    async with service(config.model_copy(update={"agencies": agencies})):
        # The move voided the cards: they are sent again, to the group by its new name.
        await simulator.until(lambda: _calls(simulator, "sendMessage", NEW))


async def test_all_steps_of_a_stop_share_one_deadline(
    simulator: Simulator, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    for name, seconds in (("app.END", END), ("app.LAST_TURN", END / 3), ("ending.CLOSING", END / 15)):
        monkeypatch.setattr(f"bot.{name}_SECONDS", seconds)
    held = simulator.fault("sendMessage", kind="hold")
    async with service(practice_config(simulator, place)):
        await simulator.person(CITIZEN, "Siti").say("/start")
        await held.reached()
        monkeypatch.setattr(Turns, "take", never)
        monkeypatch.setattr(Marks, "flush", never)
        monkeypatch.setattr("bot.files.files.Files.stop", never)
        await simulator.person(CITIZEN, "Siti").say("/bantuan")
        began = time.monotonic()
    # Each step for itself would take longer than all of them have together.
    assert time.monotonic() - began < 3 * END
