"""Every place of a citizen's chat, by name: each question, each menu, and where nothing is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from conversations.complaints.case import Case
from conversations.complaints.complaint import QUESTIONS
from conversations.messages import OutgoingMessage
from tests.unit.filed import CITIZEN, Desk, wording
from tests.unit.on_whatsapp import ON_WHATSAPP, BothChats, messages
from tests.unit.transcript import Actor
from tests.unit.walker import walk

MESSENGERS = {"Telegram": CITIZEN, "WhatsApp": ON_WHATSAPP}
Lead = Callable[[Desk, Actor], object]
# The answers with which each question is asked.
WITH = {"loss_kind": "material", "reported_person": "Kepala dusun"}
ENTERED = frozenset({"channel", "tracking_id", "received_on"})


def file(world: Desk, siti: Actor) -> Case:
    """A complaint that the person has filed."""
    messenger = "WhatsApp" if siti.chat == ON_WHATSAPP else "Telegram"
    return world.file(filed_by=siti.chat, messenger=messenger)


def _at(question: str) -> Lead:
    def lead(_world: Desk, siti: Actor) -> None:
        if question in {"represented_name", "represented_address", "power_of_attorney"}:
            walk(siti, "name")
            siti.presses("for_another")
        walk(siti, question, WITH)

    return lead


def _addition(label: str) -> Lead:
    def lead(_world: Desk, siti: Actor) -> None:
        walk(siti, "summary")
        siti.presses("add_optional")
        siti.presses(label)

    return lead


def _handles(_world: Desk, siti: Actor) -> None:
    _addition("add_reported_person")(_world, siti)
    siti.says("Kepala dusun Krajan")


def _pressing(question: str, *labels: str) -> Lead:
    def lead(_world: Desk, siti: Actor) -> None:
        walk(siti, question)
        for label in labels:
            siti.presses(label)

    return lead


def _agency(_world: Desk, siti: Actor) -> None:
    siti.commands("start")
    siti.presses("file_complaint")


def _responded(world: Desk, siti: Actor) -> Case:
    case = file(world, siti)
    world.answered(world.budi, case)
    world.delivered(case)
    return case


def _filed(*acts: Callable[[Actor], object]) -> Lead:
    def lead(world: Desk, siti: Actor) -> None:
        case = file(world, siti)
        siti.commands("status", case.reference)
        for act in acts:
            act(siti)

    return lead


def _objecting(world: Desk, siti: Actor) -> None:
    case = _responded(world, siti)
    siti.commands("status", case.reference)
    siti.presses("not_satisfied")


def _rating(world: Desk, siti: Actor) -> None:
    case = _responded(world, siti)
    siti.commands("status", case.reference)
    siti.presses("satisfied")


def _judging(world: Desk, siti: Actor) -> None:
    _responded(world, siti)
    siti.says("Bantuan saya belum sampai di rumah.")


def _answering(world: Desk, siti: Actor) -> None:
    world.asked(world.budi, file(world, siti))
    siti.says("Kejadiannya di balai desa.")


def _response(world: Desk, siti: Actor) -> None:
    siti.commands("start")
    _responded(world, siti)


def _question(world: Desk, siti: Actor) -> None:
    siti.commands("start")
    world.asked(world.budi, file(world, siti))


def _listed(world: Desk, siti: Actor) -> None:
    file(world, siti)
    file(world, siti)
    siti.commands("status")


def _asked_number(_world: Desk, siti: Actor) -> None:
    siti.commands("status")


def _asked_code(_world: Desk, siti: Actor) -> None:
    siti.commands("status", "DPMD-2026-9999")


def _language(_world: Desk, siti: Actor) -> None:
    siti.commands("bahasa")


def _help(_world: Desk, siti: Actor) -> None:
    siti.commands("bantuan")


def _start(_world: Desk, siti: Actor) -> None:
    siti.commands("start")


def _held(_world: Desk, siti: Actor) -> None:
    siti.says("Jalan di desa saya rusak.")


def _held_for_case(world: Desk, siti: Actor) -> None:
    file(world, siti)
    siti.says("Jalan di desa saya rusak.")


def _resuming(_world: Desk, siti: Actor) -> None:
    walk(siti, "name")
    siti.commands("lapor")


# Where a draft waits for an answer.
ASKED: Mapping[str, Lead] = {
    "agency": _agency,
    "notice": _at("notice"),
    **{name: _at(name) for name, asked in QUESTIONS.items() if not asked.addition and name not in ENTERED},
    "phone": _addition("add_phone"),
    "reported_person": _addition("add_reported_person"),
    "reported_handles": _handles,
    "earlier_complaint": _addition("add_earlier_complaint"),
    "summary": _at("summary"),
    "changing": _pressing("summary", "change"),
    "adding": _pressing("summary", "add_optional"),
    "story parts": lambda world, siti: (_pressing("summary", "change")(world, siti), _story(siti)),
    "signing": _at("signing"),
    "place": _pressing("signing", "change_place"),
    "sending": _at("sending"),
    "cancelling": lambda world, siti: (_at("name")(world, siti), siti.commands("batal")),
    "resuming": _resuming,
}
# Where messages are collected for a complaint.
COLLECTED: Mapping[str, Lead] = {
    "an addition": _filed(lambda siti: siti.presses("add_information")),
    "a counted addition": _filed(
        lambda siti: siti.presses("add_information"), lambda siti: siti.says("Belum cair juga.")
    ),
    "an objection": _objecting,
    "a withdrawal": _filed(lambda siti: siti.presses("withdraw")),
    "a confirmed withdrawal": _filed(
        lambda siti: siti.presses("withdraw"), lambda siti: siti.presses("withdraw_solved")
    ),
}
NUMBERS: Mapping[str, Lead] = {"a number": _asked_number, "a code": _asked_code}
# Where nothing is asked, or messages are held.
FREE: Mapping[str, Lead] = {
    "the first message": lambda _world, _siti: None,
    "the welcome": _start,
    "the help": _help,
    "the language": _language,
    "a filed complaint": _filed(),
    "the list": _listed,
    "the stars": _rating,
    "a response": _response,
    "a question of an officer": _question,
}
HELD: Mapping[str, Lead] = {
    "a held message": _held,
    "a held message of a case": _held_for_case,
    "a verdict": _judging,
    "an answer": _answering,
}
PLACES: Mapping[str, Lead] = {**ASKED, **COLLECTED, **NUMBERS, **FREE, **HELD}


def _story(siti: Actor) -> list[str]:
    return siti.presses("change_field", "story")


def led(name: str, messenger: str) -> tuple[BothChats, Actor]:
    """A person of this messenger at this place, in a world of their own."""
    chat = _led(name, messenger).copied()
    return chat, _person(chat, messenger)


@cache
def _led(name: str, messenger: str) -> BothChats:
    chat = BothChats()
    PLACES[name](Desk(chat), _person(chat, messenger))
    return chat


def _person(chat: BothChats, messenger: str) -> Actor:
    number = MESSENGERS[messenger]
    return chat.citizen() if number == ON_WHATSAPP else chat.person(number)


def answers(siti: Actor) -> list[OutgoingMessage]:
    """What the person has read after the last event."""
    return messages(siti.chat_log.fresh, siti.chat)


def texts(shown: Iterable[OutgoingMessage]) -> str:
    """The words of these messages."""
    return "\n".join(map(wording, shown))
