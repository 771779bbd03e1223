"""The problems that `aduan check` would find at Meta, for the running bot (bot/sources/settings_watch.py).

What asks is imported with the first question: the start of the bot does not need it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.config.settings import Config


def finder(config: Config) -> Callable[[], Awaitable[Sequence[str]]] | None:
    """What finds the problems of this configuration, a sentence each; None where there is nothing to ask."""
    if config.practice or not config.whatsapp.used:
        return None

    async def find() -> Sequence[str]:
        from bot.operations.check_certificate import examine_certificate
        from bot.operations.check_findings import Level
        from bot.operations.check_whatsapp import examine_whatsapp

        found = [*await examine_certificate(config.web.public_url)]
        found += await examine_whatsapp(config, running=True)
        return [each.what for each in found if each.level is Level.PROBLEM]

    return find
