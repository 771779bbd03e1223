"""python-telegram-bot against the embedded messenger, which it uses like Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.simulator.server import Simulator
from bot.simulator.state.limits import Limits

JPEG = b"\xff\xd8\xff\xe0 a photo"


@asynccontextmanager
async def library(limits: Limits | None = None) -> AsyncIterator[tuple[Simulator, telegram.Bot]]:
    simulator = await Simulator.start(limits=limits)
    try:
        bot = telegram.Bot(
            simulator.token, base_url=simulator.base_url, base_file_url=simulator.base_file_url
        )
        async with bot:
            yield simulator, bot
    finally:
        await simulator.close()


async def test_the_library_gets_updates_sends_and_answers_a_press() -> None:
    async with library() as (simulator, bot):
        siti = simulator.person(5001, "Siti")
        await siti.say("/start dpmd")
        (update,) = await bot.get_updates(timeout=2, allowed_updates=["message", "callback_query"])
        assert update.message is not None
        assert update.message.text == "/start dpmd"
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data="y")]])
        sent = await bot.send_message(
            5001,
            "<b>Halo</b> 😀",
            parse_mode="HTML",
            reply_markup=keyboard,
            reply_parameters=ReplyParameters(update.message.message_id),
        )
        assert sent.reply_to_message is not None
        pressing = asyncio.create_task(siti.press("Ya"))
        (press,) = await bot.get_updates(offset=update.update_id + 1, timeout=2)
        assert press.callback_query is not None
        await bot.answer_callback_query(press.callback_query.id, "Baik")
        assert (await pressing or {})["text"] == "Baik"


async def test_the_library_distinguishes_its_errors() -> None:
    async with library() as (simulator, bot):
        siti = simulator.person(5001, "Siti")
        await siti.say("/start")
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(1, "x")
        await siti.block()
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(5001, "x")
        group = simulator.group(-500, "Petugas", kind="group")
        await group.migrate(-1009)
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(-500, "x")
        assert moved.value.new_chat_id == -1009
        stranger = telegram.Bot("100:OTHER", base_url=simulator.base_url)
        with pytest.raises(InvalidToken):
            await stranger.initialize()
        await stranger.shutdown()


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_the_library_raises_retry_after() -> None:
    async with library(Limits(private=1)) as (simulator, bot):
        await simulator.person(5001, "Siti").say("/start")
        await bot.send_message(5001, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(5001, "x")


async def test_a_second_receiver_ends_the_first() -> None:
    async with library() as (simulator, bot):
        waiting = asyncio.create_task(bot.get_updates(timeout=20))
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls))
        async with telegram.Bot(simulator.token, base_url=simulator.base_url) as second:
            other = asyncio.create_task(second.get_updates(timeout=20))
            with pytest.raises(Conflict):
                await waiting
            await simulator.person(5001, "Siti").say("halo")
            assert len(await other) == 1


async def test_files_go_both_ways_through_the_library() -> None:
    async with library() as (simulator, bot):
        siti = simulator.person(5001, "Siti")
        message = await siti.send_photo(JPEG)
        file = await bot.get_file(message["photo"][-1]["file_id"])
        assert bytes(await file.download_as_bytearray()) == JPEG
        album = await bot.send_media_group(5001, [InputMediaPhoto(JPEG, caption="a"), InputMediaPhoto(JPEG)])
        assert album[0].media_group_id == album[1].media_group_id
        document = await bot.send_document(5001, b"%PDF", filename="surat.pdf", caption="Surat")
        assert document.document is not None
        assert document.document.file_name == "surat.pdf"
        assert siti.messages[-1]["caption"] == "Surat"
