"""/tiket NOMOR, and a case of a list: its card again, and the other cases of the same citizen.

    Rina:  /tiket 3
    Bot:   Pengaduan DPMD-2026-0003 · … [Ambil] … [Baca lengkap] [Riwayat]
    Bot:   Pengaduan lain dari pengadu yang sama dengan DPMD-2026-0003 · …: DPMD-2026-0001 · Selesai

Of the other cases only numbers and status are shown: those of this group that the asker may read, and none
next to a confidential case, because an ordinary case shows by whom it was filed.
"""

from __future__ import annotations

from conversations import casefile, keys
from conversations.catalogue.commands import Audience, command_of
from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.desk import access, named_case
from conversations.desk.actions import card
from conversations.desk.refusals import Result
from conversations.effects import Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, Event, PersonEvent
from conversations.messages import OutgoingMessage
from conversations.world import World

# The button of a case in a list.
ACTION = "ticket"
# The most other cases that are shown.
MOST_SHOWN = 10


def shown_ticket(event: Event, world: World) -> frozenset[str]:
    """The id or number of the case that the event shows; none for other events."""
    match event:
        case ButtonPressed(action=action, subject=subject) if action == ACTION and not event.origin.private:
            return frozenset({subject} - {""})
        case CommandReceived(command=name) if not event.origin.private:
            command = command_of(Audience.OFFICER, name)
            if command and command.name == "tiket" and world.rules.of_chat(event.origin.chat):
                return frozenset({named_case.split(event, world)[0]} - {""})
    return frozenset()


def pressed(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """A case of a list was pressed: send its card again."""
    return _shown(event, world, conversation, case)


def show(event: CommandReceived, world: World, conversation: Conversation) -> Result:
    """/tiket NOMOR: send the card again."""
    case = named_case.of(event, world)
    return _shown(event, world, conversation, case) if case else named_case.unknown(event, world)


def _shown(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Outcome:
    again = Send(conversation.chat, card(case, world), keys.card(case.id))
    return Outcome.of(conversation, again, _others(event, world, case))


def _others(event: PersonEvent, world: World, case: Case) -> Send | None:
    """The message with the citizen's other cases; None without any that may be shown."""
    if not _is_open_to_group(case, world):
        return None
    loaded = (world.cases[name] for name in world.others.get(case.id, ()))
    others = [other for other in loaded if _may_be_shown(other, event, world)]
    if not others:
        return None
    shown = [{"reference": one.reference, "status": one.status.value} for one in others[:MOST_SHOWN]]
    params = {"reference": casefile.marked(case), "cases": shown, "more": len(others) > MOST_SHOWN}
    message = OutgoingMessage("desk.same_citizen", params, reply_to=keys.card(case.id))
    return Send(event.origin.chat, message)


def _may_be_shown(case: Case, event: PersonEvent, world: World) -> bool:
    here = access.is_handled_here(case, event.origin, world) and _is_open_to_group(case, world)
    return here and access.reading_refusal(case, event.origin.person.id, world) is None


def _is_open_to_group(case: Case, world: World) -> bool:
    """Whether all of its group may read it."""
    return not case.complaint.confidential or access.is_restricted(case, world)
