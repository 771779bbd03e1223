"""The routes of the practice page: what a browser or another process reads and does under /practice/.

Only pages of this server may act: requests with another Origin or Host and cross-site fetches are refused.
Another page in the same browser can therefore not use the practice.
"""

import asyncio
import io
import ipaddress
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.simulator.control import actions, staging, whatsapp
from bot.simulator.control.actions import RefusedError
from bot.simulator.control.calls import calls_of
from bot.simulator.control.files import file_response
from bot.simulator.control.news import News
from bot.simulator.control.phones import Phones, facts_of
from bot.simulator.control.views import chat_of, state_of
from bot.simulator.people import samples
from bot.simulator.state.chats import Chat

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

PAGE = Path(__file__).parents[1] / "page"
PAGE_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HEARTBEAT_SECONDS = 15.0
PAYLOAD = re.compile(r"[\w-]{1,64}")
ACTIONS = {**actions.ACTIONS, **staging.ACTIONS, **whatsapp.ACTIONS}
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
        web.get("/practice/phone/{phone_id}", control.guarded(control.phone)),
        web.get("/practice/phone/file/{media_id}", control.guarded(control.phone_file)),
        web.get("/practice/calls", control.guarded(control.calls)),
        web.get("/practice/time", control.guarded(control.time)),
        web.get("/practice/code/{payload}.svg", control.guarded(control.code)),
        web.get("/practice/sample/{kind}", control.guarded(control.sample)),
        web.get("/practice/events", control.guarded(control.events)),
        web.post("/practice/{action}", control.guarded(control.act)),
    ]


class Control:
    """Answers the page's requests: reads the world and lets its people act."""

    def __init__(self, simulator: "Simulator") -> None:
        self.simulator = simulator
        self.phones = Phones()

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
        port = own.rpartition(":")[2]
        others = self.simulator.staging.open_to_others and _is_number(request.host, port)
        if request.host not in {own, f"localhost:{port}"} and not others:
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
        """Return people, groups, the bot's commands, the time and the faults."""
        return web.json_response(state_of(self.simulator))

    async def chat(self, request: web.Request) -> web.Response:
        """Return a chat as one person sees it; with `since` only the changes after that position."""
        chat = self._chat(request.match_info["chat_id"])
        since = _number(request.query.get("since", "0"))
        person = _number(request.query.get("person", "0"))
        return web.json_response(chat_of(self.simulator, chat, since, person))

    async def calls(self, _request: web.Request) -> web.Response:
        """Return the bot's newest calls with their outcomes."""
        return web.json_response(calls_of(self.simulator))

    async def time(self, _request: web.Request) -> web.Response:
        """Return to the bot by how many seconds business time is ahead of the clock."""
        world, practice = self.simulator.world, self.simulator.staging
        if practice.reported_offset != world.offset:
            practice.reported_offset = world.offset
            world.notify()
        return web.json_response({"offset_seconds": world.offset})

    async def code(self, request: web.Request) -> web.Response:
        """Return the QR code of a deep link to this page; `?app=whatsapp` opens a WhatsApp phone there."""
        payload = request.match_info["payload"]
        if not PAYLOAD.fullmatch(payload):
            raise web.HTTPNotFound
        # Imported here: only the practice page draws QR codes.
        import segno

        drawing = io.BytesIO()
        key = "lapor" if request.query.get("app") == "whatsapp" else "start"
        address = f"http://{request.host}/?{key}={payload}"
        code = segno.make(address, error="m")
        code.save(drawing, kind="svg", scale=6, border=3, light="white", svgclass=None)
        return web.Response(body=drawing.getvalue(), content_type="image/svg+xml")

    async def sample(self, request: web.Request) -> web.Response:
        """Return a sample file."""
        number = _number(request.query.get("number", "0"))
        made = {"photo": lambda: samples.photo(number), "document": samples.document, "voice": samples.voice}
        make = made.get(request.match_info["kind"])
        if make is None:
            raise web.HTTPNotFound
        data = await asyncio.to_thread(make)
        return web.Response(body=data, content_type=samples.media_type(data) or "application/pdf")

    def _chat(self, text: str) -> Chat:
        chat = self.simulator.world.chats.get(_number(text))
        if chat is None:
            raise web.HTTPNotFound
        return chat

    async def file(self, request: web.Request) -> web.Response:
        """Return a sent file: pictures and sounds to show, others to save; `?open=1` shows a PDF."""
        stored = self.simulator.world.files.by_id.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        name = stored.name or stored.path.rpartition("/")[2]
        return file_response(stored.content(), name, opened="open" in request.query)

    async def phone(self, request: web.Request) -> web.Response:
        """Return a WhatsApp phone; with `since` only the messages that changed after that position."""
        log = self.phones.by_id(self.simulator.whatsapp).get(_number(request.match_info["phone_id"]))
        if log is None:
            raise web.HTTPNotFound
        changes = log.changes(_number(request.query.get("since", "0")))
        return web.json_response({**facts_of(log.person), **changes})

    async def phone_file(self, request: web.Request) -> web.Response:
        """Return a file of a WhatsApp phone; `?name=` is the name to save it by."""
        stored = self.phones.file(self.simulator.whatsapp, request.match_info["media_id"])
        if stored is None:
            raise web.HTTPNotFound
        name = request.query.get("name", "") or "berkas"
        return file_response(stored.content(), name, opened="open" in request.query)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream the ids of changed chats, and of those with news of the bot, until the client leaves."""
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        changed: set[int | str] = set()
        news = News(self.simulator, self.phones)
        woken = asyncio.Event()

        def listen(what: int | str) -> None:
            changed.add(what)
            woken.set()

        self.simulator.world.listeners.add(listen)
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            while True:
                await response.write(await _next_event(changed, news, woken))
        except ConnectionResetError:
            return response
        finally:
            self.simulator.world.listeners.discard(listen)

    async def act(self, request: web.Request) -> web.Response:
        """Perform an action of a person or of the test, and return its result."""
        action = ACTIONS.get(request.match_info["action"])
        if action is None:
            raise web.HTTPNotFound
        try:
            result = await action.perform(self.simulator, await _fields(request))
            if action.changes_state:
                self.simulator.world.notify("state")
        except (RefusedError, AssertionError) as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=400)
        return web.json_response({"ok": True, "result": result})


async def _next_event(changed: set[int | str], news: News, woken: asyncio.Event) -> bytes:
    try:
        await asyncio.wait_for(woken.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return b": still here\n\n"
    woken.clear()
    heard = news.event(changed)
    changed.clear()
    return f"data: {json.dumps(heard)}\n\n".encode()


async def _fields(request: web.Request) -> dict[str, Any]:
    if request.content_type == "multipart/form-data":
        form = await request.post()
        return {name: values if len(values := form.getall(name)) > 1 else values[0] for name in form}
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="JSON object expected")
    return body


def _is_number(host: str, port: str) -> bool:
    """Tell whether the host is an IP address: another site's owner could point a name to this server."""
    name, _, at = host.rpartition(":")
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return at == port


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise web.HTTPNotFound from None
