"""HTTP for python-telegram-bot over aiohttp: a third of what httpx costs. Tokens are never logged."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.base import DeliveryError, Failure

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict, ODVInput

READ_TIMEOUT = 20.0
CONNECT_TIMEOUT = 10.0
UPLOAD_TIMEOUT = 120.0
CONNECTIONS = 64
PIECE = 64 * 1024
OK = 200
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class RefusedError(TelegramError):
    """The messenger answered with an error: its code, its sentence and what it advises."""

    __slots__ = ("code", "parameters")

    def __init__(self, code: int, description: str, parameters: dict[str, Any]) -> None:
        super().__init__(description)
        self.code = code
        self.parameters = parameters


class AioHttpRequest(BaseRequest):
    """One keep-alive pool for everything.

    Errors come as RefusedError, TimedOut or NetworkError, without the URL, which holds the token.
    """

    __slots__ = ("_session",)

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take unless a call says otherwise."""
        return READ_TIMEOUT

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session; RuntimeError before initialize() and after shutdown()."""
        if self._session is None:
            raise RuntimeError("this request is not initialized")
        return self._session

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, ttl_dns_cache=300, keepalive_timeout=55)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - aiohttp knows no such limit
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - one limit for all calls
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the outbox bounds the calls
    ) -> tuple[int, bytes]:
        """Make one call and return status and body; raise RefusedError for anything but success."""
        uploads = request_data is not None and request_data.contains_files
        read = UPLOAD_TIMEOUT if uploads else READ_TIMEOUT
        if not isinstance(read_timeout, DefaultValue) and read_timeout is not None:
            read = float(read_timeout)
        body, headers = _body(request_data)
        return OK, await self._exchange(method, url, body, headers, read)

    async def call(self, url: str, parameters: Mapping[str, Any], read: float = READ_TIMEOUT) -> Any:
        """Make one call from plain values and return its result, as it came.

        The library's way through its own objects costs twice as much, so what is sent all day and what
        is fetched go this way. Raises what do_request raises.
        """
        payload = await self._exchange("POST", url, _form(parameters), FORM, read)
        return self.parse_json_payload(payload)["result"]

    async def _exchange(
        self,
        method: str,
        url: str,
        body: bytes | aiohttp.FormData | None,
        headers: Mapping[str, str] | None,
        read: float,
    ) -> bytes:
        try:
            async with self.session.request(
                method, url, data=body, headers=headers, timeout=_limit(read)
            ) as response:
                status, payload = response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            # The error's own words may hold the address, and the address holds the token.
            raise NetworkError(type(error).__name__) from None
        if status != OK:
            raise _refused(status, payload)
        return payload

    @asynccontextmanager
    async def download(self, url: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a file's address and hand out its bytes in pieces. Raises DeliveryError."""
        try:
            async with self.session.get(url, timeout=_limit(READ_TIMEOUT, whole=UPLOAD_TIMEOUT)) as response:
                if response.status != OK:
                    raise DeliveryError(Failure.TEMPORARY, f"download: HTTP {response.status}")
                yield response.content.iter_chunked(PIECE)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise DeliveryError(Failure.TEMPORARY, f"download: {type(error).__name__}") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Read an answer; NetworkError when it is none, without logging what people wrote."""
        try:
            answer = json.loads(payload)
        except ValueError:
            raise NetworkError("the answer is no JSON") from None
        if not isinstance(answer, dict) or "result" not in answer:
            raise NetworkError("the answer has no result")
        return answer


def _limit(read: float, whole: float = 0.0) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=(whole or read) + CONNECT_TIMEOUT, sock_connect=CONNECT_TIMEOUT, sock_read=read
    )


def _form(parameters: Mapping[str, Any]) -> bytes:
    """A form with JSON inside: what every Bot API server reads, also those that take no JSON body."""
    fields = [
        (name, value if isinstance(value, str) else json.dumps(value))
        for name, value in parameters.items()
        if value is not None
    ]
    return urlencode(fields, errors="surrogatepass").encode()


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, Mapping[str, str] | None]:
    if data is None:
        return None, None
    if not data.contains_files:
        return _form(data.parameters), FORM
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, None


def _refused(status: int, payload: bytes) -> RefusedError:
    try:
        answer = json.loads(payload)
        return RefusedError(
            int(answer.get("error_code", status)),
            str(answer.get("description", "")),
            answer.get("parameters") or {},
        )
    except (ValueError, AttributeError, TypeError):
        return RefusedError(status, f"HTTP {status}", {})
