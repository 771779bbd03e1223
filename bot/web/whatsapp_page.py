"""The page on which WhatsApp subscribes and delivers, where the configuration uses it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.channels.whatsapp.signature import PATH
from bot.config.settings import Config
from bot.sources.whatsapp_webhook import Book, Subscription, WhatsAppWebhook
from bot.web.server import Route


def webhook_of(config: Config, book: Book) -> WhatsAppWebhook | None:
    """The webhook of the number that the configuration names; None without one."""
    settings = config.whatsapp
    if not settings.used:
        return None
    subscription = Subscription(settings.phone_number_id, settings.app_secret, settings.verify_token)
    return WhatsAppWebhook(subscription, book)


def address_of(config: Config) -> str:
    """The address that is entered at the messenger's."""
    return config.web.public_url + PATH


def routes(config: Config, webhook: WhatsAppWebhook | None) -> Sequence[Route]:
    """The two routes of the page: a GET subscribes, a POST delivers."""
    if webhook is None:
        return []
    path = urlsplit(address_of(config)).path
    return [Route("GET", path, webhook.subscribe), Route("POST", path, webhook.answer)]
