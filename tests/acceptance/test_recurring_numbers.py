"""The messenger's numbers come again: in a group that moved, and with another account of the bot."""

from __future__ import annotations

from pathlib import Path

from bot.simulator.server import Simulator
from tests.acceptance.stage import (
    OPERATOR,
    RESTRICTED,
    RINA,
    House,
    Message,
    Voice,
    build,
    is_card,
    opened,
    words,
)
from tests.bot_process import STAFF, BotProcess

NEW_GROUP = -1001000000077
AHEAD = 400


def next_number(voice: Voice, number: int) -> None:
    """Let the next message of this chat have this number, as if people had written the others."""
    assert voice.chat.last_message_id < number
    voice.chat.last_message_id = number - 1


async def answered_with(
    house: House, rina: Voice, siti: Voice, reference: str, data: bytes, at: int
) -> Message:
    """Let Rina answer with a document whose message has this number; return what the citizen got."""
    card = await house.card_shows(reference, "Diterima")
    prompt = await house.named(await rina.presses("Jawab", "mohon balas pesan ini", on=card))
    next_number(rina, at)
    sending = rina.person.send_document(data, f"{reference}.pdf", in_chat=rina.group, reply_to=prompt)
    sent = await rina.shares(sending, "Periksa dahulu")
    assert sent["message_id"] == at
    preview = await rina.hears("Periksa dahulu")
    siti.listen()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    return await siti.hears_file("document")


async def test_no_citizen_gets_an_earlier_ones_document_after_the_group_moved(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        rina = house.officer()
        for data in (b"%PDF satu", b"%PDF dua"):
            _, siti, reference = await house.filed()
            got = await answered_with(house, rina, siti, reference, data, AHEAD)
            stored = house.simulator.world.files.by_id[got["document"]["file_id"]]
            assert stored.data == data
            if data == b"%PDF satu":
                await house.groups["dpmd"].migrate(NEW_GROUP)
                await house.settled()


async def test_an_old_cards_button_changes_no_message_of_the_group_that_it_became(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        _, _, reference = await house.filed()
        rina, former = house.officer(), house.groups["dpmd"].chat
        old = await house.named(await house.card_shows(reference, "Diterima"))
        await house.groups["dpmd"].migrate(NEW_GROUP)
        await house.settled()
        await house.card_shows(reference, "Diterima")
        next_number(rina, max(old["message_id"], rina.chat.last_message_id + 1))
        other = await rina.says("/bantuan", "Perintah")
        # The same number as the old card's, of a message that says something else.
        stored = rina.chat.messages[other["message_id"]]
        rina.chat.messages[old["message_id"]] = stored
        data = old["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        callback = house.simulator.world.press(
            rina.person.user, former, former.messages[old["message_id"]], data, forgotten=False
        )
        await rina.sees(lambda: callback.answer, "an answer to the old button")
        await house.card_shows(reference, "Petugas: Rina")
        assert words(rina.chat.messages[other["message_id"]].message) == words(other)
        edits = [call for call in house.simulator.calls if call.method == "editMessageText"]
        assert all(call.params["message_id"] != str(old["message_id"]) for call in edits)


async def test_another_account_takes_lower_updates_and_hits_no_old_message(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        house.simulator.rebase_updates(900_000_000)
        _, _, reference = await house.filed()
        rina = house.officer()
        card = await house.card_shows(reference, "Diterima")
        next_number(rina, AHEAD)
        prompt = await house.named(await rina.presses("Jawab", "mohon balas pesan ini", on=card))
        assert await house.bot.stop() == 0
    simulator = await Simulator.start(token="200:OTHER", bot_username="AduanBaruBot")
    bot = None
    try:
        groups = build(simulator, {**STAFF, "restricted": RESTRICTED})
        rina = Voice(simulator.people[RINA], groups["dpmd"])
        bot = await BotProcess.run(simulator, tmp_path, operator_chat_id=OPERATOR)
        await rina.sees(
            lambda: next((each for each in rina.heard() if is_card(each, reference)), None), "the card again"
        )
        # Updates of the other account have lower numbers than those that the old one had confirmed.
        await Voice(simulator.person(20_000, "Siti")).says("/id", "Nomor akun")
        next_number(rina, prompt["message_id"] - 1)
        other = await rina.says("/bantuan", "Perintah")
        assert other["message_id"] == prompt["message_id"]
        await rina.says("Terima kasih.", "kirim ini sebagai jawaban", reply_to=other)
        assert not any("Periksa dahulu" in words(each) for each in rina.heard())
    finally:
        if bot and bot.running:
            await bot.stop()
        await simulator.close()
