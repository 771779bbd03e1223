"""The history of a case: /riwayat NOMOR, and the button "Riwayat" of its card.

    Rina:  /riwayat 1
    Bot:   Riwayat DPMD-2026-0001 · … (3 catatan)
           Selasa, 17 Maret 2026 pukul 09.10 WIB · Rina: mengambil pengaduan
           Selasa, 17 Maret 2026 pukul 09.00 WIB · Pengadu: mengirim pengaduan
           ✅ Riwayat utuh: 3 catatan.

The newest entry stands first. The whole history is verified each time, as `aduan verify` does it. A text is
shown only where the group can read it already, cut; of a confidential case none.
"""

from __future__ import annotations

from typing import Any

from conversations import casefile, keys
from conversations.catalogue.commands import Audience, command_of
from conversations.complaints.case import Case
from conversations.complaints.history_codes import CODES, SHOWS_TEXT
from conversations.conversation import Conversation
from conversations.desk import named_case
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Edit, Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, Event, PersonEvent
from conversations.messages import Button, OutgoingMessage
from conversations.queries import (
    HISTORY_PAGE,
    HistoryEntry,
    HistoryPage,
    HistoryWanted,
)
from conversations.reading.numbers import MOST_ID, MOST_PAGE, whole
from conversations.screens import page_buttons, page_count
from conversations.world import World

ACTION = "history"
# The characters of a text that a line has.
TEXT_SHOWN = 120
# What the actor of an entry begins with; other actors are no persons.
_OFFICER, _CITIZEN = "officer:", "citizen:"


def wanted_history(event: Event, world: World) -> HistoryWanted | None:
    """The page that /riwayat or a button asks for; None for any other event."""
    match event:
        case CommandReceived(origin=origin, command=name) if not origin.private:
            command = command_of(Audience.OFFICER, name)
            if command is None or command.name != "riwayat" or world.rules.of_chat(origin.chat) is None:
                return None
            reference, _ = named_case.split(event, world)
            return HistoryWanted(origin.chat, 0, reference=reference) if reference else None
        case ButtonPressed(origin=origin, action=action, value=value, subject=subject) if action == ACTION:
            page = whole(value, MOST_PAGE) if value else 0
            return None if page is None else HistoryWanted(origin.chat, page, case=subject)
        case _:
            return None


def show(event: CommandReceived, world: World, conversation: Conversation) -> Result:
    """/riwayat NOMOR: send the newest page."""
    wanted = wanted_history(event, world)
    reference = wanted.reference if wanted else ""
    if reference in world.broken:
        return Refusal("desk.history_broken", {"reference": reference})
    case = named_case.of(event, world)
    return _shown(event, world, conversation, case) if case else named_case.unknown(event, world)


def pressed(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The card's button sends the newest page; a button below a page changes it to another one."""
    return _shown(event, world, conversation, case)


def _shown(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Result:
    page, person = world.history, event.origin.person.id
    if page is None or page.case != case.id:
        return OUTDATED
    if person in case.meant:
        return Refusal("desk.meant_by_it", {"reference": case.reference})
    message, key = _message(case, page, event.origin.chat, world), keys.history(case.id, person)
    if isinstance(event, ButtonPressed) and event.value:
        return Outcome.of(conversation, Edit(event.origin.chat, key, message, event.origin.message))
    return Outcome.of(conversation, Send(event.origin.chat, message, key))


def _message(case: Case, page: HistoryPage, chat: int, world: World) -> OutgoingMessage:
    pages = page_count(page.total, HISTORY_PAGE)
    params = {
        "reference": casefile.marked(case),
        "confidential": case.complaint.confidential,
        "entries": [_line(entry, case, chat, world) for entry in page.entries],
        "total": page.total,
        "page": page.page + 1,
        "pages": pages,
        "fault": page.fault and {"entry": page.fault.entry, "what": page.fault.what.value},
    }
    turn = page_buttons(ACTION, page.page, pages, before="newer", after="older")
    buttons = tuple(tuple(_of_case(button, case) for button in row) for row in turn)
    return OutgoingMessage("desk.history", params, buttons, reply_to=keys.card(case.id))


def _of_case(button: Button, case: Case) -> Button:
    return Button(button.label, button.action, case.id, case.version, button.value)


def _line(entry: HistoryEntry, case: Case, chat: int, world: World) -> dict[str, Any]:
    known = entry.what in CODES
    shows = entry.what in SHOWS_TEXT and not case.complaint.confidential
    return {
        "at": entry.at.isoformat() if entry.at else "",
        "who": _role(entry.who),
        "name": _officer_name(entry.who, case, chat, world),
        "what": entry.what if known else "other",
        "code": "" if known else entry.what,
        "text": entry.text if shows else "",
    }


def _role(who: str) -> str:
    if who.startswith(_OFFICER):
        return "officer"
    return "citizen" if who.startswith(_CITIZEN) else "clock"


def _officer_name(who: str, case: Case, chat: int, world: World) -> str:
    """The officer's name today, else the one that the case knows; empty for everybody else."""
    person = whole(who.removeprefix(_OFFICER), MOST_ID) if who.startswith(_OFFICER) else None
    if not person:
        return ""
    known = {
        officer.id: officer.name for officer in (case.verified_by, case.accepted_by, case.officer) if officer
    }
    return world.officers_of(chat).get(person) or {**case.prompted, **known}.get(person, "")
