"""Pages without a complaint: the service standard, help and privacy; and the choice of the language."""

from __future__ import annotations

from typing import Any, get_args

from conversations import casefile
from conversations.catalogue.commands import Audience, command_params, in_help
from conversations.complaints import shown_answers
from conversations.complaints.agency import Agency, Contact
from conversations.complaints.case import Case
from conversations.complaints.draft import Draft
from conversations.complaints.rules import Language
from conversations.conversation import Conversation
from conversations.effects import AnswerPress, Outcome, ShowCommands
from conversations.events import ButtonPressed, CommandReceived, PersonEvent
from conversations.followup import rights
from conversations.intake import dialogue as intake
from conversations.intake.several import all_drafts
from conversations.messages import Button, Rows
from conversations.screens import say
from conversations.world import World

LANGUAGES: tuple[Language, ...] = get_args(Language)


def standard(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/standar: show the published service standard; with several agencies, ask of which one."""
    agencies = world.rules.open_agencies or world.rules.agencies
    wanted = event.argument.strip().lower() if isinstance(event, CommandReceived) else ""
    named = next((agency for agency in agencies if agency.id == wanted), None)
    if named or len(agencies) == 1:
        return _standard(conversation, named or agencies[0])
    rows: Rows = tuple(
        (Button("choice", "standard", value=agency.id, params={"text": agency.full_name}),)
        for agency in agencies
    )
    return say(conversation, "followup.choose_standard", buttons=rows)


def standard_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button of an agency: show its service standard."""
    agency = world.rules.agency(event.value)
    if agency is None:
        return Outcome.of(conversation, AnswerPress(event.press, "system.press_outdated"))
    return _standard(conversation, agency)


def _standard(conversation: Conversation, agency: Agency) -> Outcome:
    published = agency.standard
    params = {
        "agency": agency.full_name,
        "decree": published.decree,
        "requirements": list(published.requirements),
        "procedure": list(published.procedure),
        "time": published.time,
        "cost": published.cost,
        "product": published.product,
        "channels": list(published.channels),
        "contact": _contact(agency.contact),
        "complaints_to": list(published.complaints_to),
    }
    buttons: Rows = ((Button("file_complaint", "begin", style="primary"),),)
    return say(conversation, "followup.standard", params, buttons=buttons)


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "address": contact.address,
        "phones": list(contact.phones),
        "email": contact.email,
        "website": contact.website,
        "hours": contact.counter_hours,
    }


def show_help(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/bantuan: show what the bot can do."""
    params = {
        "contacts": world.rules.contacts(),
        "emergency": world.rules.emergency_number,
        "files": world.rules.limits.files,
        "megabytes": world.rules.limits.file_megabytes,
        "draft": conversation.filing is not None,
        "commands": command_params(in_help(Audience.CITIZEN)),
        "messenger": world.capabilities(conversation.chat).messenger,
    }
    return say(conversation, "followup.help", params, buttons=_menu(conversation))


def _menu(conversation: Conversation) -> Rows:
    first = Button("file_complaint", "begin", style="primary")
    if conversation.filing:
        first = Button("resume_draft", "resume", style="success")
    return ((first, Button("check_status", "status")),)


def unknown_command(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Reply to a command that does not exist."""
    command = event.command if isinstance(event, CommandReceived) else ""
    params = {
        "command": command,
        "commands": command_params(in_help(Audience.CITIZEN)),
        "contacts": world.rules.contacts(),
    }
    return say(conversation, "followup.unknown_command", params)


def privacy(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/privasi: show the privacy notice and all that is stored about the person."""
    params = {
        "version": world.rules.notice.version,
        "agencies": [
            {"name": agency.full_name, "contact": _contact(agency.contact)}
            for agency in world.rules.open_agencies or world.rules.agencies
        ],
        "name": conversation.name,
        "account": conversation.person,
        "messenger": world.capabilities(conversation.chat).messenger,
        "language": conversation.language,
        "accepted": [
            {"agency": _full_name(entry.agency, world), "version": entry.version, "at": entry.at.isoformat()}
            for entry in conversation.notices
        ],
        "last_answers": [{"field": name, "text": text} for name, text in conversation.last_answers.items()],
        "drafts": [_draft(draft, world) for draft in all_drafts(conversation)],
        "unsent": _unsent(conversation),
        "profile": conversation.profile.model_dump() if conversation.profile else None,
        "cases": [_stored(case, world) for case in world.own_cases(conversation.person)],
    }
    return say(conversation, "followup.privacy", params, buttons=rights.BUTTONS)


def _unsent(conversation: Conversation) -> int:
    """The number of messages that wait to be sent or assigned."""
    waiting = (conversation.collecting, conversation.writing)
    return len(conversation.held) + sum(len(unsent.parts) for unsent in waiting if unsent)


def _full_name(agency: str, world: World) -> str:
    known = world.rules.agency(agency)
    return known.full_name if known else agency


def _draft(draft: Draft, world: World) -> list[dict[str, Any]]:
    agency = world.rules.agency(draft.agency)
    return shown_answers.of_draft(draft, agency) if agency else []


def _stored(case: Case, world: World) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "received_at": case.received_at.isoformat(),
        "status": case.status.value,
        "fields": [
            *casefile.fields(case, world.rules, personal=True),
            *casefile.fields(case, world.rules, personal=False),
        ],
        "earlier": casefile.earlier_answers(case, world.rules),
        "files": len(casefile.evidence(case)) + len(casefile.personal_files(case)),
        "messages": len(casefile.thread(case, notes=False)),
    }


def choose_language(_event: PersonEvent, _world: World, conversation: Conversation) -> Outcome:
    """/bahasa: offer the languages."""
    buttons = tuple(Button(f"bahasa_{code}", "language", value=code) for code in LANGUAGES)
    return say(conversation, "followup.choose_language", buttons=(buttons,))


def language_chosen(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button of a language: store it; the question of a draft is asked again in it."""
    if event.value not in LANGUAGES:
        return Outcome.of(conversation, AnswerPress(event.press, "system.press_outdated"))
    language: Language = "en" if event.value == "en" else "id"
    chosen = conversation.model_copy(update={"language": language})
    shown = Outcome.of(ShowCommands(conversation.chat, language))
    answer = shown + say(chosen, "followup.language_chosen")
    return answer + intake.resume(world, chosen) if chosen.draft and chosen.listener == "intake" else answer
