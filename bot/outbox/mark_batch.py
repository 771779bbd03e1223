"""The marks of one write, and what they say to the operator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection

from bot.database.outbox_marks import Failed, Later, Sent, mark_failed, mark_later, mark_parked, mark_sent
from bot.database.outbox_reports import Accepted
from bot.database.outbox_rows import Kind
from bot.database.sent_messages import newest, remember
from conversations.effects import Send
from conversations.messages import OutgoingMessage

LONGEST_REASON = 200
COUNTED = frozenset({"operator_undelivered", "operator_card_waits"})

Name = tuple[int, str]


class Note(NamedTuple):
    """A note to the operator: what happened, the reason, and the kind of which one is sent an hour."""

    name: str
    reason: str
    hourly: str = ""


@dataclass(slots=True)
class Batch:
    """The marks of one write; `others` are (chat, message, key, wall time), `notes` for the operator.

    `told` are messages to the chats of the marked rows.
    """

    sent: list[Sent] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)
    parked: list[Failed] = field(default_factory=list)
    others: list[tuple[int, int, str, float]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    told: list[Send] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.sent) + len(self.failed) + len(self.later) + len(self.parked)

    def rows(self) -> set[int]:
        """The rows whose outcome it marks; rows to be tried again are not in flight."""
        marks: tuple[Sent | Failed, ...] = (*self.sent, *self.failed, *self.parked)
        return {mark.row.id for mark in marks}

    def delayed(self) -> set[int]:
        """The rows to be tried again."""
        return {mark.row.id for mark in self.later}

    def accepted(self) -> list[Accepted]:
        """The rows that the messenger will report of."""
        return [Accepted(mark.row, mark.until) for mark in self.sent if mark.until]

    def reports(self) -> bool:
        """Whether it holds an outcome that the core is to be informed of."""
        marks: tuple[Sent | Failed, ...] = (*self.sent, *self.failed, *self.parked)
        # A template that failed is an outcome of the rows behind it.
        return any(mark.row.report or mark.row.kind is Kind.KNOCK for mark in marks)

    def write(self, connection: Connection) -> list[tuple[int, int]]:
        """Write all marks; return the messages (chat, id) whose key belongs to a newer message now."""
        moved = [mark for mark in self.sent if mark.row.key and mark.message and mark.row.kind is Kind.SEND]
        known = newest(connection, [mark.row.key for mark in moved])
        mark_later(connection, self.later)
        mark_failed(connection, self.failed)
        mark_parked(connection, self.parked)
        remember(connection, self.others)
        mark_sent(connection, self.sent)
        return list(_outdated(moved, known))

    def singles(self) -> Iterator[Batch]:
        """Each mark alone, in the order in which they are written together; the notes come first."""
        yield Batch(notes=self.notes, told=self.told)
        yield from (Batch(later=[mark]) for mark in self.later)
        yield from (Batch(failed=[mark]) for mark in self.failed)
        yield from (Batch(parked=[mark]) for mark in self.parked)
        yield from (Batch(others=[other]) for other in self.others)
        yield from (Batch(sent=[mark]) for mark in self.sent)

    def messages(self) -> list[OutgoingMessage]:
        """The notes for the operator, one message for each kind with the last reason.

        Notes of different `hourly` kinds are not one: each is sent once an hour.
        """
        counts = Counter((note.name, note.hourly) for note in self.notes)
        made = []
        for kind, reason in {(note.name, note.hourly): note.reason for note in self.notes}.items():
            params: dict[str, str | int] = {"reason": reason[:LONGEST_REASON]}
            if kind[0] in COUNTED:
                params["count"] = counts[kind]
            made.append(OutgoingMessage(f"system.{kind[0]}", params))
        return made


def _outdated(moved: Sequence[Sent], known: dict[Name, int]) -> Iterator[tuple[int, int]]:
    """The older copies of messages; both copies may have been sent since the last write."""
    for mark in moved:
        name = mark.row.chat, mark.row.key
        old = known.get(name, 0)
        if old and old < mark.message:
            yield mark.row.chat, old
        known[name] = max(old, mark.message)
