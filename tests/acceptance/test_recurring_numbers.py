"""The messenger's numbers come again: in a group that moved, and with another account of the bot."""

from __future__ import annotations

from pathlib import Path

from bot.simulator.server import Simulator
from tests.acceptance.bot_setup import (
    OPERATOR,
    RESTRICTED,
    RINA,
    ChatUser,
    Message,
    Setup,
    build,
    is_card,
    opened,
    words,
)
from tests.bot_process import STAFF, BotProcess

NEW_GROUP = -1001000000077
AHEAD = 400


def next_number(user: ChatUser, number: int) -> None:
    """Let the next message of this chat have this number, as if people had written the others."""
    assert user.chat.last_message_id < number
    user.chat.last_message_id = number - 1


async def card_again(rina: ChatUser, reference: str) -> None:
    """Wait until the card is sent to where the group is now."""
    await rina.waits_for(
        lambda: any(is_card(each, reference) for each in rina.new_messages()), "the card again"
    )


async def answered_with(
    setup: Setup, rina: ChatUser, siti: ChatUser, reference: str, data: bytes, at: int
) -> Message:
    """Let Rina answer with a document whose message has this number; return what the citizen got."""
    card = await setup.card_shows(reference, "Diterima")
    prompt = await setup.named(await rina.presses("Jawab", "mohon balas pesan ini", on=card))
    next_number(rina, at)
    sending = rina.person.send_document(data, f"{reference}.pdf", in_chat=rina.group, reply_to=prompt)
    sent = await rina.shares(sending, "Periksa dahulu")
    assert sent["message_id"] == at
    preview = await rina.sees("Periksa dahulu")
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    return await siti.sees_file("document", f"{reference}.pdf")


async def test_no_citizen_gets_an_earlier_ones_document_after_the_group_moved(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        rina = setup.officer()
        for data in (b"%PDF satu", b"%PDF dua"):
            _, siti, reference = await setup.filed()
            got = await answered_with(setup, rina, siti, reference, data, AHEAD)
            stored = setup.simulator.world.files.by_id[got["document"]["file_id"]]
            assert stored.data == data
            if data == b"%PDF satu":
                await setup.groups["dpmd"].migrate(NEW_GROUP)
                await setup.settled()


async def test_a_button_of_an_old_list_changes_no_message_of_the_moved_group(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        rina, former = setup.officer(), setup.groups["dpmd"].chat
        _, _, reference = await setup.filed()
        await setup.card_shows(reference, "Diterima")
        next_number(rina, AHEAD)
        old = await setup.named(await rina.says("/daftar", "Daftar pengaduan"))
        await setup.groups["dpmd"].migrate(NEW_GROUP)
        rina.mark_read()
        await card_again(rina, reference)
        await setup.rested()
        next_number(rina, old["message_id"] - 1)
        other = await rina.says("/bantuan", "Perintah")
        assert other["message_id"] == old["message_id"]
        rina.mark_read()
        rows = old["reply_markup"]["inline_keyboard"]
        data = next(each["callback_data"] for row in rows for each in row if "list:" in each["callback_data"])
        setup.simulator.world.press(
            rina.person.user,
            former,
            former.messages[old["message_id"]],
            data,
            forgotten=False,
        )
        await rina.sees("Daftar pengaduan")
        assert words(rina.chat.messages[other["message_id"]].message) == words(other)


async def test_another_account_takes_lower_updates_and_edits_no_old_message(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        setup.simulator.rebase_updates(900_000_000)
        _, _, reference = await setup.filed()
        rina = setup.officer()
        card = await setup.card_shows(reference, "Diterima")
        next_number(rina, AHEAD)
        prompt = await setup.named(await rina.presses("Jawab", "mohon balas pesan ini", on=card))
        assert await setup.bot.stop() == 0
    simulator = await Simulator.start(token="200:OTHER", bot_username="AduanBaruBot")
    bot = None
    try:
        groups = build(simulator, {**STAFF, "restricted": RESTRICTED})
        rina = ChatUser(simulator.people[RINA], groups["dpmd"])
        bot = await BotProcess.run(simulator, tmp_path, operator_chat_id=OPERATOR)
        await card_again(rina, reference)
        # Updates of the other account have lower numbers than those that the old one had confirmed.
        await ChatUser(simulator.person(20_000, "Siti")).says("/id", "Nomor akun")
        next_number(rina, prompt["message_id"] - 1)
        other = await rina.says("/bantuan", "Perintah")
        assert other["message_id"] == prompt["message_id"]
        await rina.says("Terima kasih.", "kirim ini sebagai jawaban", reply_to=other)
        assert not any("Periksa dahulu" in words(each) for each in rina.new_messages())
    finally:
        if bot and bot.running:
            await bot.stop()
        await simulator.close()
