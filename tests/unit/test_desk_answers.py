"""Officers answer: prompted, previewed, checked again, sent once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.catalogue import MESSAGES
from conversations.complaints.life_cycle import Status
from conversations.effects import AnswerPress, DropFile, Edit, KeepFile, Send
from conversations.events import DeadlinePassed, Event, TextReceived
from conversations.messages import AskReply, OutgoingMessage
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, Desk, pressed, prompted, render_all, wording
from tests.unit.template_samples import samples


def test_answering_asks_the_officer_alone() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    (send,) = [effect for effect in world.chat.fresh if isinstance(effect, Send)]
    assert send.key == f"prompt:{case.id}:601"
    assert send.message.keyboard == AskReply(601)
    assert "tg://user?id=601" in wording(send.message)


def test_a_reply_to_the_prompt_is_previewed_and_not_sent_yet() -> None:
    world = Desk()
    prompted(world, "Sudah <kami> salurkan & selesai.")
    (preview,) = world.chat.sent(GROUP)
    assert preview.template == "desk.preview"
    assert "Sudah &lt;kami&gt; salurkan &amp; selesai." in wording(preview)
    assert not world.messages(CITIZEN)


def test_the_preview_shows_what_the_citizen_will_read() -> None:
    world = Desk()
    prompted(world)
    (preview,) = world.chat.sent(GROUP)
    world.budi.presses("send")
    response, _ = world.chat.sent(CITIZEN)
    assert wording(response) in wording(preview)


def test_sending_answers_in_the_officers_name_and_implies_the_steps_before() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    now = world.now(case)
    assert now.status is Status.RESPONDED
    assert [step.status for step in now.timeline] == ["received", "verified", "in_progress", "responded"]
    assert {step.by for step in now.timeline[1:]} == {"Budi Santoso"}
    assert now.officer
    assert now.verified_by
    assert [what for who, what in world.history() if who == "officer:601"] == [
        "verified",
        "started",
        "responded",
        "response",
    ]


def test_photos_documents_and_late_album_items_join_the_preview() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    reply = world.prompt(case)
    world.budi.sends(caption="Buktinya", album="a1", reply_to=reply)
    world.budi.sends(album="a1")
    world.budi.sends("document", reply_to=reply)
    (edit,) = [effect for effect in world.chat.fresh if isinstance(effect, Edit)]
    assert edit.key == f"preview:{case.id}:601"
    assert "2 foto, 1 dokumen" in wording(edit.message)
    world.budi.presses("send")
    response, _ = world.chat.sent(CITIZEN)
    assert len(response.files) == 3


def test_a_files_job_belongs_to_the_case() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.sends(reply_to=world.prompt(case))
    (kept,) = [effect for effect in world.chat.fresh if isinstance(effect, KeepFile)]
    assert kept.owner == case.id


def test_changing_the_preview_asks_again() -> None:
    world = Desk()
    case = prompted(world, "Salah ketik")
    assert world.budi.presses("rewrite") == ["desk.rewriting", "desk.prompt"]
    world.budi.says("Yang benar", reply_to=world.prompt(case))
    world.budi.presses("send")
    response, _ = world.chat.sent(CITIZEN)
    assert response.params["text"] == "Yang benar"


def test_discarding_sends_nothing_and_drops_the_files() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.sends(reply_to=world.prompt(case))
    assert world.budi.presses("discard") == ["desk.discarded"]
    assert [effect for effect in world.chat.fresh if isinstance(effect, DropFile)]
    assert world.now(case).status is Status.RECEIVED
    world.budi.presses("send")
    assert world.chat.alert.template == "system.press_outdated"


def test_editing_a_message_before_sending_changes_the_preview() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.says("Sudh", message=4242, reply_to=world.prompt(case))
    assert world.budi.edits(4242, "Sudah") == ["desk.preview"]
    world.budi.presses("send")
    part = world.now(case).thread[0].parts[0]
    assert (part.text, part.replaced) == ("Sudah", ("Sudh",))


def test_another_officers_reply_to_the_prompt_is_refused_by_name() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    reply = world.prompt(case)
    assert world.rina.says("Saya saja", reply_to=reply) == ["desk.not_yours"]
    (message,) = world.chat.sent(GROUP)
    assert message.params["name"] == "Budi Santoso"


def test_another_officer_cannot_send_the_preview() -> None:
    world = Desk()
    prompted(world)
    world.press_shown(world.rina, "send", world.budi)
    assert world.chat.alert.template == "desk.not_yours"
    assert world.chat.alert.params["name"] == "Budi Santoso"
    assert world.chat.case().status is Status.RECEIVED


def test_a_taken_case_is_answered_by_its_officer_and_leaders_only() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    world.press(world.rina, case, "answer")
    assert world.chat.alert.template == "desk.taken"
    assert world.rina.commands("jawab", f"{case.reference} Halo") == ["desk.taken"]
    assert world.press(world.leader, case, "answer") == ["desk.prompt"]
    assert world.press(world.rina, case, "note") == ["desk.prompt"]


def test_two_officers_with_ready_previews_answer_once() -> None:
    world = Desk()
    case = world.file()
    world.budi.commands("jawab", f"{case.reference} Dari Budi")
    first = world.budi.button("send", "601")
    world.rina.commands("jawab", f"{case.reference} Dari Rina")
    world.rina.presses("send", "602")
    world.budi.presses_button(first)
    assert world.chat.alert.template == "desk.already_answered"
    assert world.chat.alert.params["name"] == "Rina Wati"
    assert [entry.text for entry in world.now(case).responses] == ["Dari Rina"]
    (preview,) = world.chat.sent(GROUP)
    assert preview.template == "desk.already_answered"


def test_pressing_send_twice_answers_once() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.budi.presses("send")
    assert world.chat.alert.template == "system.press_outdated"
    assert len(world.now(case).responses) == 1


def test_an_unsent_answer_is_not_lost_to_another_case() -> None:
    world = Desk()
    prompted(world)
    other = world.file()
    world.press(world.budi, other, "answer")
    assert world.chat.alert.template == "desk.finish_first"
    assert world.chat.alert.params["reference"] == "DPMD-2026-0001"


def test_batal_closes_an_open_prompt() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    assert world.budi.commands("batal") == ["desk.discarded"]
    assert world.budi.says("Selamat pagi") == []
    assert world.budi.commands("batal") == ["desk.nothing_open"]


def test_a_message_of_an_unsupported_kind_is_explained() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    reply = world.prompt(case)
    origin = world.budi.origin(reply_to=reply)
    world.chat.feed(TextReceived(origin, "x" * 20_001))
    assert world.chat.sent(GROUP)[0].template == "desk.problem"
    assert "20000" in wording(world.chat.sent(GROUP)[0])


def test_the_officer_is_reminded_of_a_preview_after_an_hour() -> None:
    world = Desk()
    prompted(world)
    world.later(hours=1, minutes=1)
    world.chat.feed(DeadlinePassed(world.chat.now, GROUP, 601))
    assert world.chat.sent(GROUP)[0].template == "desk.reminder"
    world.chat.feed(DeadlinePassed(world.chat.now + timedelta(hours=2), GROUP, 601))
    assert world.chat.fresh == []


def test_every_press_is_answered() -> None:
    world = Desk()
    prompted(world)
    for button in (world.budi.button("rewrite"), world.budi.button("send")):
        event: Event = pressed(world.budi, button)
        world.chat.feed(event)
        assert [effect for effect in world.chat.fresh if isinstance(effect, AnswerPress)]


def test_all_messages_render_in_both_languages() -> None:
    world = Desk()
    case = world.file()
    world.asked(world.budi, case)
    world.press(world.budi, case, "note")
    world.budi.says("Catatan", reply_to=world.prompt(case))
    world.press(world.budi, case, "answer")
    world.budi.says("Apa kabar")
    world.rina.says("Saya", reply_to=world.prompt(case))
    world.budi.presses("yes")
    world.budi.presses("rewrite")
    world.budi.commands("batal")
    world.answered(world.budi, case)
    world.rina.commands("jawab", f"{case.reference} Lagi")
    world.budi.commands("bantuan")
    world.budi.commands("daftar")
    render_all(world.chat.effects)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["response", "correction", "question"])
def test_the_preview_shows_the_very_text_that_the_citizen_gets(name: str, language: str) -> None:
    given = {
        "reference": "DPMD-2026-0042",
        "officer": "Rina <Wati>",
        "text": "Sudah cair & dicatat.\n\nSilakan diambil.",
        "files": [{"kind": "photo", "count": 2}],
        "days": 10,
        "confirmed": True,
    }
    sent = {key: value for key, value in given.items() if key in MESSAGES[f"followup.{name}"]}
    shown = {"purpose": name, "unreachable": "", "about": samples("", ["about"])[1]["about"]}
    preview = wording(OutgoingMessage("desk.preview", given | shown), language)
    assert (
        f"<blockquote>{wording(OutgoingMessage(f'followup.{name}', sent), language)}</blockquote>" in preview
    )
