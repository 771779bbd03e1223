"""The bot's profile at the messenger: set once, changed where it differs, never a reason to stop."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot, BotCommandScopeChat

from bot.channels.telegram import profile
from bot.channels.telegram.request import AioHttpRequest
from bot.config.settings import read
from bot.practice import town
from bot.simulator.server import Simulator
from bot.wording.rendering import LANGUAGES, Renderer
from conversations.catalogue.commands import Audience, in_menu

RENDERER = Renderer()
MENU = [command.name for command in in_menu(Audience.CITIZEN)]
GROUPS = [office.staff for office in town.OFFICES] + [town.OFFICES[0].restricted]
OFFICERS = in_menu(Audience.OFFICER)


@pytest.fixture
async def bot(simulator: Simulator) -> AsyncIterator[Bot]:
    request = AioHttpRequest()
    async with Bot(
        simulator.token, simulator.base_url, simulator.base_file_url, request, AioHttpRequest()
    ) as started:
        yield started


@pytest.fixture
def groups(simulator: Simulator) -> set[int]:
    config = read(tomllib.loads(town.configuration(simulator, Path("data"))))
    return {chat for agency in config.agencies for chat in agency.groups}


def setters(simulator: Simulator) -> list[str]:
    return [call.method for call in simulator.calls if call.method.startswith("set")]


async def test_commands_are_shown_per_audience_and_language(
    simulator: Simulator, bot: Bot, groups: set[int]
) -> None:
    await profile.register(bot, RENDERER, groups, LANGUAGES)
    for code, said in (("", "Buat pengaduan"), ("id", "Buat pengaduan"), ("en", "File a complaint")):
        private = simulator.my_commands["all_private_chats", code]
        assert {entry["command"]: entry["description"] for entry in private}["lapor"] == said
        assert [entry["command"] for entry in private] == [
            command.name for command in in_menu(Audience.CITIZEN)
        ]
    menus = [await bot.get_my_commands(BotCommandScopeChat(chat)) for chat in GROUPS]
    for shown in menus:
        assert [entry.command for entry in shown] == [entry.name for entry in OFFICERS]


async def test_a_divisions_own_group_shows_its_commands_alone(
    simulator: Simulator, bot: Bot, groups: set[int]
) -> None:
    await profile.register(bot, RENDERER, groups, LANGUAGES, {GROUPS[0]})
    menus = [await bot.get_my_commands(BotCommandScopeChat(chat)) for chat in GROUPS[:2]]
    assert [[entry.command for entry in shown] for shown in menus] == [
        [entry.name for entry in OFFICERS if entry.division],
        [entry.name for entry in OFFICERS],
    ]


async def test_descriptions_and_menu_button_are_set(simulator: Simulator, bot: Bot, groups: set[int]) -> None:
    await profile.register(bot, RENDERER, groups, LANGUAGES)
    assert "pengaduan" in simulator.descriptions["description"][""]
    assert "complaint" in simulator.descriptions["description"]["en"]
    assert "complaint" in simulator.descriptions["short_description"]["en"]
    assert simulator.menu_button["type"] == "commands"


async def test_a_second_start_sets_nothing(simulator: Simulator, bot: Bot, groups: set[int]) -> None:
    await profile.register(bot, RENDERER, groups, LANGUAGES)
    assert "setMyCommands" in setters(simulator)
    before = len(setters(simulator))
    await profile.register(bot, RENDERER, groups, LANGUAGES)
    assert len(setters(simulator)) == before


async def test_only_what_differs_is_set_again(simulator: Simulator, bot: Bot, groups: set[int]) -> None:
    await profile.register(bot, RENDERER, groups, LANGUAGES)
    await bot.set_my_description("something else", "en")
    before = len(setters(simulator))
    await profile.register(bot, RENDERER, groups, LANGUAGES)
    assert setters(simulator)[before:] == ["setMyDescription"]


async def test_a_failure_stops_no_other_setting(simulator: Simulator, bot: Bot, groups: set[int]) -> None:
    await simulator.groups[GROUPS[0]].remove_bot()
    await profile.register(bot, RENDERER, groups, LANGUAGES)
    assert simulator.menu_button["type"] == "commands"
    assert len(await bot.get_my_commands(BotCommandScopeChat(GROUPS[1]))) == len(OFFICERS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", Audience)
def test_every_command_fits_the_messenger(audience: Audience, language: str) -> None:
    for name, description in profile.commands(audience, language, RENDERER):
        assert name.islower()
        assert len(name) <= 32
        assert 1 <= len(description) <= 256


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_descriptions_fit_the_messenger(language: str) -> None:
    assert 1 <= len(RENDERER.plain("profile.description", {}, language)) <= 512
    assert 1 <= len(RENDERER.plain("profile.short_description", {}, language)) <= 120
