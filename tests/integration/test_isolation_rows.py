"""One stored row is broken while the bot is down: its owner is informed, and all others are served."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial

import pytest

from bot.database.stores.choice import store_of
from bot.wording.rendering import Renderer
from tests.breaking import Change, break_row
from tests.integration.both_stores import Place, place_of
from tests.integration.broken_rows import CASES, Kind
from tests.integration.isolation_checks import OFFICE
from tests.integration.isolation_scenario import (
    CITRA,
    DINA,
    GITA,
    HELP,
    LATER,
    OPERATOR,
    QUARANTINE,
    REMINDED,
    SET_ASIDE,
    Scenario,
    Snapshot,
    build,
    reopened,
)


@cache
def words() -> Renderer:
    return Renderer()


@pytest.fixture(scope="module")
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Snapshot]]:
    """Gives the stopped bot's store of a kind, made once."""
    with ExitStack() as places:

        @cache
        def made(kind: str) -> Snapshot:
            folder = tmp_path_factory.mktemp("scenario")
            server = partial(request.getfixturevalue, "postgres_server")
            place = places.enter_context(place_of(server, kind, folder))
            return asyncio.run(build(place))

        yield made


@pytest.fixture
def snapshot(built: Callable[[str], Snapshot], place: Place) -> Snapshot:
    return built(place.kind)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile the texts once, and leave out the bot's profile."""

    async def unregistered(*_: object) -> None:
        pass

    monkeypatch.setattr("bot.channels.telegram.profile.register", unregistered)
    monkeypatch.setattr("bot.app.warm", lambda *_: None)
    monkeypatch.setattr("bot.app.Renderer", words)
    monkeypatch.setattr("bot.sources.scheduler.FIRST_ROUND_SECONDS", 0.0)


@pytest.mark.parametrize(("kind", "way"), CASES)
async def test_a_broken_row_is_set_aside_and_all_others_are_served(
    snapshot: Snapshot, place: Place, kind: Kind, way: Change
) -> None:
    async with reopened(snapshot, place) as scenario:
        database = scenario.config.database
        before = len(scenario.rows(QUARANTINE))
        break_row(store_of(database), database.keys_path, kind.table, kind.where, way)
        async with scenario.running(LATER):
            await _others_are_served(scenario)
            await kind.check(scenario)
            await scenario.settled()
            kept = scenario.rows(QUARANTINE)
            fresh = kept[before:]
            assert [stage for stage, _, _ in fresh] == ([kind.stage] if kind.stage else [])
            assert sum(SET_ASIDE in text for text in scenario.texts(OPERATOR)) == len(fresh)
            calls = scenario.calls()
            await scenario.settled()
            assert (scenario.calls(), scenario.rows(QUARANTINE)) == (calls, kept)
        async with scenario.running(LATER):
            await scenario.person(500).say("/start")
            await scenario.sees(500, "Selamat datang")
            await scenario.settled()
            assert scenario.rows(QUARANTINE) == kept
            assert not any(SET_ASIDE in text for text in scenario.texts(OPERATOR))


async def _others_are_served(scenario: Scenario) -> None:
    await scenario.sees(CITRA, REMINDED)
    await scenario.sees(GITA, HELP)
    await scenario.person(CITRA).say("Ceritanya begini.")
    await scenario.sees(CITRA, "Tercatat: 1")
    await scenario.person(DINA).say("/status")
    await scenario.sees(DINA, scenario.numbers[DINA])
    await scenario.presses("Ambil", scenario.numbers[DINA])
    await scenario.sees(OFFICE, scenario.numbers[DINA], "Petugas: Rina")
