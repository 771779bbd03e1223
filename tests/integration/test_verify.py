"""`aduan verify` and the register's sum: rows that fit one by one but were put back, deleted or invented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.config.settings import Config, read
from bot.database import chats, tables
from bot.database.engine import Database
from bot.database.outbox_marks import Failed, Sent, mark_failed, mark_sent
from bot.database.outbox_table import load_rows
from bot.database.quarantine import Damage
from bot.database.stores.choice import store_of
from bot.foundation.exit_codes import ExitCode
from bot.operations.verify import verify
from conversations.complaints.case import Case, changed
from conversations.complaints.completion import Supplement
from conversations.complaints.signatures import supplement_digest
from conversations.effects import Outcome, RecordHistory
from conversations.world import World
from tests.commands import aduan
from tests.integration.both_stores import NOT_UTF_8, POSTGRES, SQLITE, Place, write_configuration
from tests.integration.sealed_store import ASKED, BUDI, CASE_A, Store, cut, noted, taken
from tests.integration.test_check_store import fill, settings
from tests.integration.turn_setup import case_of

TOGETHER = "register_seal cases: the sum does not fit"
GONE = "register_seal cases: the register had 2 complaints and has 1"


async def test_a_complaint_put_back_together_with_its_history_is_found_by_the_sum(store: Store) -> None:
    put_back = await store.copy(CASE_A, tables.cases)
    await store.change(taken)
    await store.database.write(put_back)
    await store.database.write(cut)
    await store.load()
    (fault,) = store.faults()
    assert fault.startswith(TOGETHER)


async def test_a_complaint_that_was_deleted_with_its_history_is_found_by_the_count(store: Store) -> None:
    await store.attack("DELETE FROM history WHERE case_id = 'a'", "DELETE FROM cases WHERE id = 'a'")
    assert store.faults() == [GONE]


async def test_a_history_without_its_complaint_is_named(store: Store) -> None:
    await store.attack("DELETE FROM cases WHERE id = 'a'")
    assert store.faults() == ["history a: the complaint of these entries is missing", GONE]


def _retold(case: Case) -> Case:
    """Another story under the signature, sealed with the keys."""
    story = (case.complaint.story[0].model_copy(update={"text": "Sudah selesai"}),)
    return changed(case, complaint=case.complaint.model_copy(update={"story": story}))


def _resupplied(case: Case) -> Case:
    """Two supplements, of which the second one is not as it was signed."""
    given = Supplement(items=("address",), answers={"address": "Desa Raci"}, at=case.received_at)
    signed = given.model_copy(update={"digest": supplement_digest(given, case.filed_by)})
    other = signed.model_copy(update={"answers": {"address": "Desa lain"}})
    return changed(case, supplements=(signed, other))


async def test_a_text_that_is_not_the_signed_one_is_named_though_all_seals_fit(store: Store) -> None:
    await store.change(_retold, "taken")
    assert store.faults() == ["cases DPMD-2026-0001: the complaint's text is not the one that was signed"]


async def test_a_supplement_that_is_not_the_signed_one_is_named(store: Store) -> None:
    await store.change(_resupplied, "taken")
    assert store.faults() == ["cases DPMD-2026-0001: the text of supplement 2 is not the one that was signed"]


async def test_an_older_or_missing_sum_is_found(store: Store) -> None:
    put_back = await store.copy(select(tables.register_seal), tables.register_seal)
    await store.change(taken)
    await store.database.write(put_back)
    assert [fault.startswith(TOGETHER) for fault in store.faults()] == [True]
    await store.attack("DELETE FROM register_seal")
    assert store.faults() == ["register_seal cases: the register had 0 complaints and has 2"]


async def test_a_damaged_sum_stops_no_complaint_and_is_reported(store: Store) -> None:
    await store.attack("UPDATE register_seal SET value = :byte")
    await store.change(taken)
    await store.do(lambda _: Outcome((), (case_of("c", 3),)))
    assert await store.rows("SELECT id, status FROM cases ORDER BY id") == [
        ("a", "in_progress"),
        ("b", "received"),
        ("c", "received"),
    ]
    assert [fault.partition(":")[0] for fault in store.faults()] == ["register_seal cases"]


async def test_changed_names_of_people_and_messages_on_whatsapp_are_found(store: Store) -> None:
    await store.attack("UPDATE addresses SET user_hash = 'x'", "UPDATE wire_messages SET wire_hash = 'x'")
    assert [fault.partition(":")[0] for fault in store.faults()] == [
        f"addresses {BUDI.n}",
        # The number of the chat; that of the message follows.
        f"wire_messages {ASKED.chat}",
    ]
    await store.attack("UPDATE addresses SET address = :byte", "UPDATE wire_messages SET wire_id = :byte")
    assert len(store.faults()) == 2


async def test_a_forged_move_of_a_group_is_ignored_and_reported(store: Store) -> None:
    await store.database.write(lambda c: chats.note_moved(c, store.codec, -1, -2))
    await store.attack(
        "INSERT INTO chats (chat, blocked, migrated_to, cards_void) VALUES (-5, 0, -6, 0)",
        "INSERT INTO chats SELECT -7, 0, -666, 0, proof FROM chats WHERE chat = -1",
    )
    assert [fault.partition(":")[0] for fault in store.faults()] == ["chats -5", "chats -7"]
    damage = Damage()
    assert await store.database.write(lambda c: chats.moves(c, store.codec, damage)) == {-1: -2}
    assert sorted(fault.subject for fault in damage.faults.values()) == ["-5", "-7"]
    assert store.faults() == []


async def test_a_message_that_was_sent_or_refused_for_good_is_no_fault(store: Store) -> None:
    first, second = await store.database.write(lambda c: load_rows(c, store.codec))
    await store.database.write(lambda c: mark_sent(c, [Sent(first, 55, 1.0)]))
    await store.database.write(lambda c: mark_failed(c, [Failed(second, "chat not found")]))
    assert await store.rows("SELECT payload, state FROM outbox ORDER BY id") == [
        (None, "sent"),
        (None, "failed"),
    ]
    assert store.faults() == []
    await store.attack("UPDATE outbox SET state = 'pending'")
    assert [fault.partition(":")[0] for fault in store.faults()] == ["outbox 1", "outbox 2"]


async def test_a_true_move_replaces_a_forged_one(store: Store) -> None:
    await store.attack("INSERT INTO chats (chat, blocked, migrated_to, cards_void) VALUES (-1, 0, -2, 0)")
    assert await store.database.write(lambda c: chats.note_moved(c, store.codec, -1, -2))
    assert await store.database.write(lambda c: chats.moves(c, store.codec, Damage())) == {-1: -2}
    assert not await store.database.write(lambda c: chats.note_moved(c, store.codec, -1, -2))


@pytest.mark.parametrize("who", ["'x'", pytest.param("cast(x'ff' AS TEXT)", marks=NOT_UTF_8)])
async def test_faults_show_no_stored_text_and_no_control_characters(store: Store, who: str) -> None:
    await store.set(tables.cases, tables.cases.c.id == "a", reference="X\x1b[2J", status="closed")
    await store.attack(
        "UPDATE conversations SET state = :byte",
        f"UPDATE history SET who = {who} WHERE case_id = 'b'",  # noqa: S608 - one of the two above
    )
    words = "\n".join(store.faults())
    assert "cases X?[2J: a sealed value was changed" in words
    assert "conversations 7:7: " in words
    assert "cases DPMD-2026-0002: the history was changed" in words
    assert "Jalan" not in words
    assert "Siti" not in words


def _two_steps(world: World) -> Outcome:
    first = taken(world.cases["a"])
    records = tuple(RecordHistory("a", "officer:42", what) for what in ("taken", "started"))
    return Outcome((), (first, noted(first)), records)


WRITTEN: dict[str, tuple[Callable[[World], Outcome], int]] = {
    "filed and reported twice": (
        lambda _: Outcome(
            (), (case_of("c", 3),), (RecordHistory("c", "x", "y"), RecordHistory("c", "x", "z"))
        ),
        5,
    ),
    "changed twice": (_two_steps, 5),
    "only loaded": (lambda _: Outcome(effects=(RecordHistory("a", "officer:42", "viewed"),)), 4),
    "not loaded": (lambda _: Outcome(effects=(RecordHistory("b", "clock", "file_stored"),)), 4),
    "changed without an entry": (lambda world: Outcome((), (noted(world.cases["a"]),)), 3),
}


@pytest.mark.parametrize("name", WRITTEN)
async def test_every_way_to_write_history_leaves_a_store_that_fits(store: Store, name: str) -> None:
    outcome, entries = WRITTEN[name]
    await store.change(taken)
    await store.do(outcome)
    assert await store.value("SELECT count(*) FROM history") == entries
    assert set(await store.load()) == {"a", "b"}
    assert store.faults() == []


async def test_a_history_of_no_complaint_is_refused(store: Store) -> None:
    record = RecordHistory("nowhere", "clock", "file_stored")
    await store.do(lambda _: Outcome(effects=(record,)))
    assert await store.value("SELECT count(*) FROM history WHERE case_id = 'nowhere'") == 0
    assert await store.value("SELECT count(*) FROM quarantine") == 1


def _aduan_verify(config: Config, folder: Path) -> tuple[int, str, str]:
    """The command itself, over the store of a configuration without a messenger."""
    write_configuration(folder, config.database)
    done = aduan("verify", folder=folder)
    return done.returncode, done.stdout, done.stderr


async def test_the_command_prints_one_sentence_or_one_for_each_fault(place: Place, tmp_path: Path) -> None:
    place_settings = place.settings(tmp_path / "aduan.db")
    config = read(settings(tmp_path)).model_copy(update={"database": place_settings})
    code, _, words = _aduan_verify(config, tmp_path)
    made_by = {SQLITE: "the first `aduan run`", POSTGRES: "`aduan init`"}[place.kind]
    assert (code, f"is not there yet; {made_by} makes it" in words) == (1, True)
    await fill(config)
    sound = "1 complaints, 0 history entries: all seals and histories fit\n"
    assert _aduan_verify(config, tmp_path) == (0, sound, "")
    opened = await Database.open(store_of(config.database))
    await opened.write(lambda c: c.exec_driver_sql("UPDATE cases SET status = 'closed'"))
    # The bot still has the store open.
    fault = "cases DPMD-2026-0001: a sealed value was changed or moved\n"
    assert _aduan_verify(config, tmp_path) == (1, fault, "")
    await opened.write(lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'"))
    await opened.close()
    code, _, words = _aduan_verify(config, tmp_path)
    assert (code, "run `aduan migrate`" in words) == (ExitCode.STORE, True)
    config.database.keys_path.unlink()
    code, _, words = _aduan_verify(config, tmp_path)
    assert (code, f"{config.database.keys_path} is missing" in words) == (ExitCode.STORE, True)


async def test_verifying_changes_nothing_and_shows_its_progress(store: Store) -> None:
    seen: list[tuple[int, int]] = []
    before = await store.rows("SELECT * FROM cases")
    verify(store.database.store, store.codec, lambda done, total: seen.append((done, total)))
    assert seen == [(number, 9) for number in range(1, 10)]
    assert await store.rows("SELECT * FROM cases") == before


async def test_a_large_register_is_read_in_portions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.operations.verify.PORTION", 3)
    more = [case_of(f"more{serial}", serial) for serial in range(3, 20)]
    await store.do(lambda _: Outcome((), tuple(more)))
    report = verify(store.database.store, store.codec)
    assert (report.complaints, report.faults) == (19, [])
