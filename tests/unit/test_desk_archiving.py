"""A closed complaint is archived with a follow-up plan, reminded on its day, postponed and marked done."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from conversations.complaints.agency import Division
from conversations.complaints.case import Case, Purpose
from conversations.complaints.follow_up import Plan
from conversations.complaints.life_cycle import Status
from conversations.complaints.rules import Rules
from conversations.complaints.wakeups import next_wakeup
from conversations.effects import RecordHistory
from conversations.events import DeadlinePassed, WakeupKind
from conversations.reading.future_days import split_day
from tests.unit.filed import CITIZEN, GROUP, RENDERER, Desk, LeanChat, render_all, wording
from tests.unit.test_desk_exits import decided, in_private, reported
from tests.unit.transcript import RULES, WIB, Actor

TODAY = date(2026, 3, 17)  # a Tuesday
WHAT = "Memeriksa penyaluran di Desa Raci."


def rules() -> Rules:
    """The first agency has a division."""
    first = RULES.agencies[0].model_copy(update={"divisions": (Division(id="pemdes", name="Bidang Pemdes"),)})
    return RULES.model_copy(update={"agencies": (first, RULES.agencies[1])})


def a_desk() -> Desk:
    return Desk(LeanChat(rules=rules()))


def closed(world: Desk, *, confidential: bool = False) -> Case:
    return world.file(status=Status.CLOSED, confidential=confidential)


def chosen(world: Desk, case: Case, division: str = "pemdes", day: str = "w") -> int:
    """Budi chooses division and day; the message that asks for the plan."""
    world.press(world.budi, case, "archive")
    person = world.budi.identity.id
    world.press(world.budi, case, "arch_to", f"{person},{division}")
    if division != "none":
        world.press(world.budi, case, "arch_on", f"{person},{division},{day}")
    return world.prompt(case)


def archived(world: Desk, case: Case, text: str = WHAT, division: str = "pemdes", day: str = "w") -> Plan:
    """Budi archives the case with this plan."""
    world.budi.says(text, reply_to=chosen(world, case, division, day))
    world.budi.presses("save")
    plan = world.now(case).plan
    assert plan
    return plan


def wake(world: Desk, case: Case) -> list[str]:
    """The clock acts on the case; the templates that the group gets."""
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id, kind=WakeupKind.PLAN_DUE))
    return [message.template for message in world.chat.sent(GROUP)]


def test_a_closed_case_shows_its_next_step_and_is_archived_with_a_plan() -> None:
    world = a_desk()
    case = closed(world)
    assert world.press(world.budi, case, "archive") == ["desk.archive_who"]
    assert [
        b.params.get("text", b.label) for m in world.chat.sent(GROUP) for row in m.buttons for b in row
    ] == [*("plan_desk", "Bidang Pemdes", "plan_none", "discard")]
    assert world.budi.presses("choice") == ["desk.archive_when"]
    assert world.budi.presses("plan_week") == ["desk.prompt"]
    assert world.budi.says(WHAT, reply_to=world.prompt(case)) == ["desk.preview_plan"]
    preview = wording(world.chat.sent(GROUP)[0])
    assert "Bidang Pemdes" in preview
    assert "Selasa, 24 Maret 2026" in preview
    assert world.now(case).status is Status.CLOSED
    world.budi.presses("save")
    now = world.now(case)
    assert now.status is Status.ARCHIVED
    assert now.plan
    assert (now.plan.text, now.plan.division, now.plan.due_on) == (WHAT, "pemdes", date(2026, 3, 24))
    assert now.thread[-1].purpose is Purpose.PLAN
    card = wording(world.messages(GROUP)[-1])
    assert WHAT in card
    assert "Bidang Pemdes" in card
    (entry,) = [e for e in world.chat.effects if isinstance(e, RecordHistory)]
    assert (entry.what, entry.text) == ("archived", f"pemdes 2026-03-24: {WHAT}")
    render_all(world.chat.effects)


def test_the_citizen_sees_the_status_and_not_the_plan() -> None:
    world = a_desk()
    case = closed(world)
    archived(world, case)
    assert not world.messages(CITIZEN)
    world.citizen.commands("status", case.reference)
    page = wording(world.chat.sent(CITIZEN)[0])
    assert "Diarsipkan" in page
    assert WHAT not in page
    world.citizen.presses("read_all")
    assert WHAT not in wording(world.chat.sent(CITIZEN)[0])


def test_without_a_follow_up_the_reason_is_kept_and_nothing_is_reminded() -> None:
    world = a_desk()
    case = closed(world)
    plan = archived(world, case, "Sudah tuntas di desa.", "none")
    assert plan.due_on is None
    assert not plan.is_open
    assert next_wakeup([world.now(case)], world.chat.world().terms) is None
    assert "Tindak lanjut: tidak perlu" in wording(world.messages(GROUP)[-1])


DATES = {
    "3 April 2026: memeriksa": (date(2026, 4, 3), "memeriksa"),
    "tanggal 3 april memeriksa": (date(2026, 4, 3), "memeriksa"),
    "3/4/2026 memeriksa": (date(2026, 4, 3), "memeriksa"),
    "03-04-26, memeriksa": (date(2026, 4, 3), "memeriksa"),
    "2026-04-03\nmemeriksa": (date(2026, 4, 3), "memeriksa"),
    "5 Februari memeriksa": (date(2027, 2, 5), "memeriksa"),
    "besok memeriksa": (date(2026, 3, 18), "memeriksa"),
    "April 3, 2026": (None, "April 3, 2026"),
    "31 Juni memeriksa": (None, "31 Juni memeriksa"),
    "29 Februari 2027 x": (None, "29 Februari 2027 x"),
    "3 pohon ditebang": (None, "3 pohon ditebang"),
    "99/99/2026": (None, "99/99/2026"),
    "0 April": (None, "0 April"),
    "1 Maret 2026 x": (date(2026, 3, 1), "x"),
}


@pytest.mark.parametrize("text", DATES)
def test_a_day_at_the_beginning_is_read(text: str) -> None:
    assert split_day(text, TODAY) == DATES[text]


def test_another_date_is_written_at_the_beginning_of_the_plan() -> None:
    world = a_desk()
    case = closed(world)
    plan = archived(world, case, f"3 April 2026: {WHAT}", "desk", "o")
    assert (plan.due_on, plan.text, plan.division) == (date(2026, 4, 3), WHAT, "desk")


WRONG = {
    "no date": (WHAT, "desk.no_plan_day"),
    "a date that is over": (f"1 Maret 2026 {WHAT}", "desk.no_plan_day"),
    "today": (f"17 Maret 2026 {WHAT}", "desk.no_plan_day"),
    "too far": (f"1 Maret 2036 {WHAT}", "desk.no_plan_day"),
    "no words": ("3 April 2026: -", "desk.reason_missing"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_plan_without_a_day_ahead_or_without_words_is_not_saved(name: str) -> None:
    text, template = WRONG[name]
    world = a_desk()
    case = closed(world)
    assert world.budi.says(text, reply_to=chosen(world, case, "desk", "o")) == [template]
    world.press(world.budi, case, "desk_post", "601")
    assert world.chat.alert.template == template
    assert world.now(case).status is Status.CLOSED


@pytest.mark.parametrize("action", ["arch_to", "arch_on"])
@pytest.mark.parametrize("value", ["x", "pemdes,x", "none,w", "|,w", "pemdes|2020-01-01,w"])
def test_a_forged_choice_is_refused(action: str, value: str) -> None:
    world = a_desk()
    case = closed(world)
    world.press(world.budi, case, action, f"601,{value}")
    assert world.chat.alert.template == "system.press_outdated"
    world.press(world.rina, case, action, f"601,{value}")
    assert world.chat.alert.template == "desk.not_yours"


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.RESPONDED, Status.WITHDRAWN, Status.ARCHIVED])
def test_only_a_closed_case_is_archived(status: Status) -> None:
    world = a_desk()
    case = world.file(status=status)
    world.press(world.budi, case, "archive")
    assert world.chat.alert.template == "desk.not_now"


def test_the_group_is_reminded_on_the_day_and_each_week_until_it_is_done() -> None:
    world = a_desk()
    case = closed(world)
    archived(world, case)
    terms = world.chat.world().terms
    wakeup = next_wakeup([world.now(case)], terms)
    assert wakeup
    assert wakeup.at == datetime(2026, 3, 24, 8, tzinfo=WIB)
    assert wake(world, case) == []
    world.chat.now = wakeup.at
    assert wake(world, case) == ["desk.plan_due"]
    assert WHAT in wording(world.chat.sent(GROUP)[0])
    assert wake(world, case) == []
    again = next_wakeup([world.now(case)], terms)
    assert again
    assert again.at == wakeup.at + timedelta(weeks=1)
    world.rina.presses("plan_done")
    assert world.chat.alert.template == "desk.plan_now_done"
    plan = world.now(case).plan
    assert plan
    assert plan.done_by == "Rina Wati"
    assert next_wakeup([world.now(case)], terms) is None
    assert "Selesai: Rina Wati" in wording(world.messages(GROUP)[-1])
    assert ("officer:602", "plan_done") in world.history()
    world.press(world.budi, case, "plan_done")
    alert = world.chat.alert
    assert alert.template == "desk.plan_done_already"
    assert "Rina Wati" in RENDERER.plain(alert.template, alert.params, "id")
    render_all(world.chat.effects)


def test_a_week_of_downtime_causes_one_reminder() -> None:
    world = a_desk()
    case = closed(world)
    archived(world, case)
    world.later(days=30)
    assert wake(world, case) == ["desk.plan_due"]
    assert wake(world, case) == []


def test_a_plan_is_postponed_with_a_day_and_a_reason() -> None:
    world = a_desk()
    case = closed(world)
    archived(world, case)
    world.later(days=8)
    wake(world, case)
    assert world.budi.presses("plan_postpone") == ["desk.prompt"]
    prompt = world.prompt(case)
    assert world.budi.says("Data belum lengkap.", reply_to=prompt) == ["desk.no_plan_day"]
    world.budi.presses("rewrite")
    assert world.budi.says("17 April: data belum lengkap.", reply_to=world.prompt(case)) == [
        "desk.preview_plan"
    ]
    world.budi.presses("save")
    plan = world.now(case).plan
    assert plan
    assert (plan.due_on, plan.reminded_on, plan.text) == (date(2026, 4, 17), None, WHAT)
    assert world.now(case).status is Status.ARCHIVED
    assert "data belum lengkap." in world.now(case).thread[-1].text
    assert ("officer:601", "plan_postponed") in world.history()


def test_of_two_officers_who_archive_the_first_counts() -> None:
    world = a_desk()
    case = closed(world)
    for officer in (world.budi, world.rina):
        world.press(officer, case, "archive")
        value = f"{officer.identity.id},none"
        world.press(officer, case, "arch_to", value)
        officer.says(WHAT, reply_to=world.reply_to(f"prompt:{case.id}:{officer.identity.id}"))
    world.budi.presses("save", "601")
    world.rina.presses("save", "602")
    refusal = world.chat.alert
    assert refusal.template == "desk.not_now"
    assert refusal.params["name"] == "Budi Santoso"


def in_private_plan(world: Desk, case: Case) -> Actor:
    private = in_private(world, case, "archive")
    private.presses("plan_desk")
    private.presses("plan_week")
    return private


def test_the_plan_of_a_confidential_case_is_written_in_private_and_not_shown_in_the_group() -> None:
    world = a_desk()
    case = closed(world, confidential=True)
    private = in_private_plan(world, case)
    assert private.says(WHAT) == ["desk.preview_plan"]
    assert private.says("simpan") == ["desk.plan_saved", "captions.closing"]
    world.later(days=8)
    assert wake(world, case) == ["desk.plan_due"]
    assert not [m for m in world.messages(GROUP) if WHAT in str(m.params)]


def test_an_answered_question_is_archived_after_its_objection_days() -> None:
    world = a_desk()
    case = world.file()
    decided(world, case, "not_complaint", "Kantor buka pukul 08.00.")
    world.press(world.budi, case, "archive")
    assert world.chat.alert.template == "desk.archive_later"
    reported(world, case)
    world.press(world.budi, case, "archive")
    assert world.chat.alert.params["until"] == "2026-03-27"
    world.later(days=11)
    assert world.press(world.budi, case, "archive") == ["desk.archive_who"]
