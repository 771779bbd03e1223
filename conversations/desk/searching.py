"""/cari: complaints by their words, their number, or the day on which they were received.

    Rina:  /cari bantuan cair
    Bot:   Hasil pencarian: bantuan, cair (1)
           DPMD-2026-0001 · Diterima · Penyaluran BLT Desa · masuk Selasa, 17 Maret 2026 [DPMD-2026-0001]
    Rina:  /cari 17 Maret
    Rina:  /cari jembatan Maret 2026

Words are those that the group reads (complaints/case_words.py); answers about the person are never searched.
A confidential case is found by its number alone, and in the restricted chat, whose members may read it.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from conversations import casefile
from conversations.cards import case_button
from conversations.catalogue.commands import Audience, command_of
from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.desk import access, named_case, typed
from conversations.desk.refusals import Refusal, Result
from conversations.effects import Outcome, Send
from conversations.events import CommandReceived, Event
from conversations.messages import OutgoingMessage
from conversations.queries import (
    FOUND_PAGE,
    Search,
)
from conversations.reading.searched import Period, read_period, some_words
from conversations.world import World

# The most words that are searched, and the characters that are read.
MOST_WORDS, MOST_READ = 8, 1000


class Query(NamedTuple):
    """What the text after /cari asks for."""

    # The days, and the words; `cut` when there were more words.
    period: Period | None
    words: tuple[str, ...]
    cut: bool


def read_query(text: str, world: World) -> Query:
    """The days and the words of a text of any length."""
    read = text[:MOST_READ]
    period = read_period(read, world.today)
    words, cut = some_words(period.rest if period else read, MOST_WORDS)
    return Query(period, words, cut or len(text) > MOST_READ)


def wanted_search(event: Event, world: World) -> Search | None:
    """The query of /cari; None for any other event, and for a text without words and days."""
    if not isinstance(event, CommandReceived) or event.origin.private:
        return None
    command, agency = command_of(Audience.OFFICER, event.command), world.rules.of_chat(event.origin.chat)
    if command is None or command.name != "cari" or agency is None:
        return None
    period, words, _ = read_query(event.argument, world)
    if period is None and not words:
        return None
    restricted = event.origin.chat == agency.restricted_chat_id
    since, until = _moments(period, world)
    return Search(agency.id, restricted, words, since, until)


def _moments(period: Period | None, world: World) -> tuple[datetime | None, datetime | None]:
    """The beginning of the first day and the end of the last one, in the agencies' zone."""
    if period is None:
        return None, None
    zone = world.now.tzinfo
    after = min(period.last, world.today) + timedelta(days=1)
    return datetime.combine(period.first, time(), zone), datetime.combine(after, time(), zone)


def show(event: CommandReceived, world: World, conversation: Conversation) -> Result:
    """/cari: show the cases, the newest first, each with a button that opens its card."""
    query = read_query(event.argument, world)
    named = _by_number(event, query, world)
    found = world.found
    if named is None and found is None:
        agency = world.rules.of_chat(event.origin.chat)
        example = f"{agency.prefix if agency else ''}-{world.today.year}-0042"
        return Refusal("desk.search_how", {"example": example})
    hits = [case for case in found.cases if _may_be_found(case, event, world)] if found else []
    hits = [named] if named else hits
    shown = hits[:FOUND_PAGE]
    params = {
        "words": [] if named else list(query.words),
        "cut": query.cut and not named,
        "period": None if named else _days(query.period),
        "cases": [_line(case, world) for case in shown],
        "more": not named and (len(hits) > len(shown) or bool(found and found.more)),
        "complete": bool(named) or not query.words or bool(found and found.complete),
    }
    buttons = tuple((case_button(case, "ticket"),) for case in shown)
    return Outcome.of(conversation, Send(conversation.chat, OutgoingMessage("desk.found", params, buttons)))


def _by_number(event: CommandReceived, query: Query, world: World) -> Case | None:
    """The case whose number is all of the text. "17 Maret" is a day, and no number without its prefix."""
    if query.period and not typed.split(event.argument)[0]:
        return None
    reference, rest = named_case.split(event, world)
    return named_case.of(event, world) if reference and not rest.strip() else None


def _may_be_found(case: Case, event: CommandReceived, world: World) -> bool:
    """Whether the case is handled in this group, and both the asker and the group may read it."""
    readable = access.reading_refusal(case, event.origin.person.id, world) is None
    open_here = not case.complaint.confidential or access.is_restricted(case, world)
    return access.is_handled_here(case, event.origin, world) and readable and open_here


def _days(period: Period | None) -> dict[str, str] | None:
    return period and {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _line(case: Case, world: World) -> dict[str, Any]:
    listed = casefile.listed_service(case, world.rules)
    service = listed if case.complaint.confidential else casefile.service_name(case, world.rules)
    return {
        "reference": case.reference,
        "status": case.status.value,
        "service": service,
        "received_at": case.received_at.isoformat(),
    }
