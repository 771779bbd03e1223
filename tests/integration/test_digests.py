"""The morning digest through the store, the clock and the real core: one for a group and a morning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.database import digests
from bot.database.cases import file_cases
from bot.database.conversations import save_conversations
from bot.database.engine import Database
from bot.database.quarantine import Fault, Stage, keep
from bot.database.sealing import Codec
from bot.files.files import _unreported
from bot.sources.scheduler import Scheduler
from conversations.complaints.case import Case, Happened, Officer
from conversations.complaints.life_cycle import Status
from conversations.complaints.references import registration_number
from conversations.conversation import Conversation
from conversations.effects import Send
from conversations.messages import OutgoingMessage
from tests.integration.test_turns_wakeups import EngineCore
from tests.integration.turn_setup import GROUP, TurnSetup, case_of
from tests.unit.filed import render_all, wording
from tests.unit.transcript import LEADER, RESTRICTED, RULES, STAFF, TERMS, WIB

# A Friday: the registers of these tests begin in the days before it. In this set-up offices work every day.
FRIDAY = datetime(2026, 3, 20, 8, 0, tzinfo=WIB)
DAY = timedelta(days=1)
WALL = 1_000_000.0
RINA = Officer(id=602, name="Rina <Wati>")


class Mornings:
    """A store whose clock looks at it at the given moments."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self.setup = TurnSetup(database, codec, EngineCore())
        self.setup.now = FRIDAY - DAY
        self.serial = 0

    async def prepare(self) -> None:
        """Start the bot, as far as digests are concerned."""
        now = self.setup.now
        await self.setup.database.write(lambda c: digests.prepare(c, RULES, now))

    async def file(self, due_on: str, year: int = 2026, **changes: Any) -> Case:
        """A case that is due on this day."""
        self.serial += 1
        case = case_of(f"case{self.serial:08d}", self.serial).model_copy(
            update={
                "due_on": date.fromisoformat(due_on),
                "reference": registration_number("dpmd", year, self.serial),
                "received_at": self.setup.now.replace(year=year),
                "timeline": (Happened(status=Status.RECEIVED, at=self.setup.now),),
                **changes,
            }
        )
        await self.setup.database.write(lambda c: file_cases(c, self.setup.codec, [case], TERMS))
        return case

    async def at(self, *moments: datetime) -> list[OutgoingMessage]:
        """The messages of the rounds at these moments, except the reminders of single cases."""
        before = len(self.setup.committed)
        clock = Scheduler(
            self.setup.database,
            self.setup.codec,
            self.setup.turns().take,
            lambda: self.setup.now,
            lambda: WALL,
            60.0,
            _unreported,
        )
        for self.setup.now in moments:
            await clock.round()
        rows = [row for done in self.setup.committed[before:] for row in done.rows]
        sent = [(row.chat, row.message) for row in rows if row.message]
        render_all(Send(chat, message) for chat, message in sent)
        self.chats = [chat for chat, message in sent if "digest" in message.template]
        self.reminders = sum(message.template == "mornings.reminder" for _, message in sent)
        return [message for _, message in sent if "digest" in message.template]


@pytest.fixture
async def mornings(database: Database, codec: Codec) -> Mornings:
    made = Mornings(database, codec)
    await made.prepare()
    return made


def _numbers(message: OutgoingMessage) -> dict[str, list[str]]:
    sections: Sequence[Any] = message.params["sections"]
    return {section["name"]: [case["reference"][-4:] for case in section["cases"]] for section in sections}


async def test_a_case_stands_in_one_section(mornings: Mornings) -> None:
    await mornings.at(FRIDAY - DAY)
    await mornings.file("2026-03-18")
    await mornings.file("2026-03-20", officer=RINA, status=Status.IN_PROGRESS)
    await mornings.file("2026-03-21", status=Status.ASSIGNED)
    await mornings.file("2026-03-30")
    await mornings.file("2026-03-19", status=Status.RESPONDED)
    await mornings.file("2026-03-19", status=Status.INCOMPLETE)
    await mornings.file("2026-03-19", restricted=True, chat=RESTRICTED)
    restricted, group = await mornings.at(FRIDAY)
    assert mornings.chats == [RESTRICTED, GROUP]
    assert _numbers(group) == {
        "overdue": ["0001"],
        "due_today": ["0002"],
        "due_next": ["0003"],
        "new": ["0004"],
    }
    assert _numbers(restricted) == {"overdue": ["0007"]}
    text = wording(group)
    for said in ("DPMD-2026-0001 · belum diambil", "0002 · Rina &lt;Wati&gt;", "0003 · di bidang"):
        assert said in text
    assert "Tenggat sampai Sabtu, 21 Maret 2026" in text
    assert "Menunggu kelengkapan dari pengadu: 1" in text
    assert "Siti" not in text


async def test_what_is_new_is_counted_once(mornings: Mornings) -> None:
    await mornings.file("2026-04-30")
    await mornings.file("2026-04-30", status=Status.AWAITING_APPROVAL)
    [first] = await mornings.at(FRIDAY)
    [second] = await mornings.at(FRIDAY + DAY)
    assert _numbers(first) == {"new": ["0001", "0002"]}
    assert _numbers(second) == {"unverified": ["0001"], "approval": ["0002"]}


async def test_nothing_is_sent_when_there_is_nothing_to_say(mornings: Mornings) -> None:
    await mornings.file("2026-03-19", status=Status.INCOMPLETE)
    await mornings.file("2026-03-19", status=Status.CLOSED)
    assert await mornings.at(FRIDAY, FRIDAY + DAY) == []


async def test_one_digest_for_a_morning_and_after_a_week(mornings: Mornings) -> None:
    await mornings.file("2026-03-19")
    early, late = FRIDAY - timedelta(minutes=1), FRIDAY + timedelta(hours=9)
    assert await mornings.at(early) == []
    assert len(await mornings.at(FRIDAY, FRIDAY + timedelta(seconds=5), late)) == 1
    # Down until the next Friday at noon: one digest, and one more on the morning after it.
    week = FRIDAY + 7 * DAY + timedelta(hours=4)
    assert len(await mornings.at(week, week + timedelta(hours=1))) == 1
    assert len(await mornings.at(FRIDAY + 8 * DAY)) == 1


async def test_a_restart_and_a_crash_send_no_second_digest(
    mornings: Mornings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mornings.file("2026-03-19")

    def broken(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as killed:
        killed.setattr(digests, "schedule", broken)
        assert await mornings.at(FRIDAY) == []
    await mornings.prepare()
    # The turn that failed was rolled back, and its event put off.
    later = FRIDAY + DAY
    assert len(await mornings.at(later)) == 1
    await mornings.prepare()
    assert await mornings.at(later + timedelta(minutes=5)) == []


async def test_the_last_numbers_of_a_year_are_new_in_the_next_one(mornings: Mornings) -> None:
    mornings.setup.now = datetime(2026, 12, 31, 8, 0, tzinfo=WIB)
    await mornings.at(mornings.setup.now)
    await mornings.file("2027-01-30")
    await mornings.file("2027-01-30", year=2027)
    [digest] = await mornings.at(datetime(2027, 1, 4, 8, 0, tzinfo=WIB))
    assert _numbers(digest) == {"new": ["0001", "0002"]}


async def test_a_section_shows_eight_numbers_and_counts_the_others(mornings: Mornings) -> None:
    await mornings.at(FRIDAY - DAY)
    for number in range(13):
        await mornings.file("2026-03-18" if number else "2026-03-20")
    talk = Conversation(chat=LEADER, person=LEADER)
    await mornings.setup.database.write(lambda c: save_conversations(c, mornings.setup.codec, [talk], TERMS))
    group, leader = await mornings.at(FRIDAY)
    assert mornings.chats == [GROUP, LEADER]
    assert len(_numbers(group)["overdue"]) == 8
    assert "dan 4 lainnya" in wording(group)
    assert "12 pengaduan lewat tenggat" in wording(leader)
    # Of the thirteen, the one that is due today is reminded of by itself.
    assert mornings.reminders == 1
    labels = [[button.label for button in row] for row in group.buttons]
    assert labels == [["list_overdue", "show_list"]]


async def test_a_digest_that_takes_the_place_of_reminders_marks_statutory_limits(mornings: Mornings) -> None:
    """The 14 days after 19 March end on 2 April; three days before that is 30 March."""
    for _ in range(6):
        await mornings.file("2026-03-25")
    [before] = await mornings.at(FRIDAY + 9 * DAY)
    [on_the_day] = await mornings.at(FRIDAY + 10 * DAY)
    assert mornings.reminders == 0
    assert "⏳" not in wording(before)
    assert "DPMD-2026-0001 · belum diambil · ⏳ 2 Apr" in wording(on_the_day)


async def test_notices_that_reached_no_one_are_counted(mornings: Mornings) -> None:
    notice = Fault(Stage.NOTICE, "system.operator_delayed", b"{}", "system.operator_delayed")

    def kept(connection: Connection, age: float) -> None:
        keep(connection, mornings.setup.codec, [notice], WALL - age)

    await mornings.setup.database.write(lambda c: kept(c, 2 * 86400.0))
    assert await mornings.at(FRIDAY) == []
    await mornings.setup.database.write(lambda c: kept(c, 3600.0))
    found = await mornings.at(FRIDAY + DAY)
    assert all("1 pemberitahuan teknis" in wording(digest) for digest in found)
    assert mornings.chats == [STAFF["bakesbangpol"], GROUP]


async def test_open_cases_of_an_earlier_version_are_woken_once(database: Database, codec: Codec) -> None:
    made = Mornings(database, codec)
    await made.file("2026-03-10")
    await made.file("2026-03-10", status=Status.CLOSED)
    await database.write(lambda c: c.exec_driver_sql("UPDATE cases SET wake_at = NULL"))
    await made.prepare()
    found = await made.setup.rows("SELECT status FROM cases WHERE wake_at IS NOT NULL")
    assert found == [("received",)]
    await made.at(FRIDAY)
    assert made.reminders == 1


async def test_a_group_that_is_not_configured_any_more_gets_no_row(mornings: Mornings) -> None:
    fewer = RULES.model_copy(update={"agencies": RULES.agencies[:1]})
    await mornings.setup.database.write(lambda c: digests.prepare(c, fewer, FRIDAY))
    names = await mornings.setup.rows("SELECT name FROM installation WHERE name LIKE 'digest%' ORDER BY name")
    assert [str(name) for (name,) in names] == [
        *("digest_at:dpmd:restricted", "digest_at:dpmd:staff"),
        *("digest_seen:dpmd:restricted", "digest_seen:dpmd:staff"),
    ]


@pytest.mark.parametrize("value", ["", "kata", "[1]", '{"2026": "x"}', "{}"])
async def test_damaged_numbers_make_nothing_new(mornings: Mornings, value: str) -> None:
    await mornings.file("2026-04-30", status=Status.IN_PROGRESS)
    await mornings.setup.database.write(
        lambda c: c.execute(
            text("UPDATE installation SET value = :value WHERE name LIKE 'digest_seen%'"), {"value": value}
        )
    )
    assert await mornings.at(FRIDAY) == []
