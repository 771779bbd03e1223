"""A stateless bot on python-telegram-bot with everything at its default: the framework's floor.

It makes no decision and keeps nothing: the text "3 hello" is sent back three times. The benchmark's people
ask for as many messages in each act as the real bot was recorded to make calls.

    python -m tests.bench.bots.echo FOLDER
"""

from __future__ import annotations

import logging

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

from tests.bench.bots.replay import read

SETTINGS = read("settings.json")


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Send the text back as often as its first word says."""
    assert update.message
    assert update.message.text
    for _ in range(int(update.message.text.split()[0])):
        await update.message.reply_text(update.message.text)


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level=logging.INFO)
    # Its INFO lines hold the token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    application = ApplicationBuilder().token(SETTINGS["token"]).base_url(SETTINGS["base_url"]).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()
