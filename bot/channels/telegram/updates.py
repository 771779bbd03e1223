"""Turns Telegram's updates into events. An update that cannot be read does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from telegram import Message, Update
from telegram.constants import ChatID, ChatMemberStatus, ChatType

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
from bot.channels.telegram.members import member_change, service_change
from bot.channels.telegram.written import author, quote, text_of
from bot.channels.typed import chat_id, check, group_id, message_id, person_id
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
from conversations.reading.numbers import whole

if TYPE_CHECKING:
    from telegram import CallbackQuery, Chat, ChatMemberUpdated, MaybeInaccessibleMessage, User

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
GONE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
DATA_PARTS = 4
# Our own data has 64 bytes at most: longer data was made by another client.
LONGEST_DATA = 64
MOST_VERSION = 2**31 - 1


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
        try:
            event = self._read(Update.de_json(dict(raw), None))
            if event is not None:
                check(event)
            return event
        except UnreadableUpdateError:
            raise
        except Exception as error:
            # The error's message may quote the update; its type is enough to find the place.
            raise UnreadableUpdateError(type(error).__name__) from error

    def _read(self, update: Update) -> Event | ShellEvent | None:
        if update.message:
            return self._message(update.message)
        if update.callback_query:
            return self._press(update.callback_query)
        if update.edited_message:
            return self._edited(update.edited_message)
        if update.my_chat_member:
            return self._membership(update.my_chat_member)
        if change := update.chat_member:
            return member_change(self._group(change.chat), self._clock(change.date), change.new_chat_member)
        return None

    def _message(self, message: Message) -> Event | ShellEvent | None:
        if event := self._service_event(message):
            return event
        if is_service(message) or not _concerns_us(message):
            return None
        if _is_anonymous(message):
            return AnonymousSpoke(
                self._group(message.chat), self._clock(message.date), topic=topic_of(message)
            )
        if is_foreign_command(message.text or "", self._mention):
            return None
        origin = self._origin(message, message.date)
        return content(message, origin) or UnreadableReceived(origin, kind_of_rest(message))

    def _service_event(self, message: Message) -> MembershipChanged | ChatMigrated | None:
        """The event of a service message about the group; None for any other message."""
        if message.migrate_to_chat_id:
            return ChatMigrated(group_id(message.chat.id), group_id(message.migrate_to_chat_id))
        if message.migrate_from_chat_id:
            return ChatMigrated(group_id(message.migrate_from_chat_id), group_id(message.chat.id))
        return service_change(self._chat(message.chat), self._clock(message.date), message)

    def _edited(self, message: Message) -> Event | None:
        if message.location or not _concerns_us(message) or _is_anonymous(message):
            return None
        # Removing a caption is an edit as well. A reaction makes some clients report an edit without a
        # change: the core compares text and file with what is stored.
        origin = self._origin(message, message.edit_date)
        return MessageEdited(origin, text_of(message) or "", attachment_of(message))

    def _press(self, query: CallbackQuery) -> Event | None:
        message = query.message
        if message is None:
            return None
        now = self._clock(None)
        if query.from_user.id == ChatID.ANONYMOUS_ADMIN:
            return AnonymousSpoke(self._group(message.chat), now, query.id, topic_of(message))
        private = _is_private(message.chat, query.from_user)
        person = self._person(query.from_user, private=private)
        chat, number = self._chat(message.chat), self._number(message.chat, message.message_id)
        origin = Origin(chat, private, person, number, now, topic=topic_of(message))
        action, subject, version, value = _data(query.data or "")
        return ButtonPressed(origin, query.id, action, subject, version, value)

    def _membership(self, change: ChatMemberUpdated) -> Event | ShellEvent | None:
        chat, before, after = change.chat, change.old_chat_member.status, change.new_chat_member.status
        if chat.type == ChatType.CHANNEL:
            return None
        if _is_private(chat, change.from_user):
            return BlockChanged(self._chat(chat), after == ChatMemberStatus.BANNED)
        if after in GONE:
            return RightsChanged(self._group(chat), "gone")
        if before in GONE:
            title = clean(chat.title or "", LONGEST_TITLE)
            return BotAdded(self._group(chat), title, self._clock(change.date))
        rights = after == ChatMemberStatus.ADMINISTRATOR
        return RightsChanged(self._group(chat), "administrator" if rights else "member")

    def _origin(self, message: Message, moment: datetime | None) -> Origin:
        sender = message.from_user
        if sender is None:
            raise UnreadableUpdateError("a message without a sender")
        private = _is_private(message.chat, sender)
        person, at = self._person(sender, private=private), self._clock(moment)
        chat, number = self._chat(message.chat), self._number(message.chat, message.message_id)
        forwarded, quoted = self._forwarded(message), quote(message)
        plain = Origin(
            chat, private, person, number, at, forwarded=forwarded, quoted=quoted, topic=topic_of(message)
        )
        answered = message.reply_to_message
        if answered is None or not self._is_ours(answered):
            return plain
        return replace(
            plain,
            reply_to=self._number(message.chat, answered.message_id),
            replied_text=answered.text or answered.caption or "",
            replied_at=self._clock(answered.date),
        )

    def _is_ours(self, answered: Message) -> bool:
        """Whether this message, which was replied to, is one of the bot's.

        In a topic every message that replies to none holds the service message that opened the topic, which
        the bot may have opened.
        """
        sender = answered.from_user
        opened = answered.forum_topic_created is not None
        return sender is not None and sender.id == self._bot and not opened

    def _forwarded(self, message: Message) -> str:
        """Who first wrote a forwarded message and when, in words; empty for the sender's own words."""
        source = message.forward_origin
        if source is None:
            return ""
        return self._forward_mark(author(source, self._nameless.private), self._clock(source.date))

    def _chat(self, chat: Chat) -> int:
        return self._moves.home(chat_id(chat.id))

    def _group(self, chat: Chat) -> int:
        return self._moves.home(group_id(chat.id))

    def _number(self, chat: Chat, number: int) -> int:
        return self._ids.inward(chat_id(chat.id), message_id(number))

    def _person(self, user: User, *, private: bool) -> Person:
        fallback = self._nameless.private if private else self._nameless.group
        name = person_name(user.first_name, user.last_name, "")
        nameless = not any(character.isalpha() for character in name)
        return Person(person_id(user.id), name or fallback, nameless)


def topic_of(message: MaybeInaccessibleMessage) -> int:
    """The topic of a forum in which a message is; 0 for none, and for the general one.

    Telegram gives the replies of other groups a thread as well; those are no topics.
    """
    if not isinstance(message, Message) or not message.is_topic_message:
        return 0
    return message_id(message.message_thread_id or 0)


def _is_private(chat: Chat, sender: User) -> bool:
    """Whether the chat is the sender's own with the bot; a group's id is below zero.

    Raises UnreadableUpdateError for another person's chat: an answer there would reach that person.
    """
    private = chat.type == ChatType.PRIVATE
    if not private:
        group_id(chat.id)
    elif chat_id(chat.id) != sender.id:
        raise UnreadableUpdateError("a private chat with another person")
    return private


def _concerns_us(message: Message) -> bool:
    """Whether a person wrote it: no channel, no other bot, no channel's post copied into its group."""
    if message.chat.type == ChatType.CHANNEL or message.is_automatic_forward:
        return False
    sender = message.from_user
    return _is_anonymous(message) or (sender is not None and not sender.is_bot)


def _is_anonymous(message: Message) -> bool:
    """Whether it was written as the group or as a channel: such a sender cannot be identified."""
    return message.sender_chat is not None and message.chat.type != ChatType.PRIVATE


def _data(data: str) -> tuple[str, str, int, str]:
    """Our buttons carry action:subject:version:value; anything else counts as a button without action."""
    parts = data.split(":", DATA_PARTS - 1) if len(data) <= LONGEST_DATA else []
    version = whole(parts[2], MOST_VERSION) if len(parts) == DATA_PARTS else None
    return ("", "", 0, "") if version is None else (parts[0], parts[1], version, parts[3])
