"""The officers' list of complaints: /daftar, its filters and its pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from conversations import casefile, keys
from conversations.cards import case_button
from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.desk import access
from conversations.desk.access import OUTDATED
from conversations.effects import Edit, Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, Event, PersonEvent
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.reading.numbers import MOST_PAGE, whole
from conversations.screens import page_buttons, page_count
from conversations.world import Listing, ListingFilter, World

FILTERS: tuple[ListingFilter, ...] = get_args(ListingFilter)
FIRST_FILTER: ListingFilter = "open"
LIST_ACTION = "list"
PAGE = Listing("", FIRST_FILTER, 0, 0, date.min).page_size

# The words after /daftar that choose a filter.
_WORDS: Mapping[str, ListingFilter] = {
    "terbuka": "open",
    "saya": "mine",
    "milik": "mine",
    "mine": "mine",
    "lewat": "overdue",
    "terlambat": "overdue",
    "overdue": "overdue",
}


def listing(event: Event, world: World) -> Listing | None:
    """The query for /daftar or a button of the list; None for any other event."""
    wanted = _wanted(event)
    if wanted is None or not isinstance(event, CommandReceived | ButtonPressed):
        return None
    agency = world.rules.of_chat(event.origin.chat)
    if agency is None:
        return None
    chosen, page = wanted
    restricted = event.origin.chat == agency.restricted_chat_id
    return Listing(agency.id, chosen, event.origin.person.id, page, world.today, restricted)


def _wanted(event: Event) -> tuple[ListingFilter, int] | None:
    if isinstance(event, CommandReceived) and event.command == "daftar":
        words = event.argument.lower().split()
        return next((_WORDS[word] for word in words if word in _WORDS), FIRST_FILTER), 0
    if isinstance(event, ButtonPressed) and event.action == LIST_ACTION:
        chosen, _, page = event.value.partition(",")
        known = next((name for name in FILTERS if name == chosen), None)
        number = whole(page, MOST_PAGE)
        if known and number is not None:
            return known, number
    return None


def show_list(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Show one page of the list; a button of the list changes the same message."""
    wanted = _wanted(event)
    if wanted is None or world.listed is None:
        return access.refuse(event, conversation, OUTDATED)
    (chosen, page), listed = wanted, world.listed
    pages = page_count(listed.total, PAGE)
    params = {
        "filter": chosen,
        "officer": event.origin.person.name,
        "total": listed.total,
        "page": page + 1,
        "pages": pages,
        "cases": [_line(case, world) for case in listed.cases],
    }
    message = OutgoingMessage("desk.list", params, _list_buttons(chosen, page, pages, listed.cases))
    key = keys.open_list(conversation.person)
    if isinstance(event, ButtonPressed):
        return Outcome.of(conversation, Edit(conversation.chat, key, message, event.origin.message))
    return Outcome.of(conversation, Send(conversation.chat, message, key))


def _line(case: Case, world: World) -> dict[str, Any]:
    confidential = case.complaint.confidential
    listed = casefile.listed_service(case, world.rules)
    return {
        "reference": case.reference,
        "status": case.status.value,
        "due": case.due_on.isoformat(),
        "overdue": case.is_overdue(world.today),
        "officer": case.officer.name if case.officer else "",
        "service": listed if confidential else casefile.service_name(case, world.rules),
    }


def _list_buttons(chosen: ListingFilter, page: int, pages: int, cases: tuple[Case, ...]) -> Rows:
    # The list begins with the oldest due date, so the next page is newer.
    turn = page_buttons(LIST_ACTION, page, pages, before="older", after="newer", prefix=f"{chosen},")
    filters = tuple(
        Button(f"list_{name}", LIST_ACTION, value=f"{name},0", style="primary" if name == chosen else None)
        for name in FILTERS
    )
    return (*((case_button(case, "ticket"),) for case in cases), *turn, filters)
