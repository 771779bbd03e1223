"""Two numbers of ours that are one person: complaints, conversation and messages are found by either."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Connection

from bot.channels.base import BlockChanged
from bot.channels.whatsapp.ports import Address
from bot.database import addresses, chats, sent_messages
from bot.database.cases import load_cases
from bot.operations.verify import verify
from bot.turns.batches import FloodBegan, Incoming
from conversations.complaints.signatures import signed_texts
from conversations.conversation import ConversationKey
from conversations.effects import Outcome, RecordHistory
from conversations.events import DeadlinePassed, Event, FileLost, TextReceived
from conversations.world import World
from tests.integration.turn_setup import TurnSetup, case_of
from tests.integration.two_numbers import NOW, A, B, C, Phones, changes, writes
from tests.unit.transcript import START

DAY = 24 * 3600.0
FIRST = addresses.FIRST_PERSON + 1


@pytest.fixture
async def phones(setup: TurnSetup) -> Phones:
    made = Phones(setup)
    await made.book.start()
    return made


async def the_whole_store_fits(phones: Phones) -> None:
    report = verify(phones.setup.database.store, phones.setup.codec)
    assert report.faults == []


async def test_the_notice_after_the_first_message_joins_both_complaints(phones: Phones) -> None:
    await phones.says(A, "file a")
    await phones.says(B, "file b")
    assert [await phones.filed(who) for who in (A, B)] == [["a"], ["b"]]
    for _ in range(2):
        await phones.tells(A, B)
        cases = await phones.cases(B)
        assert [case.id for case in cases] == ["a", "b"]
        assert [case.former_accounts for case in cases] == [(), (FIRST + 1,)]
    assert [signed.fits for case in cases for signed in signed_texts(case)] == [True, True]
    assert await phones.filed(A) == ["a", "b"]
    (talk,) = await phones.talks()
    assert talk.key == ConversationKey(FIRST, FIRST)
    await the_whole_store_fits(phones)


async def test_the_notice_before_the_first_message_moves_nothing(phones: Phones) -> None:
    await phones.says(A, "file a")
    await phones.tells(A, B)
    await phones.says(B, "file b")
    assert [case.former_accounts for case in await phones.cases(B)] == [(), ()]
    assert [talk.name for talk in await phones.talks()] == ["file a file b"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_three_numbers_in_a_row_are_one_person(phones: Phones, order: tuple[int, ...]) -> None:
    for who, name in ((C, "c"), (B, "b"), (A, "a")):
        await phones.says(who, f"file {name}")
    notices = [(A, B), (B, C)]
    for place in order:
        await phones.tells(*notices[place])
    assert [await phones.filed(who) for who in (A, B, C)] == [["c", "b", "a"]] * 3
    assert len(await phones.talks()) == 1
    assert all(signed.fits for case in await phones.cases(A) for signed in signed_texts(case))
    await the_whole_store_fits(phones)


async def test_all_in_one_delivery_is_one_person(phones: Phones) -> None:
    await phones.says(A, "file a")
    await phones.hear(
        changes("n1", B, C), writes("w1", B, "file b"), writes("w2", C, "file c"), changes("n2", A, B),
        changes("n3", B, C), writes("w3", C, "file d"),
    )  # fmt: skip
    assert await phones.filed(C) == ["a", "b", "c", "d"]
    assert len(await phones.talks()) == 1


async def test_a_message_that_names_both_joins_them(phones: Phones) -> None:
    await phones.says(Address("", A.wa_id), "file a")
    await phones.says(Address(A.user_id), "file b")
    await phones.says(A, "file c")
    assert await phones.filed(A) == ["a", "b", "c"]


async def test_the_next_owner_of_a_number_finds_no_complaint(phones: Phones) -> None:
    other = Address("ID.9", A.wa_id)
    await phones.says(A, "file a")
    await phones.says(other, "file o")
    await phones.tells(A, B)
    await phones.says(B, "file b")
    await phones.says(other, "file p")
    assert await phones.filed(B) == ["a", "b"]
    assert await phones.filed(other) == ["o", "p"]
    assert [case.former_accounts for case in await phones.cases(other)] == [(), ()]


async def test_an_erased_complaint_stays_with_no_account(phones: Phones) -> None:
    await phones.says(A, "file a")
    erased = case_of("e", 9, filed_by=0)
    phones.setup.core.then = lambda _event, _world: Outcome(cases=(erased,))
    await phones.says(B, "halo")
    await phones.tells(A, B)
    assert await phones.filed(B) == ["a"]
    stored = await phones.setup.database.write(lambda c: load_cases(c, phones.setup.codec, ["e"]))
    assert stored["e"] == erased


async def test_the_history_of_a_complaint_that_moves_still_verifies(phones: Phones) -> None:
    await phones.says(A, "file a")

    def then(_event: Event, world: World) -> Outcome:
        case = case_of("b", world.next_serial("dpmd", START.year), filed_by=FIRST + 1)
        return Outcome((), (case,), (RecordHistory("b", f"citizen:{FIRST + 1}", "submitted", "Jalan"),))

    phones.setup.core.then = then
    await phones.says(B, "halo")
    before = await phones.setup.rows("SELECT * FROM history")
    await phones.tells(A, B)
    assert await phones.setup.rows("SELECT * FROM history") == before
    assert [case.history_count for case in await phones.cases(A)] == [0, 1]
    await the_whole_store_fits(phones)


async def test_columns_that_officers_and_the_clock_read_stay(phones: Phones) -> None:
    await phones.says(A, "file a")
    await phones.says(B, "file b")
    listed = "SELECT id, status, chat, officer, due_on, wake_at, wake_kind, access_hash FROM cases ORDER BY 1"
    before = await phones.setup.rows(listed)
    sums = await phones.setup.rows("SELECT name FROM register_seal")
    await phones.tells(A, B)
    assert await phones.setup.rows(listed) == before
    assert await phones.setup.rows("SELECT name FROM register_seal") == sums
    assert [case.version for case in await phones.cases(A)] == [1, 1]


async def test_what_waits_for_either_number_is_sent_once_both_are_one(phones: Phones) -> None:
    """The person has written under the new number: what waits for the old one need not wait for more."""
    await phones.says(A, "file a")
    await phones.says(B, "file b")
    phones.now += 2 * DAY
    for chat in (FIRST, FIRST + 1):
        await phones.setup.database.write(partial(chats.note_closed, chat=chat))
    await phones.says(B, "sudah ada kabar?")
    await phones.tells(A, B)
    happened = [event for done in phones.setup.committed for event in done.happened]
    assert [event for event in happened if isinstance(event, BlockChanged)] == [
        BlockChanged(FIRST + 1, blocked=False),
        BlockChanged(FIRST, blocked=False),
    ]
    assert [phones.book.heard(chat) for chat in (FIRST, FIRST + 1)] == [phones.now] * 2
    names = [await phones.book.address(chat) for chat in (FIRST, FIRST + 1)]
    assert names == [B, B]


async def test_without_words_in_the_last_day_what_waits_goes_on_waiting(phones: Phones) -> None:
    await phones.says(A, "file a")
    await phones.says(B, "file b")
    phones.now += 2 * DAY
    await phones.setup.database.write(partial(chats.note_closed, chat=FIRST))
    await phones.tells(A, B)
    assert [event for done in phones.setup.committed for event in done.happened] == []
    assert phones.book.heard(FIRST) == 0.0


@pytest.mark.parametrize("late", [False, True])
async def test_a_reply_to_a_message_to_either_number_finds_it(phones: Phones, late: bool) -> None:
    """Also to a message that was on its way while both were found to be one."""
    await phones.says(A, "file a")
    await phones.says(B, "file b")
    number = phones.book.next_message()

    async def sent() -> None:
        phones.book.note_sent(FIRST + 1, number, "wamid.ours")
        kept = [(FIRST + 1, number, "question:b:1", NOW)]
        await phones.setup.database.write(lambda c: sent_messages.remember(c, kept))

    if not late:
        await sent()
    await phones.tells(A, B)
    if late:
        await sent()
    await phones.says(B, "jawaban", answers="wamid.ours")
    heard = phones.setup.core.seen[-1]
    assert isinstance(heard, TextReceived)
    assert (heard.origin.chat, heard.origin.reply_to) == (FIRST, number)
    wanted = [(FIRST, number)]
    keys = await phones.setup.database.write(lambda c: sent_messages.keys_of(c, wanted))
    assert keys == {(FIRST, number): "question:b:1"}


async def test_a_reply_to_another_persons_message_finds_nothing(phones: Phones) -> None:
    await phones.says(A, "file a")
    await phones.says(B, "file b")
    phones.book.note_sent(FIRST + 1, phones.book.next_message(), "wamid.ours")
    await phones.says(A, "jawaban", answers="wamid.ours")
    heard = phones.setup.core.seen[-1]
    assert isinstance(heard, TextReceived)
    assert heard.origin.reply_to == 0


async def test_an_update_that_waited_for_its_turn_is_of_the_person_of_today(phones: Phones) -> None:
    await phones.says(A, "file a")
    await phones.says(B, "halo")
    waiting = await phones.resolved(writes("late", B, "file late"))
    await phones.tells(A, B)
    await phones.setup.take(*waiting)
    assert await phones.filed(A) == ["a", "late"]
    assert [talk.person for talk in await phones.talks()] == [FIRST]


@pytest.mark.parametrize("storing", [False, True])
async def test_an_update_that_waited_and_fails_is_set_aside_once(phones: Phones, storing: bool) -> None:
    await phones.says(A, "file a")
    await phones.says(B, "halo")
    waiting = await phones.resolved(writes("late", B, "break"))
    await phones.tells(A, B)
    if storing:
        unknown = RecordHistory("none", "clock", "submitted")
        phones.setup.core.then = lambda _event, _world: Outcome(effects=(unknown,))
    await phones.setup.take(*waiting)
    assert await phones.setup.rows("SELECT stage, times FROM quarantine") == [("update", 1)]


# Events that were made of a row or a raw before both were one -> the account that they are about then.
STALE: dict[str, Event | FloodBegan] = {
    "of a conversation": DeadlinePassed(START, FIRST + 1, FIRST + 1),
    "of a case": DeadlinePassed(START, person=FIRST + 1, case="b"),
    "of a file": FileLost(START, "b", "file", FIRST + 1, "too_large"),
}


@pytest.mark.sqlite("events before the store")
@pytest.mark.parametrize("name", STALE)
async def test_an_event_of_the_clock_or_a_file_is_of_the_person_of_today(phones: Phones, name: str) -> None:
    await phones.says(A, "file a")
    await phones.says(B, "file b")
    await phones.tells(A, B)
    phones.setup.core.then = lambda _event, _world: Outcome()
    event = STALE[name]
    await phones.setup.take(Incoming("clock", None, event, b""))
    now = phones.setup.core.seen[-1]
    if isinstance(event, FileLost):
        assert now == replace(event, chat=FIRST)
    else:
        assert isinstance(event, DeadlinePassed)
        assert now == replace(event, chat=event.chat and FIRST, person=FIRST)


async def test_a_row_that_does_not_open_keeps_nothing_else_back(phones: Phones) -> None:
    await phones.says(A, "file a")
    for name in ("b", "c"):
        await phones.says(B, f"file {name}")
    await phones.setup.damage("UPDATE cases SET state = :byte WHERE id = 'b'")
    await phones.setup.damage("UPDATE conversations SET state = :byte WHERE person % 2 = 0")
    await phones.tells(A, B)
    assert await phones.filed(A) == ["a", "c"]
    kept = await phones.setup.rows("SELECT stage, subject FROM quarantine ORDER BY 1")
    assert kept == [("case", "b"), ("conversation", f"{FIRST + 1}:{FIRST + 1}")]
    assert [talk.person for talk in await phones.talks()] == [FIRST]


async def test_a_failure_in_between_leaves_both_as_they_were(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phones.says(A, "file a")
    await phones.says(B, "file b")

    def fails(_connection: Connection, _found: object) -> None:
        raise LookupError

    with monkeypatch.context() as patched:
        patched.setattr("bot.database.joining.move_sent", fails)
        await phones.tells(A, B)
    assert [await phones.filed(who) for who in (A, B)] == [["a"], ["b"]]
    assert len(await phones.talks()) == 2
    await phones.tells(A, B)
    assert await phones.filed(B) == ["a", "b"]
