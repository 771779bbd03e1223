"""The way of an officer from a button of the card to its end: each question below it is answered.

`drive` presses the button and goes on until nothing is asked any more; `ends` repeats this with the buttons
of the card until the case is not open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations import casefile
from conversations.complaints.case import Case
from conversations.desk import actions
from conversations.effects import AnswerPress, Edit, Send
from conversations.events import CommandReceived, Event, TextReceived
from conversations.messages import AskReply, Button, OutgoingMessage
from tests.unit.filed import Desk, pressed
from tests.unit.transcript import Actor

# Buttons below a question that do not lead on, and those of notices.
BACK = frozenset(
    {"discard", "rewrite", "cancel", "no", "meant_yes", "meant_undo", "ticket", "introduce", "ticked"}
)
MOST_STEPS = 12
# The number of the complaint that another one is a duplicate of.
ORIGINAL = "DPMD-2026-0099"
# What is written, where a text has to begin with a number or a day; {text} elsewhere.
TEXTS: Mapping[str, str] = {
    "duplicate": f"{ORIGINAL} {{text}}",
    "plan_postpone": "1 Mei 2026 {text}",
    "track": "12345 {text}",
}

Feed = Callable[[Event], object]
# Another text at each call.
Text = Callable[[], str]


def next_event(world: Desk, actor: Actor, text: str) -> Event | None:
    """What this person does next about the last event: follow a link, press, or write; None for nothing."""
    for effect in world.chat.fresh:
        if isinstance(effect, AnswerPress) and effect.link:
            return CommandReceived(world.private(actor).origin(), "start", effect.link)
    for effect in reversed(world.chat.fresh):
        if not isinstance(effect, Send | Edit) or effect.key.startswith("card:"):
            continue
        for seat in (actor, world.private(actor)):
            if effect.chat == seat.chat and (event := _answer(world, seat, effect.message, text)):
                return event
    return None


def _answer(world: Desk, seat: Actor, message: OutgoingMessage, text: str) -> Event | None:
    if offered := onward(message):
        return pressed(seat, offered[0])
    if not isinstance(message.keyboard, AskReply):
        return None
    asked = max(number for chat, number in world.chat.keys if chat == seat.chat)
    return TextReceived(seat.origin(reply_to=asked), text)


def onward(message: OutgoingMessage) -> list[Button]:
    """The buttons that lead on: of a list with ticks, first one tick and then "Lanjut"."""
    offered = [button for row in message.buttons for button in row if button.action]
    ticked = any(button.label == "ticked" for button in offered)
    return [one for one in offered if one.label not in BACK and not (ticked and one.label == "unticked")]


def in_group(world: Desk, actor: Actor, case: Case) -> Actor:
    """The same person in the group where the case is handled."""
    return Actor(world.chat, actor.identity, casefile.group_of(world.now(case), world.chat.rules))


def first_press(world: Desk, actor: Actor, label: str, case: Case) -> Event:
    """The press of that button of the case's card as it is now."""
    seat = in_group(world, actor, case)
    return pressed(seat, Button("next", label, case.id, world.now(case).version))


def text_for(label: str, text: str) -> str:
    """The text that this button asks for."""
    return TEXTS.get(label, "{text}").format(text=text)


def drive(
    world: Desk, actor: Actor, label: str, case: Case, text: Text, feed: Feed, steps: int = MOST_STEPS
) -> None:
    """Press the button, and go on for that many steps, or until nothing is asked any more."""
    seat = in_group(world, actor, case)
    event: Event | None = first_press(world, seat, label, case)
    for _ in range(steps):
        if event is None:
            return
        feed(event)
        event = next_event(world, seat, text_for(label, text()))


# The buttons that lead to the end of a case; of those that are shown the first one is pressed.
TO_THE_END = ("withdraw_draft", "withdraw_request", "answer", "take", "take_over", "verify", "take_back")


def ends(world: Desk, case: Case, actor: Actor, feed: Feed) -> None:
    """Go on until the case is not open, or the own draft waits. AssertionError where no button leads on."""
    tried: set[tuple[str, int]] = set()
    for _ in range(MOST_STEPS):
        now = world.now(case)
        mine = now.pending is not None and now.pending.officer.id == actor.identity.id
        if not now.open or (now.awaits_approval and mine):
            return
        offered = {button.label for row in actions.buttons(now) for button in row}
        ways = [way for way in TO_THE_END if way in offered and (way, now.version) not in tried]
        assert ways, f"no way on from {now.status}: {sorted(offered)}, tried {sorted(tried)}"
        tried.add((ways[0], now.version))
        drive(world, actor, ways[0], case, lambda: "Sudah disalurkan.", feed)
    message = f"still {world.now(case).status} after {sorted(tried)}"
    raise AssertionError(message)
