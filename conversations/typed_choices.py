"""A choice that is typed: its wording, its place in the list, its first words, or a slip of the keyboard.

A conversation remembers the buttons of the bot's newest message that has any, whether it is a screen or not.

1. The wording of a button, or a synonym of it, is a press: of the present screen (intake/typed.py), and of
   any other message while it is the newest one with buttons. A label of the screen goes before a synonym in
   that message: "Lanjut" answers the question, though a reminder has "Lanjutkan pengaduan".
2. A number is the place in that message, from the top. With stars it is their count. A label that contains
   the number may be meant too ("Ganti bagian 2"): then the person is asked which one.
3. The first words of a label, and a label with a slip, count where no other label fits as well.
4. A number is no choice where it may be an answer: below a question for words, and below messages that are
   being collected, whose buttons only lead on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from conversations.complaints.references import year_and_serial
from conversations.conversation import Conversation, ShownButton
from conversations.effects import Edit, Outcome, Send
from conversations.events import ButtonPressed, DeadlinePassed, Event, PersonEvent, TextReceived
from conversations.messages import OutgoingMessage
from conversations.reading.choosing import begins, is_slip, place_said
from conversations.reading.words import BUTTON, LABEL, LONGEST_PHRASE, plain
from conversations.screens import is_wording, restored, say, stored
from conversations.sight import conversation_of
from conversations.world import World

STAR, STAR_SIGN = "star", "⭐"
# The actions of buttons that lead on, and choose nothing.
_LEADING_ON = frozenset(
    {"back", "cancel", "skip", "keep", "remove", "use_last", "represent"}
    | {"send_parts", "drop_parts", "leave"}
)

# The keys below the questions, which are not among the buttons of a screen.
_KEYS = ("next", "back", "skip")


def remembered(event: PersonEvent | DeadlinePassed, world: World, outcome: Outcome) -> Outcome:
    """The outcome in which the conversation remembers the newest choices in its private chat."""
    before = conversation_of(event, world)
    after = next((one for one in reversed(outcome.conversations) if one.key == before.key), before)
    if not before.private or not before.chat:
        return outcome
    offered = after.offered
    for effect in outcome.effects:
        if isinstance(effect, Send | Edit) and effect.chat == before.chat and _asks(effect.message):
            offered = tuple(shown for row in stored(effect.message.buttons) for shown in row)
    kept = () if offered == after.offered else (after.model_copy(update={"offered": offered}),)
    return Outcome((*outcome.conversations, *kept), outcome.cases, outcome.effects)


def _asks(message: OutgoingMessage) -> bool:
    return bool(message.buttons or message.keyboard)


def pressed(event: PersonEvent, world: World, conversation: Conversation) -> ButtonPressed | Outcome | None:
    """The press that a text means, or the question which one; None for any other message.

    The wordings of a screen are left to its dialogue.
    """
    if not isinstance(event, TextReceived) or not conversation.offered:
        return None
    offered, found = conversation.offered, list[ShownButton]()
    if not _is_of_screen(offered, conversation):
        intake = conversation.listener == "intake"
        found = meant(event, world, offered, beginnings=not intake and conversation.listener != "collecting")
        of_screen = is_wording(event, world, *_KEYS) or _has_label(conversation.shown, event, world)
        if intake and of_screen and not _has_label(found, event, world):
            return None
    if not found and not world.was_unseen(event.origin.message, conversation):
        found = _numbered(event, world, offered)
    if not found:
        return None
    return as_press(event, found[0]) if len(found) == 1 else ask_which(conversation, found)


def subjects(event: Event, conversation: Conversation) -> set[str]:
    """The ids that a typed choice of the newest message may be about."""
    if not isinstance(event, TextReceived) or len(event.text) > LONGEST_PHRASE:
        return set()
    return {shown.subject for shown in conversation.offered if shown.subject}


def as_press(event: TextReceived, shown: ShownButton) -> ButtonPressed:
    """The press of this button, without an id to be answered."""
    return ButtonPressed(event.origin, "", shown.action, shown.subject, shown.version, shown.value)


def ask_which(conversation: Conversation, found: Iterable[ShownButton]) -> Outcome:
    """Ask which of these buttons is meant."""
    rows = tuple((restored(shown),) for shown in found)
    return say(conversation, "intake.which_button", buttons=rows)


def meant(
    event: TextReceived, world: World, shown: Sequence[ShownButton], *, beginnings: bool
) -> list[ShownButton]:
    """The buttons that the text names: by the wording, else with a slip, else by its first words."""
    if named := [each for each in shown if _is_named(each, event, world)]:
        return named
    typed = world.rules.words.forms(event.text)
    slips = [each for each in shown if _fits(is_slip, typed, _wordings(each, world))]
    if slips or not beginnings:
        return slips
    # "Hari ini" counts from the day on which it was sent: it is read, and not pressed.
    lasting = (each for each in shown if "day" not in each.params)
    return [each for each in lasting if _fits(begins, typed, _label(each, world))]


def _fits(fits: Callable[[str, str], bool], typed: frozenset[str], labels: frozenset[str]) -> bool:
    return any(fits(text, label) for text in typed for label in labels)


def _is_named(shown: ShownButton, event: TextReceived, world: World) -> bool:
    typed = world.rules.words.forms(event.text)
    stars = event.text.strip() == STAR_SIGN * shown.params["count"] if shown.label == STAR else False
    return stars or not typed.isdisjoint(_wordings(shown, world))


def _has_label(shown: Iterable[ShownButton], event: TextReceived, world: World) -> bool:
    """Whether the text is the label of one of these buttons; synonyms do not count."""
    typed = world.rules.words.forms(event.text)
    return any(not typed.isdisjoint(_label(each, world)) for each in shown)


def _wordings(shown: ShownButton, world: World) -> frozenset[str]:
    """What can be typed for this button, in any language and in the form of `plain`."""
    name = f"{BUTTON}{_name(shown)}"
    return _label(shown, world) | world.rules.words.lists.get(name, frozenset())


def _label(shown: ShownButton, world: World) -> frozenset[str]:
    """What the button shows, in any language and in the form of `plain`."""
    if shown.label == "choice":
        return frozenset({plain(str(shown.params["text"]))}) - {""}
    if shown.params and shown.label != "change_field":
        return world.providers.wordings(shown.label, shown.params)
    return world.rules.words.lists.get(f"{LABEL}{_name(shown)}", frozenset())


def _name(shown: ShownButton) -> str:
    return f"change_field_{shown.params['field']}" if shown.label == "change_field" else shown.label


def _is_of_screen(offered: Sequence[ShownButton], conversation: Conversation) -> bool:
    """Whether these are the buttons of the draft's present screen, or of a page of them."""
    if conversation.listener != "intake":
        return False
    known = {(each.label, each.action, each.value) for each in conversation.shown}
    versions = {each.version for each in offered if (each.label, each.action, each.value) in known}
    return bool(versions) and versions <= {conversation.turn}


def _numbered(event: TextReceived, world: World, offered: Sequence[ShownButton]) -> list[ShownButton]:
    """The buttons that a number means: at this place, and with this number in the label."""
    place = place_said(event.text, world.rules.words.lists)
    if place is None or {each.action for each in offered} <= _LEADING_ON:
        return []
    if any(each.label == STAR for each in offered):
        return [each for each in offered if each.label == STAR and each.params["count"] == place]
    at_place = offered[place - 1 : place] if place else ()
    with_number = [each for each in offered if _number_in(each) == place]
    return [*at_place, *(each for each in with_number if each not in at_place)]


def _number_in(shown: ShownButton) -> int | None:
    """The number in the label: of a part, or of a complaint in its year."""
    if "reference" in shown.params:
        found = year_and_serial(str(shown.params["reference"]))
        return found[-1] if found else None
    number = shown.params.get("number")
    return number if isinstance(number, int) else None
