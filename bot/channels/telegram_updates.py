"""Telegram's updates as what happened. Reads only; what cannot be read does not stop its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.constants import ChatID, ChatMemberStatus, ChatType

from bot.channels.base import (
    BlockChanged,
    ChatMigrated,
    RightsChanged,
    ShellEvent,
    UnreadableUpdateError,
)
from bot.channels.telegram_contents import content, is_foreign_command, is_service, kind_of_rest
from conversations.events import (
    AnonymousSpoke,
    BotAdded,
    ButtonPressed,
    Event,
    MessageEdited,
    Origin,
    Person,
    UnreadableReceived,
)

if TYPE_CHECKING:
    from telegram import CallbackQuery, ChatMemberUpdated, Message, User

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
GONE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
DATA_PARTS = 4


class UpdateReader:
    """Knows the bot's own name, the wording of keys and where moved groups belong.

    `clock` gives the business time of a moment that the messenger names, of now for None.
    """

    def __init__(
        self,
        bot: User,
        labels: Mapping[str, frozenset[str]],
        clock: Callable[[datetime | None], datetime],
        home: Callable[[int], int],
    ) -> None:
        self._bot = bot.id
        self._mention = f"@{bot.username}".lower()
        self._labels = labels
        self._clock = clock
        self._home = home

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """One update as an event, None when it is no concern of ours.

        Raises UnreadableUpdateError when it has a form that nobody expects.
        """
        try:
            return self._read(Update.de_json(dict(raw), None))
        except Exception as error:
            # The error may quote the update; its type is enough to find the place.
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
        return None

    def _message(self, message: Message) -> Event | ShellEvent | None:
        if message.migrate_to_chat_id:
            return ChatMigrated(message.chat.id, message.migrate_to_chat_id)
        if message.migrate_from_chat_id:
            return ChatMigrated(message.migrate_from_chat_id, message.chat.id)
        if is_service(message) or not _concerns_us(message):
            return None
        if _is_anonymous(message):
            return AnonymousSpoke(self._home(message.chat.id), self._clock(message.date))
        if is_foreign_command(message.text or "", self._mention):
            return None
        origin = self._origin(message, message.date)
        return content(message, origin, self._labels) or UnreadableReceived(origin, kind_of_rest(message))

    def _edited(self, message: Message) -> Event | None:
        if message.location or not _concerns_us(message) or _is_anonymous(message):
            return None
        text = message.text if message.text is not None else message.caption
        # Removing a caption is an edit as well; a changed picture alone comes without one too.
        return MessageEdited(self._origin(message, message.edit_date), text or "")

    def _press(self, query: CallbackQuery) -> Event | None:
        message = query.message
        if message is None:
            return None
        chat, private, now = (
            self._home(message.chat.id),
            message.chat.type == ChatType.PRIVATE,
            self._clock(None),
        )
        if query.from_user.id == ChatID.ANONYMOUS_ADMIN:
            return AnonymousSpoke(chat, now, query.id)
        private = message.chat.type == ChatType.PRIVATE
        origin = Origin(chat, private, _person(query.from_user), message.message_id, now)
        action, subject, version, value = _data(query.data or "")
        return ButtonPressed(origin, query.id, action, subject, version, value)

    def _membership(self, change: ChatMemberUpdated) -> Event | ShellEvent | None:
        chat, before, after = change.chat, change.old_chat_member.status, change.new_chat_member.status
        if chat.type == ChatType.PRIVATE:
            return BlockChanged(chat.id, after == ChatMemberStatus.BANNED)
        if chat.type == ChatType.CHANNEL:
            return None
        if after in GONE:
            return RightsChanged(self._home(chat.id), "gone")
        if before in GONE:
            return BotAdded(self._home(chat.id), chat.title or "", self._clock(change.date))
        rights = after == ChatMemberStatus.ADMINISTRATOR
        return RightsChanged(self._home(chat.id), "administrator" if rights else "member")

    def _origin(self, message: Message, moment: datetime | None) -> Origin:
        sender = message.from_user
        if sender is None:
            raise UnreadableUpdateError("a message without a sender")
        private = message.chat.type == ChatType.PRIVATE
        person, at = _person(sender), self._clock(moment)
        chat = self._home(message.chat.id)
        answered = message.reply_to_message
        if answered and answered.from_user and answered.from_user.id == self._bot:
            text = answered.text or answered.caption or ""
            sent = self._clock(answered.date)
            return Origin(chat, private, person, message.message_id, at, answered.message_id, text, sent)
        return Origin(chat, private, person, message.message_id, at)


def _person(user: User) -> Person:
    return Person(user.id, user.full_name, user.language_code or "")


def _concerns_us(message: Message) -> bool:
    """Channels, other bots and a channel's posts copied into its group are nobody who complains."""
    if message.chat.type == ChatType.CHANNEL or message.is_automatic_forward:
        return False
    sender = message.from_user
    return _is_anonymous(message) or (sender is not None and not sender.is_bot)


def _is_anonymous(message: Message) -> bool:
    """Whoever writes as the group or as a channel has no name that could be held to it."""
    return message.sender_chat is not None and message.chat.type != ChatType.PRIVATE


def _data(data: str) -> tuple[str, str, int, str]:
    """Our buttons carry action:subject:version:value; anything else counts as a button without action."""
    parts = data.split(":", DATA_PARTS - 1)
    if len(parts) == DATA_PARTS and parts[2].isascii() and parts[2].isdigit():
        return parts[0], parts[1], int(parts[2]), parts[3]
    return "", "", 0, ""
