"""The buttons of the card, in one table: their order, handlers, and the checks of the presser."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from conversations import cards, casefile, keys
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case
from conversations.complaints.complaint import Part
from conversations.complaints.life_cycle import CaseEvent, Role
from conversations.conversation import Conversation
from conversations.desk import (
    account_blocks,
    approving,
    archiving,
    checklist,
    conflict,
    data_requests,
    disposition,
    handing_over,
    handling,
    history,
    links,
    papers,
    passing_on,
    recalling,
    told_objection,
    verification,
    viewing,
)
from conversations.desk.card_button import CardButton, Freshness, always
from conversations.desk.purposes import (
    awaits_answer,
    may_be_asked,
    may_be_blocked,
    may_be_corrected,
    may_be_reinstated,
    may_be_tracked,
)
from conversations.desk.refusals import Result
from conversations.effects import Edit, Effect, Lane, Outcome, Send
from conversations.events import ButtonPressed, GroupMoved
from conversations.messages import OutgoingMessage, Rows
from conversations.world import World


def may_be_taken(case: Case) -> bool:
    """Whether the case is open and has no officer."""
    return case.open and case.officer is None


def _open_evidence(case: Case) -> tuple[Part, ...]:
    """The evidence that the group may see: none of a confidential case."""
    return () if case.complaint.confidential else casefile.evidence(case)


def has_more(case: Case) -> bool:
    """Whether the message of "Lainnya" has a button for the case now."""
    return any(entry.more and entry.is_shown(case) for entry in CARD)


def _show_more(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Lainnya": send the acts that are needed seldom, as buttons below the card."""
    params = {"reference": casefile.marked(case)}
    rows = more_buttons(case, casefile.agency_of(case, world.rules))
    message = OutgoingMessage("desk.more", params, rows, reply_to=keys.card(case.id))
    return Outcome.of(conversation, Send(event.origin.chat, message, keys.more(case.id)))


def _exit(kind: str, row: int, event: CaseEvent, shown: Callable[[Case], bool] = always) -> CardButton:
    """A button of "Lainnya" for a decision, named like its kind of private link."""
    act = conflict.asked_first(links.begin(kind))
    return CardButton(kind, act, row=row, event=event, shown=shown, more=True)


CARD: tuple[CardButton, ...] = (
    CardButton("take", conflict.asked_first(handling.take), row=0, shown=may_be_taken, style="primary"),
    CardButton(
        "verify",
        conflict.asked_first(verification.verify),
        row=0,
        event=CaseEvent.VERIFIED,
        freshness=Freshness.STRICT,
    ),
    CardButton("release", handing_over.release, row=0, shown=handing_over.has_holder),
    CardButton(
        "take_over",
        conflict.asked_first(handing_over.take_over),
        row=0,
        shown=handing_over.may_be_taken_over,
    ),
    CardButton("review", approving.review, row=1, shown=approving.awaits, style="success"),
    CardButton("withdraw_draft", approving.withdraw, row=1, shown=approving.awaits),
    CardButton(
        "answer",
        conflict.asked_first(links.answer),
        row=1,
        event=CaseEvent.RESPONDED,
        shown=awaits_answer,
        style="success",
    ),
    CardButton("explained", handling.explained, row=1, shown=lambda case: case.unheard),
    CardButton("ask", links.ask, row=1, shown=may_be_asked),
    CardButton("untold", passing_on.again, row=1, shown=passing_on.has_untold, style="primary"),
    CardButton(
        "request",
        conflict.asked_first(links.request),
        row=2,
        event=CaseEvent.COMPLETION_REQUESTED,
    ),
    CardButton("completion", links.completion, row=2, event=CaseEvent.COMPLETED),
    CardButton(
        "withdraw_request", checklist.ask_withdrawal, row=2, event=CaseEvent.REQUEST_WITHDRAWN, style="danger"
    ),
    CardButton(
        "reclassify",
        conflict.asked_first(verification.reclassify),
        row=2,
        shown=verification.may_be_reclassified,
        more=True,
    ),
    CardButton(
        "correct",
        links.correct,
        row=2,
        event=CaseEvent.CORRECTED,
        shown=may_be_corrected,
    ),
    CardButton(
        "objection",
        conflict.asked_first(links.objection),
        row=2,
        event=CaseEvent.OBJECTED,
        role=Role.CITIZEN,
        shown=told_objection.is_possible,
    ),
    CardButton("archive", links.begin("archive"), row=2, event=CaseEvent.ARCHIVED),
    CardButton("plan_done", archiving.done, row=2, shown=archiving.has_open_plan),
    CardButton("plan_postpone", links.begin("plan_postpone"), row=2, shown=archiving.has_open_plan),
    CardButton("recall", recalling.ask, row=2, shown=recalling.may_be_recalled, style="danger"),
    CardButton(
        "to_division",
        conflict.asked_first(disposition.choose),
        row=2,
        event=CaseEvent.ASSIGNED,
        available=lambda agency: bool(agency.divisions),
    ),
    CardButton("report", links.report, row=2, event=CaseEvent.REPORTED),
    CardButton("take_back", disposition.take_back, row=2, event=CaseEvent.TAKEN_BACK),
    CardButton(
        "evidence",
        viewing.evidence,
        row=3,
        shown=lambda case: bool(_open_evidence(case)),
        params=lambda case: {"count": len(_open_evidence(case))},
    ),
    CardButton("read_all", viewing.read_all, row=3),
    CardButton("history", history.pressed, row=3),
    CardButton("identity", viewing.identity, row=4, freshness=Freshness.STRICT),
    CardButton("note", links.note, row=4),
    CardButton(
        data_requests.BUTTON,
        data_requests.read,
        row=4,
        shown=data_requests.has_request,
        freshness=Freshness.STRICT,
        style="primary",
    ),
    CardButton("more", _show_more, row=4, shown=has_more),
    _exit("redirect", 5, CaseEvent.REDIRECTED),
    _exit("not_complaint", 5, CaseEvent.ANSWERED_AS_QUESTION),
    _exit("reject", 6, CaseEvent.REJECTED),
    _exit("duplicate", 6, CaseEvent.MARKED_DUPLICATE),
    _exit("reinstate", 7, CaseEvent.REINSTATED, may_be_reinstated),
    CardButton("track", links.begin("track"), row=7, shown=may_be_tracked, more=True),
    CardButton("papers", papers.show, row=8, more=True),
    CardButton(
        "block",
        links.begin("block"),
        row=9,
        shown=may_be_blocked,
        freshness=Freshness.STRICT,
        more=True,
    ),
    CardButton(
        "unblock",
        account_blocks.lift,
        row=9,
        shown=lambda case: case.block is not None,
        freshness=Freshness.STRICT,
        more=True,
    ),
)


def buttons(case: Case, agency: Agency | None = None) -> Rows:
    """The rows of buttons of the case's card."""
    return _rows(case, agency, more=False)


def more_buttons(case: Case, agency: Agency | None = None) -> Rows:
    """The rows of buttons of the message of "Lainnya"."""
    return _rows(case, agency, more=True)


def _rows(case: Case, agency: Agency | None, *, more: bool) -> Rows:
    shown = [entry for entry in CARD if entry.more is more and entry.is_shown(case, agency)]
    rows = groupby(shown, key=lambda entry: entry.row)
    return tuple(tuple(entry.button(case) for entry in row) for _, row in rows)


def card(case: Case, world: World) -> OutgoingMessage:
    """The card of the case with its present buttons."""
    return cards.card(case, world, buttons(case, casefile.agency_of(case, world.rules)))


def updated_cards(world: World, changed: Iterable[Case], lane: Lane) -> tuple[Effect, ...]:
    """The effects that send or edit the cards of these cases. `world` has the cases as before the change."""
    latest = {case.id: case for case in changed}
    return tuple(effect for case in latest.values() if (effect := _updated(world, case, lane)))


def _updated(world: World, case: Case, lane: Lane) -> Effect | None:
    before = world.cases.get(case.id)
    if before and before.version == case.version:
        return None
    group, key, shown = casefile.group_of(case, world.rules), keys.card(case.id), card(case, world)
    return Edit(group, key, shown, lane=lane) if before else Send(group, shown, key, Lane.UNASKED)


def show_cards_again(event: GroupMoved, world: World) -> Outcome:
    """Send the cards of a group again whose earlier messages cannot be edited, oldest case first.

    An edit of a message that is not known sends a new one.
    """
    here = [case for case in world.cases.values() if case.open and _is_handled_in(event.chat, case, world)]
    here.sort(key=lambda case: (case.received_at, case.reference))
    return Outcome.of(
        *(Edit(event.chat, keys.card(case.id), card(case, world), lane=Lane.UNASKED) for case in here)
    )


def _is_handled_in(chat: int, case: Case, world: World) -> bool:
    """Whether the case is handled in this chat; a case of an agency that is not configured has no card."""
    known = world.rules.agency(case.agency) is not None
    return known and casefile.group_of(case, world.rules) == chat
