"""Every message to a citizen, within the limits of WhatsApp, in both languages."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.channels.lengths import units
from bot.channels.whatsapp.capabilities import WHATSAPP
from bot.channels.whatsapp.choices import choices
from conversations.capabilities import WITHOUT_LIMITS, Capabilities
from conversations.catalogue import MESSAGES
from conversations.complaints.agency import Agency, Service
from conversations.effects import Edit, Effect, Send, Weight
from conversations.messages import OutgoingMessage, Params
from tests.texts.plays import PLAYS, rules
from tests.unit.filed import CITIZEN, LANGUAGES, Desk
from tests.unit.following import STRANGER
from tests.unit.on_whatsapp import BothChats, Citizen
from tests.unit.template_samples import samples
from tests.unit.transcript import Actor, Chat
from tests.unit.walker import SITI, walk
from tests.unit.whatsapp_setup import RENDERER, Sending

# Source: Cloud API, messages, 2026-11.
LONGEST_TEXT, LONGEST_BODY = 4096, 1024
MOST_BUTTONS, LONGEST_BUTTON = 3, 20
MOST_ROWS, LONGEST_ROW, LONGEST_DETAIL = 10, 24, 72
CITIZENS = frozenset({SITI, CITIZEN, STRANGER})

ALL = frozenset({"*"})
# file -> the messages in it that no citizen gets: officers do, it is on paper, or an alert of the shell
OFFICERS: Mapping[str, frozenset[str]] = {
    "intake": frozenset(
        {
            *("signing_on_behalf", "receipt_on_behalf", "file_lost_on_behalf"),
            *("ask_channel", "ask_received_on", "ask_tracking_id", "old_receipt"),
        }
    ),
    "explain": frozenset({"channel", "received_on", "tracking_id"}),
    "followup": frozenset(),
    "completion": frozenset(),
    "erased": frozenset({"card", "here", "leftover"}),
    "rights": frozenset({"task", "read", "preview", "answer_sent", "answered_already"}),
    "limits": frozenset(),
    "authenticity": frozenset({"differs_here"}),
    "captions": frozenset({"closing", "slip", "for_officer", "register", "report", "report_picture"}),
    "system": frozenset(
        {
            *("unknown_group", "no_anonymous", "group_message_missing", "no_room_group", "flooded_group"),
            *("checking", "keyboard_closed", "group_file_missing"),
            *(name.partition(".")[2] for name in MESSAGES if name.startswith("system.operator_")),
        }
    ),
    "desk": ALL,
    "mornings": ALL,
    "told": ALL,
    "letters": ALL,
    "report": ALL,
}


def is_for_citizens(name: str) -> bool:
    """Whether citizens get this message."""
    file, _, block = name.partition(".")
    return OFFICERS[file].isdisjoint({"*", block})


def capabilities(chat: int) -> Capabilities:
    """The citizens of the plays are on WhatsApp."""
    return WHATSAPP if chat in CITIZENS else WITHOUT_LIMITS


class OnWhatsApp(BothChats):
    """A world whose citizens are all on WhatsApp."""

    def person(self, identity: int, name: str = "Siti Aminah", chat: int = 0) -> Actor:
        """A citizen presses without an id to answer."""
        known = super().person(identity, name, chat)
        return Citizen(self, known.identity, known.chat) if identity in CITIZENS and not chat else known


def shown(effects: list[Effect]) -> Iterator[OutgoingMessage]:
    """What citizens read of these effects."""
    for effect in effects:
        if isinstance(effect, Edit) and effect.weight is Weight.COSMETIC:
            continue
        if isinstance(effect, Send | Edit) and effect.chat in CITIZENS:
            yield effect.message


def label(language: str, name: str, params: Params) -> str:
    """A button's label."""
    return RENDERER.label(name, params, language)


def templates(message: OutgoingMessage) -> list[str]:
    """The messages in this one."""
    said = message.params["messages"] if message.template == "followup.together" else ()
    return [message.template, *(each["template"] for each in said)]


async def check(message: OutgoingMessage, language: str) -> None:
    """Send it to a server that is as strict as the messenger, and measure what arrives there."""
    sent = await Sending(RENDERER).post(message, language)
    assert sent
    assert len([each for each in sent if each["type"] == "interactive"]) <= 1 + _requests(message)
    for each in sent:
        if each["type"] == "text":
            assert units(each["text"]["body"]) <= LONGEST_TEXT
        elif each["type"] == "interactive":
            _check_choices(each["interactive"])


def _requests(message: OutgoingMessage) -> int:
    rows = getattr(message.keyboard, "rows", ())
    return sum(bool(key.request) for row in rows for key in row)


def _check_choices(content: dict[str, Any]) -> None:
    assert units(content["body"]["text"]) <= LONGEST_BODY
    action = content["action"]
    titles = [button["reply"]["title"] for button in action.get("buttons", ())]
    assert len(titles) <= MOST_BUTTONS
    assert all(units(title) <= LONGEST_BUTTON for title in titles)
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    assert len(rows) <= MOST_ROWS
    for row in rows:
        assert units(row["title"]) <= LONGEST_ROW
        assert units(row.get("description", "")) <= LONGEST_DETAIL
    named = titles or [row["title"] for row in rows]
    assert len({title.casefold() for title in named}) == len(named)


def test_the_table_decides_about_every_message() -> None:
    assert {name.partition(".")[0] for name in MESSAGES} == OFFICERS.keys()
    known = {f"{file}.{block}" for file, blocks in OFFICERS.items() for block in blocks - ALL}
    assert known <= MESSAGES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(filter(is_for_citizens, MESSAGES)))
async def test_each_message_is_one_that_whatsapp_takes(name: str, language: str) -> None:
    for params in samples(name, MESSAGES[name]):
        if "messenger" in params:
            params = {**params, "messenger": "WhatsApp"}  # noqa: PLW2901 - the sample of this messenger
        message = OutgoingMessage(name, params)
        await check(message, language)
        assert "Telegram" not in html.unescape(RENDERER.text(message, language))


def crowded(chat: Chat) -> None:
    """A citizen who has everything in large numbers: services, parts of a story, answers, complaints."""
    world, siti = Desk(chat), chat.person(CITIZEN)
    services = tuple(Service(id=f"s{place}", name=f"{'Layanan ' * 6}{place}") for place in range(20))
    first, *others = chat.rules.agencies
    many = first.model_copy(update={"services": services})
    chat.rules = chat.rules.model_copy(update={"agencies": (many, *others)})
    walk(siti, "story", {"service": "s3"})
    for place in range(15):
        siti.says(f"Bagian {place} dari uraian kejadian.")
    walk(siti, "summary", {"loss_kind": "both", "phone": "081234567890"})
    siti.presses("change")
    siti.presses("change_field", "story")
    for _ in range(5):
        world.answered(world.budi, world.file())
    siti.presses("back")
    walk(siti, "filed")
    siti.says("Belum cair juga.")
    siti.presses("next_choices")
    siti.presses("something_else")


# A described conversation is word for word that of Telegram.
OF_BOTH = [*(play for play in PLAYS if play.__name__ != "play"), crowded]


@pytest.mark.parametrize("play", OF_BOTH, ids=lambda play: play.__name__)
async def test_what_citizens_read_has_choices_that_whatsapp_shows(play: Callable[[Chat], None]) -> None:
    world = OnWhatsApp(rules=rules(), capabilities=capabilities)
    play(world)
    read = {repr(message): message for message in shown(world.effects)}.values()
    assert all(is_for_citizens(name) for message in read for name in templates(message))
    for message in read:
        for language in LANGUAGES:
            await check(message, language)
            offered = choices(message, partial(label, language))
            assert len(offered) <= MOST_ROWS, message.template
            assert all(units(each.title) <= LONGEST_DETAIL for each in offered), message.template


def test_what_the_example_agencies_offer_fits_into_a_row() -> None:
    example = Path(__file__).parents[2] / "config.example.toml"
    for values in tomllib.loads(example.read_text(encoding="utf-8"))["agencies"]:
        agency = Agency.model_validate({**values, "staff_chat_id": -1001})
        named = (agency.full_name, *(service.name for service in agency.services), *agency.resolutions)
        assert [name for name in named if units(name) > LONGEST_DETAIL] == []
