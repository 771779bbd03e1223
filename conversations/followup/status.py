"""/status: the list of the person's own complaints, or one complaint by its number."""

from __future__ import annotations

from typing import Any

from conversations import casefile, keys
from conversations.cards import case_button
from conversations.complaints.case import Case
from conversations.complaints.references import parse_code, split_reference
from conversations.conversation import Conversation
from conversations.effects import Edit, Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, PersonEvent
from conversations.followup import access
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.reading.numbers import MOST_PAGE, whole
from conversations.screens import page_buttons, page_count
from conversations.world import World

PAGE_SIZE = 5


def status(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/status and its button: show the own complaints, or the one of the number. A draft keeps listening."""
    argument = event.argument if isinstance(event, CommandReceived) else ""
    reference, rest = split_reference(argument)
    if reference:
        return access.named(world, conversation, reference, parse_code(rest))
    if argument.strip():
        return access.ask_reference(world, conversation, unread=True)
    return show_own(event, world, conversation)


def show_own(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Show the own complaints; without any, ask for a number."""
    if not world.own_cases(conversation.person):
        known = conversation.person in world.unread
        return access.ask_reference(world, conversation, empty=not known)
    key, message = keys.own_cases(conversation.person), _list(world, conversation, 0)
    return Outcome.of(conversation, Send(conversation.chat, message, key))


def show_page(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The buttons "Lebih lama" and "Lebih baru": show another page in the same message."""
    page = whole(event.value, MOST_PAGE) or 0
    key, message = keys.own_cases(conversation.person), _list(world, conversation, page)
    return Outcome.of(conversation, Edit(conversation.chat, key, message, event.origin.message))


def _list(world: World, conversation: Conversation, page: int) -> OutgoingMessage:
    own = world.own_cases(conversation.person)
    pages = page_count(len(own), PAGE_SIZE)
    page = min(page, pages - 1)
    shown = own[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    params = {
        "total": len(own),
        "page": page + 1,
        "pages": pages,
        "cases": [_line(case, world) for case in shown],
        "draft": conversation.filing is not None,
    }
    return OutgoingMessage("followup.cases", params, _list_buttons(conversation, shown, page, pages))


def _line(case: Case, world: World) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "status": case.status.value,
        "service": casefile.service_name(case, world.rules),
        "received_at": case.received_at.date().isoformat(),
        "due": case.due_on.isoformat() if case.open and not case.request else "",
        "complete_by": case.request.until.isoformat() if case.request else "",
    }


def _list_buttons(conversation: Conversation, shown: tuple[Case, ...], page: int, pages: int) -> Rows:
    # The list begins with the newest complaint, so the next page is older.
    turn = page_buttons("cases", page, pages, before="newer", after="older")
    resume: Rows = ((Button("resume_draft", "resume", style="success"),),) if conversation.filing else ()
    cases = ((case_button(case, "case"),) for case in shown)
    return (*cases, *turn, (Button("other_number", "other_number"),), *resume)


def other_number(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The button for another number: ask for it."""
    return access.ask_reference(world, conversation)
