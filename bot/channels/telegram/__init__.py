"""The Telegram channel: python-telegram-bot's `Bot` and errors, without Updater and types of updates."""
