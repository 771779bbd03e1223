"""The citizen answers an officer's question or replies to a response, also in the middle of a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from conversations.complaints.life_cycle import Status
from conversations.events import TextReceived
from conversations.followup.replies import CLOCK_TOLERANCE
from tests.unit.filed import CITIZEN, GROUP, Desk, wording
from tests.unit.following import asked, drafting, responded


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
    question = world.question(case)
    assert world.citizen.says("Di balai desa.", reply_to=question) == ["followup.tally"]
    world.citizen.presses("send")
    assert world.now(case).thread[-1].text == "Di balai desa."


ASKED = "Petugas bertanya tentang pengaduan DPMD-2026-0001\n\nDi mana?"

COUNTS, HELD = "followup.tally", "followup.answer_this"

# the answered message's text, how long after the question it was sent -> what the reply is taken for
BY_NUMBER: dict[str, tuple[str, timedelta | None, str]] = {
    "sent with the question": (ASKED, timedelta(), COUNTS),
    "sent later": (ASKED, timedelta(hours=1), COUNTS),
    "our clock is ahead": (ASKED, -CLOCK_TOLERANCE, COUNTS),
    "older than the question": (ASKED, -CLOCK_TOLERANCE - timedelta(seconds=1), HELD),
    "no time is known": (ASKED, None, HELD),
    "another number": (ASKED.replace("0001", "0002"), timedelta(), HELD),
    "the number is in an officer's words": ("Pertanyaan\nDPMD-2026-0001", timedelta(), HELD),
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


@pytest.mark.parametrize("earlier", [timedelta(days=1), timedelta()])
def test_a_reply_to_an_unknown_response_is_judged_by_the_newest_one(earlier: timedelta) -> None:
    world = Desk()
    case = responded(world)
    text, at = f"Tanggapan atas pengaduan {case.reference}", world.now(case).responses[-1].at
    origin = world.citizen.origin(reply_to=99_999, replied_text=text)
    world.chat.feed(TextReceived(replace(origin, replied_at=at - earlier), "Belum"))
    assert world.chat.sent(CITIZEN)[0].template == "followup.judge"
    assert world.chat.sent(CITIZEN)[0].params["references"] == [case.reference]


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
    reply = world.response(case)
    assert world.citizen.says("Saya belum menerima apa pun.", reply_to=reply) == ["followup.judge"]
    assert world.citizen.presses("not_satisfied") == ["followup.tally"]
    world.citizen.presses("send")
    assert world.now(case).status is Status.REOPENED
    assert world.now(case).thread[-1].text == "Saya belum menerima apa pun."


def test_a_thank_you_in_reply_to_the_response_is_kept_with_the_case() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.says("Sudah cair, terima kasih!", reply_to=world.response(case))
    world.citizen.presses("satisfied")
    assert world.now(case).status is Status.CLOSED
    assert world.now(case).thread[-1].text == "Sudah cair, terima kasih!"
    assert world.chat.conversation(CITIZEN).held == ()
