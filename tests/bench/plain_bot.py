"""A bot as the guide of python-telegram-bot shows it: ConversationHandler and PicklePersistence.

Everything is the library's own default: run_polling, httpx, one update
after the other (`concurrent_updates` is off; a ConversationHandler asks for that), and a pickle that is
written every 60 s and at the end. Writing it after each update would keep what a kill loses here, but it
writes all users' data each time and is not usual: the default makes this bot cheaper. It sends the texts
of the real bot (`messages.json`, made by script.py; keyboards are built once), answers
each press, edits the pressed question, fetches every photo to disk and posts the card to the staff group.
It has no outbox, no sealing, no history, no due dates, no limits.

    python -m tests.bench.plain_bot FOLDER    with messages.json and settings.json in it
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from telegram import CallbackQuery, LinkPreviewOptions, Message, Update
from telegram.constants import ParseMode
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    Defaults,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.bench.plain_messages import FOLDER, MARKUPS, SETTINGS, Context, say, text_of

NOTICE, SERVICE, STORY, OCCURRED, PLACE, LOSS_KIND, LOSS, RESOLUTION, NAME, ADDRESS, SUMMARY, SIGNING = range(
    12
)


async def pressed(update: Update) -> CallbackQuery:
    """Answer a press, so that its button stops waiting."""
    query = update.callback_query
    assert query
    await query.answer()
    return query


def label(query: CallbackQuery) -> str:
    """Return the text of the pressed button."""
    assert isinstance(query.message, Message)
    assert query.message.reply_markup
    rows = query.message.reply_markup.inline_keyboard
    return next(button.text for row in rows for button in row if button.callback_data == query.data)


async def answered(update: Update, context: Context, field: str, edit: str, following: str) -> None:
    """Keep a chosen answer, ask the next question, and show the answer in place of the old one."""
    query = await pressed(update)
    assert context.user_data is not None
    context.user_data[field] = label(query)
    await say(update, context, following)
    await query.edit_message_text(text_of(edit, context.user_data))


async def typed(update: Update, context: Context, field: str, following: str) -> None:
    """Keep a written answer and ask the next question."""
    assert context.user_data is not None
    assert update.message
    context.user_data[field] = update.message.text
    await say(update, context, following)


async def start(update: Update, context: Context) -> int:
    """Start over with the privacy notice."""
    assert context.user_data is not None
    context.user_data.clear()
    context.user_data.update(story="", parts=0, files=[])
    await say(update, context, "notice")
    return NOTICE


async def accept(update: Update, context: Context) -> int:
    """The notice was accepted."""
    await pressed(update)
    await say(update, context, "ask_service")
    return SERVICE


async def service(update: Update, context: Context) -> int:
    """The service was chosen."""
    await answered(update, context, "service", "answered_service", "ask_story")
    return STORY


async def tell(update: Update, context: Context) -> int:
    """A text of the story."""
    assert update.message
    assert context.user_data is not None
    context.user_data["story"] = f"{context.user_data['story']}\n{update.message.text}".strip()
    await tally(update, context)
    return STORY


async def photo(update: Update, context: Context) -> int:
    """A photo of the story: fetched to disk."""
    assert update.message
    assert context.user_data is not None
    largest = update.message.photo[-1]
    file = await largest.get_file()
    path = FOLDER / "files" / f"{largest.file_unique_id}.jpg"
    await file.download_to_drive(path)
    context.user_data["files"].append(str(path))
    await tally(update, context)
    return STORY


async def tally(update: Update, context: Context) -> None:
    """Count what was sent, in one message that is updated."""
    data = context.user_data
    assert data is not None
    data["parts"] += 1
    data["count"] = len(data["files"])
    if data["parts"] == 1:
        data["tally"] = (await say(update, context, "tally_text")).message_id
        return
    assert update.effective_chat
    await context.bot.edit_message_text(text_of("tally_files", data), update.effective_chat.id, data["tally"])


async def finish_story(update: Update, context: Context) -> int:
    """The story is complete: remove its keyboard."""
    await say(update, context, "story_kept", "ask_occurred")
    return OCCURRED


async def occurred(update: Update, context: Context) -> int:
    """The day was chosen."""
    await answered(update, context, "occurred", "answered_occurred", "ask_occurred_place")
    return PLACE


async def place(update: Update, context: Context) -> int:
    """The place was written."""
    await typed(update, context, "occurred_place", "ask_loss_kind")
    return LOSS_KIND


async def loss_kind(update: Update, context: Context) -> int:
    """The kind of loss was chosen."""
    await answered(update, context, "loss_kind", "answered_loss_kind", "ask_loss")
    return LOSS


async def loss(update: Update, context: Context) -> int:
    """The loss was described."""
    await typed(update, context, "loss", "ask_resolution")
    return RESOLUTION


async def resolution(update: Update, context: Context) -> int:
    """The resolution was chosen."""
    await answered(update, context, "resolution", "answered_resolution", "ask_name")
    return NAME


async def name(update: Update, context: Context) -> int:
    """The name was written."""
    await typed(update, context, "name", "ask_address")
    return ADDRESS


async def address(update: Update, context: Context) -> int:
    """The address was written."""
    await typed(update, context, "address", "summary")
    return SUMMARY


async def to_signing(update: Update, context: Context) -> int:
    """The summary is right."""
    await pressed(update)
    await say(update, context, "signing_open")
    return SIGNING


async def declare(update: Update, context: Context) -> int:
    """It was declared true."""
    query = await pressed(update)
    text = text_of("signing_declared", context.user_data or {})
    await query.edit_message_text(text, reply_markup=MARKUPS["signing_declared"])  # type: ignore[arg-type]
    return SIGNING


async def sign(update: Update, context: Context) -> int:
    """The name was written once more."""
    await typed(update, context, "signature", "signing_signed")
    return SIGNING


async def file_complaint(update: Update, context: Context) -> int:
    """Send ("Kirim"): a number and a code, the receipt, and the card in the staff group."""
    await pressed(update)
    assert context.user_data is not None
    serial = context.bot_data["serial"] = context.bot_data.get("serial", 0) + 1
    context.user_data["reference"] = f"DPMD-2026-{serial:04}"
    context.user_data["code"] = secrets.token_hex(4).upper()
    await say(update, context, "receipt")
    card = text_of("card", context.user_data)
    await context.bot.send_message(SETTINGS["staff_chat_id"], card, reply_markup=MARKUPS["card"])
    return ConversationHandler.END


async def cancel(update: Update, context: Context) -> int:
    """Give up."""
    await say(update, context, "notice")
    return ConversationHandler.END


def conversation() -> ConversationHandler[Context]:
    """Return the ten steps."""
    text = filters.TEXT & ~filters.COMMAND
    choice = "^answer:"
    return ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={
            NOTICE: [CallbackQueryHandler(accept, "^accept:")],
            SERVICE: [CallbackQueryHandler(service, choice)],
            STORY: [
                MessageHandler(filters.Regex("^Lanjut$"), finish_story),
                MessageHandler(text, tell),
                MessageHandler(filters.PHOTO, photo),
            ],
            OCCURRED: [CallbackQueryHandler(occurred, choice)],
            PLACE: [MessageHandler(text, place)],
            LOSS_KIND: [CallbackQueryHandler(loss_kind, choice)],
            LOSS: [MessageHandler(text, loss)],
            RESOLUTION: [CallbackQueryHandler(resolution, choice)],
            NAME: [MessageHandler(text, name)],
            ADDRESS: [MessageHandler(text, address)],
            SUMMARY: [CallbackQueryHandler(to_signing, "^to_signing:")],
            SIGNING: [
                CallbackQueryHandler(declare, "^declare:"),
                CallbackQueryHandler(file_complaint, "^file:"),
                MessageHandler(text, sign),
            ],
        },
        fallbacks=[CommandHandler("batal", cancel)],
        name="intake",
        persistent=True,
        allow_reentry=True,
    )


def application() -> Application[Any, Any, Any, Any, Any, Any]:
    """Return the application with everything at its default."""
    defaults = Defaults(ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True))
    built_application = (
        ApplicationBuilder()
        .token(SETTINGS["token"])
        .base_url(SETTINGS["base_url"])
        .base_file_url(SETTINGS["base_file_url"])
        .persistence(PicklePersistence(FOLDER / "plain.pickle"))
        .defaults(defaults)
        .build()
    )
    built_application.add_handler(conversation())
    return built_application


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level=logging.INFO)
    # Its INFO lines hold the token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    (FOLDER / "files").mkdir(exist_ok=True)
    application().run_polling()
