"""The sending half of WhatsApp without a network: an API that notes messages and checks them strictly."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import IO, Any

from pydantic import SecretStr

from bot.channels.base import DeliveryError, Posting, Wording
from bot.channels.numbers import FIRST_ON_WHATSAPP, MessageNumbers
from bot.channels.whatsapp.api import CloudApi, Json
from bot.channels.whatsapp.ports import Address
from bot.channels.whatsapp.sending import Account, Sender
from bot.simulator.whatsapp.media import check_upload
from bot.simulator.whatsapp.requests import check_message
from bot.wording.rendering import Renderer
from conversations.messages import OutgoingMessage, Params
from tests.unit.kept_files import Kept

SITI = FIRST_ON_WHATSAPP + 7
RENDERER = Renderer()


@dataclass
class Book:
    """The addresses: Siti's, who has just written, and what the channel notes."""

    addresses: dict[int, Address] = field(default_factory=lambda: {SITI: Address("ID.77", "628123456789")})
    heard_at: float = field(default_factory=time.time)
    closed: list[int] = field(default_factory=list)
    sent: dict[int, str] = field(default_factory=dict)
    numbers: MessageNumbers = field(default_factory=MessageNumbers)

    async def address(self, chat: int, /) -> Address | None:
        return self.addresses.get(chat)

    def heard(self, chat: int, /) -> float:
        return self.heard_at if chat in self.addresses else 0.0

    def note_closed(self, chat: int, /) -> None:
        self.closed.append(chat)

    def next_message(self) -> int:
        return self.numbers.next()

    def note_sent(self, chat: int, message: int, wire_id: str, /) -> None:
        assert chat in self.addresses
        self.sent[message] = wire_id

    async def wire_id(self, chat: int, message: int, /) -> str:
        assert chat in self.addresses
        return self.sent.get(message, "")


@dataclass
class Settings:
    base_url: str = "https://graph.example"
    token: SecretStr = field(default_factory=lambda: SecretStr("EAAtoken"))
    phone_number_id: str = "106540352242922"
    template: str = "aduan_kabar"
    api_version: str = "v25.0"


class Words:
    """Shows a message as its title, in HTML, and a button as its name or its text."""

    def text(self, message: OutgoingMessage, language: str) -> str:
        assert language
        return str(message.params.get("title", message.template))

    def label(self, name: str, params: Params, language: str) -> str:
        assert language
        return str(params.get("text", name))

    def plain(self, template: str, params: Params, language: str) -> str:
        assert language
        return str(params.get("title", template))

    def word(self, name: str, language: str, /, **_params: Any) -> str:
        assert language
        return {"choose": "Silakan pilih:", "open_list": "Lihat pilihan"}[name]


async def may_call() -> None:
    """Let every call go."""


class NotingApi(CloudApi):
    """Notes what is sent; a message or upload that the Cloud API would refuse raises CloudError."""

    def __init__(self) -> None:
        super().__init__(Settings(), lambda _date: None, may_call)
        self.sent: list[dict[str, Any]] = []
        self.uploads: list[tuple[str, bytes, str]] = []
        # Raised by the next calls, or answered.
        self.answers: list[DeliveryError | Json] = []

    async def message(self, body: Json) -> Json:
        whole = {"messaging_product": "whatsapp", **body}
        check_message(whole)
        self.sent.append(whole)
        answer = self.answers.pop(0) if self.answers else {"messages": [{"id": f"wamid.{len(self.sent)}"}]}
        if isinstance(answer, DeliveryError):
            raise answer
        return answer

    async def upload(self, name: str, content: bytes | IO[bytes], mime: str) -> str:
        data = content if isinstance(content, bytes) else content.read()
        check_upload(mime, data, len(data))
        self.uploads.append((name, data, mime))
        return f"media{len(self.uploads)}"


@dataclass
class Sending:
    """A sender with all that it uses."""

    wording: Wording = field(default_factory=Words)
    api: NotingApi = field(default_factory=NotingApi)
    book: Book = field(default_factory=Book)
    kept: Kept = field(default_factory=Kept)
    sender: Sender = field(init=False)

    def __post_init__(self) -> None:
        account = Account("aduan_kabar", time.time)
        self.sender = Sender(self.api, self.wording, self.kept, self.book, account)

    async def post(self, message: OutgoingMessage, language: str = "id", **more: Any) -> list[dict[str, Any]]:
        """Deliver a message; what was sent for it."""
        before = len(self.api.sent)
        for step in await self.sender.steps(Posting(SITI, message, language, **more)):
            await step.run()
        return self.api.sent[before:]
