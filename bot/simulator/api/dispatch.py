"""One call from its parameters to its result: checks, faults, effect, and the record of it."""

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
    """One Bot API call as it was recorded: `at` is monotonic, `outcome` ok or error, `error` its sentence."""

    method: str
    params: dict[str, Any]
    at: float = field(default_factory=time.monotonic)
    outcome: str = "waiting"
    error: str | None = None
    code: int = 200
    result: Any = None
    # What was made to go wrong with it, as "drop after".
    harm: str = ""


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

        The record counts a call as ok when its effect took place, whatever the client was told.
        """
        method = methods().get(name.lower())
        record = Call(method.name if method else name, _shown(raw))
        self.calls.append(record)
        self._note(record)
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
            self._note(record)

    def _note(self, record: Call) -> None:
        # Fetching goes on all the time; a page that watches calls need not hear of it.
        quiet = record.method == "getUpdates" and record.outcome != "error"
        self.world.changed.fire() if quiet else self.world.stir("calls")
        over = record.outcome != "waiting"
        if over and (record.harm or record.method.startswith("setMy")):
            self.world.stir("state")

    async def _perform(self, method: Method | None, name: str, raw: dict[str, Any], record: Call) -> Any:
        if method is None:
            raise ApiError(404, "Not Found") if name.lower() not in other_methods() else _not_here(name)
        fault = self.faults.take(method.name, raw.get("chat_id"))
        record.harm = f"{fault.kind} {fault.place}" if fault else ""
        early = await self._strike(fault, "before")
        if early is not None:
            record.outcome, record.error, record.code = "error", "fault", early.status
            return early
        params = read_parameters(method, raw)
        uploads = {key: value for key, value in raw.items() if isinstance(value, Upload)}
        request = Request(self.world, self.profile, self.limits, params, uploads)
        result = await self._effect(name.lower(), request)
        record.outcome, record.result = "ok", result
        late = await self._strike(fault, "after", result)
        return result if late is None else late

    async def _effect(self, name: str, request: Request) -> Any:
        result = self.performers[name](request)
        return await result if isawaitable(result) else result

    @staticmethod
    async def _strike(fault: Fault | None, place: str, result: Any = None) -> web.Response | None:
        return await fault.strike(result) if fault and fault.place == place else None


def _shown(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: value.name if isinstance(value, Upload) else value for key, value in raw.items()}


def _not_here(name: str) -> ApiError:
    return ApiError(501, f"Not Implemented: the embedded messenger does not perform {name}")
