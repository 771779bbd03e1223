"""Topics that are closed or deleted: repaired where the bot may, else left out, and nothing stays hidden."""

from __future__ import annotations

import json

import pytest

from bot.simulator.api.faults import Fault
from bot.simulator.people.groups import Group
from conversations.effects import Edit, Send
from conversations.messages import OutgoingMessage
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import OPERATOR, STAFF, OutboxSetup, eventually, outbox_setup

LOST = "system.operator_topic_lost"


def sent_to(topic: int, key: str = "") -> Send:
    return Send(STAFF, OutgoingMessage("system.own_id", {"person": 7}, topic=topic), key)


def threads(group: Group) -> list[int]:
    """The topics of the bot's texts, in their order; 0 for the general one."""
    stored = sorted(group.chat.messages.values(), key=lambda each: each.message["message_id"])
    texts = (each.message for each in stored if each.by_bot and "text" in each.message)
    return [message.get("message_thread_id", 0) for message in texts]


async def forum(setup: OutboxSetup, *, configured: bool = True) -> tuple[Group, int]:
    group = setup.simulator.group(STAFF, "Petugas", is_forum=True)
    topic = await group.open_topic("Bidang Aset")
    await setup.outbox.start({(STAFF, topic): "Bidang Aset"} if configured else {})
    return group, topic


def called(setup: OutboxSetup, method: str) -> int:
    return sum(1 for call in setup.simulator.calls if call.method == method)


async def test_a_message_goes_to_its_topic(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group, topic = await forum(setup)
        await setup.post(sent_to(topic), sent_to(0))
        await setup.empty()
        assert threads(group) == [topic, 0]


async def test_a_closed_topic_is_opened_again_and_the_order_is_kept(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group, topic = await forum(setup)
        await group.close_topic(topic)
        await setup.post(*(sent_to(topic) for _ in range(3)), sent_to(0))
        await setup.empty()
        assert threads(group) == [topic, topic, topic, 0]
        assert called(setup, "reopenForumTopic") == 1


async def test_the_general_topic_is_opened_again(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group, _ = await forum(setup)
        await group.close_general()
        await setup.post(sent_to(0))
        await setup.empty()
        assert threads(group) == [0]


async def test_a_deleted_topic_of_the_configuration_is_created_again_for_good(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group, topic = await forum(setup)
        await group.delete_topic(topic)
        await setup.post(sent_to(topic), sent_to(topic))
        await setup.empty()
        (created,) = group.chat.topics
        assert group.chat.topics[created].name == "Bidang Aset"
        await setup.kill_outbox()
        await setup.restart_outbox()
        await setup.post(sent_to(topic))
        await setup.empty()
        assert threads(group) == [created] * 3
        assert called(setup, "createForumTopic") == 1


async def test_a_deleted_topic_that_only_an_answer_goes_to_is_not_created(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group, topic = await forum(setup, configured=False)
        await group.delete_topic(topic)
        await setup.post(sent_to(topic))
        await setup.empty()
        assert threads(group) == [0]
        assert called(setup, "createForumTopic") == 0


@pytest.mark.parametrize("fate", ["closed", "deleted"])
async def test_without_the_right_messages_go_to_the_group_and_the_operator_is_informed(
    place: Place, fate: str
) -> None:
    async with outbox_setup(place) as setup:
        operator = setup.simulator.person(OPERATOR, "Operator")
        await operator.say("/start")
        group, topic = await forum(setup)
        group.set_topic_right(False)
        await (group.close_topic(topic) if fate == "closed" else group.delete_topic(topic))
        await setup.post(*(sent_to(topic, f"card:c{number}") for number in range(3)))
        await setup.empty()
        assert threads(group) == [0, 0, 0]
        assert called(setup, "reopenForumTopic") + called(setup, "createForumTopic") == 1

        async def informed() -> bool:
            return setup.texts(OPERATOR) == [LOST]

        await eventually(informed)


async def test_after_a_while_the_topic_is_tried_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outbox.topics.WITHOUT_SECONDS", 0.0)
    async with outbox_setup(place) as setup:
        group, topic = await forum(setup)
        group.set_topic_right(False)
        await group.close_topic(topic)
        monkeypatch.setattr("bot.outbox.topics.WITHOUT_SECONDS", 0.05)
        await setup.post(sent_to(topic))
        await setup.empty()
        group.set_topic_right(True)

        async def back() -> bool:
            await setup.post(sent_to(topic))
            await setup.empty()
            return threads(group)[-1] == topic

        await eventually(back)


async def test_a_card_in_a_topic_that_stays_closed_is_sent_again_outside(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group, topic = await forum(setup)
        await setup.post(sent_to(topic, "card:abc"))
        await setup.empty()
        group.set_topic_right(False)
        await group.close_topic(topic)
        answer = {"ok": False, "error_code": 400, "description": "Bad Request: TOPIC_CLOSED"}
        fault = Fault("body", "editMessageText", STAFF, 1, body=json.dumps(answer).encode())
        setup.simulator.dispatcher.faults.add(fault)
        await setup.post(Edit(STAFF, "card:abc", sent_to(topic).message))
        await setup.empty()
        assert threads(group) == [topic, 0]


async def test_an_edit_of_a_waiting_message_keeps_its_topic(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group, topic = await forum(setup)
        asked = sent_to(topic, "card:abc")
        home = OutgoingMessage("system.own_id", {"person": 8})
        await setup.post(asked, Edit(STAFF, "card:abc", home))
        await setup.empty()
        assert threads(group) == [topic]
