"""What waits in the store, in numbers: for the health page, the metrics and the operator's alerts.

Each query reads an index, or a table that is small. The counts of cases read as many entries of the index of
the listing as there are open cases; the caller keeps them for a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, func, not_, select

from bot.database.chats import CLOSED
from bot.database.file_rows import FileState
from bot.database.outbox_rows import State
from bot.database.outbox_table import IS_COSMETIC
from bot.database.quarantine import Stage
from bot.database.tables import cases, chats, files, outbox, quarantine, waiting
from conversations.complaints.life_cycle import OPEN
from conversations.complaints.mornings import CLOCKED

T = TypeVar("T")

_PENDING = outbox.c.state == State.PENDING.value
_LANES = select(outbox.c.lane, func.count()).where(_PENDING).group_by(outbox.c.lane)
# Cosmetic edits may wait while other messages are sent: they are no messages.
_MESSAGE_SINCE = select(func.min(outbox.c.created)).where(_PENDING, not_(IS_COSMETIC))
_CLOSED_CHATS = select(chats.c.chat).where(chats.c.blocked == CLOSED)
_ALL_PARKED = outbox.c.state == State.PARKED.value
_PARKED = _ALL_PARKED & outbox.c.chat.not_in(_CLOSED_CHATS)
_FOR_PERSON = select(func.count()).where(_ALL_PARKED, outbox.c.chat.in_(_CLOSED_CHATS))
_ACCEPTED = select(func.count()).where(outbox.c.state == State.ACCEPTED.value)
_OF_GROUPS: ColumnElement[int] = case((outbox.c.chat < 0, 1), else_=0)
_UNREACHABLE = select(func.count(), func.sum(_OF_GROUPS)).where(_PARKED)
_FILES = select(func.count()).where(files.c.state == FileState.PENDING.value)
_UPDATES = select(func.count(), func.min(waiting.c.at))
_SET_ASIDE = select(quarantine.c.stage, func.count()).group_by(quarantine.c.stage)
_OVERDUE: ColumnElement[int] = case(
    (cases.c.status.in_(sorted(CLOCKED)) & (cases.c.due_on < bindparam("today")), 1), else_=0
)
_CASES = select(func.count(), func.sum(_OVERDUE)).where(
    cases.c.agency == bindparam("of"), cases.c.restricted.in_((0, 1)), cases.c.status.in_(sorted(OPEN))
)


class CaseCount(NamedTuple):
    """The open cases of an agency, and those of them that are overdue."""

    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """The numbers at one moment. `since` are wall times, None when nothing waits."""

    # Messages that wait to be sent, by lane, and since when the oldest waits.
    lanes: Mapping[int, int] = field(default_factory=dict)
    message_since: float | None = None
    # Messages whose chat cannot be reached now, and those of them that are for groups.
    parked: int = 0
    parked_of_groups: int = 0
    # Messages that wait until their person writes, and those whose delivery is not yet reported.
    for_person: int = 0
    accepted: int = 0
    # Files that are not fetched yet.
    files: int = 0
    # Stored updates that wait for a check of the sender's membership, or for the sender's turn.
    updates: int = 0
    update_since: float | None = None
    # What was set aside, by stage.
    set_aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def notices(self) -> int:
        """The operator's notices that reached no one."""
        return self.set_aside.get(Stage.NOTICE.value, 0)


def read_waiting(connection: Connection) -> WaitingWork:
    """The numbers now."""
    parked, of_groups = connection.execute(_UNREACHABLE).one()
    updates, update_since = connection.execute(_UPDATES).one()
    return WaitingWork(
        lanes=_counts(connection.execute(_LANES)),
        message_since=connection.scalar(_MESSAGE_SINCE),
        parked=parked,
        parked_of_groups=of_groups or 0,
        for_person=connection.scalar(_FOR_PERSON) or 0,
        accepted=connection.scalar(_ACCEPTED) or 0,
        files=connection.scalar(_FILES) or 0,
        updates=updates,
        update_since=update_since,
        set_aside=_counts(connection.execute(_SET_ASIDE)),
    )


def _counts(rows: Iterable[Row[T, int]]) -> dict[T, int]:
    return {row[0]: row[1] for row in rows}


def count_cases(connection: Connection, agencies: Iterable[str], today: date) -> dict[str, CaseCount]:
    """The open and overdue cases of each agency."""
    counts = {}
    for agency in agencies:
        found = connection.execute(_CASES, {"of": agency, "today": today.isoformat()}).one()
        counts[agency] = CaseCount(found[0], found[1] or 0)
    return counts
