"""What can happen at a desk: presses, texts, commands, files, edits, the clock, deliveries, departures.

A step is a verb and two numbers, which choose among what is possible then: which seat, which button.
So every sequence of steps can be played.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from conversations.catalogue.commands import COMMANDS
from conversations.complaints import wakeups
from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.terms import Terms
from conversations.conversation import Conversation
from conversations.desk import actions
from conversations.desk import dialogue as desk
from conversations.effects import Send
from conversations.events import (
    Attachment,
    CommandReceived,
    DeadlinePassed,
    Delivery,
    FileReceived,
    MembershipChanged,
    MessageEdited,
    MessageReported,
    TextReceived,
)
from conversations.messages import AskReply, Button
from tests.unit.any_sequence import BUDI, LOOKS, NEW_ADDRESS, NEW_NAME, RINA, Run
from tests.unit.desk_ways import MOST_STEPS, drive
from tests.unit.filed import CITIZEN, GROUP, pressed
from tests.unit.transcript import LONG_SINCE, RESTRICTED, Actor, is_weekday

Step = tuple[str, int, int]
# The hours that pass at a step of the clock.
HOURS = (0.1, 2.0, 26.0, 80.0, 24.0 * 11, 24.0 * 32)
# The newest buttons, and messages of ours, among which a step chooses.
NEWEST = 16
WORDS = ("", "", "Kirim", "Batal", "Lanjut", "ya", "Puas", "cabut")
MADE = (*(entry.label for entry in actions.CARD), *sorted(desk.ACTIONS))


def press(run: Run, first: int, second: int) -> None:
    """Press one of the newest buttons of the own chat."""
    actor = run.seat(first)
    if offered := run.in_chat(actor.chat):
        run.feed(pressed(actor, offered[-1 - second % min(len(offered), NEWEST)]))


def press_any(run: Run, first: int, second: int) -> None:
    """Press a button that was shown at any time in any chat."""
    run.in_chat(GROUP)
    offered = [button for buttons in run.shown.buttons.values() for button in buttons]
    run.feed(pressed(run.seat(first), offered[second % len(offered)]))


def press_made(run: Run, first: int, second: int) -> None:
    """Press a button of the tables that was perhaps never shown, with the version of now."""
    actor, cases = run.seat(first), run.cases
    name, case = MADE[second % len(MADE)], cases[second % len(cases)]
    person = actor.identity.id
    value = ("", str(person), "1", f"{person},1,yes", "x" * 30)[first % 5]
    run.feed(pressed(actor, Button("next", name, case.id, case.version, value)))


def act(run: Run, first: int, second: int) -> None:
    """An officer presses a button of a card as it is now, and goes on: for two steps, or to the end."""
    cases = run.cases
    case, actor = cases[second % len(cases)], run.officers[first % len(run.officers)]
    offered = [one.label for row in actions.buttons(case) for one in row if one.label not in LOOKS]
    label = offered[(first + second) % len(offered)]
    drive(run.world, actor, label, case, run.text, run.feed, 2 if first % 3 == 0 else MOST_STEPS)


def go_on(run: Run, first: int, second: int) -> None:
    """Who acted last goes on: presses a button of the newest message, or writes."""
    actor = run.last or run.seat(first)
    sent = run.world.messages(actor.chat)
    if not sent:
        return
    newest = sent[-1] if first % 4 else sent[-1 - second % min(len(sent), 3)]
    offered = [button for row in newest.buttons for button in row if button.action]
    if offered and (first % 5 or not isinstance(newest.keyboard, AskReply)):
        run.feed(pressed(actor, offered[second % len(offered)]))
    else:
        _write(run, actor, run.text(), reply=1)


def follow_up(run: Run, first: int, second: int) -> None:
    """The citizen opens a case's page, presses one of its buttons, and writes and sends where it listens."""
    citizen, cases = run.world.citizen, run.cases
    case = cases[second % len(cases)]
    run.feed(pressed(citizen, Button("case", "case", case.id, params={"reference": case.reference})))
    offered = [button for button in _shown_now(run) if button.label != "read_all"]
    if not offered:
        return
    run.feed(pressed(citizen, offered[first % len(offered)]))
    if run.world.chat.conversation(CITIZEN).collecting:
        run.feed(TextReceived(citizen.origin(), run.text()))
        sends = [button for button in _shown_now(run) if button.label == "send"]
        if sends and first % 4:
            run.feed(pressed(citizen, sends[0]))


def _shown_now(run: Run) -> list[Button]:
    """The buttons that the last event showed to the citizen."""
    sent = run.world.chat.sent(CITIZEN)
    return [button for message in sent for row in message.buttons for button in row if button.action]


def complete(run: Run, _first: int, _second: int) -> None:
    """The citizen answers what is asked, about the person with new words; or begins to complete a case."""
    citizen, draft = run.world.citizen, run.world.chat.conversation(CITIZEN).draft
    if draft is None or draft.screen not in QUESTIONS:
        if offered := [button for button in run.in_chat(CITIZEN) if button.action == "complete_now"]:
            run.feed(pressed(citizen, offered[-1]))
        return
    words = {"name": NEW_NAME, "address": NEW_ADDRESS, "represented_name": NEW_NAME}
    if QUESTIONS[draft.screen].kind.is_file:
        _send_photo(run, citizen, 0)
    else:
        run.feed(TextReceived(citizen.origin(), words.get(draft.screen, f"Uraian {run.text()}")))


def say(run: Run, first: int, second: int) -> None:
    """Write a text or the wording of a button, plainly or as a reply."""
    _write(run, run.seat(first), WORDS[second % len(WORDS)] or run.text(), reply=second // len(WORDS))


def reply(run: Run, first: int, second: int) -> None:
    """Write a text as a reply to one of our newest messages."""
    _write(run, run.seat(first), run.text(), reply=1 + second)


def _write(run: Run, actor: Actor, text: str, reply: int) -> None:
    """Write; where `reply` is not 0, as a reply."""
    origin = actor.origin(reply_to=_ours(run, actor, reply - 1) if reply else 0)
    run.own.setdefault(actor.identity.id, []).append(origin.message)
    run.feed(TextReceived(origin, text))


def _ours(run: Run, actor: Actor, number: int) -> int:
    """One of our newest messages in that chat; 0 where there is none."""
    ours = sorted(message for chat, message in run.world.chat.keys if chat == actor.chat)
    return ours[-1 - number % min(len(ours), NEWEST // 2)] if ours else 0


def send_file(run: Run, first: int, second: int) -> None:
    """Send a photo, perhaps as a reply."""
    actor = run.seat(first)
    _send_photo(run, actor, _ours(run, actor, second) if second % 2 else 0)


def _send_photo(run: Run, actor: Actor, reply_to: int) -> None:
    origin = actor.origin(reply_to=reply_to)
    photo = Attachment("photo", f"f{origin.message}", f"u{origin.message}", size=1000)
    run.feed(FileReceived(origin, photo, f"file{origin.message}"))


def edit(run: Run, first: int, second: int) -> None:
    """Change an own earlier message."""
    actor = run.seat(first)
    if own := run.own.get(actor.identity.id):
        run.feed(MessageEdited(actor.origin(own[-1 - second % min(len(own), 5)]), run.text()))


def command(run: Run, first: int, second: int) -> None:
    """A command of the table, alone, with a case's number, or with a text after it."""
    cases = run.cases
    number = cases[second % len(cases)].reference
    argument = ("", number, f"{number} {run.text()}")[second % 3]
    run.feed(CommandReceived(run.seat(first).origin(), COMMANDS[second % len(COMMANDS)].name, argument))


def follow_link(run: Run, first: int, _second: int) -> None:
    """Open the private chat by the newest link that this person got."""
    actor = run.seat(first)
    if link := run.links.get(actor.identity.id):
        run.feed(CommandReceived(run.world.private(actor).origin(), "start", link))


def wait(run: Run, _first: int, second: int) -> None:
    """Time passes, and the clock does what is due."""
    chat = run.world.chat
    chat.now += timedelta(hours=HOURS[second % len(HOURS)])
    terms = Terms(chat.rules, is_weekday)
    for case in run.cases:
        if wakeups.due((case,), terms, chat.now):
            run.feed(DeadlinePassed(chat.now, case=case.id, person=case.filed_by))
    for text in list(chat.conversations.values()):
        talk = Conversation.model_validate_json(text)
        if wakeups.due(talk.timed, terms, chat.now):
            run.feed(DeadlinePassed(chat.now, talk.chat, talk.person))


def report(run: Run, _first: int, second: int) -> None:
    """The outbox reports the messages since the last report."""
    effects = run.world.chat.effects
    waiting = [effect for effect in effects[run.reported :] if isinstance(effect, Send) and effect.report]
    run.reported = len(effects)
    how = Delivery.DELIVERED if second % 5 else Delivery.UNREACHABLE
    for sent in waiting:
        run.feed(MessageReported(run.world.chat.now, sent.report, sent.key, how))


def leave(run: Run, first: int, second: int) -> None:
    """An officer leaves a group, or comes back."""
    chat, person = run.world.chat, (BUDI, RINA)[first % 2]
    group = (GROUP, GROUP, RESTRICTED)[second % 3]
    joins = not chat.members.get((group, person), LONG_SINCE).present
    chat.members[group, person] = replace(LONG_SINCE, present=joins)
    who = (person,)
    run.feed(MembershipChanged(chat.now, group, who if joins else (), () if joins else who))


VERBS: Mapping[str, Callable[[Run, int, int], None]] = {
    verb.__name__: verb
    for verb in (
        *(press, press_any, press_made, act, go_on, follow_up, complete, say, reply),
        *(send_file, edit, command, follow_link, wait, report, leave),
    )
}
# How often each comes, where it is more than once.
OFTEN: Mapping[str, int] = {
    "press": 6,
    "press_any": 2,
    "press_made": 2,
    "act": 12,
    "go_on": 10,
    "follow_up": 6,
    "complete": 3,
    "say": 3,
    "reply": 5,
    "command": 2,
    "follow_link": 2,
    "wait": 3,
    "report": 3,
}
CHOICES = tuple(verb for verb in VERBS for _ in range(OFTEN.get(verb, 1)))


def play(run: Run, step: Step) -> None:
    """One step; nothing where it is not possible now."""
    verb, first, second = step
    VERBS[verb](run, first, second)
