"""Texts that were joined to a message keep their place when the message is changed before it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.base import DeliveryError, Failure
from bot.database.outbox_table import load_rows
from conversations.effects import Edit, Effect, Send, Weight
from conversations.messages import OutgoingMessage
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import says
from tests.integration.test_outbox_windows import ONE_STORE, _without_waits
from tests.integration.window_setup import SITI, WindowSetup, window_setup

__all__ = ["_without_waits"]

pytestmark = ONE_STORE
KEY = "tally:abc"
TOGETHER = "followup.together"


def joined(*words: str) -> OutgoingMessage:
    texts = [{"template": one.template, "params": dict(one.params)} for one in map(says, words)]
    return OutgoingMessage(TOGETHER, {"messages": texts})


async def waiting(setup: WindowSetup) -> list[list[str]]:
    """The texts of each message that waits."""
    rows = await setup.database.write(lambda c: load_rows(c, setup.codec))
    return [_texts(row.message) for row in rows if row.message]


def _texts(message: OutgoingMessage) -> list[str]:
    each: list[dict[str, Any]] = message.params.get("messages", [{"params": message.params}])
    return [str(one["params"]["title"]) for one in each]


async def held(setup: WindowSetup) -> None:
    """A person whose messages wait."""
    await setup.person()
    setup.messenger.failures += [DeliveryError(Failure.THROTTLED, retry_after=500.0)]
    await setup.post(Send(SITI, says("pertama")))
    await setup.until(lambda: not setup.messenger.failures and not setup.outbox._queues._sending)


@pytest.mark.parametrize("weight", [Weight.PROGRESS, Weight.CONTENT])
@pytest.mark.parametrize("apart", [True, False], ids=["of a later turn", "of the same turn"])
async def test_a_change_keeps_the_texts_before_the_message(
    place: Place, weight: Weight, *, apart: bool
) -> None:
    async with window_setup(place) as setup:
        await held(setup)
        message = joined("Terima kasih.", "Dicatat.", "Tercatat: 1")
        turns: list[Effect] = [Send(SITI, message, KEY), Edit(SITI, KEY, says("Tercatat: 2"), weight=weight)]
        for effects in [[turn] for turn in turns] if apart else [turns]:
            await setup.post(*effects)
        assert await waiting(setup) == [["pertama"], ["Terima kasih.", "Dicatat.", "Tercatat: 2"]]
        await setup.post(Edit(SITI, KEY, says("Tercatat: 3"), weight=weight))
        assert (await waiting(setup))[1:] == [["Terima kasih.", "Dicatat.", "Tercatat: 3"]]
