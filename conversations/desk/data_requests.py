"""Officers answer a citizen's request about their data: it is a task until they confirm or refuse it.

    Bot:   Pengadu meminta perbaikan data pribadinya pada DPMD-2026-0001 · … [Permintaan Data]
    Rina:  [Permintaan Data]
    Bot to Rina:
           Permintaan perbaikan data pada DPMD-2026-0001: Nama saya Siti Aminah, bukan Siti Amina.
           [Sudah Dikerjakan] [Tolak]
    Rina:  [Sudah Dikerjakan]
    Bot to Rina:
           Rina, mohon balas pesan ini dengan jawaban: data sudah dikerjakan untuk DPMD-2026-0001 …
    Rina:  (reply) Nama sudah kami betulkan pada buku register.
    Bot to Rina:
           Periksa dahulu. … [Kirim] [Ubah] [Batal]
    Rina:  [Kirim]
    Bot to Siti:
           Permintaan perbaikan data pada DPMD-2026-0001 sudah dikerjakan. …

The text is about the person: it is shown in the private chat of the officer who pressed, and that is logged.
The group is reminded of an open request on each working morning. What "Kirim" does is in data_answers.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from conversations import cards
from conversations.complaints.case import Case, Purpose
from conversations.complaints.wakeups import is_due
from conversations.conversation import Conversation
from conversations.desk import access, prompts, viewing
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Outcome
from conversations.events import ButtonPressed, DeadlinePassed
from conversations.messages import Button, OutgoingMessage
from conversations.world import World

# The kind of private link, the button of the card, and the buttons of the private message.
LINK, BUTTON = "data", "data_request"
CHOICES: Mapping[str, Purpose] = {"data_done": Purpose.DATA_DONE, "data_refused": Purpose.DATA_REFUSED}


def has_request(case: Case) -> bool:
    """Whether a request waits for an answer."""
    return case.data_request is not None


def read(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Permintaan Data": show the request in private, by a link."""
    if not has_request(case):
        return over(case)
    refusal = access.handling_refusal(case, event.origin.person.id, world)
    return refusal or viewing.by_link(event, world, conversation, case, LINK)


def over(case: Case) -> Refusal:
    """The refusal that says who has answered the last request, and when."""
    last = case.data_requests[-1] if case.data_requests else None
    at = last.answered_at.isoformat() if last and last.answered_at else ""
    name = last.answered_by if last else ""
    return Refusal("rights.answered_already", {"reference": case.reference, "name": name, "at": at})


def message(case: Case, _world: World) -> OutgoingMessage:
    """The request, with the buttons of the answer; without an open one, who answered the last."""
    asked = case.data_request
    if asked is None:
        refusal = over(case)
        return OutgoingMessage(refusal.template, refusal.params)
    params = {
        "reference": case.reference,
        "purpose": asked.purpose.value,
        "at": asked.at.isoformat(),
        "text": asked.text,
    }
    row = tuple(Button(label, label, case.id, case.version) for label in CHOICES)
    return OutgoingMessage("rights.read", params, (row,))


def chosen(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The buttons "Sudah Dikerjakan" and "Tolak", in private: ask for the words to the citizen."""
    person = event.origin.person.id
    if not event.origin.private or not access.may_follow_link(case, LINK, person, world):
        return OUTDATED
    if not has_request(case):
        return over(case)
    purpose = CHOICES[event.action]
    refusal = access.writing_refusal(case, person, purpose, world)
    return refusal or prompts.open_prompt(event, world, conversation, case, purpose)


def remind(event: DeadlinePassed, world: World) -> Outcome:
    """Remind the group of an open request, on each working morning."""
    case = world.cases.get(event.case)
    asked = case.data_request if case else None
    if case is None or asked is None or not is_due(event.kind, case, world.terms, world.now):
        return Outcome()
    reminded = asked.model_copy(update={"reminded_at": world.now})
    # The version is unchanged, because the card does not show the reminder.
    case = case.model_copy(update={"data_requests": (*case.data_requests[:-1], reminded)})
    return Outcome.of(case, cards.data_task(case, reminded, world, again=True))
