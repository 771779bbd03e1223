"""The buttons by which an officer ends a complaint without a response, and takes such an end back.

    Rina:  [Lainnya] [Bukan Kewenangan]
    Bot:   Rina, pengaduan DPMD-2026-0001 · … ini diteruskan ke mana? [Bakesbangpol] [SP4N-LAPOR!] [Batal]
    Rina:  [SP4N-LAPOR!]
    Bot:   Rina, mohon balas pesan ini dengan pemberitahuan bukan kewenangan untuk DPMD-2026-0001 · …
    Rina:  (reply) Jalan provinsi ditangani dinas provinsi.
    Bot:   Periksa dahulu. Ini yang akan dibaca pengadu: … [Kirim] [Ubah] [Batal]

What "Kirim" does is in deciding.py. About a confidential case all of this is done in private (links.py).
"""

from __future__ import annotations

from conversations import casefile
from conversations.complaints.case import Case, Purpose
from conversations.complaints.destinations import Destination, destination_of, destinations
from conversations.conversation import Conversation
from conversations.desk import access, prompts, redirecting, refusals
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Outcome, Send, StripButtons
from conversations.events import ButtonPressed, PersonEvent
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

CHOICE_ACTION = "exit_to"
# The kind of private link that leads to the choice.
LINK = "redirect"


def choose_destination(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Result:
    """Ask where the complaint goes."""
    if not destinations(case.agency, world.rules):
        return Refusal("desk.no_destination", {"reference": case.reference})
    person = event.origin.person
    params = {
        "reference": casefile.marked(case),
        "officer": {"id": person.id, "name": person.name},
        "destinations": [_shown(entry) for entry in destinations(case.agency, world.rules)],
    }
    rows = (*_rows(case, person.id, world), (_button(case, person.id, "discard", "", {}),))
    asked = access.with_prompted_officer(case, person)
    message = OutgoingMessage("desk.choose_destination", params, rows)
    return Outcome.of(conversation, asked, Send(event.origin.chat, message))


def _shown(destination: Destination) -> dict[str, object]:
    return {"name": destination.name, "contact": destination.contact, "inside": bool(destination.agency)}


def _rows(case: Case, person: int, world: World) -> Rows:
    return tuple(
        (_button(case, person, "destination", entry.code, {"text": _label(entry)}),)
        for entry in destinations(case.agency, world.rules)
    )


def _label(destination: Destination) -> str:
    return destination.agency.short_name if destination.agency else destination.name


def _button(case: Case, person: int, label: str, code: str, params: dict[str, str]) -> Button:
    return Button(label, CHOICE_ACTION, case.id, case.version, f"{person},{code}", params=params)


def destination_chosen(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The choice of the destination: ask for the reason."""
    owner, _, code = event.value.partition(",")
    if owner != str(conversation.person):
        return refusals.not_yours(case, whole(owner, MOST_ID) or 0)
    if not access.may_choose_here(event, world, case, LINK):
        return OUTDATED
    strip = Outcome.of(conversation, StripButtons(event.origin.chat, event.origin.message))
    if not code:
        return strip
    if refusal := _choice_refusal(event, world, case, code):
        return refusal
    opened = prompts.open_prompt(event, world, conversation, case, Purpose.REDIRECTION, target=code)
    return opened if isinstance(opened, Refusal) else strip + opened


def _choice_refusal(event: ButtonPressed, world: World, case: Case, code: str) -> Refusal | None:
    if refusal := access.writing_refusal(case, event.origin.person.id, Purpose.REDIRECTION, world):
        return refusal
    chosen = destination_of(code, world.rules)
    if chosen is None or chosen not in destinations(case.agency, world.rules):
        return OUTDATED
    return redirecting.refusal(case, chosen.agency) if chosen.agency else None
