"""`aduan quarantine`: what it shows and what it keeps to itself, next to a running bot as well."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Writer
from bot.channels.telegram.writers import writer_of
from bot.config.sections import Database as Paths
from bot.database import key_guard
from bot.database.outbox_rows import OutboxRow
from bot.database.quarantine import Fault, Stage, keep
from bot.database.stores.choice import store_of
from bot.operations import quarantine
from bot.operations.quarantine import QuarantineError, Wanted, attend, printable
from bot.outbox.asking_again import AskingAgain
from tests.commands import aduan
from tests.integration.both_stores import Place, write_configuration
from tests.integration.turn_setup import TurnSetup
from tests.unit.transcript import RULES

SITI, GROUP = 71, -1001000000001
SECRET = "Zebrakuning"
# 2026-11-25 10.00 in Asia/Jakarta.
SENT_AT = 1_795_575_600
DAY = 86_400.0
PERSON = {"id": SITI, "first_name": SECRET, "is_bot": False}
PRIVATE = {"id": SITI, "type": "private", "first_name": SECRET}
STAFF = {"id": GROUP, "type": "supergroup", "title": "DPMD"}


def message(chat: dict[str, Any] = PRIVATE, text: str = SECRET) -> dict[str, Any]:
    return {"message_id": 5, "date": SENT_AT, "chat": chat, "from": PERSON, "text": text}


def update(number: int, **content: Any) -> Fault:
    raw = json.dumps({"update_id": number, **content}).encode()
    return Fault(Stage.UPDATE, "KeyError < bot/x.py:1 f < bot/y.py:2 g", raw, "", "telegram", number)


PRESS = {"id": "1", "from": PERSON, "data": "take:1", "message": message()}
MESSAGE, PRESSED, OF_GROUP, CUT, ROW = 1, 2, 3, 4, 5
FAULTS = (
    update(901, message=message()),
    update(902, callback_query=PRESS),
    update(903, message=message(STAFF)),
    Fault(Stage.UPDATE, "UnreadableUpdateError cannot", b'{"update_id": 904, "mess', "", "telegram", 904),
    Fault(Stage.CONVERSATION, "SealBrokenError < bot/z.py:3 h", b"\xff\x00", "71:71"),
)


@pytest.fixture
async def paths(setup: TurnSetup, place: Place) -> Paths:
    """A store with five entries, a day apart."""
    for day, fault in enumerate(FAULTS):
        await setup.database.write(
            lambda c, fault=fault, at=SENT_AT + day * DAY: keep(c, setup.codec, [fault], at)  # type: ignore[misc]
        )
    return place.settings(place.folder / "aduan.db")


def yes(_question: str) -> bool:
    return True


def no(_question: str) -> bool:
    return False


def run(paths: Paths, *wanted: Any, confirm: Callable[[str], bool] = no) -> str:
    return attend(Wanted(*wanted), paths, confirm)


async def stages(setup: TurnSetup) -> dict[object, object]:
    return {number: stage for number, stage in await setup.rows("SELECT id, stage FROM quarantine")}  # noqa: C416


BLOCKED, EDITED = {"chat": PRIVATE, "date": SENT_AT}, {**message(), "edit_date": SENT_AT + 9}
BY_SITI = partial(Writer, chat=SITI, private=True)

WRITERS: list[tuple[object, Writer | None]] = [
    ({"message": message()}, BY_SITI("message", at=SENT_AT)),
    ({"message": message(STAFF)}, Writer("message", GROUP, at=SENT_AT)),
    ({"edited_message": EDITED}, BY_SITI("edited_message", at=SENT_AT + 9)),
    ({"callback_query": PRESS}, BY_SITI("callback_query", press=True)),
    ({"callback_query": {"id": "1", "from": PERSON}}, Writer("callback_query", press=True)),
    ({"my_chat_member": BLOCKED}, BY_SITI("my_chat_member", at=SENT_AT)),
    ({"ok": True, "result": [{"message": message()}]}, BY_SITI("message", at=SENT_AT)),
    ({"message": {"chat": {"id": "71", "type": "private"}}}, Writer("message")),
    ({"message": {"chat": {"id": 2**70, "type": "private"}, "date": 10**15}}, Writer("message")),
    ({"message": {"chat": {"id": True, "type": "private"}}}, Writer("message")),
    ({"message": "words"}, None),
    ({"poll": {}}, None),
    ([], None),
    ("words", None),
]


@pytest.mark.parametrize(("raw", "writer"), WRITERS)
def test_the_writer_of_an_update_is_read_without_the_words(raw: object, writer: Writer | None) -> None:
    assert writer_of(json.dumps(raw).encode()) == writer


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[" * 100_000, b"{"])
def test_bytes_that_are_no_update_have_no_writer(raw: bytes) -> None:
    assert writer_of(raw) is None


async def test_the_list_names_kind_and_chat_and_shows_no_words(paths: Paths) -> None:
    printed = run(paths)
    assert SECRET not in printed
    lines = [line.split(maxsplit=7) for line in printed.splitlines()]
    assert lines[0] == list(quarantine.HEADINGS)
    assert lines[1][:5] == ["1", "2026-11-25", "10:00", "update", "1"]
    assert [line[5:7] for line in lines[1:4]] == [
        ["message", "71"],
        ["callback_query", "71"],
        ["message", str(GROUP)],
    ]
    assert lines[1][7] == "KeyError < bot/x.py:1 f"
    assert lines[4][5:] == ["-", "-", "UnreadableUpdateError cannot"]
    assert lines[5][3:7] == ["conversation", "1", "71:71", "-"]


async def test_an_entry_is_shown_after_a_confirmation_only(paths: Paths) -> None:
    asked: list[str] = []

    def refused(question: str) -> bool:
        asked.append(question)
        return False

    with pytest.raises(QuarantineError, match="not shown"):
        run(paths, "show", MESSAGE, confirm=refused)
    assert "what a person wrote" in asked[0]
    assert SECRET in run(paths, "show", MESSAGE, confirm=yes)


async def test_other_forms_are_shown_as_they_are(paths: Paths) -> None:
    assert '{"update_id": 904, "mess' in run(paths, "show", CUT, confirm=yes)
    assert "2 bytes that are no text" in run(paths, "show", ROW, confirm=yes)


@pytest.mark.parametrize("hostile", ["\x1b]0;title\x07", "\x9b2J", "\u202eabc", "a\u2028b", "\r"])
def test_a_shown_line_cannot_move_the_cursor_or_turn_the_text(hostile: str) -> None:
    assert printable(hostile).isprintable()


async def test_one_entry_is_discarded_after_a_confirmation(setup: TurnSetup, paths: Paths) -> None:
    with pytest.raises(QuarantineError, match="nothing was deleted"):
        run(paths, "discard", PRESSED)
    assert run(paths, "discard", PRESSED, confirm=yes) == "entry 2 is deleted"
    assert sorted(await stages(setup)) == [1, 3, 4, 5]  # type: ignore[type-var]


async def test_entries_from_before_a_day_are_discarded(setup: TurnSetup, paths: Paths) -> None:
    with pytest.raises(QuarantineError, match="nothing was deleted"):
        run(paths, "discard", None, "2026-11-27")
    assert run(paths, "discard", None, "2026-11-27", confirm=yes) == "2 entries are deleted"
    assert sorted(await stages(setup)) == [3, 4, 5]  # type: ignore[type-var]
    assert run(paths, "discard", None, "2026-11-27") == "0 entries are deleted"


REFUSED: list[tuple[tuple[Any, ...], str]] = [
    (("show",), "which entry"),
    (("show", 99), "there is no entry 99"),
    (("discard", None, "27-11-2026"), "expected a day"),
    (("discard", 1, "2026-11-27"), "not both"),
    (("ask", OF_GROUP), f"from the group {GROUP}"),
    (("ask", CUT), "cannot be read"),
    (("ask", ROW), "no update that a person sent"),
]


@pytest.mark.parametrize(("wanted", "words"), REFUSED)
async def test_what_cannot_be_done_is_refused_in_words(
    setup: TurnSetup, paths: Paths, wanted: tuple[Any, ...], words: str
) -> None:
    before = await stages(setup)
    with pytest.raises(QuarantineError, match=words):
        run(paths, *wanted, confirm=yes)
    assert await stages(setup) == before


def asking(setup: TurnSetup, sent: list[OutboxRow]) -> AskingAgain:
    return AskingAgain(setup.database, setup.codec, RULES, writer_of, sent.extend, lambda: 5.0)


async def test_the_sender_is_asked_once_in_words_and_nothing_is_replayed(
    setup: TurnSetup, paths: Paths
) -> None:
    sent: list[OutboxRow] = []
    bot = asking(setup, sent)
    await bot.round()
    assert sent == []
    run(paths, "ask", MESSAGE)
    run(paths, "ask", PRESSED)
    assert (await stages(setup))[MESSAGE] == Stage.ASKING.value
    await bot.round()
    await bot.round()
    assert [(row.chat, row.language) for row in sent] == [(SITI, "id"), (SITI, "id")]
    params = [row.message.params for row in sent if row.message]
    assert [(each["what"], str(each["at"])[:16]) for each in params] == [
        ("message", "2026-11-25T10:00"),
        ("press", "2026-11-26T10:00"),
    ]
    assert await setup.value("SELECT count(*) FROM outbox") == 2
    assert (await stages(setup))[MESSAGE] == Stage.ASKED.value
    assert setup.committed == []
    with pytest.raises(QuarantineError, match="asked already"):
        run(paths, "ask", MESSAGE)


async def test_the_message_is_in_the_person_s_language(setup: TurnSetup, paths: Paths) -> None:
    # The row below opens with no key: the fingerprints say that the keys are the right ones.
    await setup.database.write(lambda c: key_guard.note(c, setup.codec))
    await setup.damage(
        "INSERT INTO conversations (chat, person, language, state) VALUES (71, 71, 'en', :byte)"
    )
    sent: list[OutboxRow] = []
    run(paths, "ask", MESSAGE)
    await asking(setup, sent).round()
    assert [row.language for row in sent] == ["en"]


async def test_a_marked_entry_that_does_not_open_is_no_fault_of_each_round(
    setup: TurnSetup, paths: Paths
) -> None:
    run(paths, "ask", MESSAGE)
    await setup.damage("UPDATE quarantine SET raw = :byte WHERE id = 1")
    sent: list[OutboxRow] = []
    await asking(setup, sent).round()
    assert sent == []
    assert (await stages(setup))[MESSAGE] == Stage.UPDATE.value


async def test_the_same_number_of_a_later_week_replaces_the_entry_that_was_asked(
    setup: TurnSetup, paths: Paths
) -> None:
    run(paths, "ask", MESSAGE)
    await asking(setup, []).round()
    await setup.database.write(lambda c: keep(c, setup.codec, [FAULTS[0]], SENT_AT + 9 * DAY))
    run(paths, "ask", 6)
    await asking(setup, []).round()
    assert (await stages(setup))[6] == Stage.ASKED.value
    assert MESSAGE not in await stages(setup)


async def test_a_database_that_is_busy_is_reported_in_words(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.database.stores.sqlite.PRAGMAS", ("busy_timeout=1",))
    monkeypatch.setattr("bot.database.stores.postgres.SETTINGS", "SET lock_timeout = '1ms'")
    other = store_of(paths).writing_engine()
    with other.connect() as connection, connection.begin(), pytest.raises(QuarantineError) as raised:
        run(paths, "ask", MESSAGE)
    assert "cannot be used now" in str(raised.value)
    other.dispose()


def test_without_a_database_there_is_a_sentence(place: Place) -> None:
    with pytest.raises(QuarantineError, match="is not there yet"):
        run(place.settings(place.folder / "none.db"))


async def test_the_command_lists_and_asks_before_it_shows(paths: Paths, tmp_path: Path) -> None:
    write_configuration(tmp_path, paths)
    listing = aduan("quarantine", folder=tmp_path)
    assert (listing.returncode, listing.stderr) == (0, "")
    assert "callback_query" in listing.stdout
    refused = aduan("quarantine", "show", "1", folder=tmp_path, answer="n\n")
    assert refused.returncode == 1
    assert SECRET not in refused.stdout + refused.stderr
    shown = aduan("quarantine", "show", "1", folder=tmp_path, answer="y\n")
    assert SECRET in shown.stdout
