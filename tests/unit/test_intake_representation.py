"""A citizen files for another person, with a power of attorney."""

from __future__ import annotations

from conversations.effects import KeepFile
from tests.unit.transcript import Actor
from tests.unit.walker import SAMPLES, asked, citizen, draft_of, questions_asked, walk


def representing() -> Actor:
    """A citizen who said that they represent another person."""
    siti = citizen()
    walk(siti, until="name")
    assert siti.presses("for_another")[0] == "intake.ask_name"
    return siti


def test_representation_asks_for_the_represented_person_and_the_power_of_attorney() -> None:
    siti = representing()
    walk(siti, until="filed")
    represented = ["represented_name", "represented_address", "power_of_attorney"]
    assert [name for name in questions_asked(siti) if name in represented] == represented
    complaint = siti.chat_log.case().complaint
    assert complaint.represents
    assert (complaint.represented_name, complaint.power_of_attorney) == (SAMPLES["represented_name"], None)


def test_citizen_who_no_longer_represents_files_for_themselves() -> None:
    siti = representing()
    walk(siti, until="represented_address")
    while asked(siti) != "name":
        siti.presses("back")
    siti.presses("for_myself")
    siti.presses("keep_answer")
    walk(siti, until="filed")
    complaint = siti.chat_log.case().complaint
    assert (complaint.represents, complaint.represented_name) == (False, None)


def test_photo_of_the_power_of_attorney_is_kept() -> None:
    siti = representing()
    walk(siti, until="power_of_attorney")
    siti.sends("photo")
    assert any(isinstance(effect, KeepFile) for effect in siti.chat_log.fresh)
    assert draft_of(siti).answers["power_of_attorney"]
    assert asked(siti) != "power_of_attorney"


def test_late_page_of_the_power_of_attorney_is_no_evidence() -> None:
    siti = representing()
    walk(siti, until="power_of_attorney")
    siti.sends(album="A")
    siti.sends(album="A")
    walk(siti, until="filed")
    complaint = siti.chat_log.case().complaint
    assert complaint.power_of_attorney
    assert (len(complaint.power_of_attorney), complaint.evidence) == (2, ())
