"""What officers must see and their group refused: tried again, reported on the card, never dropped."""

from __future__ import annotations

import json

import pytest

from bot.channels.base import RightsChanged
from bot.simulator.api.faults import Fault
from conversations.effects import Lane
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import OPERATOR, STAFF, OutboxSetup, eventually, outbox_setup, send

PARKED = "SELECT count(*) FROM outbox WHERE state = 'parked'"
KEYS = ["card:abc", "added:abc:1", "unreachable:abc:1"]


def refuse(setup: OutboxSetup, words: str, times: int = 1) -> None:
    answer = {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}
    body = json.dumps(answer).encode()
    fault = Fault("body", "sendMessage", STAFF, times, body=body)
    setup.simulator.dispatcher.faults.add(fault)


def soon(monkeypatch: pytest.MonkeyPatch, seconds: float = 0.1) -> None:
    monkeypatch.setattr("bot.outbox.retries.FIRST_SECONDS", seconds)


async def outcomes(setup: OutboxSetup) -> list[str]:
    rows = await setup.rows("SELECT outcome FROM outbox WHERE outcome IS NOT NULL")
    return [row.outcome for row in rows]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("reason", ["TOPIC_CLOSED", "TOPIC_DELETED", "message is too long"])
async def test_what_the_group_refused_is_shown_when_the_reason_is_gone(
    place: Place, monkeypatch: pytest.MonkeyPatch, key: str, reason: str
) -> None:
    async with outbox_setup(place) as setup:
        operator = setup.simulator.person(OPERATOR, "Operator")
        await operator.say("/start")
        group = setup.simulator.group(STAFF, "Petugas")
        refuse(setup, reason, times=2)
        await setup.post(send(STAFF, "penting", key, lane=Lane.UNASKED, report="abc"))
        await eventually(lambda: setup.count(f"{PARKED} AND error IS NOT NULL", 1))
        assert await outcomes(setup) == ["unreachable"]
        # The minute is over; the next one passes by itself.
        soon(monkeypatch)
        setup.outbox._retries._due(STAFF)
        await group.wait_for("penting")
        await setup.empty()
        assert await outcomes(setup) == ["delivered"]
        # The operator reads of it once, not with each try.
        assert setup.texts(OPERATOR) == ["system.operator_card_waits"]


async def test_other_messages_of_the_group_are_not_kept(place: Place) -> None:
    async with outbox_setup(place) as setup:
        setup.simulator.group(STAFF, "Petugas")
        refuse(setup, "TOPIC_CLOSED", times=2)
        await setup.post(send(STAFF, "daftar"), send(STAFF, "tanya", "prompt:abc:9"))
        await setup.empty()
        assert await setup.count(PARKED, 0)


async def test_a_change_of_the_bots_rights_is_a_reason_to_try_at_once(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        refuse(setup, "CHAT_SEND_PLAIN_FORBIDDEN")
        await setup.post(send(STAFF, "keterangan", "added:abc:1", report="abc"))
        await eventually(lambda: setup.count(PARKED, 1))
        await setup.happened(RightsChanged(STAFF, "administrator"))
        await group.wait_for("keterangan")


async def test_cards_go_before_what_was_added_to_them(place: Place) -> None:
    async with outbox_setup(place) as setup:
        setup.simulator.group(STAFF, "Petugas")
        refuse(setup, "TOPIC_CLOSED", times=3)
        card, other = send(STAFF, "kartu", "card:abc"), send(STAFF, "kartu lain", "card:def")
        await setup.post(card, send(STAFF, "keterangan", "added:abc:1", report="abc"), other)
        await eventually(lambda: setup.count(PARKED, 3))
        await setup.happened(RightsChanged(STAFF, "administrator"))
        await setup.empty()
        assert setup.texts(STAFF) == ["kartu", "keterangan", "kartu lain"]


async def test_an_addition_of_a_group_that_removed_the_bot_waits_and_is_reported(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        await group.remove_bot()
        await setup.post(send(STAFF, "keterangan", "added:abc:1", report="abc"))
        await eventually(lambda: setup.count(PARKED, 1))
        assert await outcomes(setup) == ["unreachable"]
        await group.add_bot()
        await setup.happened(RightsChanged(STAFF, "administrator"))
        await group.wait_for("keterangan")
        await setup.empty()
        assert await outcomes(setup) == ["delivered"]


async def test_a_refused_row_is_tried_after_a_restart(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        refuse(setup, "TOPIC_CLOSED")
        await setup.post(send(STAFF, "keterangan", "added:abc:1", report="abc"))
        await eventually(lambda: setup.count(PARKED, 1))
        await setup.restart_outbox()
        await group.wait_for("keterangan")
