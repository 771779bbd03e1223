"""The officers' lists and commands: /daftar, /tiket, /jawab, /bantuan, /batal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from conversations import casefile
from conversations.cards import card, card_key
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation
from conversations.desk import access as desk_access
from conversations.desk import posting as desk_posting
from conversations.desk import prompts as desk_prompts
from conversations.desk import typed as desk_typed
from conversations.desk import writing as desk_answers
from conversations.desk.access import Refusal
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
        return desk_access.unknown_button(event, conversation)
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
    key = f"list:{conversation.person}"
    if isinstance(event, ButtonPressed):
        edit = Edit(conversation.chat, key, message, event.origin.message)
        return Outcome.of(conversation, edit)
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


def ticket_pressed(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A line of the list: its card, anew."""
    case = desk_access.pressed_case(event, world)
    if case is None:
        return desk_access.unknown_button(event, conversation)
    return _card_anew(case, world, conversation)


def ticket(event: CommandReceived, world: World, conversation: Conversation, agency: Agency) -> Outcome:
    """/tiket NOMOR: the card, anew."""
    case = _named_case(event, world)
    if case is None:
        return _unknown_number(event, world, conversation, agency)
    return _card_anew(case, world, conversation)


def _card_anew(case: Case, world: World, conversation: Conversation) -> Outcome:
    return Outcome.of(conversation, Send(conversation.chat, card(case, world), card_key(case)))


def answer(
    event: CommandReceived,
    world: World,
    conversation: Conversation,
    agency: Agency,
    file: FileReceived | None = None,
) -> Outcome:
    """/jawab NOMOR teks, perhaps under a file: to the preview; without a text the officer is asked for it."""
    case = _named_case(event, world)
    if case is None:
        return _unknown_number(event, world, conversation, agency)
    if case.complaint.confidential:
        refusal = desk_access.hidden_from(case, conversation.person, world)
        private = Refusal("desk.answer_in_private", {"reference": case.reference})
        return desk_access.refuse(event, conversation, refusal or private)
    if refusal := desk_access.may_not(case, conversation.person, Purpose.RESPONSE, world):
        return desk_access.refuse(event, conversation, refusal)
    text = desk_typed.split(event.argument)[1].strip()
    part = Part(message=event.origin.message, at=event.origin.at, text=text) if text else None
    before = Outcome()
    if file:
        if problem := desk_answers.problem_of(file, (), world, conversation):
            return problem
        under, kept = part_of(file), keep(file, case.id)
        part = under.model_copy(update={"text": text}) if under else part
        before = Outcome.of(kept)
    parts = (part,) if part else ()
    opened = desk_prompts.open_prompt(event, world, conversation, case, Purpose.RESPONSE, parts)
    return opened if opened.conversations[-1] == conversation else before + opened


def _named_case(event: CommandReceived, world: World) -> Case | None:
    case = world.by_reference(desk_typed.split(event.argument)[0])
    return case if case and desk_access.is_here(case, event.origin, world) else None


def _unknown_number(
    event: CommandReceived, world: World, conversation: Conversation, agency: Agency
) -> Outcome:
    params = {
        "number": desk_typed.split(event.argument)[0],
        "command": event.command,
        "example": f"{agency.prefix}-{world.today.year}-0042",
    }
    return desk_access.refuse(event, conversation, Refusal("desk.unknown_number", params))


def show_help(event: PersonEvent, conversation: Conversation) -> Outcome:
    """/bantuan for officers."""
    return desk_access.refuse(event, conversation, Refusal("desk.help", {}))


def cancel(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/batal closes an open prompt."""
    writing = conversation.collecting
    if writing is None and not conversation.held:
        return desk_access.refuse(event, conversation, Refusal("desk.nothing_open", {}))
    case = world.cases.get(writing.case) if writing else None
    dropped = (*(writing.parts if writing else ()), *conversation.held)
    reference = case.reference if case else conversation.asked_reference
    message = OutgoingMessage("desk.discarded", {"reference": reference})
    effects = (Send(conversation.chat, message), *desk_answers.drop(dropped))
    emptied = conversation.model_copy(update={"held": (), "asked_reference": ""})
    return Outcome.of(*effects) + desk_posting.ended(world, emptied)
