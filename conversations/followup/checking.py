"""/cek in a private chat: whether the stored text still is the one that was signed.

    Siti:  /cek DPMD-2026-0001 3f7a90c2d1e4b586
    Bot:   ✅ Naskah DPMD-2026-0001 masih asli. … Riwayat: utuh, 4 catatan …

The number and the digest are on the receipt, so a person with the receipt can ask. An unknown number, another
digest and one of a wrong length get the same answer, and count as wrong tries like access codes.
"""

from __future__ import annotations

from conversations import authenticity
from conversations.catalogue.commands import Audience, command_of
from conversations.complaints.references import split_reference
from conversations.complaints.signatures import CHECK_DIGITS
from conversations.conversation import Conversation
from conversations.effects import Outcome, Send
from conversations.events import CommandReceived, Event, PersonEvent
from conversations.followup import access
from conversations.queries import HistoryWanted
from conversations.screens import say
from conversations.world import World


def wanted_history(event: Event) -> HistoryWanted | None:
    """The history that /cek verifies; None for any other event."""
    match event:
        case CommandReceived(origin=origin, command=name, argument=argument) if origin.private:
            command = command_of(Audience.CITIZEN, name)
            reference, typed = split_reference(argument)
            if command is None or command.name != "cek" or not reference:
                return None
            wanted = HistoryWanted(origin.chat, 0, reference=reference)
            return wanted if authenticity.has_digits(typed) else None
        case _:
            return None


def check(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/cek NOMOR SIDIK: tell whether the text and the history are unchanged; without both, explain."""
    argument = event.argument if isinstance(event, CommandReceived) else ""
    reference, typed = split_reference(argument)
    if not reference or not authenticity.has_digits(typed):
        prefix = world.rules.agencies[0].prefix if world.rules.agencies else "DPMD"
        explained = authenticity.explained(prefix, world)
        return Outcome.of(conversation, Send(conversation.chat, explained))
    contacts = world.rules.contacts()
    if access.is_locked(world, conversation):
        return _locked(world, conversation)
    if reference in world.broken:
        return say(conversation, "authenticity.broken", {"reference": reference, "contacts": contacts})
    case = world.by_reference(reference)
    if case and case.erased:
        return say(conversation, "erased.checked", authenticity.erased(case, world))
    found = authenticity.result(case, typed, world, contacts)
    if found is None:
        return _differs(world, access.with_wrong_try(world, conversation), reference)
    return Outcome.of(conversation, Send(conversation.chat, found))


def _differs(world: World, conversation: Conversation, reference: str) -> Outcome:
    if access.is_locked(world, conversation):
        return _locked(world, conversation)
    params = {
        "reference": reference,
        "left": access.tries_left(world, conversation),
        "count": CHECK_DIGITS,
        "contacts": world.rules.contacts(),
    }
    return say(conversation, "authenticity.differs", params)


def _locked(world: World, conversation: Conversation) -> Outcome:
    until = conversation.locked_until or world.now
    params = {"until": until.isoformat(), "contacts": world.rules.contacts()}
    return say(conversation, "authenticity.locked", params)
