"""One person of the messenger: writes, presses buttons and keys, blocks the bot, and reads its messages."""

from typing import Any

from bot.simulator.api.entities import with_detected
from bot.simulator.api.links import start_payload
from bot.simulator.people.chatting import ChatView, Message
from bot.simulator.people.sharing import Sender
from bot.simulator.state.chats import Callback, Chat, Stored
from bot.simulator.state.members import member_change
from bot.simulator.state.waiting import transcript, wait_until
from bot.simulator.state.world import World

Answer = dict[str, Any]
# The place that a person shares by the location key: Sumenep.
HOME = (-7.0051, 113.8594)


class Person(Sender):
    """One person; without `in_chat` everything happens in the private chat with the bot."""

    def __init__(self, world: World, user: dict[str, Any]) -> None:
        world.users[user["id"]] = user
        super().__init__(world, user)

    @property
    def keyboard(self) -> list[str]:
        """Return the labels of the reply keyboard that is shown."""
        return [key["text"] for key in self._keys(self.chat)]

    def _keys(self, chat: Chat) -> list[dict[str, Any]]:
        shown = chat.keyboards.get(self.id)
        return [key for row in shown.value["keyboard"] for key in row] if shown else []

    async def say(
        self,
        text: str,
        in_chat: ChatView | None = None,
        reply_to: Message | None = None,
        thread: int | None = None,
    ) -> Message:
        """Write a text."""
        entities = with_detected(text, [])
        content = {"text": text, "entities": entities} if entities else {"text": text}
        return self.send(content, in_chat, reply_to, thread)

    async def edit(self, message: Message, text: str) -> Message:
        """Change the text or caption of an own message."""
        key, entities = ("text", "entities") if "text" in message else ("caption", "caption_entities")
        return self.change(message, {key: text, entities: with_detected(text, [])})

    async def press(
        self,
        label: str,
        in_chat: ChatView | None = None,
        message: Message | None = None,
        timeout: float = 60.0,  # noqa: ASYNC109
        *,
        wait: bool = True,
        forgotten: bool = False,
    ) -> Answer | None:
        """Press the newest inline button of this label; return the bot's answer, or None without one.

        A label matches exactly, else by its beginning. With `forgotten` the update has no message text.
        """
        chat = self.chat_of(in_chat)
        stored, button = self._button(chat, label, message)
        if "callback_data" not in button:
            copied = button.get("copy_text", {}).get("text")
            return {"text": copied, "show_alert": False, "url": button.get("url")}
        callback = self.world.press(self.user, chat, stored, button["callback_data"], forgotten=forgotten)
        return await self._answer(callback, timeout) if wait else None

    async def press_exactly(
        self,
        data: str,
        message: Message,
        timeout: float = 60.0,  # noqa: ASYNC109
    ) -> Answer | None:
        """Press the button with this data; use it where several buttons have the same label."""
        chat = self.world.chats[message["chat"]["id"]]
        if chat.private and chat.blocked:
            raise AssertionError(f"{self.user['first_name']} has blocked the bot")
        stored = chat.messages[message["message_id"]]
        rows = stored.message.get("reply_markup", {}).get("inline_keyboard", [])
        if not any(button.get("callback_data") == data for row in rows for button in row):
            raise AssertionError(f"no button holds {data!r}; {transcript(chat)}")
        return await self._answer(self.world.press(self.user, chat, stored, data, forgotten=False), timeout)

    def _button(self, chat: Chat, label: str, message: Message | None) -> tuple[Stored, dict[str, Any]]:
        candidates = [chat.messages[message["message_id"]]] if message else list(chat.newest_first())
        for exact in (True, False):
            for stored in candidates:
                for row in stored.message.get("reply_markup", {}).get("inline_keyboard", []):
                    for button in row:
                        text = button["text"]
                        if text == label or (not exact and text.startswith(label)):
                            return stored, button
        raise AssertionError(f"no button {label!r}; {transcript(chat)}")

    async def _answer(self, callback: Callback, timeout: float) -> Answer | None:  # noqa: ASYNC109
        try:
            await wait_until(lambda: callback.chat.signal, lambda: callback.answer is not None, timeout)
        except TimeoutError:
            return None
        return callback.answer

    async def tap(self, label: str, in_chat: ChatView | None = None) -> Message:
        """Press a key of the reply keyboard: send its text, or share the contact or location it requests."""
        chat = self.chat_of(in_chat)
        key = next((key for key in self._keys(chat) if key["text"] == label), None)
        if key is None:
            shown = ", ".join(each["text"] for each in self._keys(chat)) or "none"
            raise AssertionError(f"no key {label!r}, shown: {shown}; {transcript(chat)}")
        if chat.keyboards[self.id].value.get("one_time_keyboard"):
            del chat.keyboards[self.id]
        if key.get("request_contact"):
            return await self.send_contact(f"62812{self.id:08d}", user_id=self.id)
        if key.get("request_location"):
            return await self.send_location(*HOME)
        return await self.say(label, in_chat)

    async def open(self, link: str) -> Message:
        """Follow a link to the bot: send /start with the link's payload."""
        payload = start_payload(link, self.world.bot["username"])
        if payload is None:
            raise AssertionError(f"{link} does not lead to the bot")
        return await self.say(f"/start {payload}".strip())

    async def block(self) -> None:
        """Block the bot; the bot gets an update about it."""
        self._set_blocked(blocked=True)

    async def unblock(self) -> None:
        """Unblock the bot; the bot gets an update about it."""
        self._set_blocked(blocked=False)

    def _set_blocked(self, *, blocked: bool) -> None:
        if self.chat.blocked == blocked:
            return
        self.chat.blocked = blocked
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        self.world.push("my_chat_member", member_change(self.world, self.chat, self.user, (old, new)))
        self.world.notify_chat(self.chat)

    async def delete_account(self) -> None:
        """Delete the account; bots get no update about it."""
        self.chat.deactivated = True
        self.world.notify_chat(self.chat)
