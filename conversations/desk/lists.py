"""The officers' list of complaints: /daftar, its filters, menus and pages. One message, edited in place.

Rina:  /daftar lewat
Bot:   Daftar pengaduan: lewat tenggat (2) DPMD-2026-0001 · … [DPMD-2026-0001] [DPMD-2026-0002]
       [Terbuka] [Milik saya] [Lewat tenggat] [Status…] [Bidang…] [Petugas…]
Rina:  [Status…]
Bot:   Pilih status: [Diterima] [Terverifikasi] … [Terbuka] (the same message)
Rina:  /daftar budi
Bot:   Daftar pengaduan: petugas Budi Santoso (1) …
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from conversations import casefile, keys
from conversations.cards import case_button
from conversations.catalogue.commands import Audience, command_of
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.desk import filters, refusals
from conversations.desk.filters import Chosen
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Edit, Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, Event, PersonEvent
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.queries import (
    Listed,
    Listing,
    ListingFilter,
)
from conversations.screens import page_buttons, page_count
from conversations.world import World

LIST_ACTION = "list"
# Sends the list in a new message.
SHOW_ACTION = "show_list"
PAGE = Listing("", "open", 0, 0, date.min).page_size
# The most officers of a menu.
MOST_OFFICERS = 30


def listing(event: Event, world: World) -> Listing | None:
    """The query for /daftar or a button of the list; None for any other event."""
    wanted, agency = _wanted(event, world), _agency(event, world)
    if wanted is None or agency is None or not isinstance(event, CommandReceived | ButtonPressed):
        return None
    (chosen, page), chat = wanted, event.origin.chat
    officer = event.origin.person.id if chosen.filter == "mine" else 0
    return Listing(
        agency.id,
        chosen.filter,
        int(chosen.value) if chosen.filter == "officer" and chosen.value else officer,
        page,
        world.today,
        restricted=chat == agency.restricted_chat_id,
        value=chosen.value,
        chat=chat,
        named=chosen.named,
    )


def staff_needed(event: Event, world: World) -> int:
    """The group whose officers' names are needed: for an officer's cases, and for the menu; 0 for none."""
    wanted = _wanted(event, world)
    officers = wanted is not None and wanted[0].filter == "officer"
    if not isinstance(event, CommandReceived | ButtonPressed) or not (officers or _menu(event) == "officer"):
        return 0
    return event.origin.chat if _agency(event, world) else 0


def _agency(event: Event, world: World) -> Agency | None:
    if isinstance(event, CommandReceived | ButtonPressed):
        return world.rules.of_chat(event.origin.chat)
    return None


def _menu(event: Event) -> ListingFilter | None:
    if isinstance(event, ButtonPressed) and event.action == LIST_ACTION:
        return filters.menu(event.value)
    return None


def _wanted(event: Event, world: World) -> tuple[Chosen, int] | None:
    """The filter and the page, counted from 0."""
    match event:
        case CommandReceived(command=name, argument=argument):
            command, agency = command_of(Audience.OFFICER, name), _agency(event, world)
            if command is None or command.name != "daftar" or agency is None:
                return None
            return filters.typed(argument, agency, world.rules.words), 0
        case ButtonPressed(action=action, value=value) if action in {LIST_ACTION, SHOW_ACTION}:
            return filters.pressed(value)
        case _:
            return None


def show_list(event: PersonEvent, world: World, conversation: Conversation) -> Result:
    """Show one page of the list, or a menu; a button of the list changes the same message."""
    agency, wanted, menu = _agency(event, world), _wanted(event, world), _menu(event)
    if agency and menu:
        return _shown(event, conversation, _menu_message(menu, agency, conversation.chat, world))
    if agency is None or wanted is None:
        return OUTDATED
    chosen = wanted[0]
    if chosen.named:
        found = world.officers_named(conversation.chat, chosen.named)
        if not found:
            return Refusal("desk.list_unknown", {"text": chosen.named, "divisions": _divisions(agency)})
        if len(found) > 1:
            return _shown(event, conversation, _officers_message(found, conversation.chat, world))
        chosen = Chosen("officer", str(found[0]))
    if world.listed is None:
        return OUTDATED
    return _shown(event, conversation, _list_message(chosen, world.listed, agency, event, world))


def list_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """A button of the list was pressed."""
    return refusals.outcome_of(event, conversation, show_list(event, world, conversation))


def _shown(event: PersonEvent, conversation: Conversation, message: OutgoingMessage) -> Outcome:
    key = keys.open_list(conversation.person)
    if isinstance(event, ButtonPressed) and event.action == LIST_ACTION:
        return Outcome.of(conversation, Edit(conversation.chat, key, message, event.origin.message))
    return Outcome.of(conversation, Send(conversation.chat, message, key))


def _list_message(
    chosen: Chosen, listed: Listed, agency: Agency, event: PersonEvent, world: World
) -> OutgoingMessage:
    pages = page_count(listed.total, PAGE)
    params = {
        "filter": chosen.filter,
        "value": _value_name(chosen, agency, event.origin.chat, world),
        "officer": event.origin.person.name,
        "total": listed.total,
        "more": listed.more,
        "page": listed.page + 1,
        "pages": pages,
        "cases": [_line(case, world) for case in listed.cases],
    }
    buttons = (
        *((case_button(case, "ticket"),) for case in listed.cases),
        *_pages(chosen, listed.page, pages),
        *_filters(chosen.filter, agency),
    )
    return OutgoingMessage("desk.list", params, buttons)


def _value_name(chosen: Chosen, agency: Agency, chat: int, world: World) -> str:
    """The status, or the name of the division or officer."""
    match chosen.filter:
        case "division":
            named = (division.name for division in agency.divisions if division.id == chosen.value)
            return next(named, chosen.value)
        case "officer":
            return world.officers_of(chat).get(int(chosen.value), "")
        case _:
            return chosen.value


def _divisions(agency: Agency) -> list[str]:
    return [division.id for division in agency.divisions]


def _line(case: Case, world: World) -> dict[str, Any]:
    confidential = case.complaint.confidential
    listed = casefile.listed_service(case, world.rules)
    return {
        "reference": case.reference,
        "status": case.status.value,
        "open": case.open,
        "due": case.due_on.isoformat(),
        "overdue": case.is_overdue(world.today),
        "officer": case.officer.name if case.officer else "",
        "service": listed if confidential else casefile.service_name(case, world.rules),
    }


def _pages(chosen: Chosen, page: int, pages: int) -> Rows:
    # The list begins with the oldest due date, so the next page is newer; one of a status that is over, with
    # the newest.
    over = chosen.filter == "status" and chosen.value not in filters.OPEN_STATUSES
    before, after = ("newer", "older") if over else ("older", "newer")
    return page_buttons(LIST_ACTION, page, pages, before=before, after=after, prefix=chosen.on(""))


def _filters(shown: ListingFilter | None, agency: Agency) -> Rows:
    first = tuple(
        Button(f"list_{name}", LIST_ACTION, value=Chosen(name).on(0), style=_style(name, shown))
        for name in filters.BUTTONS
    )
    second = tuple(
        Button(f"list_by_{name}", LIST_ACTION, value=name, style=_style(name, shown))
        for name in filters.MENUS
        if name != "division" or agency.divisions
    )
    return first, second


def _style(name: ListingFilter, shown: ListingFilter | None) -> Any:
    return "primary" if name == shown else None


def _menu_message(menu: ListingFilter, agency: Agency, chat: int, world: World) -> OutgoingMessage:
    match menu:
        case "status":
            choices = [
                Button(
                    "list_status",
                    LIST_ACTION,
                    value=Chosen(menu, status).on(0),
                    params={"status": status.value},
                )
                for status in filters.STATUSES
            ]
        case "division":
            choices = [_choice(Chosen(menu, one.id), one.name) for one in agency.divisions]
        case _:
            return _officers_message(tuple(world.officers_of(chat)), chat, world)
    return _menu_of(menu, choices)


def _officers_message(officers: Sequence[int], chat: int, world: World) -> OutgoingMessage:
    names = world.officers_of(chat)
    ordered = sorted(officers, key=lambda person: (names[person], person))[:MOST_OFFICERS]
    return _menu_of("officer", [_choice(Chosen("officer", str(person)), names[person]) for person in ordered])


def _choice(chosen: Chosen, text: str) -> Button:
    return Button("choice", LIST_ACTION, value=chosen.on(0), params={"text": text})


def _menu_of(menu: ListingFilter, choices: Sequence[Button]) -> OutgoingMessage:
    rows = tuple(tuple(choices[start : start + 2]) for start in range(0, len(choices), 2))
    back = (Button("list_open", LIST_ACTION, value=Chosen().on(0)),)
    return OutgoingMessage("desk.list_menu", {"filter": menu, "choices": len(choices)}, (*rows, back))
