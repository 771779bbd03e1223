"""HTTP for python-telegram-bot over aiohttp: a third of what httpx costs. Tokens are never logged."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.channels.base import DeliveryError, Failure
from bot.foundation.figures import figures

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict, ODVInput

READ_TIMEOUT = 20.0
CONNECT_TIMEOUT = 10.0
UPLOAD_TIMEOUT = 120.0
CONNECTIONS = 64
PIECE = 64 * 1024
OK = 200
THROTTLED = 429
# What aiohttp and json raise for wrong input: names, types, characters, values.
UNSENDABLE = (ValueError, TypeError, LookupError, RecursionError)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# How an answer of the Bot API begins; a proxy or a router answers with a page.
ANSWER = re.compile(rb'\s*\{\s*"(ok|result)"')


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes with a call: its name as people see it, its bytes and its kind."""

    name: str
    content: bytes | IO[bytes]
    mime: str


NO_FILES: Mapping[str, Upload] = MappingProxyType({})
Body = tuple[bytes | aiohttp.FormData | None, Mapping[str, str] | None]


def _unheard(_date: str | None) -> None:
    """Take no note of an answer."""


async def at_once() -> None:
    """Let a call go without waiting."""


class UnsendableError(TelegramError):
    """This program built a call that cannot be made; repeating it does not help."""


class RefusedError(TelegramError):
    """The messenger answered with an error: its code, its sentence and what it advises."""

    __slots__ = ("code", "parameters")

    def __init__(self, code: int, description: str, parameters: dict[str, Any]) -> None:
        super().__init__(description)
        self.code = code
        self.parameters = parameters


class AioHttpRequest(BaseRequest):
    """One keep-alive pool for everything.

    Errors come as RefusedError, TimedOut, NetworkError or UnsendableError, without the URL, which holds the
    token. Any other exception would reach the library, which takes it for the network's fault.
    """

    __slots__ = ("_answered", "_may_call", "_session")

    def __init__(
        self,
        answered: Callable[[str | None], None] = _unheard,
        may_call: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        """`answered` gets the `Date` header of each complete answer of the messenger.

        Each call waits for `may_call` first.
        """
        self._answered, self._may_call = answered, may_call
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
        return OK, await self._exchange(method, url, lambda: _body(request_data), read)

    async def call(
        self,
        url: str,
        parameters: Mapping[str, Any],
        read: float = READ_TIMEOUT,
        files: Mapping[str, Upload] = NO_FILES,
    ) -> Any:
        """Make one call from plain values and return its result, as it came.

        The library's own objects cost twice as much, and it raises on a result of an unexpected shape
        although the message was sent. Raises what do_request raises.
        """
        return self.parse_json_payload(await self.exchange(url, parameters, read, files))["result"]

    async def exchange(
        self,
        url: str,
        parameters: Mapping[str, Any],
        read: float = READ_TIMEOUT,
        files: Mapping[str, Upload] = NO_FILES,
    ) -> bytes:
        """Make one call and return the answer's bytes. Raises what do_request raises."""

        def body() -> Body:
            return _multipart(_fields(parameters), files) if files else (form(parameters), FORM)

        return await self._exchange("POST", url, body, UPLOAD_TIMEOUT if files else read)

    async def _exchange(self, method: str, url: str, build: Callable[[], Body], read: float) -> bytes:
        """Make one call and count it by the name at the end of its address."""
        name, outcome = url.rpartition("/")[2], "failed"
        try:
            payload = await self._bytes(method, url, build, read)
            outcome = "ok"
            return payload
        except RefusedError as error:
            outcome = "throttled" if error.code == THROTTLED else "refused"
            raise
        finally:
            figures.calls[name, outcome] += 1

    async def _bytes(self, method: str, url: str, build: Callable[[], Body], read: float) -> bytes:
        await self._may_call()
        try:
            body, headers = build()
            async with self.session.request(
                method, url, data=body, headers=headers, timeout=_limit(read)
            ) as response:
                status, payload = response.status, await response.read()
                date = response.headers.get("Date")
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            # The error's message may hold the address, which holds the token.
            raise NetworkError(type(error).__name__) from None
        except UNSENDABLE as error:
            raise UnsendableError(type(error).__name__) from None
        except RuntimeError as error:
            # The session was closed: the bot ends, and the message waits for the next start.
            raise NetworkError(type(error).__name__) from None
        if status != OK:
            raise refusal(status, payload)
        if ANSWER.match(payload):
            self._answered(date)
        return payload

    @asynccontextmanager
    async def download(self, url: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a file's address and yield its bytes in pieces. Raises DeliveryError."""
        try:
            async with self.session.get(url, timeout=_limit(READ_TIMEOUT, whole=UPLOAD_TIMEOUT)) as response:
                if response.status != OK:
                    raise DeliveryError(Failure.TEMPORARY, f"download: HTTP {response.status}")
                yield response.content.iter_chunked(PIECE)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise DeliveryError(Failure.TEMPORARY, f"download: {type(error).__name__}") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Parse an answer, without logging what people wrote. Raises NetworkError when it is not one.

        An answer that only says ok has the result None: the call had its effect.
        """
        answer = _answer(payload)
        if answer.get("ok") is False:
            raise refusal(OK, payload)
        if "result" not in answer and answer.get("ok") is not True:
            raise NetworkError("the answer has no result")
        return {"result": None, **answer}


@cache
def _limit(read: float, whole: float = 0.0) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=(whole or read) + CONNECT_TIMEOUT, sock_connect=CONNECT_TIMEOUT, sock_read=read
    )


def _fields(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as texts, with JSON inside."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parameters.items()
        if value is not None
    }


def form(parameters: Mapping[str, Any]) -> bytes:
    """A form with JSON inside: what every Bot API server reads, also those that take no JSON body.

    yarl takes 7 us for a question with its buttons, urllib 58. Half a surrogate pair is left out.
    """
    return URL.build(query=_fields(parameters)).raw_query_string.encode()


def _body(data: RequestData | None) -> Body:
    if data is None:
        return None, None
    if not data.contains_files:
        return form(data.parameters), FORM
    return _multipart(
        data.json_parameters, {name: Upload(*each) for name, each in data.multipart_data.items()}
    )


def _multipart(fields: Mapping[str, str], files: Mapping[str, Upload]) -> Body:
    # The messenger shows names as it gets them: percent signs would be part of them.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in fields.items():
        form.add_field(name, value)
    for name, file in files.items():
        form.add_field(name, file.content, filename=file.name, content_type=file.mime)
    return form, None


def _answer(payload: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise NetworkError("the answer is no JSON") from None
    if not isinstance(answer, dict):
        raise NetworkError("the answer is no object")
    return answer


def without_description(status: int) -> str:
    """What stands for the description of an error that the answer does not describe."""
    return f"HTTP {status}"


def refusal(status: int, payload: bytes) -> RefusedError:
    """The error that an answer stands for."""
    try:
        answer = _answer(payload)
    except NetworkError:
        answer = {}
    code, advice = answer.get("error_code"), answer.get("parameters")
    return RefusedError(
        code if type(code) is int else status,
        str(answer.get("description", without_description(status))),
        advice if isinstance(advice, dict) else {},
    )
