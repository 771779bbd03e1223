"""The officers' lists and commands: /daftar, /tiket, /jawab, /bantuan, /batal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from conversations import casefile, keys
from conversations.catalogue.commands import Audience, in_help, listed
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation
from conversations.desk import access, prompts, typed, writing
from conversations.desk.access import OUTDATED, Refusal, Result
from conversations.desk.actions import CARD, card
from conversations.effects import Edit, Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, Event, FileReceived, PersonEvent
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.parts import keep, part_of
from conversations.reading.numbers import MOST_PAGE, whole
from conversations.world import Listing, ListingFilter, World

FILTERS: tuple[ListingFilter, ...] = get_args(ListingFilter)
FIRST_FILTER: ListingFilter = "open"
LIST_ACTION = "list"
PAGE = Listing("", FIRST_FILTER, 0, 0, date.min).page_size

# What officers type after /daftar.
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
    """The query that /daftar or a list's button asks; None for any other event."""
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
    """One page of the list; its buttons change the same message."""
    wanted = _wanted(event)
    if wanted is None or world.listed is None:
        return access.refuse(event, conversation, OUTDATED)
    (chosen, page), listed = wanted, world.listed
    params = {
        "filter": chosen,
        "officer": event.origin.person.name,
        "total": listed.total,
        "page": page + 1,
        "pages": max(1, -(-listed.total // PAGE)),
        "cases": [_line(case, world) for case in listed.cases],
    }
    message = OutgoingMessage("desk.list", params, _list_buttons(chosen, page, listed.total, listed.cases))
    key = keys.open_list(conversation.person)
    if isinstance(event, ButtonPressed):
        return Outcome.of(conversation, Edit(conversation.chat, key, message, event.origin.message))
    return Outcome.of(conversation, Send(conversation.chat, message, key))


def _line(case: Case, world: World) -> dict[str, Any]:
    confidential = case.complaint.confidential
    agency = casefile.agency_of(case, world.rules)
    listed = casefile.listed_service(case, world.rules)
    return {
        "reference": case.reference,
        "status": case.status.value,
        "due": case.due_on.isoformat(),
        "overdue": case.is_overdue(world.today),
        "officer": case.officer.name if case.officer else "",
        "service": listed if confidential else agency.service_name(case.complaint.service),
    }


def _list_buttons(chosen: ListingFilter, page: int, total: int, cases: tuple[Case, ...]) -> Rows:
    opening = tuple(
        (
            Button(
                "case", "ticket", case.id, params={"reference": case.reference, "status": case.status.value}
            ),
        )
        for case in cases
    )
    # The oldest due date stands first: later pages are newer.
    turning = []
    if page > 0:
        turning.append(Button("older", LIST_ACTION, value=f"{chosen},{page - 1}"))
    if (page + 1) * PAGE < total:
        turning.append(Button("newer", LIST_ACTION, value=f"{chosen},{page + 1}"))
    others = tuple(
        Button(f"list_{name}", LIST_ACTION, value=f"{name},0", style="primary" if name == chosen else None)
        for name in FILTERS
    )
    return (*opening, *((tuple(turning),) if turning else ()), others)


def ticket_pressed(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """A line of the list was pressed: show its card again."""
    return _card_again(world, conversation, case)


def ticket(event: CommandReceived, world: World, conversation: Conversation) -> Result:
    """/tiket NOMOR: show the card again."""
    case = _named_case(event, world)
    return _card_again(world, conversation, case) if case else _unknown_number(event, world)


def _card_again(world: World, conversation: Conversation, case: Case) -> Outcome:
    return Outcome.of(conversation, Send(conversation.chat, card(case, world), keys.card(case.id)))


def answer(
    event: CommandReceived, world: World, conversation: Conversation, file: FileReceived | None = None
) -> Result:
    """/jawab NOMOR teks, perhaps as a caption: to the preview; without a text the officer is asked for it."""
    case = _named_case(event, world)
    if case is None:
        return _unknown_number(event, world)
    if refusal := _may_not_answer(world, conversation, case, file):
        return refusal
    parts = _answer_parts(event, file)
    opened = prompts.open_prompt(event, world, conversation, case, Purpose.RESPONSE, parts)
    kept = keep(file, case.id) if file else None
    return opened if isinstance(opened, Refusal) else Outcome.of(kept) + opened


def _may_not_answer(
    world: World, conversation: Conversation, case: Case, file: FileReceived | None
) -> Refusal | None:
    if case.complaint.confidential:
        private = Refusal("desk.answer_in_private", {"reference": case.reference})
        return access.hidden_from(case, conversation.person, world) or private
    refusal = access.may_not(case, conversation.person, Purpose.RESPONSE, world)
    return refusal or (writing.problem_of(file, world, ()) if file else None)


def _answer_parts(event: CommandReceived, file: FileReceived | None) -> tuple[Part, ...]:
    text = typed.split(event.argument)[1].strip()
    if file and (part := part_of(file)):
        return (part.model_copy(update={"text": text}),)
    return (Part(message=event.origin.message, at=event.origin.at, text=text),) if text else ()


def _named_case(event: CommandReceived, world: World) -> Case | None:
    case = world.by_reference(typed.split(event.argument)[0])
    return case if case and access.is_here(case, event.origin, world) else None


def _unknown_number(event: CommandReceived, world: World) -> Refusal:
    agency = world.rules.of_chat(event.origin.chat)
    params = {
        "number": typed.split(event.argument)[0],
        "command": event.command,
        "example": f"{agency.prefix if agency else ''}-{world.today.year}-0042",
    }
    return Refusal("desk.unknown_number", params)


def show_help(_event: PersonEvent, _world: World, conversation: Conversation) -> Outcome:
    """/bantuan for officers."""
    params = {"buttons": [button.label for button in CARD], "commands": listed(in_help(Audience.OFFICER))}
    return Outcome.of(conversation, Send(conversation.chat, OutgoingMessage("desk.help", params)))


def cancel(event: PersonEvent, world: World, conversation: Conversation) -> Result:
    """/batal closes an open prompt."""
    if conversation.writing is None and conversation.undecided is None:
        return Refusal("desk.nothing_open", {})
    return writing.abandon(event, world, conversation)
