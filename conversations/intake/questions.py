"""The screen of each question: its message and its buttons, built from the field's own Question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversations.complaints import draft as drafts
from conversations.complaints import draft_path, shown_answers
from conversations.complaints.agency import Agency
from conversations.complaints.complaint import QUESTIONS, Question
from conversations.complaints.draft import Draft
from conversations.complaints.kind import Choice
from conversations.complaints.rules import Rules
from conversations.conversation import Conversation
from conversations.messages import Button, Key, Keyboard, OutgoingMessage, Rows, Style
from conversations.reading.identity import place_from_address
from conversations.screens import offer
from conversations.world import World


def agency_of(draft: Draft, rules: Rules) -> Agency:
    """The agency that the draft is addressed to."""
    agency = rules.agency(draft.agency)
    if agency is None:
        message = f"no agency {draft.agency!r} in the configuration"
        raise LookupError(message)
    return agency


def question(world: World, conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """The message of the draft's present question, with its answer so far and a button to keep it."""
    if draft.screen == "place":
        return _ask_place(conversation, draft)
    asked, agency = QUESTIONS[draft.screen], agency_of(draft, world.rules)
    params = {
        **draft_path.step_of(draft, draft.screen),
        "current": shown_answers.current_answer(draft, draft.screen, agency),
        **{name: value(world.rules, agency) for name, value in asked.kind.params.items()},
    }
    if draft.completes and asked.kind.is_file:
        return _ask_pages(conversation, draft, params)
    if asked.reusable:
        params["last"] = last_answer(conversation, draft)
    if asked.spoken_to:
        params["on_behalf"] = drafts.is_on_behalf(draft)
    if asked.switch:
        params[asked.switch.field] = bool(draft.answers.get(asked.switch.field))
    if asked.kind.keys:
        return OutgoingMessage(f"intake.ask_{draft.screen}", params, keyboard=_keyboard(draft, asked))
    choices = asked.kind.choices(agency, world.today)
    rows = tuple(tuple(_button(conversation, choice) for choice in row) for row in choices)
    rows += _use_last(conversation, draft)
    rows += _switch(conversation, draft, asked) + _ways_on(conversation, draft, asked)
    return OutgoingMessage(f"intake.ask_{draft.screen}", params, buttons=rows)


def _ask_pages(conversation: Conversation, draft: Draft, params: Mapping[str, Any]) -> OutgoingMessage:
    """The question for pages that an officer asked for: they cannot be left out again."""
    shown = {name: params[name] for name in ("step", "steps", "current")}
    buttons = _ways_on(conversation, draft, QUESTIONS[draft.screen])
    return OutgoingMessage("completion.ask_pages", {**shown, "field": draft.screen}, buttons)


def _ask_place(conversation: Conversation, draft: Draft) -> OutgoingMessage:
    buttons = ((offer(conversation, "back", "back"), offer(conversation, leaving(draft), "cancel")),)
    return OutgoingMessage("intake.ask_place", {"current": place_of(draft)}, buttons)


def place_of(draft: Draft) -> str:
    """The place of signing: as typed, else taken from the address."""
    return str(draft.answers.get("place") or place_from_address(str(draft.answers.get("address", ""))))


def _button(conversation: Conversation, choice: Choice) -> Button:
    style: Style | None = None if choice.action == "other" else "primary"
    return offer(conversation, choice.label, choice.action, choice.value, params=choice.params, style=style)


def last_answer(conversation: Conversation, draft: Draft) -> str:
    """The answer of the account's last complaint; empty where one is given, or it is another person's."""
    if draft.screen in draft.answers or draft.completes or drafts.is_on_behalf(draft):
        return ""
    return conversation.last_answers.get(draft.screen, "")


def _use_last(conversation: Conversation, draft: Draft) -> Rows:
    if not last_answer(conversation, draft):
        return ()
    return ((offer(conversation, "use_last", "use_last", style="primary"),),)


def _switch(conversation: Conversation, draft: Draft, asked: Question) -> Rows:
    if asked.switch is None or draft.completes:
        return ()
    label = asked.switch.off if draft.answers.get(asked.switch.field) else asked.switch.on
    return ((offer(conversation, label, "represent"),),)


def _keyboard(draft: Draft, asked: Question) -> Keyboard:
    # An officer who enters the complaint cannot share the complainant's number by a key.
    keys = (key for key in asked.kind.keys if not (key.request and drafts.is_on_behalf(draft)))
    own = tuple(Key(label, request) for label, request in keys)
    removable = asked.addition and draft.screen in draft.answers
    rows = (*((own,) if own else ()), (Key("back"), Key(leaving(draft))))
    return Keyboard((*rows, (Key("remove_answer"),)) if removable else rows)


def leaving(draft: Draft) -> str:
    """The label of the button that leaves the questions: what completes a filed complaint is kept."""
    return "do_later" if draft.completes else "cancel"


def _ways_on(conversation: Conversation, draft: Draft, asked: Question) -> Rows:
    forward: list[Button] = []
    if draft.screen in draft.answers:
        forward.append(offer(conversation, "keep_answer", "keep", style="success"))
    elif asked.optional and not (asked.kind.is_file or asked.addition or draft.completes):
        forward.append(offer(conversation, "skip", "skip"))
    if asked.addition and draft.screen in draft.answers:
        forward.append(offer(conversation, "remove_answer", "remove", style="danger"))
    ways = (offer(conversation, "back", "back"), offer(conversation, leaving(draft), "cancel"))
    return (tuple(forward), ways) if asked.addition and forward else ((*forward, *ways),)
