"""A citizen on a messenger without edits, keyboards and answers to presses: nothing twice, nothing lost."""

from __future__ import annotations

from collections import Counter

import pytest

from conversations.effects import AnswerPress, Edit, Outcome, Send, Weight
from conversations.events import ButtonPressed
from conversations.limited_chats import fitted
from conversations.messages import Button, Key, Keyboard, OutgoingMessage
from tests.unit.filed import Desk, wording
from tests.unit.on_whatsapp import ON_WHATSAPP, BothChats, Citizen, messages
from tests.unit.transcript import Chat
from tests.unit.walker import FILED, citizen, walk

# The messages of one filing, from the first greeting to the letter and the receipt on paper.
MESSAGES_PER_FILING = 18
OUTDATED = "system.press_outdated"
AGENCIES = {"dpmd": {"agency": "dpmd"}, "bakesbangpol": {"agency": "bakesbangpol", "service": "Izin ormas"}}


def templates(shown: list[OutgoingMessage]) -> list[str]:
    """The texts of these messages, those that are one message as well."""
    return [text for message in shown for text in _texts(message)]


def _texts(message: OutgoingMessage) -> list[str]:
    if message.template == "followup.together":
        return [said["template"] for said in message.params["messages"]]
    return [message.template]


@pytest.mark.parametrize("agency", AGENCIES)
def test_a_filing_costs_so_many_messages_and_says_nothing_twice(agency: str) -> None:
    chat = BothChats()
    siti = chat.citizen()
    siti.commands("start")
    assert walk(siti, "filed", AGENCIES[agency]) == FILED
    shown = messages(chat.effects, ON_WHATSAPP)
    assert len(shown) == MESSAGES_PER_FILING
    # The screen of the signature shows first the declaration, then the name, then "Kirim".
    repeated = {name: times for name, times in Counter(templates(shown)).items() if times > 1}
    assert repeated == {"intake.signing": 3}
    assert len({wording(message) for message in shown}) == len(shown)
    assert chat.case().messenger == "WhatsApp"
    assert chat.case().filed_by == ON_WHATSAPP


def test_on_telegram_the_same_filing_is_as_before() -> None:
    plain, both = Chat(), BothChats()
    for chat in (plain, both):
        assert walk(citizen(chat), "filed") == FILED
    assert [effect for effect in both.effects if isinstance(effect, Send | Edit)] == [
        effect for effect in plain.effects if isinstance(effect, Send | Edit)
    ]


def test_no_keyboard_is_closed_where_there_is_none() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "occurred")
    assert templates(siti.reads()) == ["intake.story_kept", "intake.ask_occurred"]
    assert siti.presses("back") == ["intake.ask_story"]
    assert siti.says("Batalkan") == ["intake.confirm_cancel"]
    removed = [
        effect.message
        for effect in chat.effects
        if isinstance(effect, Send) and effect.message.keyboard == Keyboard()
    ]
    assert removed == []
    assert "system.keyboard_closed" not in templates(messages(chat.effects, ON_WHATSAPP))


def test_a_key_is_a_button_whose_press_comes_as_its_text() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "summary")
    siti.presses("add_optional")
    siti.presses("add_phone")
    assert siti.keyboard == ["share_phone", "back", "cancel"]
    assert siti.says("Kembali") == ["intake.summary"]
    siti.presses("add_optional")
    siti.presses("add_phone")
    siti.shares("6281234567890")
    assert templates(siti.reads()) == ["intake.answered", "intake.summary"]
    assert "+6281234567890" in wording(siti.reads()[0])


def test_a_count_is_one_message_for_several_photos() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "story")
    before = len(chat.effects)
    for _ in range(5):
        siti.sends("photo")
    counts = messages(chat.effects[before:], ON_WHATSAPP)
    assert [message.params["count"] for message in counts] == [5]
    # The key to go on is at the newest message, where no keyboard stays below the chat.
    assert [message.keyboard for message in counts] == [Keyboard(((Key("next"),),))]
    siti.says("Bantuan belum cair.")
    assert siti.says("Lanjut") == ["followup.together"]


def test_fifteen_photos_over_the_limit_are_refused_once() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "story")
    for _ in range(25):
        siti.sends("photo")
    shown = templates(messages(chat.effects, ON_WHATSAPP))
    assert shown.count("intake.problem") == 1


def test_an_old_button_shows_what_is_asked_now_and_a_second_tap_only_that_it_is_old() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "name")
    old = siti.button("understood")
    before = chat.conversation(ON_WHATSAPP).draft
    siti.presses_button(old)
    (shown,) = siti.reads()
    assert templates([shown]) == [OUTDATED, "intake.ask_name"]
    assert wording(shown).startswith("Tombol ini sudah tidak berlaku.")
    assert siti.presses_button(old) == [OUTDATED]
    assert chat.conversation(ON_WHATSAPP).draft == before


def test_a_second_tap_on_send_names_the_number_and_files_nothing() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "sending")
    send = siti.button("send")
    assert siti.presses_button(send) == FILED
    assert siti.presses_button(send) == ["intake.already_filed"]
    assert len(chat.cases) == 1


def test_every_old_button_gets_one_message_and_changes_no_case() -> None:
    chat = BothChats()
    world, siti = Desk(chat), chat.citizen()
    walk(siti, "filed")
    case = chat.case()
    world.asked(world.budi, case)
    siti.presses("answer_now")
    siti.says("Di balai desa.")
    siti.presses("send", "")
    world.answered(world.budi, case)
    siti.presses("satisfied")
    siti.presses("star", "5")
    shown = [
        effect.message for effect in chat.effects if isinstance(effect, Send) and effect.chat == siti.chat
    ]
    buttons = [button for message in shown for row in message.buttons for button in row if button.action]
    filed, wrong = chat.case(), []
    for button in buttons:
        copy = chat.copied()
        again = copy.citizen()
        again.presses_button(button)
        read = [text for text in templates(again.reads()) if text != "intake.still_kept"]
        changed = copy.case().model_copy(update={"version": filed.version}) != filed
        if not again.reads() or (OUTDATED in read and len(again.reads()) > 1) or changed:
            wrong.append((button.label, read, changed))
    assert len(buttons) > 50
    assert wrong == []


def test_a_press_is_never_answered_by_its_id() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "filed")
    siti.presses_button(Button("next", "nothing_known"))
    assert not [effect for effect in chat.effects if isinstance(effect, AnswerPress)]
    assert OUTDATED in templates(siti.reads())


@pytest.mark.parametrize(("unanswered", "said"), [("", [OUTDATED]), ("ask", [])])
def test_a_press_that_has_no_effect_is_said_to_be_outdated(unanswered: str, said: list[str]) -> None:
    chat = BothChats()
    event = ButtonPressed(chat.citizen().origin(), "", "ask", "", 1, "")
    outcome = fitted(event, chat.world(), Outcome(), unanswered=unanswered)
    assert [effect.message.template for effect in outcome.effects if isinstance(effect, Send)] == said


def test_a_response_its_objection_and_its_stars_are_said_once() -> None:
    chat = BothChats()
    world, siti = Desk(chat), chat.citizen()
    case = world.file(filed_by=ON_WHATSAPP, messenger="WhatsApp")
    world.answered(world.budi, case)
    assert siti.presses("not_satisfied") == ["followup.collect"]
    siti.says("Belum cair.")
    siti.says("Dan tetangga juga.")
    (count,) = siti.reads()
    assert (count.template, count.params["count"]) == ("followup.tally", 2)
    assert siti.presses("send") == ["followup.sent"]
    world.answered(world.budi, case)
    assert siti.presses("satisfied") == ["followup.thanks"]
    assert siti.presses("star", "4") == ["followup.starred"]
    assert siti.presses("star", "4") == [OUTDATED]


def test_a_page_of_the_own_complaints_is_a_new_message() -> None:
    chat = BothChats()
    world, siti = Desk(chat), chat.citizen()
    for _ in range(7):
        world.file(filed_by=ON_WHATSAPP, messenger="WhatsApp")
    assert siti.commands("status") == ["followup.cases"]
    assert siti.presses("older") == ["followup.cases"]
    assert all(isinstance(effect, Send) for effect in chat.fresh if getattr(effect, "message", None))


def test_a_typed_button_and_a_pressed_one_say_the_same() -> None:
    pressing, typing = BothChats().citizen(), BothChats().citizen()
    for siti in (pressing, typing):
        walk(siti, "summary")
    assert pressing.presses("change") == typing.says("ubah") == ["intake.change"]
    assert pressing.reads() == typing.reads()


def test_what_is_only_counted_or_repeated_has_no_other_weight() -> None:
    chat = BothChats()
    siti: Citizen = chat.citizen()
    walk(siti, "story")
    siti.sends("photo")
    (count,) = [effect for effect in chat.fresh if isinstance(effect, Edit)]
    assert count.weight is Weight.PROGRESS
