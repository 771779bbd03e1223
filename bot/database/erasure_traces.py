"""Finds where a case and its citizen are mentioned in sealed rows, so that an erasure reaches all of them.

SQL cannot search sealed texts, so every conversation, waiting message and quarantined update is opened. That
takes seconds in a large store: it is done over a reading connection, before the transaction that erases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.database import addresses, outbox_rows
from bot.database.members import Waiting, read_waiting
from bot.database.sealing import Codec, SealBrokenError, context
from bot.database.tables import conversations, outbox, quarantine, sent_messages
from bot.database.tables import waiting as waiting_table
from conversations import keys
from conversations.conversation import ConversationKey
from conversations.message_kinds import Kind

PORTION = 500
# These name cases by their numbers alone, and serve other cases too.
_LISTS = frozenset({Kind.DIGEST, Kind.LEADER_DIGEST, Kind.LIST, Kind.CASES})
_TOLD = "erased."

_TALKS = select(conversations.c.chat, conversations.c.person, conversations.c.state)
_WAITING = select(waiting_table)
_QUARANTINED = select(quarantine.c.id, quarantine.c.subject, quarantine.c.raw)


@dataclass(frozen=True, slots=True)
class Subject:
    """The case that is looked for, and the account that filed it; 0 for none.

    `accounts` are all that the person has, where two were found to be one person; `find` fills them.
    """

    case: str
    reference: str
    account: int
    accounts: tuple[int, ...] = ()

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """Finds the id and the number; not the number as the beginning of a longer one."""
        names = "|".join(re.escape(name) for name in (self.case, self.reference))
        return re.compile(rf"(?<![0-9A-Za-z])(?:{names})(?![0-9])".encode())

    def is_about(self, key: str) -> bool:
        """Whether a message with this key is about the case."""
        parsed = keys.parse(key)
        return parsed is not None and parsed.case == self.case


@dataclass(frozen=True, slots=True)
class Message:
    """A message of ours about the case, in a chat, and when it was sent (wall time)."""

    chat: int
    message: int
    key: str
    sent: float


@dataclass(slots=True)
class Traces:
    """The rows that mention a case or its citizen, by their primary keys."""

    talks: list[ConversationKey]
    outbox: list[int]
    quarantine: list[int]
    waiting: list[int]
    messages: list[Message]

    @property
    def count(self) -> int:
        """The number of rows."""
        found = (self.talks, self.outbox, self.quarantine, self.waiting, self.messages)
        return sum(len(rows) for rows in found)


def find(connection: Connection, codec: Codec, subject: Subject) -> Traces:
    """All traces of the subject."""
    subject = replace(subject, accounts=addresses.numbers_of(connection, codec, subject.account))
    return Traces(
        talks=[*_talks(connection, codec, subject)],
        outbox=[row.id for row in _read(connection, select(outbox)) if _is_told(codec, row, subject)],
        quarantine=[*_quarantined(connection, codec, subject)],
        waiting=[*_waiting(connection, codec, subject)],
        messages=[*_messages(connection, subject)],
    )


def _read(connection: Connection, query: Any) -> Iterator[Row[Any]]:
    with connection.execute(query, execution_options={"yield_per": PORTION}) as rows:
        yield from rows


def _opened(codec: Codec, sealed: object, sealed_to: bytes) -> bytes:
    """The plain bytes; none of a row that does not open."""
    try:
        return codec.open(sealed, sealed_to)
    except SealBrokenError:
        return b""


def _talks(connection: Connection, codec: Codec, subject: Subject) -> Iterator[ConversationKey]:
    pattern = subject.pattern
    for row in _read(connection, _TALKS):
        key = ConversationKey(row.chat, row.person)
        own = row.chat == row.person and row.person in subject.accounts
        if own or pattern.search(_opened(codec, row.state, context("conversations", *key))):
            yield key


def _is_told(codec: Codec, row: Row[Any], subject: Subject) -> bool:
    """Whether a message that waits, or whose outcome waits, is about the case."""
    key = keys.parse(row.key or "")
    if subject.is_about(row.key or "") or row.report == subject.case:
        return key is None or key.kind is not Kind.CARD
    if row.payload is None or (key and key.kind in _LISTS):
        return False
    try:
        message = outbox_rows.read_row(codec, row).message
    except Exception:  # noqa: BLE001 - a damaged row: whose it was is known only by its chat
        return row.chat in subject.accounts
    if message is None or message.template.startswith(_TOLD):
        return False
    return subject.pattern.search(outbox_rows.dump(message)) is not None


def _quarantined(connection: Connection, codec: Codec, subject: Subject) -> Iterator[int]:
    pattern, names = subject.pattern, "|".join(map(str, subject.accounts))
    own = {f"{account}:{account}" for account in subject.accounts}
    account = re.compile(rf"(?<![0-9])(?:{names})(?![0-9])".encode())
    for row in _read(connection, _QUARANTINED):
        raw = _opened(codec, row.raw, context("quarantine", row.id))
        theirs = bool(own) and (row.subject in own or account.search(raw))
        if theirs or row.subject == subject.case or pattern.search(raw):
            yield row.id


def _waiting(connection: Connection, codec: Codec, subject: Subject) -> Iterator[int]:
    pattern = subject.pattern
    for row in _read(connection, _WAITING):
        try:
            known: Waiting = read_waiting(codec, row)
        except Exception:  # noqa: BLE001, S112 - the next start deletes a damaged one
            continue
        # Other updates of the citizen are taken in their turn: none is dropped unread.
        if pattern.search(known.raw):
            yield known.id


def _messages(connection: Connection, subject: Subject) -> Iterator[Message]:
    """The messages about the case that were sent, except its newest card, which shows what is left."""
    found = [
        Message(row.chat, row.message_id, row.key, row.sent)
        for row in _read(connection, select(sent_messages).order_by(sent_messages.c.sent))
        if subject.is_about(row.key)
    ]
    cards = [one for one in found if one.key == keys.card(subject.case) and one.message > 0]
    newest = {one.chat: one for one in cards}
    yield from (one for one in found if newest.get(one.chat) is not one)
