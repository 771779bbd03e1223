"""/cek NOMOR SIDIK in the staff group: whether the stored text still is the one of the receipt.

    Rina:  /cek 1 3f7a 90c2 d1e4 b586
    Bot:   ✅ Naskah DPMD-2026-0001 masih asli. … Riwayat: utuh, 4 catatan …

A number of another agency or chat gets the same answer as a digest that does not fit.
"""

from __future__ import annotations

from conversations import authenticity
from conversations.catalogue.commands import Audience, command_of
from conversations.complaints.signatures import CHECK_DIGITS
from conversations.conversation import Conversation
from conversations.desk import named_case
from conversations.desk.refusals import Refusal, Result
from conversations.effects import Outcome, Send
from conversations.events import CommandReceived, Event
from conversations.messages import OutgoingMessage
from conversations.queries import HistoryWanted
from conversations.world import World

COMMAND = "cek"


def wanted_history(event: Event, world: World) -> HistoryWanted | None:
    """The history that /cek verifies; None for any other event."""
    match event:
        case CommandReceived(origin=origin, command=name) if not origin.private:
            command = command_of(Audience.OFFICER, name)
            if command is None or command.name != COMMAND or world.rules.of_chat(origin.chat) is None:
                return None
            reference, typed = named_case.split(event, world)
            wanted = HistoryWanted(origin.chat, 0, reference=reference)
            return wanted if reference and authenticity.has_digits(typed) else None
        case _:
            return None


def show(event: CommandReceived, world: World, conversation: Conversation) -> Result:
    """/cek NOMOR SIDIK: tell whether the text and the history are unchanged; without both, explain."""
    reference, typed = named_case.split(event, world)
    if not reference or not authenticity.has_digits(typed):
        agency = world.rules.of_chat(event.origin.chat)
        explained = authenticity.explained(agency.prefix if agency else "", world)
        return Outcome.of(conversation, Send(conversation.chat, explained))
    if reference in world.broken:
        return Refusal("desk.history_broken", {"reference": reference})
    case = named_case.of(event, world)
    if case and event.origin.person.id in case.meant:
        return Refusal("desk.meant_by_it", {"reference": case.reference})
    if case and case.erased:
        message = OutgoingMessage("erased.checked", authenticity.erased(case, world))
        return Outcome.of(conversation, Send(conversation.chat, message))
    found = authenticity.result(case, typed, world, ())
    if found is None:
        return Refusal("authenticity.differs_here", {"reference": reference, "count": CHECK_DIGITS})
    return Outcome.of(conversation, Send(conversation.chat, found))
