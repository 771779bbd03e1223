"""Turns Telegram's updates into events. An update that cannot be read does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.channels.base import (
    BlockChanged,
    ChatMigrated,
    RightsChanged,
    ShellEvent,
    UnreadableUpdateError,
)
from bot.channels.message_ids import MessageIds
from bot.channels.moves import Moves
from bot.channels.names import LONGEST_TITLE, Nameless, clean, person_name
from bot.channels.telegram.contents import (
    attachment_of,
    content,
    is_foreign_command,
    is_service,
    kind_of_rest,
)
from bot.channels.telegram.fields import Json, inner, moment
from bot.channels.telegram.members import ADMINISTRATOR, member_change, service_change
from bot.channels.telegram.senders import SERVICE
from bot.channels.telegram.written import author, quote, text_of
from bot.channels.typed import chat_id, checked, group_id, message_id, person_id
from bot.channels.written_forms import button_data
from conversations.events import (
    AnonymousSpoke,
    BotAdded,
    ButtonPressed,
    Event,
    MembershipChanged,
    MessageEdited,
    Origin,
    Person,
    UnreadableReceived,
)

if TYPE_CHECKING:
    from telegram import User

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
BANNED = "kicked"
GONE = ("left", BANNED)
PRIVATE, CHANNEL = "private", "channel"
# The account in whose name Telegram shows what anonymous administrators do.
ANONYMOUS_ADMIN = 1087968824
# Our own data has 64 bytes at most: longer data was made by another client.
LONGEST_DATA = 64


class UpdateReader:
    """Reads updates with the bot's own name, the moves of groups and substitute names.

    `clock` gives the business time of a moment that the messenger gives, of now for None; `ids` translates
    message ids into those that never repeat; `forward_mark` says in words who wrote a
    forwarded message, and when.
    """

    def __init__(
        self,
        bot: User,
        clock: Callable[[datetime | None], datetime],
        moves: Moves,
        ids: MessageIds,
        nameless: Nameless,
        forward_mark: Callable[[str, datetime], str],
    ) -> None:
        self._bot = bot.id
        self._mention = f"@{bot.username}".lower()
        self._clock = clock
        self._moves, self._ids = moves, ids
        self._nameless = nameless
        self._forward_mark = forward_mark

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """One update as an event; None when it does not concern the bot.

        Raises UnreadableUpdateError when it has an unexpected form.
        """
        if "update_id" not in raw:
            raise UnreadableUpdateError("no update_id")
        return checked(self._read, raw)

    def _read(self, update: Json) -> Event | ShellEvent | None:
        if (message := inner(update, "message")) is not None:
            return self._message(message)
        if (query := inner(update, "callback_query")) is not None:
            return self._press(query)
        if (edited := inner(update, "edited_message")) is not None:
            return self._edited(edited)
        if (change := inner(update, "my_chat_member")) is not None:
            return self._membership(change)
        if (change := inner(update, "chat_member")) is not None:
            at = self._moment(change["date"])
            return member_change(self._group(change["chat"]), at, change["new_chat_member"])
        return None

    def _message(self, message: Json) -> Event | ShellEvent | None:
        if event := self._service_event(message):
            return event
        if is_service(message) or not _concerns_us(message):
            return None
        if _is_anonymous(message):
            at = self._moment(message["date"])
            return AnonymousSpoke(self._group(message["chat"]), at, topic=topic_of(message))
        if is_foreign_command(message.get("text") or "", self._mention):
            return None
        origin = self._origin(message, message["date"])
        return content(message, origin) or UnreadableReceived(origin, kind_of_rest(message))

    def _service_event(self, message: Json) -> MembershipChanged | ChatMigrated | None:
        """The event of a service message about the group; None for any other message."""
        if not SERVICE & message.keys():
            return None
        chat = message["chat"]
        if new := message.get("migrate_to_chat_id"):
            return ChatMigrated(group_id(chat["id"]), group_id(new))
        if old := message.get("migrate_from_chat_id"):
            return ChatMigrated(group_id(old), group_id(chat["id"]))
        return service_change(self._chat(chat), self._moment(message["date"]), message)

    def _edited(self, message: Json) -> Event | None:
        if inner(message, "location") is not None or not _concerns_us(message) or _is_anonymous(message):
            return None
        # Removing a caption is an edit as well. A reaction makes some clients report an edit without a
        # change: the core compares text and file with what is stored.
        origin = self._origin(message, message.get("edit_date"))
        return MessageEdited(origin, text_of(message) or "", attachment_of(message))

    def _press(self, query: Json) -> Event | None:
        message = inner(query, "message")
        if message is None:
            return None
        sender, place, now = query["from"], message["chat"], self._clock(None)
        if sender["id"] == ANONYMOUS_ADMIN:
            return AnonymousSpoke(self._group(place), now, query["id"], topic_of(message))
        private = _is_private(place, sender)
        person = self._person(sender, private=private)
        chat, number = self._chat(place), self._number(place, message["message_id"])
        origin = Origin(chat, private, person, number, now, topic=topic_of(message))
        action, subject, version, value = button_data(query.get("data") or "", LONGEST_DATA)
        return ButtonPressed(origin, query["id"], action, subject, version, value)

    def _membership(self, change: Json) -> Event | ShellEvent | None:
        chat = change["chat"]
        before, after = change["old_chat_member"]["status"], change["new_chat_member"]["status"]
        if chat["type"] == CHANNEL:
            return None
        if _is_private(chat, change["from"]):
            return BlockChanged(self._chat(chat), after == BANNED)
        if after in GONE:
            return RightsChanged(self._group(chat), "gone")
        if before in GONE:
            title = clean(chat.get("title") or "", LONGEST_TITLE)
            return BotAdded(self._group(chat), title, self._moment(change["date"]))
        rights = after == ADMINISTRATOR
        return RightsChanged(self._group(chat), "administrator" if rights else "member")

    def _origin(self, message: Json, seconds: float | None) -> Origin:
        sender, place = inner(message, "from"), message["chat"]
        if sender is None:
            raise UnreadableUpdateError("a message without a sender")
        private = _is_private(place, sender)
        person, at = self._person(sender, private=private), self._moment(seconds)
        chat, number = self._chat(place), self._number(place, message["message_id"])
        forwarded, quoted = self._forwarded(message), quote(message)
        plain = Origin(
            chat, private, person, number, at, forwarded=forwarded, quoted=quoted, topic=topic_of(message)
        )
        answered = inner(message, "reply_to_message")
        if answered is None or not self._is_ours(answered):
            return plain
        return replace(
            plain,
            reply_to=self._number(place, answered["message_id"]),
            replied_text=answered.get("text") or answered.get("caption") or "",
            replied_at=self._moment(answered["date"]),
        )

    def _is_ours(self, answered: Json) -> bool:
        """Whether this message, which was replied to, is one of the bot's.

        In a topic every message that replies to none holds the service message that opened the topic, which
        the bot may have opened.
        """
        sender = inner(answered, "from")
        opened = answered.get("forum_topic_created") is not None
        return sender is not None and sender["id"] == self._bot and not opened

    def _forwarded(self, message: Json) -> str:
        """Who first wrote a forwarded message and when, in words; empty for the sender's own words."""
        source = inner(message, "forward_origin")
        if source is None:
            return ""
        return self._forward_mark(author(source, self._nameless.private), self._moment(source["date"]))

    def _moment(self, seconds: float | None) -> datetime:
        return self._clock(moment(seconds))

    def _chat(self, chat: Json) -> int:
        return self._moves.home(chat_id(chat["id"]))

    def _group(self, chat: Json) -> int:
        return self._moves.home(group_id(chat["id"]))

    def _number(self, chat: Json, number: int) -> int:
        return self._ids.inward(chat_id(chat["id"]), message_id(number))

    def _person(self, user: Json, *, private: bool) -> Person:
        fallback = self._nameless.private if private else self._nameless.group
        name = person_name(user.get("first_name"), user.get("last_name"), "")
        nameless = not any(character.isalpha() for character in name)
        return Person(person_id(user["id"]), name or fallback, nameless)


def topic_of(message: Json) -> int:
    """The topic of a forum in which a message is; 0 for none, and for the general one.

    Telegram gives the replies of other groups a thread as well; those are no topics.
    """
    # The pressed message has the date 0 when the bot cannot see it any more.
    if not message["date"] or not message.get("is_topic_message"):
        return 0
    return message_id(message.get("message_thread_id") or 0)


def _is_private(chat: Json, sender: Json) -> bool:
    """Whether the chat is the sender's own with the bot; a group's id is below zero.

    Raises UnreadableUpdateError for another person's chat: an answer there would reach that person.
    """
    private: bool = chat["type"] == PRIVATE
    if not private:
        group_id(chat["id"])
    elif chat_id(chat["id"]) != sender["id"]:
        raise UnreadableUpdateError("a private chat with another person")
    return private


def _concerns_us(message: Json) -> bool:
    """Whether a person wrote it: no channel, no other bot, no channel's post copied into its group."""
    if message["chat"]["type"] == CHANNEL or message.get("is_automatic_forward"):
        return False
    sender = inner(message, "from")
    return _is_anonymous(message) or (sender is not None and not sender["is_bot"])


def _is_anonymous(message: Json) -> bool:
    """Whether it was written as the group or as a channel: such a sender cannot be identified."""
    return message.get("sender_chat") is not None and message["chat"]["type"] != PRIVATE
