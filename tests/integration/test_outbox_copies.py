"""A message came twice, as the process was killed before its mark: both copies act as one (invariant 4)."""

from __future__ import annotations

from conversations.messages import Button
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import edit, outbox_setup, send

YES = ((Button("send", "send", "", 1),),)


async def test_an_edit_of_the_older_copy_changes_the_newer_and_takes_the_older_ones_buttons(
    place: Place,
) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await setup.post(send(7, "satu", "screen:7:1", buttons=YES))
        pressed = await siti.wait_for("satu")
        await setup.kill_outbox()
        await setup.restart_outbox()
        copy = await siti.wait_for("satu")
        await setup.post(edit(7, "screen:7:1", "dua", at=pressed["message_id"], buttons=YES))
        changed = await siti.wait_for("dua")
        await setup.empty()
        assert changed["message_id"] == copy["message_id"] > pressed["message_id"]
        assert "reply_markup" in changed
        older = siti.chat.messages[pressed["message_id"]]
        await setup.simulator.until(lambda: "reply_markup" not in older.message)
