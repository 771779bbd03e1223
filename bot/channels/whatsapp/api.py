"""The Graph API over aiohttp: calls, uploads and downloads with the token of the account.

The token, texts and addresses of people are in no log and no error. No redirect is followed: the token would
go with it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr

from bot.channels.base import DeliveryError, Failure
from bot.channels.whatsapp.failures import refusal
from bot.foundation.figures import figures

READ_SECONDS, UPLOAD_SECONDS, CONNECT_SECONDS = 20.0, 120.0, 10.0
CONNECTIONS = 64
PIECE = 64 * 1024
OK = 200
# What aiohttp and json raise for wrong input: names, types, characters, values.
UNSENDABLE = (ValueError, TypeError, LookupError, RecursionError)
Json = Mapping[str, Any]


class Settings(Protocol):
    """The part of the configuration that the channel needs."""

    @property
    def phone_number_id(self) -> str:
        """Meta's id of the number."""

    @property
    def token(self) -> SecretStr:
        """The token of a system user."""

    @property
    def template(self) -> str:
        """The name of the template for a closed window."""

    @property
    def api_version(self) -> str:
        """The version of the Graph API."""

    @property
    def base_url(self) -> str:
        """The server of the Graph API."""


class CloudApi:
    """All calls share one pool of connections.

    `answered` gets the `Date` of each answer of the messenger; each call waits for `may_call` first. Every
    method raises DeliveryError.
    """

    def __init__(
        self,
        settings: Settings,
        answered: Callable[[str | None], None],
        may_call: Callable[[], Awaitable[None]],
    ) -> None:
        self._base = f"{settings.base_url.rstrip('/')}/{settings.api_version}"
        self._number = settings.phone_number_id
        self._headers = {"Authorization": f"Bearer {settings.token.get_secret_value().strip()}"}
        self._answered, self._may_call = answered, may_call
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the session."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, ttl_dns_cache=300, keepalive_timeout=55)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def message(self, body: Json) -> Json:
        """Send a message, or mark one as read; the answer."""
        sent = {"messaging_product": "whatsapp", **body}
        return await self._called("POST", f"{self._number}/messages", READ_SECONDS, json=sent)

    async def upload(self, name: str, content: bytes | IO[bytes], mime: str) -> str:
        """Upload a file; its id."""
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", mime)
        form.add_field("file", content, filename=name, content_type=mime)
        answer = await self._called("POST", f"{self._number}/media", UPLOAD_SECONDS, data=form)
        if isinstance(found := answer.get("id"), str) and found:
            return found
        raise DeliveryError(Failure.TEMPORARY, "an unexpected answer to media: no id")

    async def set_up(self, edge: str, body: Json) -> Json:
        """Set what the number offers in its chats; `edge` is the part of the path after the number."""
        return await self._called("POST", f"{self._number}/{edge}", READ_SECONDS, json=body)

    async def described(self, media: str) -> Json:
        """What the messenger says about a file: its address for some minutes, its size."""
        return await self._called("GET", media, READ_SECONDS, params={"phone_number_id": self._number})

    async def _called(self, verb: str, path: str, read: float, **given: Any) -> Json:
        """Make one call and count it by the last part of its path."""
        name = path.rpartition("/")[2] if verb == "POST" else "file"
        outcome = "failed"
        try:
            answer = await self._call(verb, f"{self._base}/{path}", read, **given)
            outcome = "ok"
            return answer
        except DeliveryError as error:
            if error.answered:
                outcome = "throttled" if error.kind is Failure.THROTTLED else "refused"
            raise
        finally:
            figures.calls[f"whatsapp_{name}", outcome] += 1

    async def _call(self, verb: str, address: str, read: float, **given: Any) -> Json:
        await self._may_call()
        try:
            async with self._request(verb, address, _limit(read), **given) as response:
                payload = await response.read()
                status, date = response.status, response.headers.get("Date")
        except UNSENDABLE as error:
            reason = f"cannot be sent: {type(error).__name__}"
            raise DeliveryError(Failure.REFUSED, reason, answered=False) from None
        answer = _object(payload)
        if "error" in answer:
            raise refusal(answer["error"], status)
        if status != OK or not answer:
            # A page of a proxy, or a redirect: it is unknown whether the call had its effect.
            reason = f"no answer of the Graph API: HTTP {status}"
            raise DeliveryError(Failure.TEMPORARY, reason, answered=False)
        self._answered(date)
        return answer

    @asynccontextmanager
    async def _request(
        self, verb: str, address: str, limit: aiohttp.ClientTimeout, **given: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request, whose errors do not hold the address or the token."""
        if self._session is None:
            raise DeliveryError(Failure.TEMPORARY, "the channel is not started", answered=False)
        try:
            async with self._session.request(
                verb, address, headers=self._headers, timeout=limit, allow_redirects=False, **given
            ) as response:
                yield response
        except (TimeoutError, aiohttp.ClientError, OSError, RuntimeError) as error:
            # RuntimeError: the session was closed meanwhile, because the bot ends.
            raise DeliveryError(Failure.TEMPORARY, type(error).__name__, answered=False) from None

    @asynccontextmanager
    async def download(self, address: str) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
        """Open a file's address: the status, and its bytes in pieces."""
        if not self._is_ours(address):
            raise DeliveryError(Failure.TEMPORARY, "an unexpected answer to media: no https address")
        limit = _limit(READ_SECONDS, whole=UPLOAD_SECONDS)
        async with self._request("GET", address, limit) as response:
            yield response.status, response.content.iter_chunked(PIECE)

    def _is_ours(self, address: str) -> bool:
        """Whether the token may go to this address: encrypted, or to the server of the API."""
        try:
            parts, own = urlsplit(address), urlsplit(self._base)
        except ValueError:
            return False
        return bool(parts.netloc) and (parts.scheme == "https" or parts[:2] == own[:2])


def _limit(read: float, whole: float = 0.0) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=(whole or read) + CONNECT_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=read
    )


def _object(payload: bytes) -> dict[str, Any]:
    """The object in an answer; empty when there is none."""
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
