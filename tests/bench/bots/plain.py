"""A bot as the guide of python-telegram-bot shows it: ConversationHandler and PicklePersistence.

Everything is the library's own default: run_polling, httpx, one update after the other
(`concurrent_updates` is off; a ConversationHandler asks for that), and a pickle that is written every 60 s
and at the end. For each act it makes the calls that the real bot was recorded to make, with keyboards that
are built once; it fetches every photo to disk and posts the card to the staff group. It has no outbox, no
sealing, no history, no due dates, no limits, and the documents that it sends are not typeset.

    python -m tests.bench.bots.plain FOLDER             the same calls as the real bot
    python -m tests.bench.bots.plain FOLDER --single    one message for each act, as its author would write it
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from telegram import (
    File,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.bench.bots.replay import FOLDER, SINGLE, Call, Upload, acts_of, read, snake

Context = ContextTypes.DEFAULT_TYPE
Handler = BaseHandler[Update, Context, object]

SETTINGS = read("settings.json")
ACTS = acts_of(read("recording.json"), single=SINGLE)


def built(markup: dict[str, Any]) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove:
    """Return the keyboard or buttons of a message."""
    if "inline_keyboard" in markup:
        return InlineKeyboardMarkup.de_json(markup)
    return ReplyKeyboardMarkup(**markup) if "keyboard" in markup else ReplyKeyboardRemove()


BUILDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "reply_markup": built,
    "link_preview_options": LinkPreviewOptions.de_json,
}


def prepared(call: Call) -> Call:
    """Return the call with its keyboards and options built."""
    params = {
        name: BUILDERS[name](value) if name in BUILDERS else value for name, value in call.params.items()
    }
    return Call(call.method, params, call.makes, call.answers)


CALLS = [[prepared(call) for call in act.calls] for act in ACTS]


async def play(update: Update, context: Context, number: int) -> int:
    """Keep what was said, make the calls of this act, and wait for the next one."""
    data = context.user_data
    assert data is not None
    if number == 0:
        data.clear()
        data.update(said={}, sent={})
    if update.message and update.message.text:
        data["said"][f"said{number}"] = update.message.text
    for call in CALLS[number]:
        if call.files and "reference" not in data["said"]:
            data["said"].update(registered(context))
        await perform(call, update, context)
    return number + 1 if number + 1 < len(CALLS) else ConversationHandler.END


def registered(context: Context) -> dict[str, str]:
    """Return a new registration number and an access code."""
    serial = context.bot_data["serial"] = context.bot_data.get("serial", 0) + 1
    return {"reference": f"DPMD-2026-{serial:04}", "code": secrets.token_hex(4).upper()}


async def perform(call: Call, update: Update, context: Context) -> None:
    """Make one call, and keep the message or the file that it returns."""
    data = context.user_data
    assert data is not None
    assert update.effective_chat
    press = update.callback_query.id if update.callback_query else ""
    photo = update.message.photo if update.message else ()
    file = photo[-1].file_id if photo else ""
    arguments = call.arguments(data, press, file, update.effective_chat.id)
    for name, value in arguments.items():
        if isinstance(value, Upload):
            arguments[name] = InputFile(value.content, value.name)
    result = await getattr(context.bot, snake(call.method))(**arguments)
    if isinstance(result, File):
        await result.download_to_drive(FOLDER / "files" / f"{result.file_unique_id}.jpg")
    if call.makes is not None and isinstance(result, Message):
        data["sent"][call.makes] = result.message_id


def handler(kind: str, number: int) -> Handler:
    """Return the handler of an act."""
    callback = partial(play, number=number)
    if kind == "press":
        return CallbackQueryHandler(callback)
    if kind == "command":
        return CommandHandler("start", callback)
    return MessageHandler(filters.PHOTO if kind == "photo" else filters.TEXT & ~filters.COMMAND, callback)


def conversation() -> ConversationHandler[Context]:
    """Return the conversation: one state for each act after the first."""
    return ConversationHandler(
        entry_points=[handler(ACTS[0].kind, 0)],
        states={number: [handler(act.kind, number)] for number, act in enumerate(ACTS) if number},
        fallbacks=[CommandHandler("batal", partial(play, number=0))],
        name="intake",
        persistent=True,
        allow_reentry=True,
    )


def application() -> Application[Any, Any, Any, Any, Any, Any]:
    """Return the application with everything at its default."""
    builder = ApplicationBuilder().token(SETTINGS["token"]).base_url(SETTINGS["base_url"])
    builder = builder.base_file_url(SETTINGS["base_file_url"])
    made = builder.persistence(PicklePersistence(FOLDER / "plain.pickle")).build()
    made.add_handler(conversation())
    return made


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level=logging.INFO)
    # Its INFO lines hold the token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    (FOLDER / "files").mkdir(exist_ok=True)
    application().run_polling()
