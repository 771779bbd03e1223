"""The embedded Cloud API as a part of the embedded messenger: its HTTP side, its people, its faults.

The bot calls it at `base_url`. A bot that is not connected gets nothing from it.
"""

import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulator.api.errors import ApiError
from bot.simulator.api.faults import Dropped, Faults, Kind, Place
from bot.simulator.api.parameters import Upload
from bot.simulator.api.wire import read_body
from bot.simulator.whatsapp.account import Account, Clock
from bot.simulator.whatsapp.contact import Contact
from bot.simulator.whatsapp.errors import CloudError, invalid
from bot.simulator.whatsapp.faults import SERVER_ERROR, CloudFault
from bot.simulator.whatsapp.limits import CloudLimits
from bot.simulator.whatsapp.media import MediaStore
from bot.simulator.whatsapp.methods import Methods, Request, method_of
from bot.simulator.whatsapp.people import CloudPerson
from bot.simulator.whatsapp.receipts import Receipts
from bot.simulator.whatsapp.sending import Sending
from bot.simulator.whatsapp.templates import Template, Templates
from bot.simulator.whatsapp.webhooks import Webhooks

PREFIX = "/graph"
VERSION = re.compile(r"v\d+\.\d+")
BEARER = "Bearer "
DOWNLOAD = "download"


@dataclass(slots=True)
class CloudCall:
    """The record of one call: `at` is monotonic, `outcome` waiting, ok or error."""

    method: str
    params: dict[str, Any]
    at: float = field(default_factory=time.monotonic)
    outcome: str = "waiting"
    error: str | None = None
    # The code of the Cloud API's error, 0 without one.
    code: int = 0
    result: Any = None
    # The fault that was applied to it, such as "drop after".
    fault: str = ""


class Cloud:
    """One account of the Cloud API; `address` is that of the HTTP server that has its routes."""

    def __init__(
        self, now: Callable[[], float], changed: Callable[[], None], limits: CloudLimits | None = None
    ) -> None:
        self.address = ""
        self.account = Account(Clock(now), limits, changed)
        self.webhooks = Webhooks(self.account)
        self.receipts = Receipts(self.account, self.webhooks)
        self.methods = Methods(self.account, Sending(self.account, self.receipts), self.webhooks)
        self.faults = Faults()
        self.calls: list[CloudCall] = []
        # By the first number of each person, which stays the key when the number changes.
        self.people: dict[str, CloudPerson] = {}

    @property
    def base_url(self) -> str:
        """Return the address of the Graph API, without a version."""
        return f"{self.address}{PREFIX}"

    @property
    def token(self) -> str:
        """Return the access token."""
        return self.account.token

    @property
    def phone_number_id(self) -> str:
        """Return the id of the business number."""
        return self.account.phone_number_id

    @property
    def business_account_id(self) -> str:
        """Return the id of the business account."""
        return self.account.business_account_id

    @property
    def display_number(self) -> str:
        """Return the business number as people see it."""
        return self.account.display_number

    @property
    def clock(self) -> Clock:
        """Return the clock, which tests move forward."""
        return self.account.clock

    @property
    def media(self) -> MediaStore:
        """Return the files."""
        return self.account.media

    @property
    def templates(self) -> Templates:
        """Return the message templates."""
        return self.account.templates

    @property
    def limits(self) -> CloudLimits | None:
        """Return the limits of throughput, None without any."""
        return self.account.limits

    @limits.setter
    def limits(self, limits: CloudLimits | None) -> None:
        self.account.limits = limits

    async def connect(self, webhook_url: str, app_secret: str, verify_token: str) -> None:
        """Deliver updates to this address from now on; raise NotVerifiedError when it refuses."""
        await self.webhooks.connect(webhook_url, app_secret, verify_token)

    def person(self, number: str, name: str, *, username_only: bool = False) -> CloudPerson:
        """Return the person who has this number now, or had it first; add the person at the first call."""
        digits = number.removeprefix("+")
        present = next((each for each in self.people.values() if each.number == digits), None)
        if present is None and digits not in self.people:
            added = CloudPerson(self.account, self.receipts, digits, name, username_only=username_only)
            self.people[digits] = added
            self.account.people.append(added)
        return present or self.people[digits]

    def template(
        self, name: str, language: str, body: str, buttons: tuple[str, ...] = (), **facts: Any
    ) -> Template:
        """Add an approved template of the category UTILITY, or one with these other facts."""
        return self.account.templates.add(Template(name, language, body, buttons, **facts))

    def fault(
        self,
        method: str | None = None,
        person: Contact | None = None,
        times: int = 1,
        place: Place = "before",
        kind: Kind = "500",
        *,
        code: int = SERVER_ERROR,
        seconds: float = 1.0,
    ) -> CloudFault:
        """Make the next calls of this method and to this person fail, before or after their effect.

        The kind "500" answers with the error of `code`. "download" is the download of a file.
        """
        whom: Any = person.user_id if person else None
        fault = CloudFault(kind, method, whom, times, place, seconds=seconds, error_code=code)
        self.faults.add(fault)
        return fault

    def reset(self) -> None:
        """Remove people, files, faults and waiting updates; the connection stays."""
        self.faults.clear()
        self.webhooks.stop()
        self.receipts.clear()
        self.account.clear()
        self.people.clear()
        self.calls.clear()

    async def close(self) -> None:
        """Release held calls and end all deliveries."""
        self.faults.clear()
        await self.webhooks.close()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the Graph API."""
        return [web.route("*", PREFIX + "/{tail:.+}", self._serve)]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request)
            result = await self._call(request)
        except CloudError as error:
            return web.json_response(error.as_json(), status=error.status)
        except Dropped:
            if request.transport:
                request.transport.abort()
            return web.Response()
        return result if isinstance(result, web.StreamResponse) else web.json_response(result)

    def _check_token(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not given.startswith(BEARER):
            raise CloudError(190, "An access token is required to request this resource.")
        account = self.account
        of_app = f"/{account.app_id}/" in request.path and account.app_secret
        wanted = f"{account.app_id}|{account.app_secret}" if of_app else self.token
        if not hmac.compare_digest(given.removeprefix(BEARER).encode("utf-8", "replace"), wanted.encode()):
            raise CloudError(190, "Invalid OAuth access token - Cannot parse access token")

    async def _call(self, request: web.Request) -> Any:
        first, *rest = request.match_info["tail"].split("/")
        parts = rest if VERSION.fullmatch(first) else [first, *rest]
        if not 1 <= len(parts) <= 2:  # noqa: PLR2004 - an id, or an id and what belongs to it
            raise invalid("Unknown path components")
        object_id, edge = parts[0], parts[1] if len(parts) > 1 else ""
        if object_id == DOWNLOAD:
            return await self._recorded(DOWNLOAD, {}, lambda: self._file(edge))
        name = method_of(self.account, request.method, object_id, edge)
        body = await _body(request)
        asked = Request(object_id, dict(request.query), body, f"{request.scheme}://{request.host}{PREFIX}")
        shown = {**asked.query, **body, "id": object_id} if name != "messages" else body
        return await self._recorded(name, shown, lambda: self.methods.by_name[name](asked))

    async def _recorded(self, name: str, params: dict[str, Any], perform: Callable[[], Any]) -> Any:
        """Perform a call with its fault, and record it; a lost answer counts as ok."""
        shown = {key: value.name if isinstance(value, Upload) else value for key, value in params.items()}
        record = CloudCall(name, shown)
        self.calls.append(record)
        self.account.changed()
        try:
            return await self._perform(record, perform)
        except (CloudError, Dropped) as failure:
            if record.outcome == "waiting":
                record.outcome, record.error = "error", str(failure) or "dropped"
                record.code = failure.code if isinstance(failure, CloudError) else 0
            raise
        finally:
            self.account.changed()

    async def _perform(self, record: CloudCall, perform: Callable[[], Any]) -> Any:
        fault = self.faults.take(record.method, self._whom(record.params))
        record.fault = f"{fault.kind} {fault.place}" if fault else ""
        if fault and fault.place == "before":
            early = await fault.apply()
            if early is not None:
                record.outcome, record.error = "error", "fault"
                return early
        record.result = await perform()
        record.outcome = "ok"
        late = await fault.apply(record.result) if fault and fault.place == "after" else None
        return record.result if late is None else late

    def _whom(self, params: dict[str, Any]) -> str:
        """Return the id of the person whom a message is for, "" for other calls and unknown people."""
        digits = str(params.get("to", "")).removeprefix("+")
        person = self.account.by_number(digits) or self.account.by_user_id(str(params.get("recipient", "")))
        return person.user_id if person else ""

    async def _file(self, key: str) -> web.Response:
        stored = self.account.media.linked(key)
        if stored is None:
            return web.Response(status=404, text="The link is no longer valid")
        return web.Response(body=stored.content(), content_type=stored.mime.partition(";")[0])


async def _body(request: web.Request) -> dict[str, Any]:
    if request.method in ("GET", "DELETE"):
        return {}
    try:
        return await read_body(request)
    except ApiError as error:
        raise invalid(error.description) from error
