"""The Bot API of the embedded messenger: it checks calls, performs them and answers as Telegram does."""
