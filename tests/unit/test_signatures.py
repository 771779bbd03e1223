"""The digest of a signature: it fits the stored text as it was filed, and no other text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from conversations.complaints.case import Case, Officer
from conversations.complaints.complaint import Complaint, LossKind
from conversations.complaints.references import signature_digest
from conversations.complaints.signatures import (
    CHECK_DIGITS,
    complaint_digest,
    signed_texts,
    typed_digits,
    was_signed_as,
)
from tests.unit.entering import entered
from tests.unit.filed import CITIZEN, Desk, complaint
from tests.unit.incomplete import ADDRESS, ask_for, completing, sign_and_send
from tests.unit.transcript import Actor
from tests.unit.walker import Answer, citizen, walk


def fits(case: Case) -> list[bool]:
    """Whether each signed text of a stored case fits its digest."""
    return [signed.fits for signed in signed_texts(case)]


def _tell_all(siti: Actor) -> None:
    """A story of texts, files and a place, one of them forwarded, one edited."""
    siti.says("Bantuan saya belum cair.", message=900)
    siti.edits(900, "Bantuan saya <b>belum</b> cair.")
    siti.says("Kata kepala dusun: tunggu.", forwarded="Diteruskan dari Pak Darmo")
    siti.sends("photo", "Foto loket")
    siti.sends("voice")
    siti.locates()


def _signs_by_photo(siti: Actor) -> None:
    siti.sends("photo")


# what was filed -> the answers that are unlike the walker's
FILED: Mapping[str, Mapping[str, Answer]] = {
    "as short as possible": {},
    "with evidence of each kind": {"story": _tell_all},
    "with a loss, a day and a place": {
        "loss_kind": "both",
        "occurred": "today-2026-03-17",
        "occurred_place": "Balai Desa",
    },
    "for another person": {"name": lambda siti: siti.presses("for_another") and siti.says("Siti Aminah")},
    "with additions": {"phone": "081234567890", "reported_person": "Kepala loket", "reported_handles": "no"},
    "signed by photo": {"signature": _signs_by_photo},
}


@pytest.mark.parametrize("name", FILED)
def test_a_complaint_fits_its_digest_when_it_is_read_from_the_store(name: str) -> None:
    siti = citizen()
    walk(siti, until="filed", answers=FILED[name])
    assert fits(siti.chat_log.case()) == [True]


@pytest.mark.parametrize("photo", [True, False])
def test_a_complaint_that_an_officer_entered_is_bound_to_the_officers_account(photo: bool) -> None:
    case = entered(Desk(), photo=photo)
    assert case.filed_by == 0
    assert fits(case) == [True]
    by_another = case.model_copy(update={"recorded_by": Officer(id=999, name="Rina Wati")})
    assert fits(by_another) == [False]


def test_what_completes_a_complaint_has_a_digest_of_its_own() -> None:
    world = Desk()
    case = completing(world, "address", "story")
    world.citizen.says("Tambahan: saya datang dua kali.")
    world.citizen.sends("photo")
    world.citizen.says("Lanjut")
    world.citizen.says(ADDRESS)
    sign_and_send(world)
    now = world.now(case)
    assert fits(now) == [True, True]
    given = now.supplements[0].model_copy(update={"answers": {"address": "Desa lain"}})
    assert fits(now.model_copy(update={"supplements": (given,)})) == [True, False]
    unsigned = given.model_copy(update={"digest": ""})
    assert fits(now.model_copy(update={"supplements": (unsigned,)})) == [True, False]


def test_a_supplement_of_pages_only_has_no_signature_to_check() -> None:
    world = Desk()
    case = world.file(complaint=complaint(represents=True, represented_name="Sumiati"))
    ask_for(world, case, "power_of_attorney")
    world.citizen.presses("complete_now")
    world.citizen.sends("photo")
    world.citizen.says("Lanjut")
    world.citizen.presses("send")
    assert len(world.now(case).supplements) == 1
    assert fits(world.now(case)) == [True]


# what was changed -> the complaint with the change
CHANGED: Mapping[str, Callable[[Complaint], Mapping[str, Any]]] = {
    "a letter of the story": lambda signed: {
        "story": (signed.story[0].model_copy(update={"text": signed.story[0].text + "."}), *signed.story[1:])
    },
    "a file": lambda signed: {
        "story": (signed.story[0], signed.story[1].model_copy(update={"file": "x"}), signed.story[2])
    },
    "the order of the files": lambda signed: {"story": (*signed.story[1:], signed.story[0])},
    "a skipped answer": lambda _: {"occurred_place": "Balai Desa"},
    "the confidentiality": lambda _: {"confidential": True},
    "the loss": lambda _: {"loss_kind": LossKind.NONE},
    "the time": lambda signed: {"signed_at": signed.signed_at + timedelta(microseconds=1)},
    "an answer that is taken away": lambda _: {"phone": None},
    "the digest": lambda _: {"signature_digest": "0" * 64},
    "no digest": lambda _: {"signature_digest": ""},
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_text_does_not_fit(name: str) -> None:
    case = Desk().file()
    changed = case.complaint.model_copy(update=CHANGED[name](case.complaint))
    assert fits(case) == [True]
    assert fits(case.model_copy(update={"complaint": changed})) == [False]


def test_another_account_does_not_fit() -> None:
    assert fits(Desk().file().model_copy(update={"filed_by": CITIZEN + 1})) == [False]


def _as_before(signed: Complaint, *added: str) -> Complaint:
    """The complaint with the digest of a version that covered every field, without the fields `added`."""
    text = signed.model_dump_json(exclude={"signature_digest", "signed_at", *added})
    files = [part.file for part in signed.story if part.file]
    digest = signature_digest({"complaint": text}, files, signed.signed_at, str(CITIZEN))
    return signed.model_copy(update={"signature_digest": digest})


ENTRY = ("on_behalf", "channel", "tracking_id", "received_on", "oral")


@pytest.mark.parametrize("added", [(), ENTRY, (*ENTRY, "earlier_complaint")])
def test_a_complaint_that_an_earlier_version_signed_still_fits(added: Sequence[str]) -> None:
    case = Desk().file()
    signed = _as_before(case.complaint, *added)
    assert fits(case.model_copy(update={"complaint": signed})) == [True]


def test_an_earlier_version_signed_no_answer_that_it_did_not_have() -> None:
    case = Desk().file()
    signed = _as_before(case.complaint, *ENTRY).model_copy(update={"tracking_id": "1234567"})
    assert fits(case.model_copy(update={"complaint": signed})) == [False]


def test_a_field_that_a_later_version_adds_changes_no_digest() -> None:
    class Later(Complaint):
        earlier_attempt: str | None = None

    signed = complaint()
    later = Later.model_validate(signed.model_dump())
    assert complaint_digest(later, CITIZEN) == complaint_digest(signed, CITIZEN)
    told = later.model_copy(update={"earlier_attempt": "sudah bertanya"})
    assert complaint_digest(told, CITIZEN) != complaint_digest(signed, CITIZEN)


DIGITS = "ab12cd34ef567890"
TYPED = {
    DIGITS: DIGITS,
    "ab12 cd34 ef56 7890": DIGITS,
    " AB12-CD34-EF56-7890 ": DIGITS,
    "ab12cd34\u200bef56\u200b7890": DIGITS,
    "ab12cd34ef56789\uff10": DIGITS,
    "abl2cd34ef56789O": DIGITS,
    "`ab12cd34ef567890`.": DIGITS,
    DIGITS * 4: DIGITS * 4,
    f"Sidik digital (SHA-256): {DIGITS * 4}": DIGITS * 4,
    DIGITS[:-1]: "",
    DIGITS * 4 + "a": "",
    DIGITS + "g": "",
    "": "",
    "\u0661" * 16: "",
    "sidik digital": "",
}


@pytest.mark.parametrize("text", TYPED)
def test_a_digest_is_read_as_people_type_it(text: str) -> None:
    assert typed_digits(text) == TYPED[text]


def test_sixteen_digits_of_any_signed_digest_are_enough() -> None:
    case = Desk().file()
    digest = case.complaint.signature_digest
    assert was_signed_as(case, digest[:CHECK_DIGITS])
    assert was_signed_as(case, digest)
    assert not was_signed_as(case, digest[: CHECK_DIGITS - 1])
    assert not was_signed_as(case, "")
    assert not was_signed_as(case, digest[1 : CHECK_DIGITS + 1])
    assert not was_signed_as(case, digest + "0")
