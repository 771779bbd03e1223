"""/register: the register of a period, as a spreadsheet without identities.

    Rina:  /register 2026-11
    Bot:   Register November 2026: 42 pengaduan. Berkasnya menyusul di grup ini, tanpa identitas pengadu. …
    Bot:   Register pengaduan DPMD, November 2026. (register-dpmd-2026-11.xlsx)

The file is made at sending, from the complaints in the store. The restricted chat gets its own complaints; in
the staff group those show their number, service, status and clock alone (documents/register.py).
"""

from __future__ import annotations

from conversations.catalogue.commands import Audience, command_of
from conversations.complaints.agency import Agency
from conversations.complaints.report import Asked
from conversations.conversation import Conversation
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Outcome, Send
from conversations.events import CommandReceived, Event
from conversations.messages import Document, DocumentKind, OutgoingMessage
from conversations.queries import Received
from conversations.reading.periods import Period, month_of, quarter_of, read_period, year_of
from conversations.world import World

NAME = "register"


def wanted_register(event: Event, world: World) -> Received | None:
    """The cases of which the number is needed; None for any other event, and for a wrong period."""
    if not isinstance(event, CommandReceived) or event.origin.private:
        return None
    command, agency = command_of(Audience.OFFICER, event.command), world.rules.of_chat(event.origin.chat)
    period = read_period(event.argument, world.today)
    if command is None or command.name != NAME or agency is None or not isinstance(period, Period):
        return None
    groups = (True,) if _is_restricted(event, agency) else (False, True)
    return Received(agency.id, period.first, period.last, groups)


def show(event: CommandReceived, world: World, conversation: Conversation) -> Result:
    """Send the register of the period that is named, or of this month; without complaints a text alone."""
    agency = world.rules.of_chat(event.origin.chat)
    period = read_period(event.argument, world.today)
    if agency is None or not isinstance(period, Period):
        examples = [one(world.today).name for one in (month_of, quarter_of, year_of)]
        return Refusal("desk.register_how", {"typed": event.argument.strip(), "examples": examples})
    if world.received is None:
        return OUTDATED
    restricted = _is_restricted(event, agency)
    named = {"period": period.name, "first": period.first.isoformat()}
    params = {**named, "count": world.received, "restricted": restricted}
    coming = Send(conversation.chat, OutgoingMessage("desk.register_coming", params))
    if not world.received:
        return Outcome.of(conversation, coming)
    document = Document(DocumentKind.REGISTER, agency.id, str(Asked(period.name, world.now, restricted)))
    caption = {"agency": agency.short_name, **named}
    message = OutgoingMessage("captions.register", caption, document=document)
    return Outcome.of(conversation, coming, Send(conversation.chat, message))


def _is_restricted(event: CommandReceived, agency: Agency) -> bool:
    return event.origin.chat == agency.restricted_chat_id
