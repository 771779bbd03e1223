"""The messenger's whole state: people, chats, messages, and the updates that the bot has not yet confirmed.

Messages are never changed in place: an edit replaces the dictionary. A waiting update, a recorded result
and a reply keep the message as it was when they were made.
"""

import itertools
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from bot.simulator.state.chats import (
    ANONYMOUS_ADMINISTRATOR,
    PRESENT,
    Callback,
    Chat,
    Markup,
    Signal,
    Stored,
    Topic,
)
from bot.simulator.state.files import FileStore

FIRST_UPDATE_ID = 712_000_001
FIRST_CALLBACK_ID = 4_310_000_000_000_000_001
FIRST_ALBUM_ID = 13_900_000_000_000_001
# Messages of a group that a bot sees even in privacy mode.
SERVICE = {"new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id"}
SERVICE |= {"forum_topic_created", "forum_topic_closed", "forum_topic_reopened"}
# Updates that a bot gets only on request.
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
# The version of a deleted message in the log.
GONE = -1
# A monotonic time before every other.
NEVER = -1e9
NAMES = ("first_name", "last_name", "username")
# Is called with the id of a changed chat, or with a word for another change.
Listener = Callable[[int | str], None]


class World:
    """All state of one messenger; `clock` gives Unix seconds, `monotonic` measures the age of a press."""

    def __init__(self, token: str, bot_username: str, clock: Callable[[], float] = time.time) -> None:
        self.bot: dict[str, Any] = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": bot_username,
            "username": bot_username,
        }
        self.clock = clock
        # Seconds by which practice has moved the time of all dates forward.
        self.offset = 0.0
        self.monotonic: Callable[[], float] = time.monotonic
        self.users: dict[int, dict[str, Any]] = {}
        self.chats: dict[int, Chat] = {}
        self.pending: deque[dict[str, Any]] = deque()
        self.next_update_id = FIRST_UPDATE_ID
        self.allowed: frozenset[str] = frozenset()
        self.callbacks: dict[str, Callback] = {}
        self.callback_lifetime = 15.0
        self.files = FileStore()
        self.privacy_mode = True
        self.changed = Signal()
        self.updated = Signal()
        self.listeners: set[Listener] = set()
        self._callback_ids = itertools.count(FIRST_CALLBACK_ID)
        self._album_ids = itertools.count(FIRST_ALBUM_ID)

    def now(self) -> int:
        """Return the date of new messages, in Unix seconds."""
        return int(self.clock() + self.offset)

    def album_id(self) -> str:
        """Return a new media_group_id."""
        return str(next(self._album_ids))

    def private(self, user: dict[str, Any]) -> Chat:
        """Return the private chat of this person; a new one is not started yet."""
        chat = self.chats.get(user["id"])
        if chat is None:
            names: dict[str, Any] = {key: user[key] for key in NAMES if key in user}
            chat = Chat({"id": user["id"], "type": "private", **names})
            chat.members[user["id"]] = "member"
            self.chats[chat.id] = chat
        return chat

    def known(self, user_id: int) -> bool:
        """Tell whether the bot knows this person: from the private chat or from a common group."""
        chat = self.chats.get(user_id)
        if chat is not None and chat.started:
            return True
        return any(
            chat.with_bot and user_id in chat.members for chat in self.chats.values() if not chat.private
        )

    def find_user(self, user_id: int) -> dict[str, Any] | None:
        """Return the person whom a bot may mention by id, or None for a person it does not know."""
        if user_id == self.bot["id"]:
            return self.bot
        return self.users.get(user_id) if self.known(user_id) else None

    def post(
        self,
        chat: Chat,
        sender: dict[str, Any],
        content: dict[str, Any],
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        markup: Markup | None = None,
    ) -> dict[str, Any]:
        """Add a message to a chat and return it; the caller delivers it to the bot."""
        message: dict[str, Any] = {"message_id": chat.take_message_id(), "from": sender, "chat": chat.public}
        message["date"] = self.now()
        if sender["id"] in chat.anonymous:
            message |= {"from": ANONYMOUS_ADMINISTRATOR, "sender_chat": chat.public}
        if thread is not None:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        replied = chat.messages.get(reply_to if reply_to is not None else thread or 0)
        if replied:
            message["reply_to_message"] = without_reply(replied.message)
        message |= content
        if markup and markup.kind == "inline":
            message["reply_markup"] = markup.value
        by_bot = sender is self.bot
        if by_bot:
            chat.acted_at = NEVER
        chat.store(Stored(message, by_bot, markup))
        if by_bot and markup:
            self._show(chat, message, markup)
        self.notify_chat(chat)
        return message

    def edit(
        self, chat: Chat, stored: Stored, changes: dict[str, Any], markup: Markup | None
    ) -> dict[str, Any]:
        """Replace a message by its edited form and return that; without `markup` it has no buttons."""
        message = {key: value for key, value in stored.message.items() if key != "reply_markup"}
        message |= {**changes, "edit_date": max(self.now(), message["date"])}
        if markup:
            message["reply_markup"] = markup.value
        chat.store(Stored(message, stored.by_bot, markup, stored.version + 1))
        self.notify_chat(chat)
        return message

    def delete(self, chat: Chat, message_id: int) -> None:
        """Delete a message; bots get no update about it."""
        del chat.messages[message_id]
        chat.log.append((message_id, GONE))
        self.notify_chat(chat)

    def notify_chat(self, chat: Chat) -> None:
        """Notify everything that waits or listens of a change in this chat."""
        chat.signal.fire()
        self.changed.fire()
        for listener in tuple(self.listeners):
            listener(chat.id)

    def notify(self, what: str = "") -> None:
        """Notify everything that waits or listens of a change outside the chats."""
        self.changed.fire()
        for listener in tuple(self.listeners):
            listener(what)

    def push(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue an update for the bot if the bot allows this kind."""
        if kind in self.allowed or (not self.allowed and kind not in NOT_BY_DEFAULT):
            self.queue({kind: payload})

    def queue(self, update: dict[str, Any]) -> None:
        """Queue an update of any form; it gets the next id if it has none."""
        if "update_id" not in update:
            update = {"update_id": self.next_update_id, **update}
            self.next_update_id += 1
        self.pending.append(update)
        self.updated.fire()

    def deliver(self, chat: Chat, message: dict[str, Any], kind: str = "message") -> None:
        """Queue a message for the bot if it is in the chat and its privacy mode lets it see this one."""
        if chat.with_bot and not chat.blocked and self._bot_sees(chat, message):
            self.push(kind, message)

    def _bot_sees(self, chat: Chat, message: dict[str, Any]) -> bool:
        if chat.private or not self.privacy_mode or chat.bot_status == "administrator":
            return True
        if message.get("reply_to_message", {}).get("from") is self.bot:
            return True
        text = str(message.get("text") or message.get("caption") or "")
        if text.startswith("/"):
            command = text.split(maxsplit=1)[0]
            return "@" not in command or command.lower().endswith("@" + self.bot["username"].lower())
        if f"@{self.bot['username']}".lower() in text.lower():
            return True
        return bool(SERVICE & message.keys())

    def press(
        self, user: dict[str, Any], chat: Chat, stored: Stored, data: str, *, forgotten: bool
    ) -> Callback:
        """Queue a press of a button; with `forgotten` the update holds an inaccessible message."""
        message = stored.message
        if forgotten:
            message = {"chat": chat.public, "message_id": message["message_id"], "date": 0}
        callback = Callback(
            callback_id=str(next(self._callback_ids)),
            user_id=user["id"],
            chat=chat,
            message_id=stored.message["message_id"],
            data=data,
            pressed_at=self.monotonic(),
        )
        self.callbacks[callback.callback_id] = callback
        query = {"id": callback.callback_id, "from": user, "message": message}
        query |= {"chat_instance": str(abs(chat.id) * 7919), "data": data}
        self.push("callback_query", query)
        self.notify_chat(chat)
        return callback

    def open_topic(self, chat: Chat, creator: dict[str, Any], name: str, icon_color: int) -> Topic:
        """Open a topic by its service message; the topic has the message's id."""
        opened = {"name": name, "icon_color": icon_color}
        message = self.post(chat, creator, {"forum_topic_created": opened})
        topic = Topic(message["message_id"], name, icon_color)
        chat.topics[topic.thread_id] = topic
        return topic

    def close_topic(self, chat: Chat, closer: dict[str, Any], topic: Topic) -> None:
        """Close a topic: bots write in it no more."""
        topic.closed = True
        self.deliver(chat, self.post(chat, closer, {"forum_topic_closed": {}}, thread=topic.thread_id))

    def reopen_topic(self, chat: Chat, topic: Topic) -> None:
        """Let the bot open a closed topic again."""
        topic.closed = False
        self.post(chat, self.bot, {"forum_topic_reopened": {}}, thread=topic.thread_id)

    def _show(self, chat: Chat, message: dict[str, Any], markup: Markup) -> None:
        if markup.kind == "inline":
            return
        for user_id in self._addressed(chat, message, markup):
            if markup.kind == "keyboard":
                chat.keyboards[user_id] = markup
            elif markup.kind == "remove":
                chat.keyboards.pop(user_id, None)
            else:
                chat.prompts[user_id] = message["message_id"]

    def _addressed(self, chat: Chat, message: dict[str, Any], markup: Markup) -> list[int]:
        people = chat.present()
        if not markup.selective or chat.private:
            return people
        wanted = {message.get("reply_to_message", {}).get("from", {}).get("id")}
        text = message.get("text", message.get("caption", ""))
        for entity in message.get("entities", message.get("caption_entities", ())):
            if entity["type"] == "text_mention":
                wanted.add(entity["user"]["id"])
        names = {
            str(self.users[each].get("username", "")).lower(): each for each in people if each in self.users
        }
        wanted |= {
            names[word.strip(".,:;!?")[1:].lower()] for word in text.split() if self._names(word, names)
        }
        return [user_id for user_id in people if user_id in wanted]

    @staticmethod
    def _names(word: str, names: dict[str, int]) -> bool:
        return word.startswith("@") and word.strip(".,:;!?")[1:].lower() in names


def without_reply(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as it is shown inside a reply, without its own reply."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def is_present(status: str) -> bool:
    """Tell whether a person of this status is in the group."""
    return status in PRESENT
