"""One call from its parameters to its result: checks, faults, effect, record."""

import time
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

from aiohttp import web

from bot.simulator.api import methods_chats, methods_edit, methods_media, methods_self, methods_send
from bot.simulator.api.errors import ApiError
from bot.simulator.api.faults import Dropped, Fault, Faults
from bot.simulator.api.methods import Request
from bot.simulator.api.parameters import Upload, read_parameters
from bot.simulator.api.schema import Method, methods, other_methods
from bot.simulator.api.updates import Receiver
from bot.simulator.state.limits import Limits
from bot.simulator.state.profile import Profile
from bot.simulator.state.world import World

TABLES = (
    methods_chats.METHODS,
    methods_edit.METHODS,
    methods_media.METHODS,
    methods_self.METHODS,
    methods_send.METHODS,
)


@dataclass(slots=True)
class Call:
    """The record of one Bot API call: `at` is monotonic, `outcome` ok or error, `error` its sentence."""

    method: str
    params: dict[str, Any]
    at: float = field(default_factory=time.monotonic)
    outcome: str = "waiting"
    error: str | None = None
    code: int = 200
    result: Any = None
    # The fault that was applied to it, such as "drop after".
    fault: str = ""


class Dispatcher:
    """Performs calls one after another on one world."""

    def __init__(self, world: World, limits: Limits | None) -> None:
        self.world = world
        self.limits = limits
        self.profile = Profile()
        self.receiver = Receiver(world, self.profile)
        self.faults = Faults()
        self.calls: list[Call] = []
        tables = (*TABLES, self.receiver.methods())
        self.performers = {name.lower(): perform for table in tables for name, perform in table.items()}

    async def call(self, name: str, raw: dict[str, Any]) -> web.Response | Any:
        """Return the result, or a ready response of a fault; raise ApiError or Dropped.

        The record counts a call as ok when its effect took place, even when the client got another answer.
        """
        method = methods().get(name.lower())
        record = Call(method.name if method else name, _recorded(raw))
        self.calls.append(record)
        self._notify(record)
        try:
            return await self._perform(method, name, raw, record)
        except ApiError as error:
            if record.outcome == "waiting":
                record.outcome, record.error, record.code = "error", error.description, error.code
            raise
        except Dropped:
            if record.outcome == "waiting":
                record.outcome, record.error = "error", "dropped"
            raise
        finally:
            self._notify(record)

    def _notify(self, record: Call) -> None:
        # The bot fetches all the time: the page that lists calls is not notified of each fetch.
        quiet = record.method == "getUpdates" and record.outcome != "error"
        self.world.changed.fire() if quiet else self.world.notify("calls")
        over = record.outcome != "waiting"
        if over and (record.fault or record.method.startswith("setMy")):
            self.world.notify("state")

    async def _perform(self, method: Method | None, name: str, raw: dict[str, Any], record: Call) -> Any:
        if method is None:
            raise (
                ApiError(404, "Not Found") if name.lower() not in other_methods() else _not_implemented(name)
            )
        fault = self.faults.take(method.name, raw.get("chat_id"))
        record.fault = f"{fault.kind} {fault.place}" if fault else ""
        early = await self._apply(fault, "before")
        if early is not None:
            record.outcome, record.error, record.code = "error", "fault", early.status
            return early
        params = read_parameters(method, raw)
        uploads = {key: value for key, value in raw.items() if isinstance(value, Upload)}
        request = Request(self.world, self.profile, self.limits, params, uploads)
        result = await self._effect(name.lower(), request)
        record.outcome, record.result = "ok", result
        late = await self._apply(fault, "after", result)
        return result if late is None else late

    async def _effect(self, name: str, request: Request) -> Any:
        result = self.performers[name](request)
        return await result if isawaitable(result) else result

    @staticmethod
    async def _apply(fault: Fault | None, place: str, result: Any = None) -> web.Response | None:
        return await fault.apply(result) if fault and fault.place == place else None


def _recorded(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: value.name if isinstance(value, Upload) else value for key, value in raw.items()}


def _not_implemented(name: str) -> ApiError:
    return ApiError(501, f"Not Implemented: the embedded messenger does not perform {name}")
