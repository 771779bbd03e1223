"""The part of `aduan check` that calls our webhook for WhatsApp as Meta does when it is set."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

import aiohttp
from pydantic import SecretStr

from bot.channels.whatsapp.signature import PATH
from bot.operations.check_findings import Finding, note, ok, problem
from bot.operations.graph_reader import PATIENCE, in_words

OK = 200
# Of an answer only so many bytes are compared.
LONGEST = 200
# The status of a refused verification -> what to do.
ADVICE: Mapping[int, str] = {
    403: "The running bot has another whatsapp.verify_token: restart it. Or the web server refuses GET.",
    404: f"The web server passes another path on: it must pass {PATH} on unchanged.",
    405: f"The web server takes no GET at this path: it must pass GET and POST of {PATH} on.",
}
OTHER = "Look into the logs of the web server and of the bot."
# The web server does not reach the bot, which may not have been started yet.
ABSENT = (502, 503, 504)
START = "Start the bot and check again. Is web.listen the address to which the web server passes on?"
OUTSIDE = "Open the address from another network: not every network reaches its own public address."


async def examine_verification(
    session: aiohttp.ClientSession, public_url: str, verify_token: SecretStr, *, running: bool = False
) -> Sequence[Finding]:
    """Whether the address answers the verification with our word, and refuses another one.

    `running` is whether the bot is known to run.
    """
    url, challenge = public_url + PATH, str(secrets.randbelow(10**10))
    try:
        status, body = await _verify(session, url, verify_token.get_secret_value(), challenge)
        if status in ABSENT:
            made = problem if running else note
            return [made(f"{url}: HTTP {status}; the web server does not reach the bot", START)]
        if status != OK:
            return [problem(f"{url}: it refuses our verify token (HTTP {status})", ADVICE.get(status, OTHER))]
        if body != challenge:
            return [problem(f"{url}: something else than the bot answers", ADVICE[404])]
        status, body = await _verify(session, url, secrets.token_hex(16), challenge)
    except (aiohttp.ClientError, OSError) as error:
        return [note(f"{url}: not reached from this machine ({in_words(error)})", OUTSIDE)]
    if status == OK:
        return [problem(f"{url}: it takes any verify token; it is not the bot", ADVICE[404])]
    return [ok(f"{url} answers the verification, and refuses another verify token")]


async def _verify(
    session: aiohttp.ClientSession, url: str, verify_token: str, challenge: str
) -> tuple[int, str]:
    query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
    async with session.get(url, params=query, timeout=PATIENCE, allow_redirects=False) as response:
        return response.status, (await response.content.read(LONGEST)).decode("utf-8", "replace")
