"""Puts the sample stories on the practice page, with the people of the town."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.practice import town
from bot.practice.acting import Cast, Desk, Stage
from bot.practice.stories import BAKESBANGPOL, DPMD, STORIES, Play, Story
from bot.simulator.control.staging import to_next_working_day
from bot.simulator.people.staging import Sample

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

# What the links of the page open.
LINKS = {"dpmd": DPMD, "bakesbangpol": BAKESBANGPOL}
# The texts with which the links to WhatsApp begin.
OPENINGS = {"dpmd": "Lapor DPMD", "bakesbangpol": "Lapor Bakesbangpol"}


def stage(simulator: Simulator) -> None:
    """Give the page the stories, links and working days of the town."""
    staging = simulator.staging
    staging.samples = {name: _sample(simulator, story) for name, story in STORIES.items()}
    staging.links, staging.openings = LINKS, OPENINGS
    staging.next_working_day = town.next_working_day


def _sample(simulator: Simulator, story: Story) -> Sample:
    async def play() -> None:
        await play_of(simulator, story).play()

    return Sample(story.title, story.citizen, town.OFFICES[story.office].staff, play)


def play_of(simulator: Simulator, story: Story, pace: float | None = None) -> Play:
    """The story with its people, shown on the page while it is played."""
    offices = town.OFFICES[story.office], town.OFFICES[1 - story.office]
    desk, other = (_desk(simulator, office) for office in offices)
    stage = Stage(show=partial(_show, simulator), next_day=partial(to_next_working_day, simulator))
    if pace is not None:
        stage.pace = pace
    division = _division(simulator, town.OFFICES[story.office]) or desk
    return Play(story, Cast(simulator.people[story.citizen], desk, division, other), stage)


def _desk(simulator: Simulator, office: town.Office) -> Desk:
    officer = simulator.people[next(iter(office.officers))]
    return Desk(simulator.groups[office.staff], officer, simulator.people[office.leader[0]])


def _division(simulator: Simulator, office: town.Office) -> Desk | None:
    """The group of the office's division; None without one."""
    group = simulator.groups.get(office.division[1])
    leader = simulator.people[office.leader[0]]
    return Desk(group, simulator.people[office.member[0]], leader) if group else None


def _show(simulator: Simulator, person: int, chat: int) -> None:
    simulator.staging.scene = (person, chat)
    simulator.world.notify("state")
