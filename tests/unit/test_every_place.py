"""The words that people type without a slash, and every kind of message, at each place of the chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from conversations.conversation import Conversation
from conversations.events import ContactReceived, LocationReceived, UnreadableReceived
from tests.unit.places import ASKED, COLLECTED, FREE, HELD, MESSENGERS, NUMBERS, PLACES, answers, led, texts
from tests.unit.transcript import Actor
from tests.unit.walker import labels

TELEPHONE = "(0343) 749035"
EVERYWHERE = [(name, messenger) for name in PLACES for messenger in MESSENGERS]


def kept(conversation: Conversation) -> object:
    """What was taken from the person's messages."""
    draft, unsent = conversation.draft, conversation.collecting
    return (
        draft and (draft.answers, draft.story, draft.aside),
        unsent and unsent.parts,
        conversation.held,
    )


@pytest.mark.parametrize(("name", "messenger"), EVERYWHERE)
@pytest.mark.parametrize("typed", ["bantuan", "Menu."])
def test_a_call_for_help_is_answered_with_the_telephone(name: str, messenger: str, typed: str) -> None:
    chat, siti = led(name, messenger)
    before = kept(chat.conversation(siti.chat))
    siti.says(typed)
    assert TELEPHONE in texts(answers(siti))
    assert kept(chat.conversation(siti.chat)) == before


@pytest.mark.parametrize(("name", "messenger"), EVERYWHERE)
@pytest.mark.parametrize("typed", ["saya mau bicara dengan petugas", "minta nomor telp"])
def test_who_asks_for_a_person_reads_the_telephone_and_keeps_the_question(
    name: str, messenger: str, typed: str
) -> None:
    chat, siti = led(name, messenger)
    before = chat.conversation(siti.chat)
    siti.says(typed)
    after = chat.conversation(siti.chat)
    assert TELEPHONE in texts(answers(siti))
    assert (kept(after), after.listener, after.draft) == (kept(before), before.listener, before.draft)


@pytest.mark.parametrize(("name", "messenger"), [each for each in EVERYWHERE if each[0] not in COLLECTED])
@pytest.mark.parametrize("typed", ["petugas", "telpon"])
def test_one_word_for_a_person_is_enough(name: str, messenger: str, typed: str) -> None:
    chat, siti = led(name, messenger)
    before = kept(chat.conversation(siti.chat))
    siti.says(typed)
    assert TELEPHONE in texts(answers(siti))
    assert kept(chat.conversation(siti.chat)) == before


@pytest.mark.parametrize("messenger", MESSENGERS)
@pytest.mark.parametrize("name", ["reported_person", "story", "loss"])
def test_a_word_for_a_person_can_be_the_answer_after_one_press(name: str, messenger: str) -> None:
    chat, siti = led(name, messenger)
    siti.says("petugas")
    siti.presses("use_as_answer")
    draft = chat.conversation(siti.chat).draft
    assert draft
    said = draft.answers.get(name) or draft.story[-1].text
    assert said == "petugas"


@pytest.mark.parametrize("messenger", MESSENGERS)
@pytest.mark.parametrize("typed", ["ya", "Iya pak", "Ya, ini jawabannya", "1"])
def test_a_text_that_is_not_taken_yet_is_confirmed_by_typing(messenger: str, typed: str) -> None:
    chat, siti = led("occurred_place", messenger)
    chat.now += timedelta(hours=25)
    siti.says("Balai desa")
    siti.says(typed)
    draft = chat.conversation(siti.chat).draft
    assert draft
    assert draft.answers["occurred_place"] == "Balai desa"


# What "batal" leads to, by the kind of place.
ENDS = {
    "intake.confirm_cancel",
    "intake.cancelled",
    "intake.nothing_to_cancel",
    "followup.dropped",
    "followup.left",
    "followup.withdraw_which",
    "followup.let_go",
}


@pytest.mark.parametrize(("name", "messenger"), EVERYWHERE)
@pytest.mark.parametrize("typed", ["batal", "tidak jadi pak", "cancel"])
def test_cancelling_is_understood(name: str, messenger: str, typed: str) -> None:
    chat, siti = led(name, messenger)
    before = kept(chat.conversation(siti.chat))
    said = siti.says(typed)
    shown = [text for message in answers(siti) for text in _templates(message)]
    assert ENDS & {*said, *shown} or name in {"cancelling", "a verdict", "an answer"}, said
    assert name in {*COLLECTED, *HELD} or kept(chat.conversation(siti.chat)) == before


def _templates(message: object) -> list[str]:
    template, params = getattr(message, "template"), getattr(message, "params")  # noqa: B009
    return (
        [said["template"] for said in params["messages"]] if template == "followup.together" else [template]
    )


@pytest.mark.parametrize("messenger", MESSENGERS)
@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("typed", ["selesai", "kembali", "balik", "cukup", "stop", "keluar"])
def test_the_question_for_a_number_is_left_by_any_such_word(name: str, messenger: str, typed: str) -> None:
    chat, siti = led(name, messenger)
    assert siti.says(typed) == ["followup.left"]
    assert chat.conversation(siti.chat).listener == "none"


# Words that lead nowhere while nothing is asked: they are no message for the officers.
LEADING = [
    "selesai",
    "kembali",
    "Lanjut",
    "mulai",
    "menu",
    "sudah",
    "Mengerti, lanjut",
    "Kirim",
    "cukup pak",
    "lanjt",
]


# These may answer the question of an officer: the person is asked.
MAY_ANSWER = {"selesai", "sudah", "cukup pak"}


@pytest.mark.parametrize("messenger", MESSENGERS)
@pytest.mark.parametrize("name", FREE)
@pytest.mark.parametrize("typed", LEADING)
def test_a_word_that_leads_on_is_no_message_where_nothing_is_asked(
    name: str, messenger: str, typed: str
) -> None:
    chat, siti = led(name, messenger)
    siti.says(typed)
    (shown,) = answers(siti)
    assert labels(shown)
    if name == "a question of an officer" and typed in MAY_ANSWER:
        assert shown.template == "followup.answer_this"
    else:
        assert chat.conversation(siti.chat).held == ()


@pytest.mark.parametrize(
    ("name", "messenger"), [(name, m) for name in (*ASKED, *NUMBERS) for m in MESSENGERS]
)
@pytest.mark.parametrize(
    "typed", ["kembali", "selesai", "Mengerti, lanjut", "Buat Pengaduan", "Lanjut", "mulai"]
)
def test_a_button_of_another_screen_is_no_answer(name: str, messenger: str, typed: str) -> None:
    chat, siti = led(name, messenger)
    before = kept(chat.conversation(siti.chat))
    siti.says(typed)
    after = kept(chat.conversation(siti.chat))
    assert answers(siti)
    assert after == before or name in {"story", "a number", "a code"}


@pytest.mark.parametrize(("name", "messenger"), EVERYWHERE)
@pytest.mark.parametrize(("typed", "language"), [("English", "en"), ("bahasa inggris", "en")])
def test_the_language_changes_at_every_place(name: str, messenger: str, typed: str, language: str) -> None:
    chat, siti = led(name, messenger)
    before = chat.conversation(siti.chat)
    siti.says(typed)
    after = chat.conversation(siti.chat)
    single = name in COLLECTED and " " not in typed
    assert single or after.language == language
    assert single or (kept(after), after.listener) == (kept(before), before.listener)


@pytest.mark.parametrize(("name", "messenger"), EVERYWHERE)
@pytest.mark.parametrize(
    ("typed", "language"), [("English", "en"), ("inggris", "en"), ("2", "en"), ("1", "id")]
)
def test_the_question_for_the_language_is_answered_by_typing(
    name: str, messenger: str, typed: str, language: str
) -> None:
    chat, siti = led(name, messenger)
    siti.commands("bahasa")
    before = kept(chat.conversation(siti.chat))
    siti.says(typed)
    after = chat.conversation(siti.chat)
    assert (after.language, kept(after)) == (language, before)


KINDS: Mapping[str, Callable[[Actor], object]] = {
    "a text": lambda siti: siti.says("Saya sudah tiga kali datang ke kantor desa."),
    "a sign": lambda siti: siti.says("👍"),
    "a greeting": lambda siti: siti.says("assalamualaikum"),
    "a call": lambda siti: siti.says("min"),
    "a number": lambda siti: siti.says("1"),
    "a photo": lambda siti: siti.sends("photo"),
    "a photo with a caption": lambda siti: siti.sends("photo", "Ini fotonya"),
    "a voice message": lambda siti: siti.sends("voice"),
    "a video": lambda siti: siti.sends("video"),
    "a document": lambda siti: siti.sends("document"),
    "a place": lambda siti: siti._feed(LocationReceived(siti.origin(), -7.6, 112.8)),
    "an own contact": lambda siti: siti._feed(ContactReceived(siti.origin(), "+6281", own=True)),
    "a contact": lambda siti: siti._feed(ContactReceived(siti.origin(), "+6281", own=False)),
    **{
        kind: lambda siti, kind=kind: siti._feed(UnreadableReceived(siti.origin(), kind))  # type: ignore[misc]
        for kind in ("sticker", "other", "edited", "too_large")
    },
}


# A press that has several answers: the receipt with its papers; a question below what it takes over.
SEVERAL = {("sending", "a number"), ("a held message", "a number"), ("resuming", "a text")}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_message_has_one_visible_answer_on_whatsapp(name: str, kind: str) -> None:
    _chat, siti = led(name, "WhatsApp")
    KINDS[kind](siti)
    shown = [message.template for message in answers(siti)]
    assert len(shown) > 1 if (name, kind) in SEVERAL else len(shown) == 1, shown
