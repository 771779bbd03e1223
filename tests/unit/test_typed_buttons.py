"""A typed button counts as its press, in any spelling, if the dialogue that listens shows it."""

from __future__ import annotations

import itertools

import pytest

from conversations.catalogue import BUTTONS
from tests.unit.filed import Desk, by_link
from tests.unit.transcript import RULES
from tests.unit.walker import asked, citizen, draft_of, last, walk


@pytest.mark.parametrize(
    "typed", ["lanjut", "LANJUT", " Lanjut. ", "selesai", "Sudah!", "cukup pak", "done", "sudah selesai 🙏"]
)
def test_the_story_ends_with_the_key_in_any_spelling(typed: str) -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Bantuan saya belum cair.")
    assert siti.says(typed)[-1] == "intake.ask_occurred"
    assert [part.text for part in draft_of(siti).story] == ["Bantuan saya belum cair."]


@pytest.mark.parametrize(
    ("question", "typed", "follows"),
    [
        ("service", "lainnya", "intake.type_service"),
        ("service", "ADMINISTRASI", "intake.ask_story"),
        ("occurred", "lewati", "intake.ask_occurred_place"),
        ("occurred", "Lupa.", "intake.ask_occurred_place"),
        ("occurred_place", "kembali", "intake.ask_occurred"),
        ("occurred_place", "skip", "intake.ask_loss_kind"),
        ("loss_kind", "> tidak ada", "intake.ask_resolution"),
        ("loss_kind", "gak ada", "intake.ask_resolution"),
        ("loss_kind", "rugi uang", "intake.ask_loss"),
        ("loss_kind", "Time and effort", "intake.ask_loss"),
        ("resolution", "batal", "intake.confirm_cancel"),
        ("name", "saya mewakili orang lain", "intake.ask_name"),
        ("summary", "lanjut", "intake.signing"),
        ("summary", "ubah", "intake.change"),
        ("signing", "Benar pak", "intake.signing"),
    ],
)
def test_a_typed_button_is_pressed(question: str, typed: str, follows: str) -> None:
    siti = citizen()
    walk(siti, until=question)
    assert siti.says(typed)[-1] == follows


def test_a_typed_button_of_a_menu_is_pressed() -> None:
    siti = citizen()
    walk(siti, until="summary")
    siti.presses("change")
    assert siti.says("alamat lengkap") == ["intake.ask_address"]
    siti.says("tetap")
    siti.says("tambah")
    assert siti.says("nomor telepon") == ["intake.ask_phone"]


@pytest.mark.parametrize(
    ("typed", "follows"), [("Ya", "intake.cancelled"), ("jangan", "intake.ask_loss_kind")]
)
def test_yes_and_no_answer_the_question_that_is_shown(typed: str, follows: str) -> None:
    siti = citizen()
    walk(siti, until="loss_kind")
    siti.says("batalkan")
    assert siti.says(typed) == [follows]


@pytest.mark.parametrize("typed", ["ya", "tidak", "benar", "sudah"])
def test_a_word_without_its_button_is_an_answer(typed: str) -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Bantuan saya belum cair.")
    if typed != "sudah":
        siti.says(typed)
        assert [part.text for part in draft_of(siti).story][-1] == typed


def test_a_word_for_two_buttons_asks_which() -> None:
    siti = citizen()
    walk(siti, until="signing")
    assert siti.says("ubah") == ["intake.which_button"]
    assert [row[0].label for row in last(siti).buttons] == ["change_place", "change_name"]
    assert siti.presses("change_place") == ["intake.ask_place"]


@pytest.mark.parametrize("typed", ["LANJUT", "selesai", "lanjut pak"])
def test_the_storys_key_is_no_answer_to_a_later_question(typed: str) -> None:
    siti = citizen()
    walk(siti, until="occurred_place")
    assert siti.says(typed) == ["intake.ask_occurred_place"]
    assert asked(siti) == "occurred_place"


@pytest.mark.parametrize(("typed", "status"), [("KIRIM", "followup.sent"), ("batal", "followup.dropped")])
def test_an_addition_is_sent_or_dropped_by_typing(typed: str, status: str) -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "add")
    world.citizen.says("Saya tambahkan foto.")
    assert world.citizen.says(typed) == [status]


def test_sudah_is_part_of_an_addition() -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "add")
    assert world.citizen.says("sudah") == ["followup.tally"]


@pytest.mark.parametrize(
    ("typed", "first"), [("kirim.", "desk.posted"), ("UBAH", "desk.rewriting"), ("batal", "desk.discarded")]
)
def test_an_officer_types_the_buttons_of_a_private_preview(typed: str, first: str) -> None:
    world = Desk()
    case = world.file(confidential=True)
    private = by_link(world, case)
    private.says("Sudah kami tindak lanjuti.")
    assert private.says(typed)[0] == first


def test_a_typed_word_in_a_group_is_talk() -> None:
    world = Desk()
    case = world.file()
    world.rina.commands("jawab", f"{case.reference} Sudah cair.")
    world.rina.says("kirim")
    assert world.now(case).responses == ()


def test_every_list_of_synonyms_belongs_to_a_button() -> None:
    lists = [name.removeprefix("as_") for name in RULES.words.lists if name.startswith("as_")]
    assert {name for name in lists if not name.startswith("change_field_")} <= BUTTONS.keys()


# Labels that are shown together and share a word on purpose: the person is asked which is meant.
AMBIGUOUS = {"change_place", "change_name"}
SCREENS = ("service", "occurred", "occurred_place", "loss_kind", "resolution", "name", "summary", "signing")


@pytest.mark.parametrize("question", SCREENS)
def test_no_word_means_two_buttons_of_a_screen(question: str) -> None:
    siti = citizen()
    walk(siti, until=question)
    shown = {button.label for button in siti.chat_log.conversation(siti.chat).shown} - AMBIGUOUS
    lists = {label: RULES.words.lists.get(f"as_{label}", frozenset()) for label in shown}
    for first, second in itertools.combinations(sorted(lists), 2):
        assert not lists[first] & lists[second], (first, second)


def test_a_long_text_is_no_button() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("lanjut " * 2000)
    assert len(draft_of(siti).story) == 1
