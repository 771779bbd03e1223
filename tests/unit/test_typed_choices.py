"""A choice can be typed: each label in both languages, its number, its first words, and with a slip."""

from __future__ import annotations

import pytest

from conversations.conversation import Conversation, ShownButton
from conversations.messages import Button
from conversations.reading.choosing import begins, is_slip, place_said
from conversations.reading.words import plain
from conversations.screens import restored
from tests.unit.filed import LANGUAGES, RENDERER, Desk
from tests.unit.on_whatsapp import ON_WHATSAPP, BothChats
from tests.unit.places import MESSENGERS, PLACES, answers, led
from tests.unit.transcript import RULES, Actor
from tests.unit.walker import asked, citizen, draft_of, labels, last, walk

LISTS = RULES.words.lists
# There the newest message is one that an officer caused.
OVERTAKEN = {"a response", "a question of an officer"}
EVERYWHERE = [(name, messenger) for name in PLACES if name not in OVERTAKEN for messenger in MESSENGERS]
# Below these the buttons only lead on: a number there is an answer, or a message.
WITHOUT_NUMBERS = {
    "loss",
    "address",
    "represented_address",
    "represented_name",
    "name",
    "place",
    "a number",
} | {
    "an addition",
    "a counted addition",
    "an objection",
    "a code",
    "power_of_attorney",
    "occurred_place",
    "reported_person",
    "earlier_complaint",
}


def outcome(chat: BothChats, siti: Actor) -> tuple[object, ...]:
    """What the person reads and what is stored, without the numbers of messages."""
    talk = chat.conversation(siti.chat)
    draft = talk.draft
    read = [(message.template, labels(message)) for message in answers(siti)]
    kept = draft and (draft.screen, draft.answers, len(draft.story), draft.changing, draft.replacing)
    shown = [template for template in read if template[0] != "intake.answered"]
    return shown, kept, talk.listener, talk.detour, talk.language, chat.cases.keys()


def copied(chat: BothChats, siti: Actor) -> tuple[BothChats, Actor]:
    """The same person in a copy of the world."""
    copy = chat.copied()
    return copy, copy.citizen() if siti.chat == ON_WHATSAPP else copy.person(siti.chat)


def offered(talk: Conversation) -> list[tuple[int, ShownButton]]:
    """The choices with their places, from 1."""
    return list(enumerate(talk.offered, 1))


def pressed(chat: BothChats, siti: Actor, shown: ShownButton) -> tuple[object, ...]:
    """The outcome of the press, in a copy."""
    copy, person = copied(chat, siti)
    person.presses_button(restored(shown))
    return outcome(copy, person)


def said(chat: BothChats, siti: Actor, text: str) -> tuple[tuple[object, ...], Actor]:
    """The outcome of a text, in a copy."""
    copy, person = copied(chat, siti)
    person.says(text)
    return outcome(copy, person), person


def asks_which(person: Actor, shown: ShownButton) -> bool:
    """Whether the person is asked which button is meant, and this is one of them."""
    message = last(person)
    choices = [button for row in message.buttons for button in row]
    meant = [button.value for button in choices if button.label == shown.label]
    return message.template == "intake.which_button" and shown.value in meant


@pytest.mark.parametrize(("name", "messenger"), EVERYWHERE)
def test_each_choice_is_typed_as_it_is_shown(name: str, messenger: str) -> None:
    chat, siti = led(name, messenger)
    for _, shown in offered(chat.conversation(siti.chat)):
        wanted = pressed(chat, siti, shown)
        for language in LANGUAGES:
            label = RENDERER.label(shown.label, shown.params, language)
            for text in {label, label.upper(), f" {label}. 🙏" if plain(label) else label}:
                found, person = said(chat, siti, text)
                assert found == wanted or asks_which(person, shown), (text, found, wanted)


@pytest.mark.parametrize(("name", "messenger"), [one for one in EVERYWHERE if one[0] not in WITHOUT_NUMBERS])
def test_each_choice_is_named_by_its_place(name: str, messenger: str) -> None:
    chat, siti = led(name, messenger)
    for place, shown in offered(chat.conversation(siti.chat)):
        wanted = pressed(chat, siti, shown)
        number = shown.params["count"] if shown.label == "star" else place
        for text in (f"{number}", f"{number}.", f"no {number} pak"):
            found, person = said(chat, siti, text)
            assert found == wanted or asks_which(person, shown), (text, found, wanted)


@pytest.mark.parametrize(("name", "messenger"), [one for one in EVERYWHERE if one[0] in WITHOUT_NUMBERS])
def test_a_number_presses_nothing_where_the_buttons_only_lead_on(name: str, messenger: str) -> None:
    chat, siti = led(name, messenger)
    for place, shown in offered(chat.conversation(siti.chat)):
        assert said(chat, siti, str(place))[0] != pressed(chat, siti, shown)


@pytest.mark.parametrize(("name", "messenger"), EVERYWHERE)
def test_a_slip_is_the_label_or_asks_which(name: str, messenger: str) -> None:
    chat, siti = led(name, messenger)
    for _, shown in offered(chat.conversation(siti.chat)):
        label = plain(RENDERER.label(shown.label, shown.params, "id"))
        missing = label[:2] + label[3:]
        if is_slip(missing, label):
            found, person = said(chat, siti, missing)
            assert found == pressed(chat, siti, shown) or asks_which(person, shown), missing


@pytest.mark.parametrize(
    ("place", "typed", "follows"),
    [
        ("service", "penyaluran", "intake.ask_story"),
        ("summary", "baca", "intake.read_all"),
        ("resuming", "mulai dari", "intake.confirm_start_over"),
        ("the welcome", "hanya ingin", "intake.just_asking"),
        ("the list", "no 2", "intake.which_button"),
        ("the stars", "bintang lima", "followup.starred"),
        ("the stars", "⭐⭐⭐", "followup.starred"),
        ("a withdrawal", "sudah beres semuanya", "followup.tally"),
    ],
)
@pytest.mark.parametrize("messenger", MESSENGERS)
def test_a_beginning_is_enough(messenger: str, place: str, typed: str, follows: str) -> None:
    _chat, siti = led(place, messenger)
    siti.says(typed)
    assert [message.template for message in answers(siti)][-1] == follows


def test_a_word_of_two_choices_asks_which_and_a_number_answers() -> None:
    chat, siti = led("signing", "WhatsApp")
    siti.says("ubah")
    assert answers(siti)[-1].template == "intake.which_button"
    siti.says("2")
    assert asked(siti) == "name"
    assert chat.conversation(siti.chat).detour == ""


def test_a_beginning_of_two_choices_asks_which() -> None:
    _chat, siti = led("the list", "WhatsApp")
    siti.says("DPMD")
    (asks,) = answers(siti)
    assert (asks.template, labels(asks)) == ("intake.which_button", ["case", "case"])


def test_a_number_that_two_choices_have_asks_which() -> None:
    world = Desk(BothChats())
    siti = world.chat.citizen() if isinstance(world.chat, BothChats) else world.citizen
    cases = [world.file(filed_by=ON_WHATSAPP, messenger="WhatsApp") for _ in range(3)]
    siti.commands("status")
    siti.says("1")
    assert answers(siti)[-1].template == "intake.which_button"
    assert {button.subject for row in answers(siti)[-1].buttons for button in row} == {
        cases[0].id,
        cases[2].id,
    }
    siti.says(cases[0].reference)
    assert answers(siti)[-1].template == "followup.case"


@pytest.mark.parametrize("messenger", MESSENGERS)
@pytest.mark.parametrize(
    ("place", "typed", "follows"),
    [
        ("a response", "1", "followup.thanks"),
        ("a response", "2", "followup.collect"),
        ("a response", "belum puas", "followup.collect"),
        ("a question of an officer", "1", "followup.collect"),
        ("a question of an officer", "Jawab sekarang", "followup.collect"),
        ("a question of an officer", "jawab", "followup.collect"),
        ("a filed complaint", "Tambah keterangan", "followup.collect"),
        ("the list", "Tambah keterangan", "followup.add_which"),
    ],
)
def test_the_choices_of_a_message_that_an_officer_caused_are_the_newest(
    messenger: str, place: str, typed: str, follows: str
) -> None:
    _chat, siti = led(place, messenger)
    siti.says(typed)
    assert [message.template for message in answers(siti)] == [follows]


def test_an_old_list_is_not_the_newest_one() -> None:
    _chat, siti = led("the language", "Telegram")
    siti.commands("start")
    walk(siti, "service")
    siti.says("English language services")
    assert asked(siti) == "story"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 1),
        (" 2. ", 2),
        ("3)", 3),
        ("4️⃣", 4),
        ("no 5", 5),
        ("nomor 6", 6),
        ("yang ke 2", 2),
        ("yang kedua", 2),
        ("pilih satu", 1),
        ("option 3", 3),
        ("5 bintang", 5),
        ("dua", None),
        ("2 kali", None),
        ("2026", None),
        ("1 2", None),
        ("", None),
        ("٣", None),
    ],
)
def test_a_place_is_read(text: str, place: int | None) -> None:
    assert place_said(text, LISTS) == place


@pytest.mark.parametrize(
    ("typed", "label", "slip"),
    [
        ("lanjt", "lanjut", True),
        ("lnajut", "lanjut", True),
        ("lanjjut", "lanjut", True),
        ("batalkam", "batalkan", True),
        ("kembalu", "kembali", True),
        ("lanjur", "lanjut", False),
        ("kiri", "kirim", False),
        ("lanjut", "lanjut", False),
        ("dpmd 2026 0002", "dpmd 2026 0001", False),
        ("tambah", "tambah opsional", False),
        ("", "lanjut", False),
    ],
)
def test_a_slip_is_one_letter(typed: str, label: str, slip: bool) -> None:
    assert is_slip(typed, label) is slip


@pytest.mark.parametrize(
    ("typed", "label", "right"),
    [
        ("dinas", "dinas pemberdayaan masyarakat", True),
        ("din", "dinas pemberdayaan masyarakat", False),
        ("ke", "ke dpmd 2026 0001", False),
        ("", "dinas", False),
    ],
)
def test_a_beginning_has_whole_words(typed: str, label: str, right: bool) -> None:
    assert begins(typed, label) is right


def test_a_typed_choice_has_the_turn_of_its_message() -> None:
    chat, siti = led("notice", "WhatsApp")
    old = chat.conversation(siti.chat).offered[0]
    assert old.version == chat.conversation(siti.chat).turn
    siti.presses_button(Button(old.label, old.action, old.subject, old.version, old.value))
    assert asked(siti) == "service"


def test_a_number_that_was_written_before_the_question_was_shown_is_no_choice_of_it() -> None:
    siti = citizen()
    walk(siti, until="occurred_place")
    first, second = (next(siti.chat_log.messages) for _ in range(2))
    siti.says("Balai desa RT", message=first)
    assert asked(siti) == "loss_kind"
    siti.says("1", message=second)
    assert asked(siti) == "loss_kind"
    assert "loss_kind" not in draft_of(siti).answers
