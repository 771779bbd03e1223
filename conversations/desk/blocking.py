"""An officer blocks the account of a complainant who floods the agency, for some days and with a reason.

    Rina:  [Lainnya] [Blokir Pengirim]
    Bot:   Rina, berapa lama akun pengadu DPMD-2026-0001 · … diblokir?
           [1 hari] [7 hari] [30 hari] [Tanggal lain] [Batal]
    Rina:  [7 hari]
    Bot:   Rina, mohon balas pesan ini dengan alasan pemblokiran untuk DPMD-2026-0001 · …
    Rina:  (reply) Mengirim pengaduan yang sama 40 kali.
    Bot:   Periksa dahulu. Ini yang akan dibaca pengadu: … [Kirim] [Ubah] [Batal]

What "Kirim" does, and the end of a block, are in account_blocks.py; what a block refuses is in
conversations/blocks.py. About a confidential case all of this is done in private (links.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from conversations import casefile
from conversations.complaints.case import Case, Purpose
from conversations.conversation import Conversation
from conversations.desk import access, account_blocks, prompts, refusals
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Outcome, Send, StripButtons
from conversations.events import ButtonPressed, CommandReceived, Event, PersonEvent
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

# The kind of private link, and the buttons.
LINK, CHOICE_ACTION, LIFT = "block", "block_for", "unblock"
# The days of each choice; None for a date at the beginning of the reason.
DAYS: Mapping[str, int | None] = {"block_day": 1, "block_week": 7, "block_month": 30, "plan_other": None}


def filers(event: Event, conversation: Conversation | None) -> frozenset[str]:
    """The cases whose complainants' conversations an event needs: while a block is chosen or written."""
    if conversation and conversation.writing and conversation.writing.purpose is Purpose.BLOCK:
        return frozenset({conversation.writing.case})
    if isinstance(event, ButtonPressed) and event.action in {LINK, CHOICE_ACTION, LIFT}:
        return frozenset({event.subject})
    if isinstance(event, CommandReceived) and event.argument.startswith(f"{LINK}-"):
        return frozenset({event.argument.partition("-")[2]})
    return frozenset()


def choose_days(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Result:
    """Ask for how long."""
    if refused := account_blocks.refusal(world, case):
        return refused
    person = event.origin.person
    choices = [_choice(case, person.id, label) for label in DAYS]
    rows: Rows = (tuple(choices[:3]), (choices[3], _choice(case, person.id, "discard")))
    params = {"reference": casefile.marked(case), "officer": {"id": person.id, "name": person.name}}
    asked = access.with_prompted_officer(case, person)
    return Outcome.of(
        conversation, asked, Send(event.origin.chat, OutgoingMessage("desk.block_how_long", params, rows))
    )


def _choice(case: Case, person: int, label: str) -> Button:
    value = "" if label == "discard" else label
    return Button(label, CHOICE_ACTION, case.id, case.version, f"{person},{value}")


def days_chosen(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The choice of the days: ask for the reason; "Batal" removes the buttons."""
    owner, _, label = event.value.partition(",")
    if owner != str(conversation.person):
        return refusals.not_yours(case, whole(owner, MOST_ID) or 0)
    if not access.may_choose_here(event, world, case, LINK):
        return OUTDATED
    strip = Outcome.of(conversation, StripButtons(event.origin.chat, event.origin.message))
    if not label:
        return strip
    if label not in DAYS:
        return OUTDATED
    refused = access.writing_refusal(case, conversation.person, Purpose.BLOCK, world)
    if refused := refused or account_blocks.refusal(world, case):
        return refused
    days = DAYS[label]
    # A reason that begins with a date has no target until it is read.
    target = (world.today + timedelta(days=days)).isoformat() if days else ""
    opened = prompts.open_prompt(event, world, conversation, case, Purpose.BLOCK, target=target)
    return opened if isinstance(opened, Refusal) else strip + opened
