"""Thanks and greetings are answered in kind, with the ways on, and are no message to be assigned."""

from __future__ import annotations

import pytest

from conversations.messages import OutgoingMessage
from conversations.reading.courtesy import courtesy_of
from tests.unit.filed import CITIZEN, Desk, render_all, wording
from tests.unit.following import asked, responded
from tests.unit.transcript import RULES
from tests.unit.walker import SITI, citizen, draft_of, labels, last, walk

SAID = {
    "terima kasih": "thanks",
    "TERIMA KASIH BANYAK ya bu!!": "thanks",
    "ok pak makasih banyak atas bantuannya 🙏": "thanks",
    "matur suwun": "thanks",
    "Thank you very much, sir": "thanks",
    "Assalamualaikum wr. wb.": "salam",
    "assalamualaikum pak, selamat pagi": "salam",
    "selamat siang": "greeting",
    "Halo admin": "greeting",
    "good morning": "greeting",
    "tes": "calling_out",
    "P": "calling_out",
    "Ada orang?": "calling_out",
    "halo, ada orang?": "greeting",
    "tes tes pak": "calling_out",
    "is anyone there?": "calling_out",
    "ok": "assent",
    "Baik, Pak": "assent",
    "siap": "assent",
}
NOT = (
    "terima kasih tapi bantuan saya belum cair",
    "ok kapan cair",
    "baiknya bagaimana",
    "banyak",
    "halo saya mau lapor",
    "pagi",
    "pak",
    "Salam",
    "?",
    "",
)


@pytest.mark.parametrize("text", SAID)
def test_thanks_and_greetings_are_recognised(text: str) -> None:
    assert courtesy_of(text, RULES.words) == SAID[text]


@pytest.mark.parametrize("text", NOT)
def test_a_text_that_says_more_is_a_message(text: str) -> None:
    assert courtesy_of(text, RULES.words) is None


@pytest.mark.parametrize("text", SAID)
def test_they_are_answered_and_not_held(text: str) -> None:
    world = Desk()
    world.file()
    assert world.citizen.says(text) == ["followup.courtesy"]
    (message,) = world.chat.sent(CITIZEN)
    assert labels(message) == ["file_complaint", "check_status"]
    assert world.chat.conversation(CITIZEN).held == ()
    render_all(world.chat.effects)


@pytest.mark.parametrize("text", ["terima kasih", "thanks", "ok pak", "assalamualaikum"])
def test_while_a_verdict_is_open_its_buttons_come_along(text: str) -> None:
    world = Desk()
    case = responded(world)
    world.citizen.says(text)
    (message,) = world.chat.sent(CITIZEN)
    assert labels(message)[:2] == ["satisfied", "not_satisfied"]
    assert case.reference in wording(message)
    assert world.citizen.presses("not_satisfied") == ["followup.collect"]


def test_thanks_in_reply_to_the_response_are_not_its_reason() -> None:
    world = Desk()
    case = responded(world)
    assert world.citizen.says("Terima kasih", reply_to=world.response(case)) == ["followup.courtesy"]


def test_held_messages_stay_in_sight() -> None:
    world = Desk()
    world.file()
    world.citizen.says("Jalan desa rusak")
    assert world.citizen.says("terima kasih") == ["followup.courtesy", "followup.what_for"]
    assert len(world.chat.conversation(CITIZEN).held) == 1


def test_assent_may_be_the_answer_to_an_officers_question() -> None:
    world = Desk()
    case = asked(world)
    assert world.citizen.says("Baik, Pak") == ["followup.answer_this"]
    world.citizen.presses("send_answer")
    assert world.now(case).thread[-1].text == "Baik, Pak"


def test_thanks_with_an_open_question_show_the_way_to_answer() -> None:
    world = Desk()
    asked(world)
    world.citizen.says("terima kasih")
    assert labels(world.chat.sent(CITIZEN)[0])[0] == "answer_question"
    assert world.citizen.presses("answer_question") == ["followup.collect"]


@pytest.mark.parametrize("text", ["?", "maksudnya apa", "bingung", "🙏", "help me"])
def test_a_confused_message_gets_the_help_and_is_not_held(text: str) -> None:
    world = Desk()
    world.file()
    assert world.citizen.says(text) == ["followup.help"]
    assert world.chat.conversation(CITIZEN).held == ()


@pytest.mark.parametrize("question", ["service", "story", "name", "address", "summary", "signing"])
@pytest.mark.parametrize("text", ["terima kasih bu", "thanks"])
def test_they_answer_no_question_of_a_complaint(question: str, text: str) -> None:
    siti = citizen()
    walk(siti, until=question)
    before = draft_of(siti)
    said = siti.says(text)
    assert said[0] == "intake.courtesy"
    assert (draft_of(siti).answers, draft_of(siti).story) == (before.answers, before.story)
    assert last(siti).template in {f"intake.ask_{question}", f"intake.{question}"}


@pytest.mark.parametrize("question", ["agency", "notice", "service", "story", "name", "summary", "signing"])
@pytest.mark.parametrize("text", ["assalamualaikum", "good morning", "tes", "ada orang?"])
def test_a_greeting_is_answered_in_one_message_with_the_question(question: str, text: str) -> None:
    siti = citizen()
    walk(siti, until=question) if question != "agency" else siti.commands("lapor")
    offered = labels(last(siti))
    assert siti.says(text) == ["intake.courtesy"]
    assert wording(
        OutgoingMessage(f"explain.{question}", {"phones": last(siti).params["phones"]})
    ) in wording(last(siti))
    assert labels(last(siti)) == offered
    assert bool(siti.keyboard) == (question == "story")
    assert draft_of(siti).screen == question


@pytest.mark.parametrize("text", ["halo", "tes", "P", "Ada orang?", "selamat siang"])
def test_a_stranger_reads_what_the_service_does_and_its_telephone(text: str) -> None:
    siti = citizen()
    assert siti.says(text) == ["followup.courtesy"]
    said = wording(last(siti))
    assert "membuat pengaduan pelayanan publik" in said
    assert "(0343) 749035" in said
    assert siti.chat_log.conversation(SITI).held == ()
    assert siti.presses("file_complaint") == ["intake.choose_agency"]


TYPED = {
    "puas": "followup.thanks",
    "Sudah puas pak": "followup.thanks",
    "BELUM PUAS": "followup.collect",
    "tidak puas": "followup.collect",
    "not satisfied": "followup.collect",
}


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_verdict_counts_while_one_is_open(text: str) -> None:
    world = Desk()
    responded(world)
    assert world.citizen.says(text) == [TYPED[text]]


def test_a_typed_verdict_on_two_responses_is_asked_about() -> None:
    world = Desk()
    responded(world), responded(world)
    assert world.citizen.says("puas") == ["followup.judge"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("kirim jawaban", "followup.sent"), ("Ya", "followup.sent"), ("bukan untuk ini", "followup.what_for")],
)
def test_the_question_about_held_messages_is_answered_by_typing(text: str, expected: str) -> None:
    world = Desk()
    asked(world)
    world.citizen.says("Di balai desa")
    assert world.citizen.says(text) == [expected]
