"""Replies by number: a message and a case belong together only when number and check code agree."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from conversations.catalogue import MESSAGES
from conversations.complaints.case import Case
from conversations.complaints.references import check_code, marked_reference, parse_marked
from conversations.conversation import Conversation
from conversations.desk.posts import POSTS
from conversations.events import Delivery, Event, TextReceived, UnreadableReceived
from conversations.messages import OutgoingMessage
from tests.unit.filed import GROUP, LANGUAGES, Desk, wording
from tests.unit.incomplete import ticking
from tests.unit.template_samples import samples
from tests.unit.transcript import RESTRICTED

UNKNOWN = 99_999


def marked(case: Case) -> str:
    return marked_reference(case.reference, case.id)


def plain(message: OutgoingMessage, language: str) -> str:
    """The text as the messenger gives it back in a reply."""
    return html.unescape(re.sub(r"<[^>]*>", "", wording(message, language)))


def _card(world: Desk, confidential: bool = False) -> Case:
    case = world.file(confidential=confidential, restricted=confidential, chat=GROUP)
    officer = world.officer(601, "Budi", RESTRICTED) if confidential else world.budi
    officer.commands("tiket", case.reference)
    return case


def _pressed(action: str) -> Callable[[Desk], Case]:
    def press(world: Desk) -> Case:
        case = world.file()
        world.press(world.budi, case, action)
        return case

    return press


def _asked_what_for(world: Desk) -> Case:
    case = world.file()
    world.budi.says("Sudah selesai", reply_to=world.card(case))
    return case


def _added(world: Desk, confidential: bool = False) -> Case:
    case = world.file(confidential=confidential)
    world.press(world.citizen, case, "add")
    world.citizen.says("DPMD-2026-0099 · AAAA\nSaya tambahkan.")
    world.citizen.presses("send")
    return case


def _unreachable(world: Desk) -> Case:
    case = world.file()
    world.answered(world.budi, case)
    world.delivered(case, how=Delivery.UNREACHABLE)
    return case


# the message -> the acts that make the bot send it
STANDS_FOR_A_CASE: dict[str, Callable[[Desk], Case]] = {
    "desk.card": _card,
    "desk.card_confidential": lambda world: _card(world, confidential=True),
    "desk.evidence": _pressed("evidence"),
    "desk.full": _pressed("read_all"),
    "desk.prompt": _pressed("answer"),
    "desk.what_for": _asked_what_for,
    "desk.added": _added,
    "desk.added_confidential": lambda world: _added(world, confidential=True),
    "desk.unreachable": _unreachable,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STANDS_FOR_A_CASE)
def test_each_message_about_a_case_contains_its_code(name: str, language: str) -> None:
    world = Desk()
    world.budi = world.officer(601, "Budi DPMD-2026-0099 · AAAA")
    case = STANDS_FOR_A_CASE[name](world)
    sent = [*world.messages(GROUP), *world.messages(RESTRICTED)]
    message = next(message for message in reversed(sent) if message.template == name)
    assert parse_marked(plain(message, language)) == (case.reference, check_code(case.id))


def replied(world: Desk, text: str, event: Callable[..., Event] = TextReceived) -> list[str]:
    """The bot's answers in the group to a reply to a message of ours with an unknown id."""
    origin = world.budi.origin(reply_to=UNKNOWN, replied_text=text)
    world.chat.feed(event(origin, "Sudah selesai"))
    return [message.template for message in world.chat.sent(GROUP)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted({post.preview for post in POSTS.values()}))
def test_each_preview_names_its_case_so_that_a_reply_to_it_counts(name: str, language: str) -> None:
    for params in samples(name, MESSAGES[name]):
        text = plain(OutgoingMessage(name, params), language)
        assert parse_marked(text) == ("DPMD-2026-0042", "7KQ2")


def test_a_remark_counts_when_the_preview_is_not_known_yet() -> None:
    world = Desk()
    case = world.file()
    ticking(world, case, "address")
    world.budi.presses("next")
    shown = plain(world.messages(GROUP)[-1], "id")
    assert replied(world, shown) == ["desk.request_preview"]


def test_an_old_message_of_ours_is_known_by_number_and_code() -> None:
    world = Desk()
    case = world.file()
    assert replied(world, f"Pengaduan {marked(case)}\nStatus: Diterima") == ["desk.what_for"]


# the answered message, from the case that bears its number now and from another one
DISAGREES: dict[str, Callable[[Case, Case], str]] = {
    "a number without a code": lambda case, _: f"Pengaduan {case.reference}\nStatus",
    "the code of a lost case": lambda case, _: f"Pengaduan {case.reference} · 2222\nStatus",
    "the code of another case": lambda case, other: f"Pengaduan {case.reference} · {check_code(other.id)}",
    "a number without a case": lambda case, _: f"Pengaduan DPMD-2026-0099 · {check_code(case.id)}",
    "a citizen's story that names another case": lambda case, other: (
        f"Pengaduan {case.reference} · 2222\n\n{marked(other)}"
    ),
    "an officer who is named like a case": lambda case, other: (
        f"{marked(other)}, mohon balas pesan ini untuk {case.reference} · 2222."
    ),
    "a message of ours without any number": lambda _, __: "Bantuan untuk petugas",
    "a picture of ours": lambda _, __: "",
}


@pytest.mark.parametrize("name", DISAGREES)
def test_a_reply_that_cannot_be_matched_is_answered_in_words_and_reaches_no_case(name: str) -> None:
    world = Desk()
    case, other = world.file(), world.file()
    before = dict(world.chat.cases)
    assert replied(world, DISAGREES[name](case, other)) == ["desk.unmatched"]
    assert world.chat.cases == before
    assert _talk(world).undecided is None
    assert "/tiket" in wording(world.chat.sent(GROUP)[0])


def _talk(world: Desk) -> Conversation:
    return world.chat.conversation(601, GROUP)


def test_a_sticker_under_an_old_message_is_answered() -> None:
    world = Desk()
    case = world.file()
    assert replied(world, f"Pengaduan {case.reference}", UnreadableReceived) == ["desk.unreadable"]


# the officer's reply while a prompt for another case is open -> the bot's answer
WITH_A_PROMPT = {
    "a message that names a complaint": ("Pengaduan DPMD-2026-0002 · 2222", "desk.unmatched"),
    "one that names it in the story only": ("Cerita\nDPMD-2026-0002", "desk.unmatched"),
    "one that names none": ("Bantuan untuk petugas", "desk.send_as"),
}


@pytest.mark.parametrize("name", WITH_A_PROMPT)
def test_a_reply_about_a_complaint_is_never_offered_to_the_open_prompt_of_another(name: str) -> None:
    text, expected = WITH_A_PROMPT[name]
    world = Desk()
    case, _other = world.file(), world.file()
    world.press(world.budi, case, "answer")
    assert replied(world, text) == [expected]


def test_a_restricted_case_is_not_matched_in_the_staff_group() -> None:
    world = Desk()
    case = world.file(restricted=True, chat=RESTRICTED)
    assert replied(world, f"Pengaduan {marked(case)}") == ["desk.unmatched"]


@pytest.mark.parametrize("text", ["{} Sudah kami salurkan.", "dpmd 2026 1 · {code} Sudah kami salurkan."])
def test_a_code_that_was_copied_with_the_number_does_not_reach_the_citizen(text: str) -> None:
    world = Desk()
    case = world.file()
    argument = text.format(marked(case), code=check_code(case.id))
    assert world.budi.commands("jawab", argument) == ["desk.preview"]
    (preview,) = world.chat.sent(GROUP)
    assert preview.params["text"] == "Sudah kami salurkan."


def test_the_card_is_shown_for_a_number_that_was_copied_with_its_code() -> None:
    world = Desk()
    case = world.file()
    assert world.budi.commands("tiket", marked(case)) == ["desk.card"]
