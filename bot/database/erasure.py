"""Removes a person from a case, in the store: one transaction for the case, and one for late traces.

1. `erase()` changes the case to the line of the register that is left (conversations/complaints/erasing.py),
   erases the history's texts and account, removes its words, files, waiting messages, quarantined updates and
   message keys, and cleans the conversations that have something of it. The card becomes that line, younger
   messages in groups are deleted by the bot, and older ones are named to their chat.
2. `clean()` removes the traces that were written while `erase()` waited, in the same way.
3. A file stays, with another owner, while a linked case (redirected from or to) names it
   (erasure_files.py).
4. On WhatsApp the conversation goes with the last complaint, and later the telephone number
   (forgotten_people.py).
5. Everything is repeatable: an erased case is not erased again, and what is gone cannot be found twice.

What was deleted is overwritten in the database (secure_delete), and leaves the write-ahead log with the next
checkpoint (`Database.checkpoint`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete

from bot.database import (
    addresses,
    cases,
    conversations,
    erasure_requests,
    erasure_traces,
    forgotten_people,
    history,
    sent_messages,
)
from bot.database.erasure_files import drop_files_of, drop_keys
from bot.database.erasure_requests import Erasing
from bot.database.erasure_traces import Message, Subject, Traces
from bot.database.history import HistoryBrokenError
from bot.database.outbox_rows import Kind, LaneNumber, OutboxRow
from bot.database.outbox_table import insert_rows
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.tables import outbox, quarantine
from bot.database.tables import waiting as waiting_table
from conversations import cards, casefile, forgetting, keys
from conversations.complaints.case import Case, Happened
from conversations.complaints.erasing import ENDED, without_person
from conversations.complaints.erasure import Erasure
from conversations.complaints.life_cycle import Status
from conversations.complaints.terms import Terms
from conversations.effects import RecordHistory
from conversations.messages import OutgoingMessage
from conversations.screens import told_erased

# The messenger lets a bot delete its messages for 48 hours; half an hour less, because rows wait.
DELETABLE_SECONDS = 47.5 * 3600
HEAD_LENGTH = 16
WHO, WHAT = "operator", "erased"

_DROP_OUTBOX = delete(outbox).where(outbox.c.id == bindparam("row"))
_DROP_QUARANTINED = delete(quarantine).where(quarantine.c.id == bindparam("row"))
_DROP_WAITING = delete(waiting_table).where(waiting_table.c.id == bindparam("row"))


class EraseError(Exception):
    """The complaint cannot be erased; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Both clocks: business time, which the history notes, and wall time, by which messages are deleted."""

    now: datetime
    wall: float


@dataclass(slots=True)
class Erased:
    """What an erasure has done: rows of the outbox that are gone, and new ones; contents to be deleted.

    `older` is the number of messages that the bot cannot delete any more.
    """

    gone: list[int] = field(default_factory=list)
    rows: list[OutboxRow] = field(default_factory=list)
    paths: tuple[str, ...] = ()
    older: int = 0


def find_case(connection: Connection, codec: Codec, reference: str) -> Case:
    """The case of this number. Raises EraseError for an unknown one, SealBrokenError for a damaged one."""
    found = cases.load_cases(connection, codec, references=[reference])
    if not found:
        raise EraseError(f"there is no complaint {reference}")
    (case,) = found.values()
    return case


def require_ended(case: Case) -> None:
    """Raise EraseError while somebody waits for something in this case."""
    if case.status not in ENDED:
        raise EraseError(
            f"{case.reference} has not ended (status: {case.status.value}). Answer and close it first, or "
            "let the complainant withdraw it; then erase it"
        )


def subject_of(wanted: Erasing) -> Subject:
    """What the traces of this erasure mention."""
    return Subject(wanted.case, wanted.reference, wanted.account)


def erase(
    connection: Connection, codec: Codec, terms: Terms, wanted: Erasing, traces: Traces, moment: Moment
) -> Erased:
    """Erase the case and its traces; store how far it is. Raises EraseError for one that has not ended."""
    case = cases.load_cases(connection, codec, [wanted.case])[wanted.case]
    if case.erased is None:
        require_ended(case)
    wanted = replace(wanted, account=_account(connection, codec, case, wanted))
    done = _erase(connection, codec, terms, wanted, case, traces, moment)
    erasure_requests.keep(connection, codec, replace(wanted, begun=True, paths=done.paths))
    return done


def _account(connection: Connection, codec: Codec, case: Case, wanted: Erasing) -> int:
    """The account of today of the person who filed the case: it may be another one than at the order."""
    if case.erased is None:
        return case.filed_by
    return next(iter(addresses.numbers_of(connection, codec, wanted.account)), 0)


def erase_restored(
    connection: Connection, codec: Codec, terms: Terms, wanted: Erasing, moment: Moment
) -> Iterable[str]:
    """Erase a case of a restored copy again, by the order of then; the paths of the contents that it had.

    In an older copy the case may not have ended yet: it ends now. An erased case stays as it is.
    """
    case = cases.load_cases(connection, codec, [wanted.case])[wanted.case]
    if case.erased:
        return ()
    wanted = replace(wanted, account=case.filed_by)
    traces = erasure_traces.find(connection, codec, subject_of(wanted))
    return _erase(connection, codec, terms, wanted, case, traces, moment).paths


def _erase(
    connection: Connection,
    codec: Codec,
    terms: Terms,
    wanted: Erasing,
    case: Case,
    traces: Traces,
    moment: Moment,
) -> Erased:
    if case.erased is None:
        done = _erase_case(connection, codec, terms, wanted, case, moment)
    else:
        done = Erased(paths=wanted.paths)
    filed = case.model_copy(update={"filed_by": wanted.account})
    _clean(connection, codec, terms, filed, traces, moment, done)
    return done


def _erase_case(
    connection: Connection, codec: Codec, terms: Terms, wanted: Erasing, case: Case, moment: Moment
) -> Erased:
    paths = drop_files_of(connection, codec, case)
    history.erase(connection, case.id)
    heads, head = _without_account(connection, codec, case)
    record = RecordHistory(case.id, WHO, WHAT, wanted.order)
    head = history.append(connection, codec, [record], moment.now, {case.id: head})[case.id]
    erasure = Erasure(at=moment.now, order=wanted.order, retention=wanted.retention, heads=heads)
    left = _ended(without_person(case, erasure, _service(case, terms)), moment)
    left = left.model_copy(update={"history_count": head.entries, "history_head": head.link})
    cases.erase_person(connection, codec, left, case, terms)
    rows = insert_rows(connection, codec, [*_notices(case, left, terms, moment)], ())
    return Erased(rows=rows, paths=paths)


def _ended(case: Case, moment: Moment) -> Case:
    """The case as one that no officer works on: in a restored copy it may be from before its end."""
    if case.status in ENDED:
        return case
    step = Happened(status=Status.CLOSED, at=moment.now)
    left = {"division": "", "assigned_at": None, "accepted_by": None, "accepted_at": None}
    return case.model_copy(update={"status": Status.CLOSED, "timeline": (*case.timeline, step), **left})


def _without_account(
    connection: Connection, codec: Codec, case: Case
) -> tuple[tuple[str, ...], history.Head]:
    """The beginnings of the links before, and the head; a broken history keeps its links and accounts."""
    try:
        with connection.begin_nested():
            head, links = history.without_account(connection, codec, case.id)
    except HistoryBrokenError:
        return (), history.head_of(case)
    return tuple(link[:HEAD_LENGTH] for link in links), head


def _service(case: Case, terms: Terms) -> str:
    """The id of a listed service; empty for a service in the citizen's own words."""
    return case.complaint.service if casefile.listed_service(case, terms.rules) else ""


def _notices(case: Case, left: Case, terms: Terms, moment: Moment) -> Iterable[OutboxRow]:
    """The card as the line that is left, and the notice to the citizen (UU 27/2022 art. 45)."""
    rules = terms.rules
    card = cards.erased_card(left, rules)
    group, key = casefile.group_of(case, rules), keys.card(case.id)
    yield OutboxRow(0, group, LaneNumber.UNASKED, Kind.EDIT, "id", moment.wall, card, key)
    if case.filed_by:
        agency = casefile.agency_of(case, rules).full_name
        params = {**told_erased(left), "agency": agency, "contacts": rules.contacts()}
        params["messenger"] = case.messenger
        told = OutgoingMessage("erased.told", params)
        yield OutboxRow(0, case.filed_by, LaneNumber.ASKED, Kind.SEND, case.language, moment.wall, told)


def _clean(
    connection: Connection,
    codec: Codec,
    terms: Terms,
    case: Case,
    traces: Traces,
    moment: Moment,
    done: Erased,
) -> None:
    """Remove the traces; `done` gets the rows that are gone and new."""
    for statement, rows in (
        (_DROP_OUTBOX, traces.outbox),
        (_DROP_QUARANTINED, traces.quarantine),
        (_DROP_WAITING, traces.waiting),
    ):
        if rows:
            connection.execute(statement, [{"row": row} for row in rows])
    done.gone += traces.outbox
    done.paths = (*done.paths, *_clean_talks(connection, codec, terms, case, traces))
    theirs = addresses.numbers_of(connection, codec, case.filed_by)
    others = [one for one in traces.messages if one.chat not in theirs]
    fresh = [*_deletions(case, others, moment, done)]
    done.rows += insert_rows(connection, codec, fresh, ())
    for one in traces.messages:
        sent_messages.forget(connection, one.chat, one.message)


def _clean_talks(
    connection: Connection, codec: Codec, terms: Terms, case: Case, traces: Traces
) -> tuple[str, ...]:
    """Clean the conversations; the paths of contents that were only in them."""
    damage = Damage()
    known = conversations.load_conversations(connection, codec, set(traces.talks), damage)
    changed = {key: forgetting.without_case(talk, case) for key, talk in known.items()}
    listed = [talk for key, talk in changed.items() if talk != known[key]]
    conversations.save_conversations(connection, codec, listed, terms)
    for talk in changed.values():
        if talk.person == case.filed_by:
            forgotten_people.forget_conversation(connection, talk)
    names = [name for talk in known.values() for name in forgetting.dropped_files(talk, case)]
    return drop_keys(connection, names)


def _deletions(case: Case, messages: Sequence[Message], moment: Moment, done: Erased) -> Iterable[OutboxRow]:
    """Delete the messages to officers that can be deleted; name the others to their chats."""
    older = Counter[int]()
    for one in messages:
        if one.message <= 0:
            continue
        if moment.wall - one.sent < DELETABLE_SECONDS:
            yield OutboxRow(0, one.chat, LaneNumber.ASKED, Kind.DELETE, "", moment.wall, at=one.message)
        else:
            older[one.chat] += 1
    done.older += older.total()
    for chat, count in older.items():
        left = OutgoingMessage("erased.leftover", {"reference": case.reference, "count": count})
        yield OutboxRow(0, chat, LaneNumber.UNASKED, Kind.SEND, "id", moment.wall, left)
