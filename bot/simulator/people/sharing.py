"""What a person sends except text: photos, documents, voice messages, places, contacts, albums."""

from collections.abc import Sequence
from mimetypes import guess_type
from typing import Any

from bot.simulator.api.entities import with_detected
from bot.simulator.people.chatting import ChatView, Message
from bot.simulator.state.chats import Chat
from bot.simulator.state.files import MIMES, described
from bot.simulator.state.world import World

PICTURE = b"\xff\xd8\xff\xe0 a practice photo"
SOUND = b"OggS a practice voice"
FILM = b"\x00\x00\x00\x18ftypmp42 a practice video"


class Sender(ChatView):
    """A person who sends messages; without `in_chat` into the private chat with the bot."""

    def __init__(self, world: World, user: dict[str, Any]) -> None:
        super().__init__(world, world.private(user))
        self.user = user

    @property
    def id(self) -> int:
        """Return the person's id, which is also the id of the private chat."""
        return int(self.user["id"])

    def chat_of(self, in_chat: ChatView | None) -> Chat:
        """Return the chat to write in; raise AssertionError when this person cannot write there."""
        chat = in_chat.chat if in_chat else self.chat
        if in_chat and self.id not in chat.present():
            raise AssertionError(f"{self.user['first_name']} is no member of {chat.name}")
        if chat.blocked:
            raise AssertionError(f"{self.user['first_name']} has blocked the bot")
        return chat

    def send(
        self,
        content: dict[str, Any],
        in_chat: ChatView | None = None,
        reply_to: Message | None = None,
        thread: int | None = None,
    ) -> Message:
        """Put a message of this person into a chat and deliver it to the bot."""
        chat = self.chat_of(in_chat)
        if chat.private:
            chat.started = True
        if thread is None and reply_to:
            thread = reply_to.get("message_thread_id")
        chat.prompts.pop(self.id, None)
        replied = reply_to["message_id"] if reply_to else None
        message = self.world.post(chat, self.user, content, reply_to=replied, thread=thread)
        self.world.deliver(chat, message)
        return message

    async def send_photo(
        self,
        data: bytes = PICTURE,
        caption: str | None = None,
        in_chat: ChatView | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a photo; the bot gets it in several sizes."""
        return self.send(self._media("photo", data) | captioned(caption), in_chat, reply_to)

    async def send_document(
        self,
        data: bytes = b"%PDF-1.4 a practice document",
        name: str = "bukti.pdf",
        mime: str = "application/pdf",
        caption: str | None = None,
        in_chat: ChatView | None = None,
        reply_to: Message | None = None,
        size: int | None = None,
    ) -> Message:
        """Send a file under its name; `size` is its size in bytes if it differs from that of `data`."""
        content = self._media("document", data, name=name, mime=mime, size=size)
        return self.send(content | captioned(caption), in_chat, reply_to)

    async def send_voice(
        self,
        data: bytes = SOUND,
        duration: int = 3,
        in_chat: ChatView | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a voice message; `duration` in seconds."""
        return self.send(self._media("voice", data, duration=duration), in_chat, reply_to)

    async def send_audio(
        self, data: bytes = SOUND, duration: int = 3, in_chat: ChatView | None = None
    ) -> Message:
        """Send a piece of music; `duration` in seconds."""
        return self.send(self._media("audio", data, duration=duration), in_chat)

    async def send_video(
        self,
        data: bytes = FILM,
        caption: str | None = None,
        in_chat: ChatView | None = None,
        size: int | None = None,
    ) -> Message:
        """Send a video; `size` is its size in bytes if it differs from that of `data`."""
        return self.send(self._media("video", data, size=size) | captioned(caption), in_chat)

    async def send_video_note(self, data: bytes = FILM, in_chat: ChatView | None = None) -> Message:
        """Send a round video message."""
        return self.send(self._media("video_note", data), in_chat)

    async def send_sticker(self, in_chat: ChatView | None = None) -> Message:
        """Send a sticker."""
        stored = self.world.files.add("sticker", b"RIFF a practice sticker")
        looks = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self.send({"sticker": {**stored.reference(), **looks, "emoji": "👍"}}, in_chat)

    async def send_poll(self, question: str = "Setuju?", in_chat: ChatView | None = None) -> Message:
        """Send a poll with two options."""
        options = [
            {"persistent_id": str(index), "text": text, "voter_count": 0}
            for index, text in enumerate(("Ya", "Tidak"))
        ]
        poll = {"id": "5400000000000000001", "question": question, "options": options, "type": "regular"}
        flags = dict.fromkeys(
            ("is_closed", "allows_multiple_answers", "allows_revoting", "members_only"), False
        )
        return self.send({"poll": {**poll, **flags, "is_anonymous": True, "total_voter_count": 0}}, in_chat)

    async def send_album(
        self,
        items: Sequence[tuple[str, bytes]],
        caption: str | None = None,
        in_chat: ChatView | None = None,
        names: Sequence[str] = (),
        reply_to: Message | None = None,
    ) -> list[Message]:
        """Send several files as one album: one message and update each, all with one media_group_id."""
        group = {"media_group_id": self.world.album_id()}
        sent = []
        for index, (kind, data) in enumerate(items):
            name = names[index] if names else f"bukti-{index + 1}.pdf"
            mime = guess_type(name)[0] or ""
            content = group | self._media(kind, data, name=name if kind == "document" else "", mime=mime)
            sent.append(self.send(content | captioned(caption if index == 0 else None), in_chat, reply_to))
        return sent

    async def send_location(
        self,
        latitude: float,
        longitude: float,
        live_period: int | None = None,
        in_chat: ChatView | None = None,
    ) -> Message:
        """Send a location; with `live_period` (seconds) a live one."""
        location: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
        if live_period:
            location["live_period"] = live_period
        return self.send({"location": location}, in_chat)

    async def move(self, message: Message, latitude: float, longitude: float) -> Message:
        """Move a live location; the bot gets an edited message."""
        location = {**message["location"], "latitude": latitude, "longitude": longitude}
        return self.change(message, {"location": location})

    async def send_contact(
        self,
        phone: str = "",
        user_id: int | None = None,
        first_name: str | None = None,
        in_chat: ChatView | None = None,
    ) -> Message:
        """Send a contact; without a number and a user id the person's own."""
        contact: dict[str, Any] = {"phone_number": phone or f"62812{self.id:08d}"}
        contact["first_name"] = first_name or self.user["first_name"]
        if user_id is not None or not phone:
            contact["user_id"] = user_id or self.id
        return self.send({"contact": contact}, in_chat)

    async def send_venue(
        self,
        latitude: float,
        longitude: float,
        title: str = "Balai Desa",
        address: str = "Jl. Raya 1",
        in_chat: ChatView | None = None,
    ) -> Message:
        """Send a place with name and address."""
        location = {"latitude": latitude, "longitude": longitude}
        venue = {"location": location, "title": title, "address": address}
        return self.send({"location": location, "venue": venue}, in_chat)

    def change(self, message: Message, changes: dict[str, Any]) -> Message:
        """Edit an own message and deliver the new version to the bot."""
        chat = self.world.chats[message["chat"]["id"]]
        changed = self.world.edit(chat, chat.messages[message["message_id"]], changes, None)
        self.world.deliver(chat, changed, "edited_message")
        return changed

    def _media(self, kind: str, data: bytes, **facts: Any) -> dict[str, Any]:
        files = self.world.files
        if kind == "photo":
            return {"photo": files.photo(data)}
        mime = facts.get("mime") or MIMES.get(kind, "application/octet-stream")
        stored = files.add(kind, data, facts.get("name", ""), mime, facts.get("size"))
        return {kind: described(stored.reference(), kind, stored.name, mime, facts.get("duration", 3))}


def captioned(caption: str | None) -> dict[str, Any]:
    """Return a caption with the entities that Telegram detects in it."""
    if not caption:
        return {}
    entities = with_detected(caption, [])
    return {"caption": caption, "caption_entities": entities} if entities else {"caption": caption}
