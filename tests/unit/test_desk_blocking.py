"""Officers block a flooder for some days: what is refused then, what still works, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from conversations import engine
from conversations.complaints.case import Case, Purpose
from conversations.events import DeadlinePassed, TextReceived, WakeupKind
from conversations.messages import Button
from tests.unit.filed import CITIZEN, GROUP, RENDERER, Desk, render_all, wording
from tests.unit.following import adding, responded
from tests.unit.transcript import LEADER, LONG_SINCE, Actor
from tests.unit.walker import draft_of, walk

REASON = "Mengirim pengaduan yang sama 40 kali."
# START is Tuesday 2026-03-17.
LAST_DAY = date(2026, 3, 24)


def asked_how_long(world: Desk, case: Case, actor: Actor | None = None) -> None:
    """An officer presses Blokir Pengirim."""
    assert world.press(actor or world.budi, case, "block") == ["desk.block_how_long"]


def chosen(world: Desk, case: Case, label: str = "block_week", text: str = REASON) -> list[str]:
    """Budi chooses the days and writes the reason."""
    asked_how_long(world, case)
    assert world.budi.presses(label) == ["desk.prompt"]
    return world.budi.says(text, reply_to=world.prompt(case))


def blocked(world: Desk, case: Case | None = None) -> Case:
    """Budi has blocked the citizen of this case for a week."""
    case = case or world.file()
    assert chosen(world, case) == ["desk.preview_block"]
    world.budi.presses("send")
    assert world.now(case).block
    return world.now(case)


def told(world: Desk) -> list[str]:
    """What the last event sent to the citizen."""
    return [message.template for message in world.chat.sent(CITIZEN)]


def test_a_block_is_previewed_sent_recorded_and_shown_on_the_card() -> None:
    world = Desk()
    case = world.file()
    assert chosen(world, case) == ["desk.preview_block"]
    preview = wording(world.chat.sent(GROUP)[0])
    assert told(world) == []
    world.budi.presses("send")
    render_all(world.chat.fresh)
    assert told(world) == ["limits.blocked"]
    notice = wording(world.chat.sent(CITIZEN)[0])
    for said in (REASON, "Selasa, 24 Maret 2026", "(0343) 749035", "Budi Santoso", "keberatan", "/status"):
        assert said in notice
        assert said in preview
    card = next(wording(one) for one in world.chat.sent(GROUP) if one.template == "desk.card")
    assert "Pengirim diblokir" in card
    assert ("officer:601", Purpose.BLOCK) in world.history()
    assert world.now(case).block == world.chat.conversation(CITIZEN).blocks[0]


# choice -> the text, and the last day
CHOICES = {
    "a day": ("block_day", REASON, date(2026, 3, 18)),
    "a week": ("block_week", REASON, LAST_DAY),
    "a month": ("block_month", REASON, date(2026, 4, 16)),
    "a date": ("plan_other", f"1 April 2026: {REASON}", date(2026, 4, 1)),
}


@pytest.mark.parametrize(("label", "text", "until"), CHOICES.values(), ids=CHOICES)
def test_each_choice_sets_the_last_day(label: str, text: str, until: date) -> None:
    world = Desk()
    case = world.file()
    chosen(world, case, label, text)
    world.budi.presses("send")
    block = world.now(case).block
    assert block
    assert (block.until, block.reason) == (until, REASON)


# text -> the refusal
UNCLEAR = {
    "no date": ("plan_other", REASON, "desk.no_block_day"),
    "a date that is over": ("plan_other", f"1 Maret 2026: {REASON}", "desk.no_block_day"),
    "today": ("plan_other", f"17-03-2026: {REASON}", "desk.no_block_day"),
    "a date in two years": ("plan_other", f"1 April 2028: {REASON}", "desk.no_block_day"),
    "no reason": ("block_week", "...", "desk.block_reason"),
    "only a date": ("plan_other", "1 April 2026", "desk.block_reason"),
}


@pytest.mark.parametrize(("label", "text", "refusal"), UNCLEAR.values(), ids=UNCLEAR)
def test_a_block_needs_a_day_ahead_and_a_reason(label: str, text: str, refusal: str) -> None:
    world = Desk()
    case = world.file()
    assert chosen(world, case, label, text) == [refusal]
    render_all(world.chat.fresh)
    world.press(world.budi, case, "desk_post", str(world.budi.identity.id))
    assert world.now(case).block is None
    assert world.chat.conversation(CITIZEN).blocks == ()


def test_a_blocked_person_cannot_add_and_is_told_why() -> None:
    world = Desk()
    case = blocked(world)
    for action in ("add", "hold_add"):
        world.press(world.citizen, case, action)
    world.citizen.commands("status", case.reference)
    assert world.citizen.presses("add_information") == ["limits.blocked"]
    assert world.chat.conversation(CITIZEN).listener == "none"
    assert world.now(case).thread[-1].purpose is Purpose.BLOCK


def test_an_addition_in_progress_is_kept_and_can_be_sent_after_the_end() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.says("Ada saksi.")
    button = world.citizen.button("send")
    blocked(world, case)
    assert world.citizen.presses_button(button) == ["limits.blocked"]
    assert world.citizen.says("Kirim") == ["limits.blocked"]
    unsent = world.chat.conversation(CITIZEN).collecting
    assert unsent
    assert [part.text for part in unsent.parts] == ["Ada saksi."]
    world.later(days=8)
    world.citizen.presses_button(button)
    assert world.now(case).thread[-1].purpose is Purpose.ADDITION


def test_a_draft_in_progress_is_kept_takes_no_files_and_is_sent_after_the_end() -> None:
    world = Desk()
    case = world.file()
    walk(world.citizen, until="story")
    blocked(world, case)
    assert world.citizen.says("Bantuan belum cair.") == ["intake.tally"]
    assert world.citizen.sends() == ["limits.blocked"]
    walk(world.citizen, until="sending")
    before = len(world.chat.cases)
    assert world.citizen.presses("send") == ["limits.blocked"]
    forged = world.citizen.button("send")
    assert world.citizen.presses_button(replace(forged, value="x")) == ["limits.blocked"]
    assert len(world.chat.cases) == before
    assert draft_of(world.citizen).answers["signature"]
    # Neither a reminder nor the end of the draft comes before the block is over.
    world.chat.wake(CITIZEN, timedelta(days=7))
    assert world.chat.conversation(CITIZEN).draft
    world.later(days=1)
    world.citizen.presses("send")
    assert len(world.chat.cases) == before + 1


def test_a_new_complaint_for_the_agency_is_refused_at_its_beginning() -> None:
    world = Desk()
    blocked(world)
    assert world.citizen.commands("start", "dpmd") == ["limits.blocked"]
    world.citizen.commands("lapor")
    assert "limits.blocked" in world.citizen.presses("choice", "dpmd")
    draft = world.chat.conversation(CITIZEN).draft
    assert draft
    assert draft.agency == ""


def test_the_other_agency_is_not_concerned() -> None:
    world = Desk()
    blocked(world)
    world.citizen.commands("start", "bakesbangpol")
    draft = world.chat.conversation(CITIZEN).draft
    assert draft
    assert draft.agency == "bakesbangpol"
    walk(world.citizen, until="story", answers={"agency": "bakesbangpol"})
    assert world.citizen.sends() == ["intake.tally"]


def test_rights_stay_while_the_account_is_blocked() -> None:
    world = Desk()
    case = responded(world)
    world.asked(world.budi, case)
    blocked(world, case)
    assert world.citizen.commands("status", case.reference)[0] == "followup.case"
    world.citizen.presses("answer_now")
    assert world.citizen.sends() != ["limits.blocked"]
    world.citizen.says("Di balai desa.")
    world.citizen.presses("send")
    assert world.now(case).thread[-1].purpose is Purpose.ANSWER
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum cair juga.")
    world.citizen.presses("send")
    assert world.now(case).thread[-1].purpose is Purpose.OBJECTION
    world.citizen.commands("status", case.reference)
    world.citizen.presses("withdraw")
    assert told(world) != ["limits.blocked"]


def test_an_edit_of_a_filed_message_adds_nothing() -> None:
    world = Desk()
    case = blocked(world)
    world.citizen.edits(case.complaint.story[0].message, "Lebih panjang lagi")
    assert world.citizen.presses("add_information") == ["limits.blocked"]
    assert world.now(case).thread[-1].purpose is Purpose.BLOCK


def test_held_files_wait_while_another_agency_may_be_meant() -> None:
    world = Desk()
    blocked(world)
    assert world.citizen.sends() != ["limits.blocked"]


# who presses Buka Blokir -> whether it is lifted
LIFTING = {
    "the officer who made it": ("budi", True),
    "the leader": ("leader", True),
    "another": ("rina", False),
}


@pytest.mark.parametrize(("who", "lifted"), LIFTING.values(), ids=LIFTING)
def test_who_made_it_and_the_leader_can_lift_it(who: str, *, lifted: bool) -> None:
    world = Desk()
    case = blocked(world)
    world.press(getattr(world, who), case, "unblock")
    render_all(world.chat.fresh)
    assert (world.now(case).block is None) is lifted
    assert (world.chat.conversation(CITIZEN).blocks == ()) is lifted
    assert (told(world) == ["limits.block_lifted"]) is lifted
    assert (("officer:" + str(getattr(world, who).identity.id), "unblocked") in world.history()) is lifted
    if not lifted:
        assert "Budi Santoso" in wording_of_alert(world)


def wording_of_alert(world: Desk) -> str:
    """The alert of the last press."""
    return RENDERER.plain(world.chat.alert.template, world.chat.alert.params, "id")


def test_it_ends_by_itself_with_a_notice() -> None:
    world = Desk()
    case = blocked(world)
    world.later(days=8)
    ended = DeadlinePassed(world.chat.now, person=CITIZEN, case=case.id, kind=WakeupKind.BLOCK_ENDED)
    world.chat.feed(ended)
    assert "limits.block_over" in told(world)
    assert world.now(case).block is None
    assert world.chat.conversation(CITIZEN).blocks == ()
    assert ("clock", "block_ended") in world.history()
    world.chat.feed(ended)
    assert told(world) == []


def test_it_is_not_ended_early() -> None:
    world = Desk()
    case = blocked(world)
    world.later(days=6)
    world.chat.feed(DeadlinePassed(world.chat.now, person=CITIZEN, case=case.id, kind=WakeupKind.BLOCK_ENDED))
    assert world.now(case).block


def test_an_account_is_blocked_once() -> None:
    world = Desk()
    first, second = world.file(), world.file()
    blocked(world, first)
    world.press(world.rina, second, "block")
    assert world.chat.alert.template == "desk.block_already"
    assert "Budi Santoso" in wording_of_alert(world)
    world.press(world.rina, first, "block")
    assert world.chat.alert.template == "desk.block_already"


@pytest.mark.parametrize("filer", ["an officer", "a leader", "oneself"])
def test_officers_cannot_be_blocked(filer: str) -> None:
    world = Desk()
    person = {"an officer": world.rina, "a leader": world.leader, "oneself": world.budi}[filer].identity.id
    case = world.file(filed_by=person)
    world.chat.members[GROUP, person] = LONG_SINCE
    world.press(world.budi, case, "block")
    assert world.chat.alert.template == ("desk.own_case" if filer == "oneself" else "desk.block_officer")
    assert world.now(case).block is None


def test_a_person_who_became_an_officer_meanwhile_is_not_blocked() -> None:
    world = Desk()
    case = world.file()
    chosen(world, case)
    world.chat.members[GROUP, CITIZEN] = LONG_SINCE
    world.budi.presses("send")
    assert world.now(case).block is None
    assert world.chat.alert.template == "desk.block_officer"


def test_an_entry_of_an_officer_has_no_account_to_block() -> None:
    world = Desk()
    entered = world.file(filed_by=0, recorded_by={"id": 601, "name": "Budi Santoso"})
    world.press(world.rina, entered, "block")
    assert world.chat.alert.template == "desk.block_no_account"


@pytest.mark.parametrize("action", ["block_for", "unblock", "block"])
def test_buttons_of_officers_do_nothing_for_the_citizen(action: str) -> None:
    world = Desk()
    case = blocked(world)
    for value in ("", f"{CITIZEN},block_day", "601,block_day"):
        world.citizen.presses_button(Button("next", action, case.id, case.version, value))
    assert world.now(case).block == case.block
    assert world.chat.conversation(CITIZEN).blocks


def test_the_choice_is_of_the_officer_who_was_asked() -> None:
    world = Desk()
    case = world.file()
    asked_how_long(world, case)
    world.press_shown(world.rina, "block_week", world.budi)
    assert world.chat.alert.template == "desk.not_yours"
    world.press(world.budi, case, "block_for", "601,999")
    assert world.chat.alert.template == "system.press_outdated"


def test_a_confidential_case_is_blocked_in_private() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "block")
    private = world.private(world.leader)
    assert private.commands("start", world.chat.alert.link) == ["desk.block_how_long"]
    assert private.presses("block_week") == ["desk.prompt"]
    assert private.says(REASON) == ["desk.preview_block"]
    private.presses("send")
    block = world.now(case).block
    assert block
    assert block.officer.id == LEADER
    assert all(REASON not in wording(message) for message in world.messages(GROUP))


def test_the_reason_reaches_no_group_and_markup_is_only_text() -> None:
    world = Desk()
    case = world.file()
    chosen(world, case, text="<b>tebal</b> & {{ 7*7 }}")
    world.budi.presses("send")
    (notice,) = world.chat.sent(CITIZEN)
    assert "&lt;b&gt;tebal&lt;/b&gt; &amp; {{ 7*7 }}" in wording(notice)


def test_a_block_adds_no_statement_to_the_turns_of_others() -> None:
    world = Desk()
    blocked(world)
    event = TextReceived(world.citizen.origin(), "Halo")
    whole = world.chat.world()
    assert engine.needs(event, whole).filers == frozenset()
    talk = whole.conversation(CITIZEN, CITIZEN)
    assert engine.further_needs(event, talk, "").filers == frozenset()
