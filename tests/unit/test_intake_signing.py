"""Place and signature: the name typed once more or a photo, and the place where it is signed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.walker import FILED, NAME, citizen, draft_of, last, walk


def test_another_name_at_signing_offers_to_change_the_name() -> None:
    siti = citizen()
    walk(siti, until="signing")
    assert siti.says("Budi Santoso") == ["intake.wrong_name"]
    assert siti.presses("change_name") == ["intake.ask_name"]
    assert siti.says("Budi Santoso") == ["intake.summary"]


def test_name_may_be_typed_again_after_a_wrong_one() -> None:
    siti = citizen()
    walk(siti, until="signing")
    siti.presses("declare")
    siti.says("Budi Santoso")
    assert siti.says("siti  aminah") == ["intake.signing"]
    siti.presses("send")
    assert siti.chat_log.case().complaint.signature == "siti  aminah"


def test_handwritten_signature_may_be_photographed() -> None:
    siti = citizen()
    walk(siti, until="signing")
    siti.sends("photo")
    siti.presses("declare")
    siti.presses("send")
    assert siti.chat_log.case().complaint.signature_file is not None


def test_place_of_signing_can_be_changed() -> None:
    siti = citizen()
    walk(siti, until="signing")
    assert siti.presses("change_place") == ["intake.ask_place"]
    assert siti.says("Pasuruan") == ["intake.signing"]
    assert last(siti).params["place"] == "Pasuruan"


def test_place_missing_in_the_address_is_asked_before_signing() -> None:
    siti = citizen()
    walk(siti, until="summary", answers={"address": "RT 02 RW 01 Gang Nomor 12"})
    assert siti.presses("continue_to_signing") == ["intake.ask_place"]
    assert siti.says("Bangil") == ["intake.signing"]


def test_kirim_of_an_earlier_signing_screen_is_outdated() -> None:
    siti = citizen()
    walk(siti, until="sending")
    old = siti.button("send")
    siti.presses("change_place")
    siti.presses("back")
    siti.presses_button(old)
    assert siti.chat_log.cases == {}


def test_forged_kirim_files_nothing_before_the_signature() -> None:
    siti = citizen()
    walk(siti, until="sending")
    action = siti.button("send").action
    siti.presses("cancel")
    siti.presses("cancel_yes")
    walk(siti, until="signing")
    siti.presses_button(replace(siti.button("declare"), action=action))
    assert siti.chat_log.cases == {}
    assert siti.chat_log.alert.template == "system.press_outdated"


@pytest.mark.parametrize(
    "typed", ["benar", "Setuju.", "ya benar", "saya setuju pak", "Ya", "Nggih", "inggih pak", "Nggih, leres"]
)
def test_typed_consent_is_the_declaration(typed: str) -> None:
    siti = citizen()
    walk(siti, until="signing")
    siti.says(NAME)
    assert siti.says(typed) == ["intake.signing"]
    assert draft_of(siti).declared
    assert siti.says(typed) == ["intake.signing"]
    assert siti.says("KIRIM") == FILED


@pytest.mark.parametrize("typed", ["Mbah Karto", "Budi Santoso, S.Pd.", "Siti Aminahh"])
def test_another_name_is_used_with_one_press(typed: str) -> None:
    siti = citizen()
    walk(siti, until="signing")
    siti.presses("declare")
    assert siti.says(typed) == ["intake.wrong_name"]
    assert last(siti).params == {"name": NAME, "text": typed}
    assert siti.presses("use_name") == ["intake.signing"]
    siti.presses("send")
    complaint = siti.chat_log.case().complaint
    assert (complaint.name, complaint.signature) == (typed, typed)


def test_the_buttons_of_the_signing_screen_work_below_another_name() -> None:
    siti = citizen()
    walk(siti, until="signing")
    siti.says("Budi Santoso")
    assert siti.presses("declare") == ["intake.signing"]
    siti.says("Budi Santoso")
    assert siti.presses("keep_name") == ["intake.signing"]
    assert siti.says(NAME) == ["intake.signing"]
    siti.presses("send")
    assert siti.chat_log.case().complaint.signature == NAME


@pytest.mark.parametrize(
    "typed", ["sudah saya tulis tadi", "kenapa harus lagi?", "1234567", "selesai", "Lanjut."]
)
def test_what_is_no_name_asks_for_the_name_with_the_buttons(typed: str) -> None:
    siti = citizen()
    walk(siti, until="signing")
    assert siti.says(typed) == ["intake.sign_with_name"]
    siti.presses("declare")
    siti.says(NAME)
    siti.presses("send")
    assert len(siti.chat_log.cases) == 1


def test_an_edit_of_another_name_is_read_as_the_signature() -> None:
    siti = citizen()
    walk(siti, until="signing")
    siti.presses("declare")
    siti.says("Siti Aminahh", message=4242)
    assert siti.edits(4242, NAME) == ["intake.signing"]
    siti.presses("send")
    assert siti.chat_log.case().complaint.signature == NAME
