"""A message from before a move or a change of the account is never taken for a present one."""

from __future__ import annotations

import pytest

from bot.channels.base import ChatMigrated
from bot.channels.message_ids import MESSAGE_BITS
from bot.database.sent_messages import remember
from conversations.effects import StripButtons
from conversations.events import TextReceived
from conversations.messages import Button
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import STAFF, OutboxSetup, edit, outbox_setup, send

TAKE = ((Button("take", "take"),),)
NEW = -1009


async def another_account(setup: OutboxSetup) -> None:
    setup.channel.use_account(1)


async def another_group(setup: OutboxSetup) -> None:
    await setup.simulator.groups[STAFF].migrate(NEW)
    await setup.happened(ChatMigrated(STAFF, NEW))


CHANGES = {"account": another_account, "group": another_group}


@pytest.mark.parametrize("change", CHANGES)
async def test_an_edit_of_an_earlier_message_is_sent_as_a_new_one(place: Place, change: str) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas", kind="group")
        await setup.post(send(STAFF, "daftar", buttons=TAKE))
        at = (await group.wait_for("daftar"))["message_id"]
        await setup.empty()
        await CHANGES[change](setup)
        await setup.post(edit(STAFF, "list:1", "halaman dua", at=at))
        await group.wait_for("halaman dua")
        assert setup.sent("editMessageText") == []
        await setup.empty()
        ((stored,),) = await setup.rows("SELECT message_id FROM sent_messages WHERE key = 'list:1'")
        assert stored >> MESSAGE_BITS == {"account": 1 << 8, "group": 1}[change]
        await setup.post(edit(STAFF, "list:1", "halaman tiga", at=stored))
        await group.wait_for("halaman tiga")
        assert len(setup.sent("editMessageText")) == 1


@pytest.mark.parametrize("change", CHANGES)
async def test_a_reply_and_buttons_of_an_earlier_message_are_ignored(place: Place, change: str) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas", kind="group")
        await setup.post(send(STAFF, "kartu", "card:abc", buttons=TAKE))
        at = (await group.wait_for("kartu"))["message_id"]
        await setup.empty()
        await CHANGES[change](setup)
        # As after a start: the store knows the message, and the memory does not.
        await setup.database.write(lambda c: remember(c, [(STAFF, at, "card:abc", 1.0)]))
        await setup.post(StripButtons(STAFF, at), send(STAFF, "bukti", reply_to="card:abc"))
        await group.wait_for("bukti")
        await setup.empty()
        assert setup.sent("editMessageReplyMarkup") == []
        assert "reply_parameters" not in setup.sent()[-1]


async def test_the_newest_copy_is_the_one_of_the_later_generation(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas", kind="group")
        group.chat.last_message_id = 500
        await setup.post(send(STAFF, "kartu", "card:abc", buttons=TAKE))
        at = (await group.wait_for("kartu"))["message_id"]
        await setup.empty()
        await another_group(setup)
        await setup.post(send(STAFF, "kartu lagi", "card:abc", buttons=TAKE))
        copy = await group.wait_for("kartu lagi")
        await setup.empty()
        assert copy["message_id"] < at
        # The press of the old one still names it; people look at the new one.
        await setup.post(edit(STAFF, "card:abc", "kartu, diambil", at=at))
        await group.wait_for("kartu, diambil")
        (call,) = setup.sent("editMessageText")
        assert (call["chat_id"], call["message_id"]) == (NEW, copy["message_id"])


async def test_ids_that_are_read_match_ids_that_were_sent(place: Place) -> None:
    async with outbox_setup(place) as setup:
        rina = setup.simulator.person(8, "Rina")
        group = setup.simulator.group(STAFF, "Petugas", kind="group", members=(rina,))
        await another_account(setup)
        await another_group(setup)
        await setup.post(send(STAFF, "kartu", "card:abc"))
        card = await group.wait_for("kartu")
        await rina.say("sudah", group, card)
        await setup.empty()
        ((stored,),) = await setup.rows("SELECT message_id FROM sent_messages WHERE key = 'card:abc'")
        events = [setup.channel.read(raw) for raw in await setup.updates()]
        (reply,) = [event for event in events if isinstance(event, TextReceived)]
        assert reply.origin.reply_to == stored == ((1 << 8 | 1) << MESSAGE_BITS) + card["message_id"]
