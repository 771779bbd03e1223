"""The embedded messengers as a server: Bot API and Cloud API over HTTP for the bot, people for tests.

It listens on 127.0.0.1 by default and keeps everything in memory.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Self

from aiohttp import web

from bot.simulator.api.dispatch import Call, Dispatcher
from bot.simulator.api.errors import ApiError
from bot.simulator.api.faults import Body, Dropped, Fault, Kind, Place
from bot.simulator.api.media import MOST_UPLOAD
from bot.simulator.api.wire import answer_bytes, read_body
from bot.simulator.people.groups import BotStatus, Group, GroupKind
from bot.simulator.people.person import Person
from bot.simulator.people.staging import Staging
from bot.simulator.state.limits import Limits
from bot.simulator.state.profile import Commands
from bot.simulator.state.waiting import wait_until
from bot.simulator.state.world import World
from bot.simulator.whatsapp.cloud import Cloud
from bot.simulator.whatsapp.limits import CloudLimits
from bot.simulator.whatsapp.media import MOST_UPLOAD as MOST_CLOUD_UPLOAD

# The number of the bot's account, which is the first part of its token.
BOT_ID = 100
TOKEN_BYTES = 26
UNAUTHORIZED = ApiError(401, "Unauthorized")
FIELDS_SIZE = 1024 * 1024
ALL_INTERFACES = "0.0.0.0"  # noqa: S104 - only compared


class Simulator:
    """One messenger with one bot; made by `start`, ended by `close`."""

    def __init__(self, token: str, bot_username: str, limits: Limits | None) -> None:
        self.token = token
        self.limits = limits
        self.world = World(token, bot_username)
        self.dispatcher = Dispatcher(self.world, limits)
        self.whatsapp = Cloud(self._now, self._whatsapp_changed, CloudLimits() if limits else None)
        self.staging = Staging()
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.address = ""
        self._runner: web.AppRunner | None = None

    @classmethod
    async def start(
        cls,
        port: int = 0,
        token: str = "",
        bot_username: str = "AduanBot",
        limits: Limits | None = None,
        *,
        routes: Callable[["Simulator"], list[web.RouteDef]] | None = None,
        host: str = "127.0.0.1",
    ) -> Self:
        """Start serving; port 0 takes a free port. `routes` returns further routes, such as the page's.

        Without a `token` it makes one that no page of another origin can guess.
        """
        simulator = cls(token or new_token(), bot_username, limits)
        application = web.Application(client_max_size=max(MOST_UPLOAD, MOST_CLOUD_UPLOAD) + FIELDS_SIZE)
        application.add_routes(simulator.routes())
        application.add_routes(simulator.whatsapp.routes())
        if routes:
            application.add_routes(routes(simulator))
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        await site.start()
        simulator._runner = runner
        bound_host, bound_port = runner.addresses[0][:2]
        # The bot on this machine uses 127.0.0.1 even when the server listens on all interfaces.
        reached = "127.0.0.1" if bound_host == ALL_INTERFACES else bound_host
        simulator.address = f"http://{reached}:{bound_port}"
        simulator.whatsapp.address = simulator.address
        simulator.staging.open_to_others = bound_host == ALL_INTERFACES
        return simulator

    def reset(self) -> None:
        """Replace the world by an empty one; listeners of the old world listen to the new one."""
        self.dispatcher.faults.clear()
        self.dispatcher.receiver.stop()
        before = self.world
        self.world = World(self.token, before.bot["username"])
        self.world.listeners = before.listeners
        self.dispatcher = Dispatcher(self.world, self.limits)
        self.people.clear()
        self.groups.clear()
        self.whatsapp.reset()
        self.staging.start_over()

    async def close(self) -> None:
        """Release held calls, end waiting calls and stop serving."""
        self.dispatcher.faults.clear()
        self.dispatcher.receiver.stop()
        await self.whatsapp.close()
        if self._runner:
            await self._runner.cleanup()

    def _now(self) -> float:
        """Return the time of all dates, which practice moves forward, in Unix seconds."""
        return self.world.clock() + self.world.offset

    def _whatsapp_changed(self) -> None:
        self.world.notify("whatsapp")

    @property
    def base_url(self) -> str:
        """Return the address of the Bot API as python-telegram-bot takes it."""
        return f"{self.address}/bot"

    @property
    def base_file_url(self) -> str:
        """Return the address of downloads as python-telegram-bot takes it."""
        return f"{self.address}/file/bot"

    @property
    def calls(self) -> list[Call]:
        """Return every call the bot made, oldest first."""
        return self.dispatcher.calls

    @property
    def my_commands(self) -> Commands:
        """Return the bot's commands by (scope, language), such as ("all_private_chats", "id")."""
        return self.dispatcher.profile.commands

    @property
    def menu_button(self) -> dict[str, Any]:
        """Return the general menu button."""
        return self.dispatcher.profile.menu_button()

    @property
    def descriptions(self) -> dict[str, dict[str, str]]:
        """Return description and short_description, each by language."""
        return self.dispatcher.profile.texts

    def person(
        self,
        user_id: int,
        first_name: str,
        *,
        language_code: str = "id",
        username: str | None = None,
        last_name: str | None = None,
    ) -> Person:
        """Return the person of this id; create the person at the first call."""
        if user_id not in self.people:
            names = {"last_name": last_name, "username": username, "language_code": language_code}
            user = {"id": user_id, "is_bot": False, "first_name": first_name}
            user |= {key: value for key, value in names.items() if value}
            self.people[user_id] = Person(self.world, user)
        return self.people[user_id]

    def group(
        self,
        group_id: int,
        title: str,
        *,
        members: Sequence[Person] = (),
        bot_status: BotStatus = "administrator",
        kind: GroupKind = "supergroup",
        is_forum: bool = False,
    ) -> Group:
        """Return the group of this id; create it at the first call, which sends no update."""
        if group_id not in self.groups:
            group = Group(self.world, group_id, title, kind, is_forum=is_forum)
            group.chat.bot_status = bot_status
            for person in members:
                group.chat.members[person.id] = "member"
            self.groups[group_id] = group
        return self.groups[group_id]

    def fault(
        self,
        method: str | None = None,
        chat_id: int | None = None,
        times: int = 1,
        place: Place = "before",
        kind: Kind = "500",
        *,
        retry_after: int = 1,
        seconds: float = 1.0,
    ) -> Fault:
        """Make the next calls of this method and chat fail, before or after their effect.

        The method "download" is the download of a file.
        """
        fault = Fault(kind, method, chat_id, times, place, retry_after, seconds)
        return self.dispatcher.faults.add(fault)

    def replace_answer(self, method: str, body: Body, times: int = 1, place: Place = "before") -> Fault:
        """Answer the next calls of this method with these bytes, before or after their effect.

        After the effect, `body` may be a function that turns the call's result into bytes.
        """
        return self.dispatcher.faults.add(Fault("body", method, times=times, place=place, body=body))

    def inject(self, update: dict[str, Any]) -> None:
        """Queue an update unchanged, even a malformed one."""
        self.world.queue(update)

    def rebase_updates(self, start_id: int) -> None:
        """Continue the numbers of updates at `start_id`, even a lower one; waiting updates are renumbered."""
        self.world.next_update_id = start_id
        for index, update in enumerate(self.world.pending):
            self.world.pending[index] = {**update, "update_id": start_id + index}
        self.world.next_update_id += len(self.world.pending)

    async def until(self, condition: Callable[[], Any], timeout: float = 60.0) -> Any:  # noqa: ASYNC109
        """Return the condition's value as soon as it is true; each change of the world evaluates it again."""
        return await wait_until(lambda: self.world.changed, condition, timeout)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of Bot API and downloads."""
        return [
            web.route("*", "/bot{token}/{method}", self._api),
            web.get("/file/bot{token}/{path:.+}", self._file),
        ]

    def _is_ours(self, request: web.Request) -> bool:
        """Whether the address has this start's token, compared in constant time."""
        return hmac.compare_digest(
            request.match_info["token"].encode("utf-8", "replace"), self.token.encode()
        )

    async def _api(self, request: web.Request) -> web.StreamResponse:
        try:
            if not self._is_ours(request):
                raise UNAUTHORIZED
            raw = await read_body(request)
            result = await self.dispatcher.call(request.match_info["method"], raw)
        except ApiError as error:
            return _json(error.as_json(), error.code)
        except Dropped:
            return _cut_connection(request)
        if isinstance(result, web.Response):
            return result
        return _json({"ok": True, "result": result}, 200)

    async def _file(self, request: web.Request) -> web.Response:
        if not self._is_ours(request):
            return _json(UNAUTHORIZED.as_json(), 401)
        fault = self.dispatcher.faults.take("download", None)
        try:
            answer = await fault.apply() if fault else None
        except ApiError as error:
            return _json(error.as_json(), error.code)
        except Dropped:
            return _cut_connection(request)
        if answer is not None:
            return answer
        stored = self.world.files.links.get(request.match_info["path"])
        if stored is None:
            return _json(ApiError(404, "Not Found").as_json(), 404)
        return web.Response(body=stored.content(), content_type="application/octet-stream")


def new_token() -> str:
    """Return a new token of the bot's account: as long as Telegram's, and different at each start."""
    return f"{BOT_ID}:{secrets.token_urlsafe(TOKEN_BYTES)}"


def _json(body: dict[str, Any], status: int) -> web.Response:
    return web.Response(body=answer_bytes(body), status=status, content_type="application/json")


def _cut_connection(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()
