"""A message from before a move or a change of the account is never mistaken for one of today."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.base import ChatMigrated
from bot.channels.message_ids import MESSAGE_BITS
from bot.database.sent_messages import remember
from conversations.effects import StripButtons
from conversations.events import TextReceived
from conversations.messages import Button
from tests.integration.outbox_setup import STAFF, Stage, edit, send, stage

TAKE = ((Button("take", "take"),),)
NEW = -1009


async def another_account(stand: Stage) -> None:
    stand.channel.use_account(1)


async def another_group(stand: Stage) -> None:
    await stand.simulator.groups[STAFF].migrate(NEW)
    await stand.happened(ChatMigrated(STAFF, NEW))


CHANGES = {"account": another_account, "group": another_group}


@pytest.mark.parametrize("change", CHANGES)
async def test_an_edit_of_an_earlier_message_is_sent_as_a_new_one(tmp_path: Path, change: str) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas", kind="group")
        await stand.post(send(STAFF, "daftar", buttons=TAKE))
        at = (await group.wait_for("daftar"))["message_id"]
        await stand.empty()
        await CHANGES[change](stand)
        await stand.post(edit(STAFF, "list:1", "halaman dua", at=at))
        await group.wait_for("halaman dua")
        assert stand.sent("editMessageText") == []
        await stand.empty()
        ((stored,),) = await stand.rows("SELECT message_id FROM sent_messages WHERE key = 'list:1'")
        assert stored >> MESSAGE_BITS == {"account": 1 << 8, "group": 1}[change]
        await stand.post(edit(STAFF, "list:1", "halaman tiga", at=stored))
        await group.wait_for("halaman tiga")
        assert len(stand.sent("editMessageText")) == 1


@pytest.mark.parametrize("change", CHANGES)
async def test_a_reply_and_buttons_of_an_earlier_message_are_let_be(tmp_path: Path, change: str) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas", kind="group")
        await stand.post(send(STAFF, "kartu", "card:abc", buttons=TAKE))
        at = (await group.wait_for("kartu"))["message_id"]
        await stand.empty()
        await CHANGES[change](stand)
        # As after a start: the store knows the message, and the memory does not.
        await stand.database.write(lambda c: remember(c, [(STAFF, at, "card:abc", 1.0)]))
        await stand.post(StripButtons(STAFF, at), send(STAFF, "bukti", reply_to="card:abc"))
        await group.wait_for("bukti")
        await stand.empty()
        assert stand.sent("editMessageReplyMarkup") == []
        assert "reply_parameters" not in stand.sent()[-1]


async def test_the_newest_copy_is_the_one_of_the_later_generation(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas", kind="group")
        group.chat.last_message_id = 500
        await stand.post(send(STAFF, "kartu", "card:abc", buttons=TAKE))
        at = (await group.wait_for("kartu"))["message_id"]
        await stand.empty()
        await another_group(stand)
        await stand.post(send(STAFF, "kartu lagi", "card:abc", buttons=TAKE))
        copy = await group.wait_for("kartu lagi")
        await stand.empty()
        assert copy["message_id"] < at
        # The press of the old one still names it; people look at the new one.
        await stand.post(edit(STAFF, "card:abc", "kartu, diambil", at=at))
        await group.wait_for("kartu, diambil")
        (call,) = stand.sent("editMessageText")
        assert (call["chat_id"], call["message_id"]) == (NEW, copy["message_id"])


async def test_what_is_read_leads_to_what_was_sent(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        rina = stand.simulator.person(8, "Rina")
        group = stand.simulator.group(STAFF, "Petugas", kind="group", members=(rina,))
        await another_account(stand)
        await another_group(stand)
        await stand.post(send(STAFF, "kartu", "card:abc"))
        card = await group.wait_for("kartu")
        await rina.say("sudah", group, card)
        await stand.empty()
        ((stored,),) = await stand.rows("SELECT message_id FROM sent_messages WHERE key = 'card:abc'")
        events = [stand.channel.read(raw) for raw in await stand.updates()]
        (reply,) = [event for event in events if isinstance(event, TextReceived)]
        assert reply.origin.reply_to == stored == ((1 << 8 | 1) << MESSAGE_BITS) + card["message_id"]
