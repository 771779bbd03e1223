"""A bot as the guide of aiogram shows it: a finite state machine in MemoryStorage, long polling.

Everything is the library's own default, which handles each update as a task of its own; with one exception:
SimpleEventIsolation, the library's own lock that lets two updates of one person wait for each other. Without
it a fast person's next act would find the message ids of the act before missing. It makes the same calls as
the real bot, as plain.py does, and forgets everything at its end.

    python -m tests.bench.bots.fsm FOLDER
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
from collections.abc import Callable
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    File,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from tests.bench.bots.replay import FOLDER, Call, Upload, acts_of, read, snake

SETTINGS = read("settings.json")
ACTS = acts_of(read("recording.json"), single=False)
STATES = [State(str(number), "Intake") for number in range(len(ACTS))]
SERIALS = itertools.count(1)


def built(markup: dict[str, Any]) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove:
    """Return the keyboard or buttons of a message."""
    if "inline_keyboard" in markup:
        return InlineKeyboardMarkup(**markup)
    return ReplyKeyboardMarkup(**markup) if "keyboard" in markup else ReplyKeyboardRemove(**markup)


BUILDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "reply_markup": built,
    "link_preview_options": LinkPreviewOptions.model_validate,
}


def prepared(call: Call) -> Call:
    """Return the call with its keyboards and options built."""
    params = {
        name: BUILDERS[name](value) if name in BUILDERS else value for name, value in call.params.items()
    }
    return Call(call.method, params, call.makes, call.answers)


CALLS = [[prepared(call) for call in act.calls] for act in ACTS]


async def begin(message: Message, state: FSMContext, bot: Bot) -> None:
    """Start over."""
    await state.set_data({"said": {}, "sent": {}})
    await play(message, state, bot, "Intake:0")


async def play(event: Message | CallbackQuery, state: FSMContext, bot: Bot, raw_state: str) -> None:
    """Keep what was said, make the calls of this act, and wait for the next one."""
    number = int(raw_state.rpartition(":")[2])
    data = await state.get_data()
    if isinstance(event, Message) and event.text:
        data["said"][f"said{number}"] = event.text
    for call in CALLS[number]:
        if call.files and "reference" not in data["said"]:
            data["said"].update(reference=f"DPMD-2026-{next(SERIALS):04}", code=secrets.token_hex(4).upper())
        await perform(call, event, data, bot)
    await state.set_data(data)
    await state.set_state(STATES[number + 1] if number + 1 < len(STATES) else None)


async def perform(call: Call, event: Message | CallbackQuery, data: dict[str, Any], bot: Bot) -> None:
    """Make one call, and keep the message or the file that it returns."""
    press = event.id if isinstance(event, CallbackQuery) else ""
    file = event.photo[-1].file_id if isinstance(event, Message) and event.photo else ""
    assert event.from_user
    arguments = call.arguments(data, press, file, event.from_user.id)
    for name, value in arguments.items():
        if isinstance(value, Upload):
            arguments[name] = BufferedInputFile(value.content, value.name)
    result = await getattr(bot, snake(call.method))(**arguments)
    if isinstance(result, File):
        assert result.file_path
        await bot.download_file(result.file_path, FOLDER / "files" / f"{result.file_unique_id}.jpg")
    if call.makes is not None and isinstance(result, Message):
        data["sent"][call.makes] = result.message_id


def router() -> Router:
    """Return the handlers: one for each kind of act, in the states that expect it."""
    made = Router()
    made.message.register(begin, Command("start"))
    for kind, fits in {"text": F.text, "photo": F.photo}.items():
        made.message.register(play, _expected(kind), fits)
    made.callback_query.register(play, _expected("press"))
    return made


def _expected(kind: str) -> StateFilter:
    return StateFilter(*(state for state, act in zip(STATES, ACTS, strict=True) if act.kind == kind))


async def main() -> None:
    """Poll until the process is asked to end."""
    server = TelegramAPIServer(
        base=f"{SETTINGS['base_url']}{{token}}/{{method}}",
        file=f"{SETTINGS['base_file_url']}{{token}}/{{path}}",
    )
    dispatcher = Dispatcher(storage=MemoryStorage(), events_isolation=SimpleEventIsolation())
    dispatcher.include_router(router())
    await dispatcher.start_polling(Bot(SETTINGS["token"], session=AiohttpSession(api=server)))


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level=logging.INFO)
    (FOLDER / "files").mkdir(exist_ok=True)
    asyncio.run(main())
