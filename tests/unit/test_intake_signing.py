"""Place and signature: the name typed once more or a photo, and the place where it is signed."""

from __future__ import annotations

from tests.unit.walker import citizen, last, walk


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
