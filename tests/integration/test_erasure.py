"""An erasure removes every word of its person from the store, and no word of anybody else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, insert

from bot.database import erasure, erasure_requests, erasure_traces, history
from bot.database.cases import load_cases
from bot.database.contents import Contents
from bot.database.conversations import load_conversations
from bot.database.engine import Database
from bot.database.erasure import EraseError
from bot.database.erasure_traces import Traces
from bot.database.members import Waiting, store_waiting
from bot.database.outbox_rows import Kind
from bot.database.own_contents import contents_of
from bot.database.quarantine import Fault, Stage, keep
from bot.database.sealing import Codec
from bot.database.tables import files
from bot.operations.verify import verify
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from conversations.conversation import ConversationKey
from tests.integration.both_stores import Place
from tests.integration.ended_store import BUDI, MARKS, MESSAGES, SITI, WALL, EndedStore, ended, link, wanted
from tests.integration.opened_store import opened_texts, sealed_values, stored_bytes
from tests.integration.turn_setup import GROUP

OF_SITI, OF_BUDI = MARKS[SITI], MARKS[BUDI]


@pytest.fixture
def store(database: Database, codec: Codec, place: Place) -> EndedStore:
    contents = contents_of(place.settings(place.folder / "aduan.db"))
    return EndedStore(database, codec, contents=contents)


async def _case(store: EndedStore, name: str) -> Case:
    found = await store.database.write(lambda c: load_cases(c, store.codec, [name]))
    return found[name]


def _opened(store: EndedStore) -> str:
    return opened_texts(store.database.store, store.codec)


def _bytes(store: EndedStore) -> bytes:
    return stored_bytes(store.database.store) + b"".join(_contents(store))


def _contents(store: EndedStore) -> list[bytes]:
    return [store.contents.read(path) for path in store.contents.paths()]


async def test_every_word_of_the_person_goes_and_those_of_others_stay(store: EndedStore) -> None:
    siti, budi = ended("aaaa00000001", 1, SITI), ended("bbbb00000002", 2, BUDI)
    await store.fill(siti)
    before = sealed_values(store.database.store)
    contents = _contents(store)
    await store.fill(budi)
    assert OF_SITI in _opened(store)
    assert str(SITI) in _opened(store)
    kept = _opened(store).count(OF_BUDI)

    await store.erasures().carry_out(wanted(siti))

    assert OF_SITI not in _opened(store)
    assert _opened(store).count(OF_BUDI) == kept
    left = _bytes(store)
    still = sealed_values(store.database.store)
    assert before - still
    assert not [value for value in before - still if value in left]
    assert contents
    assert not [data for data in contents if data in left]
    assert len(store.contents.paths()) == 2


async def test_the_account_is_left_only_with_the_conversation_and_the_notice(store: EndedStore) -> None:
    siti = ended("aaaa00000001", 1, SITI)
    await store.fill(siti)
    await store.erasures().carry_out(wanted(siti))
    lines = [line.split()[0] for line in _opened(store).splitlines() if str(SITI) in line]
    notice = str(await store.value("SELECT max(id) FROM outbox WHERE kind = 'send' AND chat > 0"))
    conversation = (
        f'{{"chat":{SITI},"person":{SITI},"name":"","language":"id","turn":0,"screen":0,"shown":[],'
    )
    assert [line[: len(conversation)] for line in lines] == [
        str(SITI),
        notice,
        conversation,
        "OutboxRow(id=5,",
    ]


async def test_the_line_of_the_register_and_the_clock_stay(store: EndedStore) -> None:
    siti = ended("aaaa00000001", 1, SITI)
    await store.fill(siti)
    await store.erasures().carry_out(wanted(siti))
    left = await _case(store, siti.id)
    assert (left.reference, left.agency, left.status) == (siti.reference, "dpmd", Status.ARCHIVED)
    assert (left.received_at, left.due_on, left.timeline) == (siti.received_at, siti.due_on, siti.timeline)
    assert [(entry.purpose, entry.by, entry.due_on) for entry in left.thread] == [
        (entry.purpose, entry.by, entry.due_on) for entry in siti.thread
    ]
    assert left.filed_by == 0
    assert left.erased
    assert left.erased.order == "Keputusan 12/2027"


async def test_histories_verify_and_the_receipts_link_is_known(store: EndedStore) -> None:
    siti, budi = ended("aaaa00000001", 1, SITI), ended("bbbb00000002", 2, BUDI)
    await store.fill(siti, budi)
    filed = (await store.database.write(lambda c: history.records(c, store.codec, siti.id)))[0].link
    await store.erasures().carry_out(wanted(siti))
    report = verify(store.database.store, store.codec)
    # The test's complaints carry no signature that fits; nothing else may be wrong.
    assert [fault for fault in report.faults if "signed" not in fault] == []
    assert report.erased == [f"{siti.reference}: erased on 2026-03-17 by order: Keputusan 12/2027"]
    left = await _case(store, siti.id)
    assert left.erased
    assert filed[: erasure.HEAD_LENGTH] in left.erased.heads
    entries = await store.database.write(lambda c: history.records(c, store.codec, siti.id))
    assert [(entry.who, entry.what, entry.text) for entry in entries] == [
        ("citizen", "submitted", None),
        ("officer:601", "response", None),
        ("operator", "erased", "Keputusan 12/2027"),
    ]


async def test_the_card_becomes_the_line_younger_messages_are_deleted_older_ones_named(
    store: EndedStore,
) -> None:
    siti = ended("aaaa00000001", 1, SITI)
    await store.fill(siti)
    done = await store.erasures().carry_out(wanted(siti))
    sent = [(row.kind, row.chat, row.at, row.message and row.message.template) for row in store.queued]
    assert sent == [
        (Kind.EDIT, GROUP, 0, "erased.card"),
        (Kind.SEND, SITI, 0, "erased.told"),
        (Kind.DELETE, GROUP, MESSAGES[SITI] + 3, None),
        (Kind.SEND, GROUP, 0, "erased.leftover"),
    ]
    assert done.older == 1
    assert await store.rows("SELECT message_id FROM sent_messages") == [(MESSAGES[SITI] + 1,)]


async def test_messages_that_wait_are_dropped_from_the_store_and_the_senders(store: EndedStore) -> None:
    siti, budi = ended("aaaa00000001", 1, SITI), ended("bbbb00000002", 2, BUDI)
    await store.fill(siti, budi)
    await store.erasures().carry_out(wanted(siti))
    left = await store.rows("SELECT chat FROM outbox WHERE id <= 6 ORDER BY id")
    assert set(store.withdrawn) == {1, 2, 3}
    assert left == [(BUDI,), (BUDI,), (GROUP,)]


async def test_conversations_lose_only_what_is_there_because_of_the_case(store: EndedStore) -> None:
    siti = ended("aaaa00000001", 1, SITI)
    await store.fill(siti)
    await store.erasures().carry_out(wanted(siti))
    own, officer = ConversationKey(SITI, SITI), ConversationKey(GROUP, 602)
    found = await store.database.write(lambda c: load_conversations(c, store.codec, {own, officer}))
    assert (found[own].collecting, found[own].listener, found[own].last_answers) == (None, "none", {})
    assert (found[own].opened, found[own].pressed, found[own].latest) == (("othercase000",), "", "")
    assert (found[officer].writing, found[officer].listener, found[officer].posts) == (None, "none", ())
    assert found[officer].profile


async def test_a_file_that_a_redirected_case_has_too_stays_until_that_is_erased(store: EndedStore) -> None:
    first = ended("aaaa00000001", 1, SITI)
    second = ended("cccc00000003", 3, SITI).model_copy(
        update={"redirected_from": link(first), "complaint": first.complaint}
    )
    first = first.model_copy(update={"redirected_to": link(second), "status": Status.REDIRECTED})
    await store.fill(first, second)
    await store.erasures().carry_out(wanted(first))
    owners = await store.rows("SELECT key, owner FROM files ORDER BY key")
    assert ("aaaa00000001-1", "cccc00000003") in owners
    path = await store.value("SELECT path FROM files WHERE key = 'aaaa00000001-1'")
    assert path in store.contents.paths()
    await store.erasures().carry_out(wanted(second))
    assert await store.rows("SELECT key FROM files WHERE key LIKE '%-1'") == []
    assert path not in store.contents.paths()


async def test_an_open_complaint_is_refused_and_the_request_goes(store: EndedStore) -> None:
    siti = ended("aaaa00000001", 1, SITI).model_copy(update={"status": Status.RESPONDED})
    await store.fill(siti)
    with pytest.raises(EraseError, match="has not ended"):
        await store.erasures().carry_out(wanted(siti))
    await store.database.write(lambda c: erasure_requests.keep(c, store.codec, wanted(siti)))
    assert await store.erasures().round() == []
    assert await store.database.write(lambda c: erasure_requests.waiting(c, store.codec)) == []
    assert OF_SITI in _opened(store)


async def test_a_second_erasure_changes_nothing(store: EndedStore) -> None:
    siti = ended("aaaa00000001", 1, SITI)
    await store.fill(siti)
    await store.erasures().carry_out(wanted(siti))
    left = await _case(store, siti.id)
    store.queued.clear()
    await store.erasures().carry_out(wanted(siti, "another order"))
    assert await _case(store, siti.id) == left
    assert store.queued == []


@pytest.mark.parametrize("killed_at", ["traces", "second", "contents", "log", "finish"])
async def test_a_process_that_ends_between_two_steps_is_continued(
    store: EndedStore, monkeypatch: pytest.MonkeyPatch, killed_at: str
) -> None:
    siti = ended("aaaa00000001", 1, SITI)
    await store.fill(siti)
    before = sealed_values(store.database.store)
    await store.database.write(lambda c: erasure_requests.keep(c, store.codec, wanted(siti)))
    with monkeypatch.context() as broken:
        _kill(broken, killed_at, type(store.contents))
        assert await store.erasures().round() == []
    assert len(await store.database.write(lambda c: erasure_requests.waiting(c, store.codec))) == 1
    assert len(await store.erasures().round()) == 1
    assert OF_SITI not in _opened(store)
    left = _bytes(store)
    gone = before - sealed_values(store.database.store)
    assert gone
    assert not [value for value in gone if value in left]
    assert store.contents.paths() == []
    assert [one for one in verify(store.database.store, store.codec).faults if "signed" not in one] == []


class KilledError(Exception):
    """The process ends here."""


def _kill(broken: pytest.MonkeyPatch, place: str, contents: type[Contents]) -> None:
    """Raise at this step, as a kill before it would leave the store."""
    calls = []

    def at_second(*_: object) -> None:
        calls.append(1)
        if len(calls) > 1:
            raise KilledError

    def at_once(*_: object, **__: object) -> None:
        raise KilledError

    match place:
        case "traces":
            broken.setattr(erasure_traces, "find", at_once)
        case "second":
            found = erasure_traces.find

            def find(*given: object) -> object:
                at_second()
                return found(*given)  # type: ignore[arg-type]

            broken.setattr(erasure_traces, "find", find)
        case "contents":
            broken.setattr(contents, "erase", at_once)
        case "log":
            broken.setattr(Database, "checkpoint", at_once)
        case "finish":
            broken.setattr(erasure_requests, "finish", at_once)


async def test_a_content_that_another_person_has_sent_meanwhile_stays(store: EndedStore) -> None:
    case = ended("aaaa00000001", 1, SITI)
    await store.fill(case)
    erasures = store.erasures()
    first = await erasures._step(wanted(case))
    assert len(first.paths) == 2
    await store.database.write(lambda c: _sent_again(c, first.paths[0]))
    await erasures.round()
    assert store.contents.paths() == [first.paths[0]]


async def test_an_update_that_the_citizen_has_sent_meanwhile_is_not_dropped(store: EndedStore) -> None:
    siti = ended("aaaa00000001", 1, SITI)
    await store.fill(siti)
    fresh = Waiting(0, "telegram", 0, SITI, b'{"text": "pengaduan baru"}')
    await store.database.write(lambda c: store_waiting(c, store.codec, [fresh], WALL))
    await store.erasures().carry_out(wanted(siti))
    assert await store.rows("SELECT person FROM waiting") == [(SITI,)]


async def test_the_words_of_the_person_cannot_be_searched_any_more(store: EndedStore) -> None:
    siti, budi = ended("aaaa00000001", 1, SITI), ended("bbbb00000002", 2, BUDI)
    await store.fill(siti, budi)
    counted = "SELECT case_id, count(*) > 0 FROM case_words GROUP BY case_id ORDER BY case_id"
    assert await store.rows(counted) == [(siti.id, 1), (budi.id, 1)]
    await store.erasures().carry_out(wanted(siti))
    assert await store.rows(counted) == [(budi.id, 1)]


async def test_what_is_written_while_the_case_is_erased_goes_in_a_second_round(
    store: EndedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    siti = ended("aaaa00000001", 1, SITI)
    await store.fill(siti)
    find, late = erasure_traces.find, Fault(Stage.UPDATE, "KeyError", f"{siti.reference} {OF_SITI}".encode())
    calls: list[int] = []

    def finding(*given: Any) -> Traces:
        found = find(*given)
        calls.append(1)
        return found

    written = store.database.write

    async def writing(work: Any) -> Any:
        if len(calls) == 1 and not calls[1:]:
            calls.append(0)
            await written(lambda c: keep(c, store.codec, [late], WALL))
        return await written(work)

    monkeypatch.setattr(erasure_traces, "find", finding)
    monkeypatch.setattr(store.database, "write", writing)
    await store.erasures().carry_out(wanted(siti))
    assert OF_SITI not in _opened(store)


async def test_an_erasure_that_fails_waits_before_it_is_tried_again(
    store: EndedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = ended("aaaa00000001", 1, SITI)
    await store.fill(case)
    await store.database.write(lambda c: erasure_requests.keep(c, store.codec, wanted(case)))
    erasures, tries = store.erasures(), list[int]()

    def broken(*_: object) -> Traces:
        tries.append(1)
        raise KilledError

    monkeypatch.setattr(erasure_traces, "find", broken)
    assert [await erasures.round() for _ in range(3)] == [[], [], []]
    assert len(tries) == 1
    monkeypatch.undo()
    monkeypatch.setattr("bot.sources.erasures.RETRY_SECONDS", 0.0)
    erasures._failed.clear()
    assert len(await erasures.round()) == 1


def _sent_again(connection: Connection, path: str) -> None:
    """Store a file of another person with this content."""
    like = {"key": "budi", "owner": str(BUDI), "chat": BUDI, "attachment": b"", "state": "stored"}
    rest = {"attempts": 0, "not_before": 0.0, "size": 1, "path": path, "reported": 1}
    connection.execute(insert(files), {**like, **rest})
