"""Delicate complaints: who reads them is offered where people look, and is true for the agency."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from conversations import casefile
from conversations.complaints.agency import Agency
from conversations.effects import Edit, Send
from tests.unit.filed import LANGUAGES, Desk, wording
from tests.unit.transcript import RESTRICTED, RULES, STAFF, Actor, Chat, agency
from tests.unit.walker import citizen, draft_of, labels, last, walk

NONE: Mapping[str, str] = {}
PLAIN = "Surat saya tidak selesai sejak Januari."
DELICATE = (
    "Rina, petugas pengaduan, minta uang.",
    "Ada korupsi di desa, tolong rahasiakan identitas saya.",
    "Saya takut kalau ketahuan.",
    "Kena PUNGLI lima puluh ribu",
    "kulo wedi, pak",
    "They asked me for money, please keep it secret.",
)


def at_summary(story: str, one: Agency | None = None, answers: Mapping[str, str] = NONE) -> Actor:
    rules = RULES.model_copy(update={"agencies": (one,)}) if one else RULES
    siti = citizen(Chat(rules=rules))
    walk(siti, until="summary", answers={"story": story, **answers})
    return siti


def without_readers() -> Agency:
    return agency("dpmd").model_copy(update={"leaders": ()})


@pytest.mark.parametrize("story", DELICATE)
def test_delicate_words_bring_the_buttons_to_the_summary(story: str) -> None:
    siti = at_summary(story)
    assert {"add_confidential", "add_reported_person"} <= set(labels(last(siti)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_has_a_line_for_each_without_buttons_for_a_plain_complaint(language: str) -> None:
    siti = at_summary(PLAIN)
    shown = wording(last(siti), language)
    wanted = (
        ("Rahasiakan:", "Pihak yang diadukan:") if language == "id" else ("Keep confidential:", "Reported")
    )
    assert [text for text in wanted if text not in shown] == []
    assert {"add_confidential", "add_reported_person"} & set(labels(last(siti))) == set()


@pytest.mark.parametrize("field", ["loss", "resolution", "service"])
def test_delicate_words_of_other_answers_count_too(field: str) -> None:
    siti = at_summary(PLAIN, answers={"loss_kind": "both", field: "Uang pungli supaya cepat"})
    assert "add_confidential" in labels(last(siti))


def test_a_name_is_no_delicate_word() -> None:
    siti = at_summary(PLAIN, answers={"name": "Rahasia Takut"})
    assert "add_confidential" not in labels(last(siti))


def test_the_buttons_act_from_the_summary_and_lead_back_to_it() -> None:
    siti = at_summary(DELICATE[0])
    assert siti.presses("add_confidential") == ["intake.summary"]
    assert "hanya dibaca pimpinan" in wording(last(siti))
    assert draft_of(siti).answers["confidential"] is True
    assert "add_confidential" not in labels(last(siti))
    assert siti.presses("add_reported_person") == ["intake.ask_reported_person"]
    siti.says("Rina")
    assert siti.presses("no")[0] == "intake.summary"
    assert "Pihak yang diadukan:</b> Rina" in wording(last(siti))
    assert "add_reported_person" not in labels(last(siti))


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_one_could_read_it_other_bodies_are_named_instead(language: str) -> None:
    siti = at_summary(DELICATE[1], without_readers())
    assert "add_confidential" not in labels(last(siti))
    shown = wording(last(siti), language)
    assert "Inspektorat" in shown
    assert "Rahasiakan:" not in shown
    assert "Keep confidential:" not in shown


def test_without_leaders_a_confidential_complaint_goes_to_the_restricted_chat() -> None:
    one = agency("dpmd", restricted=RESTRICTED).model_copy(update={"leaders": ()})
    siti = at_summary(DELICATE[1], one)
    siti.presses("add_confidential")
    assert "jalur khusus" in wording(last(siti))
    walk(siti, until="filed")
    case = siti.chat_log.case()
    assert (case.restricted, case.chat) == (True, RESTRICTED)
    assert siti.chat_log.sent(STAFF["dpmd"]) == []


def test_with_leaders_it_stays_with_its_card_in_the_staff_group() -> None:
    siti = at_summary(DELICATE[1])
    siti.presses("add_confidential")
    walk(siti, until="filed")
    assert siti.chat_log.case().restricted is False
    assert [message.template for message in siti.chat_log.sent(STAFF["dpmd"])] == ["desk.card_confidential"]


@pytest.mark.parametrize(
    ("restricted", "promise"), [(RESTRICTED, "masuk ke jalur khusus"), (None, "tempat mengadu yang lain")]
)
def test_the_promise_about_the_reported_person_is_true(restricted: int | None, promise: str) -> None:
    siti = at_summary(DELICATE[0], agency("dpmd", restricted=restricted))
    siti.presses("add_reported_person")
    assert siti.says("Rina") == ["intake.ask_reported_handles"]
    assert promise in wording(last(siti))


def _without_leaders(siti: Actor) -> None:
    """The configuration changes: no one reads confidential complaints any more."""
    siti.chat_log.rules = RULES.model_copy(update={"agencies": (without_readers(),)})


@pytest.mark.parametrize("until", ["summary", "sending"])
def test_a_confidential_complaint_that_no_one_could_read_is_not_sent(until: str) -> None:
    siti = at_summary(DELICATE[1])
    siti.presses("add_confidential")
    if until == "sending":
        walk(siti, until="sending")
    _without_leaders(siti)
    assert siti.presses("continue_to_signing" if until == "summary" else "send") == ["intake.no_reader"]
    assert siti.chat_log.cases == {}
    assert "Inspektorat" in wording(last(siti))
    assert siti.presses("remove_confidential") == ["intake.summary"]
    walk(siti, until="filed")
    assert siti.chat_log.case().complaint.confidential is False


def test_a_filed_one_without_readers_says_so_on_its_card_and_does_not_fall_back_to_the_group() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.chat.rules = RULES.model_copy(update={"agencies": (without_readers(),)})
    assert casefile.readers_of(case, world.chat.rules) == ""
    world.press(world.rina, case, "note")
    world.rina.commands("tiket", case.reference)
    shown = [effect.message for effect in world.chat.effects if isinstance(effect, Send | Edit)]
    assert [message.template for message in shown if message.template.startswith("desk.card")] == [
        "desk.card_confidential"
    ]
    assert "tidak ada yang dapat membukanya" in wording(shown[-1])
    assert case.complaint.account not in "".join(wording(message) for message in shown)


READERS = {
    "an ordinary one": (False, False, None, (900,), "staff"),
    "confidential with leaders": (True, False, None, (900,), "leaders"),
    "confidential without leaders": (True, False, RESTRICTED, (), ""),
    "restricted": (False, True, RESTRICTED, (), "restricted"),
    "restricted, its group gone": (True, True, None, (900,), ""),
}


@pytest.mark.parametrize("name", READERS)
def test_who_may_read_a_case(name: str) -> None:
    confidential, restricted, chat, leaders, readers = READERS[name]
    one = agency("dpmd", restricted=chat).model_copy(update={"leaders": leaders})
    case = Desk().file(confidential=confidential, restricted=restricted)
    assert casefile.readers_of(case, RULES.model_copy(update={"agencies": (one,)})) == readers
