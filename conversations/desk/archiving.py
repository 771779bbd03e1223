"""A closed complaint is archived with a follow-up plan, which is reminded on its day and marked done.

    Rina:  [Arsipkan]
    Bot:   Rina, siapa yang menindaklanjuti DPMD-2026-0001 · …? [Meja pengaduan] [Tidak perlu] [Batal]
    Rina:  [Meja pengaduan]
    Bot:   Kapan tindak lanjut DPMD-2026-0001 · … selesai? [1 minggu] [1 bulan] [Tanggal lain] [Batal]
    Rina:  [1 minggu]
    Bot:   Rina, mohon balas pesan ini dengan rencana tindak lanjut untuk DPMD-2026-0001 · …
    Rina:  (reply) Memeriksa penyaluran bulan depan.
    Bot:   Periksa dahulu. … [Simpan] [Ubah] [Batal]

What "Simpan" does is in plans.py. About a confidential case all of this is done in private (links.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from conversations import case_end, casefile, keys
from conversations.complaints.case import Case, Purpose, changed
from conversations.complaints.wakeups import is_due
from conversations.conversation import Conversation
from conversations.desk import access, plans, prompts, refusals
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import AnswerPress, Lane, Outcome, RecordHistory, Send, StripButtons
from conversations.events import ButtonPressed, DeadlinePassed, PersonEvent
from conversations.messages import Button, OutgoingMessage, Params, Rows
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

DIVISION_ACTION, DAY_ACTION = "arch_to", "arch_on"
# The kind of private link that leads to the choice.
LINK = "archive"


class Days(NamedTuple):
    """A choice of the day: its label, and the number of days from today; None for a day in the text."""

    label: str
    days: int | None


# The choices by their short code, which the buttons contain.
DAYS: Mapping[str, Days] = {
    "w": Days("plan_week", 7),
    "m": Days("plan_month", 30),
    "o": Days("plan_other", None),
}


def has_open_plan(case: Case) -> bool:
    """Whether the case is archived with a plan that is not done yet."""
    return case.plan is not None and case.plan.is_open


def choose_division(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Result:
    """Ask who carries the plan out; an answer to a question is archived after its objection days."""
    if case.answered_as_question and (case.objection_until is None or world.today <= case.objection_until):
        until = case.objection_until.isoformat() if case.objection_until else ""
        return Refusal("desk.archive_later", {"reference": case.reference, "until": until})
    person = event.origin.person
    rows: Rows = (
        (_choice(case, person.id, "plan_desk", plans.DESK),),
        *(
            (_choice(case, person.id, "choice", division.id, {"text": division.name}),)
            for division in casefile.agency_of(case, world.rules).divisions
        ),
        (_choice(case, person.id, "plan_none", plans.NONE), _choice(case, person.id, "discard", "")),
    )
    params = {"reference": casefile.marked(case), "officer": {"id": person.id, "name": person.name}}
    asked = access.with_prompted_officer(case, person)
    message = OutgoingMessage("desk.archive_who", params, rows)
    return Outcome.of(conversation, asked, Send(event.origin.chat, message))


def _choice(case: Case, person: int, label: str, value: str, params: Params | None = None) -> Button:
    return Button(label, DIVISION_ACTION, case.id, case.version, f"{person},{value}", params=params or {})


def _own(act: Callable[[ButtonPressed, World, Conversation, Case, str], Result]) -> access.RefusableAct:
    """The act with what the presser chose, for the officer who was asked; "Batal" removes the buttons."""

    def handle(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
        owner, _, value = event.value.partition(",")
        if owner != str(conversation.person):
            return refusals.not_yours(case, whole(owner, MOST_ID) or 0)
        if not access.may_choose_here(event, world, case, LINK):
            return OUTDATED
        strip = Outcome.of(conversation, StripButtons(event.origin.chat, event.origin.message))
        if not value:
            return strip
        if refusal := access.writing_refusal(case, conversation.person, Purpose.PLAN, world):
            return refusal
        done = act(event, world, conversation, case, value)
        return done if isinstance(done, Refusal) else strip + done

    return handle


def _division_chosen(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, division: str
) -> Result:
    if not _is_division(case, division, world):
        return OUTDATED
    if division == plans.NONE:
        return _opened(event, world, conversation, case, plans.target(division, None))
    person = event.origin.person
    days = tuple(_day(case, person.id, row.label, f"{division},{code}") for code, row in DAYS.items())
    rows = (days, (_day(case, person.id, "discard", ""),))
    message = OutgoingMessage("desk.archive_when", {"reference": casefile.marked(case)}, rows)
    return Outcome.of(conversation, Send(event.origin.chat, message))


def _day(case: Case, person: int, label: str, value: str) -> Button:
    return Button(label, DAY_ACTION, case.id, case.version, f"{person},{value}")


def _is_division(case: Case, division: str, world: World) -> bool:
    known = {one.id for one in casefile.agency_of(case, world.rules).divisions}
    return division in {plans.DESK, plans.NONE, *known}


def _day_chosen(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, value: str
) -> Result:
    division, _, code = value.partition(",")
    if division == plans.NONE or not _is_division(case, division, world) or code not in DAYS:
        return OUTDATED
    return _opened(event, world, conversation, case, plans.target(division, _day_of(code, world)))


def _day_of(code: str, world: World) -> date | None:
    days = DAYS[code].days
    return world.today + timedelta(days=days) if days else None


def _opened(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, target: str
) -> Result:
    return prompts.open_prompt(event, world, conversation, case, Purpose.PLAN, target=target)


division_chosen, day_chosen = _own(_division_chosen), _own(_day_chosen)


def done(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Tandai selesai": the plan was carried out."""
    person = event.origin.person
    if refusal := access.handling_refusal(case, person.id, world):
        return refusal
    plan = case.plan
    if plan is None or not has_open_plan(case):
        return refusals.plan_refusal(case)
    name = access.officer_of(event, world).name
    finished = plan.model_copy(update={"done_at": world.now, "done_by": name})
    answer = AnswerPress(event.press, "desk.plan_now_done", {"reference": case.reference})
    record = RecordHistory(case.id, access.history_name(event), "plan_done", name)
    strip = StripButtons(event.origin.chat, key=keys.plan(case.id))
    return Outcome.of(conversation, changed(case, plan=finished), answer, strip, record)


def plan_due(event: DeadlinePassed, world: World) -> Outcome:
    """Remind the group of a plan on its day, and every week until it is done or postponed."""
    case = world.cases.get(event.case)
    if case is None or case.plan is None or not is_due(event.kind, case, world.terms, world.now):
        return Outcome()
    plan = case.plan.model_copy(update={"reminded_on": world.today})
    # The version is unchanged, because the card does not show the reminder.
    reminded = case.model_copy(update={"plan": plan})
    params = {"reference": casefile.marked(case), "plan": case_end.plan(case, world)}
    buttons = tuple(Button(label, label, case.id, case.version) for label in ("plan_done", "plan_postpone"))
    message = OutgoingMessage("desk.plan_due", params, (buttons,), reply_to=keys.card(case.id))
    group = casefile.group_of(case, world.rules)
    return Outcome.of(reminded, Send(group, message, keys.plan(case.id), Lane.UNASKED))
