"""What is asked in a topic is answered there; cards and notices go to the topic of their chat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import keys
from conversations.complaints.agency import Division
from conversations.effects import Edit, Send
from conversations.events import AnonymousSpoke, ButtonPressed, CommandReceived, Event, TextReceived
from tests.unit.divided import ECONOMY, TOPIC, Divided
from tests.unit.filed import GROUP
from tests.unit.transcript import Actor

HOME, ELSEWHERE = 5, 9


def forum(world: Divided) -> Divided:
    """The world whose first agency has its cards in a topic."""
    agencies = world.chat.rules.agencies
    first = agencies[0].model_copy(update={"staff_topic_id": HOME})
    world.chat.rules = world.chat.rules.model_copy(update={"agencies": (first, *agencies[1:])})
    return world


def topics(world: Divided, chat: int) -> dict[str, int]:
    """The topics of what the last event sent or edited in this chat, by template."""
    shown = (effect for effect in world.chat.fresh if isinstance(effect, Send | Edit))
    return {effect.message.template: effect.message.topic for effect in shown if effect.chat == chat}


def in_topic(world: Divided, actor: Actor, topic: int, event: Event) -> None:
    """The event of this person, in a topic."""
    assert isinstance(event, TextReceived | CommandReceived | ButtonPressed)
    world.chat.feed(replace(event, origin=replace(event.origin, topic=topic)))


@pytest.mark.parametrize("topic", [0, HOME, ELSEWHERE])
def test_a_command_is_answered_in_its_topic(topic: int) -> None:
    world = forum(Divided())
    case = world.file()
    for command, template in (
        ("daftar", "desk.list"),
        ("tiket", "desk.card"),
        ("apa", "desk.unknown_command"),
    ):
        event = CommandReceived(world.rina.origin(), command, case.reference if command == "tiket" else "")
        in_topic(world, world.rina, topic, event)
        assert topics(world, GROUP) == {template: topic}


def test_a_prompt_and_a_preview_are_where_the_officer_is() -> None:
    world = forum(Divided())
    case = world.file()
    pressed = ButtonPressed(world.rina.origin(), "p1", "answer", case.id, 1, "")
    in_topic(world, world.rina, ELSEWHERE, pressed)
    assert topics(world, GROUP) == {"desk.prompt": ELSEWHERE}
    prompt = world.reply_to(f"prompt:{case.id}:602")
    said = TextReceived(world.rina.origin(reply_to=prompt), "Sudah.")
    in_topic(world, world.rina, ELSEWHERE, said)
    assert topics(world, GROUP) == {"desk.preview": ELSEWHERE}


def test_a_card_is_sent_again_in_the_topic_of_its_group() -> None:
    world = forum(Divided())
    case = world.file()
    pressed = ButtonPressed(world.rina.origin(), "p1", "take", case.id, 1, "")
    in_topic(world, world.rina, ELSEWHERE, pressed)
    assert topics(world, GROUP) == {"desk.card": HOME}


def test_what_the_citizen_adds_goes_to_the_topic_of_the_group_and_of_the_division() -> None:
    world = forum(Divided())
    case = world.assigned(world.file(), "topik")
    world.press(world.citizen, case, "add")
    world.citizen.says("Tanggal 3.")
    world.citizen.presses("send")
    added = [
        (effect.message.reply_to, effect.message.topic)
        for effect in world.chat.fresh
        if isinstance(effect, Send) and effect.message.template == "desk.added"
    ]
    assert added == [(keys.card(case.id), HOME), (keys.division(case.id, 1), TOPIC)]
    assert topics(world, GROUP)["desk.division_card"] == TOPIC


def test_the_report_of_a_division_in_a_topic_goes_to_the_topic_of_the_desk() -> None:
    world = forum(Divided())
    case = world.assigned(world.file())
    world.reported(case)
    assert topics(world, GROUP) == {"desk.card": HOME, "desk.reported": HOME}


def test_a_report_from_the_topic_of_the_division_goes_to_the_topic_of_the_desk() -> None:
    world = forum(Divided())
    case = world.assigned(world.file(), "topik")
    pressed = ButtonPressed(world.budi.origin(), "p1", "report_back", case.id, 1, "")
    in_topic(world, world.budi, TOPIC, pressed)
    said = TextReceived(world.budi.origin(reply_to=world.prompt(case)), "Sudah diperiksa.")
    in_topic(world, world.budi, TOPIC, said)
    send = world.budi.button("send")
    pressed = ButtonPressed(world.budi.origin(), "p2", send.action, send.subject, send.version, send.value)
    in_topic(world, world.budi, TOPIC, pressed)
    (reported,) = (each for each in world.chat.sent(GROUP) if each.template == "desk.reported")
    assert (reported.topic, reported.reply_to) == (HOME, keys.card(case.id))


def test_a_press_on_a_divisions_card_is_answered_below_it() -> None:
    world = forum(Divided())
    case = world.assigned(world.file(), "topik")
    pressed = ButtonPressed(world.budi.origin(), "p1", "ask_citizen", case.id, 1, "")
    in_topic(world, world.budi, TOPIC, pressed)
    (prompt,) = world.chat.sent(GROUP)
    assert (prompt.topic, prompt.reply_to) == (TOPIC, keys.division(case.id, 1))


def test_divisions_may_share_a_group_with_a_topic_for_each() -> None:
    world = Divided()
    shared = (
        Division(id="ekonomi", name="Bidang Ekonomi", chat_id=ECONOMY, topic_id=21),
        Division(id="pemdes", name="Bidang Pemdes", chat_id=ECONOMY, topic_id=22),
    )
    agencies = world.chat.rules.agencies
    first = agencies[0].model_copy(update={"divisions": shared})
    world.chat.rules = world.chat.rules.model_copy(update={"agencies": (first, *agencies[1:])})
    case = world.assigned(world.file())
    assert topics(world, ECONOMY) == {"desk.division_card": 21, "captions.slip": 21}
    world.assigned(case, "pemdes")
    assert topics(world, ECONOMY) == {
        "desk.division_closed": 21,
        "desk.division_card": 22,
        "captions.slip": 22,
    }


def test_an_anonymous_administrator_is_refused_in_the_topic() -> None:
    world = forum(Divided())
    world.chat.feed(AnonymousSpoke(GROUP, world.chat.now, topic=ELSEWHERE))
    assert topics(world, GROUP) == {"system.no_anonymous": ELSEWHERE}


def test_a_private_chat_has_no_topics() -> None:
    world = forum(Divided())
    world.citizen.commands("status")
    assert {effect.message.topic for effect in world.chat.fresh if isinstance(effect, Send)} == {0}
