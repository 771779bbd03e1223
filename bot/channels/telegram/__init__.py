"""The Telegram channel: python-telegram-bot's types and `Bot`, without its Updater."""
