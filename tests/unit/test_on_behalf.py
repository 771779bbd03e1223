"""/catat: officers enter complaints that reached the agency by other channels."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from conversations.complaints.life_cycle import Status
from conversations.conversation import OfficerProfile
from conversations.effects import RecordHistory
from conversations.events import MembershipChanged
from conversations.world import Membership
from tests.unit.entering import (
    CITIZEN_NAME,
    STREET,
    TODAY,
    YESTERDAY,
    answers_with,
    entered,
    nothing_to_nobody,
    opened,
)
from tests.unit.filed import GROUP, Desk, render_all, wording
from tests.unit.transcript import RULES, STAFF, WIB, Actor
from tests.unit.walker import asked, draft_of, labels, last, walk

GONE = Membership(present=False, age=0.0, since=datetime(2026, 1, 1, tzinfo=WIB))


@pytest.fixture
def world() -> Desk:
    return Desk()


def test_the_group_gets_a_link_and_no_question(world: Desk) -> None:
    assert world.rina.commands("catat") == ["desk.record_here"]
    assert world.rina.presses("record") == []
    assert world.chat.alert.link == "catat-dpmd"
    private = world.private(world.rina)
    assert private.commands("start", "catat-dpmd") == ["intake.ask_channel"]
    assert labels(last(private))[:4] == ["channel_letter", "channel_phone", "channel_visit", "channel_lapor"]


@pytest.mark.parametrize("agency", ["dpmd", "bakesbangpol"])
@pytest.mark.parametrize("channel", ["letter", "phone", "visit", "lapor"])
def test_a_complaint_of_each_channel_is_entered_for_each_agency(channel: str, agency: str) -> None:
    world = Desk()
    rina = world.officer(602, "Rina Wati", chat=STAFF[agency])
    answers = {"channel": channel, "tracking_id": "#1234567", "service": "blt"}
    case = entered(world, rina, answers, photo=channel == "letter")
    complaint = case.complaint
    assert (case.agency, case.filed_by, case.status) == (agency, 0, Status.RECEIVED)
    assert case.reference == f"{RULES.agencies[agency != 'dpmd'].prefix}-2026-0001"
    assert case.recorded_by
    assert case.recorded_by.name == "Rina Wati"
    assert (complaint.channel, complaint.received_on) == (channel, date(2026, 3, 16))
    assert complaint.tracking_id == ("1234567" if channel == "lapor" else None)
    assert (complaint.name, complaint.address) == (CITIZEN_NAME, STREET)
    assert (complaint.oral, bool(complaint.signature_file)) == (channel != "letter", channel == "letter")
    assert complaint.notice_accepted_at is None
    card = next(shown for shown in world.messages(STAFF[agency]) if shown.template == "desk.card")
    assert card.params["entry"] == {"channel": channel, "by": "Rina Wati"}
    assert "Masuk lewat" in wording(card)
    nothing_to_nobody(world)
    render_all(world.chat.effects)


def test_nothing_about_the_person_reaches_the_group(world: Desk) -> None:
    entered(world)
    shown = " ".join(wording(message) for message in world.messages(GROUP))
    assert CITIZEN_NAME not in shown
    assert "Krajan" not in shown
    assert "ABCD2345" not in shown


def test_the_officer_gets_a_receipt_to_print(world: Desk) -> None:
    case = entered(world)
    receipt = next(m for m in world.messages(602) if m.template == "intake.receipt_on_behalf")
    text = wording(receipt)
    assert f"/status {case.reference} ABCD2345" in text
    assert "tidak dipungut biaya" in text
    assert CITIZEN_NAME in text
    assert "Senin, 16 Maret 2026" in text


def test_the_clock_counts_from_the_receipt(world: Desk) -> None:
    case = entered(world, answers={"received_on": "12 Maret 2026"})  # a Thursday
    assert case.due_on == date(2026, 3, 17)  # Friday, Monday, Tuesday
    assert case.received_at == datetime(2026, 3, 12, 8, 0, tzinfo=WIB)
    assert case.timeline[0].at == case.received_at


def test_a_complaint_of_last_year_gets_a_number_of_this_year(world: Desk) -> None:
    world.chat.now = datetime(2027, 1, 4, 9, 0, tzinfo=WIB)  # a Monday
    first = entered(world, answers={"received_on": "31 Desember 2026"})
    second = entered(world, answers={"received_on": "4 Januari 2027"})
    assert [first.reference, second.reference] == ["DPMD-2027-0001", "DPMD-2027-0002"]
    assert first.received_at.year == 2026


def test_a_receipt_long_ago_is_warned_about_and_taken(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="received_on", answers=answers_with())
    sent = private.says("2 Februari 2026")
    assert "intake.old_receipt" in sent
    assert asked(private) == "service"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("18 Maret 2026", "date_in_future"),
        ("besok", "date_in_future"),
        ("31 Februari 2026", "date_impossible"),
        ("minggu lalu kayaknya", "date_missing"),
        ("x" * 4000, "too_long"),
    ],
)
def test_a_day_of_receipt_is_a_day_that_is_over(world: Desk, typed: str, problem: str) -> None:
    private = opened(world, world.rina)
    walk(private, until="received_on", answers=answers_with())
    assert private.says(typed) == ["intake.problem"]
    assert last(private).params["problem"] == problem
    assert asked(private) == "received_on"


@pytest.mark.parametrize("typed", ["1" * 4000, "abc", "<b>12</b>", "12", "1234567; DROP TABLE"])
def test_a_text_that_is_no_tracking_id_is_refused(world: Desk, typed: str) -> None:
    private = opened(world, world.rina)
    walk(private, until="tracking_id", answers=answers_with({"channel": "lapor"}))
    assert private.says(typed) == ["intake.problem"]
    assert last(private).params["problem"] == "not_a_tracking_id"


@pytest.mark.parametrize("typed", ["#1234567", "ID: 1234567", "Tracking ID 1234567.", " 1234567 "])
def test_a_tracking_id_is_read_without_its_words(world: Desk, typed: str) -> None:
    private = opened(world, world.rina)
    walk(private, until="tracking_id", answers=answers_with({"channel": "lapor"}))
    private.says(typed)
    assert draft_of(private).answers["tracking_id"] == "1234567"


def test_a_day_button_of_yesterday_is_asked_again(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="received_on", answers=answers_with())
    button = private.button("today", TODAY)
    world.later(days=1)
    assert private.presses_button(button) == ["intake.ask_received_on"]
    assert "received_on" not in draft_of(private).answers


def test_the_questions_speak_of_the_complainant(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="name", answers=answers_with())
    assert "Siapa nama lengkap pengadu?" in wording(last(private))
    walk(private, until="address", answers=answers_with())
    assert "Di mana alamat lengkap pengadu?" in wording(last(private))


def test_the_officers_own_answers_are_neither_offered_nor_replaced(world: Desk) -> None:
    own = world.private(world.rina)
    walk(own, until="filed", answers={"name": "Rina Wati"})
    entered(world)
    talk = world.chat.conversation(602)
    assert talk.last_answers["name"] == "Rina Wati"
    private = opened(world, world.rina)
    walk(private, until="name", answers=answers_with())
    assert "use_last" not in labels(last(private))


def test_an_own_complaint_is_set_aside_and_continues(world: Desk) -> None:
    own = world.private(world.rina)
    walk(own, until="loss_kind")
    begun = draft_of(own).id
    entered(world)
    assert world.chat.conversation(602).draft is not None
    own.presses("resume_draft")
    assert (draft_of(own).id, asked(own)) == (begun, "loss_kind")
    assert "on_behalf" not in draft_of(own).answers


def test_the_same_link_offers_to_go_on_or_to_enter_another(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="loss_kind", answers=answers_with())
    begun = draft_of(private).id
    assert private.commands("start", "catat-dpmd") == ["desk.record_unfinished"]
    assert private.presses("record_other") == ["intake.ask_channel"]
    assert draft_of(private).id != begun
    private.commands("start", "catat-dpmd")
    private.presses("cancel")
    private.presses("cancel_yes")
    private.presses("resume_draft")
    assert draft_of(private).id == begun


def test_batal_drops_the_entry(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="loss_kind", answers=answers_with())
    assert private.commands("batal") == ["intake.confirm_cancel"]
    private.presses("cancel_yes")
    assert world.chat.conversation(602).draft is None


def test_back_at_the_first_question_asks_it_again(world: Desk) -> None:
    private = opened(world, world.rina)
    assert private.presses("back")[-1] == "intake.ask_channel"


def test_an_edit_corrects_the_entry(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="tracking_id", answers=answers_with({"channel": "lapor"}))
    private.says("1234567", message=9001)
    private.edits(9001, "7654321")
    assert draft_of(private).answers["tracking_id"] == "7654321"


def test_a_name_typed_at_the_signature_signs_nothing(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="signing", answers=answers_with())
    private.says(CITIZEN_NAME)
    assert "send" not in labels(last(private))
    private.presses("told_orally")
    assert "send" in labels(last(private))


def test_the_history_says_by_whom_it_was_recorded(world: Desk) -> None:
    case = entered(world)
    first = next(e for e in world.chat.effects if isinstance(e, RecordHistory) and e.case == case.id)
    assert (first.who, first.what) == ("officer:602", "recorded")


def test_the_name_of_the_profile_is_recorded(world: Desk) -> None:
    world.introduced(602, OfficerProfile(name="Rina Wati, S.Sos.", position="Analis"))
    case = entered(world)
    assert case.recorded_by
    assert (case.recorded_by.name, case.recorded_by.position) == ("Rina Wati, S.Sos.", "Analis")


def test_the_officer_who_entered_it_may_handle_it(world: Desk) -> None:
    case = entered(world)
    world.press(world.rina, case, "take")
    assert world.chat.alert.template == "desk.now_yours"


# Who may enter


def without(world: Desk, person: int, group: int = GROUP) -> None:
    """The messenger says that this person is not in the group."""
    world.chat.members[group, person] = GONE


def test_an_outsider_with_the_link_is_refused(world: Desk) -> None:
    without(world, 501)
    assert world.citizen.commands("start", "catat-dpmd") == ["desk.not_a_member"]
    assert world.chat.conversation(501).draft is None


def test_the_link_of_another_agency_is_refused(world: Desk) -> None:
    without(world, 602, STAFF["bakesbangpol"])
    private = world.private(world.rina)
    assert private.commands("start", "catat-bakesbangpol") == ["desk.not_a_member"]


@pytest.mark.parametrize("argument", ["catat-", "catat-nowhere", "catat-dpmd-x"])
def test_a_link_of_no_agency_begins_nothing(world: Desk, argument: str) -> None:
    private = world.private(world.rina)
    private.commands("start", argument)
    assert world.chat.conversation(602).draft is None


def test_an_old_knowledge_of_the_membership_is_not_enough(world: Desk) -> None:
    world.chat.members[GROUP, 602] = Membership(present=True, age=301.0, since=GONE.since)
    assert world.private(world.rina).commands("start", "catat-dpmd") == ["desk.membership_unknown"]


def test_the_press_for_another_entry_is_checked(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="loss_kind", answers=answers_with())
    private.commands("start", "catat-dpmd")
    without(world, 602)
    private.presses("record_other")
    assert world.chat.alert.template == "desk.not_a_member"


@pytest.mark.parametrize("typed", [False, True])
def test_an_officer_who_left_cannot_send_and_loses_the_entry(world: Desk, *, typed: bool) -> None:
    private = opened(world, world.rina)
    walk(private, until="signing", answers=answers_with())
    private.presses("told_orally")
    without(world, 602)
    if typed:
        private.says("Kirim")
    else:
        private.presses("send")
    assert not world.chat.cases
    assert world.chat.conversation(602).draft is None


def test_an_entry_is_deleted_when_its_officer_leaves_the_group(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="loss_kind", answers=answers_with())
    world.chat.feed(MembershipChanged(world.chat.now, GROUP, left=(602,)))
    assert world.chat.conversation(602).draft is None
    assert [message.template for message in world.chat.sent(602)] == ["desk.entry_dropped"]


def test_an_own_complaint_stays_when_its_officer_leaves_the_group(world: Desk) -> None:
    own = world.private(world.rina)
    walk(own, until="loss_kind")
    world.chat.feed(MembershipChanged(world.chat.now, GROUP, left=(602,)))
    assert world.chat.conversation(602).draft is not None


def test_catat_in_private_works_for_a_member_of_one_group(world: Desk) -> None:
    without(world, 602, STAFF["bakesbangpol"])
    private = world.private(world.rina)
    assert private.commands("catat") == ["intake.ask_channel"]
    assert draft_of(private).agency == "dpmd"


@pytest.mark.parametrize("groups", [(), tuple(STAFF.values())])
def test_catat_in_private_says_else_where_to_type_it(world: Desk, groups: tuple[int, ...]) -> None:
    for group in STAFF.values():
        if group not in groups:
            without(world, 602, group)
    assert world.private(world.rina).commands("catat") == ["desk.record_where"]


def test_a_nameless_officer_introduces_themselves_first(world: Desk) -> None:
    nameless = world.officer(603, "", introduced=False)
    private = Actor(world.chat, nameless.identity, 603)
    shown = private.commands("start", "catat-dpmd")
    expected = "desk.introduce" if nameless.identity.nameless else "intake.ask_channel"
    assert shown == [expected]


def test_a_shared_contact_of_the_citizen_is_their_number(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="summary", answers=answers_with())
    private.presses("add_optional")
    private.presses("add_phone")
    assert private.keyboard
    assert private.shares("+6281111111111", own=True) == ["intake.problem"]
    private.shares("+6282222222222", own=False)
    assert draft_of(private).answers["phone"] == "+6282222222222"


def test_a_draft_of_an_entry_is_reminded_and_dropped(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="loss_kind", answers=answers_with())
    world.chat.wake(602, timedelta(days=1, minutes=1))
    assert [message.template for message in world.chat.sent(602)] == ["intake.reminder"]
    world.chat.wake(602, timedelta(days=7))
    assert world.chat.conversation(602).draft is None


def test_the_answers_are_kept_between_two_days(world: Desk) -> None:
    private = opened(world, world.rina)
    walk(private, until="signing", answers=answers_with({"received_on": YESTERDAY}))
    world.later(days=1)
    private.presses("told_orally")
    private.presses("send")
    assert world.chat.case(-1).complaint.received_on == date(2026, 3, 16)
