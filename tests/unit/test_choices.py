"""Pages of choices where a messenger shows ten buttons under one message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.choices import AFTER, BEFORE
from conversations.complaints.agency import Service
from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft_path import asked
from conversations.messages import Button, OutgoingMessage
from tests.unit.filed import Desk
from tests.unit.on_whatsapp import ON_WHATSAPP, BothChats, Citizen
from tests.unit.transcript import RULES, Chat
from tests.unit.walker import FILED, citizen, labels, last, walk

MOST = 10
TURNS = {BEFORE, AFTER}


def shown(siti: Citizen) -> list[Button]:
    """The buttons of the newest message."""
    return [button for row in siti.reads()[-1].buttons for button in row]


def all_pages(siti: Citizen) -> list[list[str]]:
    """The labels of this message and of the pages after it, with what they are for."""
    pages = [shown(siti)]
    while any(button.label == AFTER for button in pages[-1]):
        siti.presses(AFTER)
        assert [message.template for message in siti.reads()] == ["system.choices"]
        pages.append(shown(siti))
    assert all(len(page) <= MOST for page in pages)
    return [
        [f"{button.label} {button.value}" for button in page if button.label not in TURNS] for page in pages
    ]


def with_services(number: int) -> BothChats:
    """A world whose first agency has so many services."""
    services = tuple(Service(id=f"s{place}", name=f"Layanan nomor {place}") for place in range(number))
    first, second = RULES.agencies
    many = first.model_copy(update={"services": services})
    return BothChats(rules=RULES.model_copy(update={"agencies": (many, second)}))


@pytest.mark.parametrize("number", [1, 7, 8, 9, 14, 20])
def test_each_service_is_on_one_page_and_the_way_back_on_all(number: int) -> None:
    siti = with_services(number).citizen()
    walk(siti, "service")
    pages = all_pages(siti)
    listed = [entry for page in pages for entry in page if entry.startswith("choice")]
    assert listed == [f"choice s{place}" for place in range(number)]
    assert sum("other_service " in page for page in pages) == 1
    assert all("cancel " in page for page in pages)


@pytest.mark.parametrize(
    ("number", "sizes"),
    [(8, [10, 5]), (17, [10, 10, 8]), (18, [10, 10, 9]), (19, [10, 10, 10]), (20, [10, 10, 10, 5])],
)
def test_each_page_but_the_last_is_full(number: int, sizes: list[int]) -> None:
    siti = with_services(number).citizen()
    walk(siti, "service")
    found = [len(shown(siti))]
    while any(button.label == AFTER for button in shown(siti)):
        siti.presses(AFTER)
        found.append(len(shown(siti)))
    assert found == sizes


@pytest.mark.parametrize("act", ["press", "type", "type the name"])
def test_a_choice_of_a_further_page_counts(act: str) -> None:
    chat = with_services(20)
    siti = chat.citizen()
    walk(siti, "service")
    if act != "type the name":
        siti.presses(AFTER) if act == "press" else siti.says("Pilihan lain")
        assert siti.reads()[-1].params == {"page": 2, "pages": 4}
        siti.says("Pilihan lainnya")
        assert siti.reads()[-1].params == {"page": 3, "pages": 4}
        siti.says("More choices")
        assert siti.presses("choice", "s19") == ["intake.ask_story"]
    else:
        assert siti.says("Layanan nomor 19") == ["intake.ask_story"]
    draft = chat.conversation(ON_WHATSAPP).draft
    assert draft
    assert draft.answers["service"] == "s19"


def test_pages_go_back_as_well() -> None:
    siti = with_services(20).citizen()
    walk(siti, "service")
    siti.presses(AFTER)
    siti.presses(BEFORE)
    assert siti.reads()[-1].params == {"page": 1, "pages": 4}
    assert siti.says("Pilihan sebelumnya") == ["system.choices"]
    assert siti.reads()[-1].params == {"page": 1, "pages": 4}


def test_the_pages_of_an_earlier_question_are_outdated() -> None:
    chat = with_services(20)
    siti = chat.citizen()
    walk(siti, "service")
    old = siti.button(AFTER)
    siti.presses("choice", "s1")
    siti.presses_button(old)
    texts = siti.reads()[-1].params["messages"]
    assert [said["template"] for said in texts] == ["system.press_outdated", "intake.ask_story"]
    assert siti.presses_button(Button(AFTER, "choices", value="1.x")) == ["followup.together"]
    assert siti.says("Pilihan lain") == ["intake.tally"], "it is a part of the story now"


def test_only_the_newest_message_with_pages_can_be_turned() -> None:
    siti = with_services(20).citizen()
    walk(siti, "service")
    old = siti.button(AFTER)
    siti.presses("back")
    walk(siti, "service")
    assert siti.button(AFTER).value != old.value
    siti.presses_button(old)
    assert siti.reads()[-1].params["messages"][0]["template"] == "system.press_outdated"


def test_every_answer_can_be_changed_from_the_summary() -> None:
    chat = BothChats()
    siti = chat.citizen()
    walk(siti, "summary", {"loss_kind": "both", "reported_person": "Kepala dusun", "phone": "081234567890"})
    siti.presses("change")
    draft = chat.conversation(ON_WHATSAPP).draft
    assert draft
    fields = [entry for page in all_pages(siti) for entry in page if entry.startswith("change_field")]
    assert fields == [f"change_field {name}" for name in asked(draft)]
    assert siti.says("Alamat lengkap") == ["intake.ask_address"]


def test_every_part_of_a_long_story_can_be_deleted() -> None:
    siti = BothChats().citizen()
    walk(siti, "story")
    for number in range(23):
        siti.says(f"Bagian {number} dari uraian saya.")
    walk(siti, "summary")
    siti.presses("change")
    siti.presses("change_field", "story")
    entries = [entry for page in all_pages(siti) for entry in page]
    assert [entry for entry in entries if entry.startswith("delete_part")] == [
        f"delete_part {number}" for number in range(1, 24)
    ]


def test_held_messages_and_many_verdicts_have_pages() -> None:
    chat = BothChats()
    world, siti = Desk(chat), chat.citizen()
    for _ in range(5):
        case = world.file(filed_by=ON_WHATSAPP, messenger="WhatsApp")
        world.answered(world.budi, case)
    assert siti.says("Belum cair juga sampai hari ini.") == ["followup.judge"]
    judged = [entry.split()[0] for page in all_pages(siti) for entry in page]
    assert judged.count("not_satisfied_with") == 5
    assert siti.presses("something_else") == ["followup.what_for"]
    assert len([entry for page in all_pages(siti) for entry in page if entry.startswith("add_to_case")]) == 5
    assert siti.presses("add_to_case") == ["followup.tally"]


def test_a_reminder_of_held_messages_has_pages_too() -> None:
    chat = BothChats()
    world, siti = Desk(chat), chat.citizen()
    for _ in range(5):
        world.answered(world.budi, world.file(filed_by=ON_WHATSAPP, messenger="WhatsApp"))
    siti.says("Belum cair juga sampai hari ini.")
    world.later(hours=13)
    chat.wake(ON_WHATSAPP, timedelta())
    (asked_again,) = siti.reads()
    assert asked_again.template == "followup.judge"
    assert len([button for row in asked_again.buttons for button in row]) <= MOST


def test_with_a_hundred_choices_a_message_there_is_one_page() -> None:
    siti = citizen(with_services(20))
    walk(siti, "service")
    assert labels(last(siti)).count("choice") == 20
    plain, both = Chat(), with_services(3)
    assert walk(citizen(plain), "filed") == FILED
    assert all(talk.choices is None for talk in plain.world().conversations.values())
    assert walk(both.citizen(), "service")
    assert both.conversation(ON_WHATSAPP).choices is None


def test_a_filing_never_offers_more_than_the_messenger_shows() -> None:
    every = {name for name, question in QUESTIONS.items() if question.addition}
    chat = with_services(20)
    siti = chat.citizen()
    answers = dict.fromkeys(every & {"reported_person", "earlier_complaint"}, "Kepala dusun Krajan")
    walk(siti, "filed", {"service": "s1", **answers})
    sent: list[OutgoingMessage] = [effect.message for effect in chat.effects if hasattr(effect, "message")]
    assert max(len([b for row in message.buttons for b in row if b.action]) for message in sent) <= MOST
