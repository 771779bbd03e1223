"""The part of `aduan check` about the webhook: whether it is set, and in words why deliveries fail."""

from __future__ import annotations

import time
from collections.abc import Iterator

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.webhooks import PATH, HookState, hook_state
from bot.config.settings import Config
from bot.operations.check_findings import Finding, note, ok, problem

# An older error is over when nothing waits.
RECENT_SECONDS = 3600
MANY_WAITING = 100

# Parts of Telegram's sentences, in small letters -> what to do; the first that is found decides.
ADVICE = (
    ("401", "The bot knows another secret: restart it, so that it sets the webhook again."),
    ("403", "The web server refuses Telegram: allow POST to /telegram from everywhere."),
    ("404", "The web server passes another path on: it must pass /telegram on unchanged."),
    ("405", "The web server or the bot takes no POST at this path: pass /telegram on unchanged."),
    ("413", "The web server limits bodies: allow 1 MB."),
    ("502", "The web server does not reach the bot: is it running, and is web.listen the address there?"),
    ("503", "The bot cannot store updates now: is the disk full? The log says turn.waits."),
    ("504", "The bot does not answer the web server in time: the log says why."),
    ("certificate", "The certificate is not accepted: it must be valid for the host, with its chain."),
    ("ssl", "The certificate is not accepted: it must be valid for the host, with its chain."),
    ("resolve", "The host of web.public_url is unknown: is its name in the DNS?"),
    ("refused", "Nothing listens at web.public_url: is the web server running, is the port open?"),
    ("timed out", "The web server cannot be reached from outside: is the port open?"),
    ("timeout", "The web server or the bot does not answer in time."),
)
OTHER = "Look into the logs of the web server and of the bot."


async def examine_webhook(bot: Bot, config: Config) -> list[Finding]:
    """Whether updates come in as the configuration says."""
    try:
        state = await hook_state(bot)
    except TelegramError as error:
        return [note(f"Telegram does not say whether a webhook is set ({error.message})", "Try again later.")]
    if config.telegram.updates == "polling":
        return [_for_polling(state)]
    return list(_for_webhook(state, config.web.public_url + PATH, int(time.time())))


def _for_polling(state: HookState) -> Finding:
    if state.url:
        return note(
            "a webhook is set for this bot", "`aduan run` removes it; does another program use the token?"
        )
    return ok("no webhook is set")


def _for_webhook(state: HookState, url: str, now: int) -> Iterator[Finding]:
    if not state.url:
        yield note("no webhook is set yet", "`aduan run` sets it.")
        return
    if state.url != url:
        yield problem(
            f"the webhook leads to {state.url}, and not to {url}",
            "`aduan run` sets it again; does another program use the token?",
        )
    waiting = f"{state.waiting} updates wait at Telegram"
    if state.error and (state.waiting or now - state.error_at < RECENT_SECONDS):
        yield problem(f"the webhook fails: {state.error}; {waiting}", advice(state.error))
    elif state.waiting >= MANY_WAITING:
        yield note(waiting, "Does the bot run? Is it slow? `journalctl -u aduan` says.")
    elif state.url == url:
        yield ok(f"the webhook {url} is set; {waiting}")


def advice(error: str) -> str:
    """What to do about a failed delivery."""
    said = error.lower()
    return next((words for part, words in ADVICE if part in said), OTHER)
