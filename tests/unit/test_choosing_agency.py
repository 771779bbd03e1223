"""Finding the right door: what each agency does, its name typed, another agency, and a question."""

from __future__ import annotations

import pytest

from tests.unit.filed import LANGUAGES, wording
from tests.unit.test_example_agencies import AGENCIES, RULES
from tests.unit.transcript import Actor, Chat
from tests.unit.walker import SITI, asked, citizen, draft_of, labels, last, walk


def choosing() -> Actor:
    siti = citizen(Chat(rules=RULES))
    assert siti.commands("lapor") == ["intake.choose_agency"]
    return siti


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_choice_says_what_each_agency_handles_and_whom_to_call(language: str) -> None:
    shown = wording(last(choosing()), language)
    for wanted in ("Dana Desa, BLT Desa", "izin penelitian", "(0343) 749035", "082232130269"):
        assert wanted in shown


TYPED = {
    "DPMD": "dpmd",
    "dpmd.": "dpmd",
    "D.P.M.D": "dpmd",
    "d p m d": "dpmd",
    "saya mau lapor ke dpmd": "dpmd",
    "Dinas Pemberdayaan Masyarakat dan Desa Kab. Pasuruan": "dpmd",
    "pemberdayaan masyarakat": "dpmd",
    "dmpd": "dpmd",
    "soal dana desa": "dpmd",
    "posyandu": "dpmd",
    "BAKESBANGPOL": "bakesbangpol",
    "bakesbang pol": "bakesbangpol",
    "kesbangpol": "bakesbangpol",
    "bakesbanpol": "bakesbangpol",
    "ormas": "bakesbangpol",
    "izin penelitian saya": "bakesbangpol",
    "dana desa, tapi saya lapor ke Bakesbangpol": "bakesbangpol",
}


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_name_or_topic_chooses_the_agency(text: str) -> None:
    siti = choosing()
    assert siti.says(text) == ["intake.notice"]
    assert draft_of(siti).agency == TYPED[text]


@pytest.mark.parametrize("text", ["KTP itu di mana?", "puskesmas", "DPMD atau Bakesbangpol", "desa", "saya"])
def test_a_text_that_names_no_single_agency_is_asked_again_with_buttons(text: str) -> None:
    siti = choosing()
    assert siti.says(text) == ["intake.choose_agency"]
    assert wording(last(siti)).startswith("Mohon maaf")
    assert "neither" in labels(last(siti))
    assert (asked(siti), draft_of(siti).agency) == ("agency", "")


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("Bantuan dana desa saya belum cair sejak bulan Januari kemarin", "intake.notice"),
        ("Jalan di depan rumah saya rusak parah sejak tahun lalu", "intake.choose_agency"),
    ],
)
def test_a_sentence_also_begins_the_story(text: str, then: str) -> None:
    siti = choosing()
    assert siti.says(text) == [then]
    assert [part.text for part in draft_of(siti).story] == [text]


@pytest.mark.parametrize(
    ("label", "template", "wanted"),
    [
        ("neither", "intake.other_channels", ("www.lapor.go.id", "(0343) 749035", "112")),
        (
            "just_asking",
            "intake.just_asking",
            ("(0343) 747004", "Jam layanan", "bakesbangpol@pasuruankab.go.id"),
        ),
    ],
)
def test_other_doors_name_their_telephone_and_leave_no_draft(
    label: str, template: str, wanted: tuple[str, ...]
) -> None:
    siti = choosing()
    assert siti.presses(label) == [template]
    shown = wording(last(siti))
    assert [text for text in wanted if text not in shown] == []
    assert "Surat ke" not in shown
    assert siti.chat_log.conversation(SITI).draft is None
    assert siti.presses("file_complaint") == ["intake.choose_agency"]


def test_a_story_is_kept_when_the_citizen_only_wants_to_ask() -> None:
    siti = choosing()
    siti.says("Jalan di depan rumah saya rusak parah sejak tahun lalu")
    assert siti.presses("just_asking") == ["intake.just_asking"]
    assert draft_of(siti).story
    assert siti.presses("resume_draft") == ["intake.choose_agency"]


@pytest.mark.parametrize("count", [2, 3])
def test_the_button_for_other_agencies_fits_their_number(count: int) -> None:
    third = AGENCIES[0].model_copy(update={"id": "dispusip", "staff_chat_id": -100_9})
    agencies = (*AGENCIES, third)[:count]
    siti = citizen(Chat(rules=RULES.model_copy(update={"agencies": agencies})))
    siti.commands("lapor")
    assert ("neither" if count == 2 else "none_of_these") in labels(last(siti))


@pytest.mark.parametrize("command", ["start", "bantuan", "batal", "entah"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_telephone_is_in_the_messages_of_people_who_seek_help(command: str, language: str) -> None:
    siti = citizen(Chat(rules=RULES))
    siti.commands(command)
    shown = wording(last(siti), language)
    assert "(0343) 749035" in shown
    assert "082232130269" in shown


def test_a_question_can_be_asked_from_the_welcome_too() -> None:
    siti = citizen(Chat(rules=RULES))
    siti.commands("start")
    assert siti.presses("just_asking") == ["intake.just_asking"]


@pytest.mark.parametrize("at", ["agency", "notice", "service"])
def test_beginning_again_with_an_empty_draft_asks_its_question_again(at: str) -> None:
    siti = choosing()
    if at != "agency":
        walk(siti, until=at)
    template = last(siti).template
    assert siti.commands("lapor") == [template]
    assert asked(siti) == at


@pytest.mark.parametrize("at", ["agency", "notice", "service"])
def test_a_link_to_an_agency_leads_there_from_an_empty_draft(at: str) -> None:
    siti = choosing()
    if at != "agency":
        walk(siti, until=at)
    assert siti.commands("start", "bakesbangpol") == ["intake.notice"]
    assert draft_of(siti).agency == "bakesbangpol"
