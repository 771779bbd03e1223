"""What cuts the bot off from its senders: the troubles that are watched, how long one may last, its words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from bot.config.settings import Config
from bot.foundation.troubles import LISTENING, REPORTS, SETTINGS, TELEGRAM


class Watched(NamedTuple):
    """How many seconds a trouble may last, and what it is for the health page."""

    limit: float
    words: str


WATCHED: Mapping[str, Watched] = {
    LISTENING: Watched(60.0, "the bot cannot listen for the webhook"),
    TELEGRAM: Watched(240.0, "Telegram cannot deliver to the webhook"),
    # The first report of an accepted message comes within seconds.
    REPORTS: Watched(900.0, "WhatsApp accepts messages and delivers nothing to the webhook"),
    # Meta is asked twice before it counts.
    SETTINGS: Watched(0.0, "`aduan check` finds problems of WhatsApp"),
}


def watched(config: Config) -> Collection[str]:
    """The troubles that this configuration can have; without a webhook none."""
    of_telegram = {LISTENING, TELEGRAM} if config.telegram.updates == "webhook" else set[str]()
    of_whatsapp = {LISTENING, REPORTS, SETTINGS} if config.whatsapp.used else set[str]()
    return of_telegram | of_whatsapp
