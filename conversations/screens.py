"""Screens, and messages that are none. A screen is one question; it makes all earlier buttons outdated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from conversations import keys
from conversations.complaints.case import Case
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation, ShownButton
from conversations.effects import AnswerPress, Edit, Effect, Outcome, Send, StripButtons
from conversations.events import ButtonPressed, PersonEvent, TextReceived
from conversations.messages import (
    REMOVE_KEYBOARD,
    AskReply,
    Button,
    Keyboard,
    OutgoingMessage,
    Params,
    Rows,
    Style,
)
from conversations.world import World

ButtonHandler = Callable[[ButtonPressed, World, Conversation], Outcome]
# The answer to a press of a button that is no longer valid.
OUTDATED = "system.press_outdated"
# The message that removes a reply keyboard, where the next one cannot.
KEYBOARD_CLOSED = "system.keyboard_closed"
CaseAct = Callable[[ButtonPressed, World, Conversation, Case], Outcome]
PresserCheck = Callable[[Case, ButtonPressed, World], bool]


def offer(
    conversation: Conversation,
    label: str,
    action: str,
    value: str = "",
    *,
    params: Params | None = None,
    style: Style | None = None,
) -> Button:
    """A button for the next screen; it is outdated when another screen has been shown."""
    return Button(label, action, version=conversation.turn + 1, value=value, params=params or {}, style=style)


def show(
    conversation: Conversation,
    template: str,
    params: Params | None = None,
    *,
    buttons: Rows = (),
    keyboard: Keyboard | AskReply | None = None,
    before: Sequence[Effect] = (),
    **changes: Any,
) -> Outcome:
    """Send a screen: the conversation with `changes` and its turn raised, and the message.

    The effects `before` precede the message of the screen.
    """
    message = OutgoingMessage(template, params or {}, buttons, keyboard)
    return show_message(conversation, message, before=before, **changes)


def show_message(
    conversation: Conversation,
    message: OutgoingMessage,
    *,
    before: Sequence[Effect] = (),
    closing: OutgoingMessage | None = None,
    **changes: Any,
) -> Outcome:
    """Send this message as a screen.

    A reply keyboard of the screen before is removed by the message itself or, because one message cannot
    both remove a keyboard and have inline buttons, by the message `closing` before it.
    """
    has_keyboard = isinstance(message.keyboard, Keyboard)
    turn, buttons = conversation.turn + 1, _shown(message.buttons)
    screen = {"turn": turn, "screen": turn, "shown": buttons, "keyboard": has_keyboard}
    turned = conversation.model_copy(update={**screen, "detour": "", "unread": None, **changes})
    if conversation.keyboard and not has_keyboard:
        if not message.buttons and not message.keyboard and not closing:
            message = replace(message, keyboard=REMOVE_KEYBOARD)
            return Outcome.of(turned, *before, Send(turned.chat, message, screen_key(turned)))
        removal = closing or OutgoingMessage(KEYBOARD_CLOSED, keyboard=REMOVE_KEYBOARD)
        before = (*before, Send(turned.chat, removal))
    turned = turned.model_copy(update={"first_shown": _first_shown(conversation, turned)})
    return Outcome.of(turned, *before, Send(turned.chat, message, screen_key(turned)))


def _first_shown(before: Conversation, turned: Conversation) -> str:
    """The key of the first showing of what is asked: a question that is shown again keeps it."""
    if before.draft and turned.draft and _asked(before.draft) == _asked(turned.draft):
        return before.first_shown or screen_key(turned)
    return screen_key(turned)


def _asked(draft: Draft) -> tuple[object, ...]:
    waiting = draft.unconfirmed
    return draft.id, draft.screen, draft.replacing, waiting and (waiting.message, waiting.value)


def _shown(rows: Rows) -> tuple[ShownButton, ...]:
    """The buttons of a screen as the state keeps them: they are of the turn in which it is shown."""
    return tuple(shown.model_copy(update={"version": 0}) for row in stored(rows) for shown in row)


def stored(rows: Rows) -> tuple[tuple[ShownButton, ...], ...]:
    """The buttons that act in this conversation, as the state keeps them."""
    acting = (tuple(_stored(button) for button in row if button.action) for row in rows)
    return tuple(row for row in acting if row)


def _stored(button: Button) -> ShownButton:
    return ShownButton(
        label=button.label,
        params=dict(button.params),
        action=button.action,
        subject=button.subject,
        value=button.value,
        version=button.version,
    )


def restored(shown: ShownButton) -> Button:
    """The button that the state keeps."""
    return Button(shown.label, shown.action, shown.subject, shown.version, shown.value, params=shown.params)


def is_typed(event: PersonEvent, world: World, *labels: str) -> bool:
    """Whether the event is a text that counts as a press of one of these buttons."""
    if not isinstance(event, TextReceived):
        return False
    known = world.rules.words
    return any(known.is_button(label, event.text) for label in labels)


def is_wording(event: PersonEvent, world: World, *labels: str) -> bool:
    """Whether the event is a text with the wording of one of these buttons; synonyms do not count."""
    if not isinstance(event, TextReceived):
        return False
    known = world.rules.words
    return any(known.is_wording(label, event.text) for label in labels)


def in_new_messages(outcome: Outcome, chat: int) -> Outcome:
    """The outcome of a typed button: what a press changes in the pressed message is sent as a new message."""
    effects = tuple(
        Send(chat, effect.message, effect.key) if isinstance(effect, Edit) and effect.chat == chat else effect
        for effect in outcome.effects
        if not (isinstance(effect, AnswerPress) or (isinstance(effect, StripButtons) and effect.at))
    )
    return Outcome.of(*outcome.conversations, *outcome.cases, *effects)


def screen_key(conversation: Conversation) -> str:
    """The key of the message that shows the present screen."""
    return keys.screen(conversation.person, conversation.screen)


def say(
    conversation: Conversation,
    template: str,
    params: Params | None = None,
    *,
    buttons: Rows = (),
    keyboard: Keyboard | AskReply | None = None,
    **changes: Any,
) -> Outcome:
    """Send a message that is no screen: the question stays the same, and its buttons remain valid."""
    changed = conversation.model_copy(update=changes) if changes else conversation
    message = OutgoingMessage(template, params or {}, buttons, keyboard)
    return Outcome.of(changed, Send(conversation.chat, message))


def with_case(
    may_press: PresserCheck, act: CaseAct, otherwise: Callable[[ButtonPressed, Conversation], Outcome]
) -> ButtonHandler:
    """The handler of a case's button: `act` with the case, or `otherwise` if the presser may not press it."""

    def handle(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
        case = world.cases.get(event.subject)
        if case and case.erased:
            return pressed_erased(event, conversation, case)
        if case is None or not may_press(case, event, world):
            return otherwise(event, conversation)
        return act(event, world, conversation, case)

    return handle


def pressed_erased(event: ButtonPressed, conversation: Conversation, case: Case) -> Outcome:
    """The answer to a button of a case whose data were erased: an alert, which tells when."""
    return Outcome.of(conversation, AnswerPress(event.press, "erased.press", told_erased(case), alert=True))


def told_erased(case: Case) -> dict[str, Any]:
    """The number of an erased case, when it was erased, and whether by the retention."""
    erased = case.erased
    return {
        "reference": case.reference,
        "at": erased.at.isoformat() if erased else "",
        "retention": erased is not None and erased.retention,
    }


def page_count(total: int, size: int) -> int:
    """The number of pages of a list; an empty list has one."""
    return max(1, -(-total // size))


def page_buttons(action: str, page: int, pages: int, *, before: str, after: str, prefix: str = "") -> Rows:
    """The row of buttons to the pages before and after this one; no row where there is no other page.

    Pages are counted from 0. `before` and `after` are the labels; a button's value is `prefix` and the page.
    """
    row = []
    if page > 0:
        row.append(Button(before, action, value=f"{prefix}{page - 1}"))
    if page + 1 < pages:
        row.append(Button(after, action, value=f"{prefix}{page + 1}"))
    return (tuple(row),) if row else ()


def is_outdated(event: ButtonPressed, conversation: Conversation) -> bool:
    """Whether the button belongs to an earlier screen of this conversation."""
    return event.version != conversation.turn


def outdated(event: ButtonPressed, conversation: Conversation) -> Outcome:
    """Answer that the button is no longer valid; the state is unchanged."""
    return Outcome.of(conversation, AnswerPress(event.press, OUTDATED))
