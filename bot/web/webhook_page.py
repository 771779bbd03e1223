"""The page on which the messenger delivers updates, when the configuration wants a webhook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from telegram import Bot

from bot.channels.telegram.webhooks import PATH, TelegramHook, secret_of
from bot.channels.whatsapp import signature
from bot.config.settings import Config
from bot.database.sealing import Codec
from bot.sources.deliveries import Take
from bot.sources.polling import Polling
from bot.sources.webhook import Webhook
from bot.web.server import Route


def webhook_of(config: Config, codec: Codec, bot: Bot, wall: Callable[[], float]) -> Webhook | None:
    """The webhook that the configuration wants; None for polling. `wall` is in seconds since 1970."""
    if config.telegram.updates == "polling":
        return None
    secret = secret_of(config.telegram.webhook_secret.get_secret_value(), codec.pepper)
    return Webhook(TelegramHook(bot, config.web.public_url + PATH, secret), wall=wall)


def whatsapp_path(config: Config) -> str:
    """The path of WhatsApp's webhook; as Telegram's it begins with the path of the public address."""
    return urlsplit(config.web.public_url + signature.PATH).path


def paths_of(config: Config) -> Sequence[str]:
    """The paths of the webhooks that the configuration wants."""
    of_telegram = [urlsplit(config.web.public_url + PATH).path] * (config.telegram.updates == "webhook")
    return [*of_telegram, *([whatsapp_path(config)] if config.whatsapp.used else [])]


def routes(webhook: Webhook | None) -> Sequence[Route]:
    """The route of the page: the path of the public address, which the web server passes on unchanged."""
    return [Route("POST", urlsplit(webhook.url).path, webhook.answer)] if webhook else []


def source_of(webhook: Webhook | None, polling: Polling, take: Take) -> Polling | Webhook:
    """Where updates come from. Both are read by the same rules."""
    return webhook.connected(polling.read, take) if webhook else polling
