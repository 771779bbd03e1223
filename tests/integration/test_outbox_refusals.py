"""Permanent refusals of the messenger: each is reported, and one refusal stops no other message."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.channels.base import ChatMigrated, RightsChanged
from bot.database.engine import Database
from bot.outbox.delivery import Delivery
from bot.simulator.api.faults import Fault
from conversations.effects import LeaveChat
from conversations.messages import Button
from tests.integration.both_stores import Place
from tests.integration.driver import disk_full
from tests.integration.outbox_setup import OPERATOR, STAFF, OutboxSetup, edit, eventually, outbox_setup, send
from tests.integration.test_channel_sending import evidence

# Longer than a button may be.
REFUSED = ((Button("take", "take", "x" * 70, 1),),)
WAITING = "SELECT count(*) FROM outbox WHERE state = 'pending'"
PARKED = "SELECT count(*) FROM outbox WHERE state = 'parked'"


async def operator_informed(setup: OutboxSetup, name: str) -> None:
    await setup.simulator.person(OPERATOR, "Operator").wait_for(f"system.operator_{name}")


async def listening(setup: OutboxSetup) -> None:
    await setup.simulator.person(OPERATOR, "Operator").say("/start")


@pytest.mark.parametrize("words", ["kartu", "<b></b>"], ids=["by ourselves", "by the messenger"])
async def test_a_card_that_its_group_refuses_is_kept_reported_and_delays_no_other(
    place: Place, words: str
) -> None:
    async with outbox_setup(place) as setup:
        await listening(setup)
        group = setup.simulator.group(STAFF, "Petugas")
        buttons = REFUSED if words == "kartu" else ()
        await setup.post(send(STAFF, words, "card:abc", buttons=buttons), send(STAFF, "berikut"))
        await group.wait_for("berikut")
        await operator_informed(setup, "card_waits")
        assert await setup.count(f"{PARKED} AND payload IS NOT NULL", 1)
        # Fixed meanwhile: waiting rows are tried again at the next start.
        await setup.store(edit(STAFF, "card:abc", "kartu yang dapat dikirim"))
        await setup.restart_outbox()
        await group.wait_for("kartu yang dapat dikirim")
        await setup.empty()
        assert await setup.count(PARKED, 0)


@pytest.mark.parametrize("key", ["receipt:abc", "response:abc:1"])
async def test_the_operator_is_informed_of_a_lost_receipt_or_response(place: Place, key: str) -> None:
    async with outbox_setup(place) as setup:
        await listening(setup)
        await setup.simulator.person(7, "Siti").say("/start")
        await setup.post(send(7, "penting", key, buttons=REFUSED), send(7, "biasa", buttons=REFUSED))
        await operator_informed(setup, "undelivered")
        await operator_informed(setup, "quarantine")
        await setup.empty()
        assert len(setup.texts(OPERATOR)) == 2


async def test_a_file_that_is_gone_delays_neither_its_card_nor_the_group(
    place: Place,
) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        keys = await evidence(setup)
        await listening(setup)
        await eventually(lambda: setup.count("SELECT count(*) FROM files WHERE state = 'pending'", 0))
        setup.simulator.world.files.by_id.clear()
        for path in setup.folder.rglob("*"):
            if path.is_file():
                path.unlink()
        await setup.post(send(STAFF, "bukti", "card:abc", files=keys), send(STAFF, "berikut"))
        await group.wait_for("bukti")
        await group.wait_for("berikut")
        await operator_informed(setup, "undelivered")
        await setup.empty()
        assert await setup.rows("SELECT * FROM outbox") == []


async def test_the_wait_after_faults_of_our_store_grows(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []

    async def failing(_self: Delivery, _item: object) -> None:
        raise OSError("disk")

    def noted(attempts: int) -> float:
        waits.append(attempts)
        return 0.05

    monkeypatch.setattr(Delivery, "deliver", failing)
    monkeypatch.setattr("bot.outbox.failing.backoff", noted)
    async with outbox_setup(place) as setup:
        await setup.post(send(7, "satu"))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE attempts >= 3", 1))
    assert waits[:3] == [0, 1, 2]


async def test_the_operator_is_informed_once_of_a_failure_of_an_hour(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.refusals.AN_HOUR_OF_ATTEMPTS", 3)
    monkeypatch.setattr("bot.outbox.failing.backoff", lambda _: 0.0)
    async with outbox_setup(place) as setup:
        await listening(setup)
        for person in (7, 8):
            await setup.simulator.person(person, "Siti").say("/start")
            setup.simulator.fault("sendMessage", kind="500", chat_id=person, times=5)
        await setup.post(send(7, "satu"), send(8, "dua"))
        await operator_informed(setup, "delayed")
        await setup.empty()
        assert setup.texts(OPERATOR) == ["system.operator_delayed"]


async def test_a_group_of_the_configuration_that_is_lost_is_reported_once(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await listening(setup)
        await setup.simulator.group(STAFF, "Petugas").remove_bot()
        await setup.simulator.group(-300, "Asing").remove_bot()
        await setup.post(send(-300, "asing"), send(STAFF, "kartu", "card:a"))
        await operator_informed(setup, "group_lost")
        await setup.post(send(STAFF, "kartu", "card:b"))
        await eventually(lambda: setup.count(PARKED, 3))
        await setup.empty()
        assert len(setup.texts(OPERATOR)) == 1


async def test_leaving_a_group_that_removed_the_bot_succeeds(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.simulator.group(-300, "Asing").remove_bot()
        await setup.post(LeaveChat(-300))
        await setup.empty()
        assert await setup.rows("SELECT * FROM outbox") == []
        assert await setup.rows("SELECT * FROM chats WHERE blocked = 1") == []


async def test_a_group_that_refuses_messages_is_left_as_well(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(-300, "Asing")
        held = setup.simulator.fault("sendMessage", kind="hold")
        await setup.post(send(-300, "petunjuk"), LeaveChat(-300))
        await held.reached()
        # The greeting is refused and the chat's rows are parked, but not the leaving.
        await setup.happened(RightsChanged(-300, "gone"))
        assert await setup.count(f"{PARKED} AND kind = 'leave'", 0)
        held.release()
        await setup.empty()
        assert group.chat.bot_status == "left"


async def test_a_group_is_not_left_once_it_turns_out_to_be_one_of_the_configuration(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(-1009, "Petugas")
        stored = await setup.store(LeaveChat(-1009))
        setup.moves.note_read(STAFF, -1009)
        setup.outbox.accept(stored)
        await setup.empty()
        assert group.chat.bot_status != "left"
        assert setup.sent("leaveChat") == []


async def test_a_move_that_could_not_be_stored_changes_nothing_yet(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas", kind="group")
        await group.migrate(-1009)
        write, failures = Database.write, [1]

        async def failing(self: Database, work: Any) -> Any:
            if setup.simulator.calls and failures:
                failures.clear()
                assert setup.moves.destination(STAFF) == STAFF
                raise disk_full()
            return await write(self, work)

        (row,) = await setup.store(send(STAFF, "kartu"))
        before = len(setup.simulator.calls)
        monkeypatch.setattr(Database, "write", failing)
        setup.outbox.accept([row])
        await group.wait_for("kartu")
        assert not failures
        assert len(setup.simulator.calls) - before == 3
        await setup.empty()
        assert await setup.count("SELECT count(*) FROM chats WHERE migrated_to = -1009", 1)


async def test_a_move_reported_twice_voids_the_cards_once(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.happened(ChatMigrated(STAFF, -1009))
        await setup.database.write(lambda c: c.exec_driver_sql("UPDATE chats SET cards_void = 0"))
        await setup.happened(ChatMigrated(STAFF, -1009))
        assert await setup.count("SELECT count(*) FROM chats WHERE cards_void = 1", 0)


QUOTING = 'Bad Request: can\'t parse inline keyboard button: Text of "Siti" of Siti'


async def test_the_operator_is_informed_of_other_refusals_once_an_hour(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await listening(setup)
        await setup.simulator.person(7, "Siti").say("/start")
        body = json.dumps({"ok": False, "error_code": 400, "description": QUOTING}).encode()
        setup.simulator.dispatcher.faults.add(Fault("body", "sendMessage", 7, 3, body=body))
        for words in ("satu", "dua", "tiga"):
            await setup.post(send(7, words))
            await setup.empty()
        await operator_informed(setup, "refused")
        assert setup.texts(OPERATOR) == ["system.operator_refused"]
        errors = await setup.rows("SELECT error FROM outbox WHERE state = 'failed'")
        # What the messenger quotes is stored, logged and shown nowhere.
        assert {row.error for row in errors} == {"Can't parse inline keyboard button: text of …"}
