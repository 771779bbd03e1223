"""A citizen withdraws a complaint ("Cabut Pengaduan"): which one, why, and a confirmation.

    Siti:  cabut
    Bot:   Mengapa DPMD-2026-0001 dicabut? … [Sudah selesai] [Keliru kirim] [Tidak jadi]
    Siti:  [Sudah selesai]
    Bot:   Cabut DPMD-2026-0001? … tidak dapat dibuka kembali … [Ya, cabut] [Tidak jadi]
    Siti:  [Ya, cabut]
    Bot:   Pengaduan DPMD-2026-0001 sudah dicabut. …

A reason in own words is collected like an addition (additions.py). Only the account that filed can withdraw.
"""

from __future__ import annotations

from conversations import listening
from conversations.cards import case_button
from conversations.complaints.case import Case, Purpose
from conversations.conversation import Conversation, Unsent
from conversations.effects import Outcome, Send, StripButtons
from conversations.events import ButtonPressed, PersonEvent
from conversations.followup import additions, withdrawal
from conversations.messages import Button
from conversations.screens import outdated, say
from conversations.world import World

MOST_CASES = 8


def withdraw(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Cabut Pengaduan", or the number after the question which one: ask for the reason."""
    return _ask_why(world, conversation, case)


def _ask_why(world: World, conversation: Conversation, case: Case) -> Outcome:
    if not withdrawal.may_withdraw(case):
        return say(conversation, "followup.withdraw_late", withdrawal.late(case))
    return additions.begin(world, conversation, case, Purpose.WITHDRAWAL)


def asked(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A text such as "cabut": ask for the reason; with several open complaints first which one."""
    open_cases = _withdrawable(world, conversation)
    if len(open_cases) == 1:
        return _ask_why(world, conversation, open_cases[0])
    return _ask_which(conversation, open_cases, cancelled=False)


def after_cancel(world: World, conversation: Conversation) -> Outcome | None:
    """/batal while nothing is being filled in: offer the open complaints; None without any."""
    open_cases = _withdrawable(world, conversation)
    return _ask_which(conversation, open_cases, cancelled=True) if open_cases else None


def _withdrawable(world: World, conversation: Conversation) -> list[Case]:
    own = world.own_cases(conversation.person)
    return [case for case in own if withdrawal.may_withdraw(case)][:MOST_CASES]


def _ask_which(conversation: Conversation, cases: list[Case], *, cancelled: bool) -> Outcome:
    params = {"references": [case.reference for case in cases], "cancelled": cancelled}
    rows = tuple((case_button(case, "withdraw"),) for case in cases)
    status = ((Button("check_status", "status"),),)
    return say(conversation, "followup.withdraw_which", params, buttons=(*rows, *status))


def reason_chosen(event: ButtonPressed, _world: World, conversation: Conversation, case: Case) -> Outcome:
    """A reason of the buttons: ask for a confirmation."""
    unsent = _withdraws(conversation, case)
    if unsent is None or event.value not in withdrawal.REASONS:
        return outdated(event, conversation)
    params = {"reference": case.reference, "reason": event.value}
    sure = Button("withdraw_yes", "withdraw_confirm", case.id, case.version, event.value, "danger")
    strip = Outcome.of(StripButtons(conversation.chat, event.origin.message))
    return strip + say(
        conversation, "followup.withdraw_sure", params, buttons=((sure, withdrawal.stay(case)),)
    )


def confirmed(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Ya, cabut" after a reason of the buttons: withdraw the complaint."""
    unsent = _withdraws(conversation, case)
    if unsent is None or event.value not in withdrawal.REASONS:
        return outdated(event, conversation)
    strip = Outcome.of(StripButtons(conversation.chat, event.origin.message))
    closed = conversation.model_copy(update={"collecting": None})
    if not withdrawal.may_withdraw(case):
        over = say(closed, "followup.withdraw_late", withdrawal.late(case))
        return strip + over + listening.over(world, closed, "collecting")
    chosen = unsent.model_copy(update={"target": event.value})
    case, done = withdrawal.withdrawn(world, conversation, case, chosen)
    told = Outcome.of(Send(conversation.chat, withdrawal.confirmation(world, case)))
    return strip + told + done + listening.over(world, closed, "collecting")


def _withdraws(conversation: Conversation, case: Case) -> Unsent | None:
    """The withdrawal that is asked about, if it is this case's."""
    unsent = conversation.collecting
    asks = unsent is not None and unsent.case == case.id and unsent.purpose is Purpose.WITHDRAWAL
    return unsent if asks else None
