"""The practice page and its controls under /practice/: what a browser or another process sees and does.

Only pages of this very server may act: a foreign Origin, a foreign Host and a cross-site fetch are refused,
so that no other page open in the same browser can play along.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.simulator.chats import Chat
from bot.simulator.control_actions import ACTIONS, RefusedError

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

PAGE = Path(__file__).with_name("page")
PAGE_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
SHOWN_MESSAGES = 300
HEARTBEAT_SECONDS = 15.0
IMAGE_TYPES = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"GI": "image/gif", b"RI": "image/webp"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def practice_routes(simulator: "Simulator") -> list[web.RouteDef]:
    """Return the page at / and everything under /practice/."""
    control = Control(simulator)
    return [
        web.get("/", control.guarded(control.page)),
        web.get("/practice/page/{name}", control.guarded(control.page)),
        web.get("/practice/state", control.guarded(control.state)),
        web.get("/practice/chat/{chat_id}", control.guarded(control.chat)),
        web.get("/practice/file/{file_id}", control.guarded(control.file)),
        web.get("/practice/events", control.guarded(control.events)),
        web.post("/practice/{action}", control.guarded(control.act)),
    ]


class Control:
    """Answers the page: reads the world as it is, and lets its people act."""

    def __init__(self, simulator: "Simulator") -> None:
        self.simulator = simulator

    def guarded(self, handler: Handler) -> Handler:
        """Refuse requests of other sites before they reach the handler, and add the protecting headers."""

        async def guard(request: web.Request) -> web.StreamResponse:
            if not self._same_site(request):
                raise web.HTTPForbidden(text="Permintaan dari situs lain ditolak.")
            response = await handler(request)
            if not response.prepared:
                response.headers.update({**HEADERS, **response.headers})
            return response

        return guard

    def _same_site(self, request: web.Request) -> bool:
        own = self.simulator.address.removeprefix("http://")
        if request.host not in {own, f"localhost:{own.rpartition(':')[2]}"}:
            return False
        if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            return False
        return request.headers.get("Origin", f"http://{request.host}") == f"http://{request.host}"

    async def page(self, request: web.Request) -> web.Response:
        """Return one of the page's own files."""
        path = PAGE / request.match_info.get("name", "index.html")
        if path.parent != PAGE or path.suffix not in PAGE_TYPES or not path.is_file():
            raise web.HTTPNotFound
        return web.Response(text=path.read_text("utf-8"), content_type=PAGE_TYPES[path.suffix])

    async def state(self, _request: web.Request) -> web.Response:
        """Tell who is there: the bot, the people, the groups, and the bot's commands."""
        simulator = self.simulator
        profile = simulator.dispatcher.profile
        body = {
            "bot": simulator.world.bot,
            "people": [
                person.user | {"blocked": person.chat.blocked} for person in simulator.people.values()
            ],
            "groups": [
                {**group.chat.public, "members": group.chat.present(), "bot_status": group.chat.bot_status}
                for group in simulator.groups.values()
            ],
            "commands": {
                scope: profile.commands(scope, "id") or profile.commands(scope) or profile.commands()
                for scope in ("all_private_chats", "all_group_chats")
            },
            "description": profile.texts["description"].get("id", profile.texts["description"].get("", "")),
        }
        return web.json_response(body)

    async def chat(self, request: web.Request) -> web.Response:
        """Return a chat as one person sees it; `since` leaves out what did not change since that position."""
        chat = self._chat(request.match_info["chat_id"])
        since = _number(request.query.get("since", "0"))
        person = _number(request.query.get("person", "0"))
        numbers = list(dict.fromkeys(number for number, _ in chat.log[since:] if number in chat.messages))
        shown = chat.keyboards.get(person)
        body = {
            "chat": chat.public,
            "position": len(chat.log),
            "started": chat.started or not chat.private,
            "messages": [chat.messages[number].message for number in sorted(numbers)[-SHOWN_MESSAGES:]],
            "keyboard": shown.value if shown else None,
            "prompt": chat.prompts.get(person),
            "reactions": chat.reactions,
        }
        return web.json_response(body)

    def _chat(self, text: str) -> Chat:
        chat = self.simulator.world.chats.get(_number(text))
        if chat is None:
            raise web.HTTPNotFound
        return chat

    async def file(self, request: web.Request) -> web.Response:
        """Return a sent file: pictures to be shown, all else to be saved."""
        stored = self.simulator.world.files.by_id.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        data = stored.content()
        picture = IMAGE_TYPES.get(data[:2])
        response = web.Response(body=data, content_type=picture or "application/octet-stream")
        response.headers["Cache-Control"] = "private, max-age=3600"
        if not picture:
            name = (stored.name or stored.path.rpartition("/")[2]).encode("ascii", "replace").decode()
            safe = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in name)
            response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
        return response

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream the ids of the chats that change, until the client goes away."""
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        changed: set[int] = set()
        woken = asyncio.Event()

        def listen(chat: Chat) -> None:
            changed.add(chat.id)
            woken.set()

        self.simulator.world.listeners.add(listen)
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            while True:
                await response.write(await _next_event(changed, woken))
        except ConnectionResetError:
            return response
        finally:
            self.simulator.world.listeners.discard(listen)

    async def act(self, request: web.Request) -> web.Response:
        """Let a person, or the test behind them, do something; answer with what came of it."""
        action = ACTIONS.get(request.match_info["action"])
        if action is None:
            raise web.HTTPNotFound
        try:
            result = await action(self.simulator, await _fields(request))
        except (RefusedError, AssertionError) as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=400)
        return web.json_response({"ok": True, "result": result})


async def _next_event(changed: set[int], woken: asyncio.Event) -> bytes:
    try:
        await asyncio.wait_for(woken.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return b": still here\n\n"
    woken.clear()
    chats = sorted(changed)
    changed.clear()
    return f"data: {json.dumps({'chats': chats})}\n\n".encode()


async def _fields(request: web.Request) -> dict[str, Any]:
    if request.content_type == "multipart/form-data":
        return dict(await request.post())
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="JSON object expected")
    return body


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise web.HTTPNotFound from None
