"""The citizen follows up: verdicts, answers, additions, and what is said to nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from conversations.complaints.case import Case, Purpose, Status
from conversations.effects import DropFile, Edit, GiveFiles, KeepFile, Lane, Send
from conversations.events import DeadlinePassed, TextReceived
from conversations.followup.dialogue import CLOCKS_APART
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording


def responded(world: Desk) -> Case:
    """A case whose response was delivered."""
    case = world.file()
    world.answered(world.budi, case)
    world.delivered(case)
    return case


def asked(world: Desk) -> Case:
    """A case with an officer's question."""
    case = world.file()
    world.budi.says("Di mana kejadiannya?", reply_to=world.reply_to(f"card:{case.id}"))
    world.budi.presses("question")
    world.budi.presses("send")
    return case


def drafting(world: Desk) -> None:
    """The citizen is in the middle of a new complaint."""
    world.citizen.commands("lapor")
    world.citizen.presses("choice", "dpmd")
    world.citizen.presses("understood")
    world.citizen.presses("choice", "blt")
    assert world.chat.conversation(CITIZEN).listener == "intake"


def test_puas_closes_and_offers_stars() -> None:
    world = Desk()
    case = responded(world)
    assert world.citizen.presses("satisfied") == ["followup.thanks"]
    assert world.now(case).status is Status.CLOSED
    assert world.citizen.presses("star", "4") == ["followup.starred"]
    assert world.now(case).stars == 4
    assert "⭐⭐⭐⭐" in wording(world.chat.sent(GROUP)[0])
    world.citizen.presses("star", "1")
    assert world.now(case).stars == 4


def test_puas_twice_is_explained() -> None:
    world = Desk()
    responded(world)
    world.citizen.presses("satisfied")
    assert world.citizen.presses("satisfied") == ["followup.verdict_over"]


def test_belum_puas_collects_a_reason_and_reopens_with_a_new_clock() -> None:
    world = Desk()
    case = responded(world)
    world.later(days=6)  # Monday 2026-03-23
    assert world.citizen.presses("not_satisfied") == ["followup.collect"]
    assert world.citizen.says("Belum ada bantuan yang datang.") == ["followup.tally"]
    assert world.now(case).status is Status.RESPONDED
    assert world.citizen.presses("send") == ["followup.sent"]
    now = world.now(case)
    assert now.status is Status.REOPENED
    assert now.due_on == date(2026, 3, 26)  # Thursday
    assert (now.delivery, now.objection_until) == (None, None)
    added, card = world.chat.sent(GROUP)
    assert added.reply_to == f"card:{case.id}"
    assert "Belum ada bantuan" in wording(added)
    assert "Belum ada bantuan" in wording(card)
    assert "Dibuka kembali" in wording(card)
    assert all(
        e.lane is Lane.UNASKED for e in world.chat.fresh if isinstance(e, Send | Edit) and e.chat == GROUP
    )


def test_a_reopened_case_is_answered_again_and_the_old_verdict_buttons_are_over() -> None:
    world = Desk()
    case = responded(world)
    old = world.citizen.button("satisfied")
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum.")
    world.citizen.presses("send")
    world.answered(world.budi, case, "Sekarang sudah.")
    assert world.citizen.presses_button(old) == ["followup.verdict_over"]
    assert world.now(case).status is Status.RESPONDED
    world.citizen.presses("satisfied", "2")
    assert world.now(case).status is Status.CLOSED


def test_after_the_objection_days_belum_puas_is_explained() -> None:
    world = Desk()
    case = responded(world)
    world.later(days=11)
    assert world.citizen.presses("not_satisfied") == ["followup.verdict_over"]
    assert world.now(case).status is Status.RESPONDED


def test_a_reason_that_comes_too_late_is_passed_on_all_the_same() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.presses("not_satisfied")
    world.later(days=11)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    world.citizen.says("Belum ada.")
    assert world.citizen.presses("send") == ["followup.objection_late", "followup.sent"]
    assert world.now(case).status is Status.CLOSED
    assert world.now(case).thread[-1].purpose is Purpose.ADDITION


def test_silence_closes_on_the_day_after_the_last() -> None:
    world = Desk()
    case = responded(world)
    world.later(days=10)
    assert world.chat.feed(DeadlinePassed(world.chat.now, case=case.id)) == []
    world.later(days=1)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    assert world.now(case).status is Status.CLOSED
    assert world.chat.sent(CITIZEN)[0].template == "followup.closed_by_silence"
    assert "Selesai" in wording(world.chat.sent(GROUP)[0])
    assert ("clock", "objection_expired") in world.history()


def test_a_strangers_press_on_a_verdict_does_nothing() -> None:
    world = Desk()
    case = responded(world)
    stranger = world.chat.person(888, "Orang Lain")
    world.press(stranger, case, "satisfied", "1")
    world.press(stranger, case, "add")
    world.press(stranger, case, "read_case")
    assert world.now(case).status is Status.RESPONDED
    assert world.messages(888) == []


def test_an_officers_question_is_answered_and_the_officer_mentioned() -> None:
    world = Desk()
    case = asked(world)
    assert world.citizen.presses("answer_now") == ["followup.collect"]
    world.citizen.says("Di balai desa.")
    world.citizen.sends(caption="Fotonya")
    world.citizen.presses("send")
    added, _card = world.chat.sent(GROUP)
    assert "tg://user?id=601" in wording(added)
    assert "Di balai desa." in wording(added)
    assert added.files
    assert [entry.purpose for entry in world.now(case).thread] == ["question", "answer"]


def test_a_reply_to_the_question_counts_as_pressing_its_button() -> None:
    world = Desk()
    case = asked(world)
    question = world.reply_to(f"question:{case.id}:1")
    assert world.citizen.says("Di balai desa.", reply_to=question) == ["followup.tally"]
    world.citizen.presses("send")
    assert world.now(case).thread[-1].text == "Di balai desa."


ASKED = "Petugas bertanya tentang pengaduan DPMD-2026-0001\n\nDi mana?"
COUNTS, HELD = "followup.tally", "followup.what_for"
# the answered message's text, how long after the question it was sent -> what the reply is taken for
BY_NUMBER: dict[str, tuple[str, timedelta | None, str]] = {
    "sent with the question": (ASKED, timedelta(), COUNTS),
    "sent later": (ASKED, timedelta(hours=1), COUNTS),
    "our clock is ahead": (ASKED, -CLOCKS_APART, COUNTS),
    "older than the question": (ASKED, -CLOCKS_APART - timedelta(seconds=1), HELD),
    "no time is known": (ASKED, None, HELD),
    "another number": (ASKED.replace("0001", "0002"), timedelta(), HELD),
    "the number stands in an officer's words": ("Pertanyaan\nDPMD-2026-0001", timedelta(), HELD),
}


@pytest.mark.parametrize("name", BY_NUMBER)
def test_a_reply_to_an_unknown_question_counts_when_number_and_time_agree(name: str) -> None:
    text, after, expected = BY_NUMBER[name]
    world = Desk()
    case = asked(world)
    at = world.now(case).thread[-1].at
    origin = world.citizen.origin(reply_to=99_999, replied_text=text)
    world.chat.feed(TextReceived(replace(origin, replied_at=at + after if after is not None else None), "Ya"))
    assert world.chat.sent(CITIZEN)[0].template == expected


@pytest.mark.parametrize(
    ("earlier", "expected"), [(timedelta(days=1), HELD), (timedelta(), "followup.judge")]
)
def test_a_reply_to_an_unknown_response_is_held_when_a_newer_one_was_sent(
    earlier: timedelta, expected: str
) -> None:
    world = Desk()
    case = responded(world)
    text, at = f"Tanggapan atas pengaduan {case.reference}", world.now(case).responses[-1].at
    origin = world.citizen.origin(reply_to=99_999, replied_text=text)
    world.chat.feed(TextReceived(replace(origin, replied_at=at - earlier), "Terima kasih"))
    assert world.chat.sent(CITIZEN)[0].template == expected


def test_the_answer_sets_a_draft_aside_and_returns_to_it() -> None:
    world = Desk()
    case = asked(world)
    drafting(world)
    screen = world.chat.conversation(CITIZEN).draft
    assert screen
    world.citizen.presses("answer_now")
    assert world.chat.conversation(CITIZEN).listener == "collecting"
    world.citizen.says("Di balai desa.")
    assert "intake.ask_story" in world.citizen.presses("send")
    after = world.chat.conversation(CITIZEN)
    assert after.listener == "intake"
    assert after.draft
    assert after.draft.screen == screen.screen
    assert after.draft.story == ()
    assert world.now(case).thread[-1].text == "Di balai desa."


def test_batal_while_answering_leaves_the_draft_alone() -> None:
    world = Desk()
    asked(world)
    drafting(world)
    world.citizen.presses("answer_now")
    said = world.citizen.commands("batal")
    assert said[0] == "followup.dropped"
    assert world.chat.conversation(CITIZEN).draft


def test_a_reply_to_the_response_is_judged_before_it_counts() -> None:
    world = Desk()
    case = responded(world)
    reply = world.reply_to(f"response:{case.id}:1")
    assert world.citizen.says("Saya belum menerima apa pun.", reply_to=reply) == ["followup.judge"]
    assert world.citizen.presses("not_satisfied") == ["followup.tally"]
    world.citizen.presses("send")
    assert world.now(case).status is Status.REOPENED
    assert world.now(case).thread[-1].text == "Saya belum menerima apa pun."


def test_a_thank_you_in_reply_to_the_response_is_kept_with_the_case() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.says("Terima kasih!", reply_to=world.reply_to(f"response:{case.id}:1"))
    world.citizen.presses("satisfied")
    assert world.now(case).status is Status.CLOSED
    assert world.now(case).thread[-1].text == "Terima kasih!"
    assert world.chat.conversation(CITIZEN).held == ()


def adding(world: Desk) -> Case:
    """Tambah Keterangan was pressed."""
    case = world.file()
    world.citizen.commands("status", case.reference)
    assert world.citizen.presses("add_information") == ["followup.collect"]
    return case


def test_additions_are_counted_in_one_message_and_sent_together() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.says("Satu")
    first = world.chat.fresh[0]
    assert isinstance(first, Send)
    assert first.key == f"tally:{case.id}"
    world.citizen.sends(album="a")
    world.citizen.sends(album="a")
    world.citizen.locates()
    (edit,) = [effect for effect in world.chat.fresh if isinstance(effect, Edit)]
    assert "Tercatat: 4" in wording(edit.message)
    world.citizen.presses("send")
    assert len(world.now(case).thread[0].parts) == 4
    assert "Keterangan tambahan: 1" in wording(world.chat.sent(GROUP)[1])
    assert ("citizen:501", "addition") in world.history()


def test_sending_nothing_is_explained_and_sending_twice_counts_once() -> None:
    world = Desk()
    case = adding(world)
    assert world.citizen.says("Kirim", "send") == ["followup.nothing_yet"]
    world.citizen.says("Satu")
    world.citizen.presses("send")
    world.citizen.presses("send")
    assert world.chat.alert.template == "system.press_outdated"
    assert len(world.now(case).thread) == 1


def test_cancelling_an_addition_drops_its_files() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.sends()
    assert [e.owner for e in world.chat.fresh if isinstance(e, KeepFile)] == [case.id]
    assert world.citizen.presses("cancel") == ["followup.dropped"]
    assert [effect for effect in world.chat.fresh if isinstance(effect, DropFile)]
    assert world.now(case).thread == ()
    assert world.chat.conversation(CITIZEN).listener == "none"


def test_limits_are_named_while_adding() -> None:
    world = Desk()
    adding(world)
    assert world.citizen.sends(size=30 << 20) == ["followup.problem"]
    assert "20 MB" in wording(world.chat.sent(CITIZEN)[0])
    for _ in range(10):
        world.citizen.sends()
    assert world.citizen.sends() == ["followup.problem"]
    assert world.citizen.says("x" * 20_001) == ["followup.problem"]
    assert "20000" in wording(world.chat.sent(CITIZEN)[0])


def test_strange_kinds_are_explained_while_adding() -> None:
    world = Desk()
    adding(world)
    assert world.citizen.sticks() == ["followup.unreadable"]
    assert world.citizen.shares("0812") == ["followup.contact_unasked"]


def test_an_edit_before_sending_changes_the_part_and_keeps_both() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.says("Stau", message=777)
    assert world.citizen.edits(777, "Satu") == ["followup.edited"]
    world.citizen.presses("send")
    part = world.now(case).thread[0].parts[0]
    assert (part.text, part.replaced) == ("Satu", ("Stau",))


def test_unsent_messages_are_reminded_of_once_after_an_hour() -> None:
    world = Desk()
    adding(world)
    world.citizen.says("Satu")
    world.chat.wake(CITIZEN, timedelta(minutes=59))
    assert world.chat.fresh == []
    world.chat.wake(CITIZEN, timedelta(minutes=2))
    assert world.chat.sent(CITIZEN)[0].template == "followup.reminder"
    world.chat.wake(CITIZEN, timedelta(hours=3))
    assert world.chat.fresh == []


def test_the_clock_serves_a_draft_and_unsent_messages_in_one_wake() -> None:
    world = Desk()
    asked(world)
    drafting(world)
    world.citizen.presses("answer_now")
    world.citizen.says("Di balai desa.")
    world.chat.wake(CITIZEN, timedelta(days=1, minutes=1))
    assert {message.template for message in world.chat.sent(CITIZEN)} == {
        "intake.reminder",
        "followup.reminder",
    }
    after = world.chat.conversation(CITIZEN)
    assert after.draft
    assert after.collecting
    assert (after.draft.reminded, after.collecting.reminded) == (True, True)


def test_unsent_words_for_one_case_are_settled_before_another() -> None:
    world = Desk()
    adding(world)
    other = world.file()
    world.citizen.says("Satu")
    assert world.press(world.citizen, other, "add") == ["followup.settle_first"]
    assert world.citizen.presses("send") == ["followup.sent"]


def test_a_confidential_addition_stays_out_of_the_group() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.citizen, case, "add")
    world.citizen.says("Rahasia sekali")
    world.citizen.sends()
    world.citizen.presses("send")
    for message in world.chat.sent(GROUP):
        assert "Rahasia sekali" not in wording(message)
        assert message.files == ()


def test_an_addition_to_a_closed_case_is_explained() -> None:
    world = Desk()
    case = world.file(status=Status.CLOSED)
    assert world.press(world.citizen, case, "add") == ["followup.not_open"]


def test_words_to_nobody_are_held_and_asked_about_once() -> None:
    world = Desk()
    case = world.file()
    assert world.citizen.says("Masih belum ada kabar") == ["followup.what_for"]
    world.citizen.sends()
    (edit,) = [effect for effect in world.chat.fresh if isinstance(effect, Edit)]
    assert edit.key == f"held:{CITIZEN}"
    assert case.reference in {b.params.get("reference") for row in edit.message.buttons for b in row}
    assert world.citizen.presses("add_to_case") == ["followup.tally"]
    assert [e.owner for e in world.chat.fresh if isinstance(e, GiveFiles)] == [case.id]
    world.citizen.presses("send")
    assert len(world.now(case).thread[0].parts) == 2
    assert world.chat.conversation(CITIZEN).held == ()


def test_words_to_nobody_become_a_new_complaints_story() -> None:
    world = Desk()
    assert world.citizen.says("Jalan desa rusak") == ["followup.begin_with_this"]
    world.citizen.sends()
    world.citizen.presses("file_complaint", "")
    draft = world.chat.conversation(CITIZEN).draft
    assert draft
    assert [part.kind for part in draft.story] == ["text", "photo"]
    assert [e.owner for e in world.chat.fresh if isinstance(e, GiveFiles)] == [draft.id]


def test_words_meant_for_nothing_are_let_go() -> None:
    world = Desk()
    world.citizen.sends()
    assert world.citizen.presses("discard") == ["followup.let_go"]
    assert [effect for effect in world.chat.fresh if isinstance(effect, DropFile)]
    world.citizen.presses("discard")
    assert world.chat.alert.template == "system.press_outdated"


def test_at_most_five_open_cases_are_offered() -> None:
    world = Desk()
    for _ in range(7):
        world.file()
    world.file(status=Status.CLOSED)
    world.citizen.says("Halo")
    (message,) = world.chat.sent(CITIZEN)
    offered = [b.params["reference"] for row in message.buttons for b in row if b.label == "add_to_case"]
    assert offered == [f"DPMD-2026-000{number}" for number in range(7, 2, -1)]


def test_an_edit_of_what_was_filed_is_offered_as_an_addition() -> None:
    world = Desk()
    case = world.file()
    assert world.citizen.edits(11, "Bantuan bulan Maret juga") == ["followup.edit_filed"]
    assert world.now(case) == case
    assert world.citizen.presses("add_information") == ["followup.tally"]
    world.citizen.presses("send")
    assert world.now(case).thread[0].text == "Bantuan bulan Maret juga"
    assert world.now(case).complaint == case.complaint


def test_an_edit_of_nothing_is_explained() -> None:
    world = Desk()
    world.file()
    assert world.citizen.edits(4711, "Halo") == ["followup.edit_unknown"]


@pytest.mark.parametrize("act", ["sticks", "locates"])
def test_every_message_to_nobody_gets_an_answer(act: str) -> None:
    world = Desk()
    assert len(getattr(world.citizen, act)()) == 1


def test_typed_menu_words_act_like_their_buttons() -> None:
    world = Desk()
    assert world.citizen.says("Bantuan", "help") == ["followup.help"]
    assert world.citizen.says("Cek Status", "check_status") == ["followup.ask_reference"]


def test_everything_here_renders_in_both_languages() -> None:
    world = Desk()
    case = asked(world)
    world.citizen.presses("answer_now")
    world.citizen.says("Di balai desa.", message=777)
    world.citizen.edits(777, "Di balai")
    world.citizen.sticks()
    world.citizen.shares("0812")
    world.citizen.sends(size=30 << 20)
    world.citizen.presses("send")
    world.answered(world.budi, case)
    world.delivered(case)
    world.citizen.commands("status", case.reference)
    world.citizen.presses("not_satisfied")
    world.citizen.says("Kirim", "send")
    world.citizen.says("Belum.")
    world.chat.wake(CITIZEN, timedelta(hours=2))
    world.press(world.citizen, world.file(), "add")
    world.citizen.presses("send")
    world.answered(world.budi, case, "Sudah.")
    world.citizen.presses("satisfied", "1")
    world.citizen.says("Makasih", reply_to=world.reply_to(f"response:{case.id}:2"))
    world.citizen.presses("satisfied", "2,held")
    world.citizen.presses("star", "5")
    world.citizen.says("Halo")
    world.citizen.says("Halo lagi")
    world.citizen.edits(11, "Baru")
    world.citizen.edits(4711, "Baru")
    world.citizen.presses("discard")
    render_all(world.chat.effects)
