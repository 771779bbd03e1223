"""Faults on demand: what a test makes go wrong, at which call, before or after the call had its effect."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from bot.simulator.api.errors import ApiError, too_many_requests

Place = Literal["before", "after"]
Kind = Literal["429", "500", "502", "drop", "hold", "slow", "garbage", "body"]
# What a call answers, and made of its result.
Body = bytes | Callable[[Any], bytes]
# Stands for every method by which the bot shows people something.
WRITING = "writing"
WRITING_METHODS = ("send", "edit", "delete", "answer")
BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


class Dropped(Exception):  # noqa: N818 - it is what happens to the connection, not an error of ours
    """The connection is to be cut without an answer."""


@dataclass(eq=False)
class Fault:
    """One fault: which calls it meets, how many of them, and what it does to them.

    The kind `body` answers with these bytes and the status 200; placed "after" it spoils the answer alone,
    and its bytes may be made of the call's result.
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

    def meets(self, method: str, chat_id: Any) -> bool:
        """Tell whether this call is one that was meant."""
        if self.method == WRITING:
            if not method.lower().startswith(WRITING_METHODS):
                return False
        elif self.method and self.method.lower() != method.lower():
            return False
        return self.chat_id is None or str(chat_id) == str(self.chat_id)

    async def reached(self, timeout: float = 15.0) -> None:  # noqa: ASYNC109 - the caller names its patience
        """Return once a call has met this fault; raise TimeoutError after so many seconds."""
        await asyncio.wait_for(self._reached.wait(), timeout)

    def release(self, *, proceed: bool = True) -> None:
        """Let held calls go on, or cut them off when `proceed` is false (before the effect: without it)."""
        self._proceed = proceed
        self._released.set()

    async def strike(self, result: Any = None) -> web.Response | None:
        """Do the harm: return the answer to give, raise ApiError or Dropped, or return None to go on.

        `result` is what the call returned, None before its effect.
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
    """The faults still to come, in the order in which they were asked for."""

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
        """Return the faults still to come."""
        return list(self._waiting)

    def take(self, method: str, chat_id: Any) -> Fault | None:
        """Return the first fault that this call meets and count the meeting, or None."""
        if not self._waiting:
            return None
        for fault in self._waiting:
            if fault.meets(method, chat_id):
                fault.hits += 1
                if fault.hits >= fault.times:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Disarm all and let go what is held."""
        for fault in self._armed:
            fault.release()
        self._armed.clear()
        self._waiting.clear()
