"""Faults on demand: calls that fail, before or after their effect, for tests and practice."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from bot.simulator.api.errors import ApiError, too_many_requests

Place = Literal["before", "after"]
Kind = Literal["429", "500", "502", "drop", "hold", "slow", "garbage", "body"]
# The bytes of an answer, or a function that makes them from the call's result.
Body = bytes | Callable[[Any], bytes]
# All methods by which the bot shows something to people.
WRITING = "writing"
WRITING_METHODS = ("send", "edit", "delete", "answer")
BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


class Dropped(Exception):  # noqa: N818 - the wanted outcome of a fault, not an error
    """The server must cut the connection without an answer."""


@dataclass(eq=False)
class Fault:
    """One fault: the calls that it matches, how many of them, and its effect on them.

    The kind `body` answers with these bytes and the status 200; placed "after" it replaces only the answer,
    and the bytes may be made from the call's result.
    """

    kind: Kind
    method: str | None = None
    chat_id: int | None = None
    times: int = 1
    place: Place = "before"
    retry_after: int = 1
    seconds: float = 1.0
    body: Body = b""
    content_type: str = "application/json"
    hits: int = 0
    _reached: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    _proceed: bool = True

    def matches(self, method: str, chat_id: Any) -> bool:
        """Tell whether the fault applies to this call."""
        if self.method == WRITING:
            if not method.lower().startswith(WRITING_METHODS):
                return False
        elif self.method and self.method.lower() != method.lower():
            return False
        return self.chat_id is None or str(chat_id) == str(self.chat_id)

    async def reached(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109 - the caller chooses the limit
        """Return once this fault was applied to a call; raise TimeoutError after `timeout` seconds."""
        await asyncio.wait_for(self._reached.wait(), timeout)

    def release(self, *, proceed: bool = True) -> None:
        """Let held calls proceed, or cut them off when `proceed` is false (before the effect: without it)."""
        self._proceed = proceed
        self._released.set()

    async def apply(self, result: Any = None) -> web.Response | None:
        """Return the answer of the fault, raise ApiError or Dropped, or return None to proceed.

        `result` is the call's result, None before its effect.
        """
        self._reached.set()
        if self.kind == "429":
            raise too_many_requests(self.retry_after)
        if self.kind == "500":
            raise ApiError(500, "Internal Server Error")
        if self.kind == "502":
            return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")
        if self.kind == "garbage":
            return web.Response(text='{"ok":true,"result":', content_type="application/json")
        if self.kind == "body":
            body = self.body if isinstance(self.body, bytes) else self.body(result)
            return web.Response(body=body, content_type=self.content_type)
        if self.kind == "drop":
            raise Dropped
        await self._pause()
        return None

    async def _pause(self) -> None:
        if self.kind == "slow":
            await asyncio.sleep(self.seconds)
            return
        await self._released.wait()
        if not self._proceed:
            raise Dropped


class Faults:
    """The faults that wait for their calls, in the order in which they were added."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._armed: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Arm a fault."""
        self._waiting.append(fault)
        self._armed.append(fault)
        return fault

    @property
    def waiting(self) -> list[Fault]:
        """Return the faults that wait for their calls."""
        return list(self._waiting)

    def take(self, method: str, chat_id: Any) -> Fault | None:
        """Return the first fault that matches this call and count the match, or None."""
        if not self._waiting:
            return None
        for fault in self._waiting:
            if fault.matches(method, chat_id):
                fault.hits += 1
                if fault.hits >= fault.times:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Remove all faults and release held calls."""
        for fault in self._armed:
            fault.release()
        self._armed.clear()
        self._waiting.clear()
