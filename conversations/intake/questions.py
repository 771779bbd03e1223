"""The screen of each question: its message and its buttons, built from the field's own Question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conversations.complaints import draft as drafts
from conversations.complaints.agency import Agency, Rules
from conversations.complaints.complaint import QUESTIONS, Ask, Question
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.messages import Button, Key, Keyboard, OutgoingMessage, Rows
from conversations.reading.identity import place_from_address
from conversations.screens import offer
from conversations.world import World

BACK_OR_CANCEL = (Key("back"), Key("cancel"))


def agency_of(draft: Draft, rules: Rules) -> Agency:
    """The agency that the draft is addressed to."""
    agency = rules.agency(draft.agency)
    if agency is None:
        message = f"no agency {draft.agency!r} in the configuration"
        raise LookupError(message)
    return agency


def question(conversation: Conversation, draft: Draft, world: World) -> OutgoingMessage:
    """The message of the draft's present question, with its answer so far and a button to keep it."""
    if draft.screen == "place":
        return _ask_place(conversation, draft)
    field = QUESTIONS[draft.screen]
    params = {**drafts.step_of(draft, draft.screen), "current": _current(draft, world.rules)}
    params |= _extra(draft, world.rules)
    if keyboard := _keyboard(draft, field):
        return OutgoingMessage(f"intake.ask_{draft.screen}", params, keyboard=keyboard)
    rows = _CHOICES[field.ask](conversation, draft, world.rules)
    rows += _ways_on(conversation, draft, field)
    return OutgoingMessage(f"intake.ask_{draft.screen}", params, buttons=rows)


def _current(draft: Draft, rules: Rules) -> dict[str, Any] | None:
    if draft.screen == "story":
        return drafts.shown_story(draft.story) if draft.story else None
    if draft.screen not in draft.answers:
        return None
    return drafts.shown(draft.screen, draft.answers[draft.screen], agency_of(draft, rules))


def _extra(draft: Draft, rules: Rules) -> dict[str, Any]:
    if draft.screen == "story":
        return {"files": rules.limits.files, "emergency": rules.emergency_number}
    if draft.screen == "name":
        return {"represents": bool(draft.answers.get("represents"))}
    return {}


def _ask_place(conversation: Conversation, draft: Draft) -> OutgoingMessage:
    buttons = ((offer(conversation, "back", "back"), offer(conversation, "cancel", "cancel")),)
    return OutgoingMessage("intake.ask_place", {"current": place_of(draft)}, buttons)


def place_of(draft: Draft) -> str:
    """The place of signing: as typed, else taken from the address."""
    return str(draft.answers.get("place") or place_from_address(str(draft.answers.get("address", ""))))


Chooser = Callable[[Conversation, Draft, Rules], Rows]


def _services(conversation: Conversation, draft: Draft, rules: Rules) -> Rows:
    listed = tuple(
        (offer(conversation, "choice", "answer", service.id, params={"text": service.name}, style="primary"),)
        for service in agency_of(draft, rules).services
    )
    return (*listed, (offer(conversation, "other_service", "other"),))


def _days(conversation: Conversation, _draft: Draft, _rules: Rules) -> Rows:
    today = offer(conversation, "today", "answer", "today", style="primary")
    return ((today, offer(conversation, "yesterday", "answer", "yesterday", style="primary")),)


def _choices(conversation: Conversation, draft: Draft, _rules: Rules) -> Rows:
    question = QUESTIONS[draft.screen]
    return tuple(
        (offer(conversation, question.word_of(choice), "answer", choice, style="primary"),)
        for choice in question.choices
    )


def _resolutions(conversation: Conversation, draft: Draft, rules: Rules) -> Rows:
    return tuple(
        (offer(conversation, "choice", "answer", str(index), params={"text": text}, style="primary"),)
        for index, text in enumerate(agency_of(draft, rules).resolutions)
    )


def _text(conversation: Conversation, draft: Draft, _rules: Rules) -> Rows:
    if draft.screen != "name":
        return ()
    label = "for_myself" if draft.answers.get("represents") else "for_another"
    return ((offer(conversation, label, "represent"),),)


def _file(conversation: Conversation, _draft: Draft, _rules: Rules) -> Rows:
    return ((offer(conversation, "send_later", "skip", style="primary"),),)


_CHOICES: dict[Ask, Chooser] = {
    Ask.SERVICE: _services,
    Ask.WHEN: _days,
    Ask.CHOICE: _choices,
    Ask.RESOLUTION: _resolutions,
    Ask.TEXT: _text,
    Ask.FILE: _file,
}

_KEYBOARDS: dict[Ask, Keyboard] = {
    Ask.STORY: Keyboard(((Key("next"),), BACK_OR_CANCEL)),
    Ask.PHONE: Keyboard(((Key("share_phone", "contact"),), BACK_OR_CANCEL)),
}


def _keyboard(draft: Draft, field: Question) -> Keyboard | None:
    keyboard = _KEYBOARDS.get(field.ask)
    if keyboard and field.addition and draft.screen in draft.answers:
        return Keyboard((*keyboard.rows, (Key("remove_answer"),)))
    return keyboard


def _ways_on(conversation: Conversation, draft: Draft, field: Question) -> Rows:
    forward: list[Button] = []
    if draft.screen in draft.answers:
        forward.append(offer(conversation, "keep_answer", "keep", style="success"))
    elif field.optional and field.ask is not Ask.FILE and not field.addition:
        forward.append(offer(conversation, "skip", "skip"))
    if field.addition and draft.screen in draft.answers:
        forward.append(offer(conversation, "remove_answer", "remove", style="danger"))
    ways = (offer(conversation, "back", "back"), offer(conversation, "cancel", "cancel"))
    return (tuple(forward), ways) if field.addition and forward else ((*forward, *ways),)
