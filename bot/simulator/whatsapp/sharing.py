"""What a person sends except text: pictures, documents, voice messages, places, contacts."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from bot.simulator.people.sharing import FILM, PICTURE, SOUND
from bot.simulator.whatsapp.account import Account, new_user_id, new_wamid
from bot.simulator.whatsapp.contact import Contact
from bot.simulator.whatsapp.errors import CloudError
from bot.simulator.whatsapp.media import MOST_UPLOAD
from bot.simulator.whatsapp.payloads import Update
from bot.simulator.whatsapp.phone import Content, Shown
from bot.simulator.whatsapp.webhooks import Webhooks

Message = dict[str, Any]
PAPER = b"%PDF-1.4 a practice document"
STICKER = b"RIFF\x00\x00\x00\x00WEBP a practice sticker"
PNG_START = b"\x89PNG"


class Sharing(Contact):
    """A person who sends messages to the bot."""

    def __init__(
        self, account: Account, webhooks: Webhooks, number: str, name: str, *, username_only: bool
    ) -> None:
        super().__init__(number, name, new_user_id(), username_only=username_only)
        self.account = account
        self.webhooks = webhooks

    @property
    def timestamp(self) -> str:
        """Return the server's time, as webhooks write it."""
        return str(int(self.account.clock.now()))

    def changed(self) -> None:
        """Notify everything that waits for a change of this chat."""
        self.phone.signal.fire()
        self.account.changed()

    def send(
        self,
        content: Content,
        reply_to: Message | None = None,
        *,
        text: str = "",
        show: bool = True,
    ) -> Message:
        """Send a message of any type to the bot; with `show` the phone shows it."""
        if self.blocked:
            raise AssertionError(f"{self.name} has blocked the business")
        now = self.account.clock.now()
        self.heard = now
        if self.account.limits:
            self.account.limits.arrived(now)
        replied = reply_to["id"] if reply_to else ""
        shown = Shown(new_wamid(self.number), "person", content, now, text, reply_to=replied)
        if show:
            self.phone.add(shown)
        head: Content = {**self.as_sender(), "id": shown.wamid, "timestamp": self.timestamp}
        if replied:
            writer = self.account.number if _of_business(self, replied) else self.number
            head["context"] = {"from": writer, "id": replied}
        self.webhooks.push(Update("messages", {**head, **content}, self.user_id, self.as_contact()))
        self.account.changed()
        return shown.as_dict()

    async def send_photo(
        self, data: bytes = PICTURE, caption: str | None = None, reply_to: Message | None = None
    ) -> Message:
        """Send a photo."""
        mime = "image/png" if data.startswith(PNG_START) else "image/jpeg"
        return self._send_media("image", data, mime, caption=caption, reply_to=reply_to)

    async def send_document(
        self,
        data: bytes = PAPER,
        name: str = "bukti.pdf",
        mime: str = "application/pdf",
        caption: str | None = None,
        reply_to: Message | None = None,
        size: int | None = None,
    ) -> Message:
        """Send a file under its name; `size` is its size in bytes if it differs from that of `data`."""
        facts = {"filename": name}
        return self._send_media(
            "document", data, mime, caption=caption, reply_to=reply_to, size=size, **facts
        )

    async def send_voice(self, data: bytes = SOUND, reply_to: Message | None = None) -> Message:
        """Send a voice message."""
        return self._send_media("audio", data, "audio/ogg; codecs=opus", reply_to=reply_to, voice=True)

    async def send_audio(self, data: bytes = SOUND, mime: str = "audio/mpeg") -> Message:
        """Send a piece of music."""
        return self._send_media("audio", data, mime, voice=False)

    async def send_video(
        self, data: bytes = FILM, caption: str | None = None, size: int | None = None
    ) -> Message:
        """Send a video; `size` is its size in bytes if it differs from that of `data`."""
        return self._send_media("video", data, "video/mp4", caption=caption, size=size)

    async def send_sticker(self, data: bytes = STICKER) -> Message:
        """Send a sticker."""
        return self._send_media("sticker", data, "image/webp", animated=False)

    async def send_album(self, pictures: Sequence[bytes], caption: str | None = None) -> list[Message]:
        """Send several photos at once: the bot gets a message for each, without anything in common."""
        return [
            await self.send_photo(data, caption if place == 0 else None)
            for place, data in enumerate(pictures)
        ]

    async def send_location(
        self, latitude: float, longitude: float, name: str = "", address: str = ""
    ) -> Message:
        """Send a location, or a place with name and address."""
        named = {key: value for key, value in (("name", name), ("address", address)) if value}
        location = {"latitude": latitude, "longitude": longitude, **named}
        return self.send({"type": "location", "location": location})

    async def send_contact(self, *, own: bool = True, number: str = "", name: str = "") -> Message:
        """Send the person's own contact, as after a request for it, or the contact of someone else."""
        digits = self.number if own else number
        given = self.name if own else name or digits
        contact = {
            "name": {"formatted_name": given, "first_name": given},
            "phones": [{"phone": f"+{digits}", "wa_id": digits, "type": "CELL"}],
            "origin": "contact_request" if own else "other",
        }
        return self.send({"type": "contacts", "contacts": [contact]}, text=given)

    def _send_media(
        self,
        kind: str,
        data: bytes,
        mime: str,
        *,
        caption: str | None = None,
        reply_to: Message | None = None,
        size: int | None = None,
        **facts: Any,
    ) -> Message:
        """Send a file; what is over 100 MB reaches the bot as an error only."""
        if (size or len(data)) > MOST_UPLOAD:
            error = CloudError(131052, f"Media file size too big. Max file size: {MOST_UPLOAD}")
            return self.send({"type": "unsupported", "errors": [error.in_status()]}, reply_to)
        stored = self.account.media.add(data, mime, size=size, received=True)
        digest = base64.b64encode(hashlib.sha256(stored.content()).digest()).decode()
        file: Content = {"id": stored.media_id, "mime_type": mime, "sha256": digest, **facts}
        if caption:
            file["caption"] = caption
        return self.send({"type": kind, kind: file}, reply_to, text=caption or "")


def _of_business(person: Contact, wamid: str) -> bool:
    found = person.phone.find(wamid)
    return found is not None and found.direction == "business"
