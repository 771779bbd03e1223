"""The conversations in docs/played/ take place with the bot's own process, to the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from conversations.complaints.life_cycle import Status
from tests.acceptance.bot_setup import AGENCIES, ChatUser, Setup, opened
from tests.acceptance.live_play import LivePlay
from tests.unit.behaviours import ENDS, FOLDER
from tests.unit.transcript import RULES

pytestmark = pytest.mark.asyncio(loop_scope="module")

ON_THE_CARD: Mapping[Status, str] = {
    Status.RECEIVED: "Diterima",
    Status.REOPENED: "Dibuka kembali",
    Status.WITHDRAWN: "Dicabut",
}
# The services and resolutions that the conversations show.
OFFERED = {
    agency.id: {
        "services": [{"id": service.id, "name": service.name} for service in agency.services],
        "resolutions": list(agency.resolutions),
    }
    for agency in RULES.agencies
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def setup(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Setup]:
    """A bot whose agencies offer what the conversations show."""
    agencies = {agency: {**AGENCIES.get(agency, {}), **offered} for agency, offered in OFFERED.items()}
    async with opened(tmp_path_factory.mktemp("played"), agencies=agencies) as running:
        yield running


@pytest.mark.parametrize("name", ENDS)
async def test_the_conversation_takes_place_with_the_real_process(setup: Setup, name: str) -> None:
    citizen = ChatUser(setup.person("Siti"))
    play = LivePlay(setup, citizen, setup.officer())
    await play.check((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    agency = play.reference.partition("-")[0].lower()
    for status in ENDS[name]:
        await setup.card_shows(play.reference, f"Status: {ON_THE_CARD[status]}", agency)
