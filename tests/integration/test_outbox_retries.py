"""What officers must see and their group refused: tried again, reported on the card, never dropped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.channels.base import RightsChanged
from bot.simulator.api.faults import Fault
from conversations.effects import Lane
from tests.integration.stage import OPERATOR, STAFF, Stage, eventually, send, stage

PARKED = "SELECT count(*) FROM outbox WHERE state = 'parked'"
KEYS = ["card:abc", "added:abc:1", "unreachable:abc:1"]


def refuse(stand: Stage, words: str, times: int = 1) -> None:
    answer = {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}
    body = json.dumps(answer).encode()
    fault = Fault("body", "sendMessage", STAFF, times, body=body)
    stand.simulator.dispatcher.faults.add(fault)


def soon(monkeypatch: pytest.MonkeyPatch, seconds: float = 0.1) -> None:
    monkeypatch.setattr("bot.outbox.retries.FIRST_SECONDS", seconds)


async def outcomes(stand: Stage) -> list[str]:
    rows = await stand.rows("SELECT outcome FROM outbox WHERE outcome IS NOT NULL")
    return [row.outcome for row in rows]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("reason", ["TOPIC_CLOSED", "TOPIC_DELETED", "message is too long"])
async def test_what_the_group_refused_is_shown_when_the_reason_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, reason: str
) -> None:
    soon(monkeypatch)
    async with stage(tmp_path) as stand:
        operator = stand.simulator.person(OPERATOR, "Operator")
        await operator.say("/start")
        group = stand.simulator.group(STAFF, "Petugas")
        refuse(stand, reason, times=2)
        await stand.post(send(STAFF, "penting", key, lane=Lane.UNASKED, report="abc"))
        await eventually(lambda: stand.count(f"{PARKED} AND error IS NOT NULL", 1))
        assert await outcomes(stand) == ["unreachable"]
        await group.wait_for("penting")
        await stand.empty()
        assert await outcomes(stand) == ["delivered"]
        # The operator reads of it once, not with each try.
        assert stand.texts(OPERATOR) == ["system.operator_card_waits"]


async def test_other_messages_of_the_group_are_not_kept(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        stand.simulator.group(STAFF, "Petugas")
        refuse(stand, "TOPIC_CLOSED", times=2)
        await stand.post(send(STAFF, "daftar"), send(STAFF, "tanya", "prompt:abc:9"))
        await stand.empty()
        assert await stand.count(PARKED, 0)


async def test_a_change_of_the_bots_rights_is_a_reason_to_try_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        refuse(stand, "CHAT_SEND_PLAIN_FORBIDDEN")
        await stand.post(send(STAFF, "keterangan", "added:abc:1", report="abc"))
        await eventually(lambda: stand.count(PARKED, 1))
        await stand.happened(RightsChanged(STAFF, "administrator"))
        await group.wait_for("keterangan")


async def test_cards_go_before_what_was_added_to_them(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        stand.simulator.group(STAFF, "Petugas")
        refuse(stand, "TOPIC_CLOSED", times=3)
        card, other = send(STAFF, "kartu", "card:abc"), send(STAFF, "kartu lain", "card:def")
        await stand.post(card, send(STAFF, "keterangan", "added:abc:1", report="abc"), other)
        await eventually(lambda: stand.count(PARKED, 3))
        await stand.happened(RightsChanged(STAFF, "administrator"))
        await stand.empty()
        assert stand.texts(STAFF) == ["kartu", "keterangan", "kartu lain"]


async def test_an_addition_of_a_group_that_removed_the_bot_waits_and_is_reported(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        await group.remove_bot()
        await stand.post(send(STAFF, "keterangan", "added:abc:1", report="abc"))
        await eventually(lambda: stand.count(PARKED, 1))
        assert await outcomes(stand) == ["unreachable"]
        await group.add_bot()
        await stand.happened(RightsChanged(STAFF, "administrator"))
        await group.wait_for("keterangan")
        await stand.empty()
        assert await outcomes(stand) == ["delivered"]


async def test_a_refused_row_is_tried_after_a_restart(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        refuse(stand, "TOPIC_CLOSED")
        await stand.post(send(STAFF, "keterangan", "added:abc:1", report="abc"))
        await eventually(lambda: stand.count(PARKED, 1))
        await stand.restart_outbox()
        await group.wait_for("keterangan")
