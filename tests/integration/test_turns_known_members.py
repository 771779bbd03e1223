"""What is stored about who is in a group: its age, its seal, and when it is removed."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.database.members import KnownMember, load_members, note_members, prune
from bot.database.quarantine import Damage
from bot.turns.batches import Incoming
from conversations.effects import Outcome
from conversations.events import MembershipChanged
from conversations.world import ORDINARY_AGE
from tests.integration.both_stores import OTHER_TYPE
from tests.integration.membership_setup import (
    NOW,
    OFFICER,
    WALL,
    Guarded,
    known_member,
    store_news,
)
from tests.integration.turn_setup import GROUP, TurnSetup
from tests.unit.transcript import START


async def test_older_knowledge_changes_nothing(setup: TurnSetup) -> None:
    await store_news(setup, NOW, present=False)
    await store_news(setup, NOW - timedelta(hours=1), present=True)
    known = await known_member(setup)
    assert known
    assert not known.present


async def test_knowledge_ages_by_the_messengers_date(setup: TurnSetup) -> None:
    await store_news(setup, NOW - timedelta(hours=2), present=True)
    known = await known_member(setup)
    assert known
    assert known.age == pytest.approx(7200)
    assert known.age > ORDINARY_AGE


async def test_since_counts_from_the_return(setup: TurnSetup) -> None:
    await store_news(setup, NOW - timedelta(minutes=3), present=True)
    first = await known_member(setup)
    await store_news(setup, NOW - timedelta(minutes=2), present=False)
    await store_news(setup, NOW - timedelta(minutes=1), present=True)
    again = await known_member(setup)
    await store_news(setup, NOW, present=True)
    later = await known_member(setup)
    assert first
    assert again
    assert later
    assert first.since < again.since == later.since == START


@pytest.mark.parametrize(
    "change", ["present = 1", "person = 7, chat = -4", "at = 999999.5", "since = '1999-01-01'", "proof = ''"]
)
async def test_a_database_writer_without_the_keys_makes_no_officer(setup: TurnSetup, change: str) -> None:
    await store_news(setup, NOW, present=False)
    await setup.database.write(lambda c: c.execute(text(f"UPDATE members SET {change}")))  # noqa: S608
    found = await setup.database.write(lambda c: load_members(c, setup.codec, [OFFICER], WALL, Damage()))
    assert found == {}


@pytest.mark.parametrize("ahead", [50 * 60.0, 4 * 3600.0, 10 * 86_400.0])
async def test_knowledge_of_a_clock_that_ran_ahead_makes_no_officer(setup: TurnSetup, ahead: float) -> None:
    wrong = KnownMember(GROUP, OFFICER, present=True, at=WALL + ahead, since=START)
    await setup.database.write(lambda c: note_members(c, setup.codec, [wrong]))
    known = await known_member(setup)
    assert known
    assert known.age == math.inf
    await store_news(setup, NOW, present=False)
    for later in (0.0, 30.0, ahead, 2 * ahead):
        known = await known_member(setup, WALL + later)
        assert known
        assert not known.present


async def test_news_from_a_messenger_whose_clock_is_ahead_count_from_now(setup: TurnSetup) -> None:
    await store_news(setup, NOW + timedelta(days=3), present=True)
    known = await known_member(setup)
    assert known
    assert (known.present, known.age) == (True, 0.0)
    await store_news(setup, NOW, present=False)
    known = await known_member(setup)
    assert known
    assert not known.present


@pytest.mark.parametrize("at", ["'Infinity'", pytest.param("'x'", marks=OTHER_TYPE)])
async def test_a_damaged_row_is_written_again_by_the_next_news(setup: TurnSetup, at: str) -> None:
    await store_news(setup, NOW, present=True)
    await setup.damage(f"UPDATE members SET at = {at}")  # noqa: S608 - one of the two above
    assert await known_member(setup) is None
    await store_news(setup, NOW, present=False)
    known = await known_member(setup)
    assert known
    assert not known.present


async def test_who_is_in_other_groups_is_not_stored(setup: TurnSetup) -> None:
    event = MembershipChanged(NOW, -555, (1, 2, 3), (4,))
    setup.core = Guarded()
    setup.core.then = lambda *_: Outcome()
    await setup.take(Incoming("clock", None, event, b""))
    assert await setup.value("SELECT count(*) FROM members") == 0


async def test_a_person_who_left_a_day_ago_is_removed(setup: TurnSetup) -> None:
    await store_news(setup, NOW, present=False)
    for later, left in ((23 * 3600.0, 1), (25 * 3600.0, 0)):
        await setup.database.write(lambda c, at=WALL + later: prune(c, at))  # type: ignore[misc]
        assert await setup.value("SELECT count(*) FROM members") == left
